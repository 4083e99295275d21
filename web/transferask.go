package web

import (
	"errors"
	"net/url"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/standard"
	"rosemary/transfer/exchange"
	"rosemary/web/nhsuk"

	"html/template"
)

// The fields with which somebody is asked for: named like the members of exchange.Ask.
const (
	fieldPeer      = "peer"
	fieldGiven     = "given"
	fieldFamily    = "family"
	fieldBorn      = "born"
	fieldNHS       = "nhsNumber"
	fieldRequestor = "requestor"
	fieldPurpose   = "purpose"
	fieldWanted    = "wanted"
	fieldCase      = "case"
)

// plainMessage is what a fault says, with what to do.
func plainMessage(err error) string {
	var fault *standard.Fault
	if !errors.As(err, &fault) {
		return "Something went wrong."
	}
	if fault.Hint != "" {
		return fault.Message + " " + fault.Hint
	}
	return fault.Message
}

// newTransfer asks for somebody whom another provider looks after.
func (c *call) newTransfer() error {
	return c.showNewTransfer(url.Values{fieldCase: {uuid.Must(uuid.NewV7()).String()}}, nil)
}

func (c *call) showNewTransfer(values url.Values, refused error) error {
	if !c.session.May(access.ToRatify) {
		return c.session.Permit(c.ctx, access.ToRatify, access.Entry{Action: "ask-transfer"})
	}
	peers, err := c.config.Exchange.Peers(c.ctx, c.session)
	if err != nil {
		return err
	}
	page := decidePage{Frame: c.frame("Ask for a person"), Heading: "Ask another provider for a person", Action: transfersBase + "/ask", Hidden: c.by(), Cancel: transfersBase}
	page.Narrow, page.Back = true, &Link{Text: "Transfers", Href: transfersBase}
	if len(peers) == 0 {
		page.Intro = []string{"No other system is known here yet. First add the one of the other provider, with its address and the fingerprint of its key."}
		page.Links = []Link{{Text: "Add another system", Href: systemsBase + "/new"}}
		return c.render("decide", page)
	}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	page.Intro = []string{"The other provider sees what you write here, and somebody there decides what is sent. Until then you learn nothing, not even whether they know the person."}
	page.Hidden = append(page.Hidden, Hidden{fieldCase, values.Get(fieldCase)})
	page.Button = "Ask"
	if !values.Has(fieldRequestor) {
		values.Set(fieldRequestor, c.ownPlace())
	}
	page.Fields = c.askFields(peers, values, said)
	return c.showDecision(page)
}

// ownPlace is what the reader's only home or branch is called.
func (c *call) ownPlace() string {
	places := c.session.Principal().Places
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil || len(places) == 0 {
		return ""
	}
	names, err := view.Names(c.ctx, uuid.Nil, places[:1])
	if err != nil {
		return ""
	}
	return names[places[0]]
}

func (c *call) askFields(peers []exchange.Peer, values url.Values, said map[string]string) template.HTML {
	whom := nhsuk.RadiosOptions{Name: fieldPeer, IDPrefix: fieldPeer, Value: values.Get(fieldPeer), Small: true, ErrorMessage: wrongIn(c.words, said[fieldPeer]),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "Whom do you ask?", Size: "s"}}}
	for _, p := range peers {
		whom.Items = append(whom.Items, nhsuk.RadioItem{Value: p.System, Text: p.Name, Hint: nhsuk.HintOptions{Text: p.Address}})
	}
	return html(nhsuk.Radios(whom),
		template.HTML(`<h2 class="nhsuk-heading-m">Who is it?</h2>`),
		lineField(fieldGiven, "First name", "", values.Get(fieldGiven), said[fieldGiven]), lineField(fieldFamily, "Family name", "", values.Get(fieldFamily), said[fieldFamily]),
		dayField(fieldBorn, "Date of birth", "", values.Get(fieldBorn), said[fieldBorn]),
		lineField(fieldNHS, "NHS number", "Ten digits. Leave it empty if you do not know it: then they find the person by name and date of birth.", values.Get(fieldNHS), said[fieldNHS]),
		template.HTML(`<h2 class="nhsuk-heading-m">What for?</h2>`),
		lineField(fieldRequestor, "Which home or branch do they come to?", "", values.Get(fieldRequestor), said[fieldRequestor]),
		dayField(fieldWanted, "When is it needed?", "Leave it empty if it does not matter.", values.Get(fieldWanted), said[fieldWanted]),
		choiceField(fieldPurpose, "What is it needed for?", c.config.Exchange.Choices.Purposes, values.Get(fieldPurpose), said[fieldPurpose]),
		choiceField(fieldBasis, "What makes it lawful?", c.config.Exchange.Choices.Bases, values.Get(fieldBasis), said[fieldBasis]),
		whyField(fieldWhy, "Say it in your own words", "For example: Edith knows and is glad; I talked with her and her daughter on Monday.", values.Get(fieldWhy), said[fieldWhy]))
}

func dayField(name, label, hint, value, fault string) template.HTML {
	return nhsuk.Input(nhsuk.InputOptions{ID: name, Name: name, Type: "date", Value: value, Label: nhsuk.LabelOptions{Text: label, Size: "s"}, Hint: nhsuk.HintOptions{Text: hint},
		ErrorMessage: nhsuk.ErrorMessageOptions{Text: fault}, Classes: "rm-date"})
}

func choiceField(name, question string, choices []exchange.Choice, value, fault string) template.HTML {
	o := nhsuk.RadiosOptions{Name: name, IDPrefix: name, Value: value, Small: true, ErrorMessage: nhsuk.ErrorMessageOptions{Text: fault},
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: question, Size: "s"}}}
	for _, choice := range choices {
		o.Items = append(o.Items, nhsuk.RadioItem{Value: choice.Code, Text: choice.Display, Hint: nhsuk.HintOptions{Text: choice.Hint}})
	}
	return nhsuk.Radios(o)
}

// askTransfer asks.
func (c *call) askTransfer() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	id, err := uuid.Parse(values.Get(fieldCase))
	if err != nil {
		return errNowhere()
	}
	k, err := c.config.Exchange.Ask(c.ctx, c.session, id, values.Get(fieldPeer), exchange.Ask{
		Requestor: values.Get(fieldRequestor), Purpose: values.Get(fieldPurpose), Basis: values.Get(fieldBasis), Why: values.Get(fieldWhy), Wanted: values.Get(fieldWanted),
		NHSNumber: values.Get(fieldNHS), Born: values.Get(fieldBorn), Given: values.Get(fieldGiven), Family: values.Get(fieldFamily),
	})
	if err != nil {
		return c.showNewTransfer(values, err)
	}
	c.say("Asked. You see here how it stands.")
	return c.redirect(casesBase + k.ID.String())
}
