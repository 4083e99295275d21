package due

import (
	"time"

	"rosemary/care/plain"
	"rosemary/standard"
)

// The care day begins at seven in the morning: a night belongs to the day before it.
const careDayHour = 7

// CareDay gives the care day that a time is in, from seven in the morning until the next: 23 or 25 hours long twice a year.
func CareDay(t time.Time, zone *time.Location) (from, until time.Time) {
	local := t.In(zone)
	from = time.Date(local.Year(), local.Month(), local.Day(), careDayHour, 0, 0, 0, zone)
	if t.Before(from) {
		from = from.AddDate(0, 0, -1)
	}
	return from, from.AddDate(0, 0, 1)
}

// stretch is one planned time: when, and from when until when it is in time.
type stretch struct {
	local           string // the planned time on the clock, 2026-11-29T08:00
	at, from, until time.Time
	whole           bool // any time of the day will do
}

// stretches gives the planned times of a plan that lie from one time until another.
func (p *plan) stretches(from, until time.Time, zone *time.Location) []stretch {
	if !p.start.IsZero() && p.start.After(from) {
		from = p.start
	}
	if !p.end.IsZero() && p.end.Before(until) {
		until = p.end
	}
	if !from.Before(until) {
		return nil
	}
	switch {
	case p.once:
		if p.start.Before(from) || !p.start.Before(until) {
			return nil
		}
		return []stretch{p.around(p.start, zone)}
	case p.step() > 0:
		return p.elapsed(from, until, zone)
	}
	return p.byDay(from, until, zone)
}

// elapsed goes by the hours that really pass, whatever the clock on the wall does.
func (p *plan) elapsed(from, until time.Time, zone *time.Location) []stretch {
	step, at := p.step(), p.origin
	if from.After(at) {
		at = at.Add((from.Sub(at) + step - 1) / step * step)
	}
	var list []stretch
	for ; at.Before(until); at = at.Add(step) {
		list = append(list, p.around(at, zone))
	}
	return list
}

// byDay goes by the days of the calendar, at times of the clock where there are any.
func (p *plan) byDay(from, until time.Time, zone *time.Location) []stretch {
	var list []stretch
	first := from.In(zone)
	for day := time.Date(first.Year(), first.Month(), first.Day()-1, 0, 0, 0, 0, time.UTC); ; day = day.AddDate(0, 0, 1) {
		if begins := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone); !begins.Before(until) {
			return list
		}
		if !p.on(day, zone) {
			continue
		}
		if len(p.times) == 0 {
			s := wholeDay(day, zone)
			if p.start.After(s.at) && p.start.Before(s.until) { // somebody who moved in at two in the afternoon is weighed that day too
				s.at, s.from = p.start, p.start
			}
			if s.at.Before(from) || !s.at.Before(until) {
				continue
			}
			list = append(list, s)
			continue
		}
		for _, clock := range p.times {
			s := p.onClock(day, clock, zone)
			if !s.at.Before(from) && s.at.Before(until) {
				list = append(list, s)
			}
		}
	}
}

// on says whether something is to be done on a calendar day (midnight, UTC).
func (p *plan) on(day time.Time, zone *time.Location) bool {
	if p.someDays && !p.days[day.Weekday()] {
		return false
	}
	if p.every <= 1 && (p.unit == standard.MeansDay || p.unit == "" || p.someDays) || p.every == 0 {
		return true
	}
	local := p.origin.In(zone)
	start := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	passed := int(day.Sub(start).Hours()) / 24
	months := (day.Year()-start.Year())*12 + int(day.Month()) - int(start.Month())
	switch p.unit {
	case standard.MeansDay:
		return mod(passed, p.every) == 0
	case standard.MeansWeek:
		if p.someDays { // in every so many weeks, which begin on Monday
			monday := start.AddDate(0, 0, -(int(start.Weekday())+6)%7)
			return mod(int(day.Sub(monday).Hours())/24/7, p.every) == 0
		}
		return mod(passed, 7*p.every) == 0
	case standard.MeansMonth:
		return mod(months, p.every) == 0 && (p.someDays || day.Day() == sameDay(day, start))
	case standard.MeansYear:
		return mod(months, 12*p.every) == 0 && (p.someDays || day.Day() == sameDay(day, start))
	}
	return true // times of the clock stand, whatever the interval is said to be
}

// mod is what is left of a count, never below zero.
func mod(n, m int) int { return (n%m + m) % m }

// sameDay is the day of a month on which what began on a day comes round: the last one where the month is too short.
func sameDay(month, began time.Time) int {
	last := time.Date(month.Year(), month.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return min(began.Day(), last)
}

// onClock is a time of the clock on a day. Where the clock shows it twice the first is meant; where the clock leaves it out, so long after the clocks change.
func (p *plan) onClock(day time.Time, clock string, zone *time.Location) stretch {
	t, _ := time.Parse("15:04", clock)
	at := time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), 0, 0, zone)
	switch earlier := at.Add(-time.Hour); {
	case at.Format("15:04") == clock && earlier.Format("15:04") == clock:
		at = earlier
	case at.Format("15:04") < clock: // a zone may round the missing hour either way
		at = at.Add(time.Hour)
	}
	return stretch{local: day.Format(time.DateOnly) + "T" + clock, at: at, from: at.Add(-p.window), until: at.Add(p.window)}
}

// around is a time that was reckoned, and not read off the clock. In the hour that the clock shows twice its name says which of the two.
func (p *plan) around(at time.Time, zone *time.Location) stretch {
	local := at.In(zone)
	name := local.Format("2006-01-02T15:04")
	if plain.Repeated(local) && local.Add(-time.Hour).Format("15:04") == local.Format("15:04") {
		name = local.Format("2006-01-02T15:04Z07:00")
	}
	return stretch{local: name, at: at, from: at.Add(-p.window), until: at.Add(p.window)}
}

// wholeDay is a care day in which any time will do.
func wholeDay(day time.Time, zone *time.Location) stretch {
	from, until := CareDay(time.Date(day.Year(), day.Month(), day.Day(), careDayHour, 0, 0, 0, zone), zone)
	return stretch{local: from.Format("2006-01-02T15:04"), at: from, from: from, until: until, whole: true}
}
