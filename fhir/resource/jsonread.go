package resource

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"rosemary/standard"
)

// ReadJSON reads a resource from JSON. The resource is fit to use only when there are no problems.
func (d *Definitions) ReadJSON(data []byte) (*Node, []standard.Problem) {
	r := &jsonReader{d: d, data: data, text: string(data), room: &Room{}}
	if !utf8.Valid(data) {
		r.whole(RuleMalformed, "", "There are bytes that are not characters (invalid UTF-8). Send the resource as UTF-8.")
		return nil, r.all()
	}
	r.dec = jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))
	root := r.resource(nil, 1)
	if !r.stopped {
		if _, err := r.dec.ReadToken(); !errors.Is(err, io.EOF) {
			r.whole(RuleMalformed, "", "There is something behind the end of the resource. Send one resource only.")
		}
	}
	if root != nil && !r.stopped {
		r.path = r.path[:0]
		d.check(root, &r.faults)
	}
	return root, r.all()
}

// jsonReader walks the JSON once, beside the types.
type jsonReader struct {
	faults
	d       *Definitions
	dec     *jsontext.Decoder
	data    []byte
	text    string // the same, so that values need not be copied one by one
	stopped bool
	nodes   int
	room    *Room
}

func (r *jsonReader) node(f *Field, t *Type) *Node {
	n := r.room.node(f, t)
	if r.nodes++; r.nodes > MaxNodes && !r.stopped {
		r.stopped = true
		r.whole(RuleTooMany, "", "The resource has more than %d elements.", MaxNodes)
	}
	return n
}

// value reads the next value whole, as it stands.
func (r *jsonReader) value() (raw string, kind jsontext.Kind) {
	v, err := r.dec.ReadValue()
	if err != nil {
		r.broken(err)
		return "", 0
	}
	end := int(r.dec.InputOffset())
	return r.text[end-len(v) : end], v.Kind()
}

func (r *jsonReader) token() {
	if r.stopped {
		return
	}
	if _, err := r.dec.ReadToken(); err != nil {
		r.broken(err)
	}
}

func (r *jsonReader) broken(err error) {
	if r.stopped {
		return
	}
	r.stopped = true
	at := r.dec.InputOffset()
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		at = syntax.ByteOffset
	}
	before := r.text[:min(max(int(at), 0), len(r.text))]
	line, column := 1+strings.Count(before, "\n"), utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])+1
	if strings.TrimSpace(r.text) == "" {
		r.whole(RuleMalformed, "", "There is nothing in what was sent. Send a resource as a JSON object.")
		return
	}
	r.whole(RuleMalformed, "", "This is not JSON: it stops making sense at line %d, character %d.", line, column)
}

// unquote gives the characters of a JSON string.
func (r *jsonReader) unquote(raw string) string {
	inner := raw[1 : len(raw)-1]
	if strings.IndexByte(inner, '\\') < 0 {
		return inner
	}
	out, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		r.broken(err)
	}
	return string(out)
}

// resource reads a resource, alone or in a field of another.
func (r *jsonReader) resource(f *Field, depth int) *Node {
	if r.dec.PeekKind() != '{' {
		raw, kind := r.value()
		if kind != 0 {
			r.add(RuleShape, raw, "A resource must be a JSON object.")
		}
		return nil
	}
	start := r.dec.InputOffset()
	name, why := r.typeAhead(int(start))
	t, ok := r.d.ResourceType(name)
	if !ok {
		r.value()
		if !r.stopped {
			if why == "" {
				why = "FHIR R4 has no resource of this type."
			}
			r.addIn("resourceType", RuleNoType, name, "%s", why)
		}
		return nil
	}
	n := r.node(f, t)
	if f == nil {
		r.enter(t.Name, -1)
	}
	r.object(n, depth)
	return n
}

