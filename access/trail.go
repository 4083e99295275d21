package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// Outcome says how an attempt ended.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused"
)

// Entry is one line of the log of who saw what.
type Entry struct {
	ID      int64 // its place in the trail: the batch and the line in it
	At      time.Time
	Account string
	Worker  uuid.UUID
	Role    Role
	Purpose Purpose
	Action  string        // what was done: people, person, records, record, versions, change-log, counts, safety, names, export ...
	Stream  uuid.UUID     // zero when it was about nobody in particular
	Record  uuid.UUID     // zero when it was about no single record
	Class   string        // one class, where that was asked for
	Moment  record.Moment // what the view was fixed at
	Count   int           // how many were shown; for a merged entry, how many reads it stands for
	Merged  bool          // stands for several reads, made while the trail could not be written
	Outcome Outcome
	To      string // of a disclosure: to whom, as whoever made it said
	Why     string // likewise
	What    string // of an extract: the criteria in words, or why it was refused
}

// AmongMany is what an entry says of records that were read with those of others, for a list such as that of a floor.
const AmongMany = "with those of others"

// Batch is some entries, packed and chained to the batch before.
type Batch struct {
	Seq      int64 // from 1, without gaps
	Previous record.Hash
	Hash     record.Hash
	Lines    []byte      // the entries, one JSON object a line, exactly as hashed
	Streams  []uuid.UUID // whom the entries are about: an index, not part of the hash
}

// Trail is what access needs of a store of the log of who saw what.
type Trail interface {
	// Append keeps one batch and returns when it has reached the disk. Seal is called in the transaction with the sequence number and the hash of
	// the batch before (zero for the first) and gives the batch. Kinds: Busy, Unavailable.
	Append(ctx context.Context, seal func(seq int64, previous record.Hash) Batch) error
	// Batches calls fn for all batches after one, in order, and stops at its first error.
	Batches(ctx context.Context, after int64, fn func(Batch) error) error
	// Back calls fn for the batches up to one, the newest first, until it reports false or fails.
	Back(ctx context.Context, upTo int64, fn func(Batch) (more bool, err error)) error
	// About calls fn for the batches up to one that hold entries about a stream, the newest first, until it reports false or fails.
	About(ctx context.Context, stream uuid.UUID, upTo int64, fn func(Batch) (more bool, err error)) error
	// Disclosures calls fn for all batches that hold disclosures of a stream, or of everything, the newest first, and stops at its first error. Others may be
	// among them.
	Disclosures(ctx context.Context, stream uuid.UUID, fn func(Batch) error) error
}
