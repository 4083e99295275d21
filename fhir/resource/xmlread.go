package resource

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"rosemary/standard"
)

const (
	fhirSpace  = "http://hl7.org/fhir"
	xhtmlSpace = "http://www.w3.org/1999/xhtml"
)

// ReadXML reads a resource from XML. The resource is fit to use only when there are no problems.
func (d *Definitions) ReadXML(data []byte) (*Node, []standard.Problem) {
	r := &xmlReader{d: d, data: data, dec: xml.NewDecoder(bytes.NewReader(data))}
	root := r.root()
	if root != nil && !r.stopped {
		r.path = r.path[:0]
		d.check(root, &r.faults)
	}
	return root, r.all()
}

// xmlReader walks the tokens once, beside the types.
type xmlReader struct {
	faults
	d       *Definitions
	data    []byte
	dec     *xml.Decoder
	stopped bool
	nodes   int
	at      int64 // where the last tag began
}

// stop says why nothing more can be read.
func (r *xmlReader) stop(rule, words string) {
	if r.stopped {
		return
	}
	r.stopped = true
	line, _ := r.dec.InputPos()
	r.whole(rule, "", "Line %d: %s", line, words)
}

// next gives the next start or end of an element; nil at the end of the document or when reading has stopped. Text may only be blank.
func (r *xmlReader) next() xml.Token {
	for !r.stopped {
		r.at = r.dec.InputOffset()
		t, err := r.dec.Token()
		switch t := t.(type) {
		case nil:
			if !errors.Is(err, io.EOF) {
				r.stop(RuleMalformed, "this is not XML that can be read.")
			}
			return nil
		case xml.StartElement:
			return t
		case xml.EndElement:
			return t
		case xml.CharData:
			if strings.TrimSpace(string(t)) != "" {
				r.stop(RuleMalformed, "there is text between elements. In FHIR a value stands in the attribute value.")
			}
		case xml.Directive:
			r.stop(RuleMalformed, "a document type or entity is not read here. Send the XML without it.")
		case xml.ProcInst:
			if t.Target != "xml" {
				r.stop(RuleMalformed, "an instruction to a program is not read here. Send the XML without it.")
			}
		}
	}
	return nil
}

func (r *xmlReader) root() *Node {
	if len(r.data) > maxInputXML {
		r.stop(standard.RuleTooLong, "the document is too large.")
		return nil
	}
	start, ok := r.next().(xml.StartElement)
	if !ok {
		r.stop(RuleMalformed, "there is no resource in it.")
		return nil
	}
	n := r.resource(start, nil, 1)
	if r.stopped {
		return nil
	}
	if r.next() != nil {
		r.stop(RuleMalformed, "there is something behind the end of the resource. Send one resource only.")
	}
	return n
}

// resource reads a resource whose tag has been read.
func (r *xmlReader) resource(start xml.StartElement, f *Field, depth int) *Node {
	t, ok := r.d.ResourceType(start.Name.Local)
	if start.Name.Space != fhirSpace {
		r.stop(RuleMalformed, "the element "+shown(start.Name.Local)+` is not of FHIR: it needs xmlns="`+fhirSpace+`".`)
		return nil
	}
	if !ok {
		r.add(RuleNoType, start.Name.Local, "FHIR R4 has no resource of this type.")
		r.skip()
		return nil
	}
	n := r.node(f, t)
	if f == nil {
		r.enter(t.Name, -1)
	}
	r.attributes(n, start)
	r.fill(n, depth)
	return n
}

func (r *xmlReader) node(f *Field, t *Type) *Node {
	if r.nodes++; r.nodes > MaxNodes {
		r.stop(RuleTooMany, "the resource has too many elements.")
	}
	return &Node{Field: f, Type: t}
}

// skip passes over the rest of an element.
func (r *xmlReader) skip() {
	for depth := 1; depth > 0 && !r.stopped; {
		switch r.next().(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case nil:
			return
		}
	}
}

