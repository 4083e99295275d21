package web

import (
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// destructionsPage lists what may go, what waits for a second person, and what went.
type destructionsPage struct {
	Frame
	Due     []DestructionRow
	Waiting []DestructionRow
	Decided []DestructionRow
}

// DestructionRow is one of them.
type DestructionRow struct {
	Href string
	Name string
	Text string
	Tags []Tag
}

// destructions lists them.
func (c *call) destructions() error {
	due, err := c.session.Due(c.ctx)
	if err != nil {
		return err
	}
	all, err := c.session.Destructions(c.ctx)
	if err != nil {
		return err
	}
	page := destructionsPage{Frame: c.frame("Destruction")}
	page.Narrow = true
	for _, d := range due {
		row := DestructionRow{Href: "/people/" + d.Person.UID.String() + "/destroy", Name: care.FullName(d.Person.Card),
			Text: "Care ended " + plain.Date(d.Kept.Ended) + ". Kept until " + plain.Date(d.Kept.Until) + "."}
		if !d.Kept.Rule.Checked {
			row.Text += " The provider has not checked this rule yet."
		}
		if d.Kept.Held {
			row.Tags = append(row.Tags, Tag{"Legal hold", "red"})
		}
		if d.Asked != uuid.Nil {
			row.Tags, row.Href = append(row.Tags, Tag{"Asked for", "blue"}), "/destructions/"+d.Asked.String()
		}
		page.Due = append(page.Due, row)
	}
	for _, d := range all {
		row := DestructionRow{Href: "/destructions/" + d.ID.String(), Name: whatGoes(d), Text: "Asked for by " + d.AskedBy + " on " + plain.Instant(d.Asked, c.config.Zone)}
		switch {
		case d.Decided.IsZero():
			if d.Own {
				row.Tags = []Tag{{"You asked for this", "grey"}}
			}
			page.Waiting = append(page.Waiting, row)
			continue
		case d.Refused != "":
			row.Tags = []Tag{{"Not destroyed", "yellow"}}
		default:
			row.Text += ", approved by " + d.ApprovedBy
			row.Tags = []Tag{{"Destroyed", "grey"}}
		}
		page.Decided = append(page.Decided, row)
	}
	return c.render("destructions", page)
}

func whatGoes(d *access.Destruction) string {
	switch n := len(d.Versions); n {
	case 0:
		return "A whole record"
	case 1:
		return "One version of a record"
	default:
		return strconv.Itoa(n) + " versions"
	}
}

// destruction shows one certificate, or one request with what can be decided.
func (c *call) destruction() error { return c.showDestruction(nil, nil) }

func (c *call) showDestruction(values url.Values, refused error) error {
	uid, err := c.uid("destruction")
	if err != nil {
		return err
	}
	d, err := c.session.Destruction(c.ctx, uid)
	if err != nil {
		return err
	}
	page := decidePage{Frame: c.frame("Destruction"), Heading: whatGoes(d), Action: "/destructions/" + uid.String() + "/approve", Hidden: c.by()}
	page.Narrow, page.Back = true, &Link{Text: "Destruction", Href: "/destructions"}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	basis := standard.Display(d.Basis, nil)
	page.Facts = []DecideFact{{"Why", d.Reason}, {"Legal basis", basis}, {"Asked for by", d.AskedBy + ", " + plain.Instant(d.Asked, c.config.Zone)}}
	for _, v := range d.Versions {
		page.Facts = append(page.Facts, DecideFact{"Version", v.Version.String()})
	}
	if d.Whole() {
		page.Facts = append(page.Facts, DecideFact{"Record", d.Stream.String()})
	}
	switch {
	case d.Refused != "":
		page.Facts = append(page.Facts, DecideFact{"Not destroyed", d.Refused})
		return c.render("decide", page)
	case d.Done():
		page.Intro = []string{"This is the certificate. The content is gone; the proof of the record still holds."}
		page.Facts = append(page.Facts, DecideFact{"Approved by", d.ApprovedBy + ", " + plain.Instant(d.Decided, c.config.Zone)})
		return c.render("decide", page)
	}
	page.Links = []Link{{Text: "Open the person’s record", Href: "/people/" + d.Stream.String()}}
	for _, v := range d.Versions {
		page.Links = append(page.Links, Link{Text: "Read version " + strconv.Itoa(v.Version.Number), Href: "/people/" + d.Stream.String() + "/records/" + v.Version.Record.String() + "?version=" + strconv.Itoa(v.Version.Number)})
	}
	if d.Own {
		page.Intro = []string{"You asked for this. Another manager must approve it."}
	} else {
		page.Intro = []string{"Read what is to go before you decide. It cannot be brought back by anybody."}
		page.Button, page.Danger, page.Cancel = "Destroy it for good", true, "/destructions"
		page.Fields = c.passwordInput(nhsuk.PasswordInputOptions{ID: fieldPassword, Name: fieldPassword, Label: nhsuk.LabelOptions{Text: "Your password", Size: "s"},
			ErrorMessage: wrongIn(c.words, said[fieldPassword])})
	}
	heading, button := "Or refuse it", "Refuse"
	if d.Own {
		heading, button = "Take it back", "Take it back"
	}
	page.Refusal = &Refusal{Heading: heading, Button: button, Action: "/destructions/" + uid.String() + "/refuse",
		Fields: whyField(fieldWhy, "Why is it not to be destroyed?", "", values.Get(fieldWhy), said[fieldWhy])}
	return c.showDecision(page)
}

// approveDestruction is the second person's word.
func (c *call) approveDestruction() error {
	uid, err := c.uid("destruction")
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	if err := c.session.ApproveDestruction(c.ctx, uid, values.Get(fieldPassword)); err != nil {
		return c.showDestruction(values, err)
	}
	c.say("Destroyed. This is the certificate.")
	return c.redirect("/destructions/" + uid.String())
}

// refuseDestruction refuses it, or takes it back.
func (c *call) refuseDestruction() error {
	uid, err := c.uid("destruction")
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	if err := c.session.RefuseDestruction(c.ctx, uid, values.Get(fieldWhy)); err != nil {
		return c.showDestruction(values, err)
	}
	c.say("It will not be destroyed.")
	return c.redirect("/destructions")
}

// askDestruction asks for the whole record, or with a record and a version in the address for that, to be destroyed.
func (c *call) askDestruction() error { return c.showAskDestruction(c.r.URL.Query(), nil) }

func (c *call) showAskDestruction(values url.Values, refused error) error {
	a, err := c.mayDo(access.ToDestroy, "destroy records")
	if err != nil {
		return err
	}
	page, err := c.decide(a, "Ask for destruction", "/destroy")
	if err != nil {
		return err
	}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	page.Intro = []string{"Nothing goes yet: another manager must approve it. What is destroyed cannot be brought back by anybody. A certificate stays."}
	what := "The whole record"
	if rec, number := values.Get("record"), values.Get("version"); rec != "" {
		what = "Version " + number + " of one record"
		page.Hidden = append(page.Hidden, Hidden{"record", rec}, Hidden{"version", number})
		page.Cancel = a.base + "/records/" + rec + "?version=" + number
	}
	page.Facts = []DecideFact{{"What is to go", what}}
	basis := nhsuk.RadiosOptions{Name: fieldBasis, IDPrefix: fieldBasis, Value: values.Get(fieldBasis), ErrorMessage: wrongIn(c.words, said[fieldBasis]),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "On what legal basis?", Size: "s"}}}
	for _, code := range c.session.Bases() {
		basis.Items = append(basis.Items, nhsuk.RadioItem{Value: code.Code, Text: code.Display})
	}
	page.Button, page.Danger = "Ask for it", true
	page.Fields = html(nhsuk.Radios(basis), whyField(fieldWhy, "Why must it go?", "Say nothing of what it says, and name nobody: this stays.", values.Get(fieldWhy), said[fieldWhy]))
	return c.showDecision(page)
}

