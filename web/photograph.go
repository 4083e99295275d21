package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// photographPage asks for a photograph of a person, for the banner.
type photographPage struct {
	Frame
	Action string
	Ask    template.HTML
	Hidden []Hidden
	About  string
	Cancel string
}

// newPhotograph asks for a photograph of the person.
func (c *call) newPhotograph() error {
	a, class, err := c.photographing()
	if err != nil {
		return err
	}
	return c.showPhotograph(begin(a, class))
}

// photographing finds whose photograph it will be, and the class of the document that holds it.
func (c *call) photographing() (*about, *standard.Class, error) {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return nil, nil, err
	}
	if err := c.mustWrite(a); err != nil {
		return nil, nil, err
	}
	for _, class := range c.config.Catalogue.ClassesWithRole(standard.ClassRoleDocument) {
		if class.NamesFiles() {
			return a, class, nil
		}
	}
	return nil, nil, errNowhere()
}

func (c *call) showPhotograph(f *filling) error {
	frame, err := c.personFrame(f.about, "Photograph")
	if err != nil {
		return err
	}
	built := form.Build(f.class, form.Content, f.values, f.answers, form.Options{Words: c.words, Zone: c.config.Zone, Preview: f.about.preview})
	page := photographPage{Frame: frame, Action: f.about.base + "/photograph", Cancel: f.about.base, About: f.about.name}
	page.Narrow, page.Errors = true, append(built.Errors, f.faults...)
	for _, field := range append(built.Ask, built.More...) {
		if field.Element.NamesFile() {
			page.Ask = field.HTML()
		}
	}
	for _, name := range []string{fieldContribution, fieldRecord} {
		page.Hidden = append(page.Hidden, Hidden{name, f.values.Get(name)})
	}
	page.Hidden = append(page.Hidden, Hidden{fieldBy, c.session.Principal().Account})
	if len(page.Errors) > 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "photograph", page)
	}
	return c.render("photograph", page)
}

// keepPhotograph keeps the photograph as a document, and names it as the person's, both at once.
func (c *call) keepPhotograph() error {
	a, class, err := c.photographing()
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	f := &filling{about: a, class: class, values: values}
	if done, err := c.photographKept(a, uidOr(values, fieldRecord)); done || err != nil {
		return err
	}
	if values.Get(fieldAct) != actSave {
		form.Act(values, values.Get(fieldAct), c.now(), c.me())
		return c.showPhotograph(f)
	}
	f.answers = form.Read(class, form.Content, values, c.config.Zone)
	if len(record.AttachmentsOf(&f.answers.Content.Group)) == 0 && len(f.answers.Faults) == 0 {
		f.faults = append(f.faults, form.Error{Href: "#form", Text: "Choose a photograph, or take one."})
	}
	if len(f.answers.Faults) > 0 || len(f.faults) > 0 {
		return c.showPhotograph(f)
	}
	p, err := c.photographProposal(f)
	if err != nil {
		return err
	}
	_, err = c.session.Commit(c.ctx, p)
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid {
		f.refused(fault)
		return c.showPhotograph(f)
	}
	if err != nil {
		return err
	}
	c.say("The photograph is kept, and shown at the top of every page about " + a.name + ".")
	return c.redirect(a.base)
}

// photographKept answers a photograph that was sent twice, by a double tap or by a device whose answer was lost: it stands there already.
func (c *call) photographKept(a *about, document uuid.UUID) (bool, error) {
	_, err := a.view.Record(c.ctx, a.uid, document)
	if standard.KindOf(err) == standard.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	c.say("This had been saved already. It was not saved twice.")
	return true, c.redirect(a.base)
}

// photographProposal is one contribution: the document, and the person's record naming it.
func (c *call) photographProposal(f *filling) (*record.Proposal, error) {
	document := uidOr(f.values, fieldRecord)
	content := f.answers.Content
	put(content, standard.RoleName, standard.Text("Photograph of "+f.about.name))
	put(content, standard.RoleEventDate, standard.DateTime(c.now().Format(time.RFC3339)))
	now, err := f.about.view.Record(c.ctx, f.about.uid, f.about.uid)
	if err != nil {
		return nil, err
	}
	person, err := now.Decoded(c.config.Catalogue)
	if err != nil {
		return nil, err
	}
	if person.Class == nil || !put(person, standard.RolePhotograph, standard.Reference{UID: document}) {
		return nil, errNowhere()
	}
	return &record.Proposal{ID: uidOr(f.values, fieldContribution), Stream: f.about.uid, Description: "Photograph for the banner", Changes: []record.ProposedChange{
		{Path: "", Type: record.Create, Record: document, Class: f.class.ID, Content: f.answers.JSON()},
		{Path: "/person", Type: record.Modify, Record: f.about.uid, Expected: now.Number, Status: now.Status, Content: person.AppendJSON(nil)},
	}}, nil
}

// uidOr reads an id that the form carries; a new one where it carries none.
func uidOr(values url.Values, name string) uuid.UUID {
	id, err := uuid.Parse(values.Get(name))
	if err != nil {
		return uuid.Must(uuid.NewV7())
	}
	return id
}

// put sets the answer of the content's own element that plays a role; false when there is none.
func put(content *standard.Content, role string, v standard.Value) bool {
	path := content.Class.Path(role)
	if len(path) != 1 {
		return false
	}
	for i := range content.Entries {
		if content.Entries[i].Element == path[0] {
			content.Entries[i].Values = []standard.Value{v}
			return true
		}
	}
	content.Entries = append(content.Entries, standard.Entry{Element: path[0], Values: []standard.Value{v}})
	return true
}
