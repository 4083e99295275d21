package transfer

import (
	"cmp"
	"context"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
)

// Sending is the payload of a package about one person.
type Sending struct {
	Person  uuid.UUID
	UpTo    record.Moment // zero: now
	After   record.Moment // what was committed up to there was sent before, and does not go again; zero: all goes
	To, Why string        // to whom it goes and what for, for the log of who saw what
	System  string
	Keys    []string
	Sent    time.Time
	// Prove proves the last contributions of streams under a signed checkpoint: installation.ProofOf.
	Prove func(ctx context.Context, heads []record.StreamInfo) (Proof, error)
}

// Send writes a person's whole record as a Receiver reads it: the entries of the directory that it refers to, its files, and the proof of where it comes from. It is a disclosure,
// logged before the first byte.
func Send(ctx context.Context, session *access.Session, w io.Writer, s Sending) (contributions int64, err error) {
	var out *Writer
	begin := func() (err error) {
		if out == nil {
			out, err = NewWriter(w, Header{System: s.System, Keys: s.Keys, Exported: s.Sent, Streams: []uuid.UUID{s.Person}, Proved: true})
		}
		return err
	}
	last := map[uuid.UUID]record.Moment{}
	err = session.Export(ctx, s.Person, s.UpTo, access.Export{
		To: s.To, Why: s.Why, Directory: true, Transfer: true, After: s.After,
		Contribution: func(c *record.Sealed) error {
			if err := begin(); err != nil {
				return err
			}
			last[c.Stream] = c.Moment
			return out.Add(c)
		},
		Attachment: func(stream uuid.UUID, file record.Attachment, content io.Reader) error {
			if err := begin(); err != nil {
				return err
			}
			return out.Attach(stream, file, content)
		},
	})
	if err != nil || out == nil {
		return 0, err
	}
	heads := make([]record.StreamInfo, 0, len(last))
	for stream, moment := range last {
		heads = append(heads, record.StreamInfo{UID: stream, Last: moment})
	}
	slices.SortFunc(heads, func(a, b record.StreamInfo) int { return cmp.Compare(a.Last, b.Last) })
	proof, err := s.Prove(ctx, heads)
	if err != nil {
		return out.Count(), err
	}
	if err := out.Prove(proof); err != nil {
		return out.Count(), err
	}
	return out.Count(), out.Close()
}
