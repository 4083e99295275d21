package nhsuk

import (
	"html/template"
	"strconv"
	"strings"
)

// TextareaOptions are the options of a textarea.
type TextareaOptions struct {
	ID           string              `json:"id"` // the name, if it is empty
	Name         string              `json:"name"`
	Spellcheck   Choice              `json:"spellcheck"`
	Rows         int                 `json:"rows"` // 5, if it is zero
	Value        string              `json:"value"`
	Disabled     bool                `json:"disabled"`
	DescribedBy  string              `json:"describedBy"`
	Label        LabelOptions        `json:"label"`
	Hint         HintOptions         `json:"hint"`
	ErrorMessage ErrorMessageOptions `json:"errorMessage"`
	FormGroup    FormGroup           `json:"formGroup"`
	Classes      string              `json:"classes"`
	Autocomplete string              `json:"autocomplete"`
	Attributes   Attributes          `json:"attributes"`
}

// Textarea asks for a longer text.
func Textarea(o TextareaOptions) template.HTML {
	id := or(o.ID, o.Name)
	d := describe(id, o.DescribedBy, o.Hint, o.ErrorMessage)
	rows := o.Rows
	if rows == 0 {
		rows = 5
	}
	class := spaced("nhsuk-textarea", classIf(o.ErrorMessage.marked(), "nhsuk-textarea--error"), o.Classes)
	value := o.Value
	if strings.HasPrefix(value, "\n") {
		value = "\n" + value // the browser drops a line break right after the tag
	}
	return formGroup("", o.FormGroup.Classes, o.ErrorMessage.marked(), o.FormGroup.Attributes,
		labelFor(o.Label, id), d.hint, d.message, o.FormGroup.BeforeInput.html(),
		el("textarea", all(set("class", class), set("id", id), set("name", o.Name), set("rows", strconv.Itoa(rows)),
			stated("spellcheck", o.Spellcheck), flag("disabled", o.Disabled), opt("aria-describedby", d.by),
			opt("autocomplete", o.Autocomplete), o.Attributes), text(value)),
		o.FormGroup.AfterInput.html())
}
