package web

import (
	"html/template"
	"slices"
	"strconv"
	"time"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/care/quick"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// readingField is the field for one reading.
func readingField(code string) string { return fieldReading + "-" + code }

// readingsTaken makes the record of the readings that a task asks for.
func (c *call) readingsTaken(d *doing, when time.Time, means string) []record.ProposedChange {
	class := c.oneClass(standard.ClassRoleReadings)
	if len(d.measures) == 0 || class == nil {
		return nil
	}
	content := &standard.Content{Class: class}
	setWhen(content, when)
	set(content, standard.RolePerformer, c.performers(d)...)
	d.place(content)
	path := class.Path(standard.RoleReadingValue)
	if len(path) != 2 {
		return nil
	}
	var readings []standard.Value
	for _, code := range d.measures {
		field := readingField(code.Code)
		text := d.text(field)
		how := c.quick.Measures[code.Code]
		switch number, ok := standard.ParseNumber(text); {
		case text == "" && means == standard.MeansDone:
			d.fault(field, c.word("Write the reading, or say that it could not be done."))
		case text == "":
		case !ok || how.Unit == "":
			d.fault(field, c.word("A reading is a number, such as 61.4."))
		case outside(number, how):
			d.fault(field, c.word("Check the number: {text} {unit} cannot be right for {display}.", "text", text, "unit", plain.Unit(how.Unit), "display", code.Display))
		default:
			group := &standard.Group{Entries: []standard.Entry{
				{Element: path[0].Block.ByRole(standard.RoleReadingKind), Values: []standard.Value{code}},
				{Element: path[0].Block.ByRole(standard.RoleReadingValue), Values: []standard.Value{standard.Quantity{Number: number, Unit: how.Unit}}},
			}}
			readings = append(readings, group)
		}
	}
	if len(readings) == 0 {
		return nil
	}
	content.Entries = append(content.Entries, standard.Entry{Element: path[0], Values: readings})
	slices.SortStableFunc(content.Entries, func(a, b standard.Entry) int { return a.Element.Order - b.Element.Order })
	return []record.ProposedChange{{Path: "/readings", Type: record.Create, Record: uidOr(d.values, fieldSecond), Class: class.ID, Content: content.AppendJSON(nil)}}
}

func outside(n standard.Number, how quick.Measure) bool {
	f, err := n.Decimal.Float64()
	return err != nil || f < how.From || f > how.To
}

// lookedAt makes the record of the look that a task asks for.
func (c *call) lookedAt(d *doing, when time.Time) []record.ProposedChange {
	class := c.oneClass(standard.ClassRoleCareCheck)
	if len(d.checks) == 0 || class == nil {
		return nil
	}
	content := &standard.Content{Class: class}
	var kinds []standard.Value
	for _, code := range d.checks {
		kinds = append(kinds, code)
		for _, id := range c.quick.Checks[code.Code] {
			e, known := class.Element(id)
			if v, ok := chosen(e, d.values.Get(checkPrefix+"-"+id)); known && ok && len(content.Get(id)) == 0 {
				content.Entries = append(content.Entries, standard.Entry{Element: e, Values: []standard.Value{v}})
			}
		}
	}
	set(content, standard.RoleKind, kinds...)
	setWhen(content, when)
	set(content, standard.RolePerformer, c.performers(d)...)
	if note := d.text(fieldNote); note != "" {
		set(content, standard.RoleStatement, standard.Text(note))
	}
	d.named(content)
	slices.SortStableFunc(content.Entries, func(a, b standard.Entry) int { return a.Element.Order - b.Element.Order })
	uid := uidOr(d.values, fieldSecond)
	if len(d.measures) > 0 {
		uid = uidOr(d.values, fieldThird)
	}
	return []record.ProposedChange{{Path: "/check", Type: record.Create, Record: uid, Class: class.ID, Content: content.AppendJSON(nil)}}
}

// chosen is the answer that was chosen for an element of a short list.
func chosen(e *standard.Element, value string) (standard.Value, bool) {
	if e != nil && e.Value == standard.BooleanValue {
		return standard.Boolean(value == "yes"), value == "yes" || value == "no"
	}
	return coded(e, value)
}

// checkFields ask what a look is asked for.
func (c *call) checkFields(d *doing) template.HTML {
	class := c.oneClass(standard.ClassRoleCareCheck)
	if len(d.checks) == 0 || class == nil {
		return ""
	}
	var out template.HTML
	asked := map[string]bool{}
	for _, code := range d.checks {
		for _, id := range c.quick.Checks[code.Code] {
			e, ok := class.Element(id)
			if !ok || asked[id] {
				continue
			}
			asked[id] = true
			name := checkPrefix + "-" + id
			out += c.oneOfCodes(e, name, d.values.Get(name), d.wrong(name))
		}
	}
	return out
}

// readingFields ask for the readings, with what stood there last.
func (c *call) readingFields(d *doing) (template.HTML, error) {
	var out template.HTML
	last, err := c.lastReadings(d)
	if err != nil {
		return "", err
	}
	for _, code := range d.measures {
		how := c.quick.Measures[code.Code]
		field := readingField(code.Code)
		hint := c.word("Between {formatFloat} and {formatFloat2}.", "formatFloat", strconv.FormatFloat(how.From, 'f', -1, 64), "formatFloat2", strconv.FormatFloat(how.To, 'f', -1, 64))
		if was := last[code.Code]; was != "" {
			hint = c.word("Last: {was}. {hint}", "was", was, "hint", hint)
		}
		out += nhsuk.Input(nhsuk.InputOptions{
			ID: field, Name: field, Value: d.values.Get(field), Inputmode: "decimal", Width: 5, Large: true, Autocomplete: "off", Label: nhsuk.LabelOptions{Text: code.Display, Size: "s"},
			Hint: nhsuk.HintOptions{Text: hint}, Suffix: nhsuk.Block{Text: plain.Unit(how.Unit)}, ErrorMessage: wrongIn(c.words, d.wrong(field)),
		})
	}
	return out, nil
}

// lastReadings are the last readings of what is measured, in words, by code.
func (c *call) lastReadings(d *doing) (map[string]string, error) {
	last := map[string]string{}
	if len(d.measures) == 0 {
		return last, nil
	}
	versions, _, err := d.about.view.Records(c.ctx, access.RecordsQuery{Stream: d.about.uid, Classes: c.classIDs(standard.ClassRoleReadings), Limit: 100})
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return nil, err
		}
		_, day, clock := c.happened(content)
		content.Walk("", func(_ string, e *standard.Element, value standard.Value) {
			group, ok := value.(*standard.Group)
			if !ok || e.Block == nil || !e.Block.HasRole(standard.ClassRoleReading) {
				return
			}
			kind, _ := group.First(standard.RoleReadingKind)
			code, _ := kind.(standard.Coded)
			if reading, there := group.First(standard.RoleReadingValue); there && last[code.Code] == "" {
				last[code.Code] = c.word("{value} on {day} at {clock}", "value", c.words.Value(reading, c.config.Zone), "day", day, "clock", clock)
			}
		})
	}
	return last, nil
}
