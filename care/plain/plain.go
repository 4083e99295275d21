// Package plain says dates, times, numbers and values the way care staff say them: plain English, months in full, the 24-hour clock (on a
// night shift 12am and 12pm get confused), local time.
//
// It only makes words of single values. It knows nothing of records, pages or who is reading.
package plain

import (
	"strings"
	"time"
)

// Day says a day: 21 March 2026.
func Day(t time.Time) string { return t.Format("2 January 2006") }

// Weekday says a day with its weekday: Saturday 21 March 2026.
func Weekday(t time.Time) string { return t.Format("Monday 2 January 2006") }

// DayOfYear says a day of this year: 21 March.
func DayOfYear(t time.Time) string { return t.Format("2 January") }

// DayOfYearClock says a day and a time of day: 21 March at 06:00.
func DayOfYearClock(t time.Time) string { return t.Format("2 January at 15:04") }

// Month says a month: March 2026.
func Month(t time.Time) string { return t.Format("January 2006") }

// DayOfWeek says a day of the week: Saturday.
func DayOfWeek(t time.Time) string { return t.Format("Monday") }

// OnDate says a date, possibly partial, or an instant, as it stands in a sentence: on 21 March 2026, in March 2026.
func OnDate(s string, zone *time.Location) string {
	switch words := DateTime(s, zone); {
	case words == s && len(s) != len("2006"):
		return s
	case len(s) < len(time.DateOnly):
		return "in " + words
	default:
		return "on " + words
	}
}

// Clock says a time of day: 06:00, with seconds only where there are any.
func Clock(t time.Time) string {
	if t.Second() != 0 {
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}

// Instant says a point in time in the zone: 21 March 2026 at 06:00. In the hour that the clocks repeat it adds which of the two it was.
func Instant(t time.Time, zone *time.Location) string {
	local := t.In(zone)
	words := Day(local) + " at " + Clock(local)
	if Repeated(local) {
		name, _ := local.Zone()
		words += " " + name
	}
	return words
}

// Minute says a point in time to the minute; the seconds of a machine's clock mean nothing to a reader.
func Minute(t time.Time, zone *time.Location) string { return Instant(t.Truncate(time.Minute), zone) }

// Repeated reports whether the local time of t comes twice, because the clocks go back.
func Repeated(t time.Time) bool {
	return twin(t, time.Hour) || twin(t, -time.Hour)
}

// twin reports whether the instant that far away reads the same on the local clock.
func twin(t time.Time, d time.Duration) bool {
	other := t.Add(d)
	return t.Format("2006-01-02 15:04:05") == other.Format("2006-01-02 15:04:05")
}

// Date says a date that may be partial: 2026, March 2026 or 21 March 2026. What is no date is said as it stands.
func Date(s string) string {
	for _, form := range []struct{ read, say string }{
		{"2006-01-02", "2 January 2006"}, {"2006-01", "January 2006"}, {"2006", "2006"},
	} {
		if t, err := time.Parse(form.read, s); err == nil {
			return t.Format(form.say)
		}
	}
	return s
}

// DateTime says a date, possibly partial, or an instant, in the zone.
func DateTime(s string, zone *time.Location) string {
	if !strings.Contains(s, "T") {
		return Date(s)
	}
	t, ok := ParseInstant(s)
	if !ok {
		return s
	}
	return Instant(t, zone)
}

// ParseInstant reads an instant with its offset, with or without seconds.
func ParseInstant(s string) (time.Time, bool) {
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// NHSNumber says an NHS number in the groups in which it is read out: 999 000 0018.
func NHSNumber(s string) string {
	if len(s) != 10 {
		return s
	}
	return s[:3] + " " + s[3:6] + " " + s[6:]
}

// List joins words as a sentence does: a, b and c.
func List(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// Count says how many of something there are: 1 record, 3 records, no records.
func Count(n int, one, many string) string {
	switch n {
	case 0:
		return "no " + many
	case 1:
		return "1 " + one
	}
	return Whole(n) + " " + many
}

// Whole writes a whole number with commas between the thousands.
func Whole(n int) string {
	digits := []byte{}
	for i := 0; n > 0 || i == 0; i++ {
		if i > 0 && i%3 == 0 {
			digits = append(digits, ',')
		}
		digits = append(digits, byte('0'+n%10))
		n /= 10
	}
	for i, j := 0, len(digits)-1; i < j; i, j = i+1, j-1 {
		digits[i], digits[j] = digits[j], digits[i]
	}
	return string(digits)
}

// Initials are the first letters of the words of a name, at most two.
func Initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	first := firstLetter(words[0])
	if len(words) == 1 {
		return first
	}
	return first + firstLetter(words[len(words)-1])
}

func firstLetter(word string) string {
	for _, r := range word {
		return strings.ToUpper(string(r))
	}
	return ""
}
