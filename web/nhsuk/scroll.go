package nhsuk

import "html/template"

// ScrollOptions are the options of a part of the page that scrolls by itself.
type ScrollOptions struct {
	ID         string        `json:"id"`
	LabelledBy string        `json:"labelledBy"` // the id of what names it
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Variant    string        `json:"variant"` // reverse
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
}

// Scroll lets what is wider than the page scroll by itself.
func Scroll(o ScrollOptions) template.HTML {
	class := spaced("nhsuk-scroll", modifier("nhsuk-scroll", o.Variant, o.Classes, "reverse"), o.Classes)
	return el("div", all(set("class", class), opt("id", o.ID), set("data-module", "nhsuk-scroll"), o.Attributes), lines(
		el("div", all(set("class", "nhsuk-scroll__content"), set("role", "region"), opt("aria-labelledby", o.LabelledBy)),
			lines(paragraph("", o.HTML, o.Text)))))
}
