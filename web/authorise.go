package web

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// authoriseBase is where an app sends its user to be allowed (SMART App Launch).
const authoriseBase = "/oauth/authorize"

// The fields of the page beside what the app sent.
const (
	fieldDecision = "decision"
	fieldWhose    = "person"
)

// appParameters are what an app sends; they go through the page as they came, and are checked again when the decision comes.
var appParameters = []string{"response_type", "client_id", "redirect_uri", "scope", "state", "aud", "code_challenge", "code_challenge_method", "launch"}

// appAsks is what an app asks for, checked.
type appAsks struct {
	client   access.Client
	redirect string
	state    string
	scopes   access.Scopes // what it can have of what it asks for
	words    []string
	person   uuid.UUID // whom it was started about; zero: nobody yet
	choose   bool      // somebody must be chosen
	values   url.Values
}

// appFault is what is wrong with what an app asks for, as OAuth says it.
type appFault struct{ code, words string }

func (f *appFault) Error() string { return f.code + ": " + f.words }

// authorise shows what an app asks for. With no registered address to send its user back to, the page says what is wrong; with one, the app hears it.
func (c *call) authorise() error { return c.authoriseWith(c.r.URL.Query(), nil) }

func (c *call) authoriseWith(values url.Values, refused error) error {
	asks, err := c.appAsks(values)
	var wrong *appFault
	if errors.As(err, &wrong) {
		return c.backToApp(asks, url.Values{"error": {wrong.code}, "error_description": {wrong.words}})
	}
	if err != nil {
		return err
	}
	return c.showAuthorise(asks, refused)
}

// decideAuthorise takes the decision: the app gets a code, or hears that it was refused.
func (c *call) decideAuthorise() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	asks, err := c.appAsks(values)
	var wrong *appFault
	switch {
	case errors.As(err, &wrong):
		return c.backToApp(asks, url.Values{"error": {wrong.code}, "error_description": {wrong.words}})
	case err != nil:
		return err
	case values.Get(fieldDecision) == "refuse":
		return c.backToApp(asks, url.Values{"error": {"access_denied"}, "error_description": {"The user did not allow it."}})
	}
	if asks.choose {
		if asks.person, err = uuid.Parse(values.Get(fieldWhose)); err != nil {
			return c.showAuthorise(asks, standard.Refuse("The app was not allowed.", []standard.Problem{{Path: "/" + fieldWhose, Rule: standard.RuleMustOccur, Message: "Choose whose record the app may see."}}))
		}
	}
	code, err := c.session.Allow(c.ctx, access.Consent{
		Client: asks.client, Scopes: asks.scopes, Words: asks.words, Person: asks.person, Redirect: asks.redirect, Challenge: values.Get("code_challenge"),
	})
	if standard.KindOf(err) == standard.NotFound {
		err = standard.Refuse("The app was not allowed.", []standard.Problem{{Path: "/" + fieldWhose, Rule: "unknown", Message: "You cannot see the record of the person who was chosen. Choose somebody else."}})
	}
	if standard.KindOf(err) == standard.Invalid {
		return c.showAuthorise(asks, err)
	}
	if err != nil {
		return err
	}
	return c.backToApp(asks, url.Values{"code": {code}})
}

// backToApp sends the browser back to where the app is registered to be.
func (c *call) backToApp(asks *appAsks, answer url.Values) error {
	u, err := url.Parse(asks.redirect)
	if err != nil {
		return err
	}
	query := u.Query()
	for name, values := range answer {
		query[name] = values
	}
	if asks.state != "" {
		query.Set("state", asks.state)
	}
	u.RawQuery = query.Encode()
	c.w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(c.w, c.r, u.String(), http.StatusSeeOther)
	return nil
}

var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// appAsks reads and checks what an app asks for. Until the address to send its user back to is known to be the app's, what is wrong is said on a page; from then on with an appFault.
func (c *call) appAsks(values url.Values) (*appAsks, error) {
	if c.config.Issuer == nil {
		return nil, errNowhere()
	}
	client, err := c.config.Guard.Client(c.ctx, values.Get("client_id"))
	if standard.KindOf(err) == standard.NotFound || err == nil && client.Kind != access.AppClient {
		return nil, &standard.Fault{Kind: standard.Invalid, Message: "The app that sent you here is not registered.", Hint: "Close this page. If you need the app, tell whoever looks after Rosemary."}
	}
	if err != nil {
		return nil, err
	}
	a := &appAsks{client: client, redirect: values.Get("redirect_uri"), state: values.Get("state"), values: values}
	if !slices.Contains(client.Redirects, a.redirect) || len(values["redirect_uri"]) != 1 || len(values["client_id"]) != 1 {
		return nil, &standard.Fault{Kind: standard.Invalid, Message: "The app would send you somewhere that it is not registered for.", Hint: "Close this page, and tell whoever looks after Rosemary: somebody may be trying to trick you."}
	}
	for _, name := range appParameters {
		if len(values[name]) > 1 {
			return a, &appFault{"invalid_request", "The parameter " + name + " came more than once."}
		}
	}
	if len(a.state) > 2000 {
		a.state = ""
		return a, &appFault{"invalid_request", "The state is longer than 2000 characters."}
	}
	issuer := c.config.Issuer(c.r)
	switch {
	case issuer == "":
		return a, &appFault{"temporarily_unavailable", "This installation does not know its own address. Whoever looks after it sets address in its configuration."}
	case values.Get("response_type") != "code":
		return a, &appFault{"unsupported_response_type", "response_type must be code."}
	case strings.TrimSuffix(values.Get("aud"), "/") != issuer:
		return a, &appFault{"invalid_request", "aud must be the address of this FHIR service: " + issuer + "."}
	case values.Get("code_challenge_method") != "S256" || !challengeForm.MatchString(values.Get("code_challenge")):
		return a, &appFault{"invalid_request", "PKCE is needed: code_challenge, and code_challenge_method=S256."}
	}
	return a, c.readAsked(a)
}