// attributes takes over what a tag says: the value of a primitive, an id, the url of an extension.
func (r *xmlReader) attributes(n *Node, start xml.StartElement) {
	if len(start.Attr) > maxAttrs {
		r.stop(RuleTooMany, "a tag has too many attributes.")
		return
	}
	for i, a := range start.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" || a.Name.Space == "http://www.w3.org/2001/XMLSchema-instance" || a.Name.Space == "xsi" {
			continue
		}
		twice := slices.ContainsFunc(start.Attr[:i], func(b xml.Attr) bool { return b.Name == a.Name })
		f, ok := n.Type.Field(a.Name.Local)
		switch {
		case twice:
			r.add(RuleTwice, "", "The attribute %s is there twice.", shown(a.Name.Local))
		case a.Name.Space == "" && a.Name.Local == "value" && n.Type.Kind == Primitive:
			n.Value, n.Has = a.Value, true
		case a.Name.Space == "" && ok && f.Attr:
			n.insert(&Node{Field: f, Type: f.Type, Value: a.Value, Has: true})
		default:
			r.addIn(a.Name.Local, RuleUnknown, a.Value, "%s has no attribute %s.", n.Type.Name, shown(a.Name.Local))
		}
	}
}

// fill reads the elements in a node, to its end tag.
func (r *xmlReader) fill(n *Node, depth int) {
	if depth > MaxDepth {
		r.stop(RuleTooDeep, "elements stand in each other too deep.")
		return
	}
	which := -1 // of several of one name, the last one was
	for !r.stopped {
		switch t := r.next().(type) {
		case nil:
			r.stop(RuleMalformed, "the document ends before it is complete.")
			return
		case xml.EndElement:
			if !slices.IsSortedFunc(n.Nodes, byOrder) {
				slices.SortStableFunc(n.Nodes, byOrder)
			}
			if n.Empty() && n.Type.Kind != Concrete {
				r.add(RuleEmpty, "", "There is nothing in this element. Fill it in or leave it out.")
			}
			return
		case xml.StartElement:
			if which++; len(n.Nodes) == 0 || n.Nodes[len(n.Nodes)-1].Field.Name != t.Name.Local {
				which = 0
			}
			r.child(n, t, which, depth)
		}
	}
}

func byOrder(a, b *Node) int { return a.Field.Order - b.Field.Order }

func (r *xmlReader) child(n *Node, start xml.StartElement, which, depth int) {
	f, ok := n.Type.Field(start.Name.Local)
	if ok && f.Type.Name == "xhtml" && start.Name.Space == xhtmlSpace {
		if c := r.narrative(f); c != nil {
			n.Nodes = append(n.Nodes, c)
		}
		return
	}
	if !ok || f.Attr || start.Name.Space != fhirSpace {
		r.addIn(start.Name.Local, RuleUnknown, "", "%s has no element %s.", n.Type.Name, shown(start.Name.Local))
		r.skip()
		return
	}
	if !f.Many() {
		which = -1
	}
	r.enter(f.Base, which)
	defer r.leave()
	if f.Type.Kind == Abstract {
		r.held(n, f, depth)
		return
	}
	c := r.node(f, f.Type)
	r.attributes(c, start)
	r.fill(c, depth+1)
	n.Nodes = append(n.Nodes, c)
}

// held reads the one resource that stands in an element of another.
func (r *xmlReader) held(n *Node, f *Field, depth int) {
	count := 0
	for !r.stopped {
		switch t := r.next().(type) {
		case nil:
			r.stop(RuleMalformed, "the document ends before it is complete.")
		case xml.EndElement:
			if count != 1 {
				r.add(RuleShape, "", "There must be one resource in %s.", f.Name)
			}
			return
		case xml.StartElement:
			count++
			if c := r.resource(t, f, depth+1); c != nil {
				n.Nodes = append(n.Nodes, c)
			}
		}
	}
}

// narrative takes the div as it stands, from its start tag to its end.
func (r *xmlReader) narrative(f *Field) *Node {
	from := r.at
	for depth := 1; depth > 0; {
		t, _ := r.dec.Token()
		switch t.(type) {
		case xml.StartElement:
			if depth++; depth > MaxDepth {
				r.stop(RuleTooDeep, "elements of the narrative stand in each other too deep.")
				return nil
			}
		case xml.EndElement:
			depth--
		case xml.Directive, xml.ProcInst:
			r.stop(RuleMalformed, "a document type, entity or instruction is not read here.")
			return nil
		case nil:
			r.stop(RuleMalformed, "the narrative is not XHTML that can be read.")
			return nil
		}
	}
	c := r.node(f, f.Type)
	c.Value, c.Has = string(r.data[from:r.dec.InputOffset()]), true
	return c
}
