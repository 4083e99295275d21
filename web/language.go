package web

import (
	"html/template"
	"net/http"

	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// languagePage is where whoever is signed in chooses the language of their pages.
type languagePage struct {
	Frame
	Fields template.HTML
}

const fieldLanguage = "language"

// languageRoutes are the pages on which a language is chosen.
func languageRoutes(everybody, signedIn func(pattern string, page func(*call) error)) {
	everybody("GET /sign-in/language", (*call).chooseLanguage)
	signedIn("GET /language", (*call).myLanguage)
	signedIn("POST /language", (*call).keepLanguage)
}

// myLanguage shows the languages there are.
func (c *call) myLanguage() error { return c.showLanguages(http.StatusOK, "") }

func (c *call) showLanguages(status int, fault string) error {
	page := languagePage{Frame: c.frame(c.word("Your language"))}
	page.Narrow = true
	if fault != "" {
		page.Errors = []form.Error{{Href: "#" + fieldLanguage, Text: fault}}
	}
	o := nhsuk.RadiosOptions{
		IDPrefix: fieldLanguage, Name: fieldLanguage, Value: c.session.Principal().Language, ErrorMessage: wrongIn(c.words, fault),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: c.word("Which language do you want to read the pages in?"), Size: "s"}},
		Hint:     nhsuk.HintOptions{Text: c.word("What is written in a record stays as it was written.")},
	}
	o.Items = []nhsuk.RadioItem{{Value: asBrowser, Text: c.word("As my browser is set")}}
	if o.Value == "" {
		o.Value = asBrowser
	}
	for _, l := range c.languages("") {
		o.Items = append(o.Items, nhsuk.RadioItem{Value: l.Tag, HTML: html(`<span lang="`, template.HTML(template.HTMLEscapeString(l.Tag)), `" dir="`, template.HTML(l.Direction), `">`, template.HTML(template.HTMLEscapeString(l.Name)), `</span>`)})
	}
	page.Fields = nhsuk.Radios(o)
	return c.renderAs(status, "language", page)
}

// asBrowser is posted by whoever wants what their browser asks for.
const asBrowser = "browser"

// keepLanguage keeps the choice in the account.
func (c *call) keepLanguage() error {
	sent, err := c.posted()
	if err != nil {
		return err
	}
	tag := sent.Get(fieldLanguage)
	if tag == asBrowser {
		tag = ""
	} else if c.tongueOf(tag) == nil {
		return c.showLanguages(http.StatusUnprocessableEntity, c.word("Choose one of the languages."))
	}
	if err := c.session.ChooseLanguage(c.ctx, tag); err != nil {
		return err
	}
	c.listenTo(tag)
	c.say(c.word("Your language is kept."))
	return c.redirect("/language")
}

// LanguageLink leads to a page in another language.
type LanguageLink struct {
	Tag       string
	Name      string
	Direction string
	Href      string
	Current   bool
}

// languages are those that pages can be read in, each called what it calls itself; none where there is English only.
func (c *call) languages(href string) []LanguageLink {
	if len(c.tongues) < 2 {
		return nil
	}
	var list []LanguageLink
	for _, t := range c.tongues {
		name := "English"
		if t.words != nil {
			name = t.words.Name
		}
		list = append(list, LanguageLink{Tag: t.words.Language(), Name: name, Direction: t.words.Direction(), Href: href + t.words.Language(), Current: t == c.reader})
	}
	return list
}

// chooseLanguage keeps the language that somebody chose before they signed in, and leads back.
func (c *call) chooseLanguage() error {
	if t := c.tongueOf(c.query("in")); t != nil {
		http.SetCookie(c.w, &http.Cookie{
			Name: keyLanguage, Value: t.words.Language(), Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: c.config.Secure, SameSite: http.SameSiteLaxMode,
		})
	}
	return c.redirect("/sign-in")
}
