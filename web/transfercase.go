package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/transfer/exchange"
	"rosemary/web/form"
)

// transferPage is one request for a person: how it stands, and what the reader has to decide.
type transferPage struct {
	Frame
	Heading string
	Tag     Tag
	Moving  bool // it should be looked at again soon
	Gauge   *Gauge
	Trouble string
	Facts   []DecideFact
	Reason  string // why it was refused, or taken back
	Links   []Link
	Receipt []DecideFact
	File    string // where the receipt is given as a file

	Base    string
	Hidden  []Hidden
	Decide  *Deciding
	Refusal template.HTML // the field that asks why not
	Revoke  template.HTML // likewise, why it is taken back
	Again   bool
}

// Deciding is the decision what goes.
type Deciding struct {
	Who       []WhoRow
	Unknown   bool // nobody here is like whom they ask for
	Elsewhere bool // somebody is, whom the reader may not see
	Find      template.HTML
	Fields    template.HTML
	Looked    bool
	Count     int
	Classes   []Fact
	Closely   []string
	Omitted   []string
	Named     []NamedPart // whose words name what stays
}

// WhoRow is somebody here beside what is said of whom they ask for.
type WhoRow struct {
	Name  string
	Href  string
	Lines []WhoLine
}

// WhoLine is one thing that is said of both.
type WhoLine struct {
	What, Asked, Here string
	Tag               Tag
}

func (c *call) exchangeCase() (exchange.Case, error) {
	id, err := c.uid("case")
	if err != nil {
		return exchange.Case{}, err
	}
	return c.config.Exchange.Case(c.ctx, c.session, id)
}

// showTransfer shows a request.
func (c *call) showTransfer() error { return c.showCase(c.r.URL.Query(), nil, nil) }

func (c *call) showCase(values url.Values, outlook *exchange.Outlook, refused error) error {
	k, err := c.exchangeCase()
	if err != nil {
		return err
	}
	peer, err := c.config.Exchange.Named(c.ctx, k.Peer)
	if err != nil {
		return err
	}
	page := transferPage{Frame: c.frame(k.Ask.Name() + ": transfer"), Heading: k.Ask.Name(), Tag: stateTag(&k), Moving: k.Moving(), Gauge: c.gauge(&k, peer.Name), Trouble: k.Trouble, Base: casesBase + k.ID.String(), Hidden: c.by()}
	page.Narrow, page.Back = true, &Link{Text: "Transfers", Href: transfersBase}
	if refusal := k.State == exchange.Refused || k.State == exchange.Withdrawn; refusal {
		page.Reason = k.Reason
	}
	page.Facts = c.caseFacts(&k, &peer)
	if err := c.proof(&page, &k); err != nil {
		return err
	}
	decide := decidePage{}
	said, err := decide.faults(refused)
	if err != nil {
		return err
	}
	page.Errors = decide.Errors
	switch {
	case k.Side == exchange.Theirs && (k.State == exchange.Open || k.State == exchange.Failed):
		if page.Decide, err = c.deciding(&k, values, said, outlook); err != nil {
			return err
		}
		page.Refusal = whyField("reason", "Why is nothing sent?", "They read it. Say nothing of whether you know the person, unless you have decided that they may know.", values.Get("reason"), said["reason"])
	case k.Side == exchange.Ours:
		page.Again = k.State == exchange.Failed
		if k.Segment != uuid.Nil {
			page.Links = append(page.Links, Link{Text: "See what has arrived, and decide what becomes part of our record", Href: receivedBase + k.Segment.String()})
		}
		switch k.State {
		case exchange.Asking, exchange.Waiting, exchange.Preparing, exchange.Arriving:
			page.Revoke = whyField("reason", "Why is it no longer wanted?", "They read it.", values.Get("reason"), said["reason"])
		}
	}
	if k.Side == exchange.Theirs && k.Person != uuid.Nil {
		page.Links = append(page.Links, Link{Text: "Open the record of the person", Href: "/people/" + k.Person.String()})
	}
	if len(page.Errors) > 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "transfer", page)
	}
	return c.render("transfer", page)
}

