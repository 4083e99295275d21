package ehr_test

import (
	"testing"

	"rosemary/ehr"
)

func TestWhatIsATime(t *testing.T) {
	for _, good := range []string{"2026", "2026-03", "2026-03-09", "2026-03-09T11", "2026-03-09T11:30", "2026-03-09T11:30:00", "2026-03-09T11:30:00.25+01:00", "2024-02-29",
		"2026-03-09T11:30Z", "11:30", "11:30:00", "23:59:59.5", "2026-03-09T11:30-0500", "2026-03-09Z"} {
		if _, ok := ehr.ParseMoment(good); !ok {
			t.Errorf("%s is a time", good)
		}
	}
	for _, bad := range []string{"", "26", "2026-13", "2026-02-29", "2026-3-9", "2026-03-09T", "2026-03-09T25", "2026-03-09T11:60", "2026-03-09T11:30:00.", "2026-03-09 11:30",
		"0000", "2026-03-09T11:30+99:00", "09/03/2026", "2026-03-09T11:30Zx", "11:3", "2026Z", "2026-03-09T11:30+1"} {
		if _, ok := ehr.ParseMoment(bad); ok {
			t.Errorf("%s is no time", bad)
		}
	}
}

func TestWhichTimeIsAfter(t *testing.T) {
	for _, x := range []struct {
		low, high string
		after     bool
	}{
		{"2026", "2026-03", false}, {"2026-03", "2026", false}, {"2026-04", "2026-03", true}, {"2026-03-09T11:31", "2026-03-09T11:30", true},
		{"2026-03-09T11:30:00+01:00", "2026-03-09T11:00:00Z", false}, {"2026-03-09T11:30:00Z", "2026-03-09T12:00:00+01:00", true},
		{"2026-03-09T20:00", "2026-03-09T11:00Z", false}, {"2026-03-10T20:00", "2026-03-09T11:00Z", true}, {"11:30", "2026", false}, {"11:31", "11:30", true},
	} {
		low, ok1 := ehr.ParseMoment(x.low)
		high, ok2 := ehr.ParseMoment(x.high)
		if !ok1 || !ok2 || low.After(high) != x.after {
			t.Errorf("%s after %s: %t", x.low, x.high, !x.after)
		}
	}
}

func TestWhatIsANumber(t *testing.T) {
	for _, good := range []string{"0", "-7", "71.40", ".5", "5.", "+1", "1e3", "1.5E-10", "007"} {
		if !ehr.ValidDecimal(good) {
			t.Errorf("%s is a number", good)
		}
	}
	for _, bad := range []string{"", ".", "-", "1,5", "NaN", "INF", "1e", "0x10", "1 000", "--1", "1.2.3", "e5"} {
		if ehr.ValidDecimal(bad) {
			t.Errorf("%s is no number", bad)
		}
	}
	if !ehr.ValidWhole("-12345678901234567890") || ehr.ValidWhole("1.0") || ehr.ValidWhole("+") {
		t.Error("whole numbers")
	}
}

func TestWhatIsADuration(t *testing.T) {
	for _, good := range []string{"PT15M", "P1DT2H", "-PT1.5S", "P2W", "P1Y2M3DT4H5M6,5S", "PT0S"} {
		if !ehr.ValidDuration(good) {
			t.Errorf("%s is a duration", good)
		}
	}
	for _, bad := range []string{"", "P", "PT", "P1DT", "15M", "PT15", "PT1M2H", "P1.5DT2H", "PT1.S2"} {
		if ehr.ValidDuration(bad) {
			t.Errorf("%s is no duration", bad)
		}
	}
}
