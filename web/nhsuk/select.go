package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json/jsontext"
)

// SelectOptions are the options of a select.
type SelectOptions struct {
	ID           string              `json:"id"` // the name, if it is empty
	Name         string              `json:"name"`
	Items        []SelectItem        `json:"items"`
	Value        string              `json:"value"` // the value of the item that is selected
	Disabled     bool                `json:"disabled"`
	DescribedBy  string              `json:"describedBy"`
	Label        LabelOptions        `json:"label"`
	Hint         HintOptions         `json:"hint"`
	ErrorMessage ErrorMessageOptions `json:"errorMessage"`
	FormGroup    FormGroup           `json:"formGroup"`
	Classes      string              `json:"classes"`
	InputWrapper Wrapper             `json:"inputWrapper"`
	Attributes   Attributes          `json:"attributes"`
}

// SelectItem is one choice of a select, or a line between choices.
type SelectItem struct {
	Value      string     `json:"value"`
	Text       string     `json:"text"`
	Divider    bool       `json:"divider"`
	Selected   Choice     `json:"selected"`
	Disabled   bool       `json:"disabled"`
	Attributes Attributes `json:"attributes"`
	// ValueIsText leaves the value out, so that the text is the value.
	ValueIsText bool `json:"-"`
	Omit        bool `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object. Without a value in it, the text is the value.
func (o *SelectItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain SelectItem
	var read struct {
		plain
		Value *string `json:"value"`
	}
	if err := omitOr(dec, &read.Omit, &read); err != nil {
		return err
	}
	*o = SelectItem(read.plain)
	o.ValueIsText = read.Value == nil
	if read.Value != nil {
		o.Value = *read.Value
	}
	return nil
}

// Select asks for one of a list, where radios would be too many.
func Select(o SelectOptions) template.HTML {
	id := or(o.ID, o.Name)
	d := describe(id, o.DescribedBy, o.Hint, o.ErrorMessage)
	class := spaced("nhsuk-select", classIf(o.ErrorMessage.marked(), "nhsuk-select--error"), o.Classes)
	items := make([]template.HTML, 0, len(o.Items))
	for _, item := range o.Items {
		items = append(items, selectItem(item, o.Value))
	}
	return formGroup("", o.FormGroup.Classes, o.ErrorMessage.marked(), o.FormGroup.Attributes,
		labelFor(o.Label, id), d.hint, d.message,
		wrapInput("nhsuk-input-wrapper", o.InputWrapper, o.FormGroup.BeforeInput.html(),
			el("select", all(set("class", class), set("id", id), set("name", o.Name), flag("disabled", o.Disabled),
				opt("aria-describedby", d.by), o.Attributes), lines(items...)),
			o.FormGroup.AfterInput.html()))
}

func selectItem(item SelectItem, chosen string) template.HTML {
	if item.Omit {
		return ""
	}
	if item.Divider {
		return void("hr", nil)
	}
	value := set("value", item.Value)
	effective := item.Value
	if item.ValueIsText {
		value, effective = nil, item.Text
	}
	return el("option", all(value, flag("selected", item.Selected.or(chosen != "" && effective == chosen)),
		flag("disabled", item.Disabled), item.Attributes), text(item.Text))
}
