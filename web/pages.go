package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"

	"rosemary/care/plain"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

//go:embed templates/*.html
var templateFiles embed.FS // go:embed needs a variable of the package; nothing writes to it

// pages are the templates, one for each page, each within the layout.
type pages struct {
	byName map[string]*template.Template
}

// parsePages reads the embedded templates, in the language of the words. Files whose names begin with an underscore are shared by all pages.
func parsePages(in *plain.Words) (*pages, error) {
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: templates: %w", err)
	}
	var shared, own []string
	for _, name := range files {
		if strings.HasPrefix(name, "templates/_") {
			shared = append(shared, name)
		} else {
			own = append(own, name)
		}
	}
	p := &pages{byName: map[string]*template.Template{}}
	base, err := template.New("").Option("missingkey=error").Funcs(words(in)).ParseFS(templateFiles, shared...)
	if err != nil {
		return nil, fmt.Errorf("web: templates: %w", err)
	}
	translate(in, base, shared...)
	for _, name := range own {
		t, err := template.Must(base.Clone()).ParseFS(templateFiles, name)
		if err != nil {
			return nil, fmt.Errorf("web: templates: %w", err)
		}
		translate(in, t, name)
		p.byName[strings.TrimSuffix(strings.TrimPrefix(name, "templates/"), ".html")] = t
	}
	return p, nil
}

// execute writes a page.
func (p *pages) execute(name string, data any) ([]byte, error) {
	t, ok := p.byName[name]
	if !ok {
		return nil, fmt.Errorf("web: there is no template %s", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", data); err != nil {
		return nil, fmt.Errorf("web: template %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// render shows a page.
func (c *call) render(name string, data any) error {
	return c.renderAs(http.StatusOK, name, data)
}

// renderAs shows a page with a status.
func (c *call) renderAs(status int, name string, data any) error {
	if r := replayOf(c.ctx); r != nil {
		if w, ok := data.(wronged); ok {
			r.wrongs = w.wrongs()
		}
	}
	set, err := c.reader.pages()
	if err != nil {
		return err
	}
	page, err := set.execute(name, data)
	if err != nil {
		return err
	}
	page = c.mending.carried(page)
	if status == http.StatusOK && c.mayKeep(data) {
		c.w.Header().Set(headerKeep, "yes")
	}
	c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.w.Header().Set("Content-Language", c.words.Language())
	c.w.WriteHeader(status)
	_, _ = c.w.Write(page) // whoever asked has gone away
	return nil
}

// renderStatus shows a page about a fault; if even that fails, plain words.
func (c *call) renderStatus(status int, name string, data any) {
	if err := c.renderAs(status, name, data); err != nil {
		c.config.Log.Error("page about a fault", "error", err)
		http.Error(c.w, "Something went wrong. Nothing was changed. Go back and try again.", status)
	}
}

// words are the functions that templates use: components of the design system with the few options that our pages need.
func words(in *plain.Words) template.FuncMap {
	scripts := scriptWords(in)
	return template.FuncMap{
		"language":  in.Language,
		"scripts":   func() string { return scripts },
		"direction": in.Direction,
		"say":       in.Say,
		"both":      in.Both,
		"count":     in.Count,
		"counted":   in.Counted,
		"nhs":       plain.NHSNumber,
		"date":      in.Date,
		"whole":     plain.Whole,
		"add":       func(a, b int) int { return a + b },
		"button": func(text string) template.HTML {
			return nhsuk.Button(nhsuk.ButtonOptions{Text: text, PreventDoubleClick: nhsuk.Yes})
		},
		"act": func(text, name, value string) template.HTML {
			return nhsuk.Button(nhsuk.ButtonOptions{Text: text, Name: name, Value: value, PreventDoubleClick: nhsuk.Yes})
		},
		"otherAct": func(text, name, value string) template.HTML {
			return nhsuk.Button(nhsuk.ButtonOptions{Text: text, Name: name, Value: value, Variant: "secondary", PreventDoubleClick: nhsuk.Yes})
		},
		"smallAct": func(text, name, value string) template.HTML {
			return nhsuk.Button(nhsuk.ButtonOptions{Text: text, Name: name, Value: value, Variant: "secondary", Small: true})
		},
		"smallButton": func(text string) template.HTML {
			return nhsuk.Button(nhsuk.ButtonOptions{Text: text, Variant: "secondary", Small: true})
		},
		"warnButton": func(text string) template.HTML {
			return nhsuk.Button(nhsuk.ButtonOptions{Text: text, Variant: "warning", PreventDoubleClick: nhsuk.Yes})
		},
		"go": func(text, href string) template.HTML {
			return nhsuk.Button(nhsuk.ButtonOptions{Text: text, Href: href})
		},
		"goSmall": func(text, href string) template.HTML {
			return nhsuk.Button(nhsuk.ButtonOptions{Text: text, Href: href, Variant: "secondary", Small: true})
		},
		"tag": func(text, colour string) template.HTML {
			return nhsuk.Tag(nhsuk.TagOptions{Text: text, Colour: nhsuk.TagColour(colour)})
		},
		"backLink": func(l *Link) template.HTML {
			return nhsuk.BackLink(nhsuk.BackLinkOptions{Text: l.Text, Href: l.Href})
		},
		"skipLink": func() template.HTML {
			return nhsuk.SkipLink(nhsuk.SkipLinkOptions{Text: in.Say("Skip to main content")})
		},
		"errorSummary": func(errors []form.Error) template.HTML {
			o := nhsuk.ErrorSummaryOptions{Heading: nhsuk.HeadingOptions{Text: in.Say("There is a problem")}}
			for _, e := range errors {
				o.ErrorList = append(o.ErrorList, nhsuk.ErrorItem{Href: e.Href, Text: e.Text})
			}
			return nhsuk.ErrorSummary(o)
		},
		"said": func(text string) template.HTML {
			return nhsuk.NotificationBanner(nhsuk.NotificationBannerOptions{Variant: "success", Title: nhsuk.HeadingOptions{Text: in.Say("Success")}, Text: text, DisableAutoFocus: nhsuk.Yes})
		},
		"pager": func(p Pager) template.HTML {
			return nhsuk.Pagination(nhsuk.PaginationOptions{
				AriaLabel: in.Say("Pagination"),
				Previous:  nhsuk.PaginationLink{Text: p.FirstText, Href: p.First}, Next: nhsuk.PaginationLink{Text: p.NextText, Href: p.Next},
			})
		},
		"inset": func(text string) template.HTML {
			return nhsuk.InsetText(nhsuk.InsetTextOptions{Text: text, VisuallyHiddenText: in.Say("Information")})
		},
		"warn": func(heading, text string) template.HTML {
			return nhsuk.WarningCallout(nhsuk.WarningCalloutOptions{Heading: nhsuk.HeadingOptions{Text: heading}, Text: text, VisuallyHiddenText: in.Say("Important")})
		},
	}
}

// Pager leads to the next part of a long list, and back to its beginning.
type Pager struct {
	First, FirstText string
	Next, NextText   string
}

// Any reports whether there is anywhere to go.
func (p Pager) Any() bool { return p.First != "" || p.Next != "" }
