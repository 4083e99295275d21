package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"

	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// signInPage asks who somebody is.
type signInPage struct {
	Frame
	Next      string
	Fields    template.HTML
	Message   string // why it did not work
	Hint      string
	Demo      *DemoNotice
	Ended     bool           // signed out on purpose
	Instead   string         // says who is signed in on this device now; "" for nobody
	Languages []LanguageLink // that the page can be read in; none where there is English only
}

// signIn shows the page; who is signed in already goes on.
func (c *call) signIn() error {
	if c.sessions.GetString(c.ctx, keyAccount) != "" && c.query("me") == "" {
		return c.redirect(ownPath(c.query("next")))
	}
	return c.showSignIn(http.StatusOK, c.query("next"), "", nil)
}

func (c *call) showSignIn(status int, next, account string, fault *standard.Fault) error {
	page := signInPage{Frame: c.frame(c.word("Sign in")), Next: ownPath(next), Demo: c.config.Demo, Ended: c.query("ended") != ""}
	if account := c.sessions.GetString(c.ctx, keyAccount); account != "" {
		page.Instead = c.word("{name} is signed in on this device. When you sign in, it is you. What they have not sent yet stays theirs.", "name", c.called(account))
	}
	page.Narrow, page.Languages = true, c.languages("/sign-in/language?in=")
	o := nhsuk.InputOptions{
		ID: "account", Name: "account", Value: account, Label: nhsuk.LabelOptions{Text: c.word("Your account name"), Size: "s"},
		Autocomplete: "username", Autocapitalize: "none", Spellcheck: nhsuk.No,
	}
	p := nhsuk.PasswordInputOptions{
		ID: "password", Name: "password", Label: nhsuk.LabelOptions{Text: c.word("Your password"), Size: "s"}, Autocomplete: "current-password",
	}
	if fault != nil {
		page.Message, page.Hint = c.fault(fault.Message), c.fault(fault.Hint)
		page.Errors = []form.Error{{Href: "#account", Text: c.fault(fault.Message)}}
		o.ErrorMessage = wrongIn(c.words, c.fault(fault.Message))
	}
	page.Fields = nhsuk.Input(o) + c.passwordInput(p)
	return c.renderAs(status, "signin", page)
}

// proveSignIn checks the password and begins a browser's session.
func (c *call) proveSignIn() error {
	sent, err := c.posted()
	if err != nil {
		return err
	}
	principal, err := c.config.Guard.SignInFrom(c.ctx, sent.Get("account"), sent.Get("password"), c.knownBrowser(sent.Get("account")))
	if standard.KindOf(err) == standard.Unauthenticated {
		var fault *standard.Fault
		errors.As(err, &fault)
		return c.showSignIn(http.StatusUnauthorized, sent.Get("next"), sent.Get("account"), fault)
	}
	if err != nil {
		return err
	}
	if err := c.beginSession(principal.Account); err != nil {
		return err
	}
	c.knowBrowser(principal.Account)
	return c.redirect(ownPath(sent.Get("next")))
}

// beginSession remembers in a new session of the browser who has signed in.
func (c *call) beginSession(account string) error {
	purpose, err := c.purposeOf(c.ctx, account)
	if err != nil {
		return err
	}
	return c.enter(account, purpose)
}

// signOut ends the browser's session.
func (c *call) signOut() error {
	if err := c.sessions.Destroy(c.ctx); err != nil {
		return err
	}
	return c.redirect("/sign-in?" + url.Values{"ended": {"yes"}}.Encode())
}
