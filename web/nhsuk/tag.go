package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// TagOptions are the options of a tag.
type TagOptions struct {
	ID         string        `json:"id"`
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Colour     TagColour     `json:"colour"`
	Border     Choice        `json:"border"`
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
}

// TagColour is white, grey, green, aqua-green, blue, purple, pink, red, orange or yellow; empty is the usual blue.
type TagColour string

// NoColour is a tag without colour.
const NoColour TagColour = "none"

// UnmarshalJSONFrom reads false as NoColour, or a string.
func (c *TagColour) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == 'f' {
		*c = NoColour
		return dec.SkipValue()
	}
	return json.UnmarshalDecode(dec, (*string)(c))
}

// Tag shows the status of something. The colour may not be the only thing that says it.
func Tag(o TagOptions) template.HTML {
	class := spaced("nhsuk-tag",
		modifier("nhsuk-tag", string(o.Colour), o.Classes,
			"white", "grey", "green", "aqua-green", "blue", "purple", "pink", "red", "orange", "yellow"),
		modifierIf(o.Colour == NoColour, "nhsuk-tag", "no-colour", o.Classes),
		modifierIf(o.Border == No, "nhsuk-tag", "no-border", o.Classes), o.Classes)
	return el("strong", all(set("class", class), opt("id", o.ID), o.Attributes), lines(content(o.HTML, o.Text)))
}