// commitAskDestruction asks for it.
func (c *call) commitAskDestruction() error {
	a, err := c.mayDo(access.ToDestroy, "destroy records")
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	d := access.Destroying{Stream: a.uid, Basis: values.Get(fieldBasis), Why: values.Get(fieldWhy)}
	if values.Get("record") != "" {
		rec, err := uuid.Parse(values.Get("record"))
		number, err2 := strconv.Atoi(values.Get("version"))
		if err != nil || err2 != nil {
			return errNowhere()
		}
		d.Versions = []record.VersionID{{Record: rec, Number: number}}
	}
	uid, err := c.session.AskDestruction(c.ctx, d)
	if err != nil {
		return c.showAskDestruction(values, err)
	}
	c.say("Asked for. Another manager must approve it.")
	return c.redirect("/destructions/" + uid.String())
}

// goneWords say what stands in the place of a version whose content was destroyed.
func (c *call) goneWords(a *about, v *record.Version) (string, error) {
	g, err := a.view.Gone(c.ctx, v)
	if err != nil {
		return "", err
	}
	words := "The content of this version was lawfully destroyed on " + plain.Instant(g.When, c.config.Zone) + ". Basis: " + g.Basis + "."
	if g.Why != "" {
		words += " " + plain.Say("Asked for by {one}, approved by {other}, because: {why}", "one", g.AskedBy, "other", g.ApprovedBy, "why", g.Why)
	}
	return words, nil
}
