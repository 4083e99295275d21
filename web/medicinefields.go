package web

import (
	"errors"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// The fields of the forms of medicines. What follows is recorded from them alone, so that they can be sent again later and mean the same.
const (
	medOutcome  = "outcome"
	medWhen     = "when" // as _day, _month, _year and _time
	medAmount   = "amount"
	medSite     = "site"
	medSide     = "side"
	medSupport  = "support"
	medWhyNot   = "whynot"
	medNeeded   = "needed"
	medScore    = "score"
	medReading  = "reading"
	medNote     = "note"
	medWitness  = "witness"
	medPassword = "witness_password"
	medOverride = "override"
	medUnits    = "units"
	medBalance  = "balance"
	medStock    = "stockentry" // the id of the entry of the book that belongs to a dose
	medAlert    = "alertentry" // the id of the alert that tells of a second dose
	medEffect   = "effect"
	medState    = "state"
	medKind     = "kind"
	medQuantity = "quantity"
	medUnit     = "unit"
	medFromTo   = "fromto"
	medBatch    = "batch"
	medExpiry   = "expiry"
	medExplain  = "explain"
	medMedicine = "medicine"
)

// medicineForm is a form of medicines on its way: what was sent, and what is wrong with it.
type medicineForm struct {
	in     *plain.Words // of whoever writes
	twice  bool         // the time came twice, and which of the two was it is asked
	values url.Values
	faults []form.Error
}

func (f *medicineForm) get(name string) string { return strings.TrimSpace(f.values.Get(name)) }

func (f *medicineForm) fault(field, words string) {
	f.faults = append(f.faults, form.Error{Href: "#" + field, Text: words})
}

// wrong is what is wrong with a field.
func (f *medicineForm) wrong(field string) nhsuk.ErrorMessageOptions {
	for _, e := range f.faults {
		if e.Href == "#"+field {
			return wrongIn(f.in, e.Text)
		}
	}
	return nhsuk.ErrorMessageOptions{}
}

// refused puts what a refusal says beside the fields that hold what it is about. Another error is given back.
func (f *medicineForm) refused(err error, fields map[string]string, otherwise string) error {
	var fault *standard.Fault
	if !errors.As(err, &fault) || fault.Kind != standard.Invalid || len(fault.Problems) == 0 {
		return err
	}
	for _, p := range fault.Problems {
		field := otherwise
		for path, name := range fields {
			if p.Path == path || strings.HasPrefix(p.Path, path+"/") {
				field = name
			}
		}
		f.fault(field, form.Fault(f.in, p.Message))
	}
	return nil
}

// line asks for one line.
func (f *medicineForm) line(name, label, hint string, width int) template.HTML {
	return nhsuk.Input(nhsuk.InputOptions{ID: name, Name: name, Value: f.values.Get(name), Label: nhsuk.LabelOptions{Text: label, Size: "s"}, Hint: nhsuk.HintOptions{Text: hint},
		ErrorMessage: f.wrong(name), Width: width, Autocomplete: "off"})
}

// amount asks for a number of a unit.
func (f *medicineForm) amount(name, label, hint, unit string) template.HTML {
	return nhsuk.Input(nhsuk.InputOptions{ID: name, Name: name, Value: f.values.Get(name), Label: nhsuk.LabelOptions{Text: label, Size: "s"}, Hint: nhsuk.HintOptions{Text: hint},
		ErrorMessage: f.wrong(name), Width: 5, Inputmode: "decimal", Autocomplete: "off", Suffix: nhsuk.Block{Text: plain.Unit(unit)}})
}

// box asks for words.
func (f *medicineForm) box(name, label, hint string) template.HTML {
	return nhsuk.Textarea(nhsuk.TextareaOptions{ID: name, Name: name, Value: f.values.Get(name), Rows: 2, Label: nhsuk.LabelOptions{Text: label, Size: "s"}, Hint: nhsuk.HintOptions{Text: hint},
		ErrorMessage: f.wrong(name)})
}

// radios ask for one of the codes of an element.
func (f *medicineForm) radios(name, legend, hint string, e *standard.Element, but ...string) template.HTML {
	o := nhsuk.RadiosOptions{IDPrefix: name, Name: name, Value: f.values.Get(name), Hint: nhsuk.HintOptions{Text: hint}, ErrorMessage: f.wrong(name), Small: true,
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: legend, Size: "s"}}}
	for _, code := range codesOf(e) {
		if !slices.Contains(but, code.Means) || code.Means == "" {
			o.Items = append(o.Items, nhsuk.RadioItem{Value: code.Code, Text: f.in.Say(code.Display)})
		}
	}
	return nhsuk.Radios(o)
}

