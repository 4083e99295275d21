package api

import (
	"rosemary/record"
)

// createRecord answers POST .../records: a contribution of one new record.
func (c *call) createRecord() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	r, err := c.reader()
	if err != nil {
		return err
	}
	p := r.oneChange()
	p.Stream, p.Kind = stream, c.route.of.stream
	ch := &p.Changes[0]
	if ch.Type == "" {
		ch.Type = record.Create
	} else if ch.Type != record.Create && !r.faulted("/type") {
		r.fault("/type", "unknown-change", string(ch.Type), "A record is written here for the first time: leave the type out, or say create. To change one, use its own address.")
	}
	if err := c.refuse(r, p); err != nil {
		return err
	}
	receipts, err := c.commit(p)
	if err != nil {
		return err
	}
	made := receipts[0].Changes[0].Version
	c.w.Header().Set("ETag", tag(made))
	return c.receipt(&receipts[0], c.r.URL.Path+"/"+made.Record.String())
}

// oneChange reads a contribution of one change, written without a list around it.
func (r *reader) oneChange() *record.Proposal {
	p := &record.Proposal{}
	ch := r.change("", oneChangeMembers, func(name string) bool {
		if name == "contribution" {
			p.ID = r.uid("/contribution")
		}
		return name == "contribution"
	})
	p.Changes = []record.ProposedChange{ch}
	return p
}
