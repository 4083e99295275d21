package web

import (
	"html/template"
	"strconv"

	"github.com/google/uuid"

	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// fewChips is how many choices are shown as chips; more are a list to choose from.
const fewChips = 10

// oneOfCodes asks for one of the codes of an element: with chips where they are few, in a list where they are many.
func (c *call) oneOfCodes(e *standard.Element, name, value, fault string) template.HTML {
	choices := c.chipsOf(e)
	if e.Value == standard.BooleanValue {
		choices = []chip{{"yes", c.word("Yes")}, {"no", c.word("No")}}
	}
	if len(choices) <= fewChips {
		return c.chips(name, c.word(e.Ask), "", value, fault, choices)
	}
	o := nhsuk.SelectOptions{ID: name, Name: name, Value: value, Label: nhsuk.LabelOptions{Text: c.word(e.Ask), Size: "s"}, ErrorMessage: wrongIn(c.words, fault),
		Items: []nhsuk.SelectItem{{Value: "", Text: c.word("Choose")}}}
	for _, choice := range choices {
		o.Items = append(o.Items, nhsuk.SelectItem{Value: choice.value, Text: choice.text})
	}
	return nhsuk.Select(o)
}

// whereField asks where it was: the rooms and places of the directory.
func (c *call) whereField(d *doing) (template.HTML, error) {
	e := d.action.ByRole(standard.RoleLocation)
	if e == nil {
		return "", nil
	}
	var classes []string
	for _, to := range e.To {
		for _, class := range to.Concrete() {
			if class.Stream != standard.PersonStream {
				classes = append(classes, class.ID)
			}
		}
	}
	entries, err := d.about.view.Directory(c.ctx, classes)
	if err != nil || len(entries) == 0 {
		return "", err
	}
	o := nhsuk.SelectOptions{ID: fieldWhere, Name: fieldWhere, Value: d.values.Get(fieldWhere), Label: nhsuk.LabelOptions{Text: c.word("Where?"), Size: "s"},
		Items: []nhsuk.SelectItem{{Value: "", Text: c.word("Not said")}}}
	if d.slot != nil {
		if place, ok := d.slot.Content.First(standard.RoleLocation); ok {
			ref, _ := place.(standard.Reference)
			o.Items[0].Text = c.word("As planned")
			for _, entry := range entries {
				if entry.UID == ref.UID {
					o.Items[0].Text = c.word("As planned: {entry}", "entry", entry.Name)
				}
			}
		}
	}
	for _, entry := range entries {
		o.Items = append(o.Items, nhsuk.SelectItem{Value: entry.UID.String(), Text: entry.Name})
	}
	return nhsuk.Select(o), nil
}

// place says where it was: what was chosen, or where it was planned.
func (d *doing) place(content *standard.Content) {
	if uid, err := uuid.Parse(d.values.Get(fieldWhere)); err == nil {
		set(content, standard.RoleLocation, standard.Reference{UID: uid})
		return
	}
	if d.slot != nil {
		if v, ok := d.slot.Content.First(standard.RoleLocation); ok {
			set(content, standard.RoleLocation, v)
		}
	}
}

// interval says how often a look was planned, where it is planned by hours or minutes.
func (d *doing) interval(content *standard.Content) {
	e := content.Class.ByRole(standard.RolePlannedInterval)
	every, _ := d.slot.Content.First(standard.RoleEvery)
	unit, _ := d.slot.Content.First(standard.RoleEveryUnit)
	n, number := every.(standard.Number)
	code, coded := unit.(standard.Coded)
	if e == nil || !number || !coded {
		return
	}
	for _, known := range e.Units {
		if known == code.Code {
			set(content, standard.RolePlannedInterval, standard.Quantity{Number: n, Unit: known})
		}
	}
}

// minutes is how long it took: a chip, or figures.
func (d *doing) minutes() string {
	if s := d.text(fieldMinutesIn); s != "" {
		return s
	}
	return d.text(fieldMinutes)
}

// minutesField asks for minutes that no chip has.
func (d *doing) minutesField() template.HTML {
	return nhsuk.Input(nhsuk.InputOptions{ID: fieldMinutesIn, Name: fieldMinutesIn, Value: d.values.Get(fieldMinutesIn), Inputmode: "numeric", Width: 3, Autocomplete: "off",
		Label: nhsuk.LabelOptions{Text: d.in.Say("Or minutes, in figures"), Size: "s"}, ErrorMessage: wrongIn(d.in, d.wrong(fieldMinutesIn))})
}

// readMinutes reads how long it took, and reports whether anything was said.
func (d *doing) readMinutes(content *standard.Content) bool {
	s := d.minutes()
	if s == "" {
		return false
	}
	n, err := strconv.Atoi(s)
	number, ok := standard.ParseNumber(strconv.Itoa(n))
	if err != nil || !ok || n < 0 || n > 24*60 {
		field := fieldMinutes
		if d.text(fieldMinutesIn) != "" {
			field = fieldMinutesIn
		}
		d.fault(field, d.in.Say("Minutes are a whole number, such as 20."))
		return false
	}
	return set(content, standard.RoleMinutesTaken, number)
}

// textureField asks which texture the food, or thickness the drink, had. It says which is planned, and fills in nothing: what was given is what counts.
func (c *call) textureField(d *doing, food bool) template.HTML {
	field, role := fieldDrinkLevel, standard.RoleDrinkThickness
	if food {
		field, role = fieldFoodLevel, standard.RoleFoodTexture
	}
	e := d.action.ByRole(role)
	if e == nil {
		return ""
	}
	return c.oneOfCodes(e, field, d.values.Get(field), d.wrong(field))
}

// readTexture reads it.
func (d *doing) readTexture(content *standard.Content) {
	for field, role := range map[string]string{fieldDrinkLevel: standard.RoleDrinkThickness, fieldFoodLevel: standard.RoleFoodTexture} {
		if v, ok := coded(d.action.ByRole(role), d.values.Get(field)); ok {
			set(content, role, v)
		}
	}
}
