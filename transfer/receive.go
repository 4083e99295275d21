package transfer

import (
	"context"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
)

// Peer is a system that a package comes from, as it is known here: nothing that the package says of itself is believed without a key from here.
type Peer struct {
	System   string   // its identifier
	Provider string   // what the provider calls itself
	Keys     []string // its public keys; none: what it sends is kept without proof of origin, and says so
}

// Inbox is what a session can do with segments that were received: access.Session has it. Reading needs the right to read the person, or where they are not
// here yet, to ratify; deciding needs the right to ratify. Every method is logged.
type Inbox interface {
	// Waiting lists the segments that this reader may know of and that wait for a decision, the newest first.
	Waiting(ctx context.Context) ([]access.Segment, error)
	// Segment gives one, whatever its state. NotFound when there is none, or none that this reader may know of.
	Segment(ctx context.Context, id uuid.UUID) (access.Segment, error)
	// SegmentRecords lists the records of a segment as they stand at the sender, marked by their VersionID.System: of the classes, or all. After continues
	// behind a record; more reports that others follow. It is outside the record: no list, count or search of the person shows it.
	SegmentRecords(ctx context.Context, id uuid.UUID, classes []string, after uuid.UUID, limit int) (versions []*record.Version, more bool, err error)
	// PreviewSegment says what ratifying would mean.
	PreviewSegment(ctx context.Context, id uuid.UUID) (access.Preview, error)
	// Ratify accepts a segment or part of it into the record: all or nothing of what was selected. Kinds: NotFound, Forbidden, Invalid (problems with paths: onto,
	// differences, place, reason, selection), Conflict (something selected contradicts the record).
	Ratify(ctx context.Context, r access.Ratification) (access.Ratified, error)
	// RefuseSegment refuses what has not been ratified: its content is no longer kept, only that it came, who refused it and why.
	RefuseSegment(ctx context.Context, id uuid.UUID, reason string) error
}
