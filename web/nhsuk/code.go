package nhsuk

import (
	"html/template"
	"strings"
)

// CodeOptions are the options of a piece of code.
type CodeOptions struct {
	ID         string              `json:"id"`
	Text       string              `json:"text"`
	HTML       template.HTML       `json:"html"`
	Button     *FieldButtonOptions `json:"button"`  // copies the code
	Variant    string              `json:"variant"` // reverse
	Background string              `json:"background"`
	Border     Choice              `json:"border"`
	Classes    string              `json:"classes"`
	Attributes Attributes          `json:"attributes"`

	CopyButtonClassList    []string `json:"copyButtonClassList"`
	CopyButtonText         string   `json:"copyButtonText"` // Copy code, if it is empty
	CopiedButtonText       string   `json:"copiedButtonText"`
	CopiedAnnouncementText string   `json:"copiedAnnouncementText"`
}

// Code shows a piece of code, exactly as it is.
func Code(o CodeOptions) template.HTML {
	hasButton := o.Button != nil && !o.Button.Omit
	class := spaced("nhsuk-code", classIf(hasButton, "nhsuk-code--button"),
		modifier("nhsuk-code", o.Variant, o.Classes, "reverse"),
		classIf(o.Background != "", "nhsuk-code--background-"+o.Background),
		modifierIf(o.Border == No, "nhsuk-code", "no-border", o.Classes), o.Classes)
	copyText := o.CopyButtonText
	var button template.HTML
	if hasButton {
		copyText = or(copyText, o.Button.Text)
		button = copyButton(o, copyText)
	}
	return el("div", all(opt("id", o.ID), set("class", class), message("copy-button", copyText),
		message("copied-button", o.CopiedButtonText), message("copied-announcement", o.CopiedAnnouncementText),
		o.Attributes, set("data-module", "nhsuk-code")),
		lines(button, el("pre", set("class", "nhsuk-code__container"),
			el("code", set("class", "nhsuk-code__content"), content(o.HTML, o.Text)))))
}

// copyButton copies the code. It is hidden until the script runs.
func copyButton(o CodeOptions, copyText string) template.HTML {
	classes := o.CopyButtonClassList
	if classes == nil {
		classes = []string{"nhsuk-button--secondary", "nhsuk-button--small"}
		if o.Variant == "reverse" {
			classes[0] = "nhsuk-button--reverse"
		}
	}
	b := o.Button.button(false, false)
	b.Text = or(copyText, "Copy code")
	b.Type = or(b.Type, "button")
	b.Classes = spaced(strings.Join(classes, " "), "nhsuk-code__button nhsuk-js-code-button", b.Classes)
	b.Attributes = all(flag("hidden", true), b.Attributes)
	return Button(b)
}
