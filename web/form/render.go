package form

import (
	"html/template"
	"strconv"
	"strings"

	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// HTML writes the question and what has been answered so far, with the components of the NHS design system.
func (f *Field) HTML() template.HTML {
	switch {
	case f.Element.Many && f.Number == 0 && f.control != controlChecks:
		return f.list()
	case f.control == controlGroup:
		return f.groupOnce()
	}
	return f.single() + f.absence()
}

// joined writes fields one after the other.
func joined(fields []*Field) template.HTML {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(string(f.HTML()))
	}
	return template.HTML(b.String())
}

func escaped(s string) template.HTML { return template.HTML(template.HTMLEscapeString(s)) }

// escapedOther is a text that is shown beside another, where it is another.
func escapedOther(s, beside string) string {
	if s == beside {
		return ""
	}
	return template.HTMLEscapeString(s)
}

func hidden(name, value string) template.HTML {
	return template.HTML(`<input type="hidden" name="` + template.HTMLEscapeString(name) + `" value="` + template.HTMLEscapeString(value) + `">`)
}

// kept writes the value itself beside what is shown of it.
func (f *Field) kept() template.HTML {
	if f.Kept == "" {
		return ""
	}
	return hidden(f.Name+partKept, f.Kept)
}

// question is the label with a word on whether it must be answered.
func (f *Field) question() template.HTML {
	words := escaped(f.Label)
	switch {
	case f.Number > 1:
		words = escaped(f.Label + " (" + strconv.Itoa(f.Number) + ")")
	case f.Must:
		words += ` <span class="rm-needed">` + escaped(f.in.Say("needed")) + `</span>`
	case f.Should:
		words += ` <span class="rm-wanted">` + escaped(f.in.Say("if you can")) + `</span>`
	}
	return words
}

func (f *Field) label() nhsuk.LabelOptions {
	o := nhsuk.LabelOptions{HTML: f.question(), Size: "s"}
	if f.Number > 0 { // the list asks the question; each answer says only its number
		o = nhsuk.LabelOptions{Text: f.answerWords(), Classes: "nhsuk-u-visually-hidden"}
	}
	return o
}

func (f *Field) legend() *nhsuk.FieldsetOptions {
	o := nhsuk.LegendOptions{HTML: f.question(), Size: "s"}
	if f.Number > 0 {
		o = nhsuk.LegendOptions{Text: f.answerWords(), Classes: "nhsuk-u-visually-hidden"}
	}
	return &nhsuk.FieldsetOptions{Legend: o}
}

func (f *Field) hint() nhsuk.HintOptions {
	if f.Number > 0 {
		return nhsuk.HintOptions{}
	}
	return nhsuk.HintOptions{Text: f.Hint}
}

func (f *Field) wrong() nhsuk.ErrorMessageOptions { return f.wrongAt("") }

func (f *Field) wrongAt(id string) nhsuk.ErrorMessageOptions {
	hidden := f.in.Say("Error")
	return nhsuk.ErrorMessageOptions{ID: id, Text: f.Error, VisuallyHiddenText: &hidden}
}

// answerWords say which answer of several it is.
func (f *Field) answerWords() string {
	return f.in.Say("{question}: answer {number}", "question", f.Label, "number", strconv.Itoa(f.Number))
}

// single writes one answer.
func (f *Field) single() template.HTML {
	switch f.control {
	case controlBox:
		return f.box()
	case controlYesNo:
		return f.radios([]Choice{{Value: "yes", Text: f.in.Say("Yes")}, {Value: "no", Text: f.in.Say("No")}}, true)
	case controlRadios:
		return f.radios(f.Choices, false)
	case controlSelect, controlReference:
		return f.choose()
	case controlSuggest:
		return f.suggest()
	case controlChecks:
		return f.checks()
	case controlDate, controlDateTime:
		return f.date()
	case controlQuantity:
		return f.quantity()
	case controlFile:
		return f.choosing()
	}
	return f.line()
}

