package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer/exchange"
)

// transferRoutes are what moves a person between this system and another: asking, deciding, and accepting what has arrived.
func transferRoutes() []*route {
	const one, received = "/api/transfers/{transfer}", "/api/received/{package}"
	rows := []*route{
		{method: http.MethodGet, path: "/api/transfers", about: "Requests for a person, ours and those of other systems, the latest first, and how far each is", returns: "List", answer: (*call).listTransfers},
		{method: http.MethodPost, path: "/api/transfers", about: "Ask another system for a person", takes: "NewTransfer", returns: "Anything", answer: (*call).askTransfer},
		{method: http.MethodGet, path: one, about: "One request for a person, with the receipt once there is one", returns: "Anything", answer: (*call).readTransfer},
		{method: http.MethodPost, path: one + "/decisions", about: "Decide that a record goes to the system that asks, or part of it", takes: "TransferDecision", returns: "Anything", answer: (*call).grantTransfer},
		{method: http.MethodPost, path: one + "/refusals", about: "Decide that nothing goes; the system that asks reads the reason", takes: "Reason", returns: "Anything", answer: (*call).refuseTransfer},
		{method: http.MethodPost, path: one + "/withdrawals", about: "Take a request of ours back", takes: "Reason", returns: "Anything", answer: (*call).withdrawTransfer},
		{method: http.MethodGet, path: "/api/received", about: "What other systems have sent and nobody has decided about", returns: "List", answer: (*call).listReceived},
		{method: http.MethodGet, path: received, about: "One package that was received: what is new in it, held already, at odds, unknown", returns: "Anything", answer: (*call).readReceived},
		{method: http.MethodPost, path: received + "/ratifications", about: "Accept a package, or some classes of it, into the record", takes: "NewRatification", returns: "Anything", answer: (*call).ratifyReceived},
		{method: http.MethodPost, path: received + "/refusals", about: "Refuse a package: what has not been accepted is no longer kept", takes: "Reason", returns: "Anything", answer: (*call).refuseReceived},
	}
	for _, r := range rows {
		r.gives = mediaJSON
	}
	return rows
}

func (c *call) exchange() (*exchange.Exchange, error) {
	if c.Exchange == nil {
		return nil, &standard.Fault{Kind: standard.Unavailable, Message: "No records are exchanged with other systems here."}
	}
	return c.Exchange, nil
}

func appendTransfer(b []byte, k *exchange.Case) []byte {
	b = append(appendComma(b), '{')
	b = appendUID(b, "transfer", k.ID)
	b = appendText(b, "side", string(k.Side))
	b = appendText(b, "system", k.Peer)
	b = appendText(b, "state", string(k.State))
	b = appendTime(b, "begun", k.Begun)
	b = appendText(b, "by", k.Ask.By)
	b = appendText(b, "requestor", k.Ask.Requestor)
	b = appendText(b, "purpose", k.Ask.Purpose)
	b = appendText(b, "basis", k.Ask.Basis)
	b = appendText(b, "why", k.Ask.Why)
	b = appendText(b, "given", k.Ask.Given)
	b = appendText(b, "family", k.Ask.Family)
	b = appendText(b, "born", k.Ask.Born)
	b = appendSome(b, "nhsNumber", k.Ask.NHSNumber)
	b = appendSome(b, "wanted", k.Ask.Wanted)
	b = appendSomeUID(b, "person", k.Person)
	b = appendSome(b, "reason", k.Reason)
	b = appendSome(b, "trouble", k.Trouble)
	b = appendInt(b, "held", k.Held)
	b = appendInt(b, "size", k.Size)
	b = appendSomeUID(b, "package", k.Segment)
	b = appendSome(b, "statement", k.Statement)
	return append(appendSome(b, "receipt", k.Receipt), '}')
}

