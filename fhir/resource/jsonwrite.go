package resource

import (
	"github.com/go-json-experiment/json/jsontext"
)

// AppendJSON adds the resource as JSON to dst: one way to write it, in the order of the definitions, digits as they were.
func (n *Node) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	open := len(dst)
	if n.Type.Kind == Concrete {
		dst = append(dst, `"resourceType":`...)
		dst = quote(dst, n.Type.Name)
	}
	return n.members(dst, open)
}

// members adds the elements of a node and closes its object.
func (n *Node) members(dst []byte, open int) []byte {
	for i := 0; i < len(n.Nodes); {
		f := n.Nodes[i].Field
		end := i + 1
		for end < len(n.Nodes) && n.Nodes[end].Field == f {
			end++
		}
		dst = run(dst, open, f, n.Nodes[i:end])
		i = end
	}
	return append(dst, '}')
}

// run adds all values of one element.
func run(dst []byte, open int, f *Field, nodes []*Node) []byte {
	if f.Type.Kind != Primitive {
		dst = key(dst, open, "", f.Name)
		return list(dst, f, nodes, func(dst []byte, n *Node) []byte { return n.AppendJSON(dst) })
	}
	values, companions := false, false
	for _, n := range nodes {
		values = values || n.Has
		companions = companions || len(n.Nodes) > 0
	}
	if values {
		dst = key(dst, open, "", f.Name)
		dst = list(dst, f, nodes, appendPrimitive)
	}
	if companions {
		dst = key(dst, open, "_", f.Name)
		dst = list(dst, f, nodes, func(dst []byte, n *Node) []byte {
			if len(n.Nodes) == 0 {
				return append(dst, "null"...)
			}
			dst = append(dst, '{')
			return n.members(dst, len(dst))
		})
	}
	return dst
}

func key(dst []byte, open int, mark, name string) []byte {
	if len(dst) > open {
		dst = append(dst, ',')
	}
	dst = append(dst, '"')
	dst = append(dst, mark...)
	dst = append(dst, name...)
	return append(dst, '"', ':')
}

func list(dst []byte, f *Field, nodes []*Node, one func([]byte, *Node) []byte) []byte {
	if !f.Many() {
		return one(dst, nodes[0])
	}
	dst = append(dst, '[')
	for i, n := range nodes {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = one(dst, n)
	}
	return append(dst, ']')
}

func appendPrimitive(dst []byte, n *Node) []byte {
	switch {
	case !n.Has:
		return append(dst, "null"...)
	case n.Type.format.form == asString:
		return quote(dst, n.Value)
	}
	return append(dst, n.Value...)
}

func quote(dst []byte, s string) []byte {
	if verbatim(s) { // as nearly all is
		dst = append(dst, '"')
		dst = append(dst, s...)
		return append(dst, '"')
	}
	out, err := jsontext.AppendQuote(dst, s)
	if err != nil && out == nil {
		return append(dst, `""`...)
	}
	return out
}

// verbatim says that a text stands in JSON as it is: no controls, quotation marks or backslashes, and nothing but ASCII. Eight characters are looked at together.
func verbatim(s string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for len(s) >= 8 {
		w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		quotes, slashes := w^ones*'"', w^ones*'\\'
		// A top bit appears where a character is one of those, below 0x20, or not ASCII; below the first of them there is none.
		if (w|(w-ones*0x20)|(quotes-ones)|(slashes-ones))&tops != 0 {
			break
		}
		s = s[8:]
	}
	for i := range len(s) {
		if b := s[i]; b < 0x20 || b == '"' || b == '\\' || b >= 0x80 {
			return false
		}
	}
	return true
}