// typeAhead finds the resourceType of the object that begins behind an offset.
func (r *jsonReader) typeAhead(from int) (name, why string) {
	rest := bytes.TrimLeft(r.data[from:], ", :\t\r\n")
	ahead := jsontext.NewDecoder(bytes.NewBuffer(rest), jsontext.AllowDuplicateNames(true))
	_, _ = ahead.ReadToken()
	for ahead.PeekKind() == '"' {
		key, err := ahead.ReadValue()
		if err != nil {
			break
		}
		found := string(key) == `"resourceType"`
		v, err := ahead.ReadValue()
		if err != nil {
			break
		}
		if found && v.Kind() != '"' {
			return string(v), "The resourceType must be the name of a resource in quotes."
		}
		if found {
			out, _ := jsontext.AppendUnquote(nil, v)
			return string(out), ""
		}
	}
	return "", "Say what the resource is: it has no resourceType."
}

// object reads the members of an object into a node.
func (r *jsonReader) object(n *Node, depth int) {
	if depth > MaxDepth {
		if !r.stopped {
			r.add(RuleTooDeep, "", "Elements stand in each other more than %d deep.", MaxDepth)
		}
		r.stopped = true
		return
	}
	r.token()        // {
	var had [2]marks // which names have been there, and which with the mark of a companion
	sorted, last, typed := true, -1, false
	for !r.stopped && r.dec.PeekKind() != '}' {
		raw, kind := r.value()
		if r.stopped || kind != '"' {
			break
		}
		key := r.unquote(raw)
		if key == "resourceType" && n.Type.Kind == Concrete {
			if typed {
				r.addIn(key, RuleTwice, "", "The resourceType is there twice.")
			}
			typed = true
			r.value()
			continue
		}
		name, companion := strings.CutPrefix(key, "_")
		f, ok := n.Type.Field(name)
		if !ok || companion && (f.Type.Kind != Primitive || f.Attr) {
			value, _ := r.value()
			r.addIn(key, RuleUnknown, value, "%s has no element %s.", n.Type.Name, shown(key))
			continue
		}
		half := 0
		if companion {
			half = 1
		}
		if !had[half].first(f.index) {
			r.value()
			r.addIn(key, RuleTwice, "", "%s is there twice. Send it once.", key)
			continue
		}
		sorted = sorted && f.Order >= last
		last = f.Order
		if companion {
			r.companion(n, f, depth)
		} else {
			r.member(n, f, depth)
		}
	}
	r.token() // }
	if r.stopped {
		return
	}
	if !sorted {
		slices.SortStableFunc(n.Nodes, func(a, b *Node) int { return a.Field.Order - b.Field.Order })
	}
	if len(n.Nodes) == 0 && n.Type.Kind != Concrete {
		r.add(RuleEmpty, "", "There is nothing in this element. Fill it in or leave it out.")
	}
}

// marks is a set of small numbers.
type marks [6]uint64

// first puts a number in, and says whether it was not there.
func (m *marks) first(i int) bool {
	word, bit := &m[i/64], uint64(1)<<(i%64)
	was := *word&bit != 0
	*word |= bit
	return !was
}

// member reads the value of an element, or all of them where there can be several.
func (r *jsonReader) member(n *Node, f *Field, depth int) {
	list := r.dec.PeekKind() == '['
	switch {
	case list && !f.Many():
		raw, _ := r.value()
		r.addIn(f.Base, RuleShape, raw, "%s takes one value, not a list.", f.Name)
	case !list && f.Many():
		raw, _ := r.value()
		r.addIn(f.Base, RuleShape, raw, "%s can have several values, so it must be a list, even of one.", f.Name)
	case !list:
		r.enter(f.Base, -1)
		if c := r.one(f, first(other(n, f)), depth); c != nil {
			n.append(c)
		}
		r.leave()
	default:
		r.list(n, f, depth, false)
	}
}

