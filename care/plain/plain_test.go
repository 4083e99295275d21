package plain_test

import (
	"testing"
	"time"

	"rosemary/care/plain"
	"rosemary/standard"
)

func london(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestDatesAreSaidInFull(t *testing.T) {
	zone := london(t)
	for in, want := range map[string]string{
		"2026":                      "2026",
		"2026-03":                   "March 2026",
		"2026-03-21":                "21 March 2026",
		"2026-03-21T06:00+00:00":    "21 March 2026 at 06:00",
		"2026-07-01T05:00:00Z":      "1 July 2026 at 06:00",
		"2026-03-21T06:00:09+00:00": "21 March 2026 at 06:00:09",
		"2026-10-25T01:30+01:00":    "25 October 2026 at 01:30 BST",
		"2026-10-25T01:30+00:00":    "25 October 2026 at 01:30 GMT",
		"2026-10-25T02:00+00:00":    "25 October 2026 at 02:00",
		"yesterday":                 "yesterday",
	} {
		if got := plain.DateTime(in, zone); got != want {
			t.Errorf("DateTime(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestValuesAreSaidInPlainWords(t *testing.T) {
	n, _ := standard.ParseNumber("61.40")
	for _, c := range []struct {
		value standard.Value
		want  string
	}{
		{standard.Quantity{Number: n, Unit: "kg"}, "61.40 kg"},
		{standard.Quantity{Number: n, Unit: "Cel"}, "61.40 °C"},
		{standard.Quantity{Number: n, Unit: "%"}, "61.40%"},
		{standard.Quantity{Number: n, Unit: "{tablet}"}, "61.40 tablet"},
		{standard.Boolean(false), "No"},
		{standard.Coded{Code: "a", Display: "Falls"}, "Falls"},
		{standard.Coded{Text: "slips"}, "slips"},
		{standard.AskedNotKnown, "Asked, not known"},
	} {
		if got := plain.Value(c.value, london(t)); got != c.want {
			t.Errorf("%#v is said %q, want %q", c.value, got, c.want)
		}
	}
}

func TestSmallWords(t *testing.T) {
	for got, want := range map[string]string{
		plain.NHSNumber("9990000018"):           "999 000 0018",
		plain.NHSNumber("12"):                   "12",
		plain.List([]string{"a", "b", "c"}):     "a, b and c",
		plain.Count(1, "record", "records"):     "1 record",
		plain.Count(0, "record", "records"):     "no records",
		plain.Count(12345, "record", "records"): "12,345 records",
		plain.Initials("Margaret Rose Ellis"):   "ME",
		plain.Initials("élise"):                 "É",
		plain.Initials(""):                      "?",
		plain.Whole(1000):                       "1,000",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
