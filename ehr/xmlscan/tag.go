package xmlscan

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// maxShared is how many names are kept to be shared. What has more has names that a stranger made up.
const maxShared = 4096

// split is a name as it stands, taken apart.
type split struct {
	raw, prefix, local string
	declares           bool // xmlns, or xmlns:something
}

// endTag reads an end, which must be that of the element that is open.
func (s *Scanner) endTag() error {
	end, err := s.tagEnd()
	if err != nil {
		return err
	}
	raw := bytes.TrimRight(s.buf[s.at+2:s.at+end], " \t\r\n")
	s.at += end + 1
	if len(s.open) == 0 {
		return malformed("an end stands where nothing is open")
	}
	if string(raw) != s.open[len(s.open)-1].raw {
		return malformed("the end of %.40q stands where %.40q is open", raw, s.open[len(s.open)-1].raw)
	}
	s.leave()
	return nil
}

// leave closes the innermost element: what was declared in it holds no more.
func (s *Scanner) leave() {
	last := &s.open[len(s.open)-1]
	s.name, s.attrs = last.name, s.attrs[:0]
	for len(s.undo) > last.undo {
		b := s.undo[len(s.undo)-1]
		s.undo = s.undo[:len(s.undo)-1]
		if b.was {
			s.spaces[b.prefix] = b.space
		} else {
			delete(s.spaces, b.prefix)
		}
	}
	s.open = s.open[:len(s.open)-1]
}

// tagEnd gives the place of the > that ends the tag at hand, quoted values passed over, reading on as far as need be.
func (s *Scanner) tagEnd() (int, error) {
	i, quote := 1, byte(0)
	for {
		ahead := s.buf[s.at:]
		for i < len(ahead) {
			if quote != 0 {
				n := bytes.IndexByte(ahead[i:], quote)
				if n < 0 {
					i = len(ahead)
					break
				}
				i, quote = i+n, 0
			} else if c := ahead[i]; c == '>' {
				if i > s.limits.Tag {
					return 0, largeTag()
				}
				return i, nil
			} else if c == '"' || c == '\'' {
				quote = c
			}
			i++
		}
		if i > s.limits.Tag {
			return 0, largeTag()
		}
		if err := s.more(); err != nil {
			return 0, cut(err)
		}
	}
}

func largeTag() error {
	return &Error{TooLarge, "one tag is longer, or has more attributes, than is read"}
}

// startTag reads a start with its attributes.
func (s *Scanner) startTag() error {
	end, err := s.tagEnd()
	if err != nil {
		return err
	}
	raw := s.buf[s.at+1 : s.at+end]
	if s.closes = len(raw) > 0 && raw[len(raw)-1] == '/'; s.closes {
		raw = raw[:len(raw)-1]
	}
	n := nameLength(raw)
	name, err := s.split(raw[:n])
	if err != nil {
		return err
	}
	if len(s.open) >= s.limits.Depth {
		return &Error{TooDeep, "elements stand in each other deeper than is read"}
	}
	s.open = append(s.open, element{raw: name.raw, undo: len(s.undo)})
	if err := s.attributes(raw[n:]); err != nil {
		return err
	}
	s.at += end + 1
	s.name = Name{s.resolve(name.prefix), name.local}
	s.open[len(s.open)-1].name = s.name
	return nil
}

// resolve gives what a prefix of an element stands for.
func (s *Scanner) resolve(prefix string) string {
	if space, ok := s.spaces[prefix]; ok {
		return space
	}
	return prefix
}

