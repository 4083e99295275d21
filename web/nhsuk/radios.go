package nhsuk

import (
	"html/template"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// RadiosOptions are the options of radios.
type RadiosOptions struct {
	ID           string              `json:"id"`
	Fieldset     *FieldsetOptions    `json:"fieldset"`
	Hint         HintOptions         `json:"hint"`
	ErrorMessage ErrorMessageOptions `json:"errorMessage"`
	FormGroup    InputsGroup         `json:"formGroup"`
	IDPrefix     string              `json:"idPrefix"` // the name, if it is empty
	Name         string              `json:"name"`
	Items        []RadioItem         `json:"items"`
	Value        string              `json:"value"` // the value of the item that is chosen
	Disabled     bool                `json:"disabled"`
	Small        bool                `json:"small"`
	Inline       bool                `json:"inline"`
	Classes      string              `json:"classes"`
	Attributes   Attributes          `json:"attributes"`
}

// RadioItem is one choice, or a word such as "or" between choices.
type RadioItem struct {
	ID          string        `json:"id"`
	Value       string        `json:"value"`
	Text        string        `json:"text"`
	HTML        template.HTML `json:"html"`
	Label       LabelOptions  `json:"label"`
	Hint        HintOptions   `json:"hint"`
	Divider     string        `json:"divider"`
	Checked     Choice        `json:"checked"`
	Conditional Conditional   `json:"conditional"`
	Disabled    Choice        `json:"disabled"`
	Classes     string        `json:"classes"`
	Attributes  Attributes    `json:"attributes"`
	Omit        bool          `json:"-"`
}

// Conditional is what is asked only if the choice it belongs to is made.
type Conditional struct {
	HTML template.HTML `json:"html"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *RadioItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain RadioItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// Radios asks for one of a few choices.
func Radios(o RadiosOptions) template.HTML {
	prefix := or(o.IDPrefix, o.Name)
	by := ""
	if o.Fieldset != nil {
		by = o.Fieldset.DescribedBy
	}
	d := describe(prefix, by, o.Hint, o.ErrorMessage)
	class := spaced("nhsuk-radios", modifierIf(o.Small, "nhsuk-radios", "small", o.Classes),
		modifierIf(o.Inline, "nhsuk-radios", "inline", o.Classes), o.Classes)
	parts := []template.HTML{o.FormGroup.BeforeInputs.html()}
	for i, item := range o.Items {
		if !item.Omit {
			parts = append(parts, radioItem(o, item, or(item.ID, itemID(prefix, i))))
		}
	}
	parts = append(parts, o.FormGroup.AfterInputs.html())
	inner := stacked(d.hint, d.message,
		el("div", all(set("class", class), opt("id", o.ID), set("data-module", "nhsuk-radios"), o.Attributes),
			lines(parts...)))
	return formGroup("", o.FormGroup.Classes, o.ErrorMessage.marked(), o.FormGroup.Attributes,
		inFieldset(o.Fieldset, "", d.by, inner))
}

// itemID is the id of a choice. The first has no number, so that an error summary can link to it.
func itemID(prefix string, index int) string {
	if index == 0 {
		return prefix
	}
	return prefix + "-" + strconv.Itoa(index+1)
}

func radioItem(o RadiosOptions, item RadioItem, id string) template.HTML {
	if item.Divider != "" {
		return el("div", set("class", "nhsuk-radios__divider"), text(item.Divider))
	}
	checked := item.Checked.or(o.Value != "" && item.Value == o.Value)
	return choiceItem(choiceParts{
		kind: "radios", id: id, label: item.Label, text: item.Text, html: item.HTML, hint: item.Hint,
		conditional: item.Conditional.HTML, checked: checked,
		input: all(set("class", spaced("nhsuk-radios__input", item.Classes)), set("id", id), set("name", o.Name),
			set("type", "radio"), set("value", item.Value), flag("checked", checked),
			flag("disabled", item.Disabled.or(o.Disabled))),
		attributes: item.Attributes,
	})
}

// choiceParts are what radios and checkboxes make a choice of.
type choiceParts struct {
	kind, id    string
	label       LabelOptions
	text        string
	html        template.HTML
	hint        HintOptions
	describedBy string
	conditional template.HTML
	checked     bool
	itemClass   string
	input       Attributes
	attributes  Attributes
}

// choiceItem is one choice with its label, its hint, and what is asked only if it is made.
func choiceItem(p choiceParts) template.HTML {
	class := "nhsuk-" + p.kind + "__"
	var hint template.HTML
	by := p.describedBy
	if !p.hint.empty() {
		p.hint.ID = or(p.hint.ID, p.id+"-item-hint")
		p.hint.Classes = spaced(class+"hint", p.hint.Classes)
		by = spaced(by, p.hint.ID)
		hint = Hint(p.hint)
	}
	label := p.label
	label.Text = or(label.Text, p.text)
	if label.HTML == "" {
		label.HTML = p.html
	}
	label.For = p.id
	label.Classes = spaced(class+"label", label.Classes)
	conditionalID := "conditional-" + p.id
	controls := Attributes(nil)
	if p.conditional != "" {
		controls = set("data-aria-controls", conditionalID)
	}
	item := el("div", set("class", spaced(class+"item", p.itemClass)), lines(
		void("input", all(p.input, controls, opt("aria-describedby", by), p.attributes)), Label(label), hint))
	if p.conditional == "" {
		return item
	}
	return stacked(item, el("div", all(
		set("class", spaced(class+"conditional", classIf(!p.checked, class+"conditional--hidden"))),
		set("id", conditionalID)), lines(p.conditional)))
}
