package web

import (
	"net/http"
	"net/url"
	"strings"

	"rosemary/standard"
	"rosemary/web/nhsuk"
)

const fieldApp = "app"

// apps offers the apps that can be started about somebody.
func (c *call) apps() error { return c.showApps(nil) }

func (c *call) showApps(refused error) error {
	if c.config.Issuer == nil {
		return errNowhere()
	}
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	apps, err := c.session.Launchable(c.ctx)
	if err != nil {
		return err
	}
	page, err := c.decide(a, "Open in an app", "/apps")
	if err != nil {
		return err
	}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	if len(apps) == 0 {
		page.Intro = []string{"No app that can be started from here is registered."}
		return c.showDecision(page)
	}
	page.Intro = []string{"The app asks you what it may see before it sees anything."}
	o := nhsuk.RadiosOptions{Name: fieldApp, IDPrefix: fieldApp, ErrorMessage: wrongIn(c.words, said[fieldApp]),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "Which app?", Size: "s"}}}
	policy := contentPolicy
	for _, app := range apps {
		o.Items = append(o.Items, nhsuk.RadioItem{Value: app.ID, Text: app.Name})
		policy = strings.Replace(policy, "form-action 'self'", "form-action 'self' "+originOf(app.Launch), 1) // the form leads to the app
	}
	c.w.Header().Set("Content-Security-Policy", policy)
	page.Fields, page.Button = nhsuk.Radios(o), "Open it"
	return c.showDecision(page)
}

// startApp leads to the app, with a word by which it learns about whom.
func (c *call) startApp() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	issuer := ""
	if c.config.Issuer != nil {
		issuer = c.config.Issuer(c.r)
	}
	if issuer == "" {
		return &standard.Fault{Kind: standard.Unavailable, Message: "Apps cannot be started here yet.", Hint: "Whoever looks after Rosemary sets address in its configuration."}
	}
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	apps, err := c.session.Launchable(c.ctx)
	if err != nil {
		return err
	}
	for _, app := range apps {
		if app.ID != values.Get(fieldApp) {
			continue
		}
		launch, err := c.session.BeginLaunch(c.ctx, app, a.uid)
		if err != nil {
			return err
		}
		u, err := url.Parse(app.Launch)
		if err != nil {
			return err
		}
		query := u.Query()
		query.Set("iss", issuer)
		query.Set("launch", launch)
		u.RawQuery = query.Encode()
		c.w.Header().Set("Referrer-Policy", "no-referrer")
		http.Redirect(c.w, c.r, u.String(), http.StatusSeeOther)
		return nil
	}
	return c.showApps(standard.Refuse("No app was opened.", []standard.Problem{{Path: "/" + fieldApp, Rule: standard.RuleMustOccur, Message: "Choose an app."}}))
}
