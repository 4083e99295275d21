package api

import (
	"net/http"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
)

// joiningRoutes are what puts right that one person has two records, or a record stands in the wrong one.
func joiningRoutes(of kind) []*route {
	one := of.base + "/{" + of.parameter + "}"
	rows := []*route{
		{path: one + "/links", about: "Join the record with another that is about the same person: views show both from then on", takes: "NewLink", returns: "Receipts", answer: (*call).link},
		{path: one + "/links/{other}/end", about: "Say that the two are not one person after all", takes: "Reason", returns: "Receipts", answer: (*call).unlink},
		{path: one + "/records/{record}/refilings", about: "Enter a record in error here, and record it anew for the person whom it is about; both or neither", takes: "NewRefiling", returns: "Receipts", answer: (*call).refile},
	}
	for _, r := range rows {
		r.method, r.of, r.gives = http.MethodPost, of, mediaJSON
	}
	return rows
}

// fields reads an object of texts, whole numbers and ids: each is named with where its value goes.
func (c *call) fields(known string, into map[string]any) error {
	r, err := c.reader()
	if err != nil {
		return err
	}
	r.object("", known, func(name string) bool {
		at := "/" + name
		switch to := into[name].(type) {
		case *string:
			if name == "password" {
				*to = r.secret(at)
			} else {
				*to = r.text(at)
			}
		case *int:
			*to = r.whole(at)
		case *uuid.UUID:
			*to = r.uid(at)
		case func(r *reader, path string):
			to(r, at)
		default:
			return false
		}
		return true
	})
	return r.finish()
}

// person is whom the path names, of the kind that it says.
func (c *call) person() (uuid.UUID, error) {
	stream, err := c.stream()
	if err != nil {
		return stream, err
	}
	view, err := c.session.View(c.ctx, nowhen())
	if err != nil {
		return stream, err
	}
	return stream, c.mustBeOf(view, stream)
}

func (c *call) receipts(list []record.Receipt) error {
	b := append(c.buffer(), `{"receipts":[`...)
	for i := range list {
		b = appendReceipt(b, &list[i])
	}
	return c.reply(http.StatusCreated, append(b, ']', '}'))
}

// link answers POST .../links.
func (c *call) link() error {
	stream, err := c.person()
	if err != nil {
		return err
	}
	j := access.Joining{A: stream}
	if err := c.fields("other, why, differences", map[string]any{"other": &j.B, "why": &j.Why, "differences": &j.Differences}); err != nil {
		return err
	}
	receipts, err := c.session.Link(c.ctx, j)
	if err != nil {
		return err
	}
	return c.receipts(receipts)
}

// unlink answers POST .../links/{other}/end.
func (c *call) unlink() error {
	stream, err := c.person()
	if err != nil {
		return err
	}
	other, err := c.uid("other")
	if err != nil {
		return err
	}
	var why string
	if err := c.fields("why", map[string]any{"why": &why}); err != nil {
		return err
	}
	receipts, err := c.session.Unlink(c.ctx, stream, other, why)
	if err != nil {
		return err
	}
	return c.receipts(receipts)
}

// refile answers POST .../records/{record}/refilings.
func (c *call) refile() error {
	stream, err := c.person()
	if err != nil {
		return err
	}
	rec, err := c.uid("record")
	if err != nil {
		return err
	}
	m := access.Refiling{From: stream, Record: rec}
	if err := c.fields("to, expected, why", map[string]any{"to": &m.To, "expected": &m.Expected, "why": &m.Why}); err != nil {
		return err
	}
	done, err := c.session.Refile(c.ctx, m)
	if err != nil {
		return err
	}
	return c.receipts(done.Receipts)
}
