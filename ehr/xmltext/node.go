package xmltext

import (
	"slices"
	"strings"
)

// Node is one element: read whole, or about to be written.
type Node struct {
	Space string // the namespace, as an address
	Name  string // the name in it
	Type  string // xsi:type without its prefix; "" when not stated
	Nil   bool   // xsi:nil
	Attrs []Attr // the others, in order
	Text  string // the characters directly in it, joined
	Nodes []*Node
	Line  int // where it began; 0 when it was not read

	used     bool // somebody has taken it
	usedText bool
}

// Attr is one attribute without a prefix, or one whose prefix is written as its namespace, a space and the name.
type Attr struct {
	Name, Value string
	used        bool
}

// Add appends a child and gives it back.
func (n *Node) Add(name string) *Node {
	child := &Node{Name: name}
	n.Nodes = append(n.Nodes, child)
	return child
}

// SetText says what the element holds.
func (n *Node) SetText(s string) { n.Text = Clean(s) }

// Set adds an attribute.
func (n *Node) Set(name, value string) {
	n.Attrs = append(n.Attrs, Attr{Name: name, Value: Clean(value)})
}

// Take gives the next child of a name that nobody has taken yet, or nil.
func (n *Node) Take(name string) *Node {
	for _, c := range n.Nodes {
		if !c.used && c.Name == name {
			c.used = true
			return c
		}
	}
	return nil
}

// Has reports whether there is a child of the name that nobody has taken yet.
func (n *Node) Has(name string) bool {
	return slices.ContainsFunc(n.Nodes, func(c *Node) bool { return !c.used && c.Name == name })
}

// Drop takes the children that say nothing.
func (n *Node) Drop(says func(*Node) bool) {
	for _, c := range n.Nodes {
		if says(c) {
			c.TakeAll()
		}
	}
}

// TakeText gives the text in the element exactly as it stands.
func (n *Node) TakeText() string {
	n.usedText = true
	return n.Text
}

// TakeAttr gives the value of an attribute, and whether it is there.
func (n *Node) TakeAttr(name string) (string, bool) {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			n.Attrs[i].used = true
			return n.Attrs[i].Value, true
		}
	}
	return "", false
}

// TakeAll marks everything in the element as taken.
func (n *Node) TakeAll() {
	n.used, n.usedText = true, true
	for i := range n.Attrs {
		n.Attrs[i].used = true
	}
	for _, c := range n.Nodes {
		c.TakeAll()
	}
}

// Left gives what nobody has taken below an element, outermost first: whole elements, and bare ones for an attribute or a text alone. The path names the
// elements on the way.
func (n *Node) Left(path string, yield func(path string, left *Node)) {
	n.left([]byte(path), yield)
}

func (n *Node) left(path []byte, yield func(path string, left *Node)) {
	var own *Node
	bare := func() *Node {
		if own == nil {
			own = &Node{Space: n.Space, Name: n.Name, Type: n.Type, Line: n.Line}
		}
		return own
	}
	for i := range n.Attrs {
		if a := &n.Attrs[i]; !a.used {
			bare().Attrs = append(bare().Attrs, *a)
		}
	}
	if !n.usedText && strings.Trim(n.Text, blanks) != "" {
		bare().Text = n.Text
	}
	if own != nil {
		yield(string(path), own)
	}
	above := len(path)
	for _, c := range n.Nodes {
		if !c.used {
			yield(string(path[:above]), c)
		} else {
			path = append(append(path[:above], '/'), c.Name...) // its room serves all of them
			c.left(path, yield)
		}
	}
}

const blanks = " \t\r\n"

// Clean puts U+FFFD in place of what XML 1.0 cannot carry.
func Clean(s string) string {
	for _, r := range s {
		if !Carries(r) {
			return strings.Map(func(r rune) rune {
				if Carries(r) {
					return r
				}
				return '\uFFFD'
			}, s)
		}
	}
	return s
}

// Carries reports whether XML 1.0 has a place for a character.
func Carries(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}
