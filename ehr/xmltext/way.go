package xmltext

import (
	"fmt"
	"strconv"
	"strings"

	"rosemary/ehr"
)

// Way goes through a tree in one of two directions. A class of a dialect is described once, attribute by attribute in the order in which they are written;
// the description then writes a tree from the model, or fills the model from a tree whatever its order.
type Way struct {
	Reading bool
	depth   int
	steps   []step
	err     error
}

type step struct {
	name  string
	index int // -1 when it is not one of many
}

// Writing gives the way from the model to a tree whose root stands below so many levels.
func Writing(depth int) *Way { return &Way{depth: depth} }

// Reading gives the way from a tree to the model.
func Reading() *Way { return &Way{Reading: true} }

// Err is the first fault on the way.
func (w *Way) Err() error { return w.err }

// Fail keeps the first fault, with its place.
func (w *Way) Fail(n *Node, rule, message string) {
	if w.err == nil {
		w.err = Problem(n.Line, w.path(), rule, message)
	}
}

func (w *Way) path() string {
	var b strings.Builder
	for _, s := range w.steps {
		b.WriteString("/" + s.name)
		if s.index >= 0 {
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		}
	}
	return b.String()
}

// Down is one step to a child and back.
func (w *Way) Down(n *Node, name string, index int, describe func(n *Node)) {
	if w.err != nil {
		return
	}
	w.steps = append(w.steps, step{name, index})
	if most := (Limits{}).depth(); !w.Reading && w.depth+len(w.steps) >= most {
		w.Fail(n, ehr.RuleTooDeep, fmt.Sprintf("components stand in each other more than %d levels deep", most))
		return
	}
	describe(n)
	w.steps = w.steps[:len(w.steps)-1]
}

// One is an attribute that is there once. Where a reader does not find it, the zero value stays.
func One[T any](w *Way, n *Node, name string, x *T, describe func(*Way, *Node, *T)) {
	child := w.child(n, name)
	if child != nil {
		w.Down(child, name, -1, func(n *Node) { describe(w, n, x) })
	}
}

// Maybe is an attribute that may be there once.
func Maybe[T any](w *Way, n *Node, name string, x **T, describe func(*Way, *Node, *T)) {
	if !w.Reading && *x == nil {
		return
	}
	child := w.child(n, name)
	if child == nil {
		return
	}
	if w.Reading {
		*x = new(T)
	}
	w.Down(child, name, -1, func(n *Node) { describe(w, n, *x) })
}

// Many is an attribute that may be there more than once, in order.
func Many[T any](w *Way, n *Node, name string, x *[]T, describe func(*Way, *Node, *T)) {
	if !w.Reading {
		for i := range *x {
			w.Down(n.Add(name), name, i, func(n *Node) { describe(w, n, &(*x)[i]) })
		}
		return
	}
	for child := n.Take(name); child != nil && w.err == nil; child = n.Take(name) {
		var one T
		w.Down(child, name, len(*x), func(n *Node) { describe(w, n, &one) })
		*x = append(*x, one)
	}
}

func (w *Way) child(n *Node, name string) *Node {
	if w.Reading {
		return n.Take(name)
	}
	return n.Add(name)
}

// Word is an element that holds a text; it is not written when that is empty.
func (w *Way) Word(n *Node, name string, x *string) {
	switch {
	case w.Reading:
		if child := n.Take(name); child != nil {
			*x = child.TakeText()
		}
	case *x != "":
		n.Add(name).SetText(*x)
	}
}

// Attr is an attribute of the tag; it is not written when it is empty.
func (w *Way) Attr(n *Node, name string, x *string) {
	switch {
	case w.Reading:
		if v, ok := n.TakeAttr(name); ok {
			*x = v
		}
	case *x != "":
		n.Set(name, *x)
	}
}

// Truth reads true, false, 1 and 0; anything else is a fault, nothing at all is false.
func (w *Way) Truth(n *Node, text string) bool {
	switch strings.Trim(text, blanks) {
	case "true", "1":
		return true
	case "false", "0", "":
	default:
		w.Fail(n, ehr.RuleMalformed, "only true or false can stand here")
	}
	return false
}

// Number reads a whole number; anything else is a fault, nothing at all is 0.
func (w *Way) Number(n *Node, text string) int64 {
	text = strings.Trim(text, blanks)
	if text == "" {
		return 0
	}
	i, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		w.Fail(n, ehr.RuleBadNumber, "only a whole number can stand here")
	}
	return i
}
