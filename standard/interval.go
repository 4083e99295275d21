package standard

import (
	"strings"
	"time"
)

// Interval gives the stretch of time that a date, possibly partial, speaks of, together with a time of day where there is one: from is
// in it, until no more. Both are in UTC. Local dates and times are those of loc, so that a day is 23 or 25 hours long when the clock
// changes, and a time that the clock shows twice covers both. Without a date there is no interval, and ok is false.
func Interval(date, clock Value, loc *time.Location) (from, until time.Time, ok bool) {
	var s string
	switch d := date.(type) {
	case Date:
		s = string(d)
	case DateTime:
		s = string(d)
		if at, unit, isInstant := instant(s); isInstant {
			return at.UTC(), at.Add(unit).UTC(), true
		}
	default:
		return from, until, false
	}
	year, month, day, ok := dateParts(s)
	if rule, _ := checkDate(s); !ok || rule != "" {
		return from, until, false
	}
	if t, isTime := clock.(Time); isTime && day > 0 {
		if from, until, ok = localTime(year, month, day, string(t), loc); ok {
			return from, until, true
		}
	}
	switch {
	case day > 0:
		from, until = midnight(year, month, day, loc), midnight(year, month, day+1, loc)
	case month > 0:
		from, until = midnight(year, month, 1, loc), midnight(year, month+1, 1, loc)
	default:
		from, until = midnight(year, 1, 1, loc), midnight(year+1, 1, 1, loc)
	}
	return from, until, true
}

func midnight(year, month, day int, loc *time.Location) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, loc).UTC()
}

// localTime is the minute, or the second, that a clock on the wall showed on a day.
func localTime(year, month, day int, s string, loc *time.Location) (from, until time.Time, ok bool) {
	hour, minute, second, ok := timeParts(s)
	if !ok {
		return from, until, false
	}
	unit := time.Minute
	if len(s) == 8 {
		unit = time.Second
	}
	at := time.Date(year, time.Month(month), day, hour, minute, second, 0, loc)
	from, until = at, at.Add(unit)
	if earlier := at.Add(-time.Hour); sameClock(earlier, at) {
		from = earlier
	}
	if later := at.Add(time.Hour); sameClock(later, at) {
		until = later.Add(unit)
	}
	return from.UTC(), until.UTC(), true
}

// sameClock says whether a clock on the wall shows the same at both times.
func sameClock(a, b time.Time) bool {
	return a.Day() == b.Day() && a.Hour() == b.Hour() && a.Minute() == b.Minute()
}

// instant reads a date and time with its offset; unit is how exactly it is told.
func instant(s string) (at time.Time, unit time.Duration, ok bool) {
	date, clock, hasTime := strings.Cut(s, "T")
	if rule, _ := checkDateTime(s); !hasTime || rule != "" {
		return at, 0, false
	}
	clock, offset := cutOffset(clock)
	whole, fraction, _ := strings.Cut(clock, ".")
	year, month, day, _ := dateParts(date)
	hour, minute, second, _ := timeParts(whole)
	unit = time.Minute
	nanos := 0
	if len(whole) == 8 {
		unit = time.Second
		nanos, _ = digits((fraction + "000000000")[:9])
		for range fraction {
			unit /= 10
		}
	}
	zone := time.UTC
	if offset != "Z" {
		h, m, _, _ := timeParts(offset[1:])
		seconds := h*3600 + m*60
		if offset[0] == '-' {
			seconds = -seconds
		}
		zone = time.FixedZone("", seconds)
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanos, zone), unit, true
}
