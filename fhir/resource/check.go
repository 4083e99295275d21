package resource

import (
	"strings"

	"rosemary/standard"
)

// Check says everything that is wrong with a resource by the definitions: what must be there and is not, what is there too often, characters that
// are not of their type, codes that are not of their set, references to what they may not point at, narratives that are not harmless.
func (d *Definitions) Check(root *Node) []standard.Problem {
	var f faults
	d.check(root, &f)
	return f.all()
}

func (d *Definitions) check(root *Node, f *faults) {
	f.enter(root.Type.Name, -1)
	root.checkIn(f)
	f.leave()
}

// checkIn checks a node and all below it.
func (n *Node) checkIn(f *faults) {
	if n.Type.Kind == Primitive {
		n.checkPrimitive(f)
	} else if n.Has {
		f.add(RuleShape, n.Value, "%s takes elements, not a value.", n.Name())
	}
	if n.Empty() && n.Type.Kind != Concrete {
		f.add(RuleEmpty, "", "There is nothing in this element. Fill it in or leave it out.")
	}
	n.checkCounts(f)
	if n.Type.Name == "Reference" {
		n.checkReference(f)
	}
	if n.Type.Name == "Extension" && len(n.All("extension")) > 0 && n.First("value") != nil {
		f.add(RuleShape, "", "An extension has a value or extensions of its own, not both.")
	}
	at := 0
	for i, c := range n.Nodes {
		if at++; i == 0 || n.Nodes[i-1].Field != c.Field {
			at = 0
		}
		if c.Field.Many() {
			f.enter(c.Field.Base, at)
		} else {
			f.enter(c.Field.Base, -1)
		}
		c.checkIn(f)
		f.leave()
	}
}

// checkCounts goes through the elements that the type has and those that are there, both in the same order.
func (n *Node) checkCounts(f *faults) {
	fields, next := n.Type.Fields, 0
	for i := 0; i < len(fields); {
		first := fields[i]
		for i < len(fields) && fields[i].Order == first.Order {
			i++
		}
		count, mixed := 0, false
		for ; next < len(n.Nodes) && n.Nodes[next].Field.Order == first.Order; next++ {
			mixed = mixed || count > 0 && n.Nodes[next].Field != n.Nodes[next-1].Field
			count++
		}
		// A primitive's own value counts as such, and an extension may stand in its place.
		if n.Type.Kind == Primitive && first.Name == "value" {
			continue
		}
		switch {
		case count < first.Min:
			f.addIn(first.Base, RuleMust, "", "%s must have %s.", n.Type.Name, first.Base)
		case mixed:
			f.addIn(first.Base, RuleTooMany, "", "%s can be of one type only.", first.Base)
		case first.Max > 0 && count > first.Max:
			f.addIn(first.Base, RuleTooMany, "", "%s may be there only once.", first.Base)
		}
	}
}

func (n *Node) checkPrimitive(f *faults) {
	if !n.Has {
		return
	}
	format := n.Type.format
	switch {
	case !carried(n.Value):
		f.add(RuleCharacters, n.Value, "There are control characters in this value. Take them out.")
	case n.Type.Name == "xhtml":
		if why := narrativeFault(n.Value); why != "" {
			f.add(RuleNarrative, "", "%s", why)
		}
	case format.valid != nil && !format.valid(n.Value):
		f.add(RuleFormat, n.Value, "%s must be %s.", n.Name(), format.words)
	case n.Field != nil && n.Field.Codes != nil && n.Type.Name == "code" && !n.Field.Codes.Codes[n.Value]:
		f.add(RuleCode, n.Value, "This is not one of the codes that %s may have (%s).", n.Field.Name, n.Field.Codes.URL)
	}
}

// checkReference holds a literal reference against the types that the element may point at.
func (n *Node) checkReference(f *faults) {
	if n.Field == nil || len(n.Field.Targets) == 0 {
		return
	}
	kind := ReferenceType(n)
	if kind == "" {
		return
	}
	for _, t := range n.Field.Targets {
		if t == kind {
			return
		}
	}
	f.add(RuleTarget, kind, "%s may point at %s, not at %s.", n.Field.Name, strings.Join(n.Field.Targets, ", "), shown(kind))
}

// ReferenceType says what type of resource a reference says that it points at; "" when it does not say.
func ReferenceType(ref *Node) string {
	if literal := ref.Text("reference"); literal != "" {
		kind, _, _ := SplitReference(literal)
		return kind
	}
	if kind := ref.Text("type"); kind != "" && !strings.Contains(kind, "/") {
		return kind
	}
	return ""
}

// SplitReference takes Type/id, Type/id/_history/version, or an address that ends so, apart. All are empty for other references.
func SplitReference(s string) (kind, id, version string) {
	if strings.HasPrefix(s, "#") || strings.HasPrefix(s, "urn:") {
		return "", "", ""
	}
	before, id := cutLast(s)
	if of, is := strings.CutSuffix(before, "/_history"); is && strings.Contains(of, "/") {
		version = id
		before, id = cutLast(of)
	}
	_, kind = cutLast(before)
	if !isID(id) || kind == "" || kind[0] < 'A' || kind[0] > 'Z' || strings.ContainsAny(kind, ":.") {
		return "", "", ""
	}
	return kind, id, version
}

// cutLast parts a text at its last slash; all of it stands behind where there is none.
func cutLast(s string) (before, after string) {
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return "", s
	}
	return s[:i], s[i+1:]
}
