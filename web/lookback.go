package web

import (
	"strconv"
	"time"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"

	"html/template"
)

// lookBackPage asks for the date and time to which the whole record is turned back.
type lookBackPage struct {
	Frame
	Action string
	Date   template.HTML
	Time   template.HTML
}

// lookBack asks for a moment, and leads to the person's record as it stood then.
func (c *call) lookBack() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	values := c.r.URL.Query()
	fault := ""
	if values.Has("to_year") {
		instant, wrong := form.Instant(values, "to", c.config.Zone)
		t, err := time.Parse(time.RFC3339, instant)
		switch {
		case wrong != "":
			fault = wrong
		case err != nil:
			fault = c.word("Enter the day, month, year and time to look back to.")
		case t.After(c.config.Now()):
			fault = c.word("That lies in the future. Enter a date and time that has passed.")
		default:
			return c.redirect(withPast(a.base, t.UTC().Format(momentForm)))
		}
	}
	frame, err := c.personFrame(a, c.word("Look back"))
	if err != nil {
		return err
	}
	page := lookBackPage{Frame: frame, Action: a.base + "/look-back"}
	if fault != "" {
		page.Errors = []form.Error{{Href: "#to_day", Text: fault}}
	}
	part := func(label, name string, width int) nhsuk.DateItem {
		return nhsuk.DateItem{ID: "to_" + name, Name: "to_" + name, Value: values.Get("to_" + name), Width: width, Inputmode: "numeric",
			Label: nhsuk.LabelOptions{Text: label}, Autocomplete: "off", Error: nhsuk.YesIf(fault != "")}
	}
	page.Date = nhsuk.DateInput(nhsuk.DateInputOptions{
		ID: "to", ErrorMessage: wrongIn(c.words, fault),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: c.word("Which day?"), Size: "s"}},
		Hint:     nhsuk.HintOptions{Text: c.word("For example {format}", "format", c.today().AddDate(0, 0, -1).Format("2 1 2006"))},
		Items:    []nhsuk.DateItem{part(c.word("Day"), "day", 2), part(c.word("Month"), "month", 2), part(c.word("Year"), "year", 4)},
	})
	page.Time = nhsuk.Input(nhsuk.InputOptions{
		ID: "to_time", Name: "to_time", Value: values.Get("to_time"), Width: 5, Inputmode: "numeric", Autocomplete: "off",
		Label: nhsuk.LabelOptions{Text: c.word("What time?"), Size: "s"}, Hint: nhsuk.HintOptions{Text: c.word("24-hour clock, for example 06:00")},
	})
	if fault != "" && values.Get("to_time") != "" {
		page.Time += nhsuk.Radios(nhsuk.RadiosOptions{
			IDPrefix: "to_twice", Name: "to_twice", Value: values.Get("to_twice"), Inline: true,
			Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: c.word("In the night the clocks go back, which of the two?")}},
			Items:    []nhsuk.RadioItem{{Value: "first", Text: c.word("The first (BST)")}, {Value: "second", Text: c.word("The second (GMT)")}},
		})
	}
	return c.render("lookback", page)
}

func momentOf(n int64) record.Moment { return record.Moment(n) }

// pageOn is the address of the next part of a list: the same list, at the same moment, behind one place.
func momentText(m record.Moment) string { return strconv.FormatInt(int64(m), 10) }
