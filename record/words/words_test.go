package words

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"rosemary/standard"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct{ text, plain, stems string }{
		{"Walking, walked; WALKS!", "walking walked walks", "walk walk walk"},
		{"Zoë O’Brien's café", "zoe obriens cafe", "zoe obrien cafe"},
		{"120/80 at 3.5", "120 80 at 3 5", "120 80 at 3 5"},
		{"Łukasz Øst Straße Æble", "lukasz ost strasse aeble", "lukasz ost strass aebl"},
		{"ﬁne dining", "fine dining", "fine dine"},
		{"護理 ☕ нога", "護 理 нога", "護 理 нога"},
		{"\x00\xffbad\x00bytes", "bad bytes", "bad byte"},
		{"'quoted' rock'n'roll", "quoted rocknroll", "quot rocknrol"},
		{"e\u0301te\u0301", "ete", "ete"},
	} {
		var plain, stems []string
		for _, w := range Split(c.text) {
			plain, stems = append(plain, w.Plain), append(stems, Stem(w.Plain))
		}
		if strings.Join(plain, " ") != c.plain || strings.Join(stems, " ") != c.stems {
			t.Errorf("%q: got %q and %q, want %q and %q", c.text, plain, stems, c.plain, c.stems)
		}
	}
}

func TestMatches(t *testing.T) {
	passages := []Passage{{Text: "Fall in the garden"}, {Name: "What happened", Text: "She walked without her frame and slipped on wet leaves. Bruised left hip."}}
	for text, want := range map[string]bool{
		"walking":                   true,
		"walk":                      true,
		"wal":                       true,
		"wa":                        false,
		"bruise garden":             true,
		"garden kitchen":            false,
		`"wet leaves"`:              true,
		`"wet leaf"`:                false,
		`"leaves wet"`:              false,
		`wet "left hip`:             true,
		`“wet leaves”`:              true,
		"slipped OR kitchen":        false, // a word like any other
		"LEAVES":                    true,
		`garden* (hip) ^wet -frame`: true,
		"she without":               true,
		"hipp":                      false,
	} {
		q, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if q.Matches(passages) != want {
			t.Errorf("%q: got %v", text, !want)
		}
	}
}

func TestWhatCannotBeSearchedFor(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "spaces": "  \n", "one letter": "a", "letters": "a b c", "emoji": "😀👍", "signs": `"" * ^ ( ) : - AND`[:12], "NUL": "\x00",
		"ten thousand letters": strings.Repeat("a", 10_000), "many words": strings.Repeat("ab ", 21), "broken UTF-8": "\xff\xfe",
	} {
		_, err := Parse(text)
		if standard.KindOf(err) != standard.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := Parse("護"); err != nil {
		t.Errorf("one letter of a script where a letter is a word: %v", err)
	}
}

func TestSnippetShowsWhatWasFound(t *testing.T) {
	long := strings.Repeat("Nothing of note happened. ", 30) + "Then she écoutait the radio. " + strings.Repeat("All was quiet. ", 30)
	q, err := Parse("ecoutait radio")
	if err != nil {
		t.Fatal(err)
	}
	s := q.Snippet([]Passage{{Text: "A radio"}, {Name: "Note", Text: long}})
	if s.Name != "Note" || !strings.HasPrefix(s.Text, "…") || !strings.HasSuffix(s.Text, "…") || len(s.Text) > 300 || len(s.Marks) != 2 ||
		s.Text[s.Marks[0].Start:s.Marks[0].End] != "écoutait" || s.Text[s.Marks[1].Start:s.Marks[1].End] != "radio" {
		t.Errorf("got %+v", s)
	}
}

// TestAnySnippetIsText: whatever was written and typed, marks stand in the text, in order, and cut no letter in two.
func TestAnySnippetIsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 800, 2000).Draw(t, "text")
		found := Split(text)
		for i, w := range found {
			if w.Start >= w.End || i > 0 && w.Start < found[i-1].End || strings.ContainsAny(w.Plain+Stem(w.Plain), "_-\"* ") || Stem(w.Plain) == "" || Stem(w.Plain)[0] != w.Plain[0] {
				t.Fatalf("word %+v of %q", w, text)
			}
		}
		asked := rapid.StringMatching(`[a-z"é*() ]{0,12}`).Draw(t, "asked")
		if len(found) > 0 && rapid.Bool().Draw(t, "of the text") {
			asked = text[found[len(found)/2].Start:found[len(found)/2].End]
		}
		q, err := Parse(asked)
		if err != nil {
			return
		}
		passages := []Passage{{Name: "x", Text: text}}
		s := q.Snippet(passages)
		if q.Matches(passages) && len(s.Marks) == 0 {
			t.Fatalf("%q is found in %q and not shown: %+v", asked, text, s)
		}
		last := 0
		for _, m := range s.Marks {
			if m.Start < last || m.End <= m.Start || m.End > len(s.Text) {
				t.Fatalf("marks %v in %q", s.Marks, s.Text)
			}
			last = m.End
		}
		if utf8.ValidString(text) && !utf8.ValidString(s.Text) {
			t.Fatalf("%q cut to %q", text, s.Text)
		}
	})
}

func TestMarksDoNotOverlap(t *testing.T) {
	q, err := Parse(`"wet leaves" leaves wet`)
	if err != nil {
		t.Fatal(err)
	}
	if got := q.Marks("wet leaves, wet floor"); !slices.Equal(got, []Mark{{0, 10}, {12, 15}}) {
		t.Errorf("got %v", got)
	}
}
