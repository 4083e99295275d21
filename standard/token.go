package standard

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// token steps over a bracket that PeekKind has announced.
func (r *reader) token() {
	if r.stopped {
		return
	}
	if _, err := r.dec.ReadToken(); err != nil {
		r.broken(err)
	}
}

// raw reads the next value whole. The bytes are a part of the document and stay good.
func (r *reader) raw() []byte {
	if r.stopped {
		return nil
	}
	v, err := r.dec.ReadValue()
	if err != nil {
		r.broken(err)
		return nil
	}
	end := r.dec.InputOffset()
	return r.data[end-int64(len(v)) : end]
}

// name reads the key of an object's next member. When it cannot be read its value is skipped.
func (r *reader) name() ([]byte, bool) {
	raw := r.raw()
	if r.stopped {
		return nil, false
	}
	name, ok := r.unquote(raw)
	if !ok {
		r.skip()
	}
	return name, ok
}

// unquote gives the characters of a JSON string, without copying where it can.
func (r *reader) unquote(raw []byte) ([]byte, bool) {
	if r.stopped {
		return nil, false
	}
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 && (r.validUTF8 || utf8.Valid(inner)) {
		return inner, true
	}
	if !utf8.Valid(inner) {
		r.hard(RuleInvalidUTF8, strings.ToValidUTF8(string(inner), "�"), "This text has bytes that are not characters (invalid UTF-8). Send the text as UTF-8.")
		return nil, false
	}
	out, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		r.hard(RuleLoneSurrogate, string(inner), "This text has half of an escaped character (a lone surrogate). Send the whole character.")
		return nil, false
	}
	return out, true
}

// skip steps over the next value and returns its beginning for the problem's value.
func (r *reader) skip() string {
	if r.lenient {
		r.raw()
		return ""
	}
	start := r.dec.InputOffset()
	depth := r.dec.StackDepth()
	for !r.stopped {
		if _, err := r.dec.ReadToken(); err != nil {
			r.broken(err)
			break
		}
		if r.dec.StackDepth() > MaxDepth {
			r.hard(RuleTooDeep, "", "This is nested more than "+strconv.Itoa(MaxDepth)+" deep. Nothing in the standard is.")
			r.stopped = true
			break
		}
		if r.dec.StackDepth() == depth {
			break
		}
	}
	raw := bytes.TrimLeft(r.data[start:r.dec.InputOffset()], ",: \t\r\n")
	return strings.ToValidUTF8(string(raw[:min(len(raw), 4*shownLength)]), "�")
}

// broken notes that the JSON makes no sense from here on.
func (r *reader) broken(err error) {
	if r.stopped {
		return
	}
	r.stopped = true
	r.failed = true
	if r.lenient {
		return
	}
	offset := r.dec.InputOffset()
	path := r.pointer()
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		offset = syntax.ByteOffset
		path = r.o.Prefix + string(syntax.JSONPointer)
	}
	message := "This is not JSON: it stops making sense at " + r.lineAndColumn(offset) + "."
	if len(bytes.TrimSpace(r.data)) == 0 {
		message = "There is no content. Send a JSON object."
	} else if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		message = "This is not JSON: it ends before it is complete."
	}
	r.problems = append(r.problems, Problem{Path: path, Rule: RuleMalformed, Message: message})
}

// lineAndColumn says where a byte of the document is, in words.
func (r *reader) lineAndColumn(offset int64) string {
	before := r.data[:min(max(offset, 0), int64(len(r.data)))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return "line " + strconv.Itoa(line) + ", character " + strconv.Itoa(column)
}
