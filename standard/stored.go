package standard

import (
	"bytes"
	"errors"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// ReadContent reads content that was stored, perhaps under an older or newer class file. It judges nothing: what the class of today has
// a place for becomes values, everything else is kept in Content.Unknown. With a nil class everything is. It fails only on bytes that are no
// JSON object, which nothing here ever stored.
func ReadContent(class *Class, data []byte) (*Content, error) {
	r := readers.Get().(*reader)
	defer r.giveBack()
	r.begin(data)
	content := &Content{Class: class}
	if r.dec.PeekKind() != '{' {
		return nil, errors.New("stored content is no JSON object")
	}
	if class == nil {
		r.rawMembers()
	} else {
		r.document(&content.Group, class)
	}
	if r.stopped || r.failed {
		return nil, errors.New("stored content is no JSON object")
	}
	content.Unknown = r.unknown
	content.settle()
	return content, nil
}

// readers are readers of stored content: what they need to work is larger than what most records say, and a list reads hundreds.
var readers = sync.Pool{New: func() any {
	r := newReader(nil, DecodeOptions{})
	r.lenient = true
	return r
}}

// begin makes the reader ready for a document.
func (r *reader) begin(data []byte) {
	r.data, r.validUTF8 = data, utf8.Valid(data)
	r.buffer = *bytes.NewBuffer(data)
	r.dec.Reset(&r.buffer, readLiberally...)
}

// giveBack lets the reader go, and with it all that belongs to the document.
func (r *reader) giveBack() {
	r.data, r.buffer, r.problems, r.arena, r.unknown = nil, bytes.Buffer{}, nil, nil, nil
	r.path, r.seen, r.stopped, r.failed = r.path[:0], r.seen[:0], false, false
	readers.Put(r)
}

// rawMembers keeps every member of the document as it is.
func (r *reader) rawMembers() {
	r.token() // {
	for !r.stopped && r.dec.PeekKind() != '}' {
		name, err := jsontext.AppendUnquote(nil, r.raw())
		if err != nil {
			r.stopped = true
			return
		}
		r.push(string(name))
		start := r.dec.InputOffset()
		r.raw()
		r.keep(string(name), r.data[start:r.dec.InputOffset()])
		r.pop()
	}
	r.token() // }
}

// settle puts every group in the order of today's class.
func (g *Group) settle() {
	g.Sort()
	for _, e := range g.Entries {
		for _, v := range e.Values {
			if inner, ok := v.(*Group); ok {
				inner.settle()
			}
		}
	}
}
