package web

import (
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// formsPage lists the forms that can be filled in for a person, and those that were.
type formsPage struct {
	Frame
	MayWrite bool
	Drafts   []DraftLink
	Forms    []FormRow
}

// FormRow is one form.
type FormRow struct {
	Name    string
	Summary string
	Href    string
	Once    bool // there is one for the person: it is filled in again
	Own     bool // the provider's own
	Filled  []FilledRow
	Count   int
}

// FilledRow is one record that was written with a form.
type FilledRow struct {
	Title string
	Href  string
	When  string
	Who   string
	Tags  []Tag
	Again string
}

// filledShown is how many filled-in forms of a kind are listed.
const filledShown = 3

// forms lists them.
func (c *call) forms() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := formsPage{MayWrite: c.mayWrite(a)}
	if page.Frame, err = c.personFrame(a, c.word("Forms")); err != nil {
		return err
	}
	filled, n, err := c.filledForms(a)
	if err != nil {
		return err
	}
	for _, f := range c.config.Catalogue.Forms() {
		row := FormRow{Name: c.word(f.Name), Summary: c.word(f.Summary), Href: a.base + "/forms/" + f.ID, Own: f.Provider, Count: len(filled[f])}
		row.Once = f.Once && row.Count > 0
		for _, v := range filled[f][:min(filledShown, row.Count)] {
			content, err := v.Decoded(c.config.Catalogue)
			if err != nil {
				return err
			}
			one := FilledRow{Title: content.Title(), Href: a.href("/records/" + v.Record.String()), Who: n.name(v.Author), Tags: c.tagsOf(v)}
			if _, one.When, _ = c.happened(content); one.When == "" {
				one.When = c.words.Day(v.Committed.In(c.config.Zone))
			}
			if page.MayWrite {
				one.Again = a.base + "/forms/" + f.ID + "?record=" + v.Record.String()
			}
			row.Filled = append(row.Filled, one)
		}
		page.Forms = append(page.Forms, row)
	}
	if page.MayWrite {
		if page.Drafts, err = c.formDrafts(a); err != nil {
			return err
		}
	}
	return c.render("forms", page)
}

// filledForms finds the records that were written with forms, by form, what happened last first.
func (c *call) filledForms(a *about) (map[*standard.Form][]*record.Version, *namer, error) {
	classes := map[string]bool{}
	for _, f := range c.config.Catalogue.Forms() {
		classes[f.Own.ID] = true
	}
	filled := map[*standard.Form][]*record.Version{}
	var people []uuid.UUID
	if len(classes) > 0 {
		versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: keys(classes), Limit: mostKnown})
		if err != nil {
			return nil, nil, err
		}
		for _, v := range versions {
			content, err := v.Decoded(c.config.Catalogue)
			if err != nil {
				return nil, nil, err
			}
			if f, ok := c.config.Catalogue.FormOf(content); ok {
				filled[f] = append(filled[f], v)
				people = append(people, v.Author)
			}
		}
	}
	n, err := c.namer(a, nil, people...)
	return filled, n, err
}

// formDrafts lists the reader's own unfinished forms about the person.
func (c *call) formDrafts(a *about) ([]DraftLink, error) {
	list, _, err := c.session.Drafts(c.ctx, a.uid)
	if err != nil {
		return nil, err
	}
	var links []DraftLink
	for _, d := range list {
		links = append(links, DraftLink{
			Text: c.draftWords(d.Form), Href: draftHref(d.DraftKey, "/people"), Kept: c.words.Minute(d.Kept, c.config.Zone), Delete: deleteDraft(d.DraftKey),
		})
	}
	return links, nil
}
