package standard

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// DecodeOptions says how content is to be read.
type DecodeOptions struct {
	// Prefix is the JSON Pointer of the content in what was sent, for example /versions/0/content; the paths of problems begin with it.
	Prefix string
	// AllowIncomplete reads a record committed as incomplete: what must be there may be missing or a stated absence.
	// Content.Missing then tells what is.
	AllowIncomplete bool
	// Subject is the person whose stream it is. Where it is given, an element with the role subject is filled in when it is
	// left out, and refused when it names somebody else.
	Subject uuid.UUID
	// TextLimit is how many characters a text may have; zero means DefaultTextLimit.
	TextLimit int
}

// Decode reads content of the class from JSON and checks it, all faults at once. The content is fit to use only when there
// are no problems; until then it holds what could be read, for showing it again.
func (c *Class) Decode(data []byte, o DecodeOptions) (*Content, []Problem) {
	if o.TextLimit == 0 {
		o.TextLimit = DefaultTextLimit
	}
	r := newReader(data, o)
	content := &Content{Class: c}
	r.document(&content.Group, c)
	return content, r.problems
}

// reader reads one document. It walks the JSON once, beside the class.
type reader struct {
	dec       *jsontext.Decoder
	data      []byte
	o         DecodeOptions
	validUTF8 bool // the whole document is; then no text needs a look
	path      []step
	problems  []Problem
	stopped   bool    // the JSON is broken: nothing more can be read
	seen      []bool  // which elements the open groups have had, one stretch a group
	arena     []Value // single values are cut from here, to allocate rarely

	// The reading of stored versions is lenient: see ReadContent.
	lenient bool
	failed  bool // the element being read cannot be kept as typed
	unknown []RawEntry
	buffer  bytes.Buffer
}

// step is one step of a path: a key, or a place in a list.
type step struct {
	key   string
	index int
}

// readLiberally: what is wrong with names and characters is said with its place, not by the tokenizer.
var readLiberally = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

func newReader(data []byte, o DecodeOptions) *reader {
	return &reader{
		dec:       jsontext.NewDecoder(bytes.NewBuffer(data), readLiberally...),
		data:      data,
		o:         o,
		validUTF8: utf8.Valid(data),
		path:      make([]step, 0, 8),
		seen:      make([]bool, 0, 64),
		arena:     make([]Value, 0, 16),
	}
}

// document reads the whole of the data as one group.
func (r *reader) document(g *Group, class *Class) {
	switch kind := r.dec.PeekKind(); kind {
	case '{':
		r.group(g, class, false)
	case jsontext.KindInvalid:
		_, err := r.dec.ReadToken()
		r.broken(err)
		return
	default:
		r.hard(RuleWrongShape, r.skip(), "The content of "+class.Name+" must be a JSON object with its elements as keys.")
	}
	if r.stopped {
		return
	}
	if _, err := r.dec.ReadToken(); !errors.Is(err, io.EOF) {
		r.hard(RuleMalformed, "", "There is something after the end of the content. Send one JSON object only.")
	}
}

// group reads an object of elements. Where a group may be absent instead, it returns the absence.
func (r *reader) group(g *Group, class *Class, mayBeAbsent bool) Absent {
	r.token() // {
	from := len(r.seen)
	r.seen = append(r.seen, make([]bool, len(class.Elements))...)
	defer func() { r.seen = r.seen[:from] }()
	var absent Absent
	keys, readable := 0, true
	for ; !r.stopped && r.dec.PeekKind() != '}'; keys++ {
		name, ok := r.name()
		if !ok {
			continue
		}
		e := class.index[string(name)]
		switch {
		case e == nil && mayBeAbsent && string(name) == "absent":
			absent, readable = r.absence(r.raw(), class.Name)
		case e == nil:
			r.strange(class, string(name))
		case r.seen[from+e.Order]:
			r.twice(e)
		default:
			r.seen[from+e.Order] = true
			r.member(g, e)
		}
	}
	r.token() // }
	switch {
	case r.stopped || !readable:
	case absent != "" && keys > 1:
		r.hard(RuleAbsenceAlone, string(absent), class.Name+" is said to be absent, so it can have no other answers.")
	case absent != "" || r.lenient:
	case mayBeAbsent && keys == 0:
		r.hard(RuleEmpty, "{}", class.Name+" has nothing in it. Fill it in or leave it out.")
	default:
		r.finish(g, class, r.seen[from:from+len(class.Elements)])
	}
	return absent
}

// finish completes a group that has been read: the person it is about, the order, what is missing.
func (r *reader) finish(g *Group, class *Class, seen []bool) {
	for _, e := range class.Elements {
		switch {
		case seen[e.Order]:
		case e.Role == RoleSubject && r.o.Subject != uuid.Nil:
			g.Entries = append(g.Entries, Entry{Element: e, Values: r.single(Reference{UID: r.o.Subject})})
		case e.Must && !r.o.AllowIncomplete:
			r.push(e.ID)
			r.soft(RuleMustOccur, "", missingMessage(e))
			r.pop()
		}
	}
	if !slices.IsSortedFunc(g.Entries, byOrder) {
		g.Sort()
	}
}

