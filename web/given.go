package web

import (
	"errors"
	"html/template"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// givenPage shows who was given a record and, once it is corrected, who must be told; and takes down that somebody was told.
type givenPage struct {
	Frame
	Heading  string
	Class    string
	Title    string
	Record   string     // where the record is shown
	Version  int        // that corrects it last; 0: it never was corrected
	MustTell bool       // somebody was given what has been corrected since
	Unknown  bool       // the reader may not know who
	Some     bool       // it was given to somebody
	Wrong    []GivenRow // who must be told
	Told     []GivenRow // who was, since the correction
	Others   []GivenRow // whoever was given what is right
	Action   string     // where it is taken down that somebody was told; "" when the reader may not write here
	Hidden   []Hidden
	Field    template.HTML
	About    string
	BornText string
}

// GivenRow is one time at which a record was given to somebody.
type GivenRow struct {
	To      string
	What    string
	When    string
	Who     string
	Role    string
	Why     string
	Version int
}

// given shows who was given the record of the address.
func (c *call) given(kind standard.Stream) error { return c.showGiven(kind, "", "") }

func (c *call) showGiven(kind standard.Stream, words, fault string) error {
	a, rec, versions, err := c.recordOf(kind)
	if err != nil {
		return err
	}
	last := versions[len(versions)-1]
	content, err := last.Decoded(c.config.Catalogue)
	if err != nil {
		return err
	}
	d, err := c.session.DisclosuresOf(c.ctx, a.uid, rec, 0)
	if err != nil {
		return err
	}
	var people []uuid.UUID
	for _, one := range d.List {
		people = append(people, one.Worker)
	}
	n, err := c.namer(a, nil, people...)
	if err != nil {
		return err
	}
	page := givenPage{
		Heading: "Who was given this", Class: c.className(content, last), Title: c.title(content), Record: a.href("/records/" + rec.String()), About: a.name,
		Version: d.Corrected, MustTell: d.MustTell, Unknown: !d.Known, Some: d.Some,
	}
	if d.MustTell {
		page.Heading = "Who must be told?"
	}
	for _, one := range d.List {
		row := c.givenRow(n, one)
		switch {
		case one.Wrong:
			page.Wrong = append(page.Wrong, row)
		case one.Action == access.ByWord && d.Corrected > 0:
			page.Told = append(page.Told, row)
		default:
			page.Others = append(page.Others, row)
		}
	}
	if page.Frame, err = c.personFrame(a, page.Heading); err != nil {
		return err
	}
	if page.Person != nil {
		page.BornText = page.Person.BornText
	}
	if a.past == "" && c.mayWrite(a) && d.Some {
		page.asks(c, a, rec, d.Latest, words, fault)
	}
	if fault != "" {
		return c.renderAs(http.StatusUnprocessableEntity, "given", page)
	}
	return c.render("given", page)
}

// asks adds the form that takes down who was told.
func (p *givenPage) asks(c *call, a *about, rec uuid.UUID, number int, words, fault string) {
	p.Action = a.base + "/records/" + rec.String() + "/given"
	p.Hidden = []Hidden{{fieldContribution, uuid.Must(uuid.NewV7()).String()}, {fieldExpected, strconv.Itoa(number)}, {fieldBy, c.session.Principal().Account}}
	p.Field = nhsuk.Textarea(nhsuk.TextareaOptions{
		ID: fieldReason, Name: fieldReason, Value: words, Rows: 2, ErrorMessage: wrongIn(c.words, fault),
		Label: nhsuk.LabelOptions{Text: "Who was told, and how?", Size: "s"},
		Hint:  nhsuk.HintOptions{Text: "For example: rang the surgery, spoke to the duty doctor. It is kept with the record."},
	})
	if fault != "" {
		p.Errors = []form.Error{{Href: "#" + fieldReason, Text: fault}}
	}
}

// givenRow words one time at which the record was given to somebody.
func (c *call) givenRow(n *namer, d access.Disclosure) GivenRow {
	row := GivenRow{
		To: d.To, When: plain.Minute(d.At, c.config.Zone), Who: n.name(d.Worker), Role: roleWords(string(d.Role)), Why: d.Why, Version: d.Number,
		What: givenWords(d.Action),
	}
	if row.Who == "" {
		row.Who = c.called(d.Account)
	}
	if row.Who == "" {
		row.Who = "Whoever looks after this computer"
	}
	switch {
	case d.Action == access.ByWord:
		row.To, row.Why = d.Why, ""
	case row.To == "":
		row.To = "It was not said to whom: ask " + row.Who
	}
	return row
}

func givenWords(action string) string {
	switch action {
	case "hospital-pack":
		return "The transfer pack went to hospital with them"
	case "transfer":
		return "The record went to their system"
	case "export":
		return "A copy of the whole record was taken out"
	case "extract":
		return "An extract of the record was given: this may have been in it"
	case "bulk-export":
		return "What stands in the record went to another program, with the records of others"
	case "notification":
		return "What it says was sent to another program when it was saved"
	case access.ByWord:
		return "Told"
	}
	return lookedWords(access.Entry{Action: action})
}

// tell takes down that somebody was told.
func (c *call) tell(kind standard.Stream) error {
	a, rec, versions, err := c.recordOf(kind)
	if err != nil {
		return err
	}
	if err := c.mustWrite(a); err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(values.Get(fieldExpected))
	if err != nil {
		number = versions[len(versions)-1].Number
	}
	id, err := uuid.Parse(values.Get(fieldContribution))
	if err != nil {
		id = uuid.Must(uuid.NewV7())
	}
	_, err = c.session.Tell(c.ctx, id, a.uid, rec, number, values.Get(fieldReason))
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid && len(fault.Problems) > 0 {
		return c.showGiven(kind, values.Get(fieldReason), fault.Problems[0].Message)
	}
	if err != nil {
		return err
	}
	c.say("Kept with the record: who was told.")
	return c.redirect(a.base + "/records/" + rec.String() + "/given")
}

// mustTell is where it says who must be told of a change that was saved; "" when it corrected nothing, or nobody was given what it corrects.
func (c *call) mustTell(a *about, how record.ChangeType, rec uuid.UUID) (string, error) {
	if how != record.Correct && how != record.MarkError {
		return "", nil
	}
	d, err := c.session.DisclosuresOf(c.ctx, a.uid, rec, 0)
	if standard.KindOf(err) == standard.NotFound {
		return "", nil // it is held closely: whoever wrote it may not open it again
	}
	if err != nil || !d.MustTell {
		return "", err
	}
	return a.base + "/records/" + rec.String() + "/given", nil
}