// listTransfers answers GET /api/transfers.
func (c *call) listTransfers() error {
	x, err := c.exchange()
	if err != nil {
		return err
	}
	list, err := x.Cases(c.ctx, c.session)
	if err != nil {
		return err
	}
	b := append(c.buffer(), `{"items":[`...)
	for i := range list {
		b = appendTransfer(b, &list[i])
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}

// transfer answers with one request as it stands.
func (c *call) transfer(status int, x *exchange.Exchange, id uuid.UUID) error {
	k, err := x.Case(c.ctx, c.session, id)
	if err != nil {
		return err
	}
	return c.reply(status, appendTransfer(c.buffer(), &k))
}

// onTransfer gives the request that the path names.
func (c *call) onTransfer() (*exchange.Exchange, uuid.UUID, error) {
	x, err := c.exchange()
	if err != nil {
		return nil, uuid.Nil, err
	}
	id, err := c.uid("transfer")
	return x, id, err
}

// readTransfer answers GET /api/transfers/{transfer}.
func (c *call) readTransfer() error {
	x, id, err := c.onTransfer()
	if err != nil {
		return err
	}
	return c.transfer(http.StatusOK, x, id)
}

// askTransfer answers POST /api/transfers. The same id again changes nothing.
func (c *call) askTransfer() error {
	x, err := c.exchange()
	if err != nil {
		return err
	}
	var id uuid.UUID
	var system string
	var ask exchange.Ask
	err = c.fields("transfer, system, requestor, purpose, basis, why, wanted, nhsNumber, born, given, family", map[string]any{
		"transfer": &id, "system": &system, "requestor": &ask.Requestor, "purpose": &ask.Purpose, "basis": &ask.Basis, "why": &ask.Why, "wanted": &ask.Wanted,
		"nhsNumber": &ask.NHSNumber, "born": &ask.Born, "given": &ask.Given, "family": &ask.Family,
	})
	if err != nil {
		return err
	}
	if id == uuid.Nil {
		id = uuid.Must(uuid.NewV7())
	}
	if _, err := x.Ask(c.ctx, c.session, id, system, ask); err != nil {
		return asSent(err)
	}
	c.w.Header().Set("Location", "/api/transfers/"+id.String())
	return c.transfer(http.StatusCreated, x, id)
}

// texts reads a list of texts.
func texts(into *[]string) func(*reader, string) {
	return func(r *reader, path string) {
		r.list(path, func(at string) { *into = append(*into, r.text(at)) })
	}
}

// grantTransfer answers POST /api/transfers/{transfer}/decisions.
func (c *call) grantTransfer() error {
	x, id, err := c.onTransfer()
	if err != nil {
		return err
	}
	var d exchange.Decision
	var kind, degree, versions, files string
	err = c.fields("person, kind, differences, justification, lastDay, from, until, categories, sensitivity, versions, files, decisions", map[string]any{
		"person": &d.Person, "kind": &kind, "differences": &d.Differences, "justification": &d.Justification, "lastDay": &d.LastDay, "from": &d.Part.From, "until": &d.Part.Until,
		"categories": texts(&d.Part.Categories), "sensitivity": &degree, "versions": &versions, "files": &files,
		"decisions": func(r *reader, path string) {
			r.list(path, func(at string) { d.Part.Decisions = append(d.Part.Decisions, r.decision(at)) })
		},
	})
	if err != nil {
		return err
	}
	d.Kind, d.Part.Latest, d.Part.Files, d.Part.Degree = exchange.Kind(kind), versions == "latest", files == "along", record.Normal
	for at := record.Normal; at <= record.Confidential; at++ {
		if at.String() == degree {
			d.Part.Degree = at
		}
	}
	if err := x.Grant(c.ctx, c.session, id, d); err != nil {
		return err
	}
	return c.transfer(http.StatusOK, x, id)
}

// why reads the reason of a body that has nothing else.
func (c *call) why() (why string, err error) {
	err = c.fields("why", map[string]any{"why": &why})
	return why, err
}

// refuseTransfer answers POST /api/transfers/{transfer}/refusals.
func (c *call) refuseTransfer() error { return c.endTransfer((*exchange.Exchange).Refuse) }

// withdrawTransfer answers POST /api/transfers/{transfer}/withdrawals.
func (c *call) withdrawTransfer() error { return c.endTransfer((*exchange.Exchange).TakeBack) }

// endTransfer ends the request that the path names, for the reason that the body gives.
func (c *call) endTransfer(end func(*exchange.Exchange, context.Context, *access.Session, uuid.UUID, string) error) error {
	x, id, err := c.onTransfer()
	if err != nil {
		return err
	}
	why, err := c.why()
	if err != nil {
		return err
	}
	if err := end(x, c.ctx, c.session, id, why); err != nil {
		return asSent(err)
	}
	return c.transfer(http.StatusOK, x, id)
}

func appendSegment(b []byte, s *access.Segment) []byte {
	b = appendUID(b, "package", s.ID)
	b = appendUID(b, "person", s.Stream)
	b = appendText(b, "system", s.System)
	b = appendText(b, "provider", s.Provider)
	b = appendText(b, "state", string(s.State))
	b = appendTime(b, "received", s.Received)
	b = appendText(b, "given", s.Card.Given)
	b = appendText(b, "family", s.Card.Family)
	b = appendSome(b, "born", s.Card.Born)
	b = appendSome(b, "nhsNumber", s.Card.NHSNumber)
	b = appendInt(b, "contributions", s.Contributions)
	b = appendInt(b, "versions", s.Versions)
	b = appendInt(b, "files", s.Files)
	return appendBool(b, "proved", s.Proof.Given())
}

// listReceived answers GET /api/received.
func (c *call) listReceived() error {
	list, err := c.session.Waiting(c.ctx)
	if err != nil {
		return err
	}
	b := append(c.buffer(), `{"items":[`...)
	for i := range list {
		b = append(appendSegment(append(appendComma(b), '{'), &list[i]), '}')
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}

// readReceived answers GET /api/received/{package}.
func (c *call) readReceived() error {
	id, err := c.uid("package")
	if err != nil {
		return err
	}
	return c.weighed(http.StatusOK, id)
}

// weighed answers with a package, weighed against the record of today.
func (c *call) weighed(status int, id uuid.UUID) error {
	p, err := c.session.PreviewSegment(c.ctx, id)
	if err != nil {
		return err
	}
	b := append(appendSegment(append(c.buffer(), '{'), &p.Segment), `,"classes":[`...)
	for _, k := range p.Classes {
		b = append(appendComma(b), '{')
		b = appendText(b, "class", k.Class)
		for _, n := range []struct {
			name  string
			count int
		}{{"records", k.Records}, {"versions", k.Versions}, {"new", k.New}, {"held", k.Held}, {"conflicts", k.Conflicts}, {"forks", k.Forks}} {
			b = appendInt(b, n.name, int64(n.count))
		}
		b = append(b, '}')
	}
	b = append(b, `],"here":[`...)
	for _, h := range p.Here {
		b = appendSomeUID(append(appendComma(b), '{'), "person", h.Stream)
		b = append(appendBool(b, "sameId", h.SameID), '}')
	}
	b = append(b, ']')
	b = appendTexts(appendTexts(b, "unknown", p.Unknown), "questions", p.Questions)
	return c.reply(status, append(b, '}'))
}

func appendTexts(b []byte, key string, list []string) []byte {
	b = append(appendKey(b, key), '[')
	for _, text := range list {
		b, _ = jsontext.AppendQuote(appendComma(b), text)
	}
	return append(b, ']')
}

// asSent names the faults by the members of the body that was sent.
func asSent(err error) error {
	var fault *standard.Fault
	if errors.As(err, &fault) {
		for i := range fault.Problems {
			switch fault.Problems[i].Path {
			case "/reason":
				fault.Problems[i].Path = "/why"
			case "/peer":
				fault.Problems[i].Path = "/system"
			}
		}
	}
	return err
}

// ratifyReceived answers POST /api/received/{package}/ratifications.
func (c *call) ratifyReceived() error {
	id, err := c.uid("package")
	if err != nil {
		return err
	}
	r := access.Ratification{Segment: id}
	err = c.fields("classes, onto, differences, place, from, room, why", map[string]any{
		"classes": texts(&r.Selection.Classes), "onto": &r.Onto, "differences": &r.Differences, "place": &r.Place, "from": &r.From, "room": &r.Room, "why": &r.Reason,
	})
	if err != nil {
		return err
	}
	r.Selection.All = len(r.Selection.Classes) == 0
	done, err := c.session.Ratify(c.ctx, r)
	if err != nil {
		return asSent(err)
	}
	b := appendUID(append(c.buffer(), '{'), "person", done.Stream)
	b = appendInt(b, "versions", done.Versions)
	b = appendInt(b, "held", done.Held)
	b = appendInt(b, "contributions", done.Contributions)
	return c.reply(http.StatusOK, append(appendBool(b, "repeated", done.Repeated), '}'))
}

// refuseReceived answers POST /api/received/{package}/refusals.
func (c *call) refuseReceived() error {
	id, err := c.uid("package")
	if err != nil {
		return err
	}
	why, err := c.why()
	if err != nil {
		return err
	}
	if err := c.session.RefuseSegment(c.ctx, id, why); err != nil {
		return asSent(err)
	}
	return c.weighed(http.StatusOK, id)
}
