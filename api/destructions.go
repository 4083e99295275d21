package api

import (
	"net/http"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// destructionRoutes are what destroys content, on two people's word.
func destructionRoutes(of kind) []*route {
	const one = "/api/destructions/{destruction}"
	rows := []*route{
		{method: http.MethodGet, path: "/api/destructions", about: "What was destroyed, and what somebody asks to be destroyed", returns: "List", answer: (*call).listDestructions},
		{method: http.MethodGet, path: "/api/destructions/due", about: "The people whose record need not be kept any longer", returns: "List", answer: (*call).listDue},
		{method: http.MethodGet, path: one, about: "One certificate, or one request", returns: "Anything", answer: (*call).readDestruction},
		{method: http.MethodPost, path: one + "/approvals", about: "Approve what somebody else has asked for: the content is destroyed; needs the password again", takes: "Password", returns: "Anything", answer: (*call).approve},
		{method: http.MethodPost, path: one + "/refusals", about: "Take a request back, or refuse somebody else's", takes: "Reason", returns: "Anything", answer: (*call).refuseDestruction},
		{method: http.MethodPost, path: of.base + "/{" + of.parameter + "}/destructions", about: "Ask that versions, or the whole record, be destroyed; somebody else must approve it", of: of, takes: "NewDestruction", returns: "Anything", answer: (*call).askDestruction},
	}
	for _, r := range rows {
		r.gives = mediaJSON
	}
	return rows
}

func appendDestruction(b []byte, d *access.Destruction) []byte {
	b = append(appendComma(b), '{')
	b = appendUID(b, "destruction", d.ID)
	b = appendUID(b, "person", d.Stream)
	b = append(appendKey(b, "versions"), '[')
	for _, v := range d.Versions {
		b = append(appendVersionID(append(appendComma(b), '"'), v.Version), '"')
	}
	b = append(b, ']')
	b = appendBool(b, "whole", d.Whole())
	b = appendText(b, "basis", d.Basis.Code)
	b = appendText(b, "why", d.Reason)
	b = appendText(b, "asker", d.AskedBy)
	b = appendTime(b, "asked", d.Asked)
	b = appendSome(b, "approver", d.ApprovedBy)
	if !d.Decided.IsZero() {
		b = appendTime(b, "decided", d.Decided)
	}
	b = appendSome(b, "refused", d.Refused)
	return append(appendBool(b, "done", d.Done()), '}')
}

// listDestructions answers GET /api/destructions.
func (c *call) listDestructions() error {
	list, err := c.session.Destructions(c.ctx)
	if err != nil {
		return err
	}
	b := append(c.buffer(), `{"items":[`...)
	for _, d := range list {
		b = appendDestruction(b, d)
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}

// listDue answers GET /api/destructions/due.
func (c *call) listDue() error {
	list, err := c.session.Due(c.ctx)
	if err != nil {
		return err
	}
	b := append(c.buffer(), `{"items":[`...)
	for i := range list {
		d := &list[i]
		b = append(appendComma(b), '{')
		b = appendPerson(b, &d.Person)
		b = appendText(b, "ended", d.Kept.Ended)
		b = appendText(b, "keptUntil", d.Kept.Until)
		b = appendText(b, "rule", d.Kept.Rule.ID)
		b = appendBool(b, "ruleChecked", d.Kept.Rule.Checked)
		b = appendBool(b, "legalHold", d.Kept.Held)
		b = append(appendSomeUID(b, "asked", d.Asked), '}')
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}

// readDestruction answers GET /api/destructions/{destruction}.
func (c *call) readDestruction() error {
	uid, err := c.uid("destruction")
	if err != nil {
		return err
	}
	return c.destruction(http.StatusOK, uid)
}

func (c *call) destruction(status int, uid uuid.UUID) error {
	d, err := c.session.Destruction(c.ctx, uid)
	if err != nil {
		return err
	}
	return c.reply(status, appendDestruction(c.buffer(), d))
}

// askDestruction answers POST /api/people/{person}/destructions.
func (c *call) askDestruction() error {
	stream, err := c.person()
	if err != nil {
		return err
	}
	d := access.Destroying{Stream: stream}
	versions := func(r *reader, path string) {
		r.list(path, func(at string) {
			var v record.VersionID
			r.object(at, "record, number", func(name string) bool {
				switch name {
				case "record":
					v.Record = r.uid(at + "/record")
				case "number":
					v.Number = r.whole(at + "/number")
				default:
					return false
				}
				return true
			})
			d.Versions = append(d.Versions, v)
		})
	}
	if err := c.fields("versions, basis, why", map[string]any{"versions": versions, "basis": &d.Basis, "why": &d.Why}); err != nil {
		return err
	}
	uid, err := c.session.AskDestruction(c.ctx, d)
	if err != nil {
		return err
	}
	c.w.Header().Set("Location", "/api/destructions/"+uid.String())
	return c.destruction(http.StatusCreated, uid)
}

// approve answers POST /api/destructions/{destruction}/approvals.
func (c *call) approve() error {
	uid, err := c.uid("destruction")
	if err != nil {
		return err
	}
	var password string
	if err := c.fields("password", map[string]any{"password": &password}); err != nil {
		return err
	}
	if err := c.session.ApproveDestruction(c.ctx, uid, password); err != nil {
		return err
	}
	return c.destruction(http.StatusCreated, uid)
}

// refuseDestruction answers POST /api/destructions/{destruction}/refusals.
func (c *call) refuseDestruction() error {
	uid, err := c.uid("destruction")
	if err != nil {
		return err
	}
	var why string
	if err := c.fields("why", map[string]any{"why": &why}); err != nil {
		return err
	}
	if err := c.session.RefuseDestruction(c.ctx, uid, why); err != nil {
		return err
	}
	return c.destruction(http.StatusCreated, uid)
}

// gone answers for a version whose content was lawfully destroyed.
func (c *call) gone(view *access.View, v *record.Version) error {
	if v.Destroyed == uuid.Nil {
		return nil
	}
	g, err := view.Gone(c.ctx, v)
	if err != nil {
		return err
	}
	message := "The content of this version was lawfully destroyed on " + g.When.In(c.Zone).Format("2 January 2006") + ". Basis: " + g.Basis + "."
	if g.Why != "" {
		message += " Asked for by " + g.AskedBy + ", approved by " + g.ApprovedBy + ". Reason: " + g.Why
	}
	return &standard.Fault{Kind: standard.Gone, Message: message}
}
