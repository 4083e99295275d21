package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json/jsontext"
)

// LabelOptions are the options of a label. With a Heading the label is set in a heading, whose own text, caption and
// size, if it has them, come before the label's.
type LabelOptions struct {
	ID                 string          `json:"id"`
	Text               string          `json:"text"`
	HTML               template.HTML   `json:"html"`
	VisuallyHiddenText string          `json:"visuallyHiddenText"`
	Caption            CaptionOptions  `json:"caption"`
	For                string          `json:"for"`
	Heading            *HeadingOptions `json:"heading"`
	IsPageHeading      Choice          `json:"isPageHeading"` // deprecated: set Heading
	Size               string          `json:"size"`          // s, m, l or xl
	Classes            string          `json:"classes"`
	Attributes         Attributes      `json:"attributes"`
}

// UnmarshalJSONFrom reads a string as the text, or an object.
func (o *LabelOptions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain LabelOptions
	return textOr(dec, &o.Text, (*plain)(o))
}

// Label is the label of a field.
func Label(o LabelOptions) template.HTML {
	t := titleOf(o.Heading, o.IsPageHeading, HeadingOptions{
		Text: o.Text, HTML: o.HTML, VisuallyHiddenText: o.VisuallyHiddenText, Caption: o.Caption, Size: o.Size,
	})
	if t.empty() {
		return ""
	}
	caption := t.Caption
	if !caption.inside() {
		t.Caption = CaptionOptions{}
	}
	t.ID = o.ID
	t.Sizes = []string{"s", "m", "l", "xl"}
	t.ClassPrefix = "nhsuk-label--"
	t.Classes = o.Classes
	t.Attributes = all(opt("for", o.For), o.Attributes)
	t.Element = "label"
	label := headingAround(t.HeadingOptions, "nhsuk-label", content(t.HTML, t.Text))
	if t.inHeading {
		label = el(headingTag(t.heading.Level),
			all(set("class", spaced("nhsuk-label-wrapper", t.heading.Classes)), opt("id", t.heading.ID), t.heading.Attributes),
			lines(label))
	}
	return stacked(captionAt(caption, "before"), label, captionAt(caption, "after"))
}

// title is what a label or a legend says, put together from its own options and those of its heading.
type title struct {
	HeadingOptions
	heading   HeadingOptions
	inHeading bool
}

// titleOf puts together what a label or a legend says. Set in a heading, the heading's words come first.
func titleOf(heading *HeadingOptions, isPageHeading Choice, own HeadingOptions) title {
	t := title{HeadingOptions: own, inHeading: isPageHeading.or(heading != nil)}
	if heading != nil {
		t.heading = *heading
	}
	h := t.heading
	if !t.inHeading {
		t.Text = or(own.Text, h.Text)
		t.HTML = template.HTML(or(string(own.HTML), string(h.HTML)))
	} else {
		t.Text = or(h.Text, own.Text)
		t.HTML = template.HTML(or(string(h.HTML), string(own.HTML)))
		t.VisuallyHiddenText = or(h.VisuallyHiddenText, own.VisuallyHiddenText)
		t.Size = or(h.Size, own.Size)
		if !h.Caption.empty() {
			t.Caption = h.Caption
		}
	}
	if t.Caption.Size == "" {
		t.Caption.Size = t.Size
	}
	return t
}
