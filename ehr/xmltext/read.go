package xmltext

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"rosemary/ehr"
)

// Limits say how much is read. The zero value has the bounds of package ehr.
type Limits struct {
	Depth int   // levels of elements; 0: those of the model, and what a value needs below
	Text  int64 // bytes of one text as it stands in the file; 0: what the model's largest value needs in hexadecimal
	Nodes int   // elements of one part; 0: half a million
	Part  int64 // bytes of texts and attributes of one part; 0: eight of the largest texts
}

func (l Limits) depth() int  { return orElse(l.Depth, ehr.MaxDepth+16) }
func (l Limits) text() int64 { return orElse(l.Text, 2*ehr.MaxText+1<<16) }
func (l Limits) nodes() int  { return orElse(l.Nodes, 1<<19) }
func (l Limits) part() int64 { return orElse(l.Part, 8*ehr.MaxText) }

func orElse[T comparable](x, otherwise T) T {
	var zero T
	if x == zero {
		return otherwise
	}
	return x
}

const instance = "http://www.w3.org/2001/XMLSchema-instance"

// Reader reads one document.
type Reader struct {
	dec    *xml.Decoder
	limits Limits
	open   []*Node             // elements that were entered
	scope  []map[string]string // prefixes that are declared, one for each open element
	rooted bool                // the root has been read
	nodes  int
	bytes  int64
}

// NewReader reads from r.
func NewReader(r io.Reader, l Limits) *Reader {
	d := xml.NewDecoder(newGuard(r, l))
	d.CharsetReader = func(label string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("the text is in %.40q; only UTF-8 is read here", label)
	}
	return &Reader{dec: d, limits: l}
}

// Enter opens the next element and gives it without what is in it. It is io.EOF when there is no further one in the element that is open.
func (r *Reader) Enter() (*Node, error) {
	r.nodes, r.bytes = 0, 0
	n, err := r.start()
	if err == nil {
		r.open = append(r.open, n)
	}
	return n, err
}

// Next reads the next element whole. It is io.EOF when there is no further one in the element that is open, which is closed by that.
func (r *Reader) Next() (*Node, error) {
	r.nodes, r.bytes = 0, 0
	n, err := r.start()
	if err != nil {
		return nil, err
	}
	return n, r.fill(n, len(r.open)+1)
}

// Close sees that nothing follows the root.
func (r *Reader) Close() error {
	for {
		t, err := r.dec.Token()
		switch t := t.(type) {
		case nil:
			if errors.Is(err, io.EOF) {
				return r.whole()
			}
			return r.fault(err)
		case xml.CharData:
			if strings.Trim(string(t), blanks) != "" {
				return r.refuse(ehr.RuleMalformed, "there is text after the end")
			}
		case xml.StartElement:
			return r.refuse(ehr.RuleMalformed, "there is a second root element")
		}
	}
}

func (r *Reader) whole() error {
	if !r.rooted {
		return r.refuse(ehr.RuleMalformed, "there is no element in it")
	}
	return nil
}

// start gives the next start tag, or io.EOF at the end of the open element.
func (r *Reader) start() (*Node, error) {
	for {
		t, err := r.dec.Token()
		switch t := t.(type) {
		case nil:
			if errors.Is(err, io.EOF) && len(r.open) == 0 {
				if err := r.whole(); err != nil {
					return nil, err
				}
				return nil, io.EOF
			}
			return nil, r.fault(err)
		case xml.StartElement:
			if len(r.open) == 0 && r.rooted {
				return nil, r.refuse(ehr.RuleMalformed, "there is a second root element")
			}
			r.rooted = true
			return r.node(t)
		case xml.EndElement:
			r.open, r.scope = r.open[:len(r.open)-1], r.scope[:len(r.scope)-1]
			return nil, io.EOF
		case xml.CharData:
			if strings.Trim(string(t), blanks) != "" {
				return nil, r.refuse(ehr.RuleMalformed, "there is text where only elements may be")
			}
		}
	}
}

// fill reads what is in an element, to its end.
func (r *Reader) fill(n *Node, depth int) error {
	var text strings.Builder
	for {
		t, err := r.dec.Token()
		switch t := t.(type) {
		case nil:
			return r.fault(err)
		case xml.StartElement:
			child, err := r.node(t)
			if err != nil {
				return err
			}
			if depth >= r.limits.depth() {
				return r.refuse(ehr.RuleTooDeep, fmt.Sprintf("elements stand in each other more than %d levels deep", r.limits.depth()))
			}
			n.Nodes = append(n.Nodes, child)
			if err := r.fill(child, depth+1); err != nil {
				return err
			}
		case xml.EndElement:
			r.scope = r.scope[:len(r.scope)-1]
			if n.Text = text.String(); len(n.Nodes) > 0 && strings.Trim(n.Text, blanks) == "" {
				n.Text = ""
			}
			return nil
		case xml.CharData:
			if err := r.spend(len(t)); err != nil {
				return err
			}
			if int64(text.Len()+len(t)) > r.limits.text() {
				return r.fault(errText)
			}
			text.Write(t)
		}
	}
}

