package nhsuk

import "html/template"

// BackLinkOptions are the options of a back link. Without an address it is a button that sends the form it is in.
type BackLinkOptions struct {
	ID                 string        `json:"id"`
	Text               string        `json:"text"` // Back, if it is empty
	HTML               template.HTML `json:"html"`
	Type               string        `json:"type"`
	Href               string        `json:"href"`
	Variant            string        `json:"variant"` // reverse
	Classes            string        `json:"classes"`
	Attributes         Attributes    `json:"attributes"`
	VisuallyHiddenText string        `json:"visuallyHiddenText"`
}

// BackLink leads to the page before.
func BackLink(o BackLinkOptions) template.HTML {
	class := spaced("nhsuk-back-link", modifier("nhsuk-back-link", o.Variant, o.Classes, "reverse"), o.Classes)
	return linkOrButton(o.Href, o.Type, all(set("class", class), opt("id", o.ID)), o.Attributes,
		lines(join(when(o.VisuallyHiddenText != "", hidden(text(o.VisuallyHiddenText)+" ")),
			content(o.HTML, or(o.Text, "Back")))))
}
