package api

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/standard"
)

// reader reads what was sent, once, from front to back. Faults of form are gathered; a document that is no JSON stops it.
type reader struct {
	body   []byte
	dec    *jsontext.Decoder
	spaced bool // spaces stand between its tokens
	faults []standard.Problem
	broken error
}

// newReader looks through a document and returns a reader for it.
func newReader(body []byte) (*reader, error) {
	spaced, err := inspect(body)
	if err != nil {
		return nil, err
	}
	return &reader{body: body, dec: jsontext.NewDecoder(bytes.NewBuffer(body)), spaced: spaced}, nil
}

// reader reads the body of the request, and gives a reader for it.
func (c *call) reader() (*reader, error) {
	body, err := c.readBody()
	if err != nil {
		return nil, err
	}
	return newReader(body)
}

// finish reports what was wrong, and anything behind the end.
func (r *reader) finish() error {
	if r.broken == nil {
		if _, err := r.dec.ReadToken(); err == nil {
			r.broken = malformedAt(r.body, int(r.dec.InputOffset()), standard.RuleMalformed, "something stands behind the end")
		} else if !errors.Is(err, io.EOF) {
			r.stop(err)
		}
	}
	if r.broken != nil {
		return r.broken
	}
	return standard.Refuse("This could not be saved. Nothing was changed.", r.faults)
}

func (r *reader) fault(path, rule, value, message string) {
	r.faults = append(r.faults, standard.Problem{Path: path, Rule: rule, Value: short(value), Message: message})
}

// stop ends the reading of a document that is no JSON.
func (r *reader) stop(err error) {
	if r.broken != nil {
		return
	}
	at, pointer := int(r.dec.InputOffset()), ""
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		at, pointer = int(syntax.ByteOffset), string(syntax.JSONPointer)
	}
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		r.broken = malformed(r.body, at, pointer, standard.RuleDuplicate, "a member is given twice")
	case len(bytes.TrimSpace(r.body)) == 0:
		r.broken = &standard.Fault{Kind: badRequest, Message: "Nothing was sent, and so nothing was changed.", Hint: "Send JSON in the body of the request."}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		r.broken = malformed(r.body, len(r.body), pointer, standard.RuleMalformed, "it ends too early")
	default:
		r.broken = malformed(r.body, at, pointer, standard.RuleMalformed, "there is something that JSON does not have there")
	}
}

// value reads the next value as it stands.
func (r *reader) value() jsontext.Value {
	if r.broken != nil {
		return nil
	}
	v, err := r.dec.ReadValue()
	if err != nil {
		r.stop(err)
	}
	return v
}

// object reads an object, one member after the other. Member reads the value of a member that it knows, and reports false for one that it does
// not know; known names those that it does.
func (r *reader) object(path, known string, member func(name string) bool) {
	if r.broken != nil {
		return
	}
	if r.dec.PeekKind() != '{' {
		r.wrongType(path, "an object", r.value())
		return
	}
	if _, err := r.dec.ReadToken(); err != nil {
		r.stop(err)
		return
	}
	for r.broken == nil && r.dec.PeekKind() != '}' {
		quoted := r.value()
		if r.broken != nil {
			return
		}
		name := memberName(quoted)
		if member(name) {
			continue
		}
		r.value()
		if r.broken == nil {
			r.fault(path+"/"+escapePointer(name), "unknown-member", name, "There is no member of this name here. The members are "+known+".")
		}
	}
	if r.broken == nil {
		if _, err := r.dec.ReadToken(); err != nil {
			r.stop(err)
		}
	}
}

// list reads an array, one element after the other.
func (r *reader) list(path string, element func(path string)) {
	if r.broken != nil {
		return
	}
	if r.dec.PeekKind() != '[' {
		r.wrongType(path, "a list", r.value())
		return
	}
	if _, err := r.dec.ReadToken(); err != nil {
		r.stop(err)
		return
	}
	for i := 0; r.broken == nil && r.dec.PeekKind() != ']'; i++ {
		element(path + "/" + strconv.Itoa(i))
	}
	if r.broken == nil {
		if _, err := r.dec.ReadToken(); err != nil {
			r.stop(err)
		}
	}
}

// text reads a string.
func (r *reader) text(path string) string {
	v := r.value()
	if r.broken != nil {
		return ""
	}
	if v.Kind() != '"' {
		r.wrongType(path, "text", v)
		return ""
	}
	return memberName(v)
}

// uid reads an id.
func (r *reader) uid(path string) uuid.UUID {
	before := len(r.faults)
	text := r.text(path)
	if r.broken != nil || len(r.faults) > before {
		return uuid.Nil
	}
	id, ok := parseUID(text)
	if !ok {
		r.fault(path, "bad-id", text, "This must be an id like 018f2d1c-7b3a-7c41-9d2e-3f5a6b7c8d9e.")
	}
	return id
}

// whole reads a whole number from 0.
func (r *reader) whole(path string) int {
	v := r.value()
	if r.broken != nil {
		return 0
	}
	n, err := strconv.Atoi(string(v))
	if v.Kind() != '0' || err != nil || n < 0 {
		r.wrongType(path, "a whole number", v)
		return 0
	}
	return n
}

// raw reads an object as it stands, without the spaces between its tokens: what means the same then has the same bytes.
func (r *reader) raw(path string) []byte {
	v := r.value()
	if r.broken != nil {
		return nil
	}
	if v.Kind() != '{' {
		r.wrongType(path, "an object", v)
		return nil
	}
	end := int(r.dec.InputOffset())
	if !r.spaced {
		return r.body[end-len(v) : end : end]
	}
	v = v.Clone()
	if err := v.Compact(); err != nil { // it has been read already
		r.stop(err)
	}
	return v
}

func (r *reader) wrongType(path, wanted string, v jsontext.Value) {
	if r.broken == nil {
		r.fault(path, standard.RuleWrongType, string(v), "This must be "+wanted+".")
	}
}

// memberName takes the quotes off a string that has been read.
func memberName(quoted jsontext.Value) string {
	if inner := quoted[1 : len(quoted)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	name, err := jsontext.AppendUnquote(nil, []byte(quoted))
	if err != nil { // it has been read already
		return ""
	}
	return string(name)
}

func escapePointer(name string) string {
	return string(jsontext.Pointer("").AppendToken(short(name)))[1:]
}
