package mapping

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"rosemary/fhir/resource"
)

// step is one element of a path, and which of several it is.
type step struct {
	field *resource.Field
	index int         // which one, from 0; -1: whichever
	where []condition // what tells it from others; none: any
	also  *condition  // what it says beside, when we write it
}

// condition is a value at a way from an element.
type condition struct {
	way    []string
	equals string
}

// parsePath reads a path such as name[use=official].given[0] in a type.
func parsePath(t *resource.Type, text string) ([]step, error) {
	var steps []step
	for _, part := range splitOutside(text) {
		name, inside, has := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		f, ok := t.Field(name)
		if !ok {
			return nil, fmt.Errorf("%q: FHIR's %s has no element %s", text, t.Name, name)
		}
		s := step{field: f, index: -1}
		if has {
			if n, err := strconv.Atoi(inside); err == nil {
				s.index = n
			} else if s.where, err = conditions(f.Type, inside); err != nil {
				return nil, fmt.Errorf("%q: %w", text, err)
			}
		}
		steps = append(steps, s)
		t = f.Type
	}
	return steps, nil
}

// conditions reads name=value, several with & between.
func conditions(t *resource.Type, text string) ([]condition, error) {
	var list []condition
	for part := range strings.SplitSeq(text, "&") {
		way, value, ok := strings.Cut(part, "=")
		if !ok {
			return nil, errors.New("in brackets stands which one it is, as a number or as name=value")
		}
		names := strings.Split(way, ".")
		if err := exists(t, names); err != nil {
			return nil, err
		}
		list = append(list, condition{names, value})
	}
	return list, nil
}

func exists(t *resource.Type, names []string) error {
	for _, name := range names {
		f, ok := t.Field(name)
		if !ok {
			return fmt.Errorf("FHIR's %s has no element %s", t.Name, name)
		}
		t = f.Type
	}
	return nil
}

// splitOutside parts a path at its dots, those in brackets left alone.
func splitOutside(text string) []string {
	var parts []string
	depth, from := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '[':
			depth++
		case ']':
			depth--
		case '.':
			if depth == 0 {
				parts = append(parts, text[from:i])
				from = i + 1
			}
		}
	}
	return append(parts, text[from:])
}

// text is the path as it is written, to compare two.
func text(steps []step) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteByte('.')
		b.WriteString(s.field.Name)
		switch {
		case s.index >= 0:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case s.where != nil:
			for _, c := range s.where {
				b.WriteString("[" + strings.Join(c.way, ".") + "=" + c.equals + "]")
			}
		}
	}
	return b.String()
}

// samePath reports whether two paths are written alike.
func samePath(a, b []step) bool {
	return slices.EqualFunc(a, b, func(s, o step) bool {
		return s.field.Name == o.field.Name && s.index == o.index &&
			(s.index >= 0 || slices.EqualFunc(s.where, o.where, func(c, d condition) bool { return c.equals == d.equals && slices.Equal(c.way, d.way) }))
	})
}

// all gives the elements that a step leads to.
func (s *step) all(n *resource.Node) iter.Seq[*resource.Node] {
	return func(yield func(*resource.Node) bool) {
		nth := 0
		for _, c := range n.Nodes {
			if c.Field != s.field {
				continue
			}
			if (s.index < 0 && s.fits(c) || s.index == nth) && !yield(c) {
				return
			}
			nth++
		}
	}
}

// first gives the first of them; nil when there is none.
func (s *step) first(n *resource.Node) *resource.Node {
	for c := range s.all(n) {
		return c
	}
	return nil
}

func (s *step) fits(n *resource.Node) bool {
	for _, c := range s.where {
		if n.Text(c.way...) != c.equals {
			return false
		}
	}
	return true
}

// find gives the first element at the end of a path; nil when there is none.
func find(n *resource.Node, steps []step) *resource.Node {
	if len(steps) == 0 {
		return n
	}
	for c := range steps[0].all(n) {
		if found := find(c, steps[1:]); found != nil {
			return found
		}
	}
	return nil
}

// findAll gives all elements at the end of a path: all that the repeating step leads to, the first of every other.
func findAll(n *resource.Node, steps []step, repeat int) []*resource.Node {
	if repeat < 0 {
		if found := find(n, steps); found != nil {
			return []*resource.Node{found}
		}
		return nil
	}
	at := find(n, steps[:repeat])
	if at == nil {
		return nil
	}
	var found []*resource.Node
	for c := range steps[repeat].all(at) {
		if leaf := find(c, steps[repeat+1:]); leaf != nil {
			found = append(found, leaf)
		}
	}
	return found
}

// makePath gives the element at the end of a path, adding what is not there: always a new one at the repeating step. It is nil where a
// step names a later one of several than can be added.
func makePath(n *resource.Node, steps []step, repeat int) *resource.Node {
	for i, s := range steps {
		var next *resource.Node
		if i != repeat {
			next = s.first(n)
		}
		if next == nil {
			if s.index > 0 && len(n.All(s.field.Name)) != s.index {
				return nil
			}
			next = n.Add(s.field.Name)
			s.say(next)
		}
		n = next
	}
	return n
}

// say writes what tells an element from others.
func (s *step) say(n *resource.Node) {
	for _, c := range s.where {
		c.say(n)
	}
	if s.also != nil {
		s.also.say(n)
	}
}

func (c *condition) say(n *resource.Node) {
	last := len(c.way) - 1
	for _, name := range c.way[:last] {
		if next := n.First(name); next != nil {
			n = next
		} else {
			n = n.Add(name)
		}
	}
	n.Set(c.way[last], c.equals)
}

// lastMany is the step that repeats when an element has several values; -1 when none can.
func lastMany(steps []step) int {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].field.Many() && steps[i].index < 0 {
			return i
		}
	}
	return -1
}
