package transfer

import (
	"context"
	"errors"
	"io"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
)

// Peer is a system that a package comes from, as it is known here: nothing that the package says of itself is believed without a key from here.
type Peer struct {
	System   string   // its identifier
	Provider string   // what the provider calls itself
	Keys     []string // its public keys; none: what it sends is kept without proof of origin, and says so
	Part     string   // names what was chosen from a record to be sent (SendPart); "": the whole chain is expected
	Voucher  string   // of a part: the sender's signed statement about the package, verified already
}

// Receiver takes in packages of other systems. It is the installation's door for them: who may read and decide is asked of an Inbox.
type Receiver struct{ Guard *access.Guard }

// Receive reads the payload of a package about one person: an export whose last contributions a checkpoint of the sender covers (Header.Proved). Every hash, every chain, every
// signature and the checkpoint is checked under the peer's keys before anything is visible; the error names the line. Memory is bounded. The same again changes nothing; a part
// that goes on where an earlier one ended joins it; a package that was broken off is sent again from its beginning, or from any contribution that is here.
func (in Receiver) Receive(ctx context.Context, r io.Reader, from Peer) (segment access.Segment, err error) {
	var reception *access.Reception
	defer func() {
		if reception != nil {
			err = errors.Join(err, reception.End(ctx))
		}
	}()
	err = ReadAll(r, Handlers{
		Header: func(h Header) error {
			reception, err = in.Guard.Receive(ctx, access.Sender(from), h.System, h.Streams)
			return err
		},
		Contribution: func(s *record.Sealed) error { return reception.Contribution(ctx, s) },
		Attachment: func(stream uuid.UUID, about record.Attachment, content io.Reader) error {
			return reception.Attachment(ctx, stream, about, content)
		},
		Proof: func(p Proof) error {
			if err := reception.Vouched(p.Keys); err != nil {
				return err
			}
			return reception.Checkpoint(p.Checkpoint, p.Streams)
		},
	})
	if err != nil {
		return access.Segment{}, err
	}
	return reception.Finish(ctx)
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
