package medicine

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// TestWhatWaitsIsAboutADose: by its planned time, by the nearest where one of the two names none, and for a medicine as needed within a day.
func TestWhatWaitsIsAboutADose(t *testing.T) {
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	planned := &Order{Version: &record.Version{VersionID: record.VersionID{Record: uuid.MustParse("018f0000-0000-7000-8000-000000000001")}}, Times: []string{"08:00", "20:00"}}
	needed := &Order{Version: &record.Version{VersionID: record.VersionID{Record: uuid.MustParse("018f0000-0000-7000-8000-000000000002")}}, AsNeeded: true}
	const base = "/people/018f0000-0000-7000-8000-00000000000a/medicines/give/"
	eight, four := at("2026-03-16T08:00:00Z"), at("2026-03-16T16:00:00Z")
	for _, tt := range []struct {
		name, form string
		at         time.Time
		order      *Order
		due, when  time.Time
		want       bool
	}{
		{"the same planned time", base + planned.Version.Record.String() + "@2026-03-16T08:00", eight, planned, eight, eight, true},
		{"another planned time", base + planned.Version.Record.String() + "@2026-03-16T20:00", eight, planned, eight, eight, false},
		{"a dose that names none", base + planned.Version.Record.String() + "@2026-03-16T08:00", eight, planned, time.Time{}, eight.Add(time.Hour), true},
		{"a form that names none", base + planned.Version.Record.String(), eight.Add(time.Hour), planned, eight, eight, true},
		{"a form that names none, of the evening", base + planned.Version.Record.String(), four, planned, eight, eight, false},
		{"a time that the order has no more", base + planned.Version.Record.String() + "@2026-03-16T07:30", eight, planned, eight, eight, true},
		{"as needed, this morning", base + needed.Version.Record.String(), eight, needed, time.Time{}, four, true},
		{"as needed, last week", base + needed.Version.Record.String(), eight.AddDate(0, 0, -7), needed, time.Time{}, four, false},
		{"another order", base + needed.Version.Record.String(), eight, planned, eight, eight, false},
		{"another form about the order", "/people/018f0000-0000-7000-8000-00000000000a/medicines/state/" + planned.Version.Record.String(), eight, planned, eight, eight, false},
	} {
		b := &Book{Orders: []*Order{planned, needed}, zone: time.UTC, Unwritten: []record.Unwritten{{Form: tt.form, By: "Sam Okoro", At: tt.at}}}
		if got := b.Warnings(Proposed{Order: tt.order, Due: tt.due, When: tt.when}); (len(got) == 1) != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