// readAsked reads the scopes, and about whom the app was started.
func (c *call) readAsked(a *appAsks) error {
	scopes, words, problems := access.ParseScopes(a.values.Get("scope"))
	if len(problems) > 0 {
		return &appFault{"invalid_scope", problems[0].Message}
	}
	if a.scopes, a.words = scopes.Within(a.client.Scopes), words; len(a.scopes) == 0 {
		return &appFault{"invalid_scope", "The app asks for nothing that it was registered for."}
	}
	a.choose = a.scopes.Bound() || slices.Contains(words, access.LaunchPatient)
	launch := a.values.Get("launch")
	if launch == "" {
		return nil
	}
	person, err := c.session.LaunchedAbout(c.ctx, a.client.ID, launch)
	if standard.KindOf(err) == standard.NotFound {
		return &appFault{"invalid_request", "The launch is not known, or too old. Start the app again from the person's page."}
	}
	a.person, a.choose = person, false
	return err
}

// hidden is what the app sent, carried through a form.
func (a *appAsks) hidden() (all []Hidden) {
	for _, name := range appParameters {
		if text := a.values.Get(name); text != "" {
			all = append(all, Hidden{name, text})
		}
	}
	return all
}

func (c *call) showAuthorise(asks *appAsks, refused error) error {
	name := asks.client.Name
	page := decidePage{Frame: c.frame("Allow an app"), Heading: "Allow " + name + "?", Action: authoriseBase, Hidden: append(c.by(), asks.hidden()...), Button: "Allow " + name}
	page.Narrow = true
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	page.Intro = []string{
		name + " is an app of somebody else's. It asks to work for you. It never gets more than you may see and do yourself, and everything it looks at and writes is logged under your name.",
		"Allow it only if you have just started it, and somebody here told you to use it.",
	}
	see, write, mark, err := askedWords(asks.scopes)
	if err != nil {
		return err
	}
	fact := func(name, text string) {
		if text != "" {
			page.Facts = append(page.Facts, DecideFact{name, text})
		}
	}
	if err := c.personAsked(asks, &page, said[fieldWhose]); err != nil {
		return err
	}
	fact("It may see", see)
	fact("It may write", write)
	fact("It may mark as a mistake", mark)
	fact("How long", asks.howLong())
	if asks.client.Waits && write != "" {
		fact("What it writes", "Waits until somebody here has looked at it")
	}
	page.Refusal = &Refusal{Heading: "If you are not sure", Action: authoriseBase, Button: "Do not allow it", Fields: `<input type="hidden" name="decision" value="refuse">`}
	c.w.Header().Set("Content-Security-Policy", strings.Replace(contentPolicy, "form-action 'self'", "form-action 'self' "+originOf(asks.redirect), 1)) // the decision leads to the app
	return c.showDecision(page)
}

// howLong says until when an app may go on.
func (a *appAsks) howLong() string {
	switch {
	case slices.Contains(a.words, access.OfflineAccess) && a.client.Stays:
		return "90 days, also when you are not signed in"
	case slices.Contains(a.words, access.OnlineAccess):
		return "12 hours"
	}
	return "15 minutes"
}

// originOf is where an address leads, as a policy names it.
func originOf(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return ""
	case u.Host == "":
		return u.Scheme + ":"
	}
	return u.Scheme + "://" + u.Host
}

// personAsked says whose record the app is about, or lets somebody be chosen.
func (c *call) personAsked(asks *appAsks, page *decidePage, fault string) error {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	if !asks.choose {
		text := "Everybody whose record you may see"
		if asks.person != uuid.Nil {
			person, err := view.Person(c.ctx, asks.person)
			if err != nil {
				return err
			}
			text = care.FullName(person.Card) + ", born " + plain.Date(person.Card.Born)
			if !asks.scopes.Bound() {
				text += ", and everybody else whose record you may see"
			}
		}
		page.Facts = append(page.Facts, DecideFact{"Whose record", text})
		return nil
	}
	asked := strings.TrimSpace(asks.values.Get("q"))
	page.Kept = asks.hidden()
	page.Find = nhsuk.Input(nhsuk.InputOptions{ID: "q", Name: "q", Value: asked, Label: nhsuk.LabelOptions{Text: "Whose record? Find them by name or NHS number"}, Autocomplete: "off"})
	page.Hidden = append(page.Hidden, Hidden{"q", asked})
	people, _, err := view.People(c.ctx, access.PeopleQuery{Search: asked, Limit: 20})
	if err != nil {
		return err
	}
	o := nhsuk.RadiosOptions{Name: fieldWhose, IDPrefix: fieldWhose, Value: asks.values.Get(fieldWhose), ErrorMessage: wrongIn(c.words, fault),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "Whose record may it see?", Size: "m"}}}
	for _, p := range people {
		facts := "Born " + plain.Date(p.Card.Born)
		if p.Room != "" {
			facts += ", " + p.Room
		}
		o.Items = append(o.Items, nhsuk.RadioItem{Value: p.UID.String(), Text: care.FullName(p.Card), Hint: nhsuk.HintOptions{Text: facts}})
	}
	if len(o.Items) == 0 {
		page.Intro = append(page.Intro, "Nobody was found. Look for somebody by another part of their name.")
		page.Button = ""
		return nil
	}
	page.Fields = nhsuk.Radios(o)
	return nil
}
