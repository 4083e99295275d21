package demo

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/standard"
)

// encoder writes a tree as the content of a class. It knows short forms, so that the files stay readable: a code or words alone for a coded value,
// a local name for a reference, "200 mL" for a quantity, and one value where a list may stand. Whether the content is right is for the
// standard to say.
type encoder struct {
	resolve func(name string) (uuid.UUID, bool)
	current func(name string) int // the number of a record's last version
	faults  []error
}

func (e *encoder) fault(t tree, format string, args ...any) {
	e.faults = append(e.faults, fmt.Errorf("line %d: %s", t.line, fmt.Sprintf(format, args...)))
}

// content gives the JSON of a record.
func (e *encoder) content(class *standard.Class, t tree) ([]byte, error) {
	e.faults = nil
	out := e.group(nil, class, t)
	return out, errors.Join(e.faults...)
}

func (e *encoder) group(dst []byte, class *standard.Class, t tree) []byte {
	if t.kind != fields {
		e.fault(t, "%s needs fields", class.Name)
		return append(dst, "null"...)
	}
	dst = append(dst, '{')
	for i, f := range t.fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(quote(dst, f.key), ':')
		el, ok := class.Element(f.key)
		if !ok {
			e.fault(f.value, "%s has no element %s", class.Name, f.key)
			dst = append(dst, "null"...)
			continue
		}
		dst = e.element(dst, el, f.value)
	}
	return append(dst, '}')
}

func (e *encoder) element(dst []byte, el *standard.Element, t tree) []byte {
	items := t.list
	switch {
	case t.kind == list && !el.Many:
		e.fault(t, "%s takes one answer", el.ID)
	case t.kind != list && !el.Many:
		return e.value(dst, el, t)
	case t.kind != list:
		items = []tree{t}
	}
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.value(dst, el, item)
	}
	return append(dst, ']')
}

func (e *encoder) value(dst []byte, el *standard.Element, t tree) []byte {
	if absent, ok := t.get("absent"); ok {
		return append(quote(append(dst, `{"absent":`...), absent.text), '}')
	}
	switch el.Value {
	case standard.GroupValue:
		return e.group(dst, el.Block, t)
	case standard.CodedValue:
		return e.coded(dst, el, t)
	case standard.ReferenceValue:
		return e.reference(dst, t)
	}
	if t.kind != scalar {
		e.fault(t, "%s needs one word or text", el.ID)
		return append(dst, "null"...)
	}
	switch el.Value {
	case standard.NumberValue:
		return append(dst, t.text...)
	case standard.BooleanValue:
		return e.boolean(dst, t)
	case standard.QuantityValue:
		number, unit, _ := strings.Cut(t.text, " ")
		return append(quote(append(append(append(dst, `{"value":`...), number...), `,"unit":`...), unit), '}')
	}
	return quote(dst, t.text)
}

func (e *encoder) boolean(dst []byte, t tree) []byte {
	switch t.text {
	case "yes", "true":
		return append(dst, "true"...)
	case "no", "false":
		return append(dst, "false"...)
	}
	e.fault(t, "%q is neither yes nor no", t.text)
	return append(dst, "null"...)
}

func (e *encoder) coded(dst []byte, el *standard.Element, t tree) []byte {
	if t.kind == scalar {
		key := `{"text":`
		if _, known := el.ValueSet.Code(t.text); known {
			key = `{"code":`
		}
		return append(quote(append(dst, key...), t.text), '}')
	}
	dst = append(dst, '{')
	for i, f := range t.fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = quote(append(quote(dst, f.key), ':'), f.value.text)
	}
	return append(dst, '}')
}

func (e *encoder) reference(dst []byte, t tree) []byte {
	name := t.text
	if ref, ok := t.get("ref"); ok {
		name = ref.text
	}
	uid, ok := e.resolve(name)
	if !ok {
		e.fault(t, "there is nothing called %q", name)
	}
	dst = quote(append(dst, `{"ref":`...), uid.String())
	if version, ok := t.get("version"); ok {
		number := version.text
		if number == "current" {
			number = strconv.Itoa(e.current(name))
		}
		dst = append(append(dst, `,"version":`...), number...)
	}
	return append(dst, '}')
}

// quote adds a JSON string. The files are UTF-8, or YAML would have refused them.
func quote(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}
