package record

import (
	"bytes"

	"github.com/google/uuid"
)

// ReadVersion reads the bytes of a version that this program has stored: what stands there just as EncodeVersion writes it is taken as it stands, without
// looking through the content. Anything else is read by DecodeVersion.
func ReadVersion(body []byte) (*Version, error) {
	if v, ok := readEncoded(body); ok {
		return v, nil
	}
	return DecodeVersion(body)
}

// part is where a value stands in the bytes.
type part struct{ from, to int }

// encoded reads along the bytes of an encoded version.
type encoded struct {
	body []byte
	at   int
	ok   bool
}

// pass goes over what must stand there.
func (e *encoded) pass(text string) bool {
	if e.ok = e.ok && bytes.HasPrefix(e.body[e.at:], []byte(text)); e.ok {
		e.at += len(text)
	}
	return e.ok
}

// text goes over a string without escapes and its closing quote.
func (e *encoded) text(key string) part {
	if !e.pass(`,"` + key + `":"`) {
		return part{}
	}
	n := bytes.IndexByte(e.body[e.at:], '"')
	if n < 0 || bytes.IndexByte(e.body[e.at:e.at+n], '\\') >= 0 {
		e.ok = false
		return part{}
	}
	p := part{e.at, e.at + n}
	e.at += n + 1
	return p
}

func (e *encoded) uid(key string) uuid.UUID {
	p := e.text(key)
	if !e.ok {
		return uuid.Nil
	}
	u, err := uuid.ParseBytes(e.body[p.from:p.to])
	e.ok = err == nil && p.to-p.from == 36
	return u
}

func (e *encoded) number(key string) int {
	if !e.pass(`,"` + key + `":`) {
		return 0
	}
	n, digits := 0, 0
	for ; e.at < len(e.body) && e.body[e.at] >= '0' && e.body[e.at] <= '9' && digits < 9; e.at++ {
		n, digits = 10*n+int(e.body[e.at]-'0'), digits+1
	}
	e.ok = digits > 0
	return n
}

func readEncoded(body []byte) (*Version, bool) {
	e := &encoded{body: body, ok: true}
	e.pass(`{"format":1`)
	v := &Version{Body: body}
	v.Record = e.uid("record")
	system := e.text("system")
	v.Number = e.number("number")
	class, release, classFile := e.text("class"), e.text("release"), e.text("classFile")
	status, sensitivity := e.text("status"), e.text("sensitivity")
	v.Author = e.uid("author")
	var provider part
	if e.ok && bytes.HasPrefix(body[e.at:], []byte(`,"informationProvider":`)) {
		provider = e.text("informationProvider")
	}
	recorded := e.text("recorded")
	e.pass(`,"content":`)
	if !e.ok || len(body) < e.at+3 || body[e.at] != '{' || body[len(body)-1] != '}' {
		return nil, false
	}
	head := string(body[:e.at])
	say := func(p part) string { return head[p.from:p.to] }
	v.System, v.Class, v.Release, v.ClassFile, v.Status = say(system), say(class), say(release), say(classFile), Status(say(status))
	v.InformationProvider, v.Recorded = say(provider), say(recorded)
	if say(sensitivity) == "" {
		return nil, false
	}
	v.Sensitivity, e.ok = ParseSensitivity(say(sensitivity))
	v.Content = body[e.at : len(body)-1 : len(body)-1]
	return v, e.ok
}