func (f *Field) line() template.HTML {
	if strings.ContainsAny(f.Value, "\r\n") || len(f.Value) > 200 {
		return f.box()
	}
	o := nhsuk.InputOptions{
		ID: f.Name, Name: f.Name, Value: f.Value, Label: f.label(), Hint: f.hint(), ErrorMessage: f.wrong(), Autocomplete: "off",
		FormGroup: nhsuk.FormGroup{AfterInput: nhsuk.Content{HTML: f.kept()}},
	}
	switch f.control {
	case controlNumber:
		o.Width, o.Inputmode = 10, "decimal"
	case controlTime:
		o.Width, o.Inputmode = 5, "numeric"
		if o.Hint.Text == "" {
			o.Hint.Text = f.timeHint()
		}
		o.FormGroup.AfterInput.HTML += f.quick(actNow, f.in.Say("Now"))
	}
	if f.Element.Check != "" {
		o.Width, o.Inputmode = 20, "numeric"
	}
	return nhsuk.Input(o)
}

func (f *Field) timeHint() string { return f.in.Say("24-hour clock, for example 14:30 or 1430") }

func (f *Field) box() template.HTML {
	return nhsuk.Textarea(nhsuk.TextareaOptions{
		ID: f.Name, Name: f.Name, Value: f.Value, Rows: 4, Label: f.label(), Hint: f.hint(), ErrorMessage: f.wrong(),
		FormGroup: nhsuk.FormGroup{AfterInput: nhsuk.Content{HTML: f.kept()}},
	})
}

func (f *Field) radios(choices []Choice, inline bool) template.HTML {
	o := nhsuk.RadiosOptions{
		IDPrefix: f.Name, Name: f.Name, Value: f.Value, Inline: inline, Fieldset: f.legend(), Hint: f.hint(), ErrorMessage: f.wrong(),
		FormGroup: nhsuk.InputsGroup{AfterInputs: nhsuk.Content{HTML: f.kept()}},
	}
	for _, c := range choices {
		o.Items = append(o.Items, nhsuk.RadioItem{Value: c.Value, Text: c.Text, Hint: nhsuk.HintOptions{Text: c.Hint}})
	}
	if f.Element.ValueSet != nil && f.Element.ValueSet.Open {
		o.Items = append(o.Items, nhsuk.RadioItem{
			Value: inWords, Text: f.in.Say("Something else, in words"), ID: f.Name + "_other",
		})
		o.FormGroup.AfterInputs.HTML += f.otherWords()
	}
	if f.Value != "" && !f.Must {
		o.Items = append(o.Items, nhsuk.RadioItem{Divider: f.in.Say("or")},
			nhsuk.RadioItem{ID: f.Name + "_none", HTML: escaped(f.in.Say("Take the answer out")), Value: ""})
	}
	return nhsuk.Radios(o)
}

// otherWords is shown when "something else" is chosen, by style alone: the design system's own way needs script and gives radio buttons a
// state that assistive technology does not know of them.
func (f *Field) otherWords() template.HTML {
	return nhsuk.Input(nhsuk.InputOptions{
		ID: f.Name + partWords, Name: f.Name + partWords, Value: f.Words, Autocomplete: "off", FormGroup: nhsuk.FormGroup{Classes: "rm-otherwords"},
		Label: nhsuk.LabelOptions{HTML: escaped(f.in.Say("Write what it is")) + `<span class="nhsuk-u-visually-hidden">: ` + escaped(f.Label) + `</span>`},
	})
}

func (f *Field) choose() template.HTML {
	o := nhsuk.SelectOptions{
		ID: f.Name, Name: f.Name, Value: f.Value, Label: f.label(), Hint: f.hint(), ErrorMessage: f.wrong(),
		FormGroup: nhsuk.FormGroup{AfterInput: nhsuk.Content{HTML: f.kept()}},
		Items:     []nhsuk.SelectItem{{Value: "", Text: f.in.Say("Choose")}},
	}
	if f.control == controlReference && len(f.Choices) == 0 {
		o.Items[0].Text = f.in.Say("Nothing to choose from yet")
	}
	for _, c := range f.Choices {
		o.Items = append(o.Items, nhsuk.SelectItem{Value: c.Value, Text: c.Text})
	}
	if f.Me {
		o.FormGroup.AfterInput.HTML += f.quick(actMe, f.in.Say("Me"))
	}
	return nhsuk.Select(o)
}

