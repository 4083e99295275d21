package due_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/care/due"
	"rosemary/record"
	"rosemary/standard"
)

func catalogue(t testing.TB) *standard.Catalogue {
	t.Helper()
	c, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func london(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// said makes a record of a class.
func said(t testing.TB, c *standard.Catalogue, class, content string) *record.Version {
	t.Helper()
	of, ok := c.Class(class)
	if !ok {
		t.Fatalf("no class %s", class)
	}
	read, problems := of.Decode([]byte(content), standard.DecodeOptions{AllowIncomplete: true})
	if len(problems) > 0 {
		t.Fatalf("%s: %v", content, problems)
	}
	ix := record.IndexOf(read, "2026-01-01T00:00:00Z", london(t))
	return &record.Version{
		VersionID: record.VersionID{Record: uuid.Must(uuid.NewV7()), Number: 1}, Class: class, Status: record.Complete, Content: read.AppendJSON(nil), Happened: ix.HappenedFrom,
	}
}

func task(t testing.TB, c *standard.Catalogue, period string) *record.Version {
	return said(t, c, "task", `{"description":"Look in","status":{"code":"accepted"},"requestedPeriod":{`+period+`}}`)
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02T15:04", s, london(t))
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// locals are the local times of slots, in order, with their states.
func locals(slots []due.Slot, states bool) string {
	var list []string
	for _, s := range slots {
		_, local, _ := due.ParseID(s.ID)
		if states {
			local += " " + string(s.State)
		}
		list = append(list, local)
	}
	return strings.Join(list, ", ")
}

func TestWhenThingsAreDue(t *testing.T) {
	c, zone := catalogue(t), london(t)
	for name, tt := range map[string]struct {
		period, from, until, want string
		class                     string
	}{
		"times of day": {period: `"start":"2026-03-17","timeOfDay":["08:00","20:00"]`, from: "2026-03-16T07:00", until: "2026-03-18T07:00",
			want: "2026-03-17T08:00, 2026-03-17T20:00"},
		"every other day": {period: `"start":"2026-03-17","timeOfDay":["08:00"],"every":2,"everyUnit":{"code":"d"}`, from: "2026-03-17T07:00", until: "2026-03-22T07:00",
			want: "2026-03-17T08:00, 2026-03-19T08:00, 2026-03-21T08:00"},
		"days of the week": {period: `"start":"2026-03-17","dayOfWeek":[{"code":"tue"},{"code":"fri"}],"timeOfDay":["10:00"]`, from: "2026-03-16T07:00", until: "2026-03-25T07:00",
			want: "2026-03-17T10:00, 2026-03-20T10:00, 2026-03-24T10:00"},
		"a day, at any time of it": {period: `"start":"2026-03-17","dayOfWeek":[{"code":"mon"}],"every":1,"everyUnit":{"code":"wk"}`, from: "2026-03-17T07:00", until: "2026-03-31T07:00",
			want: "2026-03-23T07:00, 2026-03-30T07:00"},
		"every other week on Monday, in whole weeks": {period: `"start":"2026-03-18","dayOfWeek":[{"code":"mon"}],"every":2,"everyUnit":{"code":"wk"}`, from: "2026-03-16T07:00", until: "2026-04-14T07:00",
			want: "2026-03-30T07:00, 2026-04-13T07:00"},
		"monthly, on the last day where the month is short": {period: `"start":"2026-01-31","timeOfDay":["09:00"],"every":1,"everyUnit":{"code":"mo"}`, from: "2026-01-01T00:00", until: "2026-05-01T00:00",
			want: "2026-01-31T09:00, 2026-02-28T09:00, 2026-03-31T09:00, 2026-04-30T09:00"},
		"yearly": {period: `"start":"2024-02-29","timeOfDay":["09:00"],"every":1,"everyUnit":{"code":"a"}`, from: "2026-01-01T00:00", until: "2026-12-31T00:00",
			want: "2026-02-28T09:00"},
		"hours that pass": {period: `"start":"2026-03-17T09:30:00+00:00","every":4,"everyUnit":{"code":"h"}`, from: "2026-03-17T07:00", until: "2026-03-18T01:00",
			want: "2026-03-17T09:30, 2026-03-17T13:30, 2026-03-17T17:30, 2026-03-17T21:30"},
		"hours that pass, when the clocks go forward": {period: `"start":"2026-03-28T22:00:00+00:00","every":2,"everyUnit":{"code":"h"}`, from: "2026-03-28T20:00", until: "2026-03-29T07:00",
			want: "2026-03-28T22:00, 2026-03-29T00:00, 2026-03-29T03:00, 2026-03-29T05:00"},
		"hours that pass, when the clocks go back": {period: `"start":"2026-10-25T00:00:00+01:00","every":1,"everyUnit":{"code":"h"}`, from: "2026-10-25T00:00", until: "2026-10-25T03:00",
			want: "2026-10-25T00:00, 2026-10-25T01:00, 2026-10-25T01:00Z, 2026-10-25T02:00"},
		"a time that the clocks leave out": {period: `"start":"2026-03-01","timeOfDay":["01:30"]`, from: "2026-03-28T12:00", until: "2026-03-30T12:00",
			want: "2026-03-29T01:30, 2026-03-30T01:30"},
		"a time that the clocks show twice": {period: `"start":"2026-03-01","timeOfDay":["01:30"]`, from: "2026-10-24T12:00", until: "2026-10-26T12:00",
			want: "2026-10-25T01:30, 2026-10-26T01:30"},
		"once":                        {period: `"start":"2026-03-17T15:00:00+00:00"`, from: "2026-03-17T07:00", until: "2026-03-18T07:00", want: "2026-03-17T15:00"},
		"once, and not on other days": {period: `"start":"2026-03-17T15:00:00+00:00"`, from: "2026-03-18T07:00", until: "2026-03-19T07:00"},
		"in words only":               {period: `"start":"2026-03-17","schedule":"Whenever she likes"`, from: "2026-03-17T07:00", until: "2026-03-19T07:00"},
		"when needed":                 {period: `"start":"2026-03-17","timeOfDay":["08:00"],"asNeeded":true`, from: "2026-03-17T07:00", until: "2026-03-19T07:00"},
		"not before it begins": {period: `"start":"2026-03-17T12:00:00+00:00","timeOfDay":["08:00","20:00"]`, from: "2026-03-17T07:00", until: "2026-03-18T07:00",
			want: "2026-03-17T20:00"},
		"the last day counts":    {period: `"start":"2026-03-22","end":"2026-03-23","timeOfDay":["09:00"]`, from: "2026-03-20T07:00", until: "2026-03-28T07:00", want: "2026-03-22T09:00, 2026-03-23T09:00"},
		"an end on the minute":   {period: `"start":"2026-03-22","end":"2026-03-23T09:00:00+00:00","timeOfDay":["09:00"]`, from: "2026-03-20T07:00", until: "2026-03-28T07:00", want: "2026-03-22T09:00"},
		"began in the afternoon": {period: `"start":"2026-03-16T14:10:00+00:00","dayOfWeek":[{"code":"mon"}]`, from: "2026-03-16T07:00", until: "2026-03-17T07:00", want: "2026-03-16T07:00"},
		"an order": {class: "medicine-order", period: `"medicine":{"text":"Apixaban"},"status":{"code":"active"},"start":"2026-03-16T15:00:00+00:00","timeOfDay":["08:00","20:00"]`,
			from: "2026-03-16T07:00", until: "2026-03-17T12:00", want: "2026-03-16T20:00, 2026-03-17T08:00"},
		"an order that has ended": {class: "medicine-order", period: `"medicine":{"text":"Apixaban"},"status":{"code":"stopped"},"start":"2026-03-16T15:00:00+00:00","timeOfDay":["08:00"]`,
			from: "2026-03-16T07:00", until: "2026-03-17T12:00"},
	} {
		var planned *record.Version
		if tt.class == "" {
			planned = task(t, c, tt.period)
		} else {
			planned = said(t, c, tt.class, "{"+tt.period+"}")
		}
		slots, err := due.Slots(c, []*record.Version{planned}, nil, at(t, tt.from), at(t, tt.until), at(t, tt.from), zone)
		if got := locals(slots, false); err != nil || got != tt.want {
			t.Errorf("%s: due at %q (%v), want %q", name, got, err, tt.want)
		}
	}
}

func TestHowASlotStands(t *testing.T) {
	c, zone := catalogue(t), london(t)
	wash := task(t, c, `"start":"2026-03-01","timeOfDay":["08:00"],"minutesBeforeOrAfter":30`)
	order := said(t, c, "medicine-order", `{"medicine":{"text":"Apixaban"},"status":{"code":"active"},"start":"2026-03-01","timeOfDay":["08:00","20:00"],"timeCritical":true}`)
	act := func(more string) *record.Version {
		return said(t, c, "action", `{"date":"2026-03-17","recordedActivity":[{"ref":"`+wash.Record.String()+`"}]`+more+`}`)
	}
	dose := func(more string) *record.Version {
		return said(t, c, "dose-event", `{"medicine":{"text":"Apixaban"},"medicineOrder":{"ref":"`+order.Record.String()+`"}`+more+`}`)
	}
	inError := act(`,"time":"08:00"`)
	inError.Status = record.EnteredInError
	elsewhere := act(`,"time":"08:00"`)
	elsewhere.SaidBy = "Another home"
	for name, tt := range map[string]struct {
		planned *record.Version
		also    []string // class, content
		done    []*record.Version
		now     string
		want    string
	}{
		"later":                               {planned: wash, now: "2026-03-17T07:29", want: "2026-03-17T08:00 later"},
		"due, early":                          {planned: wash, now: "2026-03-17T07:30", want: "2026-03-17T08:00 due"},
		"due, late":                           {planned: wash, now: "2026-03-17T08:29", want: "2026-03-17T08:00 due"},
		"overdue":                             {planned: wash, now: "2026-03-17T08:30", want: "2026-03-17T08:00 overdue"},
		"done":                                {planned: wash, now: "2026-03-17T12:00", done: []*record.Version{act(`,"outcome":{"code":"done"},"dueAt":"2026-03-17T08:00:00+00:00"`)}, want: "2026-03-17T08:00 done"},
		"done late, and no time is named":     {planned: wash, now: "2026-03-17T12:00", done: []*record.Version{act(`,"outcome":{"code":"done"},"time":"11:50"`)}, want: "2026-03-17T08:00 done"},
		"done twelve hours late":              {planned: wash, now: "2026-03-17T22:00", done: []*record.Version{act(`,"time":"21:00"`)}, want: "2026-03-17T08:00 done"},
		"done for the day before":             {planned: wash, now: "2026-03-17T12:00", done: []*record.Version{act(`,"time":"08:00","dueAt":"2026-03-16T08:00:00+00:00"`)}, want: "2026-03-17T08:00 overdue"},
		"the time was planned otherwise":      {planned: wash, now: "2026-03-17T12:00", done: []*record.Version{act(`,"time":"07:10","dueAt":"2026-03-17T07:00:00+00:00"`)}, want: "2026-03-17T08:00 done"},
		"partly":                              {planned: wash, now: "2026-03-17T12:00", done: []*record.Version{act(`,"outcome":{"code":"partly"},"time":"08:10"`)}, want: "2026-03-17T08:00 partly-done"},
		"refused":                             {planned: wash, now: "2026-03-17T12:00", done: []*record.Version{act(`,"outcome":{"code":"refused"},"time":"08:10"`)}, want: "2026-03-17T08:00 not-done"},
		"refused, then done":                  {planned: wash, now: "2026-03-17T12:00", done: []*record.Version{act(`,"outcome":{"code":"done"},"time":"08:10"`), act(`,"outcome":{"code":"refused"},"time":"08:40"`)}, want: "2026-03-17T08:00 done"},
		"entered in error, or said by others": {planned: wash, now: "2026-03-17T12:00", done: []*record.Version{inError, elsewhere}, want: "2026-03-17T08:00 overdue"},
		"a check": {planned: wash, now: "2026-03-17T12:00", want: "2026-03-17T08:00 done", done: []*record.Version{
			said(t, c, "care-check", `{"when":"2026-03-17T08:02:00+00:00","kind":[{"code":"look-in"}],"recordedActivity":[{"ref":"`+wash.Record.String()+`"}]}`)}},
		"time-critical is overdue after half an hour": {planned: order, now: "2026-03-17T08:31", want: "2026-03-17T08:00 overdue, 2026-03-17T20:00 later"},
		"a dose": {planned: order, now: "2026-03-17T08:31", want: "2026-03-17T08:00 done, 2026-03-17T20:00 later", done: []*record.Version{
			dose(`,"outcome":{"code":"given"},"when":"2026-03-17T08:05:00+00:00","dueAt":"2026-03-17T08:00:00+00:00"`)}},
		"a dose withheld": {planned: order, now: "2026-03-17T08:31", want: "2026-03-17T08:00 not-done, 2026-03-17T20:00 later", done: []*record.Version{
			dose(`,"outcome":{"code":"withheld"},"when":"2026-03-17T08:05:00+00:00","dueAt":"2026-03-17T08:00:00+00:00"`)}},
		"in hospital": {planned: wash, now: "2026-03-17T12:00", want: "2026-03-17T08:00 paused",
			also: []string{"transfer-of-care", `{"code":{"code":"to-hospital-emergency"},"dateOfTransfer":"2026-03-17T04:15:00+00:00"}`}},
		"gone to hospital since, and nobody can do it now": {planned: order, now: "2026-03-17T12:00", want: "2026-03-17T08:00 overdue, 2026-03-17T20:00 paused",
			also: []string{"transfer-of-care", `{"code":{"code":"to-hospital-emergency"},"dateOfTransfer":"2026-03-17T10:15:00+00:00"}`}},
		"back from hospital": {planned: order, now: "2026-03-17T14:00", want: "2026-03-17T08:00 paused, 2026-03-17T20:00 later",
			also: []string{"transfer-of-care", `{"code":{"code":"to-hospital-emergency"},"dateOfTransfer":"2026-03-17T04:15:00+00:00"}`, "return-from-hospital", `{"cameBack":"2026-03-17T13:40:00+00:00"}`}},
		"died, that day": {planned: order, now: "2026-03-17T21:00", want: "", also: []string{"subject-of-care", `{"dateOfDeath":"2026-03-17"}`}},
	} {
		planned := []*record.Version{tt.planned}
		for i := 0; i < len(tt.also); i += 2 {
			planned = append(planned, said(t, c, tt.also[i], tt.also[i+1]))
		}
		slots, err := due.Slots(c, planned, tt.done, at(t, "2026-03-17T07:00"), at(t, "2026-03-18T07:00"), at(t, tt.now), zone)
		if got := locals(slots, true); err != nil || got != tt.want {
			t.Errorf("%s: %q (%v), want %q", name, got, err, tt.want)
		}
	}
	held := said(t, c, "medicine-order", `{"medicine":{"text":"Apixaban"},"status":{"code":"awaiting-check"},"start":"2026-03-01","timeOfDay":["08:00"]}`)
	slots, err := due.Slots(c, []*record.Version{held}, nil, at(t, "2026-03-17T07:00"), at(t, "2026-03-18T07:00"), at(t, "2026-03-17T08:00"), zone)
	if err != nil || len(slots) != 1 || slots[0].State != due.Paused || !strings.Contains(slots[0].Why, "second check") {
		t.Errorf("an order that nobody has checked: %+v, %v", slots, err)
	}
}

func TestWhatWasDoneOfSomethingThatIsOverIsStillShown(t *testing.T) {
	c, zone := catalogue(t), london(t)
	over := said(t, c, "task", `{"description":"Pulse","status":{"code":"completed"},"requestedPeriod":{"start":"2026-03-01","timeOfDay":["08:00","20:00"]}}`)
	two := []*record.Version{}
	for _, clock := range []string{"08:00", "08:10"} {
		two = append(two, said(t, c, "action", `{"date":"2026-03-17","time":"`+clock+`","outcome":{"code":"done"},"recordedActivity":[{"ref":"`+over.Record.String()+`"}]}`))
	}
	slots, err := due.Slots(c, []*record.Version{over}, two, at(t, "2026-03-17T07:00"), at(t, "2026-03-18T07:00"), at(t, "2026-03-17T21:00"), zone)
	if err != nil || len(slots) != 1 || len(slots[0].Done) != 2 || slots[0].Done[0] != two[1] {
		t.Fatalf("slots %+v, %v; want one, with both records, the later first", slots, err)
	}
}

// TestThePlanOfThatDayCounts: what was planned otherwise since is told as it was planned then; what is changed in the course of a day holds for the whole of that day.
func TestThePlanOfThatDayCounts(t *testing.T) {
	c, zone := catalogue(t), london(t)
	version := func(number int, committed, period, status string) *record.Version {
		v := said(t, c, "task", `{"description":"Pulse","status":{"code":"`+status+`"},"requestedPeriod":{"start":"2026-03-01",`+period+`}}`)
		v.Record, v.Number, v.Committed = uuid.MustParse("0199b2f4-7a00-7000-8000-000000000001"), number, at(t, committed)
		return v
	}
	first, second := version(1, "2026-03-01T10:00", `"timeOfDay":["08:00"]`, "accepted"), version(2, "2026-03-17T12:00", `"timeOfDay":["09:00"]`, "accepted")
	ended := version(3, "2026-03-18T06:00", `"timeOfDay":["09:00"]`, "completed")
	wrong := version(3, "2026-03-18T06:00", `"timeOfDay":["09:00"]`, "accepted")
	wrong.Status = record.EnteredInError
	done := said(t, c, "action", `{"date":"2026-03-16","time":"08:10","outcome":{"code":"done"},"dueAt":"2026-03-16T08:00:00+00:00","recordedActivity":[{"ref":"`+first.Record.String()+`"}]}`)
	for name, tt := range map[string]struct {
		planned []*record.Version
		now     string
		want    string
	}{
		"nobody changed it":                  {planned: []*record.Version{first}, now: "2026-03-18T10:00", want: "2026-03-16T08:00 done, 2026-03-17T08:00 overdue, 2026-03-18T08:00 overdue"},
		"changed yesterday":                  {planned: []*record.Version{second, first}, now: "2026-03-18T09:30", want: "2026-03-16T08:00 done, 2026-03-17T09:00 overdue, 2026-03-18T09:00 due"},
		"ended before the day was over":      {planned: []*record.Version{first, second, ended}, now: "2026-03-18T10:00", want: "2026-03-16T08:00 done"},
		"all of it was never meant for them": {planned: []*record.Version{first, second, wrong}, now: "2026-03-18T10:00", want: ""},
	} {
		slots, err := due.Slots(c, tt.planned, []*record.Version{done}, at(t, "2026-03-16T07:00"), at(t, "2026-03-19T07:00"), at(t, tt.now), zone)
		if got := locals(slots, true); err != nil || got != tt.want {
			t.Errorf("%s: %q (%v), want %q", name, got, err, tt.want)
		}
	}
}

func TestCareDayHas23Or25HoursTwiceAYear(t *testing.T) {
	zone := london(t)
	for _, tt := range []struct {
		in    string
		from  string
		hours int
	}{
		{"2026-03-18T06:59", "2026-03-17T07:00", 24}, {"2026-03-18T07:00", "2026-03-18T07:00", 24},
		{"2026-03-29T03:00", "2026-03-28T07:00", 23}, {"2026-10-25T03:00", "2026-10-24T07:00", 25}, {"2026-01-01T00:10", "2025-12-31T07:00", 24},
	} {
		from, until := due.CareDay(at(t, tt.in), zone)
		if !from.Equal(at(t, tt.from)) || until.Sub(from) != time.Duration(tt.hours)*time.Hour {
			t.Errorf("%s is in %v until %v", tt.in, from, until)
		}
	}
}

// Whatever is planned and wherever a range is cut: nothing is lost at the cut, nothing comes twice, ids are unique, and everything has one state.
func TestSlotsOfAWholeAreThoseOfItsParts(t *testing.T) {
	c, zone := catalogue(t), london(t)
	rapid.Check(t, func(rt *rapid.T) {
		clock := rapid.Custom(func(rt *rapid.T) string {
			return fmt.Sprintf("%q", fmt.Sprintf("%02d:%02d", rapid.IntRange(0, 23).Draw(rt, "hour"), rapid.SampledFrom([]int{0, 15, 30, 45}).Draw(rt, "minute")))
		})
		parts := []string{`"start":"` + rapid.SampledFrom([]string{"2026-03-02", "2026-03-27T22:30:00+00:00", "2026-10-23T07:00:00+01:00"}).Draw(rt, "start") + `"`}
		if times := rapid.SliceOfNDistinct(clock, 0, 4, rapid.ID[string]).Draw(rt, "times"); len(times) > 0 {
			parts = append(parts, `"timeOfDay":[`+strings.Join(times, ",")+`]`)
		}
		if days := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"mon", "tue", "sat", "sun"}), 0, 3, rapid.ID[string]).Draw(rt, "days"); len(days) > 0 {
			parts = append(parts, `"dayOfWeek":[{"code":"`+strings.Join(days, `"},{"code":"`)+`"}]`)
		}
		if n := rapid.IntRange(0, 5).Draw(rt, "every"); n > 0 {
			parts = append(parts, fmt.Sprintf(`"every":%d,"everyUnit":{"code":%q}`, n, rapid.SampledFrom([]string{"h", "d", "wk", "mo"}).Draw(rt, "unit")))
		}
		planned := []*record.Version{task(t, c, strings.Join(parts, ","))}
		from := at(t, rapid.SampledFrom([]string{"2026-03-27T07:00", "2026-10-23T07:00", "2026-10-24T23:00"}).Draw(rt, "from"))
		until := from.Add(time.Duration(rapid.IntRange(1, 96).Draw(rt, "hours")) * time.Hour)
		cut := from.Add(time.Duration(rapid.Int64Range(0, int64(until.Sub(from))).Draw(rt, "cut"))).Truncate(time.Minute)
		now := from.Add(time.Duration(rapid.IntRange(-24, 120).Draw(rt, "now")) * time.Hour)
		slots := func(from, until time.Time) []due.Slot {
			list, err := due.Slots(c, planned, nil, from, until, now, zone)
			if err != nil {
				rt.Fatal(err)
			}
			return list
		}
		whole := slots(from, until)
		ids := map[string]bool{}
		for _, s := range whole {
			if ids[s.ID] || s.At.Before(from) || !s.At.Before(until) || s.From.After(s.At) || s.Until.Before(s.At) {
				rt.Fatalf("slot %+v of %v until %v", s, from, until)
			}
			ids[s.ID] = true
			if open := now.Before(s.From); (s.State == due.Later) != open {
				rt.Fatalf("at %v the slot %s is %s", now, s.ID, s.State)
			}
		}
		if got := locals(append(slots(from, cut), slots(cut, until)...), false); got != locals(whole, false) {
			rt.Fatalf("cut at %v: %s; whole: %s", cut, got, locals(whole, false))
		}
	})
}

