package chart_test

import (
	"testing"
	"time"

	"rosemary/care"
	"rosemary/care/chart"
	"rosemary/record"
	"rosemary/standard"
)

// TestDrinksAreNotAskedForAtNight: hours of sleep do not count towards what is pointed out, nothing is pointed out in them, and nobody without a target is asked to drink by the clock.
func TestDrinksAreNotAskedForAtNight(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	var drinks *chart.FloorPanel
	for _, p := range chart.FloorPanels(catalogue) {
		if p.Chart.ID == "fluids" {
			drinks = &p
		}
	}
	for name, tt := range map[string]struct {
		last, now string // "": nothing was drunk
		target    bool
		plan      bool
		flag      bool
	}{
		"by day, five hours":                              {last: "10:00", now: "15:00"},
		"by day, too long":                                {last: "10:00", now: "16:15", flag: true},
		"in the evening":                                  {last: "15:00", now: "21:30", flag: true},
		"at night, though it is long":                     {last: "15:00", now: "22:30"},
		"in the small hours":                              {last: "15:00", now: "+02:00"},
		"in the morning, the night left out":              {last: "20:00", now: "+10:30"},
		"in the morning, too long":                        {last: "20:00", now: "+11:30", flag: true},
		"nothing, with a target":                          {target: true, now: "15:00", flag: true},
		"nothing, with a target, at night":                {target: true, now: "+03:00"},
		"nothing, with a target in the plan for drinking": {plan: true, now: "15:00", flag: true},
		"nothing, and no target":                          {now: "15:00"},
	} {
		var versions []*record.Version
		if tt.last != "" {
			at := clock(t, tt.last, zone)
			versions = append(versions, &record.Version{Class: "intake", Status: record.Complete, Happened: at.Unix(), Content: []byte(`{"when":"` + at.Format(time.RFC3339) + `","kind":{"code":"drink"},"what":"Tea","amountTaken":{"value":200,"unit":"mL"}}`)})
		}
		if tt.target {
			versions = append(versions, &record.Version{Class: "instruction", Status: record.Complete, Content: []byte(`{"description":"Drinks","status":{"code":"active"},"startDate":"2026-03-01","targetAmount":[{"ofWhat":{"code":"fluid"},"atLeast":{"value":1500,"unit":"mL"},"per":{"code":"d"}}],"date":"2026-03-01"}`)})
		}
		if tt.plan {
			versions = append(versions, &record.Version{Class: "eating-and-drinking-plan", Status: record.Complete, Content: []byte(`{"chokingRisk":{"code":"no"},"fluidTarget":{"value":1500,"unit":"mL"},"date":"2026-03-01"}`)})
		}
		now := clock(t, tt.now, zone)
		targets := chart.Targets(catalogue, versions, now)
		if (tt.target || tt.plan) != (len(targets) > 0) {
			t.Fatalf("%s: targets %v", name, targets)
		}
		if f := chart.FigureOf(*drinks, care.InOrder(catalogue, versions, zone), targets, now); f.Flag != tt.flag {
			t.Errorf("%s: flagged %t: %+v", name, f.Flag, f)
		}
	}
}

// clock is a time of the 16th of March, or with + of the day after.
func clock(t *testing.T, s string, zone *time.Location) time.Time {
	t.Helper()
	day := "2026-03-16 "
	if s[0] == '+' {
		day, s = "2026-03-17 ", s[1:]
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", day+s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
