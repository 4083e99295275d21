package nhsuk

import (
	"html/template"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// CheckboxesOptions are the options of checkboxes.
type CheckboxesOptions struct {
	ID           string              `json:"id"`
	DescribedBy  string              `json:"describedBy"`
	Fieldset     *FieldsetOptions    `json:"fieldset"`
	Hint         HintOptions         `json:"hint"`
	ErrorMessage ErrorMessageOptions `json:"errorMessage"`
	FormGroup    InputsGroup         `json:"formGroup"`
	IDPrefix     string              `json:"idPrefix"` // the name, if it is empty
	Name         string              `json:"name"`
	Items        []CheckboxItem      `json:"items"`
	Values       []string            `json:"values"` // the values of the items that are ticked
	Disabled     bool                `json:"disabled"`
	Small        bool                `json:"small"`
	Inline       bool                `json:"inline"`
	Classes      string              `json:"classes"`
	Attributes   Attributes          `json:"attributes"`
}

// CheckboxItem is one box, or a word such as "or" between boxes.
type CheckboxItem struct {
	ID             string        `json:"id"`
	Name           string        `json:"name"`
	Value          string        `json:"value"`
	Text           string        `json:"text"`
	HTML           template.HTML `json:"html"`
	Label          LabelOptions  `json:"label"`
	Hint           HintOptions   `json:"hint"`
	Divider        string        `json:"divider"`
	Checked        Choice        `json:"checked"`
	Conditional    Conditional   `json:"conditional"`
	Disabled       Choice        `json:"disabled"`
	Classes        string        `json:"classes"`
	Attributes     Attributes    `json:"attributes"`
	Behaviour      string        `json:"behaviour"` // exclusive unticks the others, inclusive ticks them
	BehaviourGroup string        `json:"behaviourGroup"`
	Exclusive      bool          `json:"exclusive"`      // deprecated: set Behaviour
	ExclusiveGroup string        `json:"exclusiveGroup"` // deprecated: set BehaviourGroup
	Omit           bool          `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *CheckboxItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain CheckboxItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// Checkboxes asks for any number of a few choices.
func Checkboxes(o CheckboxesOptions) template.HTML {
	prefix := or(o.IDPrefix, o.Name)
	by := o.DescribedBy
	if o.Fieldset != nil {
		by = or(o.Fieldset.DescribedBy, by)
	}
	d := describe(prefix, by, o.Hint, o.ErrorMessage)
	class := spaced("nhsuk-checkboxes", modifierIf(o.Small, "nhsuk-checkboxes", "small", o.Classes),
		modifierIf(o.Inline, "nhsuk-checkboxes", "inline", o.Classes), o.Classes)
	parts := []template.HTML{o.FormGroup.BeforeInputs.html()}
	for i, item := range o.Items {
		if !item.Omit {
			parts = append(parts, checkboxItem(o, item, or(item.ID, itemID(prefix, i)), d.by))
		}
	}
	parts = append(parts, o.FormGroup.AfterInputs.html())
	inner := stacked(d.hint, d.message,
		el("div", all(set("class", class), opt("id", o.ID), set("data-module", "nhsuk-checkboxes"), o.Attributes),
			lines(parts...)))
	return formGroup("", o.FormGroup.Classes, o.ErrorMessage.marked(), o.FormGroup.Attributes,
		inFieldset(o.Fieldset, "", d.by, inner))
}

func checkboxItem(o CheckboxesOptions, item CheckboxItem, id, describedBy string) template.HTML {
	// A box that ticks all others is of no use until the script runs.
	needsScript := classIf(item.Behaviour == "inclusive", "nhsuk-u-frontend-not-supported-hidden")
	if item.Divider != "" {
		return el("div", set("class", spaced("nhsuk-checkboxes__divider", needsScript)), text(item.Divider))
	}
	if o.Fieldset != nil {
		describedBy = "" // the fieldset is described, not each box
	}
	checked := item.Checked.or(slices.Contains(o.Values, item.Value))
	behaviour := item.Behaviour
	if item.Exclusive {
		behaviour = "exclusive"
	}
	return choiceItem(choiceParts{
		kind: "checkboxes", id: id, label: item.Label, text: item.Text, html: item.HTML, hint: item.Hint,
		conditional: item.Conditional.HTML, checked: checked, itemClass: needsScript, describedBy: describedBy,
		input: all(set("class", spaced("nhsuk-checkboxes__input", item.Classes)), set("id", id),
			set("name", or(item.Name, o.Name)), set("type", "checkbox"), set("value", item.Value), flag("checked", checked),
			flag("disabled", item.Disabled.or(o.Disabled)), opt("data-behaviour", behaviour),
			opt("data-behaviour-group", or(item.ExclusiveGroup, item.BehaviourGroup))),
		attributes: item.Attributes,
	})
}
