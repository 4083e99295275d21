package native

import (
	"encoding/base64"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"rosemary/ehr"
)

// output is what both sinks have: the bytes not yet handed on, where they are in the extract, and the first thing that cannot be written.
type output struct {
	buf    []byte
	place  ehr.Place
	counts []int // of the lists that are open
	depth  int
	err    error
}

func (o *output) fault(name, rule, message string) {
	if o.err != nil {
		return
	}
	path := o.place.String()
	if name != "" {
		path += "/" + name
	}
	o.err = &ehr.Fault{Path: path, Rule: rule, Message: message, Severity: ehr.Error}
}

func (o *output) enter(name string, item bool) {
	if o.depth++; o.depth > ehr.MaxDepth {
		o.fault(name, ehr.RuleTooDeep, "this is nested too deep to be written")
	}
	if !item {
		o.place.Enter(name)
		return
	}
	last := len(o.counts) - 1
	o.place.Index(o.counts[last])
	o.counts[last]++
}

func (o *output) leave(item bool) {
	o.depth--
	if !item {
		o.place.Leave()
	}
}

func (o *output) enterList(name string) {
	o.place.Enter(name)
	o.counts = append(o.counts, 0)
}

func (o *output) leaveList() {
	o.place.Leave()
	o.counts = o.counts[:len(o.counts)-1]
}

// base64 appends bytes of a value in base64.
func (o *output) base64(name string, b []byte) {
	if len(b) > ehr.MaxText {
		o.fault(name, ehr.RuleTooLarge, "these bytes are too many for one value: let it name where they are instead")
		return
	}
	o.buf = base64.StdEncoding.AppendEncode(slices.Grow(o.buf, base64.StdEncoding.EncodedLen(len(b))), b)
}

func (o *output) tooLong(name, s string) bool {
	if len(s) > ehr.MaxText {
		o.fault(name, ehr.RuleTooLarge, "this text is too long for one value")
		return true
	}
	return false
}

// jsonSink writes canonical JSON.
type jsonSink struct{ output }

// comma separates what follows from what stands before it in the same object or list.
func (j *jsonSink) comma() {
	if n := len(j.buf); n > 0 {
		switch j.buf[n-1] {
		case '{', '[', '\n':
		default:
			j.buf = append(j.buf, ',')
		}
	}
}

func (j *jsonSink) key(name string) {
	j.comma()
	j.buf = append(j.buf, '"')
	j.buf = append(j.buf, name...)
	j.buf = append(j.buf, '"', ':')
}

func (j *jsonSink) open(name, class string, item bool) {
	if item {
		j.comma()
	} else {
		j.key(name)
	}
	j.enter(name, item)
	j.buf = append(j.buf, '{')
	if class != "" {
		j.buf = append(j.buf, `"_type":"`...)
		j.buf = append(j.buf, class...)
		j.buf = append(j.buf, '"')
	}
}

func (j *jsonSink) close(_ string, item bool) {
	j.leave(item)
	j.buf = append(j.buf, '}')
}

func (j *jsonSink) list(name string) {
	j.key(name)
	j.enterList(name)
	j.buf = append(j.buf, '[')
}

func (j *jsonSink) endList() {
	j.leaveList()
	j.buf = append(j.buf, ']')
}

func (j *jsonSink) text(name, s string) {
	j.key(name)
	j.quote(name, s)
}

func (j *jsonSink) quote(name, s string) {
	if j.tooLong(name, s) {
		return
	}
	var err error
	if j.buf, err = jsontext.AppendQuote(j.buf, s); err != nil {
		j.fault(name, ehr.RuleBadText, "this text has bytes that are not characters (invalid UTF-8)")
	}
}

func (j *jsonSink) texts(name string, all []string) {
	j.list(name)
	for _, s := range all {
		j.comma()
		j.quote(name, s)
	}
	j.endList()
}

// number writes digits as they are where JSON has such a number, and in quotation marks where it has not (+5, 007, .5).
func (j *jsonSink) number(name, digits string) {
	if !jsonNumber(digits) {
		j.text(name, digits)
		return
	}
	j.key(name)
	j.buf = append(j.buf, digits...)
}

// jsonNumber reports whether valid digits are a number of JSON too.
func jsonNumber(digits string) bool {
	d := digits
	if d[0] == '-' {
		d = d[1:]
	}
	if d == "" || d[0] < '0' || d[0] > '9' || len(d) > 1 && d[0] == '0' && d[1] >= '0' && d[1] <= '9' {
		return false
	}
	for i := range len(d) {
		if d[i] == '.' && (i+1 == len(d) || d[i+1] < '0' || d[i+1] > '9') {
			return false
		}
	}
	return true
}

func (j *jsonSink) flag(name string, b bool) {
	j.key(name)
	if b {
		j.buf = append(j.buf, "true"...)
	} else {
		j.buf = append(j.buf, "false"...)
	}
}

func (j *jsonSink) data(name string, b []byte) {
	j.key(name)
	j.buf = append(j.buf, '"')
	j.base64(name, b)
	j.buf = append(j.buf, '"')
}
