package api

import (
	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// open answers POST /api/people and POST /api/directory: the contribution that begins a person's record, or an entry of the directory.
func (c *call) open() error {
	r, err := c.reader()
	if err != nil {
		return err
	}
	mine := c.route.of.parameter
	p := r.contribution("", "id, "+mine+", description, changes", func(p *record.Proposal, name string) bool {
		if name == mine {
			p.Stream = r.uid("/" + mine)
		}
		return name == mine
	})
	p.Opens = c.route.of.stream
	if p.Stream == uuid.Nil {
		if p.Stream, err = c.newStream(p.ID); err != nil {
			return err
		}
	}
	// An entry of the directory is the record that begins it. Who a person is need not be told first.
	if p.Opens == standard.DirectoryStream && len(p.Changes) > 0 && p.Changes[0].Type == record.Create && p.Changes[0].Record == uuid.Nil {
		p.Changes[0].Record = p.Stream
	}
	if err := c.refuse(r, p); err != nil {
		return err
	}
	receipts, err := c.commit(p)
	if err != nil {
		return err
	}
	return c.receipt(&receipts[0], c.route.of.base+"/"+receipts[0].Stream.String())
}

// newStream mints the id of a person or entry. A contribution that is sent again without one means the one that was minted the first time.
func (c *call) newStream(contribution uuid.UUID) (uuid.UUID, error) {
	if contribution != uuid.Nil {
		known, err := c.session.Contribution(c.ctx, contribution)
		if err == nil {
			return known.Stream, nil
		}
		if standard.KindOf(err) != standard.NotFound {
			return uuid.Nil, err
		}
	}
	return uuid.NewV7()
}
