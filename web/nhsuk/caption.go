package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json/jsontext"
)

// CaptionOptions are the options of a caption. A caption with neither text nor HTML is none.
type CaptionOptions struct {
	ID         string        `json:"id"`
	Element    string        `json:"element"`
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Placement  string        `json:"placement"` // start (the default), end, before or after
	Size       string        `json:"size"`      // m, l, xl or xxl
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
}

// UnmarshalJSONFrom reads a string as the text, or an object.
func (o *CaptionOptions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain CaptionOptions
	return textOr(dec, &o.Text, (*plain)(o))
}

func (o CaptionOptions) empty() bool {
	return o.Text == "" && o.HTML == ""
}

// inside says whether the caption stands inside its heading.
func (o CaptionOptions) inside() bool {
	return o.Placement == "" || o.Placement == "start" || o.Placement == "end"
}

// Caption is a small line that goes with a heading.
func Caption(o CaptionOptions) template.HTML {
	class := "nhsuk-caption"
	if sized := sizedClass("nhsuk-caption-", o.Size, o.Classes, []string{"m", "l", "xl", "xxl"}); sized != "" {
		class = sized
	}
	bottom := ""
	if o.Placement == "after" || o.Placement == "end" {
		bottom = "nhsuk-caption--bottom"
	}
	return el(element(o.Element, "span"),
		all(set("class", spaced(class, bottom, o.Classes)), opt("id", o.ID), o.Attributes),
		lines(content(o.HTML, o.Text)))
}

// captionAt is the caption if it has one of the placements, else nothing.
func captionAt(o CaptionOptions, placements ...string) template.HTML {
	if o.empty() {
		return ""
	}
	for _, p := range placements {
		if o.Placement == p {
			return Caption(o)
		}
	}
	return ""
}