func (f *Field) suggest() template.HTML {
	var list strings.Builder
	list.WriteString(`<datalist id="` + template.HTMLEscapeString(f.Name) + `_list">`)
	for _, c := range f.Choices {
		list.WriteString(`<option value="` + template.HTMLEscapeString(c.Text) + `">` + escapedOther(f.in.Say(c.Text), c.Text) + `</option>`)
	}
	list.WriteString("</datalist>")
	hint := f.hint()
	if hint.Text == "" && f.Number == 0 {
		hint.Text = f.in.Say("Start to type and choose, or write it in your own words.")
	}
	return nhsuk.Input(nhsuk.InputOptions{
		ID: f.Name, Name: f.Name, Value: f.Value, Label: f.label(), Hint: hint, ErrorMessage: f.wrong(), Autocomplete: "off",
		Attributes: nhsuk.Attributes{{Name: "list", Value: f.Name + "_list"}},
		FormGroup:  nhsuk.FormGroup{AfterInput: nhsuk.Content{HTML: template.HTML(list.String()) + f.kept()}},
	})
}

func (f *Field) checks() template.HTML {
	o := nhsuk.CheckboxesOptions{
		IDPrefix: f.Name, Name: f.Name, Values: f.Values, Small: len(f.Choices) > 6, Fieldset: f.legend(), Hint: f.hint(), ErrorMessage: f.wrong(),
		FormGroup: nhsuk.InputsGroup{AfterInputs: nhsuk.Content{HTML: f.kept()}},
	}
	if o.Hint.Text == "" {
		o.Hint.Text = f.in.Say("Choose all that apply.")
	}
	for _, c := range f.Choices {
		o.Items = append(o.Items, nhsuk.CheckboxItem{Value: c.Value, Text: c.Text})
	}
	return nhsuk.Checkboxes(o)
}

// date writes a date in three fields, and a time beside it where there is one.
func (f *Field) date() template.HTML {
	typed := dateTyped{day: f.Day, month: f.Month, year: f.Year}
	_, _, part := typed.date()
	if typed.empty() {
		part = "" // all of it is missing
	}
	field := func(label, name, value string, width int) nhsuk.DateItem {
		return nhsuk.DateItem{
			ID: f.Name + name, Name: f.Name + name, Value: value, Label: nhsuk.LabelOptions{Text: label}, Width: width, Inputmode: "numeric",
			Autocomplete: "off", Error: nhsuk.YesIf(f.Error != "" && (part == name || part == "")),
		}
	}
	o := nhsuk.DateInputOptions{
		ID: f.Name, Fieldset: f.legend(), Hint: f.hint(), ErrorMessage: f.wrong(),
		Items: []nhsuk.DateItem{
			field(f.in.Say("Day"), partDay, f.Day, 2), field(f.in.Say("Month"), partMonth, f.Month, 2), field(f.in.Say("Year"), partYear, f.Year, 4),
		},
	}
	after := f.kept()
	switch {
	case f.control == controlDateTime:
		after += f.time() + f.quick(actNow, f.in.Say("Now"))
	case f.Element.Role != standard.RoleBirthDate && f.Element.Role != standard.RoleReviewDue:
		after += f.quick(actToday, f.in.Say("Today"))
	}
	o.FormGroup.AfterInputs.HTML = after
	return nhsuk.DateInput(o)
}

func (f *Field) time() template.HTML {
	out := nhsuk.Input(nhsuk.InputOptions{
		ID: f.Name + partTime, Name: f.Name + partTime, Value: f.Time, Width: 5, Inputmode: "numeric", Autocomplete: "off",
		Label: nhsuk.LabelOptions{HTML: escaped(f.in.Say("Time")) + `<span class="nhsuk-u-visually-hidden">: ` + escaped(f.Label) + `</span>`},
		Hint:  nhsuk.HintOptions{Text: f.timeHint()}, FormGroup: nhsuk.FormGroup{Classes: "rm-time"},
	})
	if !f.AskTwice {
		return out
	}
	return out + nhsuk.Radios(nhsuk.RadiosOptions{
		IDPrefix: f.Name + partTwice, Name: f.Name + partTwice, Value: f.Twice, Inline: true,
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: f.in.Say("The clocks went back that night. Which of the two was it?")}},
		Items: []nhsuk.RadioItem{
			{Value: "first", Text: f.in.Say("The first: still summer time (BST)")}, {Value: "second", Text: f.in.Say("The second: winter time (GMT)")},
		},
	})
}

