package api

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// changeRecord answers PUT .../records/{record}: the version that follows the one that If-Match names.
func (c *call) changeRecord() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	rec, err := c.uid("record")
	if err != nil {
		return err
	}
	on, err := c.expected()
	if err != nil {
		return err
	}
	r, err := c.reader()
	if err != nil {
		return err
	}
	p := r.oneChange()
	p.Stream, p.Kind = stream, c.route.of.stream
	r.mustAgree(&p.Changes[0], rec, on.Number)
	if err := c.refuse(r, p); err != nil {
		return err
	}
	if on.Record != rec || on.System != c.System {
		return c.otherVersion(p)
	}
	receipts, err := c.commit(p)
	if err != nil {
		return precondition(err)
	}
	made := receipts[0].Changes[0].Version
	c.w.Header().Set("ETag", tag(made))
	return c.reply(http.StatusOK, appendReceipt(c.buffer(), &receipts[0]))
}

// mustAgree fills in what the address and If-Match say, and refuses a body that says otherwise.
func (r *reader) mustAgree(ch *record.ProposedChange, rec uuid.UUID, number int) {
	r.mustBeTyped(ch)
	if ch.Type == record.Create && !r.faulted("/type") {
		r.fault("/type", "unknown-change", string(ch.Type), "There is a record here already. The kind of change must be modify, correct, complete or enter-in-error.")
	}
	if ch.Record != uuid.Nil && ch.Record != rec {
		r.fault("/record", "other-record", ch.Record.String(), "This is not the record that the address names. Leave it out.")
	}
	if ch.Expected != 0 && ch.Expected != number {
		r.fault("/expected", "expected-version", strconv.Itoa(ch.Expected), "This is not the version that If-Match names. Leave it out.")
	}
	ch.Record, ch.Expected = rec, number
}

// otherVersion refuses a change made on something that never was the version before: another record's, or another system's.
func (c *call) otherVersion(p *record.Proposal) error {
	view, err := c.session.View(c.ctx, nowhen())
	if err != nil {
		return err
	}
	if err := c.mustBeOf(view, p.Stream); err != nil {
		return err
	}
	now, err := view.Record(c.ctx, p.Stream, p.Changes[0].Record)
	if err != nil {
		return err
	}
	return precondition(c.bothSides(record.ErrConflict([]*record.Version{now}), []*record.Proposal{p}))
}

// precondition says a conflict as a request with If-Match hears it.
func precondition(err error) error {
	var both *problemSent
	var f *standard.Fault
	if !errors.As(err, &both) || !errors.As(err, &f) {
		return err
	}
	own := *f
	own.Kind = preconditionFailed
	return &problemSent{error: &own, current: both.current, sent: both.sent}
}
