// Package chart makes pictures over time of what is recorded about a person, and the figures of the round of the floor, from the same definitions (standard.Chart).
//
// It knows no chart by name: what is shown is a file of the standard. Everything here is a pure function of a definition, records, and a length of time; a picture is SVG that needs no script,
// reads the same in print and in the dark, and never says anything by colour alone.
package chart

import (
	"time"

	"rosemary/care/due"
	"rosemary/standard"
)

// dayBegins is the hour at which a care day begins (due.CareDay): what is drunk at night belongs to the day before.
const dayBegins = 7

// CareDay is when the care day that a time belongs to began.
func CareDay(at time.Time) time.Time {
	begins, _ := due.CareDay(at, at.Location())
	return begins
}

// nextDay is when the care day after the one that begins then begins.
func nextDay(begins time.Time, days int) time.Time {
	return time.Date(begins.Year(), begins.Month(), begins.Day()+days, dayBegins, 0, 0, 0, begins.Location())
}

// Window is a length of time, in whole care days.
type Window struct {
	Period string
	From   time.Time
	Until  time.Time // exclusive
	Now    time.Time // what lies behind it has not happened yet
}

// WindowOf is the length of time that ends with the care day of a time.
func WindowOf(period string, last, now time.Time) Window {
	days := map[string]int{standard.ForDay: 1, standard.ForWeek: 7, standard.ForMonth: 30, standard.ForYear: 365}[period]
	begins := CareDay(last)
	return Window{Period: period, From: nextDay(begins, 1-days), Until: nextDay(begins, 1), Now: now}
}

// Days is how many care days it has.
func (w Window) Days() int {
	n := 0
	for day := w.From; day.Before(w.Until); day = nextDay(day, 1) {
		n++
	}
	return n
}

// Move is the window so many of its lengths later, or earlier.
func (w Window) Move(times int) Window {
	return WindowOf(w.Period, nextDay(w.From, (times+1)*w.Days()-1), w.Now)
}

// Slot is one part of a window: a care day, or an hour where the window is one day.
type Slot struct{ From, Until time.Time }

// Slots parts a window.
func (w Window) Slots() []Slot {
	var slots []Slot
	for at := w.From; at.Before(w.Until); {
		next := nextDay(at, 1)
		if w.Period == standard.ForDay {
			next = at.Add(time.Hour)
		}
		slots = append(slots, Slot{at, next})
		at = next
	}
	return slots
}
