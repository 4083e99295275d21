package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

const heldBase = programsBase + "/waiting/"

// heldRows lists what waits for the reader.
func (c *call) heldRows(page *programsPage) error {
	after, err := c.heldPlace()
	if err != nil {
		return err
	}
	held, next, err := c.session.HeldWaiting(c.ctx, after, 50)
	if err != nil {
		return err
	}
	if after.ID != uuid.Nil {
		page.Pager.First, page.Pager.FirstText = programsBase, "Back to the oldest"
	}
	if next != nil {
		page.Pager.Next, page.Pager.NextText = programsBase+"?after="+strconv.FormatInt(next.Sent.UnixMicro(), 10)+"."+next.ID.String(), "What was sent later"
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	for _, h := range held {
		page.Waiting = append(page.Waiting, HeldRow{Href: heldBase + h.ID.String(), Title: c.heldTitle(view, h), Text: "From " + h.Name + ", " + plain.Minute(h.Sent, c.config.Zone)})
	}
	return nil
}

// heldPlace reads where the list goes on.
func (c *call) heldPlace() (after access.HeldPlace, err error) {
	text := c.r.URL.Query().Get("after")
	if text == "" {
		return after, nil
	}
	sent, id, _ := strings.Cut(text, ".")
	micros, wrong := strconv.ParseInt(sent, 10, 64)
	if after.ID, err = uuid.Parse(id); err != nil || wrong != nil || micros <= 0 || after.ID == uuid.Nil {
		return after, standard.Refuse("This does not continue the list. Begin again.", []standard.Problem{{Path: "/after", Rule: "bad-parameter", Message: "Begin again at the oldest."}})
	}
	after.Sent = time.UnixMicro(micros).UTC()
	return after, nil
}

// heldTitle says about whom something is, and what.
func (c *call) heldTitle(view *access.View, h access.Held) string {
	var classes []string
	for _, v := range h.Versions {
		if class, ok := c.config.Catalogue.Class(v.Class); ok {
			classes = append(classes, class.Name)
		}
	}
	what := strings.Join(classes, ", ")
	if len(classes) > 3 {
		what = strings.Join(classes[:3], ", ") + " and " + plain.Count(len(classes)-3, "other", "others")
	}
	if who := c.heldWho(view, h); who != "" {
		return who + ": " + what
	}
	return what
}

// heldWho is what to call the person; "" for an entry of the directory, and for somebody who is new.
func (c *call) heldWho(view *access.View, h access.Held) string {
	person, err := view.Person(c.ctx, h.Stream)
	if err != nil {
		return ""
	}
	return care.FullName(person.Card)
}

// held shows one thing that waits, and asks what becomes of it.
func (c *call) held() error { return c.showHeld(nil, "") }

func (c *call) showHeld(refused error, reason string) error {
	id, err := c.uid("id")
	if err != nil {
		return err
	}
	h, err := c.session.HeldOne(c.ctx, id)
	if err != nil {
		return err
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	page := decidePage{Frame: c.frame("Sent by a program"), Heading: "Sent by " + h.Name, Action: heldBase + id.String(), Hidden: c.by(), Cancel: programsBase, Button: "Ratify it"}
	page.Narrow, page.Back = true, &Link{Text: "Programs and apps", Href: programsBase}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	page.Intro = []string{"This is no part of the record yet. If you ratify it, it becomes part of the record: written by " + h.Name + ", accepted by you."}
	if person, err := view.Person(c.ctx, h.Stream); err == nil {
		page.About, page.BornText = care.FullName(person.Card), plain.Date(person.Card.Born)
		page.Links = []Link{{Text: "Open the record of " + page.About, Href: "/people/" + h.Stream.String()}}
	}
	page.Facts = []DecideFact{{"Sent", plain.Minute(h.Sent, c.config.Zone)}}
	for _, v := range h.Versions {
		facts, err := c.heldFacts(view, v)
		if err != nil {
			return err
		}
		page.Facts = append(page.Facts, facts...)
	}
	page.Refusal = &Refusal{Heading: "Decline it", Action: heldBase + id.String() + "/decline", Button: "Decline it",
		Fields: whyField(fieldWhy, "Why?", "It is kept with the decision. What was sent is let go of.", reason, said[fieldWhy])}
	return c.showDecision(page)
}

// heldFacts says what one version would say.
func (c *call) heldFacts(view *access.View, v access.HeldVersion) ([]DecideFact, error) {
	class, ok := c.config.Catalogue.Class(v.Class)
	if !ok {
		return nil, nil
	}
	what := "New"
	switch {
	case v.Status == record.EnteredInError:
		what = "Marks a record as a mistake"
	case v.Number > 1:
		what = "Changes a record"
	}
	facts := []DecideFact{{class.Name, what}}
	content, err := standard.ReadContent(class, v.Content)
	if err != nil {
		return nil, err
	}
	a := &about{uid: v.Stream, kind: standard.DirectoryStream, base: "/people/" + v.Stream.String(), view: view}
	if _, err := view.Person(c.ctx, v.Stream); err == nil {
		a.kind = standard.PersonStream
	}
	n, err := c.namer(a, []*standard.Content{content})
	if err != nil {
		return nil, err
	}
	for _, answer := range c.answers(n, &content.Group) {
		facts = append(facts, DecideFact{answer.Name, answerText(answer)})
	}
	return facts, nil
}

// answerText writes the values of an answer as words.
func answerText(a Answer) string {
	var all []string
	for _, v := range a.Values {
		text := v.Text
		for _, inner := range v.Group {
			text = strings.TrimPrefix(text+"; "+inner.Name+": "+answerText(inner), "; ")
		}
		if v.File != nil {
			text = "a file"
		}
		if v.Note != "" {
			text += " (" + v.Note + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

func (c *call) ratifyHeld() error {
	id, err := c.uid("id")
	if err != nil {
		return err
	}
	h, err := c.session.RatifyHeld(c.ctx, id)
	switch standard.KindOf(err) {
	case standard.Conflict:
		if len(h.Proposals) == 0 { // somebody was quicker
			return err
		}
		c.say("It was not ratified: the record has changed since it was sent. Look at the record, and decline what no longer fits.")
		return c.redirect(heldBase + id.String())
	case standard.Invalid:
		return c.showHeld(err, "")
	}
	if err != nil {
		return err
	}
	c.say("Ratified. It is part of the record.")
	return c.redirect(afterHeld(h))
}

// afterHeld leads to the person whose record it is part of now.
func afterHeld(h access.Held) string {
	if h.Stream != uuid.Nil && len(h.Proposals) > 0 && h.Proposals[0].Opens == "" && h.Proposals[0].Kind == standard.PersonStream {
		return "/people/" + h.Stream.String()
	}
	return programsBase
}

func (c *call) declineHeld() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	id, err := c.uid("id")
	if err != nil {
		return err
	}
	err = c.session.DeclineHeld(c.ctx, id, values.Get(fieldWhy))
	if standard.KindOf(err) == standard.Invalid {
		return c.showHeld(err, values.Get(fieldWhy))
	}
	if err != nil {
		return err
	}
	c.say("Declined.")
	return c.redirect(programsBase)
}
