package nhsuk

import "html/template"

// PanelOptions are the options of a panel.
type PanelOptions struct {
	ID         string         `json:"id"`
	Heading    HeadingOptions `json:"heading"`
	Text       string         `json:"text"`
	HTML       template.HTML  `json:"html"`
	Classes    string         `json:"classes"`
	Attributes Attributes     `json:"attributes"`
	Variant    string         `json:"variant"` // interruption
}

// Panel says that something is done, or with the variant interruption makes one stop before going on.
func Panel(o PanelOptions) template.HTML {
	class := spaced("nhsuk-panel", modifier("nhsuk-panel", o.Variant, o.Classes, "interruption"), o.Classes)
	inner := content(o.HTML, o.Text)
	return el("div", all(set("class", class), opt("id", o.ID), o.Attributes), lines(
		headingIn(o.Heading, "nhsuk-panel__heading", 1, "", "m", "l", "xl"),
		when(inner != "", el("div", set("class", "nhsuk-panel__body"), lines(inner)))))
}
