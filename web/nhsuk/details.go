package nhsuk

import "html/template"

// DetailsOptions are the options of details. The class nhsuk-expander makes them an expander.
type DetailsOptions struct {
	ID         string        `json:"id"`
	Summary    Block         `json:"summary"`
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Open       bool          `json:"open"`
	Variant    string        `json:"variant"` // reverse
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
}

// Details show more to those who want to see it.
func Details(o DetailsOptions) template.HTML {
	class := spaced("nhsuk-details", modifier("nhsuk-details", o.Variant, o.Classes, "reverse"), o.Classes)
	return el("details", all(set("class", class), opt("id", o.ID), o.Attributes, flag("open", o.Open)), lines(
		el("summary", all(set("class", spaced("nhsuk-details__summary", o.Summary.Classes)), o.Summary.Attributes), lines(
			el("span", set("class", "nhsuk-details__summary-text"), lines(content(o.Summary.HTML, o.Summary.Text))))),
		el("div", set("class", "nhsuk-details__text"), lines(content(o.HTML, o.Text)))))
}

// Expander is Details in a box, for more than a sentence or two.
func Expander(o DetailsOptions) template.HTML {
	o.Classes = spaced("nhsuk-expander", o.Classes)
	return Details(o)
}