// caseFacts are what was asked, and what was decided.
func (c *call) caseFacts(k *exchange.Case, peer *exchange.Peer) []DecideFact {
	choices := c.config.Exchange.Choices
	word := "Asked of"
	if k.Side == exchange.Theirs {
		word = "Asked by"
	}
	facts := []DecideFact{{word, peer.Name}, {"Who asks", k.Ask.By}, {"For", k.Ask.Requestor}, {"When", plain.Minute(k.Begun, c.config.Zone)}}
	add := func(name, text string) {
		if text != "" {
			facts = append(facts, DecideFact{name, text})
		}
	}
	add("Born", plain.Date(k.Ask.Born))
	add("NHS number", plain.NHSNumber(k.Ask.NHSNumber))
	add("What for", choices.Purpose(k.Ask.Purpose))
	add("What makes it lawful", choices.Basis(k.Ask.Basis))
	add("Where the law says so", choices.Articles(k.Ask.Basis))
	add("In their words", k.Ask.Why)
	if k.Ask.Wanted != "" {
		add("Wanted by", plain.Date(k.Ask.Wanted))
	}
	if d := k.Decision; d != nil {
		add("Decided by", d.By+", "+plain.Minute(k.Decided, c.config.Zone))
		add("What goes", goesWords(d))
		add("Although what is said of them differs", d.Differences)
		add("Why what is held closely goes too", d.Justification)
		if d.LastDay != "" {
			add("Last day here", plain.Date(d.LastDay))
		}
	}
	switch at := c.config.Exchange.GoesAt(k); {
	case k.Nameless():
		add("Who it was", "Taken away on "+plain.Day(k.Forgotten.In(c.config.Zone))+", because it led to nothing and its time was over")
	case !at.IsZero():
		add("Kept until", plain.Day(at.In(c.config.Zone))+". It led to nothing: then the name, the date of birth, the NHS number and what was written go from here")
	}
	if k.Size > 0 {
		add("Size", form.Bytes(k.Size)+", sealed for "+map[exchange.Side]string{exchange.Ours: "us", exchange.Theirs: peer.Name}[k.Side])
	}
	return facts
}

func goesWords(d *exchange.Decision) string {
	switch d.Kind {
	case exchange.Whole:
		return "The whole record, with every version and who wrote it"
	case exchange.Since:
		return "What was written since it was sent last"
	}
	words := "A part: up to " + d.Part.Degree.String()
	if len(d.Part.Categories) > 0 {
		words += "; " + strings.Join(d.Part.Categories, ", ")
	}
	if d.Part.From != "" {
		words += "; from " + plain.Date(d.Part.From)
	}
	if d.Part.Until != "" {
		words += "; until " + plain.Date(d.Part.Until)
	}
	if !d.Part.Files {
		words += "; without files"
	}
	return words
}

// proof shows the receipt, verified at this moment.
func (c *call) proof(page *transferPage, k *exchange.Case) error {
	r, peer, err := c.config.Exchange.Proof(c.ctx, k)
	if standard.KindOf(err) == standard.Invalid {
		page.Trouble = "The receipt does not prove anything: " + plainMessage(err)
		return nil
	}
	if err != nil || r == nil {
		return err
	}
	signer := peer.Name
	if k.Side == exchange.Ours {
		signer = "This system"
	}
	page.File = page.Base + "/receipt"
	page.Receipt = []DecideFact{{"Signed by", signer + ". The signature was checked just now, and fits."}, {"When", plain.Instant(r.At, c.config.Zone)}, {"Package", form.Bytes(r.Size) + ", SHA-256 " + r.Hash.String()}}
	if r.Trouble != "" {
		page.Receipt = append(page.Receipt, DecideFact{"Not taken in", r.Trouble})
		return nil
	}
	page.Receipt = append(page.Receipt, DecideFact{"Held there", plain.Count(int(r.Versions), "version", "versions") + " and " + plain.Count(int(r.Files), "file", "files")},
		DecideFact{"Up to", "contribution " + plain.Whole(int(r.Sequence)) + " of the record"})
	return nil
}

// transferReceipt gives the receipt as a file, for whoever wants to check it elsewhere.
func (c *call) transferReceipt() error {
	k, err := c.exchangeCase()
	if err != nil {
		return err
	}
	if k.Receipt == "" {
		return errNowhere()
	}
	h := c.w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="receipt-`+k.ID.String()+`.txt"`)
	_, err = c.w.Write([]byte(k.Receipt))
	return err
}

// refuseTransfer decides that nothing goes.
func (c *call) refuseTransfer() error {
	return c.endCase((*exchange.Exchange).Refuse, "Refused. They read your reason.")
}

// takeTransferBack takes a request of ours back.
func (c *call) takeTransferBack() error {
	return c.endCase((*exchange.Exchange).TakeBack, "Taken back. They are told.")
}

// endCase ends the request of the address for the reason that was written.
func (c *call) endCase(end func(*exchange.Exchange, context.Context, *access.Session, uuid.UUID, string) error, said string) error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	id, err := c.uid("case")
	if err != nil {
		return err
	}
	if err := end(c.config.Exchange, c.ctx, c.session, id, values.Get("reason")); err != nil {
		return c.showCase(values, nil, err)
	}
	c.say(said)
	return c.redirect(casesBase + id.String())
}

// tryTransferAgain tries once more what did not work.
func (c *call) tryTransferAgain() error {
	id, err := c.uid("case")
	if err != nil {
		return err
	}
	if err := c.config.Exchange.Again(c.ctx, c.session, id); err != nil {
		return err
	}
	c.say("It is tried again.")
	return c.redirect(casesBase + id.String())
}
