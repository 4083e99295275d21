package nhsuk

import (
	"html/template"
	"strconv"
	"strings"
)

// CharacterCountOptions are the options of a textarea that says how much may still be written.
type CharacterCountOptions struct {
	ID           string              `json:"id"` // the name, if it is empty
	Name         string              `json:"name"`
	Rows         int                 `json:"rows"`
	Value        string              `json:"value"`
	Maxlength    int                 `json:"maxlength"`
	Maxwords     int                 `json:"maxwords"`
	CountType    string              `json:"countType"` // characters or words
	Threshold    int                 `json:"threshold"` // per cent of the limit at which the count appears
	Label        LabelOptions        `json:"label"`
	Hint         HintOptions         `json:"hint"`
	ErrorMessage ErrorMessageOptions `json:"errorMessage"`
	FormGroup    FormGroup           `json:"formGroup"`
	Classes      string              `json:"classes"`
	Attributes   Attributes          `json:"attributes"`
	Spellcheck   Choice              `json:"spellcheck"`
	Disabled     bool                `json:"disabled"`
	Autocomplete string              `json:"autocomplete"`
	CountMessage CountMessage        `json:"countMessage"`

	TextareaDescriptionText  string  `json:"textareaDescriptionText"`
	CharactersUnderLimitText Plurals `json:"charactersUnderLimitText"`
	CharactersAtLimitText    string  `json:"charactersAtLimitText"`
	CharactersOverLimitText  Plurals `json:"charactersOverLimitText"`
	WordsUnderLimitText      Plurals `json:"wordsUnderLimitText"`
	WordsAtLimitText         string  `json:"wordsAtLimitText"`
	WordsOverLimitText       Plurals `json:"wordsOverLimitText"`
}

// CountMessage is the line that says how much may still be written.
type CountMessage struct {
	Classes string `json:"classes"`
}

// CharacterCount asks for a longer text and says how much may still be written. It does not stop anyone from writing
// more: what is too long is an error when the form is sent.
func CharacterCount(o CharacterCountOptions) template.HTML {
	id := or(o.ID, o.Name)
	kind := or(o.CountType, classIf(o.Maxwords > 0, "words"))
	limit := o.Maxwords
	if limit == 0 {
		limit = o.Maxlength
	}
	description := ""
	if limit > 0 {
		unit := "characters"
		if kind == "words" {
			unit = "words"
		}
		description = strings.ReplaceAll(or(o.TextareaDescriptionText, "You can enter up to %{count} "+unit),
			"%{count}", strconv.Itoa(limit))
	}
	count := Hint(HintOptions{
		ID: id + "-info", Text: description,
		Classes:    spaced("nhsuk-character-count__message", o.CountMessage.Classes),
		Attributes: flag("hidden", description == ""),
	})
	return Textarea(TextareaOptions{
		ID: id, Name: o.Name, DescribedBy: id + "-info", Rows: o.Rows, Spellcheck: o.Spellcheck, Value: o.Value,
		Classes: spaced("nhsuk-js-character-count", o.Classes), Label: o.Label, Hint: o.Hint,
		ErrorMessage: o.ErrorMessage, Disabled: o.Disabled, Autocomplete: o.Autocomplete, Attributes: o.Attributes,
		FormGroup: FormGroup{
			Classes:     spaced(o.FormGroup.Classes, "nhsuk-character-count"),
			Attributes:  all(countAttributes(o, kind, limit), o.FormGroup.Attributes),
			BeforeInput: o.FormGroup.BeforeInput,
			AfterInput:  Content{HTML: join(count, o.FormGroup.AfterInput.html())},
		},
	})
}

// countAttributes tell the script what to count, and its words in another language. Where the limit is only known to
// the script, so is the description.
func countAttributes(o CharacterCountOptions, kind string, limit int) Attributes {
	var description Plurals
	if limit == 0 {
		description.Other = o.TextareaDescriptionText
	}
	return all(set("data-module", "nhsuk-character-count"),
		number("data-maxlength", o.Maxlength), number("data-maxwords", o.Maxwords), number("data-threshold", o.Threshold),
		opt("data-count-type", kind),
		messages("textarea-description", description),
		messages("characters-under-limit", o.CharactersUnderLimitText),
		message("characters-at-limit", o.CharactersAtLimitText),
		messages("characters-over-limit", o.CharactersOverLimitText),
		messages("words-under-limit", o.WordsUnderLimitText),
		message("words-at-limit", o.WordsAtLimitText),
		messages("words-over-limit", o.WordsOverLimitText))
}
