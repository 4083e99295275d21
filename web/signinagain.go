package web

import (
	"errors"
	"html/template"
	"net/http"

	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// signInAgainPage asks somebody whose time ran out for the password, with all that was typed sent along.
type signInAgainPage struct {
	Frame
	Account string
	Now     string // who is signed in now: the form was opened by somebody else; "" while nobody is
	Action  string
	Hidden  []Hidden
	Field   template.HTML
}

// The fields by which a form that was posted after the time ran out comes through nevertheless.
const (
	fieldBy    = "by"             // the account that the form was shown to
	fieldAgain = "again_password" // its password
)

// signInAgain lets a form through that was posted after its sender's time ran out: the same account proves itself again on the way, and nothing that
// was typed is lost. It reports false when the answer has been given already. Nobody else can send the form: it would be in the wrong name.
func (c *call) signInAgain() (bool, error) {
	values, err := c.posted()
	if err != nil {
		return false, err
	}
	account := values.Get(fieldBy)
	if account == "" {
		c.askToSignIn()
		return false, nil
	}
	if !values.Has(fieldAgain) {
		return false, c.showSignInAgain(account, "")
	}
	principal, err := c.config.Guard.SignInFrom(c.ctx, account, values.Get(fieldAgain), c.knownBrowser(account))
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Unauthenticated {
		return false, c.showSignInAgain(account, fault.Message)
	}
	if err != nil {
		return false, err
	}
	values.Del(fieldAgain)
	return true, c.beginSession(principal.Account)
}

// openedByAnother reports whether a form that records care was shown to somebody else than who is signed in: it would be saved in the wrong name.
func (c *call) openedByAnother(account string) bool {
	if !replayable[c.r.Pattern] || replayOf(c.ctx) != nil || c.query(fieldEntry) != "" { // an entry that is put right says itself whose it is
		return false
	}
	values, err := c.posted()
	by := values.Get(fieldBy)
	return err == nil && by != "" && by != account
}

func (c *call) showSignInAgain(account, fault string) error {
	now := c.sessions.GetString(c.ctx, keyAccount)
	if now != "" {
		now = c.called(now)
	}
	page := signInAgainPage{Frame: c.frame(c.word("Sign in again")), Now: now, Account: account, Action: c.r.URL.RequestURI(), Hidden: carried(c.r.PostForm, fieldAgain)}
	page.Narrow = true
	if fault != "" {
		page.Errors = []form.Error{{Href: "#" + fieldAgain, Text: fault}}
	}
	page.Field = c.passwordInput(nhsuk.PasswordInputOptions{
		ID: fieldAgain, Name: fieldAgain, Label: nhsuk.LabelOptions{Text: c.word("Your password"), Size: "s"}, ErrorMessage: wrongIn(c.words, fault),
	})
	return c.renderAs(http.StatusUnauthorized, "signinagain", page)
}
