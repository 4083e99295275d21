package native

import (
	"unicode/utf8"

	"rosemary/ehr"
)

// xmlSink writes canonical XML. A list is its members one after the other, under its name.
type xmlSink struct {
	output
	lists []string
}

func (x *xmlSink) open(name, class string, item bool) {
	x.enter(name, item)
	x.buf = append(x.buf, '<')
	x.buf = append(x.buf, x.called(name, item)...)
	if class != "" {
		x.buf = append(x.buf, ` xsi:type="`...)
		x.buf = append(x.buf, class...)
		x.buf = append(x.buf, '"')
	}
	x.buf = append(x.buf, '>')
}

func (x *xmlSink) called(name string, item bool) string {
	if item {
		return x.lists[len(x.lists)-1]
	}
	return name
}

func (x *xmlSink) close(name string, item bool) {
	x.leave(item)
	x.end(x.called(name, item))
}

func (x *xmlSink) start(name string) {
	x.buf = append(x.buf, '<')
	x.buf = append(x.buf, name...)
	x.buf = append(x.buf, '>')
}

func (x *xmlSink) end(name string) {
	x.buf = append(x.buf, '<', '/')
	x.buf = append(x.buf, name...)
	x.buf = append(x.buf, '>')
}

func (x *xmlSink) list(name string) {
	x.enterList(name)
	x.lists = append(x.lists, name)
}

func (x *xmlSink) endList() {
	x.leaveList()
	x.lists = x.lists[:len(x.lists)-1]
}

func (x *xmlSink) text(name, s string) {
	if x.tooLong(name, s) {
		return
	}
	x.start(name)
	x.escape(name, s)
	x.end(name)
}

func (x *xmlSink) texts(name string, all []string) {
	for _, s := range all {
		x.text(name, s)
	}
}

func (x *xmlSink) number(name, digits string) { x.text(name, digits) }

func (x *xmlSink) flag(name string, b bool) {
	if b {
		x.text(name, "true")
	} else {
		x.text(name, "false")
	}
}

func (x *xmlSink) data(name string, b []byte) {
	x.start(name)
	x.base64(name, b)
	x.end(name)
}

// escape appends words as they stand in an element. XML has no way to say most control characters: a text that holds one is refused, not altered.
func (x *xmlSink) escape(name, s string) {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
				x.fault(name, ehr.RuleBadText, "this text has a character that XML cannot carry")
				return
			}
			i += size
			continue
		}
		var as string
		switch {
		case c == '&':
			as = "&amp;"
		case c == '<':
			as = "&lt;"
		case c == '>':
			as = "&gt;"
		case c == '\r': // a reader would make a line feed of a bare one
			as = "&#xD;"
		case c < ' ' && c != '\t' && c != '\n':
			x.fault(name, ehr.RuleBadText, "this text has a control character, which XML cannot carry")
			return
		default:
			i++
			continue
		}
		x.buf = append(x.buf, s[from:i]...)
		x.buf = append(x.buf, as...)
		i++
		from = i
	}
	x.buf = append(x.buf, s[from:]...)
}