func (f *Field) quantity() template.HTML {
	o := nhsuk.InputOptions{
		ID: f.Name, Name: f.Name, Value: f.Value, Width: 10, Inputmode: "decimal", Autocomplete: "off",
		Label: f.label(), Hint: f.hint(), ErrorMessage: f.wrong(),
	}
	units := f.Element.Units
	if len(units) == 1 && (f.Unit == "" || f.Unit == units[0]) {
		o.Suffix.Text = plain.Unit(units[0])
		o.FormGroup.AfterInput.HTML = f.kept() + hidden(f.Name+partUnit, units[0])
		return nhsuk.Input(o)
	}
	unit := nhsuk.SelectOptions{
		ID: f.Name + partUnit, Name: f.Name + partUnit, Value: f.Unit, FormGroup: nhsuk.FormGroup{Classes: "rm-unit"},
		Label: nhsuk.LabelOptions{Text: f.in.Say("Unit: {question}", "question", f.Label), Classes: "nhsuk-u-visually-hidden"},
		Items: []nhsuk.SelectItem{{Value: "", Text: f.in.Say("Choose the unit")}},
	}
	listed := f.Unit == ""
	for _, u := range units {
		unit.Items = append(unit.Items, nhsuk.SelectItem{Value: u, Text: f.unitName(u)})
		listed = listed || u == f.Unit
	}
	if !listed {
		unit.Items = append(unit.Items, nhsuk.SelectItem{Value: f.Unit, Text: f.unitName(f.Unit)})
	}
	o.FormGroup.AfterInput.HTML = f.kept() + nhsuk.Select(unit)
	return nhsuk.Input(o)
}

func (f *Field) unitName(u string) string {
	if name := plain.Unit(u); name != "" {
		return name
	}
	return f.in.Say("just the number")
}

// quick is a button that fills in the answer: today, now, me. It works without script.
func (f *Field) quick(action, words string) template.HTML {
	return nhsuk.Button(nhsuk.ButtonOptions{
		HTML: escaped(words) + `<span class="nhsuk-u-visually-hidden">: ` + escaped(f.Label) + `</span>`,
		Name: "act", Value: action + f.Name, Variant: "secondary", Small: true, Classes: "rm-quick",
		Attributes: nhsuk.Attributes{{Name: "formaction", Value: "#" + f.Name}, {Name: "data-fill", Value: strings.TrimSuffix(action, ":")}},
	})
}

// absence offers to say why there is no answer.
func (f *Field) absence() template.HTML {
	if len(f.Absences) == 0 || f.Number > 0 {
		return ""
	}
	o := nhsuk.SelectOptions{
		ID: f.Name + partAbsent, Name: f.Name + partAbsent, Value: f.Absent,
		Label: nhsuk.LabelOptions{HTML: escaped(f.in.Say("Why is there no answer?")) + `<span class="nhsuk-u-visually-hidden"> ` + escaped(f.Label) + `</span>`},
		Items: []nhsuk.SelectItem{{Value: "", Text: f.in.Say("There is one, or it is not needed")}},
	}
	for _, c := range f.Absences {
		o.Items = append(o.Items, nhsuk.SelectItem{Value: c.Value, Text: c.Text})
	}
	return nhsuk.Details(nhsuk.DetailsOptions{
		Summary: nhsuk.Block{HTML: escaped(f.in.Say("Cannot answer?")) + `<span class="nhsuk-u-visually-hidden"> ` + escaped(f.Label) + `</span>`},
		HTML:    nhsuk.Select(o), Open: f.Absent != "", Classes: "rm-cannot",
	})
}
