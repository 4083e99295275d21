package mapping

import "rosemary/fhir/resource"

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
	counts := map[*resource.Field]int{}
	for _, c := range n.Nodes {
		if x := restOf(c, taken, counts[c.Field]); x != nil {
			l.rest = append(l.rest, x)
		}
		if anyTaken(c, taken) {
			counts[c.Field]++
		}
	}
	if !l.has && len(l.rest) == 0 {
		return nil
	}
	return l
}

// Merge puts the rest back into a resource that was written of the record. What the record says stands; what belongs to something that the record
// no longer says goes with it.
func (r *Rest) Merge(n *resource.Node) { merge(n, r.root) }

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
