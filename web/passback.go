package web

import (
	"errors"
	"html/template"
	"net/http"

	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// comeBackPage lets whoever came in by a code choose a password to come back with.
type comeBackPage struct {
	Frame
	Account string
	Until   string
	Fields  template.HTML
}

// comeBack shows it.
func (c *call) comeBack() error { return c.showComeBack(http.StatusOK, nil) }

func (c *call) showComeBack(status int, fault *standard.Fault) error {
	p := c.session.Principal()
	if !p.Guest() {
		return errNowhere()
	}
	page := comeBackPage{Frame: c.frame("A password to come back with"), Account: p.Account, Until: plain.Minute(p.Until, c.config.Zone)}
	page.Narrow, page.Guest, page.Back = true, "", &Link{Text: "Back", Href: "/"}
	o := nhsuk.PasswordInputOptions{
		ID: "password", Name: "password", Label: nhsuk.LabelOptions{Text: "Choose a password", Size: "s"}, Autocomplete: "new-password",
		Hint: nhsuk.HintOptions{Text: "At least 10 characters. Three words that do not belong together are easy to keep in mind."},
	}
	if fault != nil && len(fault.Problems) > 0 {
		o.ErrorMessage = wrongIn(c.words, fault.Problems[0].Message)
		page.Errors = []form.Error{{Href: "#password", Text: fault.Problems[0].Message}}
	}
	page.Fields = c.passwordInput(o)
	return c.renderAs(status, "comeback", page)
}

// saveComeBack keeps the password, and goes on in a new session of the browser.
func (c *call) saveComeBack() error {
	sent, err := c.posted()
	if err != nil {
		return err
	}
	err = c.session.ChoosePassword(c.ctx, sent.Get("password"))
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid {
		return c.showComeBack(http.StatusUnprocessableEntity, fault)
	}
	if err != nil {
		return err
	}
	p := c.session.Principal()
	if err := c.enter(p.Account, c.session.Purpose()); err != nil {
		return err
	}
	c.say("Your password is kept. Until " + plain.Minute(p.Until, c.config.Zone) + " you can sign in as " + p.Account + " with it.")
	return c.redirect("/")
}
