package native

import "io"

// scanner hands the bytes of an XML document to the decoder one by one, and bounds how many come before a token ends: the decoder holds a whole token, and a
// tag with all its attributes, before anybody can look at it.
type scanner struct {
	r     io.Reader
	err   error // what the reader said
	buf   []byte
	at    int
	left  int // bytes that may come before the next mark
	tag   int // bytes that may come before the tag ends
	state state
	run   int // of the end of a comment or CDATA: - - > or ] ] >
}

type state uint8

const (
	inText state = iota
	opened       // <
	inTag        // <a
	inSingle
	inDouble
	declared // <!
	inComment
	inData
)

func newScanner(r io.Reader) *scanner {
	return &scanner{r: r, buf: make([]byte, 0, 32<<10), left: maxToken}
}

// mark says that a token was taken: another may come.
func (s *scanner) mark() { s.left = maxToken }

// Read is there because the decoder asks for a Reader; it uses ReadByte.
func (s *scanner) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := s.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// ReadByte gives the next byte.
func (s *scanner) ReadByte() (byte, error) {
	for s.at == len(s.buf) {
		if s.err != nil {
			return 0, s.err
		}
		n, err := s.r.Read(s.buf[:cap(s.buf)])
		s.buf, s.at, s.err = s.buf[:n], 0, err
	}
	b := s.buf[s.at]
	s.at++
	if s.left--; s.left < 0 {
		return 0, errTooMuch
	}
	if s.state == inText { // most bytes are words
		if b == '<' {
			s.state = opened
		}
		return b, nil
	}
	s.step(b)
	if s.tag--; s.tag < 0 && (s.state == inTag || s.state == inSingle || s.state == inDouble) {
		return 0, errTooMuch
	}
	return b, nil
}

func (s *scanner) step(b byte) {
	switch s.state {
	case opened:
		s.tag = maxTag
		if s.state = inTag; b == '!' {
			s.state = declared
		}
	case inTag:
		switch b {
		case '>':
			s.state = inText
		case '\'':
			s.state = inSingle
		case '"':
			s.state = inDouble
		}
	case inSingle:
		if b == '\'' {
			s.state = inTag
		}
	case inDouble:
		if b == '"' {
			s.state = inTag
		}
	case declared:
		s.run = 0
		switch b {
		case '-':
			s.state = inComment
		case '[':
			s.state = inData
		default:
			s.state = inTag
		}
	case inComment:
		s.ends('-', b)
	case inData:
		s.ends(']', b)
	}
}

// ends looks for the end of a comment or of CDATA: two marks and >.
func (s *scanner) ends(mark, b byte) {
	switch {
	case b == mark:
		s.run++
	case b == '>' && s.run >= 2:
		s.state = inText
	default:
		s.run = 0
	}
}
