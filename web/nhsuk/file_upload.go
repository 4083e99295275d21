package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json/jsontext"
)

// FileUploadOptions are the options of a file upload.
type FileUploadOptions struct {
	ID           string              `json:"id"` // the name, if it is empty
	Name         string              `json:"name"`
	Disabled     bool                `json:"disabled"`
	Multiple     bool                `json:"multiple"`
	DescribedBy  string              `json:"describedBy"`
	Label        LabelOptions        `json:"label"`
	Hint         HintOptions         `json:"hint"`
	ErrorMessage ErrorMessageOptions `json:"errorMessage"`
	FormGroup    FormGroup           `json:"formGroup"`
	Classes      string              `json:"classes"`
	Attributes   Attributes          `json:"attributes"`

	// Plain leaves the browser's own control, which every phone knows: the design system's script makes a button of it whose name is not what it says.
	Plain bool `json:"-"`

	ChooseFilesButtonClassList []string `json:"chooseFilesButtonClassList"`
	ChooseFilesButtonText      string   `json:"chooseFilesButtonText"`
	DropInstructionText        string   `json:"dropInstructionText"`
	MultipleFilesChosenText    Plurals  `json:"multipleFilesChosenText"`
	NoFileChosenText           string   `json:"noFileChosenText"`
	EnteredDropZoneText        string   `json:"enteredDropZoneText"`
	LeftDropZoneText           string   `json:"leftDropZoneText"`
}

// FileUpload asks for a file.
func FileUpload(o FileUploadOptions) template.HTML {
	id := or(o.ID, o.Name)
	d := describe(id, o.DescribedBy, o.Hint, o.ErrorMessage)
	a := all(set("data-module", "nhsuk-file-upload"), classList("data-choose-files-button-class-list",
		o.ChooseFilesButtonClassList), message("choose-files-button", o.ChooseFilesButtonText),
		message("no-file-chosen", o.NoFileChosenText), messages("multiple-files-chosen", o.MultipleFilesChosenText),
		message("drop-instruction", o.DropInstructionText), message("entered-drop-zone", o.EnteredDropZoneText),
		message("left-drop-zone", o.LeftDropZoneText), o.FormGroup.Attributes)
	if o.Plain {
		a = o.FormGroup.Attributes
	}
	return formGroup("nhsuk-file-upload", o.FormGroup.Classes, o.ErrorMessage.marked(), a,
		labelFor(o.Label, id), d.hint, d.message, o.FormGroup.BeforeInput.html(),
		void("input", all(set("class", spaced("nhsuk-file-upload__input", o.Classes)), set("id", id), set("name", o.Name),
			set("type", "file"), flag("disabled", o.Disabled), flag("multiple", o.Multiple), opt("aria-describedby", d.by),
			o.Attributes)),
		o.FormGroup.AfterInput.html())
}

// classList tells a script a list of classes, as JSON.
func classList(name string, classes []string) Attributes {
	if classes == nil {
		return nil
	}
	list := []byte{'['}
	for i, class := range classes {
		if i > 0 {
			list = append(list, ',')
		}
		list, _ = jsontext.AppendQuote(list, class) // the error is about bytes that are no text, which it replaces
	}
	return set(name, string(append(list, ']')))
}
