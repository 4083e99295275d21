package mapping

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/fhir/resource"
)

// left is what of an element was not taken.
type left struct {
	n    *resource.Node
	nth  int // of the elements of its name of which something was taken, the one that it is a part of; -1: nothing of it was
	has  bool
	rest []*left
}

// Rest is what a resource said and the content has no place for; nil when there is nothing.
type Rest struct{ root *left }

// Rest gives what was not taken.
func (t *Taken) Rest() *Rest {
	if root := restOf(t.root, t.taken, 0); root != nil {
		return &Rest{root}
	}
	return nil
}

// restOf gives what of an element was not taken, nil when all was.
func restOf(n *resource.Node, taken map[*resource.Node]bool, nth int) *left {
	if n.Field != nil && !anyTaken(n, taken) {
		return &left{n: n, nth: -1}
	}
	l := &left{n: n, nth: nth, has: n.Has && !taken[n]}
	of := 0 // elements of the name of c of which something was taken: they stand together
	for i, c := range n.Nodes {
		if i > 0 && n.Nodes[i-1].Field != c.Field {
			of = 0
		}
		if x := restOf(c, taken, of); x != nil {
			l.rest = append(l.rest, x)
		}
		if anyTaken(c, taken) {
			of++
		}
	}
	if !l.has && len(l.rest) == 0 {
		return nil
	}
	return l
}

// Says reports whether a resource that was written of the content says just what was read, who it is and which version aside.
func (t *Taken) Says(written *resource.Node) bool {
	return bare(t.root).Equal(bare(written))
}

func bare(n *resource.Node) *resource.Node {
	b := &resource.Node{Type: n.Type}
	for _, c := range n.Nodes {
		if c.Field.Name != "id" && c.Field.Name != "meta" {
			b.Nodes = append(b.Nodes, c)
		}
	}
	return b
}

// As gives what was read as the record that it became is called: with the id and the marks of what was written, and with the literal references of that.
func (t *Taken) As(written *resource.Node) *resource.Node {
	n := t.root.Clone()
	n.Remove(func(e *resource.Node) bool { return e.Field.Name == "id" })
	n.Set("id", written.Text("id"))
	said, ours := n.First("meta"), written.First("meta")
	if said == nil {
		said = n.Add("meta")
	}
	said.Remove(func(old *resource.Node) bool { return belies(old, ours) })
	for _, e := range ours.Nodes {
		if !e.Field.Many() {
			said.Remove(func(old *resource.Node) bool { return old.Field == e.Field })
		}
		if !slices.ContainsFunc(said.Nodes, e.Equal) {
			said.AddCopy(e)
		}
	}
	known := map[uuid.UUID]string{}
	written.Walk("", func(_ string, e *resource.Node) bool {
		if id, ok := referred(e); ok && !strings.HasPrefix(e.Text("reference"), "urn:") {
			known[id] = e.Text("reference")
		}
		return true
	})
	n.Walk("", func(_ string, e *resource.Node) bool {
		if id, ok := referred(e); ok && known[id] != "" {
			e.Set("reference", known[id])
		}
		return true
	})
	for _, e := range n.Nodes { // who is meant by an identifier
		if literal := written.Text(e.Field.Name, "reference"); e.Type.Name == "Reference" && e.First("reference") == nil && !e.Field.Many() && literal != "" {
			e.Set("reference", literal)
		}
	}
	return n
}

// belies says whether a label that was sent says of who may see a version, or how far it can be relied on, what is no longer so.
func belies(label, ours *resource.Node) bool {
	switch {
	case label.Field.Name == "security" && label.Text("system") == ConfidentialitySystem:
		if now := ours.First("security"); now != nil {
			return label.Text("code") != now.Text("code")
		}
		return label.Text("code") == Restricted || label.Text("code") == VeryRestricted
	case label.Field.Name == "tag" && label.Text("system") == StatusSystem:
		return !slices.ContainsFunc(ours.All("tag"), label.Equal)
	}
	return false
}

// referred gives the record that a literal reference is to.
func referred(e *resource.Node) (id uuid.UUID, ok bool) {
	if e.Type.Name != "Reference" {
		return id, false
	}
	id, version, ok := (&taker{}).literal(e.Text("reference"))
	return id, ok && version == 0
}

// merge puts what was left of an element into the one that was written of the record. What the record says stands; what belongs to something that the record no
// longer says goes with it.
func merge(n *resource.Node, l *left) {
	if l.has && !n.Has && len(n.Nodes) == 0 {
		n.Value, n.Has = l.n.Value, true
	}
	own := map[*resource.Field][]*resource.Node{}
	for _, c := range n.Nodes {
		own[c.Field] = append(own[c.Field], c)
	}
	for _, x := range l.rest {
		mine := own[x.n.Field]
		switch {
		case x.nth >= 0 && x.nth < len(mine):
			merge(mine[x.nth], x)
		case x.nth >= 0:
		case x.n.Field.Many(), len(mine) == 0 && len(n.All(x.n.Field.Base)) == 0:
			n.AddCopy(x.n)
		}
	}
}
