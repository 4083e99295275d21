package nhsuk

import "html/template"

// SkipLinkOptions are the options of a skip link.
type SkipLinkOptions struct {
	ID         string        `json:"id"`
	Text       string        `json:"text"` // Skip to main content, if it is empty
	HTML       template.HTML `json:"html"`
	Href       string        `json:"href"` // #maincontent, if it is empty
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
}

// SkipLink lets those who use a keyboard skip what is the same on every page.
func SkipLink(o SkipLinkOptions) template.HTML {
	return el("a", all(set("class", spaced("nhsuk-skip-link", o.Classes)), opt("id", o.ID),
		set("data-module", "nhsuk-skip-link"), set("href", or(o.Href, "#maincontent")), o.Attributes),
		lines(content(o.HTML, or(o.Text, "Skip to main content"))))
}
