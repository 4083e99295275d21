package native

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"rosemary/ehr"
)

// jsonSource reads JSON token by token.
type jsonSource struct {
	input
	dec     *jsontext.Decoder
	bytes   *bounded
	names   map[string]string // names as they stand, in quotation marks, and without: they need not be made again
	entered []bool            // of each object that is open: one of its attributes is
	held    string            // the name that open looked at
	start   int64             // where the part began
	scratch []byte
}

// Decode reads an extract in canonical JSON.
func (d *jsonDialect) Decode(r io.Reader, yield func(ehr.Part) error) error {
	j := &jsonSource{bytes: &bounded{r: r}, names: map[string]string{}}
	j.dec = jsontext.NewDecoder(j.bytes, jsontext.AllowDuplicateNames(true)) // our own look-out names the place
	return decode(d.m, j, yield)
}

func (j *jsonSource) newPart() { j.start, j.objects = j.dec.InputOffset(), 0 }

func (j *jsonSource) repeats() bool { return false }

// peek allows one more token, and tells of what kind it is.
func (j *jsonSource) peek() (jsontext.Kind, error) {
	at := j.dec.InputOffset()
	j.bytes.limit = at + maxToken
	if at-j.start > maxPart {
		return 0, j.fault(ehr.RuleTooLarge, "one part of the extract is larger than %d bytes", maxPart)
	}
	k := j.dec.PeekKind()
	if k == jsontext.KindInvalid {
		_, err := j.dec.ReadToken()
		return k, j.broken(err)
	}
	return k, nil
}

// broken says what is wrong with the bytes; an error of the reader itself is handed on.
func (j *jsonSource) broken(err error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, errTooMuch):
		return j.fault(ehr.RuleTooLarge, "one text of the extract is longer than %d bytes", ehr.MaxText)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return j.fault(ehr.RuleMalformed, "the extract is cut off here")
	case errors.As(err, &syntax):
		return j.fault(ehr.RuleMalformed, "this is not well-formed JSON")
	}
	return fmt.Errorf("reading an extract: %w", err)
}

func (j *jsonSource) fault(rule, message string, values ...any) error {
	return j.input.fault(rule, message+fmt.Sprintf(" (at byte %d)", j.dec.InputOffset()), values...)
}

func (j *jsonSource) open() (string, error) {
	k, err := j.peek()
	if err != nil {
		return "", err
	}
	if k != '{' {
		return "", j.fault(ehr.RuleMalformed, "something else stands where an object must stand")
	}
	if _, err := j.dec.ReadToken(); err != nil {
		return "", j.broken(err)
	}
	if err := j.openObject(); err != nil {
		return "", err
	}
	j.entered = append(j.entered, false)
	if k, err = j.peek(); err != nil || k == '}' {
		return "", err
	}
	if j.held, err = j.name(); err != nil || j.held != "_type" {
		return "", err
	}
	j.held = ""
	if k, err = j.peek(); err != nil {
		return "", err
	}
	if k != '"' {
		return "", j.fault(ehr.RuleUnknownType, "_type is not a text")
	}
	return j.name()
}

// next gives the name of the next attribute.
func (j *jsonSource) next() (string, error) {
	last := len(j.entered) - 1
	if j.entered[last] {
		j.place.Leave()
		j.entered[last] = false
	}
	name := j.held
	j.held = ""
	if name == "" {
		k, err := j.peek()
		if err != nil {
			return "", err
		}
		if k == '}' {
			j.entered = j.entered[:last]
			j.depth--
			_, err := j.dec.ReadToken()
			return "", err
		}
		if name, err = j.name(); err != nil {
			return "", err
		}
	}
	j.place.Enter(name)
	j.entered[last] = true
	if name == "_type" {
		return "", j.fault(ehr.RuleMalformed, "_type must be the first member of its object, and stand there once")
	}
	return name, nil
}

// name reads the name of a member, or of a class.
func (j *jsonSource) name() (string, error) {
	raw, err := j.dec.ReadValue()
	if err != nil {
		return "", j.broken(err)
	}
	if s, ok := j.names[string(raw)]; ok {
		return s, nil
	}
	quoted := string(raw)
	b, err := jsontext.AppendUnquote(nil, raw)
	if err != nil || len(b) == 0 {
		return "", j.fault(ehr.RuleUnknown, "a member has no name")
	}
	if len(j.names) < 1000 && len(b) < 100 {
		j.names[quoted] = string(b)
	}
	return string(b), nil
}

func (j *jsonSource) each(seen int, read func() error) error {
	k, err := j.peek()
	if err != nil {
		return err
	}
	if k != '[' { // one where a list may be
		j.place.Index(seen)
		return read()
	}
	if _, err := j.dec.ReadToken(); err != nil {
		return j.broken(err)
	}
	for i := seen; ; i++ {
		if k, err = j.peek(); err != nil {
			return err
		}
		if k == ']' {
			_, err = j.dec.ReadToken()
			return err
		}
		j.place.Index(i)
		if err := read(); err != nil {
			return err
		}
	}
}

// scalar gives the bytes of the value here, which stand until the next call.
func (j *jsonSource) scalar() ([]byte, error) {
	k, err := j.peek()
	if err != nil {
		return nil, err
	}
	if k != '"' && k != '0' && k != 't' && k != 'f' {
		return nil, j.fault(ehr.RuleMalformed, "something else stands where a text, a number, true or false must stand")
	}
	raw, err := j.dec.ReadValue()
	if err != nil {
		return nil, j.broken(err)
	}
	if k != '"' {
		return raw, nil
	}
	for _, c := range raw { // usually nothing in it stands for something else
		if c == '\\' {
			j.scratch, err = jsontext.AppendUnquote(j.scratch[:0], raw)
			return j.scratch, err
		}
	}
	return raw[1 : len(raw)-1], nil
}

func (j *jsonSource) text() (string, error) {
	b, err := j.scalar()
	if err == nil && len(b) > ehr.MaxText {
		err = j.fault(ehr.RuleTooLarge, "this text is longer than %d bytes", ehr.MaxText)
	}
	if err != nil {
		return "", err
	}
	return string(b), nil
}

func (j *jsonSource) data() ([]byte, error) {
	b, err := j.scalar()
	if err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.AppendDecode(nil, b)
	if err != nil {
		return nil, j.fault(ehr.RuleMalformed, "this is not base64")
	}
	return data, nil
}

// finish makes sure that nothing follows.
func (j *jsonSource) finish() error {
	j.newPart()
	j.bytes.limit = j.dec.InputOffset() + maxToken
	_, err := j.dec.ReadToken()
	switch {
	case err == io.EOF:
		return nil
	case err == nil:
		return j.fault(ehr.RuleMalformed, "something follows the end of the extract")
	}
	return j.broken(err)
}
