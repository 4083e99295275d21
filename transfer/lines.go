package transfer

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"rosemary/record"
	"rosemary/standard"
)

// Format is the number of the newest form of exports that this package writes. Every older one is read: 1 has no attachments, 2 no proof.
const Format = 3

// formatUnproved is what an export without a proof is written with, so that older programs can read it.
const formatUnproved = 2

// maxLine is the longest line that is read: one contribution with all its versions.
const maxLine = 256 << 20

// Header is the first line of an export.
type Header struct {
	Format   int         `json:"format"`
	Export   string      `json:"export"` // rosemary
	System   string      `json:"system"` // identifier of the system it comes from
	Keys     []string    `json:"keys"`   // public keys that the system signs with
	Exported time.Time   `json:"exported"`
	Streams  []uuid.UUID `json:"streams,omitempty"` // what was asked for; empty: everything
	Proved   bool        `json:"proved,omitzero"`   // a proof stands in front of the last line
}

// Proof lets whoever knows one of the sender's keys tell, without asking, that what was exported is what the sender's log holds.
type Proof struct {
	Keys       string // the sender's statement of all its keys, signed with the one of today (record.OpenKeys)
	Checkpoint string // signed by the sender, covering the last contribution of each stream
	Streams    []record.InclusionProof
}

type proofLine struct {
	Checkpoint string        `json:"checkpoint"`
	Keys       string        `json:"keys"`
	Streams    []streamProof `json:"streams"`
}

type streamProof struct {
	Stream uuid.UUID `json:"stream"`
	Hashes []string  `json:"hashes"`
}

// isProof recognises the line of the proof by its first member.
func isProof(text []byte) bool { return bytes.HasPrefix(text, []byte(`{"checkpoint":`)) }

// Prove writes the proof. It must be the last before Close, of an export whose header announces it.
func (w *Writer) Prove(p Proof) error {
	l := proofLine{Checkpoint: p.Checkpoint, Keys: p.Keys}
	for _, s := range p.Streams {
		one := streamProof{Stream: s.Stream, Hashes: []string{}}
		for _, h := range s.Hashes {
			one.Hashes = append(one.Hashes, record.Hash(h).String())
		}
		l.Streams = append(l.Streams, one)
	}
	return w.line(l)
}

func readProof(text []byte) (Proof, error) {
	var l proofLine
	if err := json.Unmarshal(text, &l, json.RejectUnknownMembers(true)); err != nil {
		return Proof{}, fmt.Errorf("this line is not a proof: %w", err)
	}
	p := Proof{Keys: l.Keys, Checkpoint: l.Checkpoint}
	for _, s := range l.Streams {
		one := record.InclusionProof{Stream: s.Stream}
		for _, text := range s.Hashes {
			h, err := record.ParseHash(text)
			if err != nil {
				return p, fmt.Errorf("the proof: %w", err)
			}
			one.Hashes = append(one.Hashes, tlog.Hash(h))
		}
		p.Streams = append(p.Streams, one)
	}
	return p, nil
}

type line struct {
	Moment    record.Moment  `json:"moment"`
	Committed record.Instant `json:"committedMicroseconds"`
	Hash      string         `json:"hash"`
	Header    jsontext.Value `json:"contribution"`
	Versions  []versionLine  `json:"versions"`
}

type versionLine struct {
	Salt string         `json:"salt"`
	Body jsontext.Value `json:"version"`
}

type footer struct {
	Contributions int64 `json:"contributions"`
	Attachments   int64 `json:"attachments,omitzero"`
	End           bool  `json:"end"`
}

// Writer writes an export.
type Writer struct {
	out   *bufio.Writer
	count int64
	files int64
}

// NewWriter writes the header and returns a Writer for the contributions.
func NewWriter(w io.Writer, h Header) (*Writer, error) {
	h.Format, h.Export = formatUnproved, "rosemary"
	if h.Proved {
		h.Format = Format
	}
	out := &Writer{out: bufio.NewWriterSize(w, 64<<10)}
	return out, out.line(h)
}

