package standard

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// node is one value of a file and where it stands, whatever read it.
type node struct {
	kind  nodeKind
	at    pos
	text  string // of a scalar, exactly as written: 1.0 stays 1.0, 010 stays 010
	items []node // of a list; of an object, each key followed by its value
}

type nodeKind byte

const (
	nullNode nodeKind = iota
	objectNode
	listNode
	plainNode   // one word or sentence
	blockNode   // a sentence over several lines
	numberNode  // a number
	booleanNode // true or false
	strangeNode // an anchor, an alias, a tag: nothing that our files have
)

// nodeOf takes over what the parser read. A node of the parser's holds all its tokens; ours holds what is looked at.
func nodeOf(n ast.Node) node {
	out := node{at: at(n)}
	switch n := n.(type) {
	case nil, *ast.NullNode:
	case *ast.MappingNode:
		out.members(n.Values)
	case *ast.MappingValueNode:
		out.members([]*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		out.kind = listNode
		for _, v := range n.Values {
			out.items = append(out.items, nodeOf(v))
		}
	case *ast.StringNode:
		out.kind, out.text = plainNode, n.Value
	case *ast.LiteralNode:
		out.kind, out.text = blockNode, strings.TrimSpace(n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode:
		out.kind, out.text = numberNode, n.GetToken().Value
	case *ast.BoolNode:
		out.kind, out.text = booleanNode, n.GetToken().Value
	default:
		out.kind = strangeNode
	}
	return out
}

func (n *node) members(values []*ast.MappingValueNode) {
	n.kind = objectNode
	for _, m := range values {
		n.items = append(n.items, node{kind: plainNode, at: at(m.Key), text: m.Key.String()}, nodeOf(m.Value))
	}
}

// at tells where a node of the parser's begins.
func at(n ast.Node) pos {
	switch n := n.(type) {
	case nil:
		return pos{}
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return at(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return at(n.Key)
	}
	token := n.GetToken()
	if token == nil || token.Position == nil {
		return pos{}
	}
	return pos{token.Position.Line, token.Position.Column}
}
