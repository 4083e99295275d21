package oversight

import (
	"slices"
	"time"

	"rosemary/care"
	"rosemary/care/medicine"
	"rosemary/record"
	"rosemary/standard"
)

// How late a dose may be written down before it counts as not recorded.
const lateDose = 2 * time.Hour

// missed finds the planned doses of the last day of which nothing is recorded: neither given, nor why not. Whoever is in hospital, or looks after a medicine themself, misses none.
func (h *home) missed(versions []*record.Version) {
	doses := medicine.DoseClasses(h.catalogue)
	recent := h.at.Add(-(doseHours + 12) * time.Hour).Unix()
	book := medicine.Read(h.catalogue, slices.DeleteFunc(slices.Clone(versions), func(v *record.Version) bool {
		return slices.Contains(doses, v.Class) && v.Happened < recent
	}), h.at.Location())
	if book.Died != "" || len(book.Orders) == 0 {
		return
	}
	from, until := h.at.Add(-doseHours*time.Hour), h.at.Add(-lateDose)
	for _, o := range book.Orders {
		if o.Held || !o.InForce || o.Ended || o.SelfKept || o.ByOthers {
			continue
		}
		for _, slot := range o.Slots(from, until, h.at.Location()) {
			if h.told(book, o, slot) || care.InHospital(h.catalogue, versions, slot.Due) != nil {
				continue
			}
			content, err := o.Version.Decoded(h.catalogue)
			if err != nil {
				continue // it is among those that cannot be read
			}
			h.add(NotRecorded, item{o.Version, content}, Finding{Words: "Due " + slot.Due.In(h.at.Location()).Format("2 January at 15:04") + ": nothing is recorded", Urgent: o.Critical})
		}
	}
}

// told reports whether something is recorded for a planned time.
func (h *home) told(book *medicine.Book, o *medicine.Order, slot medicine.Slot) bool {
	return slices.ContainsFunc(book.Doses, func(d *medicine.Dose) bool {
		if d.Order != o.Version.Record {
			return false
		}
		s, ok := book.For(o, d)
		return ok && s.Local == slot.Local
	})
}

// orders are the classes that say what is to be given: they are asked for whenever they were written.
func orders(catalogue *standard.Catalogue) []string { return medicine.OrderClasses(catalogue) }
