package nhsuk

import (
	"html/template"
	"strconv"
)

// InputOptions are the options of a text input.
type InputOptions struct {
	ID             string              `json:"id"` // the name, if it is empty
	Name           string              `json:"name"`
	Type           string              `json:"type"`
	Inputmode      string              `json:"inputmode"`
	Value          string              `json:"value"`
	Disabled       bool                `json:"disabled"`
	DescribedBy    string              `json:"describedBy"`
	Label          LabelOptions        `json:"label"`
	Hint           HintOptions         `json:"hint"`
	ErrorMessage   ErrorMessageOptions `json:"errorMessage"`
	Prefix         Block               `json:"prefix"`
	Suffix         Block               `json:"suffix"`
	Code           bool                `json:"code"`
	Width          int                 `json:"width"` // in characters: 2, 3, 4, 5, 10, 20 or 30
	Large          bool                `json:"large"`
	FormGroup      FormGroup           `json:"formGroup"`
	Classes        string              `json:"classes"`
	Autocomplete   string              `json:"autocomplete"`
	Autocapitalize string              `json:"autocapitalize"`
	Pattern        string              `json:"pattern"`
	Placeholder    string              `json:"placeholder"`
	Spellcheck     Choice              `json:"spellcheck"`
	InputWrapper   Wrapper             `json:"inputWrapper"`
	Attributes     Attributes          `json:"attributes"`
}

// Input asks for a short text.
func Input(o InputOptions) template.HTML {
	id := or(o.ID, o.Name)
	d := describe(id, o.DescribedBy, o.Hint, o.ErrorMessage)
	wrapper := "nhsuk-input-wrapper"
	if modifierIf(o.Large, "nhsuk-input", "large", o.Classes) != "" {
		wrapper += " nhsuk-input-wrapper--large"
	}
	return formGroup("", o.FormGroup.Classes, o.ErrorMessage.marked(), o.FormGroup.Attributes,
		labelFor(o.Label, id), d.hint, d.message,
		wrapInput(wrapper, o.InputWrapper,
			stacked(o.FormGroup.BeforeInput.html(), affix("prefix", o.Prefix)),
			inputElement(o, id, d.by),
			stacked(affix("suffix", o.Suffix), o.FormGroup.AfterInput.html())))
}

func inputElement(o InputOptions, id, describedBy string) template.HTML {
	class := spaced("nhsuk-input",
		modifierIf(o.Large, "nhsuk-input", "large", o.Classes),
		modifierIf(o.Code, "nhsuk-input", "code", o.Classes),
		classIf(o.ErrorMessage.marked(), "nhsuk-input--error"),
		modifier("nhsuk-input", "width-"+strconv.Itoa(o.Width), o.Classes,
			"width-2", "width-3", "width-4", "width-5", "width-10", "width-20", "width-30"),
		o.Classes)
	return void("input", all(set("class", class), set("id", id), set("name", o.Name), set("type", or(o.Type, "text")),
		stated("spellcheck", o.Spellcheck), opt("value", o.Value), flag("disabled", o.Disabled),
		opt("aria-describedby", describedBy), opt("autocomplete", o.Autocomplete), opt("autocapitalize", o.Autocapitalize),
		opt("pattern", o.Pattern), opt("placeholder", o.Placeholder), opt("inputmode", o.Inputmode), o.Attributes))
}

// affix is what stands beside an input and is part of the answer, such as a unit.
func affix(side string, o Block) template.HTML {
	if o.empty() {
		return ""
	}
	return el("div", all(set("class", spaced("nhsuk-input-wrapper__"+side, o.Classes)), set("aria-hidden", "true"),
		o.Attributes), content(o.HTML, o.Text))
}
