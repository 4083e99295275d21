package chart

import (
	"time"

	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/standard"
)

// FloorPanel is a panel of a chart that the round of the floor shows.
type FloorPanel struct {
	Chart *standard.Chart
	*standard.ChartPanel
}

// FloorPanels lists them, in the order of their charts.
func FloorPanels(catalogue *standard.Catalogue) []FloorPanel {
	var panels []FloorPanel
	for _, c := range catalogue.Charts() {
		for _, p := range c.Panels {
			if p.Floor != nil {
				panels = append(panels, FloorPanel{c, p})
			}
		}
	}
	return panels
}

// lookBack is how far back a figure looks, at least.
const lookBack = 36 * time.Hour

// Back is how far back the records must reach for a panel's figure.
func (p FloorPanel) Back() time.Duration {
	return max(lookBack, time.Duration(p.Floor.Hours)*time.Hour)
}

// Classes are the classes whose records the figure is made of.
func (p FloorPanel) Classes() []string {
	var ids []string
	for _, s := range p.Series {
		ids = append(ids, s.Class.ID)
	}
	return ids
}

// Figure is what the round of the floor shows of one person in one panel.
type Figure struct {
	Words  string
	When   string // since when, or when last
	Aim    string
	Flag   bool // nothing for too long
	Record uuid.UUID
	Stream uuid.UUID
}

// FigureOf makes a figure from the records of one person.
func FigureOf(p FloorPanel, entries []care.Dated, targets []Target, now time.Time) Figure {
	aims := targetsOf(p.ChartPanel, targets)
	if p.Floor.Planned && len(aims) == 0 {
		return Figure{Words: "Not planned"}
	}
	points, _ := Points(p.ChartPanel, entries, now.Location())
	var today []Point
	var last *Point
	begins := CareDay(now)
	for i := range points {
		if points[i].At.After(now) {
			continue
		}
		last = &points[i]
		if !points[i].At.Before(begins) {
			today = append(today, points[i])
		}
	}
	f := Figure{}
	for _, aim := range aims {
		if aim.Per == perDay {
			f.Aim = aim.Words
		}
	}
	if p.Floor.Total {
		panel := Panel{Def: p.ChartPanel, Points: today}
		f.Words = panel.amountWords(panel.whole())
	}
	limit := time.Duration(p.Floor.Hours) * time.Hour
	shown := limit > 0 && !asleep(p.Floor.Asleep, now)
	if last == nil {
		f.When, f.Flag = "none in "+lengthWords(p.Back()), shown && (p.Target == "" || len(aims) > 0) // who drinks by themselves, and has no target, is not taken down
		if p.Target != "" && len(aims) == 0 {
			f.When += ", no target" // why it is no alarm
		}
		if !p.Floor.Total {
			f.Words, f.When = "None in "+lengthWords(p.Back()), ""
		}
		return f
	}
	f.Record, f.Stream = last.Record, last.Stream
	f.When = Ago(last.At, now)
	if !p.Floor.Total {
		f.Words = shortly(last.Words)
	}
	f.Flag = shown && awake(p.Floor.Asleep, last.At, now) > limit
	return f
}

// asleep reports whether people sleep at a time.
func asleep(a *standard.ChartAsleep, at time.Time) bool {
	if a == nil {
		return false
	}
	minute := at.Hour()*60 + at.Minute()
	if a.From < a.Until {
		return a.From <= minute && minute < a.Until
	}
	return minute >= a.From || minute < a.Until
}

// awake is how much of the time from one moment to another people were not asleep, by quarters of an hour.
func awake(a *standard.ChartAsleep, from, until time.Time) time.Duration {
	if a == nil {
		return until.Sub(from)
	}
	const step = 15 * time.Minute
	var sum time.Duration
	for at := from.In(until.Location()); at.Before(until); at = at.Add(step) {
		if !asleep(a, at) {
			sum += min(step, until.Sub(at))
		}
	}
	return sum
}

// Ago says how long ago something was: a time of day where it was in the last hours.
func Ago(at, now time.Time) string {
	switch ago := now.Sub(at); {
	case ago < time.Minute:
		return "just now"
	case ago < 18*time.Hour:
		return plain.Clock(at.Truncate(time.Minute))
	case ago < 48*time.Hour:
		return lengthWords(ago) + " ago"
	default:
		return plain.Count(int(ago.Hours()/24), "day", "days") + " ago"
	}
}

func lengthWords(d time.Duration) string {
	if hours := int(d.Hours()); hours <= 48 {
		return plain.Count(hours, "hour", "hours")
	}
	return plain.Count(int(d.Hours()/24), "day", "days")
}
