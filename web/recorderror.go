package web

import (
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// confirmPage asks somebody to confirm one thing about a record: that it should never have been there, or that it is signed.
type confirmPage struct {
	Frame
	Heading  string
	Intro    []string
	Class    string
	Title    string
	Action   string
	Hidden   []Hidden
	Fields   template.HTML
	Button   string
	Danger   bool
	About    string
	BornText string
	Cancel   string
}

// confirm begins such a page about the current version of the record.
func (c *call) confirm(a *about, last *record.Version, content *standard.Content, title string) (confirmPage, error) {
	frame, err := c.personFrame(a, title)
	page := confirmPage{
		Frame: frame, Heading: title, Class: content.Class.Name, Title: content.Title(), About: a.name,
		Cancel: a.base + "/records/" + last.Record.String(),
		Hidden: []Hidden{{fieldContribution, uuid.Must(uuid.NewV7()).String()}, {fieldExpected, strconv.Itoa(last.Number)},
			{fieldBy, c.session.Principal().Account}},
	}
	page.Narrow = true
	if frame.Person != nil {
		page.BornText = frame.Person.BornText
	}
	return page, err
}

// markError asks why a record should never have been there.
func (c *call) markError(kind standard.Stream) error {
	a, last, content, err := c.changing(kind, record.MarkError)
	if err != nil {
		return err
	}
	return c.showMarkError(a, last, content, "", "")
}

func (c *call) showMarkError(a *about, last *record.Version, content *standard.Content, reason, fault string) error {
	page, err := c.confirm(a, last, content, "Mark as entered in error")
	if err != nil {
		return err
	}
	page.Action, page.Button, page.Danger = page.Cancel+"/error", "Mark as entered in error", true
	page.Intro = []string{
		"Use this when the record should never have been there: the wrong person, or something that did not happen.",
		"It stays readable, marked, and out of all lists. It cannot be changed again. If only a detail is wrong, correct it instead.",
	}
	page.Fields = nhsuk.Textarea(nhsuk.TextareaOptions{
		ID: fieldReason, Name: fieldReason, Value: reason, Rows: 3, ErrorMessage: wrongIn(c.words, fault),
		Label: nhsuk.LabelOptions{Text: "Why should it not be there?", Size: "s"},
	})
	if fault != "" {
		page.Errors = []form.Error{{Href: "#" + fieldReason, Text: fault}}
		return c.renderAs(http.StatusUnprocessableEntity, "confirm", page)
	}
	return c.render("confirm", page)
}

// commitError marks it.
func (c *call) commitError(kind standard.Stream) error {
	a, last, content, err := c.changing(kind, record.MarkError)
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	reason := strings.TrimSpace(values.Get(fieldReason))
	expected, err := strconv.Atoi(values.Get(fieldExpected))
	if err != nil {
		expected = last.Number
	}
	id, err := uuid.Parse(values.Get(fieldContribution))
	if err != nil {
		id = uuid.Must(uuid.NewV7())
	}
	receipts, err := c.session.Commit(c.ctx, &record.Proposal{ID: id, Stream: a.uid, Changes: []record.ProposedChange{
		{Type: record.MarkError, Record: last.Record, Expected: expected, Description: reason},
	}})
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid && len(fault.Problems) > 0 {
		return c.showMarkError(a, last, content, reason, fault.Problems[0].Message)
	}
	if err != nil {
		return err
	}
	return c.saved(a, content.Class, receipts[0], "Marked as entered in error")
}

// sign asks for the reason and the password again.
func (c *call) sign(kind standard.Stream) error {
	a, last, content, err := c.signing(kind)
	if err != nil {
		return err
	}
	return c.showSign(a, last, content, "", "", "")
}

func (c *call) signing(kind standard.Stream) (*about, *record.Version, *standard.Content, error) {
	a, last, content, err := c.changing(kind, record.Attest)
	if err == nil && !c.session.MayDo(c.ctx, access.ToAttest, a.uid) && !c.session.IsSecondPerson(last) {
		err = &standard.Fault{Kind: standard.Forbidden, Message: "With the role " + c.session.Principal().RoleName + " you cannot sign records.",
			Hint: "Ask a senior carer, a nurse or the manager of the home."}
	}
	return a, last, content, err
}

func (c *call) showSign(a *about, last *record.Version, content *standard.Content, reason, field, fault string) error {
	page, err := c.confirm(a, last, content, "Sign this record")
	if err != nil {
		return err
	}
	page.Action, page.Button = page.Cancel+"/sign", "Sign"
	page.Intro = []string{
		"Signing says that you stand by version " + strconv.Itoa(last.Number) + " of this record, as it is now.",
		"You give your password again, so that nobody signs in your name on a screen that you left open. The system then seals exactly this version with its key.",
	}
	why := nhsuk.TextareaOptions{
		ID: fieldReason, Name: fieldReason, Value: reason, Rows: 2, Label: nhsuk.LabelOptions{Text: "What do you sign it for?", Size: "s"},
		Hint: nhsuk.HintOptions{Text: "For example: checked against the label, second person."},
	}
	password := nhsuk.PasswordInputOptions{ID: "password", Name: "password", Label: nhsuk.LabelOptions{Text: "Your password", Size: "s"}}
	switch field {
	case "":
	case fieldReason:
		why.ErrorMessage = wrongIn(c.words, fault)
	default:
		field, password.ErrorMessage = "password", wrongIn(c.words, fault)
	}
	page.Fields = nhsuk.Textarea(why) + c.passwordInput(password)
	if fault != "" {
		page.Errors = []form.Error{{Href: "#" + field, Text: fault}}
		return c.renderAs(http.StatusUnprocessableEntity, "confirm", page)
	}
	return c.render("confirm", page)
}

// commitSign signs the version that was shown.
func (c *call) commitSign(kind standard.Stream) error {
	a, last, content, err := c.signing(kind)
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(values.Get(fieldExpected))
	if err != nil || number != last.Number {
		return &standard.Fault{Kind: standard.Conflict, Message: "Somebody changed this record after you opened it. It was not signed.",
			Hint: "Go back to the record, read what it says now, and sign that."}
	}
	reason := strings.TrimSpace(values.Get(fieldReason))
	receipt, err := c.session.Attest(c.ctx, a.uid, last.Record, number, reason, values.Get("password"))
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid && len(fault.Problems) > 0 {
		field := "password"
		if fault.Problems[0].Path == "/description" {
			field = fieldReason
		}
		return c.showSign(a, last, content, reason, field, fault.Problems[0].Message)
	}
	if err != nil {
		return err
	}
	return c.saved(a, content.Class, receipt, "Signed")
}
