package chart

import (
	"time"

	"github.com/google/uuid"

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
func FigureOf(p FloorPanel, entries []Entry, targets []Target, now time.Time) Figure {
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
	if last == nil {
		f.When, f.Flag = "none in "+lengthWords(p.Back()), p.Floor.Hours > 0
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
	f.Flag = limit > 0 && now.Sub(last.At) > limit
	return f
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
