package web

import (
	"errors"
	"html/template"
	"net/http"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// The fields of an incident that is taken down at once, besides those of what was done.
const (
	fieldKind    = "kind"
	fieldHappens = "happened"
	fieldAtOnce  = "atonce"
	fieldHarm    = "harm"
)

// incidentPage takes an incident down at once, in a few words; it is finished later.
type incidentPage struct {
	Frame
	Ask      template.HTML
	More     template.HTML
	Action   string
	Hidden   []Hidden
	Cancel   string
	Whole    string // the whole form
	About    string
	BornText string
}

// incidentHere finds whom it happened to.
func (c *call) incidentHere(d *doing) error {
	var err error
	if d.about, err = c.about(standard.PersonStream); err != nil {
		return err
	}
	if err := c.mustWrite(d.about); err != nil {
		return err
	}
	if d.action = c.oneClass(standard.ClassRoleIncident); d.action == nil {
		return errNowhere()
	}
	return nil
}

// newIncident shows the page.
func (c *call) newIncident() error {
	d := &doing{in: c.words, values: c.begun()}
	if err := c.incidentHere(d); err != nil {
		return err
	}
	return c.showIncident(d, http.StatusOK)
}

func (c *call) showIncident(d *doing, status int) error {
	page := incidentPage{Action: c.r.URL.Path, Cancel: c.doneAt(d), About: d.about.name, Whole: c.formOf(d.about, standard.ClassRoleIncident)}
	var err error
	if page.Frame, err = c.personFrame(d.about, c.word("Incident")); err != nil {
		return err
	}
	page.Narrow, page.Errors, page.BornText = true, d.faults, page.Person.BornText
	box := func(name, label, hint string) template.HTML {
		return nhsuk.Textarea(nhsuk.TextareaOptions{ID: name, Name: name, Value: d.values.Get(name), Rows: 2, Label: nhsuk.LabelOptions{Text: label, Size: "s"}, Hint: nhsuk.HintOptions{Text: hint},
			ErrorMessage: wrongIn(c.words, d.wrong(name))})
	}
	page.Ask = c.chips(fieldKind, c.word("What kind?"), "", d.values.Get(fieldKind), d.wrong(fieldKind), c.chipsOf(d.action.ByRole(standard.RoleIncidentKind))) +
		box(fieldHappens, c.word("What happened?"), c.word("Only what was seen and heard. Type, or use the microphone of your keyboard."))
	page.More = box(fieldAtOnce, c.word("What was done straight away?"), "") +
		c.chips(fieldHarm, c.word("What harm was done?"), "", d.values.Get(fieldHarm), "", c.chipsOf(d.action.ByRole(standard.RoleHarm))) + c.whenField(d)
	for _, name := range []string{fieldContribution, fieldRecord, fieldFrom} {
		page.Hidden = append(page.Hidden, Hidden{name, d.values.Get(name)})
	}
	page.Hidden = append(page.Hidden, Hidden{fieldBy, c.session.Principal().Account})
	return c.renderAs(status, "incidentnow", page)
}

// writeIncident keeps it, marked as not finished: it stands on the shift, and before the manager, until somebody has finished it.
func (c *call) writeIncident() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	d := &doing{in: c.words, values: values}
	if err := c.incidentHere(d); err != nil {
		return c.lost(values, err)
	}
	content := &standard.Content{Class: d.action}
	kind, known := coded(d.action.ByRole(standard.RoleIncidentKind), values.Get(fieldKind))
	if known {
		set(content, standard.RoleIncidentKind, kind)
	}
	if !known && d.text(fieldHappens) == "" {
		d.fault(fieldKind, c.word("Say what kind of incident it was, or what happened in a few words."))
	}
	for field, role := range map[string]string{fieldHappens: standard.RoleStatement, fieldAtOnce: standard.RoleImmediateAction} {
		if s := d.text(field); s != "" {
			set(content, role, standard.Text(s))
		}
	}
	if v, ok := coded(d.action.ByRole(standard.RoleHarm), values.Get(fieldHarm)); ok {
		set(content, standard.RoleHarm, v)
	}
	setWhen(content, c.when(d))
	set(content, standard.RolePerformer, c.performers(d)...)
	content.Sort()
	if len(d.faults) > 0 {
		return c.showIncident(d, http.StatusUnprocessableEntity)
	}
	_, err = c.session.Commit(c.ctx, &record.Proposal{ID: uidOr(values, fieldContribution), Stream: d.about.uid, Description: "Incident, taken down at once", Changes: []record.ProposedChange{
		{Path: "/incident", Type: record.Create, Record: uidOr(values, fieldRecord), Class: d.action.ID, Status: record.Incomplete, Content: content.AppendJSON(nil)},
	}})
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid {
		for _, p := range fault.Problems {
			d.fault(fieldHappens, p.Message)
		}
		return c.showIncident(d, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	c.say(c.word("The incident is kept for {name}. Finish it when everybody is safe: it stands on the shift until then.", "name", d.about.name))
	if meansOf(content, standard.RoleIncidentKind, standard.MeansFall) { // what to look for, when, and whom to call comes before anything else
		return c.redirect(d.about.href("/falls/" + uidOr(values, fieldRecord).String()))
	}
	return c.redirect(c.doneAt(d))
}