// choice asks for one of the codes of an element, where there are many.
func (f *medicineForm) choice(name, label, hint string, e *standard.Element) template.HTML {
	o := nhsuk.SelectOptions{ID: name, Name: name, Value: f.values.Get(name), Label: nhsuk.LabelOptions{Text: label, Size: "s"}, Hint: nhsuk.HintOptions{Text: hint}, ErrorMessage: f.wrong(name),
		Items: []nhsuk.SelectItem{{Value: "", Text: f.in.Say("Choose")}}}
	for _, code := range codesOf(e) {
		o.Items = append(o.Items, nhsuk.SelectItem{Value: code.Code, Text: f.in.Say(code.Display)})
	}
	return nhsuk.Select(o)
}

func codesOf(e *standard.Element) []standard.Code {
	if e == nil || e.ValueSet == nil {
		return nil
	}
	return e.ValueSet.Codes
}

// when asks at what time something happened.
func (f *medicineForm) when(legend string) template.HTML {
	part := func(label, name string, width int) nhsuk.DateItem {
		return nhsuk.DateItem{ID: medWhen + name, Name: medWhen + name, Value: f.values.Get(medWhen + name), Label: nhsuk.LabelOptions{Text: label}, Width: width, Inputmode: "numeric", Autocomplete: "off"}
	}
	clock := nhsuk.Input(nhsuk.InputOptions{ID: medWhen + "_time", Name: medWhen + "_time", Value: f.values.Get(medWhen + "_time"), Width: 5, Inputmode: "numeric", Autocomplete: "off",
		Label: nhsuk.LabelOptions{Text: f.in.Say("Time, on the 24-hour clock")}, FormGroup: nhsuk.FormGroup{Classes: "rm-time"}})
	twice := template.HTML("")
	if f.values.Get(medWhen+"_twice") != "" || f.twice {
		twice = nhsuk.Radios(nhsuk.RadiosOptions{IDPrefix: medWhen + "_twice", Name: medWhen + "_twice", Value: f.values.Get(medWhen + "_twice"), Inline: true,
			Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: f.in.Say("The clocks went back that night. Which of the two was it?")}},
			Items:    []nhsuk.RadioItem{{Value: "first", Text: f.in.Say("The first: still summer time (BST)")}, {Value: "second", Text: f.in.Say("The second: winter time (GMT)")}}})
	}
	return nhsuk.DateInput(nhsuk.DateInputOptions{ID: medWhen, ErrorMessage: f.wrong(medWhen + "_day"), Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: legend, Size: "s"}},
		Items: []nhsuk.DateItem{part(f.in.Say("Day"), "_day", 2), part(f.in.Say("Month"), "_month", 2), part(f.in.Say("Year"), "_year", 4)}, FormGroup: nhsuk.InputsGroup{AfterInputs: nhsuk.Content{HTML: clock + twice}}})
}

// setWhen fills in a time.
func (f *medicineForm) setWhen(t time.Time) {
	for part, layout := range map[string]string{"_day": "2", "_month": "1", "_year": "2006", "_time": "15:04"} {
		f.values.Set(medWhen+part, t.Format(layout))
	}
	if plain.Repeated(t) {
		which := "second"
		if t.IsDST() {
			which = "first"
		}
		f.values.Set(medWhen+"_twice", which)
	}
}

// readWhen reads it: not later than now, but for what a clock may be wrong by.
func (c *call) readWhen(f *medicineForm) (standard.DateTime, time.Time) {
	text, wrong := form.Instant(f.values, medWhen, c.config.Zone)
	at, ok := plain.ParseInstant(text)
	switch {
	case wrong != "":
		f.twice = strings.Contains(wrong, "came twice")
		f.fault(medWhen+"_day", form.Fault(c.words, wrong))
	case !ok:
		f.fault(medWhen+"_day", c.word("Say when it was."))
	case at.After(c.now().Add(10 * time.Minute)):
		f.fault(medWhen+"_day", c.word("This time lies in the future. Enter when it really was."))
	}
	return standard.DateTime(text), at
}

// readAmount reads a number of a unit; needed says what is missing where nothing was entered.
func (f *medicineForm) readAmount(name, unit, needed string) (standard.Quantity, bool) {
	text := strings.ReplaceAll(strings.TrimSpace(strings.TrimSuffix(f.get(name), plain.Unit(unit))), ",", "")
	if text == "" {
		if needed != "" {
			f.fault(name, needed)
		}
		return standard.Quantity{}, false
	}
	n, ok := standard.ParseNumber(text)
	if !ok || n.Decimal.Negative {
		f.fault(name, f.in.Say("Enter a number, for example 2.5."))
		return standard.Quantity{}, false
	}
	return standard.Quantity{Number: n, Unit: unit}, true
}

