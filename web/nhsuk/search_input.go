package nhsuk

import "html/template"

// SearchInputOptions are the options of a search input.
type SearchInputOptions struct {
	ID             string              `json:"id"` // the name, if it is empty
	Name           string              `json:"name"`
	Type           string              `json:"type"` // search, if it is empty
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
	Width          int                 `json:"width"`
	Large          bool                `json:"large"`
	FormGroup      FormGroup           `json:"formGroup"`
	Classes        string              `json:"classes"`
	Autocomplete   string              `json:"autocomplete"` // off, if it is empty
	Placeholder    string              `json:"placeholder"`
	Spellcheck     Choice              `json:"spellcheck"`
	Autocapitalize string              `json:"autocapitalize"`
	InputWrapper   Wrapper             `json:"inputWrapper"`
	Attributes     Attributes          `json:"attributes"`
	Button         FieldButtonOptions  `json:"button"`
}

// SearchInput asks for what to look for.
func SearchInput(o SearchInputOptions) template.HTML {
	var button template.HTML
	if !o.Button.Omit {
		b := o.Button.button(o.Disabled, !o.Large)
		b.AriaLabel = or(b.AriaLabel, "Search")
		if b.Icon.Name == "" && b.Icon.HTML == "" {
			b.Icon.Name = "search"
		}
		b.Type = or(b.Type, "submit")
		b.Classes = spaced("nhsuk-search-input__button", b.Classes)
		button = Button(b)
	}
	return Input(InputOptions{
		ID: or(o.ID, o.Name), Name: o.Name, Type: or(o.Type, "search"), Inputmode: o.Inputmode, Value: o.Value,
		Disabled: o.Disabled, DescribedBy: o.DescribedBy, Label: o.Label, Hint: o.Hint, ErrorMessage: o.ErrorMessage,
		Prefix: o.Prefix, Suffix: o.Suffix, Code: o.Code, Width: o.Width, Large: o.Large,
		Autocomplete: or(o.Autocomplete, "off"), Autocapitalize: o.Autocapitalize, Placeholder: o.Placeholder,
		Spellcheck: o.Spellcheck, Attributes: o.Attributes,
		Classes: spaced("nhsuk-search-input__input", o.Classes),
		InputWrapper: Wrapper{
			Classes: spaced("nhsuk-search-input__wrapper", o.InputWrapper.Classes), Attributes: o.InputWrapper.Attributes,
		},
		FormGroup: FormGroup{
			Classes: spaced("nhsuk-search-input", modifierIf(o.Large, "nhsuk-search-input", "large", o.Classes),
				o.FormGroup.Classes),
			Attributes:  o.FormGroup.Attributes,
			BeforeInput: o.FormGroup.BeforeInput,
			AfterInput:  Content{HTML: join(button, o.FormGroup.AfterInput.html())},
		},
	})
}
