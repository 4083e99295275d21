package resource

// Room is what nodes and the lists of their elements are cut from, in larger pieces, so that making resources allocates rarely. It belongs to one goroutine at a time. A
// nil one allocates each by itself.
type Room struct {
	nodes []Node
	lists []*Node
}

const (
	nodesAtOnce = 32
	listsAtOnce = 16
	listRoom    = 4 // most elements hold no more
)

// New begins a resource.
func (s *Room) New(t *Type) *Node { return s.node(nil, t) }

// New begins a resource with room of its own.
func New(t *Type) *Node { return (&Room{}).New(t) }

func (s *Room) node(f *Field, t *Type) *Node {
	if s == nil {
		return &Node{Field: f, Type: t}
	}
	if len(s.nodes) == 0 {
		s.nodes = make([]Node, nodesAtOnce)
	}
	n := &s.nodes[0]
	s.nodes = s.nodes[1:]
	n.Field, n.Type, n.from = f, t, s
	return n
}

// list gives an empty list with room for a few: what is more goes elsewhere, as with any slice.
func (s *Room) list() []*Node {
	if s == nil {
		return nil
	}
	if len(s.lists) == 0 {
		s.lists = make([]*Node, listsAtOnce*listRoom)
	}
	l := s.lists[:0:listRoom]
	s.lists = s.lists[listRoom:]
	return l
}

// Packed gives a copy that shares nothing but text, in as little memory as it takes: to be kept, and read by many at once.
func (n *Node) Packed() *Node {
	nodes := n.count()
	room := &Room{nodes: make([]Node, nodes), lists: make([]*Node, nodes)}
	return room.pack(n)
}

func (n *Node) count() int {
	all := 1
	for _, c := range n.Nodes {
		all += c.count()
	}
	return all
}

func (s *Room) pack(n *Node) *Node {
	c := &s.nodes[0]
	s.nodes = s.nodes[1:]
	*c = *n
	c.from = nil
	c.Nodes = s.lists[:len(n.Nodes):len(n.Nodes)]
	s.lists = s.lists[len(n.Nodes):]
	for i, child := range n.Nodes {
		c.Nodes[i] = s.pack(child)
	}
	return c
}
