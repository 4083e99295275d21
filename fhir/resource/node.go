package resource

import (
	"slices"
	"strconv"
)

// Node is one element of a resource, or a whole resource: then Field is nil, or the place in another resource where it stands.
type Node struct {
	Field *Field
	Type  *Type  // of the field; for a resource in a resource, which one it is
	Value string // of a primitive: its characters as they were written; of a narrative: its XHTML
	Has   bool   // there is a value
	Nodes []*Node
	from  *Room // what its elements are cut from; nil: nothing
}

// Name is the name of the element in JSON and XML; for a resource that stands alone, its type.
func (n *Node) Name() string {
	if n.Field == nil {
		return n.Type.Name
	}
	return n.Field.Name
}

// All gives the elements of a name, in order. For a choice the name with or without its type will do.
func (n *Node) All(name string) []*Node {
	if n == nil {
		return nil
	}
	var found []*Node
	for _, c := range n.Nodes {
		if c.Field.Name == name || c.Field.Base == name {
			found = append(found, c)
		}
	}
	return found
}

// First gives the first element of a name; nil when there is none. For a choice the name with or without its type will do.
func (n *Node) First(name string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Nodes {
		if c.Field.Name == name || c.Field.Base == name {
			return c
		}
	}
	return nil
}

// At follows names from element to element, the first of each; nil when the way ends.
func (n *Node) At(names ...string) *Node {
	for _, name := range names {
		n = n.First(name)
	}
	return n
}

// Text gives the value at the end of a way, "" when there is none.
func (n *Node) Text(names ...string) string {
	if n = n.At(names...); n == nil {
		return ""
	}
	return n.Value
}

// Add appends an element of a name and gives it back; it is nil for a name that the type does not have.
func (n *Node) Add(name string) *Node {
	f, ok := n.Type.Field(name)
	if !ok {
		return nil
	}
	c := n.from.node(f, f.Type)
	n.insert(c)
	return c
}

// insert puts an element behind those that come before it by the definitions.
func (n *Node) insert(c *Node) {
	at := len(n.Nodes)
	for at > 0 && n.Nodes[at-1].Field.Order > c.Field.Order {
		at--
	}
	if at == len(n.Nodes) {
		n.append(c)
		return
	}
	n.Nodes = slices.Insert(n.Nodes, at, c)
}

// append puts an element behind all others.
func (n *Node) append(c *Node) {
	if n.Nodes == nil {
		n.Nodes = n.from.list()
	}
	n.Nodes = append(n.Nodes, c)
}

// Set gives the element of a name its value, adding it where it is not there, and gives it back.
func (n *Node) Set(name, value string) *Node {
	c := n.First(name)
	if c == nil || c.Field.Name != name {
		c = n.Add(name)
	}
	if c != nil {
		c.Value, c.Has = value, true
	}
	return c
}

// AddResource puts a resource into an element that holds one, as contained or Bundle.entry.resource do.
func (n *Node) AddResource(name string, r *Node) *Node {
	f, ok := n.Type.Field(name)
	if !ok || f.Type.Kind != Abstract {
		return nil
	}
	c := n.from.node(f, r.Type)
	c.Nodes = r.Nodes
	n.insert(c)
	return c
}

// Share puts an element of another resource of the same type into this one too: from then on neither may change it.
func (n *Node) Share(c *Node) { n.insert(c) }

// Alone gives a resource out of another as one that stands alone.
func (n *Node) Alone() *Node { return &Node{Type: n.Type, Nodes: n.Nodes} }

// Remove takes the elements out for which drop says so.
func (n *Node) Remove(drop func(*Node) bool) { n.Nodes = slices.DeleteFunc(n.Nodes, drop) }

// Clone gives a copy that shares nothing.
func (n *Node) Clone() *Node {
	c := *n
	c.from = nil // which belongs to the other
	c.Nodes = make([]*Node, len(n.Nodes))
	for i, child := range n.Nodes {
		c.Nodes[i] = child.Clone()
	}
	return &c
}

// Empty says whether there is nothing in the element.
func (n *Node) Empty() bool { return !n.Has && len(n.Nodes) == 0 }

// Equal says whether two trees say the same, value by value, in the same order.
func (n *Node) Equal(o *Node) bool {
	if n == nil || o == nil {
		return n == o
	}
	return n.Type == o.Type && n.Field == o.Field && n.Has == o.Has && n.Value == o.Value && slices.EqualFunc(n.Nodes, o.Nodes, (*Node).Equal)
}

// Extension gives the first extension with a URL; nil when there is none.
func (n *Node) Extension(url string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Nodes {
		if c.Field.Name == "extension" && c.Text("url") == url {
			return c
		}
	}
	return nil
}

// AddExtension appends an extension with a URL, still without a value.
func (n *Node) AddExtension(url string) *Node {
	x := n.Add("extension")
	if x != nil {
		x.Set("url", url)
	}
	return x
}

// Walk calls fn for the node and all below it, each with its FHIRPath expression; where fn says false, what is below is passed over.
func (n *Node) Walk(path string, fn func(path string, n *Node) bool) {
	if !fn(path, n) {
		return
	}
	which := 0
	for i, c := range n.Nodes {
		if which++; i == 0 || n.Nodes[i-1].Field != c.Field {
			which = 0
		}
		here := path + "." + c.Field.Base
		if c.Field.Many() {
			here += "[" + strconv.Itoa(which) + "]"
		}
		c.Walk(here, fn)
	}
}

// AddCopy appends a copy of an element of another resource, behind those of its name.
func (n *Node) AddCopy(other *Node) { n.insert(other.Clone()) }
