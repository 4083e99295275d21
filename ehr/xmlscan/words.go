package xmlscan

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// What a byte can be.
const (
	beginsName = 1 << iota
	inName
	special // in words it does not stand for itself alone
)

var class = classes()

func classes() (c [256]byte) {
	for b := range 256 {
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b == '_', b == ':':
			c[b] = beginsName | inName
		case b >= '0' && b <= '9', b == '-', b == '.':
			c[b] = inName
		case b == '&', b == '\r', b == ']', b >= utf8.RuneSelf, b < ' ' && b != '\n' && b != '\t':
			c[b] = special
		}
	}
	return c
}

// text reads words up to the next tag, comment or instruction, long ones in pieces.
func (s *Scanner) text() error {
	from := 0
	for {
		ahead := s.buf[s.at:]
		if i := bytes.IndexByte(ahead[from:], '<'); i >= 0 {
			return s.take(from + i)
		}
		if from = len(ahead); from >= usual {
			if n := piece(ahead); n > 0 {
				return s.take(n)
			}
		}
		if s.between+from > s.limits.Between {
			return tooMuch()
		}
		switch err := s.more(); {
		case err == nil:
		case cut(err) == errCutOff && len(s.open) == 0: // blanks at the end of the document
			return s.take(len(s.buf) - s.at)
		default:
			return cut(err)
		}
	}
}

// piece is how much of words can be taken by itself: no character, reference or end of a line is torn.
func piece(ahead []byte) int {
	n := len(ahead)
	if i := bytes.LastIndexByte(ahead[max(0, n-maxReference):], '&'); i >= 0 {
		if i += max(0, n-maxReference); bytes.IndexByte(ahead[i:], ';') < 0 {
			n = i
		}
	}
	for n > 0 && (ahead[n-1] == '\r' || ahead[n-1] == ']') {
		n--
	}
	for i := n - 1; i >= max(0, n-utf8.UTFMax); i-- {
		if utf8.RuneStart(ahead[i]) {
			if !utf8.FullRune(ahead[i:n]) {
				n = i
			}
			break
		}
	}
	return n
}

// take takes so many bytes as words.
func (s *Scanner) take(n int) (err error) {
	raw := s.buf[s.at : s.at+n]
	s.at += n
	if err := s.spend(n); err != nil {
		return err
	}
	s.scratch = s.scratch[:0]
	s.words, err = s.meant(raw)
	return err
}

// value gives what an attribute's value stands for.
func (s *Scanner) value(raw []byte) ([]byte, error) {
	if bytes.IndexByte(raw, '<') >= 0 {
		return nil, malformed("a < stands in the value of an attribute")
	}
	return s.unescaped(raw, false)
}

// meant gives the characters that words stand for.
func (s *Scanner) meant(raw []byte) ([]byte, error) { return s.unescaped(raw, true) }

// unescaped gives the bytes themselves when they stand for themselves, which is usual.
func (s *Scanner) unescaped(raw []byte, words bool) ([]byte, error) {
	plain := plainly(raw, 0)
	if plain == len(raw) {
		return raw, nil
	}
	if words && bytes.Contains(raw[plain:], dataEnd) {
		return nil, malformed("]]> stands where no CDATA ends")
	}
	if !carried(raw[plain:]) {
		return nil, malformed("a character stands here that XML does not have, or the text is not UTF-8")
	}
	if bytes.IndexByte(raw[plain:], '&') < 0 && bytes.IndexByte(raw[plain:], '\r') < 0 {
		return raw, nil
	}
	begin := len(s.scratch)
	for len(raw) > 0 {
		n := bytes.IndexAny(raw, "&\r")
		if n < 0 {
			s.scratch = append(s.scratch, raw...)
			break
		}
		s.scratch = append(s.scratch, raw[:n]...)
		if raw[n] == '\r' {
			s.scratch = append(s.scratch, '\n')
			if raw = raw[n+1:]; len(raw) > 0 && raw[0] == '\n' {
				raw = raw[1:]
			}
			continue
		}
		end := bytes.IndexByte(raw[n:min(len(raw), n+maxReference)], ';')
		if end < 0 {
			return nil, malformed("a & begins no character")
		}
		if err := s.reference(raw[n+1 : n+end]); err != nil {
			return nil, err
		}
		raw = raw[n+end+1:]
	}
	return s.scratch[begin:len(s.scratch):len(s.scratch)], nil
}

// plainly is how far bytes stand for themselves.
func plainly(raw []byte, i int) int {
	for i < len(raw) && class[raw[i]]&special == 0 {
		i++
	}
	return i
}

// literal gives what stands in CDATA.
func (s *Scanner) literal(raw []byte) ([]byte, error) {
	if !carried(raw) {
		return nil, malformed("a character stands here that XML does not have, or the text is not UTF-8")
	}
	if bytes.IndexByte(raw, '\r') < 0 {
		return raw, nil
	}
	for i, c := range raw {
		switch {
		case c == '\r':
			s.scratch = append(s.scratch, '\n')
		case c != '\n' || i == 0 || raw[i-1] != '\r':
			s.scratch = append(s.scratch, c)
		}
	}
	return s.scratch, nil
}

// carried reports whether all characters are of XML 1.0, in UTF-8.
func carried(raw []byte) bool {
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c < ' ' && c != '\n' && c != '\t' && c != '\r':
			return false
		case c < utf8.RuneSelf:
			i++
			continue
		}
		r, n := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && n == 1 || r == 0xFFFE || r == 0xFFFF {
			return false
		}
		i += n
	}
	return true
}

// maxReference is how many bytes a reference to a character may have.
const maxReference = 64

// reference appends the character that a reference names: one of the five, or a number.
func (s *Scanner) reference(name []byte) error {
	switch string(name) {
	case "amp":
		s.scratch = append(s.scratch, '&')
	case "lt":
		s.scratch = append(s.scratch, '<')
	case "gt":
		s.scratch = append(s.scratch, '>')
	case "quot":
		s.scratch = append(s.scratch, '"')
	case "apos":
		s.scratch = append(s.scratch, '\'')
	default:
		if len(name) < 2 || name[0] != '#' {
			return malformed("the entity %.40q is not read here: only the five of XML itself are", name)
		}
		digits, base := string(name[1:]), 10
		if digits[0] == 'x' {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		r := rune(n)
		if err != nil || n > utf8.MaxRune || r >= 0xD800 && r <= 0xDFFF || r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return malformed("the number %.40q is of no character of XML", name)
		}
		s.scratch = utf8.AppendRune(s.scratch, r)
	}
	return nil
}
