package web

import (
	htmltext "html"
	"html/template"
	"slices"
	"strings"
	"text/template/parse"
	"unicode"

	"rosemary/care/language"
)

// A template in another language is the English one with its sentences put in place once, when it is parsed: what stands between tags and actions, the attributes that
// somebody hears or sees, and the constant words given to our own components. So a page in English costs nothing for it, and a page in another language no look-up either.

// spokenAttributes are the attributes that somebody hears or sees.
func spokenAttributes() []string {
	return []string{"aria-label", "aria-description", "aria-roledescription", "alt", "title", "placeholder", "label"}
}

// spokenWords says which arguments of our template functions are words, counted from 0.
func spokenWords() map[string][]int {
	return map[string][]int{
		"button": {0}, "act": {0}, "otherAct": {0}, "smallAct": {0}, "smallButton": {0}, "warnButton": {0}, "go": {0}, "goSmall": {0}, "tag": {0}, "inset": {0}, "said": {0}, "warn": {0, 1},
	}
}

// templateWords goes through the templates: sentence is given each sentence and says what to put in its place.
type templateWords struct {
	sentence func(english string) string
	note     func(language.Sentence) // what say and count word when the page is made; may be nil
	state    htmlState
}

// htmlState is where in the markup the walk stands.
type htmlState struct {
	in        place
	attribute string
	quote     byte
}

type place int

const (
	inText place = iota
	inTag
	inName
	beforeValue
	inValue
	inComment
)

// tree goes through one template.
func (t *templateWords) tree(tree *parse.Tree) {
	t.state = htmlState{}
	t.list(tree.Root)
}

func (t *templateWords) list(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			n.Text = t.text(n.Text)
		case *parse.ActionNode:
			t.pipe(n.Pipe)
			if t.state.in == beforeValue {
				t.state = htmlState{in: inTag} // a value without quotation marks
			}
		case *parse.TemplateNode:
			t.pipe(n.Pipe)
		case *parse.IfNode:
			t.branch(&n.BranchNode)
		case *parse.RangeNode:
			t.branch(&n.BranchNode)
		case *parse.WithNode:
			t.branch(&n.BranchNode)
		}
	}
}

// branch goes both ways from the same place in the markup; html/template holds them to ending in the same.
func (t *templateWords) branch(n *parse.BranchNode) {
	t.pipe(n.Pipe)
	before := t.state
	t.list(n.List)
	after := t.state
	t.state = before
	t.list(n.ElseList)
	t.state = after
}

// pipe words the constant arguments of our own functions.
func (t *templateWords) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, c := range p.Cmds {
		name := ""
		if id, ok := c.Args[0].(*parse.IdentifierNode); ok {
			name = id.Ident
		}
		if t.note != nil {
			t.worded(name, c.Args[1:])
		}
		for i, arg := range c.Args {
			switch arg := arg.(type) {
			case *parse.PipeNode:
				t.pipe(arg)
			case *parse.StringNode:
				if slices.Contains(spokenWords()[name], i-1) {
					arg.Text = t.sentence(arg.Text)
					arg.Quoted = ""
				}
			}
		}
	}
}

// worded notes the sentences that are worded when the page is made.
func (t *templateWords) worded(name string, args []parse.Node) {
	constant := func(i int) string {
		if i < len(args) {
			if s, ok := args[i].(*parse.StringNode); ok {
				return s.Text
			}
		}
		return ""
	}
	switch name {
	case "say", "both":
		if english := constant(0); english != "" {
			t.note(language.Sentence{English: english})
		}
	case "counted":
		if many := constant(2); many != "" {
			t.note(language.Sentence{English: many, One: constant(1)})
		}
	case "count":
		if many := constant(2); many != "" {
			t.note(language.Sentence{English: "{count} " + many, One: "{count} " + constant(1)})
		}
	}
}

// text goes through markup and words what stands between its tags, and its spoken attributes.
func (t *templateWords) text(markup []byte) []byte {
	out := make([]byte, 0, len(markup))
	for i := 0; i < len(markup); {
		from := i
		switch s := &t.state; s.in {
		case inText:
			for i < len(markup) && markup[i] != '<' {
				i++
			}
			out = append(out, t.words(string(markup[from:i]))...)
			if i == len(markup) {
				break
			}
			if strings.HasPrefix(string(markup[i:]), "<!--") {
				s.in = inComment
			} else {
				s.in = inTag
			}
			out = append(out, '<')
			i++
		case inComment:
			end := strings.Index(string(markup[i:]), "-->")
			if end < 0 {
				i = len(markup)
			} else {
				i += end + len("-->")
				s.in = inText
			}
			out = append(out, markup[from:i]...)
		case inTag:
			switch c := markup[i]; {
			case c == '>':
				s.in = inText
			case c == '=':
				s.in = beforeValue
			case isSpace(c):
				s.attribute = ""
			case c != '/':
				s.in = inName
				continue
			}
			out = append(out, markup[i])
			i++
		case inName:
			for i < len(markup) && !isSpace(markup[i]) && !strings.ContainsRune(">=/", rune(markup[i])) {
				i++
			}
			s.attribute = strings.ToLower(string(markup[from:i]))
			s.in = inTag
			if i == from {
				i++
			}
			out = append(out, markup[from:i]...)
		case beforeValue:
			switch c := markup[i]; {
			case c == '"' || c == '\'':
				s.in, s.quote = inValue, c
			case c == '>':
				s.in = inText
			case !isSpace(c):
				s.in = inTag // a value without quotation marks holds no sentence
			}
			out = append(out, markup[i])
			i++
		case inValue:
			for i < len(markup) && markup[i] != s.quote {
				i++
			}
			if slices.Contains(spokenAttributes(), s.attribute) {
				out = append(out, t.words(string(markup[from:i]))...)
			} else {
				out = append(out, markup[from:i]...)
			}
			if i < len(markup) {
				out = append(out, markup[i])
				i++
				s.in, s.attribute = inTag, ""
			}
		}
	}
	return out
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// words words one run of text: its sentence is what is left without the spaces and the marks around it.
func (t *templateWords) words(run string) string {
	before, english, after := sentenceIn(htmltext.UnescapeString(run))
	if english == "" || english == "Rosemary" { // the program's own name
		return run
	}
	own := t.sentence(english)
	if own == english {
		return run
	}
	return before + template.HTMLEscapeString(own) + after
}

// sentenceIn finds the sentence in a run of text, with what stands around it. A run without letters has none.
func sentenceIn(run string) (before, english, after string) {
	if !strings.ContainsFunc(run, unicode.IsLetter) {
		return run, "", ""
	}
	english = strings.TrimLeftFunc(run, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(".,;:)!?·", c) })
	before = run[:len(run)-len(english)]
	trimmed := strings.TrimRightFunc(english, func(c rune) bool { return unicode.IsSpace(c) || c == '(' })
	after = english[len(trimmed):]
	return before, strings.Join(strings.Fields(trimmed), " "), after
}
