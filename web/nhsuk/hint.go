package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json/jsontext"
)

// HintOptions are the options of a hint. A hint with neither text nor HTML is none.
type HintOptions struct {
	ID         string        `json:"id"`
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
}

// UnmarshalJSONFrom reads a string as the text, or an object.
func (o *HintOptions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain HintOptions
	return textOr(dec, &o.Text, (*plain)(o))
}

func (o HintOptions) empty() bool {
	return o.Text == "" && o.HTML == ""
}

// Hint helps to answer a question.
func Hint(o HintOptions) template.HTML {
	return el("div", all(set("class", spaced("nhsuk-hint", o.Classes)), opt("id", o.ID), o.Attributes),
		lines(content(o.HTML, o.Text)))
}
