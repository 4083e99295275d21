package nhsuk

import "html/template"

// ActionLinkOptions are the options of an action link. Without an address it is a button that sends the form it is in.
type ActionLinkOptions struct {
	ID              string        `json:"id"`
	Text            string        `json:"text"`
	HTML            template.HTML `json:"html"`
	Type            string        `json:"type"`
	Href            string        `json:"href"`
	OpenInNewWindow bool          `json:"openInNewWindow"`
	Variant         string        `json:"variant"` // reverse
	Classes         string        `json:"classes"`
	Attributes      Attributes    `json:"attributes"`
}

// ActionLink leads to the start of something to be done.
func ActionLink(o ActionLinkOptions) template.HTML {
	class := spaced("nhsuk-action-link", modifier("nhsuk-action-link", o.Variant, o.Classes, "reverse"), o.Classes)
	target := opt("target", classIf(o.OpenInNewWindow && isLink(o.Href, o.Type), "_blank"))
	return linkOrButton(o.Href, o.Type, all(set("class", class), opt("id", o.ID)), all(target, o.Attributes),
		lines(Icon("arrow-right-circle"),
			el("span", set("class", "nhsuk-action-link__text"), lines(content(o.HTML, o.Text)))))
}
