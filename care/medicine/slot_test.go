package medicine_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rosemary/care/due"
	"rosemary/care/medicine"
	"rosemary/record"
	"rosemary/standard"
)

// TestSlotsAndTheClock: a dose is due once at each of its times, whatever the clock does in the night.
func TestSlotsAndTheClock(t *testing.T) {
	zone := london(t)
	for name, tt := range map[string]struct{ times, from, until, want string }{
		"an ordinary day":              {`["08:00","20:00"]`, "2026-03-16T00:00:00Z", "2026-03-17T00:00:00Z", "08:00+00:00 20:00+00:00"},
		"the hour that does not exist": {`["01:30"]`, "2026-03-28T12:00:00Z", "2026-03-30T12:00:00+01:00", "02:30+01:00 01:30+01:00"},
		"the hour that comes twice":    {`["01:30"]`, "2026-10-24T12:00:00+01:00", "2026-10-26T12:00:00Z", "01:30+01:00 01:30+00:00"},
		"around midnight":              {`["00:00","23:45"]`, "2026-03-16T07:00:00Z", "2026-03-17T07:00:00Z", "23:45+00:00 00:00+00:00"},
	} {
		o := read(t, ordered(t, "Levodopa", "100", "mg", `,"timeOfDay":`+tt.times)).Orders[0]
		var got []string
		for _, s := range o.Slots(at(t, tt.from), at(t, tt.until), zone) {
			got = append(got, s.Due.In(zone).Format("15:04-07:00"))
			if again, ok := o.SlotAt(s.Local, zone); !ok || !again.Due.Equal(s.Due) || !strings.HasSuffix(s.ID(), "@"+s.Local) {
				t.Errorf("%s: the slot %s is not found by its name", name, s.ID())
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", name, got, tt.want)
		}
	}
	weekly := read(t, ordered(t, "Alendronic acid 70 mg", "70", "mg", `,"timeOfDay":["07:00"],"dayOfWeek":[{"code":"sun"}]`)).Orders[0]
	slots := weekly.Slots(at(t, "2026-03-16T00:00:00Z"), at(t, "2026-03-30T00:00:00Z"), zone)
	if len(slots) != 2 || slots[0].Due.Weekday() != time.Sunday {
		t.Errorf("once a week: %v", slots)
	}
}

// TestSlotsAreThoseOfPlannedCare: what the page of the shift and the round of medicines call due is the same, with the same ids, also when the clock changes.
func TestSlotsAreThoseOfPlannedCare(t *testing.T) {
	zone, c := london(t), catalogue(t)
	clocks := []string{"00:00", "00:30", "01:00", "01:30", "02:00", "07:00", "08:00", "12:45", "20:00", "23:45"}
	days := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	starts := []time.Time{at(t, "2026-03-28T07:00:00Z"), at(t, "2026-10-24T07:00:00+01:00"), at(t, "2026-06-01T07:00:00+01:00")}
	rapid.Check(t, func(r *rapid.T) {
		more := `,"timeOfDay":["` + strings.Join(rapid.SliceOfNDistinct(rapid.SampledFrom(clocks), 1, 4, rapid.ID).Draw(r, "times"), `","`) + `"]`
		if on := rapid.SliceOfNDistinct(rapid.SampledFrom(days), 0, 4, rapid.ID).Draw(r, "days"); len(on) > 0 {
			more += `,"dayOfWeek":[{"code":"` + strings.Join(on, `"},{"code":"`) + `"}]`
		}
		from := rapid.SampledFrom(starts).Draw(r, "from")
		until := from.AddDate(0, 0, rapid.IntRange(1, 9).Draw(r, "for"))
		order := ordered(t, "Levodopa", "100", "mg", more)
		planned, err := due.Slots(c, []*record.Version{order}, nil, from, until, from, zone)
		if err != nil {
			r.Fatal(err)
		}
		slots := read(t, order).Orders[0].Slots(from, until, zone)
		if len(slots) != len(planned) {
			r.Fatalf("%s: %d slots, planned care has %d", more, len(slots), len(planned))
		}
		for i, s := range slots {
			if s.ID() != planned[i].ID || !s.Due.Equal(planned[i].At) {
				r.Fatalf("%s: %s at %v, planned care has %s at %v", more, s.ID(), s.Due, planned[i].ID, planned[i].At)
			}
		}
	})
}

// TestASecondDoseOfOneTime: whatever door it came through, and however the times of the order were changed.
func TestASecondDoseOfOneTime(t *testing.T) {
	order := ordered(t, "Apixaban 5 mg tablets", "5", "mg", `,"timeOfDay":["08:00","20:00"]`)
	due := at(t, "2026-03-16T08:00:00Z")
	for name, tt := range map[string]struct {
		first string // content of the dose that is there
		due   string // of the one that is to be given; "": none
		when  string
		want  string
	}{
		"the same time":                      {first: `,"dueAt":"2026-03-16T08:00:00Z"`, due: "2026-03-16T08:00:00Z", when: "2026-03-16T08:20:00Z", want: "second-dose"},
		"the same time, another offset":      {first: `,"dueAt":"2026-03-16T09:00:00+01:00"`, due: "2026-03-16T08:00:00Z", when: "2026-03-16T08:20:00Z", want: "second-dose"},
		"the next time":                      {first: `,"dueAt":"2026-03-16T08:00:00Z"`, due: "2026-03-16T20:00:00Z", when: "2026-03-16T20:00:00Z"},
		"the first says no time":             {due: "2026-03-16T08:00:00Z", when: "2026-03-16T08:20:00Z", want: "second-dose"},
		"the second says no time":            {first: `,"dueAt":"2026-03-16T08:00:00Z"`, when: "2026-03-16T08:40:00Z", want: "second-dose"},
		"the second says a time of its own":  {first: `,"dueAt":"2026-03-16T08:00:00Z"`, due: "2026-03-16T08:01:00Z", when: "2026-03-16T08:40:00Z", want: "second-dose"},
		"the first was refused":              {first: `,"dueAt":"2026-03-16T08:00:00Z","outcome":{"code":"refused"}`, due: "2026-03-16T08:00:00Z", when: "2026-03-16T08:20:00Z"},
		"given late, just before the second": {first: `,"dueAt":"2026-03-16T08:00:00Z","when":"2026-03-16T19:50:00Z"`, due: "2026-03-16T20:00:00Z", when: "2026-03-16T20:00:00Z"},
	} {
		first := given(t, order, "Apixaban 5 mg tablets", "2026-03-16T08:05:00Z", "")
		first = rewritten(t, first, tt.first)
		b := read(t, order, first)
		p := proposed(b.Orders[0], at(t, tt.when))
		if tt.due != "" {
			p.Due = at(t, tt.due)
		}
		if w := b.Warnings(p); kinds(w) != tt.want {
			t.Errorf("%s: %q, want %q", name, kinds(w), tt.want)
		}
		p.Record = first.Record
		if w := b.Warnings(p); kinds(w) != "" {
			t.Errorf("%s: a dose warns of itself: %q", name, kinds(w))
		}
	}
	first := given(t, order, "Apixaban 5 mg tablets", "2026-03-16T08:05:00Z", `,"dueAt":"2026-03-16T08:00:00Z"`)
	second := given(t, order, "Apixaban 5 mg tablets", "2026-03-16T08:25:00Z", `,"dueAt":"2026-03-16T08:00:00Z","reasonForOverride":"Sent late by a device"`)
	twice := read(t, order, second, first).GivenTwice()
	if len(twice) != 1 || !twice[0].Slot.Due.Equal(due) || twice[0].Second.Version != second || twice[0].First.Version != first {
		t.Errorf("given twice: %+v", twice)
	}
}

// TestNoOrderOfDosesGetsPastTheLimits gives doses of two orders of one substance at any times, also into the past, and over the nights in which the clock changes: what the
// rules let through never breaks them, counted by hand.
func TestNoOrderOfDosesGetsPastTheLimits(t *testing.T) {
	tablets := ordered(t, "Paracetamol 500 mg tablets", "1", "g", prn)
	mixture := ordered(t, "Co-codamol 8 mg/500 mg tablets", "2", "{tablet}", `,"asNeeded":true,"contains":[{"ingredient":{"code":"paracetamol"},"amount":{"value":500,"unit":"mg"},"inEach":{"value":1,"unit":"{tablet}"}}]`)
	orders := []*record.Version{tablets, mixture}
	starts := []time.Time{at(t, "2026-03-28T12:00:00Z"), at(t, "2026-10-24T12:00:00+01:00"), at(t, "2026-06-01T12:00:00+01:00")}
	rapid.Check(t, func(r *rapid.T) {
		start := rapid.SampledFrom(starts).Draw(r, "start")
		kept := append([]*record.Version{}, orders...)
		var when []time.Time
		var grams []float64
		for range rapid.IntRange(1, 25).Draw(r, "tries") {
			now := start.Add(time.Duration(rapid.IntRange(0, 48*60).Draw(r, "minute")) * time.Minute)
			which, tabs := rapid.IntRange(0, 1).Draw(r, "order"), rapid.IntRange(1, 3).Draw(r, "tablets")
			order, more, g := orders[which], `,"dose":{"value":`+string(rune('0'+tabs))+`,"unit":"{tablet}"}`, float64(tabs)*0.5
			if which == 0 {
				more = `,"dose":{"value":` + string(rune('0'+tabs)) + `,"unit":"g"}`
				g = float64(tabs)
			}
			dose := given(t, order, "x", now.In(london(t)).Format(time.RFC3339), more)
			b := read(t, kept...)
			p := proposed(b.Order(order.Record), now)
			p.Amount = medicine.DoseOf(catalogue(t), dose).Amount
			if len(b.Warnings(p)) > 0 {
				continue
			}
			kept, when, grams = append(kept, dose), append(when, now), append(grams, g)
		}
		for i := range when {
			total := 0.0
			for j := range when {
				if i != j && when[i].Sub(when[j]).Abs() < 4*time.Hour {
					r.Fatalf("%v and %v are less than four hours apart", when[i], when[j])
				}
				if !when[j].After(when[i]) && when[i].Sub(when[j]) < 24*time.Hour {
					total += grams[j]
				}
			}
			if total > 4 {
				r.Fatalf("%v g in the 24 hours to %v", total, when[i])
			}
		}
	})
}

// TestNextAllowedIsAllowed: the moment that a page names is one at which nothing stops the dose, and a minute before something does.
func TestNextAllowedIsAllowed(t *testing.T) {
	order := ordered(t, "Paracetamol 500 mg tablets", "1", "g", prn)
	start := at(t, "2026-10-24T12:00:00+01:00")
	rapid.Check(t, func(r *rapid.T) {
		kept := []*record.Version{order}
		for range rapid.IntRange(0, 6).Draw(r, "doses") {
			when := start.Add(time.Duration(rapid.IntRange(0, 24*60).Draw(r, "minute")) * time.Minute)
			kept = append(kept, given(t, order, "Paracetamol 500 mg tablets", when.Format(time.RFC3339), ""))
		}
		b := read(t, kept...)
		now := start.Add(24 * time.Hour)
		next, why := b.NextAllowed(b.Orders[0], now)
		if next.IsZero() {
			if w := b.Warnings(proposed(b.Orders[0], now)); len(w) > 0 {
				r.Fatalf("allowed now, but %+v", w)
			}
			return
		}
		if w := b.Warnings(proposed(b.Orders[0], next)); len(w) > 0 {
			r.Fatalf("allowed at %v (%s), but %+v", next, why, w)
		}
		if w := b.Warnings(proposed(b.Orders[0], next.Add(-time.Minute))); len(w) == 0 {
			r.Fatalf("allowed a minute before %v already", next)
		}
	})
}

// rewritten is a dose with other fields.
func rewritten(t testing.TB, v *record.Version, more string) *record.Version {
	t.Helper()
	text := merged(t, string(v.Content), "{"+strings.TrimPrefix(more, ",")+"}")
	out := say(t, standard.ClassRoleDose, text)
	out.Record = v.Record
	return out
}