func (r *Reader) spend(bytes int) error {
	if r.bytes += int64(bytes); r.bytes > r.limits.part() {
		return r.refuse(ehr.RuleTooLarge, fmt.Sprintf("one part holds more than %d bytes", r.limits.part()))
	}
	return nil
}

func (r *Reader) node(t xml.StartElement) (*Node, error) {
	if r.nodes++; r.nodes > r.limits.nodes() {
		return nil, r.refuse(ehr.RuleTooLarge, fmt.Sprintf("one part has more than %d elements", r.limits.nodes()))
	}
	line, _ := r.dec.InputPos()
	n := &Node{Space: t.Name.Space, Name: t.Name.Local, Line: line}
	r.scope = append(r.scope, r.declared(t.Attr))
	for _, a := range t.Attr {
		if err := r.spend(len(a.Value)); err != nil {
			return nil, err
		}
		switch {
		case a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns":
		case a.Name.Space == instance && a.Name.Local == "type" || a.Name.Space == "xsi" && a.Name.Local == "type":
			n.Type = r.local(a.Value)
		case a.Name.Space == instance && a.Name.Local == "nil":
			n.Nil = a.Value == "true" || a.Value == "1"
		case a.Name.Space == instance: // where a schema lies is nobody's business here
		case a.Name.Space != "":
			n.Attrs = append(n.Attrs, Attr{Name: a.Name.Space + " " + a.Name.Local, Value: a.Value})
		default:
			for _, other := range n.Attrs {
				if other.Name == a.Name.Local {
					return nil, r.refuse(ehr.RuleTwice, "one attribute stands twice in one tag")
				}
			}
			n.Attrs = append(n.Attrs, Attr{Name: a.Name.Local, Value: a.Value})
		}
	}
	return n, nil
}

// declared gives the prefixes that hold inside a tag.
func (r *Reader) declared(attrs []xml.Attr) map[string]string {
	var now map[string]string
	if len(r.scope) > 0 {
		now = r.scope[len(r.scope)-1]
	}
	own := false
	for _, a := range attrs {
		if a.Name.Space != "xmlns" {
			continue
		}
		if !own {
			fresh := make(map[string]string, len(now)+1)
			for p, space := range now {
				fresh[p] = space
			}
			now, own = fresh, true
		}
		now[a.Name.Local] = a.Value
	}
	return now
}

// local gives the name that a qualified name stands for. A name of XML Schema itself, as in xsi:type="xs:string", says nothing of ours; a prefix that nobody
// declared is taken off.
func (r *Reader) local(name string) string {
	prefix, local, ok := strings.Cut(strings.Trim(name, blanks), ":")
	if !ok {
		return prefix
	}
	if r.scope[len(r.scope)-1][prefix] == "http://www.w3.org/2001/XMLSchema" {
		return ""
	}
	return local
}

// Problem is a fault at a place in a document: the path names elements of the document, the line is where they stand; 0 when that is not known.
func Problem(line int, path, rule, message string) error {
	if line > 0 {
		message = fmt.Sprintf("line %d: %s", line, message)
	}
	return &ehr.Fault{Path: path, Rule: rule, Message: message, Severity: ehr.Error}
}

func (r *Reader) refuse(rule, message string) error {
	line, _ := r.dec.InputPos()
	path := ""
	for _, n := range r.open {
		path += "/" + n.Name
	}
	return Problem(line, path, rule, message)
}

// fault says in words what the decoder met. An error of the reader below is given on as it is.
func (r *Reader) fault(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return r.refuse(ehr.RuleMalformed, "the file ends too early")
	case errors.Is(err, errText), errors.Is(err, errTag), errors.Is(err, errComment):
		return r.refuse(ehr.RuleTooLarge, err.Error())
	case errors.Is(err, errDoctype), errors.Is(err, errDeclared):
		return r.refuse(ehr.RuleMalformed, "there is "+err.Error())
	case errors.As(err, &syntax):
		return r.refuse(ehr.RuleMalformed, "this is not well-formed XML: "+syntax.Msg)
	case strings.HasPrefix(err.Error(), "xml: "):
		return r.refuse(ehr.RuleMalformed, "this is not XML 1.0 in UTF-8")
	}
	return err
}
