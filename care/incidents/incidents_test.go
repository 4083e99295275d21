package incidents_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/care/incidents"
	"rosemary/record"
	"rosemary/standard"
)

// TestEveryPictureAddsUp: whatever incidents say and leave out, each is under exactly one bar of each picture.
func TestEveryPictureAddsUp(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	class := incidents.Classes(catalogue)[0]
	rapid.Check(t, func(rt *rapid.T) {
		var versions []*record.Version
		n := rapid.IntRange(0, 12).Draw(rt, "incidents")
		people := []uuid.UUID{uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())}
		for i := range n {
			content := fmt.Sprintf(`{"date":"2026-%02d-%02d"`, rapid.IntRange(1, 12).Draw(rt, "month"), rapid.IntRange(1, 28).Draw(rt, "day"))
			for _, part := range []string{`,"time":"0` + fmt.Sprint(rapid.IntRange(0, 9).Draw(rt, "hour")) + `:30"`, `,"incidentType":{"code":"fall"}`, `,"incidentType":{"text":"Slipped"}`, `,"harm":{"code":"low"}`,
				`,"location":{"ref":"` + uuid.NewString() + `"}`} {
				if rapid.Bool().Draw(rt, "say") && (part[:10] != `,"incident` || content[len(content)-1] != '}') {
					content += part
				}
			}
			v := &record.Version{Stream: rapid.SampledFrom(people).Draw(rt, "whose"), Class: class, Status: record.Complete, Content: []byte(content + "}"), Happened: int64(i)}
			v.Record = uuid.Must(uuid.NewV7())
			versions = append(versions, v)
		}
		list, unreadable := incidents.Read(catalogue, versions, time.UTC)
		if len(list)+unreadable != n {
			rt.Fatalf("%d read, %d unreadable, of %d", len(list), unreadable, n)
		}
		for _, by := range incidents.All() {
			seen := map[uuid.UUID]int{}
			for _, bar := range incidents.Bars(list, by) {
				for _, x := range bar.Incidents {
					seen[x.Version.Record]++
				}
			}
			if len(seen) != len(list) {
				rt.Fatalf("by %s: %d of %d", by, len(seen), len(list))
			}
			for _, times := range seen {
				if times != 1 {
					rt.Fatalf("by %s: one is under %d bars", by, times)
				}
			}
		}
	})
}

// TestAnIncidentFallsUnderTheLocalClock: in summer the clock of the home is an hour ahead, and an incident without a time is under no hour.
func TestAnIncidentFallsUnderTheLocalClock(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	write := func(content string) *record.Version {
		return &record.Version{Class: incidents.Classes(catalogue)[0], Status: record.Complete, Content: []byte(content), Stream: uuid.Must(uuid.NewV7())}
	}
	list, _ := incidents.Read(catalogue, []*record.Version{write(`{"date":"2026-07-05","time":"23:40"}`), write(`{"date":"2026-07-06"}`)}, london)
	for by, want := range map[incidents.By]map[string]int{
		incidents.Hour: {"21": 1, incidents.Unknown: 1}, incidents.Weekday: {"sunday": 1, "monday": 1}, incidents.Month: {"2026-07": 2}, incidents.Place: {incidents.Unknown: 2},
	} {
		for _, bar := range incidents.Bars(list, by) {
			if len(bar.Incidents) != want[bar.Key] {
				t.Errorf("by %s, %s: %d, want %d", by, bar.Key, len(bar.Incidents), want[bar.Key])
			}
		}
	}
	if bars := incidents.Bars(nil, incidents.Weekday); len(bars) != 7 || bars[0].Label != "Monday" {
		t.Errorf("a quiet week has %d days: %+v", len(bars), bars)
	}
}
