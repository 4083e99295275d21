package access

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// Segments is what access needs of a store of what other systems have sent. Nothing of it is part of the log. Kinds: NotFound, Busy, Unavailable, Broken.
type Segments interface {
	// Begin begins to take in a package. What an earlier one left half-way is gone. One package of a segment arrives at a time: Busy. End what it gives.
	Begin(ctx context.Context, id uuid.UUID) (Arriving, error)
	// List gives segments of which at least one package has arrived whole: those in the state (empty: any), the newest first.
	List(ctx context.Context, state SegmentState) ([]Segment, error)
	// About gives the waiting segments about a stream, or with an NHS number (digits only; empty: not looked at).
	About(ctx context.Context, stream uuid.UUID, nhs string) ([]Segment, error)
	// Segment gives one of those of List.
	Segment(ctx context.Context, id uuid.UUID) (Segment, error)
	// Streams gives how far each stream of a segment is whole, the person's first.
	Streams(ctx context.Context, id uuid.UUID) ([]record.StreamInfo, error)
	// Versions lists what stands in one stream of a segment, by record. More reports that others follow.
	Versions(ctx context.Context, q SegmentQuery) (versions []*record.Version, more bool, err error)
	// Index calls fn for every version of one stream of a segment, by class, record and place in the stream.
	Index(ctx context.Context, id, stream uuid.UUID, fn func(IndexedVersion) error) error
	// Contributions calls fn for the contributions of one stream of a segment, in order.
	Contributions(ctx context.Context, id, stream uuid.UUID, fn func(*record.Sealed) error) error
	// Files lists the attachments that came with a segment, or with any (the zero id).
	Files(ctx context.Context, id uuid.UUID) ([]SegmentFile, error)
	// Decide keeps what was decided. What is refused is no longer kept.
	Decide(ctx context.Context, id uuid.UUID, state SegmentState, by, why string) error
}

// Arriving is a package on its way into a segment. Nobody sees anything of it before Finish.
type Arriving interface {
	// Whole is how far a stream of the segment is whole already; zero when nothing of it is here.
	Whole(ctx context.Context, stream uuid.UUID) (record.StreamInfo, error)
	// Hash is that of a contribution that is here already.
	Hash(ctx context.Context, stream uuid.UUID, sequence int64) (record.Hash, error)
	// Add keeps contributions that follow what is here; happened stands beside their versions. Invalid when a version is there twice.
	Add(ctx context.Context, batch []Foreigner) error
	// File notes an attachment that was kept.
	File(ctx context.Context, stream uuid.UUID, file record.Hash) error
	// Finish makes all that was added visible, in one transaction. A segment that was refused stays so unless something came that was not there then.
	Finish(ctx context.Context, s Segment) (Segment, error)
	// End lets go; what was not finished is gone.
	End(ctx context.Context) error
}

// Foreigner is a contribution of another system with when each of its versions happened.
type Foreigner struct {
	*record.Sealed
	Happened []int64
	Opens    string // class of the record that it opens its stream with
}

// SegmentQuery selects what stands in a segment.
type SegmentQuery struct {
	Segment, Stream uuid.UUID
	Classes         []string  // empty: any
	After           uuid.UUID // continue behind this record
	Limit           int
}

// IndexedVersion is what finds one version of a segment.
type IndexedVersion struct {
	record.VersionID
	Class       string
	Hash        record.Hash
	Status      record.Status
	Sensitivity record.Sensitivity
	Sequence    int64
	Stands      bool
	Happened    int64
}

// SegmentFile is an attachment that came with a segment.
type SegmentFile struct {
	Segment, Stream uuid.UUID
	File            record.Hash
}

// Restorer keeps a file as it arrives, and refuses what is not what it says. It may be done again.
type Restorer interface {
	Restore(ctx context.Context, stream uuid.UUID, about record.Attachment, file io.Reader) error
}

// Ratifier is what access needs of the log to let what other systems sent become part of the record.
type Ratifier interface {
	// AppendEach commits contributions as they are prepared, in one transaction, all or none. Prepare may ask the database and nothing else. Kinds as those of record.Log's Append.
	AppendEach(ctx context.Context, prepare func(add func(*record.Prepared) (record.Receipt, error)) error) error
	// Abroad lists the contributions of other systems, as they wrote them, that touched a record and stand in what was ratified up to a moment, or were committed there up to a time,
	// the oldest first.
	Abroad(ctx context.Context, stream, rec uuid.UUID, at record.Moment, then record.Instant) ([]Elsewhere, error)
	// CountThen counts the records of a stream by class as they stood at the query's moment and time.
	CountThen(ctx context.Context, q record.Query) (map[string]int, error)
}

// Elsewhere is a contribution of another system as that system wrote it. Its moment is that system's.
type Elsewhere struct {
	*record.Contribution
	Provider string // what the provider calls itself
}

// Sender is the system that a package comes from, as it is known here.
type Sender struct {
	System, Provider string
	Keys             []string
	Part             string // names what was chosen from a record to be sent, which has no chain of its own to be continued; "": the chain itself
	Voucher          string // the sender's signed statement about the whole package that a part came in, already verified under Keys
}

// SegmentID is the id of what a system has sent of a person.
func SegmentID(system string, stream uuid.UUID) uuid.UUID {
	return uuid.NewSHA1(stream, []byte("rosemary segment\n"+system))
}

// segment is the id of what it sends of a person: parts that were chosen stand each alone.
func (s *Sender) segment(stream uuid.UUID) uuid.UUID {
	if s.Part == "" {
		return SegmentID(s.System, stream)
	}
	return SegmentID(s.System+"\n"+s.Part, stream)
}

// deadline is how long ending a package may take when its context is over.
const deadline = 30 * time.Second
