package web

import (
	"errors"
	"html/template"
	"net/http"

	"rosemary/access"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// redeemPage asks for the code of a pass.
type redeemPage struct {
	Frame
	Field   template.HTML
	Message string
	Hint    string
}

// redeem shows the page.
func (c *call) redeem() error { return c.showRedeem(http.StatusOK, "", nil) }

func (c *call) showRedeem(status int, code string, fault *standard.Fault) error {
	page := redeemPage{Frame: c.frame("Come in with a code")}
	page.Narrow = true
	o := nhsuk.InputOptions{
		ID: "code", Name: "code", Value: code, Label: nhsuk.LabelOptions{Text: "The code that you were given", Size: "s"},
		Hint: nhsuk.HintOptions{Text: "Twelve letters and digits, for example ABCD-2345-EFGH. It works once."}, Autocapitalize: "characters", Spellcheck: nhsuk.No, Classes: "nhsuk-input--width-20",
	}
	if fault != nil {
		page.Message, page.Hint, o.ErrorMessage = fault.Message, fault.Hint, wrongIn(c.words, fault.Message)
		page.Errors = []form.Error{{Href: "#code", Text: fault.Message}}
	}
	page.Field = nhsuk.Input(o)
	return c.renderAs(status, "redeem", page)
}

// proveRedeem lets in whoever has a pass.
func (c *call) proveRedeem() error {
	sent, err := c.posted()
	if err != nil {
		return err
	}
	from := access.Visitor(c.r.RemoteAddr)
	principal, purpose, err := c.config.Guard.RedeemPass(c.ctx, sent.Get("code"), from)
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Unauthenticated {
		return c.showRedeem(http.StatusUnauthorized, sent.Get("code"), fault)
	}
	if err != nil {
		return err
	}
	if err := c.enter(principal.Account, purpose); err != nil {
		return err
	}
	return c.redirect("/")
}

// enter remembers in a new session of the browser who is there.
func (c *call) enter(account string, purpose access.Purpose) error {
	if err := c.sessions.RenewToken(c.ctx); err != nil {
		return err
	}
	c.sessions.Put(c.ctx, keyAccount, account)
	c.sessions.Put(c.ctx, keyPurpose, string(purpose))
	return nil
}
