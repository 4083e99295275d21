package medicine

import (
	"slices"
	"time"
)

// localForm writes the local time of a slot.
const localForm = "2006-01-02T15:04"

// Slot is one planned time of an order.
type Slot struct {
	Order *Order
	Due   time.Time
	Local string // as the clock on the wall shows it: the id is the order's with this behind it
}

// ID names the slot: what is planned, and its local time.
func (s Slot) ID() string { return s.Order.Version.Record.String() + "@" + s.Local }

// onTheWall is the moment at which a clock on the wall shows a time on a day. A time that the clock passes over is an hour on; of a time that it shows twice, the
// first counts: a dose is never due twice.
func onTheWall(day time.Time, clock string, zone *time.Location) (time.Time, bool) {
	c, err := time.Parse("15:04", clock)
	if err != nil {
		return time.Time{}, false
	}
	y, m, d := day.Date()
	t := time.Date(y, m, d, c.Hour(), c.Minute(), 0, 0, zone)
	shows := func(t time.Time) bool { return t.Hour() == c.Hour() && t.Minute() == c.Minute() }
	if !shows(t) {
		return t, true
	}
	if earlier := t.Add(-time.Hour); shows(earlier) {
		return earlier, true
	}
	return t, true
}

// Slots are the planned times of an order from one moment until another, the earliest first. Before the order begins and after it ends there are none.
func (o *Order) Slots(from, until time.Time, zone *time.Location) []Slot {
	if o.AsNeeded || len(o.Times) == 0 {
		return nil
	}
	if !o.From.IsZero() && o.From.After(from) {
		from = o.From
	}
	if !o.Till.IsZero() && o.Till.Before(until) {
		until = o.Till.Add(time.Second)
	}
	var slots []Slot
	y, m, d := from.In(zone).Date()
	for day := time.Date(y, m, d, 12, 0, 0, 0, zone); !day.After(until.Add(24 * time.Hour)); day = day.AddDate(0, 0, 1) {
		if len(o.Days) > 0 && !slices.Contains(o.Days, day.Weekday()) {
			continue
		}
		for _, clock := range o.Times {
			due, ok := onTheWall(day, clock, zone)
			if ok && !due.Before(from) && due.Before(until) {
				slots = append(slots, Slot{Order: o, Due: due, Local: day.Format(time.DateOnly) + "T" + clock})
			}
		}
	}
	slices.SortStableFunc(slots, func(x, y Slot) int { return x.Due.Compare(y.Due) }) // in spring a later time of the clock can come first
	return slots
}

// nearest is the planned time that is nearest to a moment; none where the order has no times.
func (o *Order) nearest(at time.Time, zone *time.Location) (best Slot, ok bool) {
	if exactly := o.Slots(at, at.Add(time.Second), zone); len(exactly) > 0 && exactly[0].Due.Equal(at) {
		return exactly[0], true
	}
	reach := 36 * time.Hour
	if len(o.Days) > 0 {
		reach = 4 * 24 * time.Hour
	}
	for _, s := range o.Slots(at.Add(-reach), at.Add(reach), zone) {
		if !ok || s.Due.Sub(at).Abs() < best.Due.Sub(at).Abs() {
			best, ok = s, true
		}
	}
	return best, ok
}

// SlotAt finds the planned time that an address or a form names by its local time.
func (o *Order) SlotAt(local string, zone *time.Location) (Slot, bool) {
	day, err := time.ParseInLocation(localForm, local, zone)
	if err != nil {
		return Slot{}, false
	}
	for _, s := range o.Slots(day.Add(-26*time.Hour), day.Add(26*time.Hour), zone) {
		if s.Local == local {
			return s, true
		}
	}
	return Slot{}, false
}

// For is the planned time that a record of a dose was for: the one that it names, or the nearest, where it names none or one that the order does not have: a dose
// that is recorded without its time fills its slot too.
func (b *Book) For(o *Order, d *Dose) (Slot, bool) {
	at := d.Due
	if at.IsZero() {
		at = d.When
	}
	return o.nearest(at, b.zone)
}
