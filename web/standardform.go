package web

import (
	"slices"
	"strings"

	"rosemary/standard"
)

// standardFormPage explains one form: what it asks for, and where each answer goes.
type standardFormPage struct {
	Frame
	Name     string
	ID       string
	Summary  string
	Own      Link // the class of the record that the form is
	Once     bool
	Source   string
	Evidence Tag
	Sections []StandardFormSection
}

// StandardFormSection is one part of a form.
type StandardFormSection struct {
	Title string
	Intro string
	Asks  []StandardAsk
}

// StandardAsk is one thing that a form asks for.
type StandardAsk struct {
	Text   string
	Hint   string
	Must   bool
	Goes   string // where the answer goes
	To     []Link // the element or the classes
	Adds   *Link  // the class of what can be added
	Asking []Link // what is asked of that
}

// readForm explains the form of the address.
func (c *call) readForm() error {
	form, ok := c.config.Catalogue.Form(c.r.PathValue("form"))
	if !ok {
		return errNowhere()
	}
	page := standardFormPage{
		Frame: c.frame(form.Name), Name: form.Name, ID: form.ID, Summary: form.Summary, Own: *classLink(form.Own), Once: form.Once, Source: form.Source, Evidence: evidenceTag(form.Evidence),
	}
	page.Back = &Link{Text: "The standard", Href: "/standard"}
	for _, section := range form.Sections {
		part := StandardFormSection{Title: section.Title, Intro: section.Intro}
		for _, ask := range section.Asks {
			if row, shown := standardAsk(form.Own, ask); shown {
				part.Asks = append(part.Asks, row)
			}
		}
		page.Sections = append(page.Sections, part)
	}
	return c.render("standardform", page)
}

// standardAsk explains one ask; what the form answers by itself is not shown.
func standardAsk(own *standard.Class, ask *standard.Ask) (row StandardAsk, shown bool) {
	row = StandardAsk{Text: ask.Text, Hint: ask.Hint}
	if q := ask.Own; q != nil {
		row.Must, row.Goes, row.To = q.Must, "Answers", []Link{elementLink(own, q.Element)}
		return row, q.Shown()
	}
	row.Must, row.Goes = ask.Blocks.Must, "Shows what is known of"
	for _, class := range ask.Blocks.Known {
		row.To = append(row.To, *classLink(class))
	}
	if add := ask.Blocks.Add; add != nil {
		row.Adds = classLink(add.Class)
		for _, q := range add.Questions {
			if q.Shown() {
				row.Asking = append(row.Asking, elementLink(add.Class, q.Element))
			}
		}
	}
	return row, true
}

// elementLink leads to an element, in the class that the form speaks of.
func elementLink(class *standard.Class, e *standard.Element) Link {
	return Link{Text: e.Name, Href: "/standard/classes/" + class.ID + "#" + e.ID}
}

// formLinks leads to all forms, in the order of their names.
func (c *call) formLinks() []Link {
	var links []Link
	for _, form := range c.config.Catalogue.Forms() {
		links = append(links, Link{Text: form.Name, Href: "/standard/forms/" + form.ID})
	}
	slices.SortFunc(links, func(a, b Link) int { return strings.Compare(a.Text, b.Text) })
	return links
}
