package fhir

import (
	"slices"
	"strconv"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// pathPatched does the operations of a FHIRPath Patch on a resource, one after the other, and gives it as JSON; the first that cannot be done refuses all.
func pathPatched(now, patch *resource.Node) ([]byte, error) {
	operations := patch.All("parameter")
	if len(operations) > mostOperations {
		return nil, tooManyOperations()
	}
	for i, p := range operations {
		at := "Parameters.parameter[" + strconv.Itoa(i) + "]"
		if p.Text("name") != "operation" {
			return nil, notPatched(at, "Every parameter of a FHIRPath Patch is called operation.")
		}
		o := &pathOperation{root: now, parts: map[string]*resource.Node{}}
		for _, part := range p.All("part") {
			o.parts[part.Text("name")] = part
		}
		if wrong := o.do(); wrong != "" {
			return nil, notPatched(at, wrong)
		}
	}
	if len(operations) == 0 {
		return nil, notPatched("Parameters", "There is no operation in it.")
	}
	return now.AppendJSON(nil), nil
}

func notPatched(at, wrong string) error {
	return standard.Refuse("The patch does not fit the resource as it stands. Nothing was changed.", []standard.Problem{{Path: at, Rule: "patch", Message: wrong}})
}

// pathOperation is one operation: what it works on, and the parts that say what is to be done.
type pathOperation struct {
	root  *resource.Node
	parts map[string]*resource.Node
}

func (o *pathOperation) text(name string) string { return o.parts[name].Text("value") }

// do does the operation; it says why it cannot.
func (o *pathOperation) do() (wrong string) {
	found, err := findPath(o.root, o.text("path"))
	if err != nil {
		return err.Error()
	}
	switch o.text("type") {
	case "add":
		if len(found) != 1 {
			return many(len(found), "add to")
		}
		return o.add(found[0].node)
	case "insert":
		return o.insert(found)
	case "delete":
		if len(found) > 1 {
			return many(len(found), "delete")
		}
		if len(found) == 1 && found[0].parent == nil {
			return "A patch cannot delete the resource itself."
		}
		for _, f := range found {
			f.parent.Remove(func(n *resource.Node) bool { return n == f.node })
		}
		return ""
	case "replace":
		if len(found) != 1 || found[0].parent == nil {
			return many(len(found), "replace")
		}
		return o.replace(found[0])
	case "move":
		return o.move(found)
	}
	return "The type of an operation is add, insert, delete, replace or move."
}

func many(n int, what string) string {
	return "The path leads to " + strconv.Itoa(n) + " elements, and there must be one to " + what + "."
}

// add puts a new element of a name into an element.
func (o *pathOperation) add(to *resource.Node) string {
	name := o.text("name")
	f, wrong := o.fieldOf(to.Type, name)
	if wrong != "" {
		return wrong
	}
	if !f.Many() && to.First(f.Base) != nil {
		return "There is a " + f.Base + " already, and it may be there once. Replace it."
	}
	n, wrong := o.made(f)
	if wrong == "" {
		to.AddCopy(n)
	}
	return wrong
}

// insert puts a new element among those of a list, at a number from 0.
func (o *pathOperation) insert(list []located) string {
	parent, wrong := siblings(list)
	if wrong != "" {
		return wrong
	}
	at, err := strconv.Atoi(o.text("index"))
	if err != nil || at < 0 || at > len(list) {
		return "The index must be a number from 0 to " + strconv.Itoa(len(list)) + "."
	}
	n, wrong := o.made(list[0].node.Field)
	if wrong == "" {
		parent.Nodes = slices.Insert(parent.Nodes, slices.Index(parent.Nodes, list[0].node)+at, n)
	}
	return wrong
}

// replace puts another value in the place of an element; of a choice it may be of another type.
func (o *pathOperation) replace(at located) string {
	f := at.node.Field
	if given := o.parts["value"]; f.Choice && given.First("value") != nil {
		for _, other := range at.parent.Type.Fields {
			if other.Base == f.Base && other.Type == given.First("value").Type {
				f = other
			}
		}
	}
	n, wrong := o.made(f)
	if wrong == "" {
		at.parent.Nodes[slices.Index(at.parent.Nodes, at.node)] = n
	}
	return wrong
}

// move puts one of a list in another place of it.
func (o *pathOperation) move(list []located) string {
	parent, wrong := siblings(list)
	if wrong != "" {
		return wrong
	}
	from, err := strconv.Atoi(o.text("source"))
	to, err2 := strconv.Atoi(o.text("destination"))
	if err != nil || err2 != nil || from < 0 || to < 0 || from >= len(list) || to >= len(list) {
		return "Source and destination must be numbers from 0 to " + strconv.Itoa(len(list)-1) + "."
	}
	begin, n := slices.Index(parent.Nodes, list[0].node), list[from].node
	parent.Nodes = slices.Delete(parent.Nodes, begin+from, begin+from+1)
	parent.Nodes = slices.Insert(parent.Nodes, begin+to, n)
	return ""
}

// siblings gives what a list stands in: all of one element that may repeat, in one place.
func siblings(list []located) (*resource.Node, string) {
	if len(list) == 0 {
		return nil, "There is nothing at the path. Add the first one."
	}
	parent, f := list[0].parent, list[0].node.Field
	if parent == nil || !f.Many() || len(parent.All(f.Name)) != len(list) {
		return nil, "The path must lead to all of an element that may repeat, in one place."
	}
	for _, one := range list {
		if one.parent != parent || one.node.Field != f {
			return nil, "The path must lead to all of an element that may repeat, in one place."
		}
	}
	return parent, ""
}

// fieldOf gives the element of a name: of a choice, the one of the type of the value.
func (o *pathOperation) fieldOf(t *resource.Type, name string) (*resource.Field, string) {
	if f, ok := t.Field(name); ok {
		return f, ""
	}
	value := o.parts["value"].First("value")
	for _, f := range t.Fields {
		if f.Base == name && value != nil && f.Type == value.Type {
			return f, ""
		}
	}
	return nil, "There is no element " + strconv.Quote(name) + " there that takes this value."
}

// made makes an element of the value of the operation.
func (o *pathOperation) made(f *resource.Field) (*resource.Node, string) {
	given := o.parts["value"]
	if given == nil {
		return nil, "The operation has no value."
	}
	return valueOf(f, given)
}

// valueOf makes an element of a parameter: of its value, or of its parts, each an element inside.
func valueOf(f *resource.Field, given *resource.Node) (*resource.Node, string) {
	n := &resource.Node{Field: f, Type: f.Type}
	if value := given.First("value"); value != nil {
		if value.Type != f.Type && (value.Type.Kind != resource.Primitive || f.Type.Kind != resource.Primitive) {
			return nil, f.Name + " is a " + f.Type.Name + ", and the value is a " + value.Type.Name + "."
		}
		n.Value, n.Has, n.Nodes = value.Value, value.Has, value.Clone().Nodes
		return n, ""
	}
	if r := given.First("resource"); r != nil {
		if f.Type.Kind != resource.Abstract {
			return nil, f.Name + " holds no resource."
		}
		n.Type, n.Nodes = r.Type, r.Clone().Nodes
		return n, ""
	}
	for _, part := range given.All("part") {
		o := &pathOperation{parts: map[string]*resource.Node{"value": part}}
		inner, wrong := o.fieldOf(f.Type, part.Text("name"))
		if wrong != "" {
			return nil, wrong
		}
		child, wrong := valueOf(inner, part)
		if wrong != "" {
			return nil, wrong
		}
		n.AddCopy(child)
	}
	if n.Empty() {
		return nil, "The operation has no value."
	}
	return n, ""
}
