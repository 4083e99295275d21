package mapping

import (
	"fmt"
	"strings"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// where is a place at which an element is looked for.
type where struct {
	steps  []step
	repeat int
	// A place in a contained resource: steps lead to the reference that names it, and inside from the resource of this type to the element.
	through *resource.Type
	inside  []step
	// A block that stands where its record stands.
	here *group
}

// alternative compiles a place where an element is read when it is not in its own: a path; "here", for a block; or the path of a reference, ">" and a path in
// the resource that it names, where that is contained.
func (c *compiler) alternative(e *standard.Element, t *resource.Type, text string) where {
	w := where{repeat: -1}
	if text == here {
		if e.Block == nil {
			c.fault("%s: only a block can stand here", e.ID)
			return w
		}
		f := c.files[e.Block.ID]
		if f == nil {
			f = &file{name: c.at.name}
		}
		w.here = c.group(e.Block, t, f, extensionOf(e.Block.ID))
		return w
	}
	text, inside, contained := strings.Cut(text, ">")
	steps, err := parsePath(t, text)
	if err != nil {
		c.fault("%s: %w", e.ID, err)
		return w
	}
	w.steps = steps
	if contained {
		name, path, _ := strings.Cut(inside, ".")
		if w.through, _ = c.m.Definitions.ResourceType(name); w.through == nil {
			c.fault("%s: FHIR has no resource %s", e.ID, name)
		} else if w.inside, err = parsePath(w.through, path); err != nil {
			c.fault("%s: %w", e.ID, err)
		} else {
			c.m.outOf[name] = true
		}
		return w
	}
	if e.Many {
		w.repeat = lastMany(steps)
	}
	return w
}

// inWords compiles where what is left over of elements is said in words.
func (c *compiler) inWords(g *group, t *resource.Type, f *file) {
	for _, item := range f.Words {
		name, id := fmt.Sprint(item.Key), fmt.Sprint(item.Value)
		e, ok := g.class.Element(id)
		switch {
		case !ok || e.Value != standard.TextValue:
			c.fault("words: %s has no element %s that is text", g.class.ID, id)
		case !hasElement(t, name):
			c.fault("words: FHIR's %s has no element %s", t.Name, name)
		default:
			g.words[name] = e
		}
	}
}

func hasElement(t *resource.Type, base string) bool {
	for _, f := range t.Fields {
		if f.Base == base {
			return true
		}
	}
	return false
}

// contained gives the contained resource that a reference names, when it is of a type; nil otherwise.
func (t *taker) contained(ref *resource.Node, kind *resource.Type) *resource.Node {
	id, inside := strings.CutPrefix(ref.Text("reference"), "#")
	if !inside {
		return nil
	}
	for _, c := range t.root.All("contained") {
		if c.Type == kind && c.Text("id") == id {
			return c
		}
	}
	return nil
}

// at gives the elements at a place.
func (t *taker) at(n *resource.Node, w where) []*resource.Node {
	if w.through == nil {
		return findAll(n, w.steps, w.repeat)
	}
	ref := find(n, w.steps)
	if ref == nil {
		return nil
	}
	in := t.contained(ref, w.through)
	if in == nil {
		return nil
	}
	leaf := find(in, w.inside)
	if leaf == nil {
		return nil
	}
	t.inside[ref] = in
	return []*resource.Node{leaf}
}

// asHere reads a block from where its record stands: all that it must say, or nothing.
func (t *taker) asHere(n *resource.Node, w where, at string) standard.Value {
	look := *t
	look.taken, look.understood, look.places = map[*resource.Node]bool{}, map[*resource.Node]bool{}, map[string]*resource.Node{}
	found := look.group(n, w.here, at)
	for _, r := range w.here.rules {
		if !r.e.Must {
			continue
		}
		values := found.Get(r.e.ID)
		if len(values) == 0 {
			return nil
		}
		if _, absent := values[0].(standard.Absent); absent {
			return nil
		}
	}
	return t.group(n, w.here, at)
}