// list reads an array. The members of a primitive's two arrays, values and companions, belong together place by place.
func (r *jsonReader) list(n *Node, f *Field, depth int, companions bool) {
	r.token() // [
	halves, i := other(n, f), 0
	for ; !r.stopped && r.dec.PeekKind() != ']'; i++ {
		r.enter(f.Base, i)
		var c, held *Node
		if i < len(halves) {
			held = halves[i]
		}
		if companions {
			c = r.half(f, held, depth)
		} else {
			c = r.one(f, held, depth)
		}
		if c != nil {
			n.append(c)
		}
		r.leave()
	}
	r.token() // ]
	if i == 0 && !r.stopped {
		r.addIn(f.Base, RuleEmpty, "", "This list is empty. Give at least one value or leave it out.")
	}
}

// other gives the nodes of a field that its other half has made: the values of a primitive, or their companions.
func other(n *Node, f *Field) []*Node {
	if f.Type.Kind != Primitive {
		return nil
	}
	from := slices.IndexFunc(n.Nodes, func(c *Node) bool { return c.Field == f })
	if from < 0 {
		return nil
	}
	until := from
	for until < len(n.Nodes) && n.Nodes[until].Field == f {
		until++
	}
	return n.Nodes[from:until:until]
}

func first(nodes []*Node) *Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0]
}

// one reads one value: of a resource in a resource, of elements, or of a primitive, whose companion may have been here already.
func (r *jsonReader) one(f *Field, held *Node, depth int) *Node {
	switch {
	case f.Type.Kind == Abstract:
		return r.resource(f, depth+1)
	case f.Type.Kind != Primitive:
		if r.dec.PeekKind() != '{' {
			raw, _ := r.value()
			if !r.stopped {
				r.add(RuleShape, raw, "%s must be an object with its elements.", f.Name)
			}
			return nil
		}
		c := r.node(f, f.Type)
		r.object(c, depth+1)
		return c
	}
	c := held
	if c == nil {
		c = r.node(f, f.Type)
	}
	raw, kind := r.value()
	if r.stopped {
		return nil
	}
	if kind != 'n' || !f.Many() {
		r.primitive(c, raw, kind)
	}
	if held != nil {
		return nil
	}
	return c
}

// primitive takes over the characters of a value.
func (r *jsonReader) primitive(c *Node, raw string, kind jsontext.Kind) {
	want := c.Type.format.form
	switch {
	case want == asString && kind == '"':
		c.Value, c.Has = r.unquote(raw), true
	case want == asNumber && kind == '0', want == asBoolean && (kind == 't' || kind == 'f'):
		c.Value, c.Has = raw, true
	default:
		words := map[form]string{asString: "a string in quotes", asNumber: "a number without quotes", asBoolean: "true or false without quotes"}
		r.add(RuleShape, raw, "%s must be %s.", c.Field.Name, words[want])
		c.Value, c.Has = raw, true
	}
}

// companion reads _name: the ids and extensions of a primitive.
func (r *jsonReader) companion(n *Node, f *Field, depth int) {
	list := r.dec.PeekKind() == '['
	if list != f.Many() {
		raw, _ := r.value()
		r.addIn(f.Base, RuleShape, raw, "_%s must be of the same shape as %s.", f.Name, f.Name)
		return
	}
	if !list {
		r.enter(f.Base, -1)
		if c := r.half(f, first(other(n, f)), depth); c != nil {
			n.append(c)
		}
		r.leave()
		return
	}
	r.list(n, f, depth, true)
}

// half reads the id and extensions of one primitive value.
func (r *jsonReader) half(f *Field, held *Node, depth int) *Node {
	c := held
	if c == nil {
		c = r.node(f, f.Type)
	}
	switch r.dec.PeekKind() {
	case '{':
		r.object(c, depth+1)
	case 'n':
		raw, _ := r.value()
		if !f.Many() {
			r.add(RuleShape, raw, "_%s must be an object with an id or extensions.", f.Name)
		}
	default:
		raw, _ := r.value()
		if !r.stopped {
			r.add(RuleShape, raw, "_%s must be an object with an id or extensions.", f.Name)
		}
	}
	if held != nil {
		return nil
	}
	return c
}
