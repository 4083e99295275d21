package xmlscan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Limits say how much is read. All must be set.
type Limits struct {
	Depth   int // levels of elements
	Between int // bytes between two tags: words, comments and instructions together
	Tag     int // bytes of one tag
	Attrs   int // attributes of one tag
}

// Name is a name in a namespace. A prefix that nobody declared stands for itself.
type Name struct{ Space, Local string }

// Attr is one attribute of a tag. Those that declare namespaces are among them: they have the namespace "xmlns", or are called so.
type Attr struct {
	Name  Name
	Value []byte // until the next token
}

// Kind says what a token is.
type Kind uint8

// The kinds of token. An element that is empty gives a start and an end.
const (
	Start Kind = iota + 1
	End
	Words
)

// Why a document is refused.
const (
	Malformed = iota // not XML as it is read here
	TooLarge
	TooDeep
	Twice // one attribute twice in one tag
	CutOff
)

// Error is a document that is refused.
type Error struct {
	Why     int
	Message string
}

func (e *Error) Error() string { return e.Message }

func malformed(format string, args ...any) error {
	return &Error{Malformed, fmt.Sprintf(format, args...)}
}

var errCutOff error = &Error{CutOff, "the document ends too early"}

// Scanner reads one document.
type Scanner struct {
	r      io.Reader
	limits Limits

	buf    []byte // what was read; buf[at:] is ahead
	at     int
	offset int64 // of buf[0] in the document
	line   int   // at buf[lined]
	lined  int
	start  int64 // of the line, in the document
	failed error // of the reader, or the first that was told

	name    Name
	attrs   []Attr
	words   []byte
	scratch []byte // words and values that do not stand in the buffer as they are meant
	begun   bool
	closes  bool // the tag that was read is empty: its end comes next
	between int  // bytes since the last tag

	open   []element
	names  map[string]string // shared
	raws   map[string]*split // names as they stand, taken apart
	spaces map[string]string // that hold here, by prefix
	undo   []binding         // what held before, innermost last
}

type element struct {
	raw  string // as it stands in the tag
	name Name
	undo int // declarations before it
}

type binding struct {
	prefix, space string
	was           bool
}

// usual is the size of the buffer; one token that needs more gets more, as far as the limits go.
const usual = 64 << 10

// New reads from r.
func New(r io.Reader, l Limits) *Scanner {
	return &Scanner{
		r: r, limits: l, buf: make([]byte, 0, 4<<10), line: 1, names: map[string]string{}, raws: map[string]*split{},
		spaces: map[string]string{"xml": "http://www.w3.org/XML/1998/namespace"},
	}
}

// Name is that of the element whose start or end was read last.
func (s *Scanner) Name() Name { return s.name }

// Attrs are those of the start that was read last, until the next token.
func (s *Scanner) Attrs() []Attr { return s.attrs }

// Words are those that were read last, until the next token: the characters that they stand for. Between two tags there may be several pieces.
func (s *Scanner) Words() []byte { return s.words }

// Depth is how many elements are open.
func (s *Scanner) Depth() int { return len(s.open) }

// Space is what a prefix stands for here.
func (s *Scanner) Space(prefix string) (string, bool) {
	space, ok := s.spaces[prefix]
	return space, ok
}

// Offset is how many bytes were taken.
func (s *Scanner) Offset() int64 { return s.offset + int64(s.at) }

// Position is where the next byte stands, both from 1.
func (s *Scanner) Position() (line, column int) {
	s.count(s.at)
	return s.line, int(s.Offset()-s.start) + 1
}

// count counts lines up to a place in the buffer.
func (s *Scanner) count(to int) {
	if to <= s.lined {
		return
	}
	passed := s.buf[s.lined:to]
	if n := bytes.Count(passed, newline); n > 0 {
		s.line += n
		s.start = s.offset + int64(s.lined+bytes.LastIndexByte(passed, '\n')) + 1
	}
	s.lined = to
}

var newline = []byte{'\n'}

// more reads on behind the buffer, and keeps what is ahead. It is io.EOF at the end of the document.
func (s *Scanner) more() error {
	if s.failed != nil {
		return s.failed
	}
	if s.at > 0 {
		s.count(s.at)
		s.offset += int64(s.at)
		n := copy(s.buf, s.buf[s.at:])
		s.buf, s.lined, s.at = s.buf[:n], 0, 0
		if cap(s.buf) != usual && n < usual/2 { // it is no small document; or a large token is behind: its room is not kept
			s.buf = append(make([]byte, 0, usual), s.buf...)
		}
	}
	if len(s.buf) == cap(s.buf) {
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), s.buf...)
	}
	for range 100 {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if err != nil {
			s.failed = err
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	s.failed = io.ErrNoProgress
	return s.failed
}

// need makes sure that so many bytes are ahead. The end of the document cuts off what is being read.
func (s *Scanner) need(n int) error {
	for len(s.buf)-s.at < n {
		if err := s.more(); err != nil {
			return cut(err)
		}
	}
	return nil
}

func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCutOff
	}
	return err
}