// Every time of day comes once a day, and a record that names it finds it, whatever the clocks do.
func TestEveryTimeOfDayOncePerDayAndFoundAgain(t *testing.T) {
	c, zone := catalogue(t), london(t)
	rapid.Check(t, func(rt *rapid.T) {
		clock := fmt.Sprintf("%02d:%02d", rapid.IntRange(0, 23).Draw(rt, "hour"), rapid.IntRange(0, 59).Draw(rt, "minute"))
		planned := task(t, c, `"start":"2025-01-01","timeOfDay":["`+clock+`"]`)
		first := time.Date(2026, 1, 1, 0, 0, 0, 0, zone).AddDate(0, 0, rapid.SampledFrom([]int{0, 85, 86, 87, 295, 296, 297}).Draw(rt, "day"))
		until := first.AddDate(0, 0, 3)
		slots, err := due.Slots(c, []*record.Version{planned}, nil, first, until, first, zone)
		if err != nil || len(slots) != 3 {
			rt.Fatalf("%d slots at %s in three days from %v (%v): %s", len(slots), clock, first, err, locals(slots, false))
		}
		i := rapid.IntRange(0, 2).Draw(rt, "which")
		named := slots[i].At.In(zone).Format(time.RFC3339)
		done := said(t, c, "action", `{"date":"2026-03-17","dueAt":"`+named+`","outcome":{"code":"done"},"recordedActivity":[{"ref":"`+planned.Record.String()+`"}]}`)
		again, err := due.Slots(c, []*record.Version{planned}, []*record.Version{done}, first, until, first, zone)
		if err != nil {
			rt.Fatal(err)
		}
		for j, s := range again {
			if (s.State == due.Done) != (i == j) {
				rt.Fatalf("%s was done; %s is %s", slots[i].ID, s.ID, s.State)
			}
		}
	})
}
