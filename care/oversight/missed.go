package oversight

import (
	"slices"
	"time"

	"rosemary/care"
	"rosemary/care/medicine"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// How late a dose may be written down before it counts as not recorded.
const lateDose = 2 * time.Hour

// medicines finds what the book of medicines says, read once: planned doses that nobody wrote down, and those that were given twice.
func (h *home) medicines(versions []*record.Version, stays *care.Stays) {
	book := medicine.Read(h.catalogue, versions, h.at.Location())
	h.twice(book)
	if book.Died == "" {
		h.missed(book, stays)
	}
}

// twice finds the planned doses of the last week that were given a second time; the record behind each is the second dose.
func (h *home) twice(book *medicine.Book) {
	for _, t := range book.GivenTwice() {
		if t.Second.When.Before(Week(h.at)) {
			continue
		}
		content, err := t.Second.Version.Decoded(h.catalogue)
		if err != nil {
			continue // it is among those that cannot be read
		}
		clock := func(at time.Time) string { return plain.DayOfYearClock(at.In(h.at.Location())) }
		h.add(GivenTwice, item{t.Second.Version, content}, Finding{Words: plain.Say("Due {due}: given {first} and again {second}", "due", clock(t.Slot.Due), "first", clock(t.First.When), "second", clock(t.Second.When)),
			Urgent: t.Second.When.After(h.at.Add(-doseHours * time.Hour))})
	}
}

// missed finds the planned doses of the last day of which nothing is recorded: neither given, nor why not. Whoever is in hospital, or looks after a medicine themself, misses none.
func (h *home) missed(book *medicine.Book, stays *care.Stays) {
	from, until := h.at.Add(-doseHours*time.Hour), h.at.Add(-lateDose)
	for _, o := range book.Orders {
		if o.Held || !o.InForce || o.Ended || o.SelfKept || o.ByOthers {
			continue
		}
		for _, slot := range o.Slots(from, until, h.at.Location()) {
			if h.told(book, o, slot) || stays.At(slot.Due) != nil {
				continue
			}
			content, err := o.Version.Decoded(h.catalogue)
			if err != nil {
				continue // it is among those that cannot be read
			}
			h.add(NotRecorded, item{o.Version, content}, Finding{Words: plain.Say("Due {due}: nothing is recorded", "due", plain.DayOfYearClock(slot.Due.In(h.at.Location()))), Urgent: o.Critical})
		}
	}
}

// told reports whether something is recorded for a planned time.
func (h *home) told(book *medicine.Book, o *medicine.Order, slot medicine.Slot) bool {
	recent := h.at.Add(-(doseHours + 12) * time.Hour).Unix()
	return slices.ContainsFunc(book.Doses, func(d *medicine.Dose) bool {
		if d.Order != o.Version.Record || d.Version.Happened < recent {
			return false
		}
		s, ok := book.For(o, d)
		return ok && s.Local == slot.Local
	})
}

// orders are the classes that say what is to be given: they are asked for whenever they were written.
func orders(catalogue *standard.Catalogue) []string { return medicine.OrderClasses(catalogue) }
