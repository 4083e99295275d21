package nhsuk

import "html/template"

// InsetTextOptions are the options of inset text.
type InsetTextOptions struct {
	ID                 string        `json:"id"`
	Text               string        `json:"text"`
	HTML               template.HTML `json:"html"`
	Classes            string        `json:"classes"`
	Attributes         Attributes    `json:"attributes"`
	VisuallyHiddenText string        `json:"visuallyHiddenText"` // Information, if it is empty
}

// InsetText helps to find something in the text of a page.
func InsetText(o InsetTextOptions) template.HTML {
	return el("div", all(set("class", spaced("nhsuk-inset-text", o.Classes)), opt("id", o.ID), o.Attributes),
		lines(hidden(text(or(o.VisuallyHiddenText, "Information"))+": "), paragraph("", o.HTML, o.Text)))
}
