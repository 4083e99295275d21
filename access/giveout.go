package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
)

// bulkAction is what the log of who saw what calls giving somebody's record out together with those of many others.
const bulkAction = "bulk-export"

// Giving is one record, a person's or an entry of the directory, that goes out together with many others.
type Giving struct {
	view   *View
	sub    *subject
	stream uuid.UUID
}

// GiveOut opens one record to go out together with many others: the log of who saw what has it, with whom it goes to and why, on the disk before anything is given
// back. What may not be read, or not be exported, is NotFound or Forbidden; neither is logged, for nobody asked for this record by name.
func (v *View) GiveOut(ctx context.Context, stream uuid.UUID, to Export) (*Giving, error) {
	if err := asides(to); err != nil {
		return nil, err
	}
	sub, err := v.known(ctx, stream)
	if err != nil {
		return nil, err
	}
	if sub == nil || !sub.reads {
		return nil, notFound()
	}
	if !sub.may(ToExport, record.Normal) {
		return nil, forbidden("With the role "+v.session.principal.RoleName+" you cannot export this record.", "Ask the manager of the home.")
	}
	entry := Entry{Action: bulkAction, Stream: stream, Moment: v.moment, To: to.To, Why: to.Why}
	if err := v.session.guard.book.disclose(ctx, v.session.entry(entry)); err != nil {
		return nil, err
	}
	return &Giving{view: v, sub: sub, stream: stream}, nil
}

// Records lists what of the record goes out: what stood at the moment of the view, and what may be both read and exported of it. Whose it is is the giving's.
func (g *Giving) Records(ctx context.Context, q RecordsQuery) (versions []*record.Version, next *record.Cursor, err error) {
	q.Stream, q.Limit = g.stream, bounded(q.Limit, 100, 1000)
	page, more, err := g.view.list(ctx, g.sub, q)
	if err != nil {
		return nil, nil, err
	}
	for _, v := range page {
		sees, err := g.sub.sees(ctx, ToExport, v)
		if err != nil {
			return nil, nil, err
		}
		if sees || !g.sub.person {
			versions = append(versions, v)
		}
	}
	if more {
		last := page[len(page)-1].Cursor()
		next = &last
	}
	return versions, next, nil
}

// Contributions calls fn with who committed what, the oldest first, up to the moment of the view: of each what it did to records that may be read.
func (g *Giving) Contributions(ctx context.Context, fn func(*record.Sealed) error) error {
	_, err := g.view.eachContribution(ctx, g.sub, 0, func(c *record.Sealed) (bool, error) { return true, fn(c) })
	return err
}
