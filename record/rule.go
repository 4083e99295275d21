package record

import (
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Rule is a rule of care that looks at what stands in a person's record already, and says what is wrong with what is to be added. It holds at every door, for every
// door commits through a session, and the session asks before it appends: nothing can come in between.
type Rule interface {
	// Needs says which records the rule must see to judge these, each need a span of time; none where it has nothing to say.
	Needs(written []Written) []Need
	// Judge tells what is wrong, all of it at once.
	Judge(standing Standing, written []Written, by Committer, now time.Time) []standard.Problem
}

// Keeper works out what is kept beside what somebody records, so that it is seen later as it was on the day. It works at every door, as rules do.
type Keeper interface {
	// Needs says which records it must see for these; none where it has nothing to keep.
	Needs(written []*Version) []Need
	// Keep makes new records of what it worked out. Their ids are what it would have them be, so that the same is the same again: one that somebody has taken beforehand is not used.
	Keep(standing, written []*Version) []ProposedChange
}

// Standing is what a rule sees of a person: the records it needs, and what waits to be one.
type Standing struct {
	Versions  []*Version
	Unwritten []Unwritten // where one of its needs asks for it
}

// Unwritten is a form that somebody filled in on a device without a network, and that has arrived and could not be saved: it is in no record, and may have happened.
type Unwritten struct {
	ID   uuid.UUID
	Form string    // the address that the form was sent to: it says what the form is about
	By   string    // the name of who wrote it
	At   time.Time // when, by our clock as far as it is known
}

// Need is a list of records as they stand: of some classes, that happened in a span of time.
type Need struct {
	Classes     []string
	From, Until time.Time // zero: any
	Unwritten   bool      // and what waits to be written
}

// Written is a version that is about to be appended.
type Written struct {
	Path     string   // where it stands in what was sent
	Before   *Version // the version that it changes; nil for a new record
	Happened int64    // as Index.HappenedFrom: what is not appended yet does not know its place
	*Version
}
