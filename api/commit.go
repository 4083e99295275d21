package api

import (
	"errors"
	"net/http"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// commit hands proposals to the session. A conflict comes back with both sides: what stands there now, and what was sent.
func (c *call) commit(proposals ...*record.Proposal) ([]record.Receipt, error) {
	receipts, err := c.session.Commit(c.ctx, proposals...)
	if standard.KindOf(err) == standard.Conflict {
		return nil, c.bothSides(err, proposals)
	}
	return receipts, err
}

// bothSides puts what stands there now, as far as the reader may see it, beside what was sent.
func (c *call) bothSides(err error, proposals []*record.Proposal) error {
	var f *standard.Fault
	if !errors.As(err, &f) {
		return err
	}
	versions, _ := f.Detail.([]*record.Version)
	moved := map[uuid.UUID]bool{}
	for _, v := range versions {
		moved[v.Record] = true
	}
	current := func(b []byte) []byte {
		for _, v := range versions {
			b = appendVersion(b, v, record.Forever-1)
		}
		return b
	}
	sent := func(b []byte) []byte {
		for _, p := range proposals {
			for i := range p.Changes {
				if ch := &p.Changes[i]; ch.Expected > 0 && (moved[ch.Record] || len(moved) == 0) {
					b = appendSent(b, ch)
				}
			}
		}
		return b
	}
	return &problemSent{error: f, current: current, sent: sent}
}

// appendSent appends a change as it was sent.
func appendSent(b []byte, ch *record.ProposedChange) []byte {
	b = append(appendComma(b), '{')
	b = appendText(b, "type", string(ch.Type))
	b = appendUID(b, "record", ch.Record)
	b = appendInt(b, "expected", int64(ch.Expected))
	if len(ch.Content) > 0 {
		b = append(appendKey(b, "content"), ch.Content...)
	}
	return append(b, '}')
}

// receipt answers a commit: 201 the first time, 200 when it is the first answer again.
func (c *call) receipt(r *record.Receipt, location string) error {
	status := http.StatusCreated
	if r.Repeated {
		status = http.StatusOK
	}
	c.w.Header().Set("Location", location)
	return c.reply(status, appendReceipt(c.buffer(), r))
}
