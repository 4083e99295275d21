package nhsuk_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// normaliser turns HTML into parts that are equal whenever the two would look and read the same: attributes in order of
// name, white space collapsed as a browser does. White space at the edges of blocks is dropped; between words and inline
// elements it is kept, since there it is seen.
type normaliser struct {
	parts    []string
	blank    bool // the last thing on this line was white space, or there is nothing on it yet
	verbatim int  // how deep in elements whose white space is kept
}

// normalise gives the parts of a piece of HTML, which must be well nested.
func normalise(source string) ([]string, error) {
	n := normaliser{blank: true}
	z := html.NewTokenizer(strings.NewReader(source))
	var open []string
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			n.start(token)
			if kind == html.StartTagToken && !isVoid(token.Data) {
				open = append(open, token.Data)
			} else if token.Data == "path" {
				n.end("path")
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				return nil, fmt.Errorf("</%s> does not close what is open: %v", token.Data, open)
			}
			open = open[:len(open)-1]
			n.end(token.Data)
		case html.TextToken:
			n.text(token.Data)
		default:
			return nil, fmt.Errorf("unexpected %v", token)
		}
	}
	if err := z.Err(); !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("not closed: %v", open)
	}
	n.edge()
	return n.parts, nil
}

func (n *normaliser) start(token html.Token) {
	if !isInline(token.Data) {
		n.edge()
	}
	attributes := make([]string, 0, len(token.Attr))
	for _, a := range token.Attr {
		value := a.Val
		if a.Key == "class" {
			value = strings.Join(strings.Fields(value), " ")
		}
		attributes = append(attributes, fmt.Sprintf(" %s=%q", a.Key, value))
	}
	slices.Sort(attributes)
	n.parts = append(n.parts, "<"+token.Data+strings.Join(attributes, "")+">")
	switch {
	case isVerbatim(token.Data):
		n.verbatim++
	case isAtom(token.Data) && !isVoid(token.Data):
		n.blank = true // it has lines of its own
	case isAtom(token.Data):
		n.blank = false
	}
}

func (n *normaliser) end(tag string) {
	if isVerbatim(tag) {
		n.verbatim--
	}
	switch {
	case !isInline(tag):
		n.edge()
	case isAtom(tag):
		n.edge()
		n.blank = false
	}
	n.parts = append(n.parts, "</"+tag+">")
}

// edge is where a line begins or ends: white space before it is not seen.
func (n *normaliser) edge() {
	if n.verbatim > 0 {
		return
	}
	for i := len(n.parts) - 1; i >= 0; i-- {
		part := n.parts[i]
		if part == " " {
			n.parts = slices.Delete(n.parts, i, i+1)
			break
		}
		tag := strings.TrimLeft(strings.FieldsFunc(part, func(r rune) bool { return r == ' ' || r == '>' })[0], "</")
		if !strings.HasPrefix(part, "<") || !isInline(tag) || isAtom(tag) {
			break
		}
	}
	n.blank = true
}

func (n *normaliser) text(s string) {
	if n.verbatim > 0 {
		n.parts = append(n.parts, "text "+s)
		return
	}
	words := strings.Fields(s)
	leading := len(words) == 0 || strings.TrimLeft(s, " \t\r\n\f") != s
	if leading && !n.blank {
		n.parts = append(n.parts, " ")
		n.blank = true
	}
	if len(words) == 0 {
		return
	}
	n.parts = append(n.parts, "text "+strings.Join(words, " "))
	n.blank = false
	if strings.TrimRight(s, " \t\r\n\f") != s {
		n.parts = append(n.parts, " ")
		n.blank = true
	}
}

// isInline says whether an element stands in a line of text.
func isInline(tag string) bool {
	return isAtom(tag) || slices.Contains([]string{"a", "abbr", "b", "code", "em", "i", "label", "span", "strong"}, tag)
}

// isAtom says whether an element stands in a line like one big letter.
func isAtom(tag string) bool {
	return slices.Contains([]string{"button", "img", "input", "select", "svg", "textarea"}, tag)
}

func isVoid(tag string) bool {
	return slices.Contains([]string{"br", "hr", "img", "input"}, tag)
}

func isVerbatim(tag string) bool {
	return tag == "pre" || tag == "textarea"
}

// TestNormalise shows what the comparison of HTML forgives and what it does not.
func TestNormalise(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"order of attributes", `<p id="a" class="b">x</p>`, `<p class="b" id="a">x</p>`, true},
		{"white space in a block", "<p>\n  x\n</p>", "<p>x</p>", true},
		{"white space between blocks", "<ul>\n<li>x</li>\n</ul>", "<ul><li>x</li></ul>", true},
		{"white space around an inline element in a block", "<p>\n<a>\nx\n</a>\n</p>", "<p><a>x</a></p>", true},
		{"white space between words", "<p>x  y</p>", "<p>x y</p>", true},
		{"entities", "<p>it&#39;s</p>", "<p>it's</p>", true},
		{"white space before an inline element", "<p>x <b>y</b></p>", "<p>x<b>y</b></p>", false},
		{"white space in an inline element", "<p>x<b> y</b></p>", "<p>x <b>y</b></p>", false},
		{"white space after an icon", "<p><svg></svg> x</p>", "<p><svg></svg>x</p>", false},
		{"white space in code", "<pre>x  y</pre>", "<pre>x y</pre>", false},
		{"another text", "<p>x</p>", "<p>y</p>", false},
		{"another value", `<p id="a"></p>`, `<p id="b"></p>`, false},
		{"another element", "<p>x</p>", "<div>x</div>", false},
	} {
		a, errA := normalise(c.a)
		b, errB := normalise(c.b)
		if errA != nil || errB != nil {
			t.Errorf("%s: %v, %v", c.name, errA, errB)
		}
		if slices.Equal(a, b) != c.same {
			t.Errorf("%s: the same is %v, want %v: %q and %q", c.name, !c.same, c.same, a, b)
		}
	}
	for _, bad := range []string{"<p>x", "x</p>", "<p><b>x</p></b>", "<!-- x -->"} {
		if _, err := normalise(bad); err == nil {
			t.Errorf("%s: want an error", bad)
		}
	}
}
