package access

import (
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// Segment is what another system has sent of one person: its chain, verbatim. It stands outside the record until somebody with the right ratifies it.
type Segment struct {
	ID       uuid.UUID // made from the sending system and the person there: what is sent later joins it
	Stream   uuid.UUID // the person, as the sender names them
	System   string    // identifier of the system that sent it
	Provider string    // what that provider calls itself
	Proof    Proof
	State    SegmentState
	Received time.Time // when the last part of it had arrived whole
	Card     record.PersonCard

	Contributions int64 // to the person's own stream
	Versions      int64 // of the person's records
	Entries       int64 // of the sender's directory
	Files         int64 // attachments

	Last record.StreamInfo // of the person's stream: the last contribution that came, told by the reception alone

	RefusedBy  string // account, of one that was refused
	RefusedWhy string
}

// Proof says what vouches for a segment.
type Proof struct {
	Keys       []string // public keys of the sender; none: without proof of origin
	Checkpoint string   // the sender's signed checkpoint that covers all of it, or of a part its signed statement of what it sent; "": without proof of origin
}

// Given reports whether the sender's signature vouches for all of the segment.
func (p Proof) Given() bool { return p.Checkpoint != "" && len(p.Keys) > 0 }

// SegmentState says what has been decided about a segment.
type SegmentState string

// The states of a segment.
const (
	SegmentWaiting  SegmentState = "waiting"  // something of it is neither ratified nor refused
	SegmentRatified SegmentState = "ratified" // all of it stands in the record
	SegmentRefused  SegmentState = "refused"  // what had not been ratified was refused, and is no longer kept
)

// Preview is what ratifying a segment would mean, by today's record.
type Preview struct {
	Segment Segment
	Here    []Candidate // who of this provider it may be about: by the same uid, NHS number, or name and date of birth
	Classes []ClassPreview

	Conflicts []SegmentRecord // the same version with another content here, or a record that has nothing in common with the one of the same id here: cannot be ratified
	Forks     []SegmentRecord // both systems have gone on from a common version: ratified beside ours, which stays the current one
	Unknown   []string        // classes that are not known here: kept whole, shown as they are
	Questions []string        // in words, for a person to answer: what does not fit, such as a record from before the birth
}

// ClassPreview counts the records of one class.
type ClassPreview struct {
	Class     string
	Records   int
	Versions  int
	New       int // records of which something is not here yet
	Held      int // records of which everything is here already, the same
	Conflicts int
	Forks     int
}

// SegmentRecord names one record of a segment.
type SegmentRecord struct {
	Record uuid.UUID
	Class  string
	Title  string
	Theirs record.VersionID // the newest of theirs
	Ours   record.VersionID // the newest that stands here
}

// Candidate is somebody of this provider whom a segment may be about. What differs is a question to a person, never decided here.
type Candidate struct {
	Stream      uuid.UUID
	Card        record.PersonCard
	SameID      bool     // the same record: it was here before, or came in an earlier part
	Agrees      []string // "NHS number", "date of birth", "name"
	Differs     []string // likewise
	Unreachable bool     // held here, but this reader may not see who: only that it is held. Card and Stream are empty
}

// SegmentSelection says what of a segment is to be ratified. Everything that a selected record's versions need of the sender's directory comes too.
type SegmentSelection struct {
	All     bool
	Classes []string
	Records []uuid.UUID
}

// Ratification is the decision to accept a segment, or part of it, into the record.
type Ratification struct {
	Segment   uuid.UUID
	Selection SegmentSelection
	Onto      uuid.UUID // the person here whom it is about, when held under another uid: the two are joined. Zero: under the sender's uid
	// Differences says why the two are one person although NHS number or date of birth differ. Needed with Onto where they do.
	Differences string
	// Place is the home or branch of this provider that looks after the person from now on. Needed where the person is not here yet: else nobody could see them.
	Place  uuid.UUID
	From   string // first day there, YYYY-MM-DD; "": today
	Room   string
	Reason string // why it is accepted; needed
}

// Ratified is what became of a ratification.
type Ratified struct {
	Stream        uuid.UUID // of the person, here
	Versions      int64     // that were not here before
	Held          int64     // that were
	Contributions int64
	Moment        record.Moment // from which on it stands in the record
	Repeated      bool          // nothing was new
}