// codeOf reads one of the codes of an element.
func (f *medicineForm) codeOf(name string, e *standard.Element) (standard.Coded, string, bool) {
	if e == nil || e.ValueSet == nil || f.get(name) == "" {
		return standard.Coded{}, "", false
	}
	code, ok := e.ValueSet.Code(f.get(name))
	if !ok {
		return standard.Coded{}, "", false
	}
	return standard.Coded{System: e.ValueSet.SystemOf(code), Code: code.Code, Display: code.Display}, code.Means, true
}

// codeMeaning is the code of an element that means something.
func codeMeaning(e *standard.Element, means string) (standard.Coded, bool) {
	for _, code := range codesOf(e) {
		if code.Means == means {
			return standard.Coded{System: e.ValueSet.SystemOf(&code), Code: code.Code, Display: code.Display}, true
		}
	}
	return standard.Coded{}, false
}

// witness asks for a second person, who proves who they are.
func (c *call) witnessFields(f *medicineForm, a *about, why string) template.HTML {
	return html(`<div class="rm-witness"><h2 class="nhsuk-heading-s">The second person</h2><p>`, template.HTML(template.HTMLEscapeString(why)), `</p>`,
		f.line(medWitness, c.word("Their account"), c.word("They type it themselves, and their password. You stay signed in."), 20),
		c.passwordInput(nhsuk.PasswordInputOptions{ID: medPassword, Name: medPassword, Label: nhsuk.LabelOptions{Text: c.word("Their password"), Size: "s"}, ErrorMessage: f.wrong(medPassword), Autocomplete: "off"}),
		`</div>`)
}

// readWitness proves the second person. A device that had no network could not ask the server who somebody is: then what was done is kept, and nobody is named.
func (c *call) readWitness(f *medicineForm, a *about, needed string) (*access.Witness, error) {
	account, password := f.get(medWitness), f.values.Get(medPassword)
	if account == "" && password == "" {
		if needed != "" {
			f.fault(medWitness, needed)
		}
		return nil, nil
	}
	w, err := c.session.Witness(c.ctx, a.uid, account, password)
	if err = f.refused(err, map[string]string{"/witness": medWitness, "/witness_password": medPassword}, medWitness); err != nil {
		return nil, err
	}
	return w, nil
}

// setRef adds a reference to what an element of a role may hold many of.
func putAll(content *standard.Content, role string, values ...standard.Value) {
	if len(values) == 0 || !put(content, role, values[0]) {
		return
	}
	for i := range content.Entries {
		if content.Entries[i].Element.Role == role {
			content.Entries[i].Values = values
		}
	}
}

// takeOut takes the answers of a role out of a content.
func takeOut(content *standard.Content, role string) {
	content.Entries = slices.DeleteFunc(content.Entries, func(e standard.Entry) bool { return e.Element.Role == role })
}

// words answers with words, where there are any.
func putWords(content *standard.Content, role, words string) {
	if words != "" {
		put(content, role, standard.Text(words))
	}
}

// myself is who did what is written, as a record says it.
func (c *call) myself() standard.Reference { return standard.Reference{UID: c.doer()} }

// oneWritable is the class with a role that records are written of.
func (c *call) oneWritable(role string) *standard.Class {
	for _, class := range c.config.Catalogue.ClassesWithRole(role) {
		if class.Kind == standard.KindRecord {
			return class
		}
	}
	return nil
}

// contentOf is an empty content of a class.
func contentOf(class *standard.Class) *standard.Content { return &standard.Content{Class: class} }

// creating is a change that makes a record.
func creating(path string, values url.Values, field string, content *standard.Content) record.ProposedChange {
	return record.ProposedChange{Path: path, Type: record.Create, Record: uidOr(values, field), Class: content.Class.ID, Content: content.AppendJSON(nil)}
}

// tick asks for one thing to be confirmed.
func (f *medicineForm) tick(name, text, hint string) template.HTML {
	return nhsuk.Checkboxes(nhsuk.CheckboxesOptions{IDPrefix: name, Name: name, ErrorMessage: f.wrong(name),
		Items: []nhsuk.CheckboxItem{{Value: "yes", Text: text, Hint: nhsuk.HintOptions{Text: hint}, Checked: nhsuk.YesIf(f.get(name) != "")}}})
}

func htmlEscaped(s string) template.HTML { return template.HTML(template.HTMLEscapeString(s)) }