// Add writes one contribution.
func (w *Writer) Add(s *record.Sealed) error {
	l := line{Moment: s.Moment, Committed: record.InstantOf(s.Committed), Hash: s.Hash.String(), Header: s.Header, Versions: make([]versionLine, len(s.Versions))}
	for i, v := range s.Versions {
		l.Versions[i] = versionLine{Salt: hex.EncodeToString(v.Salt[:]), Body: v.Stored()}
	}
	w.count++
	return w.line(l)
}

// Count is how many contributions were written.
func (w *Writer) Count() int64 { return w.count }

// Close writes the last line.
func (w *Writer) Close() error {
	if err := w.line(footer{Contributions: w.count, Attachments: w.files, End: true}); err != nil {
		return err
	}
	return w.out.Flush()
}

func (w *Writer) line(v any) error {
	b, err := json.Marshal(v, jsontext.PreserveRawStrings(true)) // stored bytes leave as they stand
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	w.out.Write(b)
	if err := w.out.WriteByte('\n'); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// Handlers are called for what an export holds, in its order. Attachment may be nil: then attachments are checked and passed over. What it leaves unread of
// the content is checked all the same.
type Handlers struct {
	Header       func(Header) error
	Contribution func(*record.Sealed) error
	Attachment   func(stream uuid.UUID, file record.Attachment, content io.Reader) error
	Proof        func(Proof) error // nil: it is passed over
}

// Read reads an export without its attachments: head once, then every contribution in order. See ReadAll.
func Read(r io.Reader, head func(Header) error, each func(*record.Sealed) error) error {
	return ReadAll(r, Handlers{Header: head, Contribution: each})
}

// ReadAll reads an export. Each contribution is checked by itself (its bytes give its hash, its versions' bytes the hashes its change log names), and each
// attachment (its parts follow each other and give its hash); that a contribution fits its stream is for the log to check. An error names the line.
func ReadAll(r io.Reader, h Handlers) error {
	from := &noting{r: r}
	in := &reading{lines: bufio.NewScanner(from)}
	in.lines.Buffer(make([]byte, 64<<10), maxLine)
	in.lines.Split(from.lines)
	for in.next() {
		text := in.lines.Bytes()
		if in.line == 1 {
			head, err := readHeader(text)
			if err != nil {
				return err
			}
			if err := h.Header(head); err != nil {
				return err
			}
			continue
		}
		if isPart(text) {
			if err := in.attachment(h.Attachment); err != nil {
				return err
			}
			continue
		}
		if isProof(text) {
			if err := in.proof(text, h.Proof); err != nil {
				return err
			}
			continue
		}
		if end, ok := readFooter(text); ok {
			return in.finish(end)
		}
		if err := in.contribution(h.Contribution); err != nil {
			return err
		}
	}
	if err := in.lines.Err(); err != nil {
		return refused(0, err)
	}
	return refused(0, fmt.Errorf("the file ends after %d contributions and has no last line: it was cut off. Export it again", in.count))
}

// noting remembers why a reader stopped.
type noting struct {
	r   io.Reader
	err error
}

// Read reads on.
func (n *noting) Read(p []byte) (int, error) {
	read, err := n.r.Read(p)
	n.err = err
	return read, err
}

// lines gives whole lines: half a line behind which reading failed is none, or its own faults would hide why it did.
func (n *noting) lines(data []byte, atEOF bool) (int, []byte, error) {
	if atEOF && n.err != nil && !errors.Is(n.err, io.EOF) && bytes.IndexByte(data, '\n') < 0 {
		return 0, nil, nil
	}
	return bufio.ScanLines(data, atEOF)
}

// reading is an export being read.
type reading struct {
	lines *bufio.Scanner
	line  int // from 1
	count int64
	files int64
}

func (in *reading) next() bool {
	in.line++
	return in.lines.Scan()
}

func (in *reading) contribution(each func(*record.Sealed) error) error {
	sealed, err := readLine(append([]byte(nil), in.lines.Bytes()...))
	if err != nil {
		return refused(in.line, err)
	}
	if err := each(sealed); err != nil {
		return fmt.Errorf("line %d: %w", in.line, err)
	}
	in.count++
	return nil
}

func (in *reading) proof(text []byte, each func(Proof) error) error {
	p, err := readProof(text)
	if err != nil {
		return refused(in.line, err)
	}
	if each == nil {
		return nil
	}
	if err := each(p); err != nil {
		return fmt.Errorf("line %d: %w", in.line, err)
	}
	return nil
}

func (in *reading) finish(end footer) error {
	if end.Contributions != in.count {
		return refused(0, fmt.Errorf("the file says that it holds %d contributions, and there are %d: some are missing", end.Contributions, in.count))
	}
	if end.Attachments != in.files {
		return refused(0, fmt.Errorf("the file says that it holds %d attachments, and there are %d: some are missing", end.Attachments, in.files))
	}
	if in.lines.Scan() {
		return refused(0, fmt.Errorf("something follows the last line"))
	}
	if err := in.lines.Err(); err != nil { // what vouches for all of it may stand behind the last line
		return refused(0, err)
	}
	return nil
}

func readHeader(text []byte) (Header, error) {
	var h Header
	if err := json.Unmarshal(text, &h, json.RejectUnknownMembers(true)); err != nil || h.Export != "rosemary" {
		return h, refused(1, fmt.Errorf("this is not an export of Rosemary"))
	}
	if h.Format < 1 || h.Format > Format {
		return h, refused(1, fmt.Errorf("the export has format %d; this program reads up to %d. Use a newer Rosemary", h.Format, Format))
	}
	return h, nil
}

func readFooter(text []byte) (footer, bool) {
	var f footer
	err := json.Unmarshal(text, &f, json.RejectUnknownMembers(true))
	return f, err == nil && f.End
}

func readLine(text []byte) (*record.Sealed, error) {
	var l line
	if err := json.Unmarshal(text, &l, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("this line is not a contribution: %w", err)
	}
	c, err := record.DecodeHeader(l.Header)
	if err != nil {
		return nil, err
	}
	if c.Hash.String() != l.Hash {
		return nil, fmt.Errorf("contribution %s was altered: its hash does not fit", c.ID)
	}
	c.Moment, c.Committed = l.Moment, l.Committed.Time()
	s := &record.Sealed{Contribution: *c}
	for _, vl := range l.Versions {
		v, err := record.DecodeVersion(vl.Body)
		if err != nil {
			return nil, fmt.Errorf("contribution %s: %w", c.ID, err)
		}
		salt, err := hex.DecodeString(vl.Salt)
		if err != nil || len(salt) != len(v.Salt) {
			return nil, fmt.Errorf("contribution %s: version %s has no readable salt", c.ID, v.VersionID)
		}
		copy(v.Salt[:], salt)
		v.Stream, v.Committed = c.Stream, c.Committed
		if v.Destroyed == uuid.Nil {
			v.Hash = record.HashVersion(v.Salt, v.Body)
		}
		s.Versions = append(s.Versions, v)
	}
	return s, fits(s)
}

// fits checks that the versions are those that the change log names.
func fits(s *record.Sealed) error {
	next := 0
	for _, ch := range s.Changes {
		if !ch.Brings(s.Versions[min(next, len(s.Versions)):]) {
			continue
		}
		if next >= len(s.Versions) || s.Versions[next].VersionID != ch.Version || s.Versions[next].Hash != ch.Hash {
			return fmt.Errorf("contribution %s: version %s was altered or is missing", s.ID, ch.Version)
		}
		next++
	}
	if next != len(s.Versions) {
		return fmt.Errorf("contribution %s holds a version that its change log does not name", s.ID)
	}
	return nil
}

func refused(n int, err error) error {
	message := "The file cannot be imported: " + err.Error() + "."
	if n > 0 {
		message = fmt.Sprintf("The file cannot be imported. Line %d: %v.", n, err)
	}
	return &standard.Fault{Kind: standard.Invalid, Message: message, Hint: "Nothing of this line or after it was taken in.", Err: err}
}