// attributes reads those of a tag. First all are taken apart, for what they declare holds for all of them.
func (s *Scanner) attributes(raw []byte) error {
	s.attrs, s.scratch = s.attrs[:0], s.scratch[:0]
	for {
		rest := trimLeft(raw)
		if len(rest) == 0 {
			break
		}
		if len(rest) == len(raw) {
			return malformed("there is no space in front of an attribute, or it has no name")
		}
		if len(s.attrs) >= s.limits.Attrs {
			return largeTag()
		}
		n := nameLength(rest)
		name, err := s.split(rest[:n])
		if err != nil {
			return err
		}
		rest = trimLeft(rest[n:])
		if len(rest) == 0 || rest[0] != '=' {
			return malformed("the attribute %.40q has no value", name.raw)
		}
		rest = trimLeft(rest[1:])
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return malformed("the value of %.40q does not stand in quotation marks", name.raw)
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return malformed("the value of %.40q does not end", name.raw)
		}
		value, err := s.value(rest[1 : 1+end])
		if err != nil {
			return err
		}
		raw = rest[end+2:]
		for i := range s.attrs {
			if s.attrs[i].Name == (Name{name.prefix, name.local}) {
				return &Error{Twice, "one attribute stands twice in one tag"}
			}
		}
		s.attrs = append(s.attrs, Attr{Name{name.prefix, name.local}, value})
		if name.declares {
			s.declare(name, value)
		}
	}
	for i := range s.attrs {
		if a := &s.attrs[i]; a.Name.Space != "" && a.Name.Space != "xmlns" {
			a.Name.Space = s.resolve(a.Name.Space)
		}
	}
	return nil
}

func (s *Scanner) declare(name *split, value []byte) {
	prefix := name.local
	if name.prefix == "" {
		prefix = ""
	}
	was, held := s.spaces[prefix]
	s.undo = append(s.undo, binding{prefix, was, held})
	s.spaces[prefix] = s.Shared(value)
}

// Shared gives a short text that comes again and again, such as a class, as one string for all.
func (s *Scanner) Shared(b []byte) string {
	if name, ok := s.names[string(b)]; ok {
		return name
	}
	name := string(b)
	if len(s.names) < maxShared && len(b) < 200 {
		s.names[name] = name
	}
	return name
}

// split takes a name apart at its colon. One that is no name is refused.
func (s *Scanner) split(raw []byte) (*split, error) {
	if known, ok := s.raws[string(raw)]; ok {
		return known, nil
	}
	if !isName(raw) {
		return nil, malformed("a name is missing, or %.40q is none", raw)
	}
	if bytes.Count(raw, []byte{':'}) > 1 {
		return nil, malformed("the name %.40q has two colons", raw)
	}
	name := &split{raw: string(raw)}
	if prefix, local, ok := strings.Cut(name.raw, ":"); ok && prefix != "" && local != "" {
		name.prefix, name.local = prefix, local
	} else {
		name.local = name.raw
	}
	name.declares = name.prefix == "xmlns" || name.raw == "xmlns"
	if len(s.raws) < maxShared && len(raw) < 200 {
		s.raws[name.raw] = name
	}
	return name, nil
}

func trimLeft(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\t' || b[0] == '\r') {
		b = b[1:]
	}
	return b
}

// nameLength is how many bytes at the beginning may be a name.
func nameLength(b []byte) int {
	for i, c := range b {
		if c < utf8.RuneSelf && class[c]&inName == 0 {
			return i
		}
	}
	return len(b)
}

// isName reports whether something is a name of XML 1.0.
func isName(b []byte) bool {
	if len(b) == 0 || !utf8.Valid(b) {
		return false
	}
	for i, r := range string(b) {
		ok := false
		switch {
		case r < utf8.RuneSelf:
			ok = class[r]&inName != 0 && (i > 0 || class[r]&beginsName != 0)
		case i > 0 && (r == 0xB7 || r >= 0x300 && r <= 0x36F || r >= 0x203F && r <= 0x2040):
			ok = true
		default:
			ok = r >= 0xC0 && r <= 0x2FF && r != 0xD7 && r != 0xF7 || r >= 0x370 && r <= 0x1FFF && r != 0x37E || r >= 0x200C && r <= 0x200D ||
				r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF || r >= 0x3001 && r <= 0xD7FF || r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD || r >= 0x10000 && r <= 0xEFFFF
		}
		if !ok {
			return false
		}
	}
	return true
}
