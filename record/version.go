package record

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Moment is a position in the installation's gapless order of commits, from 1. Zero is before the first.
type Moment int64

// Forever is the moment until which a version that has not been superseded is current.
const Forever Moment = 1<<63 - 1

// Status says how far a version can be relied on.
type Status string

// The statuses of a version.
const (
	Complete       Status = "complete"
	Incomplete     Status = "incomplete"       // committed so on purpose
	EnteredInError Status = "entered-in-error" // should never have been there
)

// Sensitivity says how closely a record is held, in rising order.
type Sensitivity int

// The degrees of sensitivity.
const (
	Normal       Sensitivity = 1 // everybody who cares for the person
	Sensitive    Sensitivity = 2 // seniors, nurses, managers
	Confidential Sensitivity = 3 // the manager, and whoever the manager names
)

var sensitivityNames = [...]string{Normal: "normal", Sensitive: "sensitive", Confidential: "confidential"}

func (s Sensitivity) String() string {
	if s < Normal || s > Confidential {
		return "unknown"
	}
	return sensitivityNames[s]
}

// ParseSensitivity reads normal, sensitive or confidential; "" is normal.
func ParseSensitivity(s string) (Sensitivity, bool) {
	if s == "" {
		return Normal, true
	}
	for i := Normal; i <= Confidential; i++ {
		if sensitivityNames[i] == s {
			return i, true
		}
	}
	return 0, false
}

// VersionID names one version for ever: the record, the system that created it, and its number from 1.
type VersionID struct {
	Record uuid.UUID
	System string
	Number int
}

// String gives the form uid::system::number.
func (v VersionID) String() string {
	return v.Record.String() + "::" + v.System + "::" + strconv.Itoa(v.Number)
}

// ParseVersionID reads the form uid::system::number.
func ParseVersionID(s string) (VersionID, error) {
	parts := strings.Split(s, "::")
	if len(parts) != 3 || parts[1] == "" {
		return VersionID{}, fmt.Errorf("version id %q is not uid::system::number", s)
	}
	uid, err := uuid.Parse(parts[0])
	if err != nil {
		return VersionID{}, fmt.Errorf("version id %q: %w", s, err)
	}
	n, err := strconv.Atoi(parts[2])
	if err != nil || n < 1 {
		return VersionID{}, fmt.Errorf("version id %q: the number must be 1 or more", s)
	}
	return VersionID{Record: uid, System: parts[1], Number: n}, nil
}

// Version is one immutable state of a record.
type Version struct {
	VersionID
	Stream              uuid.UUID
	Class               string // id of the class file
	Release             string // release of the standard it was written under
	ClassFile           string // SHA-256 of that class file, hex
	Status              Status
	Sensitivity         Sensitivity
	Author              uuid.UUID // who composed it: a care worker or another record of the person
	InformationProvider string    // who said so, in words; empty when the author knows it himself
	Recorded            string    // when it was written down: an instant with its offset, as given
	Content             []byte    // the canonical JSON of its content, part of Body
	Beside              []byte    // what its sender said that the class has no place for, as a JSON object, part of Body; none: nothing
	BesideOf            int       // number of the version that it was said with: this one, or an earlier one, from which it was carried on
	Body                []byte    // the stored bytes, exactly; empty when lawfully destroyed
	Salt                Salt
	Hash                Hash
	Destroyed           uuid.UUID // the certificate by which its content was destroyed; zero while it stands

	// From the log, not part of the version's own bytes.
	From      Moment    // the contribution that created it
	Until     Moment    // the contribution that superseded it, or Forever
	Committed time.Time // when From was committed
	Happened  int64     // Unix seconds: its place where lists are in the order in which things happened (Index.HappenedFrom)
	Abroad    time.Time // when the other system that made it had committed it there; zero: it was made here

	SaidBy string // the provider that says it, where it is not ratified and so no part of the record; empty: it is

	kept *atomic.Pointer[decoded] // what it says, once it was read (KeepDecoded)
	memo *atomic.Pointer[decoded] // where that is kept with a version that a store remembers (Remembered)
	made *atomic.Pointer[any]     // what a door left with such a version (Leave)

	Minted bool // the record's uid was made here for this version, which is not in the log yet: no other can have it
}

// CurrentAt reports whether the version was the record's current one at the moment.
func (v *Version) CurrentAt(m Moment) bool { return v.From <= m && m < v.Until }

// Decoded reads the content under the class file of today; what does not fit it is kept and shown.
func (v *Version) Decoded(c *standard.Catalogue) (*standard.Content, error) {
	class, _ := c.Class(v.Class)
	if v.Destroyed != uuid.Nil {
		return &standard.Content{Class: class}, nil // nothing is left to be read
	}
	if v.kept == nil {
		return standard.ReadContent(class, v.Content)
	}
	d := v.kept.Load()
	if d == nil || d.by != c {
		content, err := standard.ReadContent(class, v.Content)
		d = &decoded{c, content, err}
		v.kept.Store(d)
	}
	return d.content, d.err
}

// decoded is what a version says under the class files of a catalogue.
type decoded struct {
	by      *standard.Catalogue
	content *standard.Content
	err     error
}

// KeepDecoded has each of some versions decoded once, however often it is asked what it says: for a page that looks at many records with many questions. What a version says
// that a store remembers is kept with it, so that the next request need not decode it again: it belongs to all of them, and is read and never changed.
func KeepDecoded(versions []*Version) {
	for _, v := range versions {
		if v.kept = v.memo; v.kept == nil {
			v.kept = &atomic.Pointer[decoded]{}
		}
	}
}

// Remembered marks a version that a store may remember and give out copies of. What it says is kept with it, for those who ask for that, and forgotten with it.
func (v *Version) Remembered() { v.memo, v.made = &atomic.Pointer[decoded]{}, &atomic.Pointer[any]{} }

// Leave leaves with a version that a store remembers what a door made of it, so that the next request need not make it again; it is forgotten with the version. It belongs
// to all requests, and is read and never changed. What anybody may see of the version must not depend on it.
func (v *Version) Leave(what any) {
	if v.made != nil {
		v.made.Store(&what)
	}
}

// Left gives what was left with the version; nil when nothing was.
func (v *Version) Left() any {
	if v.made == nil {
		return nil
	}
	if what := v.made.Load(); what != nil {
		return *what
	}
	return nil
}

// Cursor is the version's place in a list, for the page that follows it.
func (v *Version) Cursor() Cursor {
	return Cursor{Happened: v.Happened, From: v.From, Record: v.Record, Number: v.Number}
}