// Next reads the next token. It is io.EOF behind the end of the document; an *Error when the document is refused; else the reader's own error. After an error it is of no more use.
func (s *Scanner) Next() (Kind, error) {
	if s.closes {
		s.closes = false
		s.leave()
		return End, nil
	}
	if !s.begun {
		s.begun = true
		if s.need(len(mark)) == nil && bytes.HasPrefix(s.buf, mark) {
			s.at = len(mark)
		}
	}
	for {
		if s.at == len(s.buf) {
			if err := s.more(); err != nil {
				if errors.Is(err, io.EOF) && len(s.open) > 0 {
					return 0, errCutOff
				}
				return 0, err
			}
		}
		if s.buf[s.at] != '<' {
			return Words, s.text()
		}
		if err := s.need(2); err != nil {
			return 0, err
		}
		switch s.buf[s.at+1] {
		case '/':
			s.between = 0
			return End, s.endTag()
		case '?':
			if err := s.instruction(); err != nil {
				return 0, err
			}
		case '!':
			data, err := s.declaration()
			if err != nil {
				return 0, err
			}
			if data {
				return Words, nil
			}
		default:
			s.between = 0
			return Start, s.startTag()
		}
	}
}

// mark may stand in front of a text of UTF-8.
var mark = []byte("\ufeff")

// spend counts bytes between two tags.
func (s *Scanner) spend(n int) error {
	if s.between += n; s.between > s.limits.Between {
		return tooMuch()
	}
	return nil
}

func tooMuch() error { return &Error{TooLarge, "one text or comment is longer than is read"} }

// find gives the place behind at of the first of some bytes at least from on, reading on as far as need be.
func (s *Scanner) find(what []byte, from int) (int, error) {
	for {
		if i := bytes.Index(s.buf[min(s.at+from, len(s.buf)):], what); i >= 0 {
			return from + i, nil
		}
		from = max(from, len(s.buf)-s.at-len(what)+1)
		if s.between+len(s.buf)-s.at > s.limits.Between {
			return 0, tooMuch()
		}
		if err := s.more(); err != nil {
			return 0, err
		}
	}
}

var (
	comment = []byte("<!--")
	dashes  = []byte("--")
	cdata   = []byte("<![CDATA[")
	dataEnd = []byte("]]>")
	piEnd   = []byte("?>")
)

// declaration passes over a comment, or takes CDATA as words. A document type is refused, whatever it says.
func (s *Scanner) declaration() (data bool, err error) {
	if err := s.need(len(comment)); err != nil {
		return false, err
	}
	if bytes.HasPrefix(s.buf[s.at:], comment) {
		end, err := s.find(dashes, len(comment))
		if err != nil {
			return false, cut(err)
		}
		if err := s.need(end + 3); err != nil {
			return false, err
		}
		if s.buf[s.at+end+2] != '>' {
			return false, malformed("-- stands inside a comment")
		}
		s.at += end + 3
		return false, s.spend(end + 3)
	}
	if s.buf[s.at+2] != '[' {
		return false, malformed("there is a document type, which is not read here, whatever it says")
	}
	if err := s.need(len(cdata)); err != nil {
		return false, err
	}
	if !bytes.HasPrefix(s.buf[s.at:], cdata) {
		return false, malformed("there is a declaration that is not read here")
	}
	end, err := s.find(dataEnd, len(cdata))
	if err != nil {
		return false, cut(err)
	}
	raw := s.buf[s.at+len(cdata) : s.at+end]
	s.at += end + len(dataEnd)
	s.scratch = s.scratch[:0]
	if s.words, err = s.literal(raw); err != nil {
		return false, err
	}
	return true, s.spend(end)
}

// instruction passes over a processing instruction; what the document says of itself must be XML 1.0 in UTF-8.
func (s *Scanner) instruction() error {
	end, err := s.find(piEnd, 2)
	if err != nil {
		return cut(err)
	}
	raw := s.buf[s.at+2 : s.at+end]
	s.at += end + 2
	target := raw
	if i := bytes.IndexAny(raw, " \t\r\n"); i >= 0 {
		target = raw[:i]
	}
	if !isName(target) {
		return malformed("an instruction has no name")
	}
	if string(target) == "xml" {
		if v := pseudo(raw, "version"); v != "1.0" {
			return malformed("the version of XML is %.20q; only 1.0 is read here", v)
		}
		if v := pseudo(raw, "encoding"); v != "" && !bytes.EqualFold([]byte(v), []byte("UTF-8")) {
			return malformed("the text is in %.40q; only UTF-8 is read here", v)
		}
	}
	return s.spend(end)
}

// pseudo gives what looks like an attribute of the XML declaration.
func pseudo(raw []byte, name string) string {
	for rest := raw; ; {
		i := bytes.Index(rest, []byte(name))
		if i < 0 {
			return ""
		}
		before := i == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[i-1]) >= 0
		rest = bytes.TrimLeft(rest[i+len(name):], " \t\r\n")
		if !before || len(rest) == 0 || rest[0] != '=' {
			continue
		}
		rest = bytes.TrimLeft(rest[1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return ""
		}
		if end := bytes.IndexByte(rest[1:], rest[0]); end >= 0 {
			return string(rest[1 : 1+end])
		}
		return ""
	}
}
