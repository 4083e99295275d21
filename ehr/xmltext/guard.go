package xmltext

import (
	"bufio"
	"errors"
	"io"
)

// guard is between a stranger's bytes and the XML decoder, which collects a whole token before anybody may look at it. It follows the text just closely
// enough to know the size of the token that is being collected, and stops it.
type guard struct {
	in     *bufio.Reader
	limits Limits
	state  state
	run    int64 // bytes of the text, quoted value, comment or instruction so far
	marks  int64 // bytes of a tag outside quotes
	attrs  int   // quoted values of a tag
	quote  byte
	tail   [2]byte // the last bytes, to see the end of a comment, a CDATA section or an instruction
	head   string  // what follows "<!", until it is known what it is
	err    error
}

type state int

const (
	inText state = iota
	afterLess
	inTag
	inQuotes
	afterBang
	inComment
	inCDATA
	inInstruction
)

var (
	errDoctype  = errors.New("a document type, which is not read here")
	errText     = errors.New("one text, or one value, is too large")
	errTag      = errors.New("one tag is too large, or has too many attributes")
	errComment  = errors.New("a comment or instruction is too large")
	errDeclared = errors.New("a declaration that is not read here")
)

const (
	maxMarks   = 64 << 10 // bytes of one tag outside its quotes
	maxAttrs   = 64       // attributes of one tag
	maxComment = 1 << 20  // bytes of one comment or instruction
)

func newGuard(r io.Reader, l Limits) *guard {
	g := &guard{in: bufio.NewReaderSize(r, 32<<10), limits: l}
	if bom, err := g.in.Peek(3); err == nil && string(bom) == "\ufeff" {
		_, _ = g.in.Discard(3)
	}
	return g
}

// Read is there because the decoder asks for a reader; it takes single bytes where it can.
func (g *guard) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := g.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// ReadByte gives the next byte, or says what is wrong with the token that it is in.
func (g *guard) ReadByte() (byte, error) {
	if g.err != nil {
		return 0, g.err
	}
	b, err := g.in.ReadByte()
	if err != nil {
		return 0, err
	}
	if g.err = g.step(b); g.err != nil {
		return 0, g.err
	}
	return b, nil
}

func (g *guard) step(b byte) error {
	switch g.state {
	case inText:
		if b == '<' {
			g.state, g.marks, g.attrs = afterLess, 0, 0
			return nil
		}
		return g.grow(g.limits.text(), errText)
	case afterLess:
		g.run = 0
		switch b {
		case '!':
			g.state, g.head = afterBang, ""
		case '?':
			g.state, g.tail = inInstruction, [2]byte{}
		case '>':
			g.state = inText
		default:
			g.state = inTag
		}
	case inTag:
		return g.tag(b)
	case inQuotes:
		if b == g.quote {
			g.state = inTag
			return nil
		}
		return g.grow(g.limits.text(), errText)
	case afterBang:
		return g.bang(b)
	case inComment:
		return g.until(b, '-', '-', maxComment, errComment)
	case inCDATA:
		return g.until(b, ']', ']', g.limits.text(), errText)
	case inInstruction:
		return g.until(b, 0, '?', maxComment, errComment)
	}
	return nil
}

func (g *guard) grow(most int64, err error) error {
	if g.run++; g.run > most {
		return err
	}
	return nil
}

func (g *guard) tag(b byte) error {
	switch b {
	case '"', '\'':
		g.state, g.quote, g.run = inQuotes, b, 0
		g.attrs++
	case '>':
		g.state, g.run = inText, 0
	}
	if g.marks++; g.marks > maxMarks || g.attrs > maxAttrs {
		return errTag
	}
	return nil
}

func (g *guard) bang(b byte) error {
	g.head += string(b)
	switch {
	case g.head == "--":
		g.state, g.run, g.tail = inComment, 0, [2]byte{}
	case g.head == "[CDATA[":
		g.state, g.run, g.tail = inCDATA, 0, [2]byte{}
	case len(g.head) <= 7 && (g.head == "-" || g.head == "[CDATA["[:len(g.head)]):
	case b == 'D' || b == 'd':
		return errDoctype
	default:
		return errDeclared
	}
	return nil
}

// until waits for the two bytes (or only the second, when the first is 0) before a ">".
func (g *guard) until(b, first, second byte, most int64, err error) error {
	if b == '>' && g.tail[1] == second && (first == 0 || g.tail[0] == first) {
		g.state, g.run = inText, 0
		return nil
	}
	g.tail[0], g.tail[1] = g.tail[1], b
	return g.grow(most, err)
}
