package web

import (
	"cmp"
	"net/url"
	"strconv"

	"rosemary/access"
	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
)

// join asks which other record is about the same person; those that are joined already can be taken apart again.
func (c *call) join() error { return c.showJoin(c.r.URL.Query(), nil) }

func (c *call) showJoin(values url.Values, refused error) error {
	a, err := c.mayDo(access.ToLink, "join two records")
	if err != nil {
		return err
	}
	page, err := c.decide(a, "Another record of the same person", "/join")
	if err != nil {
		return err
	}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	page.Intro = []string{"Use this when two records were opened for one person. Nothing moves: both stay, and from now on each shows what is in the other too. It can be taken back."}
	for _, other := range a.person.Also {
		page.Links = append(page.Links, Link{Text: "Take apart again: " + care.FullName(other.Card), Href: a.base + "/apart/" + other.UID.String()})
	}
	found, err := c.chooser(a, &page, "Which record is about the same person?", values, said[fieldOther])
	if err != nil || found == "" {
		if err == nil && values.Get("q") != "" {
			page.Intro = append(page.Intro, "Nobody else was found. Check the spelling.")
		}
		if err != nil {
			return err
		}
		return c.showDecision(page)
	}
	page.Button = "Join the two records"
	page.Fields = html(found,
		whyField(fieldWhy, "How do you know that they are one person?", "", values.Get(fieldWhy), said[fieldWhy]),
		whyField(fieldDifferences, "What differs, and why does that not matter?", "Needed when the NHS numbers or the dates of birth differ.", values.Get(fieldDifferences), said[fieldDifferences]))
	return c.showDecision(page)
}

// mayDo finds the person of the address, about whom the reader must have a right.
func (c *call) mayDo(action access.Action, what string) (*about, error) {
	a, err := c.about(standard.PersonStream)
	if err == nil && !c.session.MayDo(c.ctx, action, a.uid) {
		err = &standard.Fault{Kind: standard.Forbidden, Message: "With the role " + c.session.Principal().RoleName + " you cannot " + what + ".", Hint: "Ask the manager of the home."}
	}
	return a, err
}

// commitJoin joins them.
func (c *call) commitJoin() error {
	a, err := c.mayDo(access.ToLink, "join two records")
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	j := access.Joining{A: a.uid, B: otherOf(values), Why: values.Get(fieldWhy), Differences: values.Get(fieldDifferences)}
	if values.Get(fieldOther) == "" {
		return c.showJoin(values, standard.Refuse("Nothing was changed.", []standard.Problem{{Path: "/" + fieldOther, Rule: "must-occur", Message: "Choose the other record."}}))
	}
	if _, err := c.session.Link(c.ctx, j); err != nil {
		return c.showJoin(values, err)
	}
	c.say("The two records are joined. Each shows both now.")
	return c.redirect(a.base)
}

// apart asks why two records are not one person after all.
func (c *call) apart() error { return c.showApart(c.r.URL.Query(), nil) }

func (c *call) showApart(values url.Values, refused error) error {
	a, err := c.mayDo(access.ToLink, "take two records apart")
	if err != nil {
		return err
	}
	other, err := c.uid("other")
	if err != nil {
		return err
	}
	page, err := c.decide(a, "Take two records apart", "/apart/"+other.String())
	if err != nil {
		return err
	}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	page.Intro = []string{"From then on each record stands alone again. What was written in the meantime stays where it was written: look whether all of it is about the right person."}
	page.Button, page.Danger = "Take them apart", true
	page.Fields = whyField(fieldWhy, "How do you know that they are two people?", "", values.Get(fieldWhy), said[fieldWhy])
	return c.showDecision(page)
}

// commitApart takes them apart.
func (c *call) commitApart() error {
	a, err := c.mayDo(access.ToLink, "take two records apart")
	if err != nil {
		return err
	}
	other, err := c.uid("other")
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	if _, err := c.session.Unlink(c.ctx, a.uid, other, values.Get(fieldWhy)); err != nil {
		return c.showApart(values, err)
	}
	c.say("The two records stand alone again.")
	return c.redirect(a.base)
}

// refile asks whom a record is about that stands in the wrong person's.
func (c *call) refile() error { return c.showRefile(c.r.URL.Query(), nil) }

func (c *call) showRefile(values url.Values, refused error) error {
	a, last, content, err := c.changing(standard.PersonStream, record.MarkError)
	if err != nil {
		return err
	}
	path := "/records/" + last.Record.String()
	page, err := c.decide(a, "This belongs to somebody else", path+"/refile")
	if err != nil {
		return err
	}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	page.Cancel = a.base + path
	page.Intro = []string{
		"It is marked as entered in error here, and recorded anew for the person whom it is about, with a note of where it came from. Both happen, or neither.",
		"What it says of other records of this person is left out. Files go with it only when they are added again.",
	}
	page.Facts = []DecideFact{{content.Class.Name, content.Title()}}
	page.Hidden = append(page.Hidden, Hidden{fieldExpected, strconv.Itoa(last.Number)})
	if said["to"] != "" {
		said[fieldOther] = said["to"]
	}
	found, err := c.chooser(a, &page, "Whom is it about?", values, said[fieldOther])
	if err != nil {
		return err
	}
	if found != "" {
		page.Button, page.Danger = "Move it", true
		page.Fields = html(found, whyField(fieldWhy, "How do you know?", "", values.Get(fieldWhy), said[fieldWhy]))
	} else if values.Get("q") != "" {
		page.Intro = append(page.Intro, "Nobody else was found. Check the spelling.")
	}
	return c.showDecision(page)
}

// commitRefile moves it.
func (c *call) commitRefile() error {
	a, last, content, err := c.changing(standard.PersonStream, record.MarkError)
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	expected, err := strconv.Atoi(values.Get(fieldExpected))
	if err != nil {
		expected = last.Number
	}
	to := otherOf(values)
	if values.Get(fieldOther) == "" {
		return c.showRefile(values, standard.Refuse("Nothing was changed.", []standard.Problem{{Path: "/" + fieldOther, Rule: "must-occur", Message: "Choose whom it is about."}}))
	}
	done, err := c.session.Refile(c.ctx, access.Refiling{From: a.uid, Record: last.Record, Expected: expected, To: to, Why: values.Get(fieldWhy)})
	if err != nil {
		return c.showRefile(values, err)
	}
	words := "Moved: " + content.Class.Name + ". This is the right person’s record."
	if len(done.LeftOut) > 0 {
		words += " Some of what it said was about the first person, or pointed at their records, and was left out: look it over here."
	}
	tell, err := c.mustTell(a, record.MarkError, last.Record)
	if err != nil {
		return err
	}
	if tell != "" {
		words = "Moved: " + content.Class.Name + ". This is the record where it did not belong: it had been given to somebody."
	}
	c.say(words)
	return c.redirect(cmp.Or(tell, "/people/"+to.String()+"/records/"+done.Record.String()))
}
