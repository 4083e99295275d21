package xmltext

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"

	"rosemary/ehr"
	"rosemary/ehr/xmlscan"
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
	scan   *xmlscan.Scanner
	limits Limits
	open   []*Node // elements that were entered
	rooted bool    // the root has been read
	nodes  int
	bytes  int64
	room   []Node  // for elements to come: made many at a time
	kids   []*Node // likewise, whose parents are being read
	words  []byte  // directly in the elements that are being read
}

// NewReader reads from r.
func NewReader(r io.Reader, l Limits) *Reader {
	text := int(l.text())
	return &Reader{limits: l, scan: xmlscan.New(r, xmlscan.Limits{Depth: l.depth() + 1, Between: text + maxComment, Tag: text + maxMarks, Attrs: maxAttrs})}
}

const (
	maxMarks   = 64 << 10 // bytes of one tag beside its largest value
	maxAttrs   = 64       // attributes of one tag
	maxComment = 64 << 10 // bytes of comments and instructions beside one text
)

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
		k, err := r.scan.Next()
		switch {
		case errors.Is(err, io.EOF):
			return r.whole()
		case err != nil:
			return r.fault(err)
		case k == xmlscan.Words && !blank(r.scan.Words()):
			return r.refuse(ehr.RuleMalformed, "there is text after the end")
		case k == xmlscan.Start:
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
		k, err := r.scan.Next()
		switch {
		case errors.Is(err, io.EOF):
			if err := r.whole(); err != nil {
				return nil, err
			}
			return nil, io.EOF
		case err != nil:
			return nil, r.fault(err)
		case k == xmlscan.Start:
			if len(r.open) == 0 && r.rooted {
				return nil, r.refuse(ehr.RuleMalformed, "there is a second root element")
			}
			r.rooted = true
			return r.node()
		case k == xmlscan.End:
			r.open = r.open[:len(r.open)-1]
			return nil, io.EOF
		case !blank(r.scan.Words()):
			return nil, r.refuse(ehr.RuleMalformed, "there is text where only elements may be")
		}
	}
}

func blank(words []byte) bool { return len(bytes.Trim(words, blanks)) == 0 }

// fill reads what is in an element, to its end.
func (r *Reader) fill(n *Node, depth int) error {
	begin, first := len(r.words), len(r.kids)
	for {
		k, err := r.scan.Next()
		if err != nil {
			return r.fault(err)
		}
		switch k {
		case xmlscan.Start:
			if depth >= r.limits.depth() {
				return r.refuse(ehr.RuleTooDeep, fmt.Sprintf("elements stand in each other more than %d levels deep", r.limits.depth()))
			}
			child, err := r.node()
			if err != nil {
				return err
			}
			r.kids = append(r.kids, child)
			if err := r.fill(child, depth+1); err != nil {
				return err
			}
		case xmlscan.End:
			if words := r.words[begin:]; len(r.kids) == first || !blank(words) {
				n.Text = string(words)
			}
			if r.words = r.words[:begin]; cap(r.words) > 1<<20 && begin == 0 { // one large text: do not keep its room
				r.words = nil
			}
			if len(r.kids) > first {
				n.Nodes = append(make([]*Node, 0, len(r.kids)-first), r.kids[first:]...)
			}
			r.kids = r.kids[:first]
			return nil
		case xmlscan.Words:
			words := r.scan.Words()
			if err := r.spend(len(words)); err != nil {
				return err
			}
			if int64(len(r.words)-begin+len(words)) > r.limits.text() {
				return r.refuse(ehr.RuleTooLarge, "one text, or one value, is too large")
			}
			r.words = append(r.words, words...)
		}
	}
}

func (r *Reader) spend(bytes int) error {
	if r.bytes += int64(bytes); r.bytes > r.limits.part() {
		return r.refuse(ehr.RuleTooLarge, fmt.Sprintf("one part holds more than %d bytes", r.limits.part()))
	}
	return nil
}

// fresh gives room for an element.
func (r *Reader) fresh() *Node {
	if len(r.room) == 0 {
		r.room = make([]Node, 32)
	}
	n := &r.room[0]
	r.room = r.room[1:]
	return n
}

// node makes an element of the start that was read last.
func (r *Reader) node() (*Node, error) {
	if r.nodes++; r.nodes > r.limits.nodes() {
		return nil, r.refuse(ehr.RuleTooLarge, fmt.Sprintf("one part has more than %d elements", r.limits.nodes()))
	}
	n, name := r.fresh(), r.scan.Name()
	n.Space, n.Name = name.Space, name.Local
	n.Line, _ = r.scan.Position()
	attrs := r.scan.Attrs()
	add := func(name string, value []byte) {
		if n.Attrs == nil {
			n.Attrs = make([]Attr, 0, len(attrs))
		}
		n.Attrs = append(n.Attrs, Attr{Name: name, Value: string(value)})
	}
	for _, a := range attrs {
		if err := r.spend(len(a.Value)); err != nil {
			return nil, err
		}
		switch {
		case a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns":
		case a.Name.Space == instance && a.Name.Local == "type" || a.Name.Space == "xsi" && a.Name.Local == "type":
			n.Type = r.local(a.Value)
		case a.Name.Space == instance && a.Name.Local == "nil":
			n.Nil = string(a.Value) == "true" || string(a.Value) == "1"
		case a.Name.Space == instance: // where a schema lies is nobody's business here
		case a.Name.Space != "":
			add(a.Name.Space+" "+a.Name.Local, a.Value)
		default:
			add(a.Name.Local, a.Value)
		}
	}
	return n, nil
}

// local gives the name that a qualified name stands for. A name of XML Schema itself, as in xsi:type="xs:string", says nothing of ours; a prefix that nobody
// declared is taken off.
func (r *Reader) local(name []byte) string {
	prefix, local, ok := bytes.Cut(bytes.Trim(name, blanks), []byte{':'})
	if !ok {
		return r.scan.Shared(prefix)
	}
	if space, _ := r.scan.Space(string(prefix)); space == "http://www.w3.org/2001/XMLSchema" {
		return ""
	}
	return r.scan.Shared(local)
}

// Problem is a fault at a place in a document: the path names elements of the document, the line is where they stand; 0 when that is not known.
func Problem(line int, path, rule, message string) error {
	if line > 0 {
		message = fmt.Sprintf("line %d: %s", line, message)
	}
	return &ehr.Fault{Path: path, Rule: rule, Message: message, Severity: ehr.Error}
}

func (r *Reader) refuse(rule, message string) error {
	line, _ := r.scan.Position()
	path := ""
	for _, n := range r.open {
		path += "/" + n.Name
	}
	return Problem(line, path, rule, message)
}

// fault says what the scanner met, and where. An error of the reader below is given on as it is.
func (r *Reader) fault(err error) error {
	var e *xmlscan.Error
	if !errors.As(err, &e) {
		return err
	}
	rules := map[int]string{xmlscan.TooLarge: ehr.RuleTooLarge, xmlscan.TooDeep: ehr.RuleTooDeep, xmlscan.Twice: ehr.RuleTwice}
	return r.refuse(cmp.Or(rules[e.Why], ehr.RuleMalformed), e.Message)
}
