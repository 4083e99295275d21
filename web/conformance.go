package web

import (
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/standard"
	"rosemary/standard/conformance"
)

// conformancePage is the declaration of conformance: the totals, and every class.
type conformancePage struct {
	Frame
	Release string
	Totals  []TotalRow
	Kinds   []EvidenceRow
	Classes []DeclaredClass
}

// TotalRow counts the elements of one obligation.
type TotalRow struct {
	Obligation string
	Elements   int
	Met        int
	Known      []int // by the kinds of evidence
}

// DeclaredClass is one class in the declaration.
type DeclaredClass struct {
	Name      string
	Href      string
	Extension bool
	Must      int
	Should    int
	Could     int
	Open      int // elements that are not met
}

// conformance shows the declaration.
func (c *call) conformance() error {
	d, err := c.declaration()
	if err != nil {
		return err
	}
	page := conformancePage{
		Frame:   c.frame("Declaration of conformance"),
		Release: strings.TrimSpace(d.Release.Name + " (" + d.Release.Standard + ") " + d.Release.Version),
	}
	page.Back = &Link{Text: "The standard", Href: "/standard"}
	kinds := []standard.Evidence{standard.Published, standard.Guidance, standard.Upstream, standard.ProjectOwned}
	for _, e := range kinds {
		page.Kinds = append(page.Kinds, EvidenceRow{evidenceTag(e), evidenceWords(e)})
	}
	for _, t := range d.Totals() {
		row := TotalRow{Obligation: string(t.Obligation), Elements: t.Elements, Met: t.Met}
		for _, e := range kinds {
			row.Known = append(row.Known, t.Evidence[e])
		}
		page.Totals = append(page.Totals, row)
	}
	for _, class := range d.Classes {
		out := DeclaredClass{Name: class.Class.Name, Href: "/standard/conformance/" + class.Class.ID, Extension: class.Class.Extension}
		for i := range class.Rows {
			row := &class.Rows[i]
			switch row.Obligation {
			case conformance.Must:
				out.Must++
			case conformance.Should:
				out.Should++
			case conformance.Could:
				out.Could++
			}
			if !row.Met() {
				out.Open++
			}
		}
		page.Classes = append(page.Classes, out)
	}
	return c.render("conformance", page)
}

// declaredPage is the declaration about one class.
type declaredPage struct {
	Frame
	Name      string
	Summary   string
	Reference string // address of the class in the reference
	See       string // address that leads to a record of the class, "" when there can be none
	Rows      []DeclaredRow
}

// DeclaredRow is the declaration about one element.
type DeclaredRow struct {
	Name       string
	ID         string
	Obligation string
	Occurs     string
	Evidence   Tag
	Form       string
	Forms      []Link
	API        string
	Export     string
	Test       string
	Met        bool
}

// declared shows the declaration about the class of the address.
func (c *call) declared() error {
	d, err := c.declaration()
	if err != nil {
		return err
	}
	for _, class := range d.Classes {
		if class.Class.ID != c.r.PathValue("class") {
			continue
		}
		page := declaredPage{Frame: c.frame(class.Class.Name), Name: class.Class.Name, Summary: class.Class.Summary, Reference: classLink(class.Class).Href}
		page.Back = &Link{Text: "Declaration of conformance", Href: "/standard/conformance"}
		if class.Class.Kind == standard.KindRecord && c.session.May(access.ToRead) {
			page.See = "/standard/conformance/" + class.Class.ID + "/record"
		}
		for i := range class.Rows {
			page.Rows = append(page.Rows, c.declaredRow(&class.Rows[i]))
		}
		return c.render("declared", page)
	}
	return errNowhere()
}

func (c *call) declaredRow(r *conformance.Row) DeclaredRow {
	row := DeclaredRow{
		Name: r.Element.Name, ID: r.Element.ID, Obligation: string(r.Obligation), Occurs: r.Element.Occurs, Evidence: evidenceTag(r.Element.Evidence),
		Form: r.Form, API: r.API, Export: r.Export, Test: r.Test, Met: r.Met(),
	}
	for _, id := range r.Forms {
		if form, ok := c.config.Catalogue.Form(id); ok {
			row.Forms = append(row.Forms, Link{Text: form.Name, Href: "/standard/forms/" + form.ID})
		}
	}
	return row
}

// seeRecord leads to a record of the class of the address that the reader may see: the declaration in the flesh.
func (c *call) seeRecord() error {
	class, ok := c.config.Catalogue.Class(c.r.PathValue("class"))
	if !ok {
		return errNowhere()
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	if class.Stream != standard.PersonStream {
		entries, err := view.Directory(c.ctx, []string{class.ID})
		if err != nil {
			return err
		}
		if len(entries) > 0 {
			return c.redirect("/directory/" + entries[0].UID.String())
		}
	}
	if class.Stream != standard.DirectoryStream {
		at, err := c.someRecord(view, class)
		if err != nil || at != "" {
			return c.redirectTo(at, err)
		}
	}
	c.sessions.Put(c.ctx, keySaid, "Nobody whom you may see has a record of "+class.Name+" yet.")
	return c.redirect("/standard/conformance/" + class.ID)
}

func (c *call) redirectTo(at string, err error) error {
	if err != nil {
		return err
	}
	return c.redirect(at)
}

// someRecord finds the first person with a record of the class, and gives the address of its latest; "" when nobody has one.
func (c *call) someRecord(view *access.View, class *standard.Class) (string, error) {
	people, _, err := view.People(c.ctx, access.PeopleQuery{All: true, Limit: 500})
	if err != nil {
		return "", err
	}
	for i := range people {
		found, _, err := view.Records(c.ctx, access.RecordsQuery{Stream: people[i].UID, Classes: []string{class.ID}, Limit: 1})
		if standard.KindOf(err) == standard.NotFound {
			continue
		}
		if err != nil {
			return "", err
		}
		if len(found) > 0 && found[0].Record != uuid.Nil {
			return "/people/" + people[i].UID.String() + "/records/" + found[0].Record.String(), nil
		}
	}
	return "", nil
}
