package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json/jsontext"
)

// LegendOptions are the options of a legend. With a Heading the legend holds a heading, whose own text, caption and
// size, if it has them, come before the legend's.
type LegendOptions struct {
	ID                 string          `json:"id"`
	Text               string          `json:"text"`
	HTML               template.HTML   `json:"html"`
	VisuallyHiddenText string          `json:"visuallyHiddenText"`
	Caption            CaptionOptions  `json:"caption"`
	Size               string          `json:"size"` // s, m, l or xl
	Heading            *HeadingOptions `json:"heading"`
	IsPageHeading      Choice          `json:"isPageHeading"` // deprecated: set Heading
	Classes            string          `json:"classes"`
	Attributes         Attributes      `json:"attributes"`
}

// UnmarshalJSONFrom reads a string as the text, or an object.
func (o *LegendOptions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain LegendOptions
	return textOr(dec, &o.Text, (*plain)(o))
}

// Legend is the legend of a fieldset.
func Legend(o LegendOptions) template.HTML {
	t := titleOf(o.Heading, o.IsPageHeading, HeadingOptions{
		Text: o.Text, HTML: o.HTML, VisuallyHiddenText: o.VisuallyHiddenText, Caption: o.Caption, Size: o.Size,
	})
	if t.empty() {
		return ""
	}
	if t.Caption.Placement == "before" {
		t.Caption.Placement = "start" // a legend must come first in its fieldset
	}
	caption := t.Caption
	if !caption.inside() {
		t.Caption = CaptionOptions{}
	}
	class := spaced("nhsuk-fieldset__legend",
		modifier("nhsuk-fieldset__legend", t.Size, o.Classes, "s", "m", "l", "xl"), o.Classes)
	inner := content(t.HTML, t.Text)
	h := HeadingOptions{VisuallyHiddenText: t.VisuallyHiddenText, Caption: t.Caption}
	var legend template.HTML
	if t.inHeading {
		h.ID, h.Level, h.Classes, h.Attributes = t.heading.ID, t.heading.Level, t.heading.Classes, t.heading.Attributes
		legend = el("legend", all(set("class", class), opt("id", o.ID), o.Attributes),
			lines(headingAround(h, "nhsuk-fieldset__heading", inner)))
	} else {
		h.ID, h.Attributes, h.Element = o.ID, o.Attributes, "legend"
		legend = headingAround(h, class, inner)
	}
	return stacked(legend, captionAt(caption, "after"))
}
