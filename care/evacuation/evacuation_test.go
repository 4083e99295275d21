package evacuation_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/care/evacuation"
	"rosemary/record"
	"rosemary/standard"
)

// TestTheRollIsNeverShortOfHelp: what nobody has decided is not known and never nothing; a plan of its own is stronger than the one for ordinary days; by night nothing is taken over
// from the day.
func TestTheRollIsNeverShortOfHelp(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 16, 14, 0, 0, 0, time.UTC)
	write := func(class, content string) *record.Version {
		v := &record.Version{Class: class, Status: record.Complete, Content: []byte(content)}
		v.Record = uuid.Must(uuid.NewV7())
		return v
	}
	moving := write("moving-and-handling-plan", `{"numberOfHelpers":2,"leavingInAnEmergency":"Evacuation sheet","date":"2026-03-01"}`)
	plan := write("evacuation-plan", `{"howByDay":{"code":"wheelchair"},"helpersByDay":1,"hearsTheAlarm":{"code":"yes"},"date":"2026-03-01","reviewDate":"2026-03-10"}`)
	over := write("evacuation-plan", `{"howByDay":{"code":"alone"},"helpersByDay":0,"date":"2025-03-01","endDate":"2026-01-31"}`)
	wrong := write("evacuation-plan", `{"howByDay":{"code":"alone"},"helpersByDay":0,"date":"2026-03-01"}`)
	wrong.Status = record.EnteredInError
	way := func(versions ...*record.Version) evacuation.Way { return evacuation.WayOf(catalogue, versions, at) }

	if none := way(); none.Planned || none.Day.Known || none.Night.Known || !none.Deaf || none.Record != uuid.Nil {
		t.Errorf("nothing recorded: %+v", none)
	}
	if ordinary := way(over, wrong, moving); ordinary.Planned || ordinary.Day.Staff != 2 || !ordinary.Day.Unsure || ordinary.Steps != "Evacuation sheet" || ordinary.Record != moving.Record {
		t.Errorf("the plan for ordinary days: %+v", ordinary)
	}
	own := way(moving, plan)
	if !own.Planned || own.Day.Staff != 1 || own.Deaf || !own.Overdue {
		t.Errorf("a plan of its own: %+v", own)
	}
	if own.Night.Known || !own.Night.Unsure {
		t.Errorf("the night was taken over from the day: %+v", own.Night)
	}
	total := evacuation.Sum([]evacuation.Help{own.Day, own.Night, {Known: true}, {Known: true, Staff: 2}})
	if want := (evacuation.Total{People: 4, Alone: 1, Helped: 2, Unknown: 1, Staff: 3, Most: 2}); total != want {
		t.Errorf("added up %+v, want %+v", total, want)
	}
}
