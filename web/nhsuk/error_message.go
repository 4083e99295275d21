package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json/jsontext"
)

// ErrorMessageOptions are the options of an error message. One with neither text nor HTML is none.
type ErrorMessageOptions struct {
	ID         string        `json:"id"`
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
	// VisuallyHiddenText is "Error" if it is nil, and nothing if it is empty.
	VisuallyHiddenText *string `json:"visuallyHiddenText"`
	// MarkOnly shows the field as one with an error, without a message: the message stands elsewhere.
	MarkOnly bool `json:"-"`
}

// UnmarshalJSONFrom reads a string as the text, true as MarkOnly, or an object.
func (o *ErrorMessageOptions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain ErrorMessageOptions
	if dec.PeekKind() == 't' {
		o.MarkOnly = true
		return dec.SkipValue()
	}
	return textOr(dec, &o.Text, (*plain)(o))
}

// empty says whether there is no message to show.
func (o ErrorMessageOptions) empty() bool {
	return o.Text == "" && o.HTML == ""
}

// marked says whether the field is shown as one with an error.
func (o ErrorMessageOptions) marked() bool {
	return o.MarkOnly || !o.empty()
}

// ErrorMessage says what is wrong with an answer, beside the question.
func ErrorMessage(o ErrorMessageOptions) template.HTML {
	prefix := "Error"
	if o.VisuallyHiddenText != nil {
		prefix = *o.VisuallyHiddenText
	}
	return el("span", all(set("class", spaced("nhsuk-error-message", o.Classes)), opt("id", o.ID), o.Attributes),
		lines(join(when(prefix != "", hidden(text(prefix)+": ")), content(o.HTML, o.Text))))
}
