package exchange

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// The first lines of what is signed.
const (
	statementOrigin = "rosemary package 1"
	receiptOrigin   = "rosemary receipt 1"
)

// Statement is what a sender says of a package, signed: the file that it is, byte for byte, and to whom and for what it was made.
type Statement struct {
	Case     uuid.UUID
	From, To string // systems
	Kind     Kind
	Size     int64
	Hash     record.Hash // SHA-256 of the sealed file
	Made     time.Time
}

func (s *Statement) lines() []string {
	return []string{statementOrigin, "case " + s.Case.String(), "from " + s.From, "to " + s.To, "kind " + string(s.Kind), "bytes " + strconv.FormatInt(s.Size, 10),
		"sha256 " + s.Hash.String(), "made " + s.Made.UTC().Format(time.RFC3339)}
}

// Sign signs it.
func (s *Statement) Sign(keys *record.Keys) (string, error) {
	return keys.Note(strings.Join(s.lines(), "\n") + "\n")
}

// OpenStatement verifies one under the keys of its sender.
func OpenStatement(signed string, keys ...string) (*Statement, error) {
	said, err := openLines(signed, statementOrigin, keys)
	if err != nil {
		return nil, err
	}
	s := &Statement{From: said.text("from"), To: said.text("to"), Kind: Kind(said.text("kind")), Case: said.uid("case"), Size: said.number("bytes"), Hash: said.hash("sha256"), Made: said.time("made")}
	return s, said.wrong()
}

// Receipt is what a receiver says of a package that it has taken in whole, or could not take in, signed: the sender's proof.
type Receipt struct {
	Case     uuid.UUID
	From, To string      // systems: who sent, who received
	Hash     record.Hash // of the sealed file
	Size     int64
	At       time.Time
	Trouble  string // why it could not be taken in; "": it was

	Person                         uuid.UUID // as the sender names them
	Contributions, Versions, Files int64     // that the receiver holds of the person from this sender, all deliveries together
	Sequence                       int64     // of the last contribution to the person's stream, and its hash
	Last                           record.Hash
}

func (r *Receipt) lines() []string {
	list := []string{receiptOrigin, "case " + r.Case.String(), "from " + r.From, "to " + r.To, "sha256 " + r.Hash.String(), "bytes " + strconv.FormatInt(r.Size, 10), "at " + r.At.UTC().Format(time.RFC3339)}
	if r.Trouble != "" {
		return append(list, "not-taken-in "+strconv.Quote(r.Trouble))
	}
	return append(list, "person "+r.Person.String(), "contributions "+strconv.FormatInt(r.Contributions, 10), "versions "+strconv.FormatInt(r.Versions, 10), "files "+strconv.FormatInt(r.Files, 10),
		"sequence "+strconv.FormatInt(r.Sequence, 10), "last "+r.Last.String())
}

// Sign signs it.
func (r *Receipt) Sign(keys *record.Keys) (string, error) {
	return keys.Note(strings.Join(r.lines(), "\n") + "\n")
}

// OpenReceipt verifies one under the keys of the receiver.
func OpenReceipt(signed string, keys ...string) (*Receipt, error) {
	said, err := openLines(signed, receiptOrigin, keys)
	if err != nil {
		return nil, err
	}
	r := &Receipt{Case: said.uid("case"), From: said.text("from"), To: said.text("to"), Hash: said.hash("sha256"), Size: said.number("bytes"), At: said.time("at")}
	if quoted, ok := said.values["not-taken-in"]; ok {
		var err error
		if r.Trouble, err = strconv.Unquote(quoted); err != nil || r.Trouble == "" {
			said.fault("not-taken-in")
		}
		return r, said.wrong()
	}
	r.Person, r.Contributions, r.Versions, r.Files = said.uid("person"), said.number("contributions"), said.number("versions"), said.number("files")
	r.Sequence, r.Last = said.number("sequence"), said.hash("last")
	return r, said.wrong()
}

// said are the lines of something signed, by their first words.
type said struct {
	values map[string]string
	faults []string
}

func openLines(signed, origin string, keys []string) (*said, error) {
	text, err := record.OpenNote(signed, keys...)
	if err != nil {
		return nil, &standard.Fault{Kind: standard.Invalid, Message: "The signature does not fit: this was altered, or another system has signed it.", Hint: "Ask the system that it should come from.", Err: err}
	}
	first, rest, _ := strings.Cut(text, "\n")
	if first != origin {
		return nil, &standard.Fault{Kind: standard.Invalid, Message: fmt.Sprintf("This is signed, but is not what is expected here (%s).", origin)}
	}
	s := &said{values: map[string]string{}}
	for line := range strings.Lines(rest) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		s.values[name] = value
	}
	return s, nil
}

func (s *said) fault(name string) { s.faults = append(s.faults, name) }

func (s *said) wrong() error {
	if len(s.faults) == 0 {
		return nil
	}
	return &standard.Fault{Kind: standard.Invalid, Message: "This is signed, but cannot be read: " + strings.Join(s.faults, ", ") + "."}
}

func (s *said) text(name string) string {
	if s.values[name] == "" {
		s.fault(name)
	}
	return s.values[name]
}

func (s *said) uid(name string) uuid.UUID {
	uid, err := uuid.Parse(s.values[name])
	if err != nil {
		s.fault(name)
	}
	return uid
}

func (s *said) number(name string) int64 {
	n, err := strconv.ParseInt(s.values[name], 10, 64)
	if err != nil || n < 0 {
		s.fault(name)
	}
	return n
}

func (s *said) hash(name string) record.Hash {
	h, err := record.ParseHash(s.values[name])
	if err != nil {
		s.fault(name)
	}
	return h
}

func (s *said) time(name string) time.Time {
	t, err := time.Parse(time.RFC3339, s.values[name])
	if err != nil {
		s.fault(name)
	}
	return t
}
