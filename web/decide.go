package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// decidePage asks for one decision about whole records: that two are about one person, that an entry belongs to somebody else, that something is to go.
type decidePage struct {
	Frame
	Heading  string
	Intro    []string
	Facts    []DecideFact
	Links    []Link
	Find     template.HTML // looks for another person
	Kept     []Hidden      // what the search carries along
	Action   string
	Hidden   []Hidden
	Files    bool // a file is sent with it
	Fields   template.HTML
	Button   string
	Watch    string // where is told how far it is, once the form was sent
	Danger   bool
	About    string
	BornText string
	Cancel   string
	Refusal  *Refusal
}

// DecideFact is one thing to know before deciding.
type DecideFact struct{ Name, Text string }

// Refusal is the other decision that can be made.
type Refusal struct {
	Heading string
	Action  string
	Fields  template.HTML
	Button  string
}

// The fields of these pages.
const (
	fieldOther       = "other"
	fieldWhy         = "why"
	fieldDifferences = "differences"
	fieldBasis       = "basis"
	fieldPassword    = "password"
)

// decide begins such a page about a person.
func (c *call) decide(a *about, heading, path string) (decidePage, error) {
	frame, err := c.personFrame(a, heading)
	page := decidePage{Frame: frame, Heading: heading, Action: a.base + path, About: a.name, Cancel: a.base, Hidden: c.by()}
	page.Narrow = true
	if frame.Person != nil {
		page.BornText = frame.Person.BornText
	}
	return page, err
}

// by lets a form through that is posted after its sender's time ran out.
func (c *call) by() []Hidden { return []Hidden{{fieldBy, c.session.Principal().Account}} }

// faults puts what was refused beside the fields: fields are named like the paths of the problems. Another error is given back.
func (page *decidePage) faults(err error) (map[string]string, error) {
	var fault *standard.Fault
	said := map[string]string{}
	if !errors.As(err, &fault) || fault.Kind != standard.Invalid || len(fault.Problems) == 0 {
		return said, err
	}
	for _, p := range fault.Problems {
		field := strings.Trim(p.Path, "/")
		said[field] = p.Message
		page.Errors = append(page.Errors, form.Error{Href: "#" + field, Text: p.Message})
	}
	return said, nil
}

// showDecision shows the page, with the status that its faults mean.
func (c *call) showDecision(page decidePage) error {
	if len(page.Errors) > 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "decide", page)
	}
	return c.render("decide", page)
}

func whyField(name, label, hint, value, fault string) template.HTML {
	return nhsuk.Textarea(nhsuk.TextareaOptions{ID: name, Name: name, Value: value, Rows: 3, ErrorMessage: nhsuk.ErrorMessageOptions{Text: fault},
		Label: nhsuk.LabelOptions{Text: label, Size: "s"}, Hint: nhsuk.HintOptions{Text: hint}})
}

// chooser looks for another person and offers those who were found.
func (c *call) chooser(a *about, page *decidePage, question string, values url.Values, fault string) (template.HTML, error) {
	asked := strings.TrimSpace(values.Get("q"))
	page.Find = nhsuk.Input(nhsuk.InputOptions{ID: "q", Name: "q", Value: asked, Label: nhsuk.LabelOptions{Text: "Find somebody by name or NHS number"}, Autocomplete: "off"})
	if asked == "" {
		return "", nil
	}
	page.Hidden = append(page.Hidden, Hidden{"q", asked})
	people, _, err := a.view.People(c.ctx, access.PeopleQuery{Search: asked, All: true, Limit: 20})
	if err != nil {
		return "", err
	}
	o := nhsuk.RadiosOptions{Name: fieldOther, IDPrefix: fieldOther, Value: values.Get(fieldOther), ErrorMessage: wrongIn(c.words, fault),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: question, Size: "s"}}}
	for _, p := range people {
		if p.UID == a.uid {
			continue
		}
		facts := "Born " + plain.Date(p.Card.Born)
		if number := plain.NHSNumber(p.Card.NHSNumber); number != "" {
			facts += ", NHS number " + number
		}
		if p.PlaceName != "" {
			facts += ", " + p.PlaceName
		}
		o.Items = append(o.Items, nhsuk.RadioItem{Value: p.UID.String(), Text: care.FullName(p.Card), Hint: nhsuk.HintOptions{Text: facts}})
	}
	if len(o.Items) == 0 {
		return "", nil
	}
	return nhsuk.Radios(o), nil
}

func otherOf(values url.Values) uuid.UUID {
	uid, err := uuid.Parse(values.Get(fieldOther))
	if err != nil {
		return uuid.Nil
	}
	return uid
}
