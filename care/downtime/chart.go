package downtime

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care/medicine"
	"rosemary/care/plain"
)

// chart is the medicine chart of today and tomorrow.
type chart struct {
	Days       []string
	Rows       []chartRow
	AsNeeded   []chartRow
	Day        []event // what happened in the last 24 hours, the oldest first
	Unreadable bool
}

// event is one dose that was given, refused or held back, whatever its order is now.
type event struct{ When, Name, What, Why string }

// lastDay are the doses of the last 24 hours: what may be given next depends on them, also when the day has just changed or their order has ended.
func lastDay(book *medicine.Book, at time.Time, name func(uuid.UUID) string) []event {
	var list []event
	for _, d := range book.Doses {
		if d.When.After(at) || at.Sub(d.When) > 24*time.Hour {
			continue
		}
		when := d.When.In(at.Location())
		e := event{When: when.Format("Monday ") + plain.Clock(when.Truncate(time.Minute)), Name: d.Name, What: d.Outcome, Why: d.WhyNot}
		if d.Amount.Known {
			e.What += " " + d.Amount.Words()
		}
		if d.Reason != "" {
			e.Why = d.Reason
		}
		e.What += signed(book, d, name)
		list = append(list, e)
	}
	slices.Reverse(list)
	return list
}

// signed is who gave a dose, and who watched.
func signed(book *medicine.Book, d *medicine.Dose, name func(uuid.UUID) string) string {
	text := ""
	for _, by := range d.By {
		if who := name(by); who != "" {
			text += " " + plain.Initials(who)
		}
	}
	if who := name(d.Witness); who != "" {
		text += ", witness " + plain.Initials(who)
		if book.Unproved[d.Version.Record] {
			text += " named, not proved"
		}
	}
	return text
}

// chartRow is one medicine.
type chartRow struct {
	Name     string
	How      string
	Marks    []string
	Critical bool
	Stop     string     // why it must not be given; "": it may
	Days     [][]square // for each day its times
	Last     string
	Limits   string
}

// square is one time: signed already, or empty to be signed.
type square struct {
	Time string
	Done string
}

// chartOf makes the chart of the day and the next.
func chartOf(book *medicine.Book, at time.Time, name func(uuid.UUID) string) chart {
	today := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
	days := []time.Time{today, today.AddDate(0, 0, 1), today.AddDate(0, 0, 2)}
	c := chart{Unreadable: book.Left, Day: lastDay(book, at, name), Days: []string{plain.Weekday(days[0]), plain.Weekday(days[1])}}
	for _, o := range book.Orders {
		if o.Ended || !o.Till.IsZero() && o.Till.Before(at) {
			continue
		}
		row := chartRow{Name: o.Name, Critical: o.Critical, How: how(o), Marks: marks(o), Last: last(book, o, at.Location()), Limits: limits(o), Stop: stop(o, at)}
		if o.AsNeeded || len(o.Times) == 0 {
			c.AsNeeded = append(c.AsNeeded, row)
			continue
		}
		for i := range 2 {
			var squares []square
			for _, slot := range o.Slots(days[i], days[i+1], at.Location()) {
				squares = append(squares, square{Time: slot.Due.In(at.Location()).Format("15:04"), Done: done(book, o, slot, name, at.Location())})
			}
			row.Days = append(row.Days, squares)
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

func how(o *medicine.Order) string {
	var parts []string
	dose := o.Dose.Words()
	if o.UpTo.Known {
		dose += " up to " + o.UpTo.Words()
	}
	for _, text := range []string{dose, o.Route, o.Site, o.Directions} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if o.Reason != "" {
		parts = append(parts, "for: "+o.Reason)
	}
	return strings.Join(parts, "; ")
}

func marks(o *medicine.Order) []string {
	var list []string
	for _, m := range []struct {
		is   bool
		text string
	}{
		{o.Critical, "On the minute"}, {o.Controlled, "Controlled drug: two people"}, {o.Insulin, "Insulin"}, {o.Patch, "Patch"}, {o.Anticoagulant, "Thins the blood"},
		{o.Variable, "Dose varies: look for today's"}, {o.Covert, "Hidden in food or drink by decision"}, {o.SelfKept, "Looked after by the person"}, {o.SelfGiven, "Taken by the person"},
		{o.ByOthers, "Given by others"},
	} {
		if m.is {
			list = append(list, m.text)
		}
	}
	return list
}

// stop says why an order is not one to give from.
func stop(o *medicine.Order, at time.Time) string {
	switch {
	case !o.Checked:
		return "Not checked by a second person: do not give from this line."
	case o.Held || !o.InForce:
		return "Not to be given now: " + o.Status
	case !o.From.IsZero() && o.From.After(at):
		return "Begins on " + plain.Instant(o.From, at.Location())
	}
	return ""
}

func limits(o *medicine.Order) string {
	var parts []string
	if o.Interval > 0 {
		parts = append(parts, "at least "+medicine.Span(o.Interval)+" between two doses")
	}
	if o.Most.Known {
		parts = append(parts, "at most "+o.Most.Words()+" in any 24 hours")
	}
	if o.Offer != "" {
		parts = append(parts, "when: "+o.Offer)
	}
	return strings.Join(parts, "; ")
}

// last is when an order was given last, and what happened to the doses of the last day.
func last(book *medicine.Book, o *medicine.Order, zone *time.Location) string {
	for _, d := range book.Doses {
		if d.Given && d.Order == o.Version.Record {
			text := plain.Minute(d.When, zone)
			if d.Amount.Known {
				text += ", " + d.Amount.Words()
			}
			return text
		}
	}
	return "not in the last 7 days"
}

// done is what was recorded for one time.
func done(book *medicine.Book, o *medicine.Order, slot medicine.Slot, name func(uuid.UUID) string, zone *time.Location) string {
	for _, d := range book.Doses {
		if d.Order != o.Version.Record {
			continue
		}
		if s, ok := book.For(o, d); ok && s.Local == slot.Local {
			return d.Outcome + " " + plain.Clock(d.When.In(zone).Truncate(time.Minute)) + signed(book, d, name)
		}
	}
	return ""
}
