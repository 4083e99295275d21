package web

import (
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// handoverNotePage writes what the next shift must know about somebody.
type handoverNotePage struct {
	Frame
	Ask      template.HTML
	Action   string
	Hidden   []Hidden
	About    string
	BornText string
}

// newHandoverNote shows the page.
func (c *call) newHandoverNote() error {
	d := &doing{in: c.words, values: c.begun()}
	if err := c.noteHere(d); err != nil {
		return err
	}
	return c.showHandoverNote(d, http.StatusOK)
}

func (c *call) noteHere(d *doing) error {
	var err error
	if d.about, err = c.about(standard.PersonStream); err != nil {
		return err
	}
	if d.action = c.oneClass(standard.ClassRoleHandoverNote); d.action == nil {
		return errNowhere()
	}
	return c.mustWrite(d.about)
}

func (c *call) showHandoverNote(d *doing, status int) error {
	page := handoverNotePage{Action: c.r.URL.Path, About: d.about.name}
	var err error
	if page.Frame, err = c.personFrame(d.about, c.word("Note for the next shift")); err != nil {
		return err
	}
	page.Narrow, page.Errors, page.BornText = true, d.faults, page.Person.BornText
	box := func(name, label string) template.HTML {
		return nhsuk.Textarea(nhsuk.TextareaOptions{ID: name, Name: name, Value: d.values.Get(name), Rows: 3, Label: nhsuk.LabelOptions{Text: label, Size: "s"}, ErrorMessage: wrongIn(c.words, d.wrong(name))})
	}
	page.Ask = box(fieldNote, c.word("What must the next shift know?")) + box(fieldToDo, c.word("What should they do?")) +
		c.chips(fieldUrgency, c.word("How soon must they know?"), "", d.values.Get(fieldUrgency), "", c.chipsOf(d.action.ByRole(standard.RoleUrgency)))
	for name := range d.values {
		switch name {
		case fieldContribution, fieldRecord, fieldWhen + "_day", fieldWhen + "_month", fieldWhen + "_year", fieldWhen + "_time":
			page.Hidden = append(page.Hidden, Hidden{name, d.values.Get(name)})
		}
	}
	slices.SortFunc(page.Hidden, func(a, b Hidden) int { return strings.Compare(a.Name, b.Name) })
	page.Hidden = append(page.Hidden, Hidden{fieldBy, c.session.Principal().Account})
	return c.renderAs(status, "handovernote", page)
}

// noteHolds is how long a note matters, unless somebody says otherwise in the record itself.
const noteHolds = 3 * 24 * time.Hour

// writeHandoverNote keeps it.
func (c *call) writeHandoverNote() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	d := &doing{in: c.words, values: values}
	if err := c.noteHere(d); err != nil {
		return c.lost(values, err)
	}
	if d.text(fieldNote) == "" {
		d.fault(fieldNote, c.word("Write what the next shift must know."))
	}
	when := c.when(d)
	content := &standard.Content{Class: d.action}
	setWhen(content, when)
	set(content, standard.RoleStatement, standard.Text(d.text(fieldNote)))
	if s := d.text(fieldToDo); s != "" {
		set(content, standard.RoleWhatToDo, standard.Text(s))
	}
	if v, ok := coded(d.action.ByRole(standard.RoleUrgency), values.Get(fieldUrgency)); ok {
		set(content, standard.RoleUrgency, v)
	}
	set(content, standard.RoleValidUntil, standard.DateTime(when.Add(noteHolds).Format(instantForm)))
	set(content, standard.RolePerformer, c.performers(d)...)
	content.Sort()
	if len(d.faults) > 0 {
		return c.showHandoverNote(d, http.StatusUnprocessableEntity)
	}
	_, err = c.session.Commit(c.ctx, &record.Proposal{ID: uidOr(values, fieldContribution), Stream: d.about.uid, Description: "Handover", Changes: []record.ProposedChange{
		{Path: "/note", Type: record.Create, Record: uidOr(values, fieldRecord), Class: d.action.ID, Content: content.AppendJSON(nil)},
	}})
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid {
		for _, p := range fault.Problems {
			d.fault(fieldNote, c.fault(p.Message))
		}
		return c.showHandoverNote(d, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	c.say(c.word("The next shift will see it: a note about {name}.", "name", d.about.name))
	return c.redirect("/shift/handover")
}
