package web

import (
	"html/template"
	"strconv"

	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// chip is one choice of one touch.
type chip struct{ value, text string }

// chips ask for one of a few choices, each as large as a thumb.
func (c *call) chips(name, legend, hint, value, fault string, choices []chip) template.HTML {
	o := nhsuk.RadiosOptions{
		IDPrefix: name, Name: name, Value: value, FormGroup: nhsuk.InputsGroup{Classes: "rm-chipset"}, ErrorMessage: wrongIn(c.words, fault),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: legend, Size: "s"}}, Hint: nhsuk.HintOptions{Text: hint},
	}
	for _, choice := range choices {
		o.Items = append(o.Items, nhsuk.RadioItem{Value: choice.value, Text: choice.text})
	}
	return nhsuk.Radios(o)
}

// wrongIn is what is wrong with an answer, beside its question.
func wrongIn(in *plain.Words, text string) nhsuk.ErrorMessageOptions {
	hidden := in.Say("Error")
	return nhsuk.ErrorMessageOptions{Text: text, VisuallyHiddenText: &hidden}
}

// passwordInput asks for a password, which can be shown while it is written.
func (c *call) passwordInput(o nhsuk.PasswordInputOptions) template.HTML {
	if c.words != nil { // in English the design system words it
		o.ShowPasswordText, o.HidePasswordText = c.word("Show"), c.word("Hide")
		o.ShowPasswordAriaLabel, o.HidePasswordAriaLabel = c.word("Show password"), c.word("Hide password")
		o.PasswordShownAnnouncementText, o.PasswordHiddenAnnouncementText = c.word("Your password is visible"), c.word("Your password is hidden")
	}
	return nhsuk.PasswordInput(o)
}

// chipsOf are the codes that an element can hold.
func (c *call) chipsOf(e *standard.Element) []chip {
	if e == nil || e.ValueSet == nil {
		return nil
	}
	var list []chip
	for _, code := range e.ValueSet.Codes {
		list = append(list, chip{code.Code, c.word(code.Display)})
	}
	return list
}

// numbers are numbers to choose from.
func numbers(of []int, unit string) []chip {
	var list []chip
	for _, n := range of {
		list = append(list, chip{strconv.Itoa(n), strconv.Itoa(n) + unit})
	}
	return list
}

// wordsOf are words of a file to choose from: shown in the reader's language, kept as the file has them.
func (c *call) wordsOf(words []string) []chip {
	var list []chip
	for _, w := range words {
		list = append(list, chip{w, c.word(w)})
	}
	return list
}

// coded answers an element with one of its codes; false where there is no such code.
func coded(e *standard.Element, code string) (standard.Value, bool) {
	if e == nil || e.ValueSet == nil {
		return nil, false
	}
	c, ok := e.ValueSet.Code(code)
	if !ok {
		return nil, false
	}
	return standard.Coded{System: e.ValueSet.SystemOf(c), Code: c.Code, Display: c.Display}, true
}

// meaning finds the code of an element that has a meaning.
func meaning(e *standard.Element, means string) (standard.Value, bool) {
	if e == nil || e.ValueSet == nil {
		return nil, false
	}
	for i := range e.ValueSet.Codes {
		if c := &e.ValueSet.Codes[i]; c.Means == means {
			return standard.Coded{System: e.ValueSet.SystemOf(c), Code: c.Code, Display: c.Display}, true
		}
	}
	return nil, false
}
