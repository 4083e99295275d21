package resource

// AppendXML adds the resource as XML to dst: one way to write it, in the order of the definitions.
func (n *Node) AppendXML(dst []byte) []byte {
	return n.appendElement(dst, n.Type.Name, ` xmlns="`+fhirSpace+`"`)
}

func (n *Node) appendElement(dst []byte, name, space string) []byte {
	dst = append(append(dst, '<'), name...)
	dst = append(dst, space...)
	inside := 0
	for _, c := range n.Nodes {
		if c.Field.Attr {
			dst = attribute(dst, c.Field.Name, c.Value)
		} else {
			inside++
		}
	}
	if n.Type.Kind == Primitive && n.Has {
		dst = attribute(dst, "value", n.Value)
	}
	if inside == 0 {
		return append(dst, '/', '>')
	}
	dst = append(dst, '>')
	for _, c := range n.Nodes {
		switch {
		case c.Field.Attr:
		case c.Type.Name == "xhtml":
			dst = append(dst, c.Value...)
		case c.Field.Type.Kind == Abstract:
			dst = append(append(append(dst, '<'), c.Field.Name...), '>')
			dst = c.appendElement(dst, c.Type.Name, "")
			dst = append(append(append(dst, '<', '/'), c.Field.Name...), '>')
		default:
			dst = c.appendElement(dst, c.Field.Name, "")
		}
	}
	dst = append(append(dst, '<', '/'), name...)
	return append(dst, '>')
}

// attribute adds a value with all that XML would change in it escaped.
func attribute(dst []byte, name, value string) []byte {
	dst = append(append(append(dst, ' '), name...), '=', '"')
	from := 0
	for i := range len(value) {
		var escape string
		switch value[i] {
		case '<':
			escape = "&lt;"
		case '>':
			escape = "&gt;"
		case '&':
			escape = "&amp;"
		case '"':
			escape = "&quot;"
		case '\n':
			escape = "&#xA;"
		case '\r':
			escape = "&#xD;"
		case '\t':
			escape = "&#x9;"
		default:
			continue
		}
		dst = append(append(dst, value[from:i]...), escape...)
		from = i + 1
	}
	return append(append(dst, value[from:]...), '"')
}

// AppendXMLElement adds one element of a resource, without what is around it.
func (n *Node) AppendXMLElement(dst []byte) []byte { return n.appendElement(dst, n.Name(), "") }
