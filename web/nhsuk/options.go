package nhsuk

import (
	"fmt"
	"html/template"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Choice is yes, no, or not said, for options whose default depends on something else.
type Choice int8

// The choices. The zero value leaves the component to its default.
const (
	Unsaid Choice = iota
	Yes
	No
)

// YesIf is Yes or No.
func YesIf(b bool) Choice {
	if b {
		return Yes
	}
	return No
}

// UnmarshalJSONFrom reads true, false or null.
func (c *Choice) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*c = Unsaid
	switch dec.PeekKind() {
	case 't':
		*c = Yes
	case 'f':
		*c = No
	case 'n':
	default:
		return fmt.Errorf("want true or false, got %v", dec.PeekKind())
	}
	return dec.SkipValue()
}

// or is the choice, or what to do if it was not made.
func (c Choice) or(fallback bool) bool {
	if c == Unsaid {
		return fallback
	}
	return c == Yes
}

// Content is a text, or HTML instead of it.
type Content struct {
	Text string        `json:"text"`
	HTML template.HTML `json:"html"`
}

func (c Content) empty() bool {
	return c.Text == "" && c.HTML == ""
}

func (c Content) html() template.HTML {
	return content(c.HTML, c.Text)
}

// UnmarshalJSONFrom reads a string as the text, or an object.
func (c *Content) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain Content
	return textOr(dec, &c.Text, (*plain)(c))
}

// Block is a Content with classes and attributes of its own.
type Block struct {
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
}

func (o Block) empty() bool {
	return o.Text == "" && o.HTML == ""
}

// UnmarshalJSONFrom reads a string as the text, or an object.
func (o *Block) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain Block
	return textOr(dec, &o.Text, (*plain)(o))
}

// Wrapper is the element around an input.
type Wrapper struct {
	Classes    string     `json:"classes"`
	Attributes Attributes `json:"attributes"`
}

// FormGroup is the element around a field with its label, hint and error message.
type FormGroup struct {
	Classes     string     `json:"classes"`
	Attributes  Attributes `json:"attributes"`
	BeforeInput Content    `json:"beforeInput"`
	AfterInput  Content    `json:"afterInput"`
}

// InputsGroup is the element around a set of fields with their legend, hint and error message.
type InputsGroup struct {
	Classes      string     `json:"classes"`
	Attributes   Attributes `json:"attributes"`
	BeforeInputs Content    `json:"beforeInputs"`
	AfterInputs  Content    `json:"afterInputs"`
}

// Plurals are the forms of a message by CLDR plural rule. %{count} stands for the number.
type Plurals struct {
	Zero  string `json:"zero"`
	One   string `json:"one"`
	Two   string `json:"two"`
	Few   string `json:"few"`
	Many  string `json:"many"`
	Other string `json:"other"`
}

// message is the attribute by which a script is told a text in another language.
func message(key, text string) Attributes {
	return opt("data-i18n."+key, text)
}

// messages are the attributes by which a script is told the plural forms of a text.
func messages(key string, p Plurals) Attributes {
	key = "data-i18n." + key + "."
	return all(opt(key+"zero", p.Zero), opt(key+"one", p.One), opt(key+"two", p.Two),
		opt(key+"few", p.Few), opt(key+"many", p.Many), opt(key+"other", p.Other))
}

// textOr reads a string into text, or anything else into whole.
func textOr[T any](dec *jsontext.Decoder, text *string, whole *T) error {
	if dec.PeekKind() == '"' {
		return json.UnmarshalDecode(dec, text)
	}
	return json.UnmarshalDecode(dec, whole)
}

// omitOr reads false into omit, or anything else into whole.
func omitOr[T any](dec *jsontext.Decoder, omit *bool, whole *T) error {
	if dec.PeekKind() == 'f' {
		*omit = true
		return dec.SkipValue()
	}
	return json.UnmarshalDecode(dec, whole)
}

// trueOr reads true as the zero value, or anything else into whole.
func trueOr[T any](dec *jsontext.Decoder, whole *T) error {
	if dec.PeekKind() == 't' {
		return dec.SkipValue()
	}
	return json.UnmarshalDecode(dec, whole)
}

// oneOrMore reads a list, or a single object as a list of one.
func oneOrMore[T any](dec *jsontext.Decoder, list *[]T) error {
	if dec.PeekKind() != '{' {
		return json.UnmarshalDecode(dec, list)
	}
	*list = make([]T, 1)
	return json.UnmarshalDecode(dec, &(*list)[0])
}
