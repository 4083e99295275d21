package nhsuk

import "html/template"

// PasswordInputOptions are the options of a password input.
type PasswordInputOptions struct {
	ID           string              `json:"id"` // the name, if it is empty
	Name         string              `json:"name"`
	Value        string              `json:"value"`
	Disabled     bool                `json:"disabled"`
	DescribedBy  string              `json:"describedBy"`
	Label        LabelOptions        `json:"label"`
	Hint         HintOptions         `json:"hint"`
	ErrorMessage ErrorMessageOptions `json:"errorMessage"`
	Prefix       Block               `json:"prefix"`
	Suffix       Block               `json:"suffix"`
	Code         bool                `json:"code"`
	Width        int                 `json:"width"`
	Large        bool                `json:"large"`
	FormGroup    FormGroup           `json:"formGroup"`
	Classes      string              `json:"classes"`
	Autocomplete string              `json:"autocomplete"` // current-password, if it is empty
	InputWrapper Wrapper             `json:"inputWrapper"`
	Attributes   Attributes          `json:"attributes"`
	Button       FieldButtonOptions  `json:"button"` // shows the password

	ShowPasswordText               string `json:"showPasswordText"`
	HidePasswordText               string `json:"hidePasswordText"`
	ShowPasswordAriaLabel          string `json:"showPasswordAriaLabel"`
	HidePasswordAriaLabel          string `json:"hidePasswordAriaLabel"`
	PasswordShownAnnouncementText  string `json:"passwordShownAnnouncementText"`
	PasswordHiddenAnnouncementText string `json:"passwordHiddenAnnouncementText"`
}

// PasswordInput asks for a password, which can be shown while it is written.
func PasswordInput(o PasswordInputOptions) template.HTML {
	id := or(o.ID, o.Name)
	show, showLabel := or(o.ShowPasswordText, o.Button.Text), or(o.ShowPasswordAriaLabel, o.Button.AriaLabel)
	var button template.HTML
	if !o.Button.Omit {
		button = passwordButton(o, id, show, showLabel)
	}
	return Input(InputOptions{
		ID: id, Name: o.Name, Value: o.Value, Type: "password", Label: o.Label, Hint: o.Hint, ErrorMessage: o.ErrorMessage,
		Prefix: o.Prefix, Suffix: o.Suffix, Code: o.Code, Width: o.Width, Large: o.Large, Spellcheck: No,
		Autocomplete: or(o.Autocomplete, "current-password"), Autocapitalize: "none", Disabled: o.Disabled,
		DescribedBy: o.DescribedBy, Attributes: o.Attributes, InputWrapper: o.InputWrapper,
		Classes: spaced("nhsuk-password-input__input nhsuk-js-password-input-input", o.Classes),
		FormGroup: FormGroup{
			Classes: spaced(o.FormGroup.Classes, "nhsuk-password-input"),
			Attributes: all(set("data-module", "nhsuk-password-input"),
				message("show-password", show), message("hide-password", o.HidePasswordText),
				message("show-password-aria-label", showLabel), message("hide-password-aria-label", o.HidePasswordAriaLabel),
				message("password-shown-announcement", o.PasswordShownAnnouncementText),
				message("password-hidden-announcement", o.PasswordHiddenAnnouncementText), o.FormGroup.Attributes),
			BeforeInput: o.FormGroup.BeforeInput,
			AfterInput:  Content{HTML: join(button, o.FormGroup.AfterInput.html())},
		},
	})
}

// passwordButton shows the password. It is hidden until the script runs.
func passwordButton(o PasswordInputOptions, id, show, showLabel string) template.HTML {
	b := o.Button.button(o.Disabled, !o.Large)
	b.Text = or(show, "Show")
	b.AriaLabel = or(showLabel, "Show password")
	b.Type = or(b.Type, "button")
	b.Variant = or(b.Variant, "secondary")
	b.Classes = spaced("nhsuk-password-input__toggle nhsuk-js-password-input-toggle", b.Classes)
	b.Attributes = all(set("aria-controls", id), flag("hidden", true), b.Attributes)
	return Button(b)
}
