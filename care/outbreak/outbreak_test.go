package outbreak_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/care/outbreak"
	"rosemary/record"
	"rosemary/standard"
)

// TestSeveralWhoFallIllTogether: two people of one home with signs within two days are an alarm; in two homes, or a week apart, they are not.
func TestSeveralWhoFallIllTogether(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	table, err := outbreak.StandardIllnesses()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 16, 14, 0, 0, 0, time.UTC)
	write := func(class string, ago time.Duration, content string) *record.Version {
		v := &record.Version{Class: class, Status: record.Complete, Content: []byte(content), Happened: at.Add(-ago).Unix()}
		v.Record = uuid.Must(uuid.NewV7())
		return v
	}
	loose := func(ago time.Duration) *record.Version {
		return write("output", ago, `{"kind":{"code":"stool"},"bristolType":{"code":"7"}}`)
	}
	ill := func(group string, versions ...*record.Version) outbreak.Person {
		return outbreak.Person{Stream: uuid.Must(uuid.NewV7()), Group: group, Versions: versions}
	}
	day := 24 * time.Hour
	swab := write("investigation-result", time.Hour, `{"summary":"Norovirus found","date":"2026-03-16"}`)
	for name, c := range map[string]struct {
		people []outbreak.Person
		cases  int
		alarm  int
	}{
		"two of one home":         {[]outbreak.Person{ill("Oak", loose(day)), ill("Oak", write("output", 2*day, `{"kind":{"code":"vomit"}}`), swab)}, 2, 1},
		"two homes":               {[]outbreak.Person{ill("Oak", loose(day)), ill("Elm", loose(day))}, 2, 0},
		"a week apart":            {[]outbreak.Person{ill("Oak", loose(day)), ill("Oak", loose(8*day))}, 2, 0},
		"one, again and again":    {[]outbreak.Person{ill("Oak", loose(day), loose(2*day), loose(3*day))}, 1, 0},
		"again, and then another": {[]outbreak.Person{ill("Oak", loose(10*day), loose(day)), ill("Oak", loose(2*day))}, 2, 1},
		"firm":                    {[]outbreak.Person{ill("Oak", write("output", day, `{"kind":{"code":"stool"},"bristolType":{"code":"4"}}`))}, 0, 0},
	} {
		found := outbreak.Look(catalogue, table, c.people)
		cases, alarm := 0, 0
		for _, f := range found {
			cases, alarm = cases+len(f.Cases), alarm+len(f.Alarm)
		}
		if cases != c.cases || alarm != c.alarm {
			t.Errorf("%s: %d cases and %d alarms, want %d and %d: %+v", name, cases, alarm, c.cases, c.alarm, found)
		}
	}
	reading := func(value, unit string) *record.Version {
		return write("measurement", day, fmt.Sprintf(`{"reading":[{"kind":{"code":"pulse"},"value":{"value":80,"unit":"/min"}},{"kind":{"code":"temperature"},"value":{"value":%s,"unit":%q}}]}`, value, unit))
	}
	for value, cases := range map[string]int{"37.7": 0, "37.8": 1, "39": 1} {
		if found := outbreak.Look(catalogue, table, []outbreak.Person{ill("Oak", reading(value, "Cel"))}); len(found) != cases {
			t.Errorf("%s °C: %d", value, len(found))
		}
	}
	found := outbreak.Look(catalogue, table, []outbreak.Person{ill("Oak", write("problem", day, `{"problem":{"text":"Chest infection"}}`)), ill("Oak", write("problem", day, `{"problem":{"text":"Affluenza"}}`))})
	if len(found) != 1 || len(found[0].Cases) != 1 {
		t.Errorf("words in a problem: %+v", found)
	}
}
