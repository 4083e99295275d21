package plain_test

import (
	"testing"
	"time"

	"rosemary/care/plain"
)

func TestSay(t *testing.T) {
	for want, got := range map[string]string{
		"Due 08:00: given 08:05 and again 08:20": plain.Say("Due {due}: given {first} and again {second}", "due", "08:00", "first", "08:05", "second", "08:20"),
		"wieder 08:20, zuerst 08:05":             plain.Say("wieder {second}, zuerst {first}", "first", "08:05", "second", "08:20"),
		"Said {b}":                               plain.Say("Said {a}", "a", "{b}", "b", "nothing"),
		"{nothing} is left out":                  plain.Say("{nothing} is left out"),
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestDatesSaidWithinSentences(t *testing.T) {
	zone := time.FixedZone("BST", 3600)
	at := time.Date(2026, 3, 9, 7, 5, 0, 0, zone)
	for want, got := range map[string]string{
		"on 9 March 2026": plain.OnDate("2026-03-09", zone), "in March 2026": plain.OnDate("2026-03", zone), "in 2026": plain.OnDate("2026", zone), "on 9 March 2026 at 08:05": plain.OnDate("2026-03-09T07:05:00Z", zone),
		"some day": plain.OnDate("some day", zone), "9 March": plain.DayOfYear(at), "9 March at 07:05": plain.DayOfYearClock(at), "March 2026": plain.Month(at), "Monday": plain.DayOfWeek(at),
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// TestTheEnglishBeside keeps its own direction in a language that is written from right to left, and is not said twice where there is no other word.
func TestTheEnglishBeside(t *testing.T) {
	left := &plain.Words{Sentences: map[string]string{"Choking risk": "Ryzyko"}}
	right := &plain.Words{RightToLeft: true, Sentences: left.Sentences}
	for got, want := range map[string]string{
		left.Both("Choking risk"): "Ryzyko (Choking risk)", right.Both("Choking risk"): "Ryzyko (\u2066Choking risk\u2069)", left.Both("Alerts"): "Alerts", (*plain.Words)(nil).Both("Choking risk"): "Choking risk",
		left.Again("Choking risk", nil): "Ryzyko",
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	again := &plain.Words{Sentences: map[string]string{"{question} is missing. Choose one.": "Brak: {question}.", "Drink": "Napój"}}
	if got := again.Again("Drink is missing. Choose one.", []string{"{question} is missing. Write it.", "{question} is missing. Choose one."}); got != "Brak: Napój." {
		t.Errorf("%q", got)
	}
	if got := again.Again("Ada wrote this.", []string{"{question} is missing. Choose one."}); got != "Ada wrote this." {
		t.Errorf("%q", got)
	}
}
