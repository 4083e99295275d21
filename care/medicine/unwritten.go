package medicine

import (
	"strings"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// DoseForm stands in the address that the form of a dose is sent to, before what is given: a planned time, or an order.
const DoseForm = "/medicines/give/"

// unwritten warns of a dose that somebody wrote down on a device without a network and that could not be saved: it is in no record, and may have been given.
func (b *Book) unwritten(p Proposed) []Warning {
	var found []Warning
	for _, u := range b.Unwritten {
		if b.sameDose(u, p) {
			found = append(found, Warning{Kind: standard.MeansSecondDose, Words: plain.Say("This dose may have been given: {name} wrote something down about it, without a network, at {time}. "+
				"It could not be saved and waits for a person, under “Waiting to be sent”. Ask them first.", "name", u.By, "time", plain.Instant(u.At.In(b.zone), b.zone))})
		}
	}
	return found
}

// sameDose reports whether a form is about this dose: the same planned time; where one of the two names none, the nearest; of a medicine as needed, a dose within a day.
func (b *Book) sameDose(u record.Unwritten, p Proposed) bool {
	_, id, ok := strings.Cut(u.Form, DoseForm)
	name, local, _ := strings.Cut(id, "@")
	order, err := uuid.Parse(name)
	if !ok || err != nil || order != p.Order.Version.Record {
		return false
	}
	at := p.Due
	if at.IsZero() {
		at = p.When
	}
	mine, planned := p.Order.nearest(at, b.zone)
	if !planned {
		return u.At.Sub(p.When).Abs() < rolling
	}
	its, ok := p.Order.SlotAt(local, b.zone)
	if !ok {
		its, ok = p.Order.nearest(u.At, b.zone)
	}
	return ok && its.Due.Equal(mine.Due)
}