// Sort puts the entries in the order of the class, as they are written. Groups within are left as they are.
func (g *Group) Sort() {
	slices.SortStableFunc(g.Entries, byOrder)
}

// member reads one element and keeps its values.
func (r *reader) member(g *Group, e *Element) {
	r.push(e.ID)
	defer r.pop()
	if !r.lenient {
		if values := r.element(e); len(values) > 0 {
			g.Entries = append(g.Entries, Entry{Element: e, Values: values})
		}
		return
	}
	outer, kept, start := r.failed, len(r.unknown), r.dec.InputOffset()
	r.failed = false
	values := r.element(e)
	if r.failed || len(values) == 0 {
		r.unknown = r.unknown[:kept]
		r.keep(e.Name, r.data[start:r.dec.InputOffset()])
	} else {
		g.Entries = append(g.Entries, Entry{Element: e, Values: values})
	}
	r.failed = outer
}

// element reads the value of an element, or its list of values.
func (r *reader) element(e *Element) []Value {
	isList := r.dec.PeekKind() == '['
	switch {
	case isList && !e.Many && !r.lenient:
		r.hard(RuleWrongShape, r.skip(), e.Name+" takes one answer, not a list.")
		return nil
	case !isList && e.Many && !r.lenient:
		r.hard(RuleWrongShape, r.skip(), e.Name+" can have several answers, so it must be a list, even of one.")
		return nil
	case !isList:
		if v := r.value(e); v != nil {
			return r.single(v)
		}
		return nil
	}
	return r.list(e)
}

// list reads an array of values.
func (r *reader) list(e *Element) []Value {
	r.token() // [
	var values []Value
	n := 0
	absent := false
	for ; !r.stopped && r.dec.PeekKind() != ']'; n++ {
		r.path = append(r.path, step{index: n})
		v := r.value(e)
		r.pop()
		if v == nil {
			continue
		}
		_, isAbsent := v.(Absent)
		absent = absent || isAbsent
		values = append(values, v)
	}
	r.token() // ]
	switch {
	case r.stopped:
	case n == 0:
		r.hard(RuleEmpty, "[]", e.Name+" is an empty list. Give at least one answer or leave it out.")
	case absent && n > 1:
		r.soft(RuleAbsenceAlone, "", e.Name+" is said to be absent, so it can have no other answers.")
	}
	return values
}

// single puts one value into a slice of its own.
func (r *reader) single(v Value) []Value {
	if len(r.arena) == cap(r.arena) {
		r.arena = make([]Value, 0, 32)
	}
	n := len(r.arena)
	r.arena = append(r.arena, v)
	return r.arena[n : n+1 : n+1]
}

func (r *reader) push(key string) { r.path = append(r.path, step{key: key}) }
func (r *reader) pop()            { r.path = r.path[:len(r.path)-1] }

// pointer is the JSON Pointer of where the reader stands.
func (r *reader) pointer() string {
	out := []byte(r.o.Prefix)
	for _, s := range r.path {
		out = append(out, '/')
		if s.key == "" {
			out = strconv.AppendInt(out, int64(s.index), 10)
		} else {
			out = append(out, escapePointer(s.key)...)
		}
	}
	return string(out)
}

// strange deals with a key that the class does not have.
func (r *reader) strange(class *Class, name string) {
	r.push(name)
	defer r.pop()
	if r.lenient {
		start := r.dec.InputOffset()
		r.raw()
		r.keep(name, r.data[start:r.dec.InputOffset()])
		return
	}
	r.hard(RuleUnknownElement, r.skip(), strangeMessage(class, name))
}

// twice deals with an element that stands in a group for the second time.
func (r *reader) twice(e *Element) {
	r.push(e.ID)
	defer r.pop()
	if r.lenient {
		start := r.dec.InputOffset()
		r.raw()
		r.keep(e.Name, r.data[start:r.dec.InputOffset()])
		return
	}
	r.hard(RuleDuplicate, r.skip(), e.Name+" is there twice. Send it once.")
}

// keep notes a stored value as it is.
func (r *reader) keep(name string, raw []byte) {
	raw = bytes.TrimLeft(raw, ": \t\r\n")
	r.unknown = append(r.unknown, RawEntry{Path: r.pointer(), Name: name, JSON: string(raw)})
}

// hard notes a fault that leaves nothing to keep as a typed value.
func (r *reader) hard(rule, value, message string) {
	switch {
	case r.stopped: // the JSON is broken, which has been said
		return
	case r.lenient:
		r.failed = true
		return
	}
	r.problems = append(r.problems, Problem{Path: r.pointer(), Rule: rule, Value: shorten(value), Message: message})
}

// soft notes a fault in a value that can be read nevertheless; stored versions are not judged.
func (r *reader) soft(rule, value, message string) {
	if !r.lenient {
		r.hard(rule, value, message)
	}
}
