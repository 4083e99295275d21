package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// emergencyPage opens a record in an emergency.
type emergencyPage struct {
	Frame
	Fields template.HTML
}

// emergenciesPage lists what was opened in an emergency, for somebody to look at.
type emergenciesPage struct {
	Frame
	Waiting []EmergencyRow
	Done    []EmergencyRow
}

// EmergencyRow is one time that a record was opened in an emergency.
type EmergencyRow struct {
	Who     string
	Whose   string
	Href    string // who looked at what, about that person
	When    string
	Until   string
	Reason  string
	Finding string
	Verdict Tag
	By      string
	Action  string // where the review is kept; "" when it is done
	Field   template.HTML
}

func (c *call) emergency() error { return c.showEmergency(http.StatusOK, url.Values{}, nil) }

func (c *call) showEmergency(status int, sent url.Values, fault *standard.Fault) error {
	if !c.session.May(access.ToBreakGlass) {
		return errNowhere()
	}
	page := emergencyPage{Frame: c.frame("Open a record in an emergency")}
	page.Narrow = true
	wrong := map[string]string{}
	if fault != nil {
		for _, p := range fault.Problems {
			name := strings.TrimPrefix(p.Path, "/")
			wrong[name] = p.Message
			page.Errors = append(page.Errors, form.Error{Href: "#" + name, Text: c.fault(p.Message)})
		}
		if len(fault.Problems) == 0 {
			wrong["nhsNumber"] = fault.Message
			page.Errors = []form.Error{{Href: "#nhsNumber", Text: fault.Message}}
		}
	}
	input := func(name, label, hint, kind string) {
		o := nhsuk.InputOptions{ID: name, Name: name, Value: sent.Get(name), Type: kind, Label: nhsuk.LabelOptions{Text: label, Size: "s"}, Hint: nhsuk.HintOptions{Text: hint},
			ErrorMessage: wrongIn(c.words, wrong[name]), Autocomplete: "off", Classes: "nhsuk-input--width-20"}
		page.Fields += nhsuk.Input(o)
	}
	input("nhsNumber", "NHS number", "10 digits, for example 999 000 0018. If you do not know it, write the last name and the date of birth.", "")
	input("family", "Last name", "", "")
	input("born", "Date of birth", "", "date")
	page.Fields += nhsuk.Textarea(nhsuk.TextareaOptions{ID: "reason", Name: "reason", Value: sent.Get("reason"), Rows: 3, Label: nhsuk.LabelOptions{Text: "What has happened?", Size: "s"},
		Hint: nhsuk.HintOptions{Text: "For example: found on the road, confused; the ambulance is coming."}, ErrorMessage: wrongIn(c.words, wrong["reason"])})
	return c.renderAs(status, "emergency", page)
}

// breakGlass opens it.
func (c *call) breakGlass() error {
	sent, err := c.posted()
	if err != nil {
		return err
	}
	found, err := c.session.BreakGlass(c.ctx, access.Emergency{NHSNumber: sent.Get("nhsNumber"), Family: sent.Get("family"), Born: sent.Get("born"), Reason: sent.Get("reason")})
	var fault *standard.Fault
	if errors.As(err, &fault) {
		switch fault.Kind {
		case standard.Invalid, standard.NotFound:
			return c.showEmergency(http.StatusUnprocessableEntity, sent, fault)
		}
	}
	if err != nil {
		return err
	}
	c.say("The record is open to you for four hours, to read. The manager is told.")
	return c.redirect("/people/" + found.String())
}

// emergencies lists what waits for a review, and what was reviewed.
func (c *call) emergencies() error { return c.showEmergencies(0, "") }

func (c *call) showEmergencies(wrong int64, message string) error {
	if !c.session.May(access.ToReadAccessLog) {
		return errNowhere()
	}
	list, err := c.session.BrokenGlass(c.ctx)
	if err != nil {
		return err
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	var uids []uuid.UUID
	for _, b := range list {
		uids = append(uids, b.Stream)
	}
	names, err := c.passNames(view, uids)
	if err != nil {
		return err
	}
	page := emergenciesPage{Frame: c.frame("Opened in an emergency")}
	if c.overseer() {
		page.Back = &Link{Text: "Home", Href: "/home"}
	}
	for _, b := range list {
		row := EmergencyRow{Who: c.called(b.Account), Whose: names[b.Stream], Href: "/people/" + b.Stream.String() + "/looked", When: plain.Minute(b.Made, c.config.Zone), Until: plain.Minute(b.Until, c.config.Zone), Reason: b.Reason}
		if !b.Reviewed.IsZero() {
			row.Finding, row.By, row.Verdict = b.Finding, c.called(b.ReviewedBy)+", "+plain.Minute(b.Reviewed, c.config.Zone), Tag{"Was not right", "red"}
			if b.Right {
				row.Verdict = Tag{"Was right", "green"}
			}
			page.Done = append(page.Done, row)
			continue
		}
		id := strconv.FormatInt(b.ID, 10)
		o := nhsuk.TextareaOptions{ID: "finding-" + id, Name: "finding", Rows: 2, Label: nhsuk.LabelOptions{Text: "What did you find?", Size: "s"}}
		if b.ID == wrong {
			o.ErrorMessage = wrongIn(c.words, message)
			page.Errors = append(page.Errors, form.Error{Href: "#finding-" + id, Text: message})
		}
		row.Action, row.Field = "/emergencies/"+id, nhsuk.Textarea(o)
		page.Waiting = append(page.Waiting, row)
	}
	if wrong != 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "emergencies", page)
	}
	return c.render("emergencies", page)
}

// reviewEmergency keeps what somebody found.
func (c *call) reviewEmergency() error {
	id, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	if err != nil {
		return errNowhere()
	}
	sent, err := c.posted()
	if err != nil {
		return err
	}
	err = c.session.ReviewGlass(c.ctx, id, sent.Get("act") == "right", sent.Get("finding"))
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid && len(fault.Problems) > 0 {
		return c.showEmergencies(id, fault.Problems[0].Message)
	}
	if err != nil {
		return err
	}
	c.say("Kept: what you found.")
	return c.redirect("/emergencies")
}
