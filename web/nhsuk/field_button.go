package nhsuk

import (
	"fmt"
	"html/template"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// FieldButtonOptions are the options of a button that belongs to another component: a search, a password, a piece of
// code. What is left open is as that component has it.
type FieldButtonOptions struct {
	ID                 string        `json:"id"`
	Text               string        `json:"text"`
	HTML               template.HTML `json:"html"`
	Name               string        `json:"name"`
	Type               string        `json:"type"`
	Value              string        `json:"value"`
	Disabled           Choice        `json:"disabled"`
	Href               string        `json:"href"`
	Variant            string        `json:"variant"`
	Small              Choice        `json:"small"`
	Classes            string        `json:"classes"`
	Attributes         Attributes    `json:"attributes"`
	AriaLabel          string        `json:"ariaLabel"`
	PreventDoubleClick Choice        `json:"preventDoubleClick"`
	Icon               IconOptions   `json:"icon"`
	Omit               bool          `json:"-"`
}

// UnmarshalJSONFrom reads true as a button without options, false as Omit, or an object.
func (o *FieldButtonOptions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain FieldButtonOptions
	switch dec.PeekKind() {
	case 't':
		return dec.SkipValue()
	case 'f':
		o.Omit = true
		return dec.SkipValue()
	case '{', 'n':
		return json.UnmarshalDecode(dec, (*plain)(o))
	}
	return fmt.Errorf("button: want an object, true or false, got %v", dec.PeekKind())
}

// button is the button, with what its component decides where the caller does not.
func (o FieldButtonOptions) button(disabled, small bool) ButtonOptions {
	return ButtonOptions{
		ID: o.ID, Text: o.Text, HTML: o.HTML, Name: o.Name, Type: o.Type, Value: o.Value, Href: o.Href,
		Disabled: o.Disabled.or(disabled), Variant: o.Variant, Small: o.Small.or(small), Classes: o.Classes,
		Attributes: o.Attributes, AriaLabel: o.AriaLabel, PreventDoubleClick: o.PreventDoubleClick, Icon: o.Icon,
	}
}
