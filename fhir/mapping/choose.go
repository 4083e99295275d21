package mapping

import (
	"slices"
	"strings"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// Read makes of a resource the content of the class that it names, or else of the class that takes such resources.
func (m *Mapper) Read(n *resource.Node, links Links) (*Taken, []standard.Problem) {
	if bad := m.misnamed(n); bad != nil {
		return nil, []standard.Problem{*bad}
	}
	class := m.ClassOf(n)
	if class == nil {
		return nil, []standard.Problem{{Path: n.Type.Name, Rule: RuleNoClass, Value: n.Type.Name,
			Message: "Nothing in the record is kept as such a resource. Name the class of the standard in meta.profile, as " + ClassPrefix + " and the class."}}
	}
	taken, problems := m.ReadAs(class, n, links)
	if named(n) || len(problems) == 0 && taken.enough() {
		return taken, problems
	}
	for _, other := range m.byResource[n.Type.Name] { // one that takes more may hold what this one cannot
		if other == class || !other.takesThis(n) {
			continue
		}
		if second, more := m.ReadAs(other, n, links); len(more) == 0 && second.enough() {
			return second, nil
		}
	}
	return taken, problems
}

// takesThis says whether a resource that names no class may be of this one.
func (c *Class) takesThis(n *resource.Node) bool {
	return slices.ContainsFunc(c.takes, func(one *constant) bool { return len(one.path) == 0 || says(n, one) })
}

// named says whether a resource says of which class it is.
func named(n *resource.Node) bool {
	return slices.ContainsFunc(n.First("meta").All("profile"), func(p *resource.Node) bool { return strings.HasPrefix(p.Value, ClassPrefix) })
}

// misnamed refuses a resource that names a class which it cannot be: it would become a record of another.
func (m *Mapper) misnamed(n *resource.Node) *standard.Problem {
	for i, p := range n.First("meta").All("profile") {
		id, is := strings.CutPrefix(p.Value, ClassPrefix)
		if named := m.byClass[id]; is && (named == nil || named.Resource != n.Type) {
			return &standard.Problem{Path: indexed(n.Type.Name+".meta.profile", i), Rule: RuleNoClass, Value: p.Value,
				Message: "There is no class of this name whose records are " + n.Type.Name + ". Leave the profile out, or name the class that is meant."}
		}
	}
	return nil
}

// enough says whether what was read is all that the class needs, and keeps its rules.
func (t *Taken) enough() bool {
	content, err := standard.ReadContent(t.Class.Class, t.Content)
	if err != nil {
		return false
	}
	for _, id := range t.Class.needs {
		if !slices.ContainsFunc(content.Get(id), func(v standard.Value) bool { _, absent := v.(standard.Absent); return !absent }) {
			return false
		}
	}
	if len(t.Class.needs) == 0 {
		return true
	}
	_, problems := t.Class.Decode(t.Content, standard.DecodeOptions{})
	return len(problems) == 0
}

// ClassOf says of which class a resource is; nil when there is none for it.
func (m *Mapper) ClassOf(n *resource.Node) *Class {
	for _, p := range n.First("meta").All("profile") {
		if id, ok := strings.CutPrefix(p.Value, ClassPrefix); ok {
			if class := m.byClass[id]; class != nil && class.Resource == n.Type {
				return class
			}
		}
	}
	if n.Type.Name == defaultResource {
		for _, c := range n.First("code").All("coding") {
			if class := m.byClass[c.Text("code")]; c.Text("system") == ClassSystem && class != nil && class.Resource == n.Type {
				return class
			}
		}
	}
	for _, class := range m.byResource[n.Type.Name] {
		if class.takesThis(n) {
			return class
		}
	}
	return nil
}

// says reports whether a resource has the value, at any of the places that the path leads to.
func says(n *resource.Node, c *constant) bool {
	var look func(n *resource.Node, steps []step) bool
	look = func(n *resource.Node, steps []step) bool {
		if len(steps) == 0 {
			return n.Value == c.value
		}
		for child := range steps[0].all(n) {
			if look(child, steps[1:]) {
				return true
			}
		}
		return false
	}
	return look(n, c.path)
}
