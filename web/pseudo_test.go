package web_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"rosemary/care/language"
	"rosemary/care/plain"
	"rosemary/internal/sentences"
	"rosemary/standard"
	"rosemary/web"
)

// pseudo is a language file in which every sentence is its English within ⟦ ⟧, with other letters and longer by a third: what is not within them on a page was not worded.
func pseudo(known language.Known, rightToLeft bool) string {
	var b strings.Builder
	tag, direction := "en-XA", "ltr"
	if rightToLeft {
		tag, direction = "ar-XB", "rtl"
	}
	fmt.Fprintf(&b, "language: %q\ntag: %s\ndirection: %s\nmonths: [", "⟦Pşéûdó⟧", tag, direction)
	for m := range 12 {
		fmt.Fprintf(&b, "⟦m%d⟧, ", m+1)
	}
	b.WriteString("]\nweekdays: [⟦Mo⟧, ⟦Tu⟧, ⟦We⟧, ⟦Th⟧, ⟦Fr⟧, ⟦Sa⟧, ⟦Su⟧]\nsentences:\n")
	for _, s := range known.Sorted() {
		own := strconv.Quote(shifted(s.English))
		if s.One != "" {
			own = "{other: " + own + "}"
		}
		fmt.Fprintf(&b, "  %s: %s\n", strconv.Quote(s.English), own)
	}
	return b.String()
}

// shifted is a sentence in the pseudo-language; its {names} stay.
func shifted(english string) string {
	var b strings.Builder
	b.WriteString("⟦")
	inName, letters := false, 0
	for _, c := range english {
		switch {
		case c == '{':
			inName = true
		case c == '}':
			inName = false
		case !inName && unicode.IsLetter(c):
			letters++
			if i := strings.IndexRune("aceinostuyACEINOSTUY", c); i >= 0 {
				c = []rune("åçéîñóşţûýÅÇÉÎÑÓŞŢÛÝ")[i]
			}
		}
		b.WriteRune(c)
	}
	return b.String() + strings.Repeat("·", (letters+2)/3) + "⟧"
}

// everySentence is every sentence there is; those of the source are read anew, for a test may run before the build has listed them.
func everySentence(t *testing.T, catalogue *standard.Catalogue) language.Known {
	t.Helper()
	known, err := web.Sentences(catalogue)
	if err != nil {
		t.Fatal(err)
	}
	source, err := sentences.Find(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range source {
		if _, ok := known[s.English]; !ok {
			t.Fatalf("%q of %s is not listed: run make assets", s.English, s.Place)
		}
	}
	if len(source) < 10 || len(known) < 1000 {
		t.Fatalf("%d sentences are known, %d of the source", len(known), len(source))
	}
	return known
}

func pseudoWords(t *testing.T, catalogue *standard.Catalogue) *plain.Words {
	t.Helper()
	known := everySentence(t, catalogue)
	f := language.Read("languages/en-XA.yaml", []byte(pseudo(known, false)), known)
	if !f.Own.Good() || f.Words == nil || len(f.Absent) > 0 {
		t.Fatalf("the pseudo-language is at fault: %v, absent %v", f.Own.Faults, f.Absent[:min(3, len(f.Absent))])
	}
	return f.Words
}

// unworded is the text of a page that somebody sees or hears and that stands within no ⟦ ⟧, but for what written finds in it.
func unworded(doc *html.Node, written func(string) string) []string {
	var out []string
	add := func(text string) {
		outside, depth := strings.Builder{}, 0
		skip := 0
		for i, c := range text {
			if i < skip {
				continue
			}
			switch c {
			case '⟦':
				depth++
				outside.WriteByte('\x00')
			case '⟧':
				depth = max(depth-1, 0)
				if rest := text[i+len("⟧"):]; depth == 0 && strings.HasPrefix(rest, " (") { // the English that stands beside it
					skip = i + len("⟧") + closing(rest)
				}
			default:
				if depth == 0 {
					outside.WriteRune(c)
				}
			}
		}
		for piece := range strings.SplitSeq(outside.String(), "\x00") {
			if rest := written(strings.Join(strings.Fields(piece), " ")); strings.ContainsFunc(rest, unicode.IsLetter) && !slices.Contains(out, rest) {
				out = append(out, rest)
			}
		}
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			switch n.Data {
			case "script", "style":
				return
			}
			for _, a := range n.Attr {
				switch a.Key {
				case "aria-label", "alt", "title", "placeholder":
					add(a.Val)
				}
			}
		}
		if n.Type == html.TextNode {
			add(n.Data)
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child)
		}
	}
	walk(doc)
	return out
}

// closing is where what begins with a bracket ends.
func closing(text string) int {
	open := 0
	for i, c := range text {
		switch c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// TestEveryTemplateInAnotherLanguage: in a template no words are left in English but those that its page is given, and the page is as sound as in English.
func TestEveryTemplateInAnotherLanguage(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	examples, _, err := web.ShownExamples(catalogue, pseudoWords(t, catalogue))
	if err != nil {
		t.Fatal(err)
	}
	left := map[string][]string{}
	for _, e := range examples {
		doc, err := html.Parse(bytes.NewReader(e.Page))
		if err != nil {
			t.Fatal(err)
		}
		checkPage(t, e.Name, doc, e.Page)
		name, _, _ := strings.Cut(e.Name, ",")
		for _, text := range unworded(doc, givenByExample) {
			if !slices.Contains(left[name], text) {
				left[name] = append(left[name], text)
			}
		}
	}
	for _, name := range []string{"form", "register"} { // the questions of a class: see TestPagesAreWhole
		delete(left, name)
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("%s: %q", name, left[name])
	}
}

// givenByExample takes out what the filler of the examples put in.
func givenByExample(text string) string {
	for _, given := range []string{"markup of ours", "`{{.}}`", "Ada <b>&\"'", "Ada <b>&", "Rosemary", "id-"} {
		text = strings.ReplaceAll(text, given, "")
	}
	return text
}
