package chart

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/cockroachdb/apd/v3"

	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/standard"
)

// Panel is one picture with the figures under it.
type Panel struct {
	Def     *standard.ChartPanel
	Window  Window
	Points  []Point
	Totals  []Total // of what is added up or counted
	Targets []Target
	Lanes   []Lane // of what is coded
	Low     float64
	High    float64
	Says    string            // what the picture shows, in a sentence or two, for whoever cannot see it
	Chosen  map[string]string // what was decided for the person, for the points behind a line
}

// Total is what there was in one care day, or in one hour.
type Total struct {
	Slot
	Number standard.Number
	Words  string
	Count  int
	Short  bool // less than is aimed at, and the day is over
	Going  bool // the day is not over yet
	Future bool
}

// Lane is one code.
type Lane struct {
	Code, Words string
}

// mostLanes is how many codes a value set may have for all of them to be shown, whether they occurred or not.
const mostLanes = 8

// PanelOf makes one panel from the records that were read, for a window.
func PanelOf(def *standard.ChartPanel, entries []care.Dated, targets []Target, w Window) Panel {
	p := Panel{Def: def, Window: w, Targets: targetsOf(def, targets)}
	points, other := Points(def, entries, w.From.Location())
	for _, point := range points {
		if !point.At.Before(w.From) && point.At.Before(w.Until) {
			p.Points = append(p.Points, point)
		}
	}
	switch def.Draw {
	case standard.DrawSum, standard.DrawCount:
		p.total()
	case standard.DrawLanes:
		p.lanes()
	}
	p.reach()
	p.Says = p.says(other)
	return p
}

// Empty says whether there is nothing to draw.
func (p *Panel) Empty() bool { return len(p.Points) == 0 }

// total adds up each care day, or each hour of one.
func (p *Panel) total() {
	i := 0
	for _, slot := range p.Window.Slots() {
		t := Total{Slot: slot, Going: slot.Until.After(p.Window.Now), Future: slot.From.After(p.Window.Now)}
		from := i
		for i < len(p.Points) && p.Points[i].At.Before(slot.Until) {
			i++
		}
		these := p.Points[from:i]
		t.Count, t.Number = len(these), Sum(these)
		if p.Def.Draw == standard.DrawCount {
			t.Number = standard.NewNumber(int64(t.Count))
		}
		t.Words = p.amountWords(t.Number)
		t.Short = !t.Going && p.Window.Period != standard.ForDay && p.below(t.Number)
		p.Totals = append(p.Totals, t)
	}
}

// perDay is the code of targets that are set for a day.
const perDay = "d"

// below says whether a total of a day is less than the least that is aimed at for a day.
func (p *Panel) below(n standard.Number) bool {
	return slices.ContainsFunc(p.Targets, func(t Target) bool {
		least, ok := p.limit(t.Least)
		return ok && t.Per == perDay && n.Cmp(least) < 0
	})
}

// limit is a target in the unit of the panel.
func (p *Panel) limit(q *standard.Quantity) (standard.Number, bool) {
	if q == nil {
		return standard.Number{}, false
	}
	if p.Def.Draw == standard.DrawCount {
		return q.Number, true
	}
	return inUnit(*q, p.Def.Unit)
}

func (p *Panel) amountWords(n standard.Number) string {
	if p.Def.Draw == standard.DrawCount {
		times := n.String()
		if times == "1" {
			return "once"
		}
		return times + " times"
	}
	return plain.Value(standard.Quantity{Number: n, Unit: p.Def.Unit}, nil)
}

// lanes finds which codes have a lane: in the order of the value set, those words that are no code last.
func (p *Panel) lanes() {
	seen := map[string]string{}
	for _, point := range p.Points {
		seen[point.Code] = point.Words
	}
	known := map[string]bool{}
	for _, s := range p.Def.Series {
		if s.Value == nil || s.Value.ValueSet == nil {
			continue
		}
		for _, code := range s.Value.ValueSet.Codes {
			_, occurs := seen[code.Code]
			if !known[code.Code] && (occurs || len(s.Value.ValueSet.Codes) <= mostLanes) {
				p.Lanes = append(p.Lanes, Lane{code.Code, code.Display})
			}
			known[code.Code] = true
		}
	}
	var rest []Lane
	for code, words := range seen {
		if !known[code] {
			rest = append(rest, Lane{code, words})
		}
	}
	slices.SortFunc(rest, func(a, b Lane) int { return cmp.Compare(a.Words, b.Words) })
	p.Lanes = append(p.Lanes, rest...)
}

// reach finds from where to where the axis goes.
func (p *Panel) reach() {
	first := true
	take := func(f float64) {
		if first || f < p.Low {
			p.Low = f
		}
		if first || f > p.High {
			p.High = f
		}
		first = false
	}
	switch p.Def.Draw {
	case standard.DrawLine:
		for _, point := range p.Points {
			take(float(point.Number))
		}
	case standard.DrawSum, standard.DrawCount:
		take(0)
		for _, t := range p.Totals {
			take(float(t.Number))
		}
	default:
		return
	}
	if p.Def.Least != nil {
		take(float(*p.Def.Least))
	}
	if p.Def.Most != nil {
		take(float(*p.Def.Most))
	}
	if p.Window.Period != standard.ForDay || p.Def.Draw == standard.DrawLine {
		for _, t := range p.Targets {
			for _, q := range []*standard.Quantity{t.Least, t.Most} {
				if n, ok := p.limit(q); ok {
					take(float(n))
				}
			}
		}
	}
	if p.High == p.Low {
		p.High = p.Low + 1
	}
}

// says puts the picture in words.
func (p *Panel) says(other int) string {
	text := ""
	switch n := len(p.Points); {
	case n == 0:
		text = "Nothing is recorded in this time."
	case p.Def.Draw == standard.DrawLine:
		text = p.lineSays()
	case p.Def.Draw == standard.DrawSum || p.Def.Draw == standard.DrawCount:
		text = p.totalSays()
	default:
		last := p.Points[n-1]
		text = plain.Count(n, "record", "records") + ". The last: " + shortly(last.Words) + ", " + plain.Minute(last.At, last.At.Location()) + "."
	}
	for _, t := range p.Targets {
		text += " Aim: " + t.Words + perWords(t.Per) + "."
	}
	if other > 0 {
		text += " Not drawn, because they are in another unit: " + strconv.Itoa(other) + "."
	}
	return text
}

func perWords(per string) string {
	switch per {
	case "":
		return ""
	case perDay:
		return " a day"
	case "wk":
		return " a week"
	case "mo":
		return " a month"
	case "h":
		return " an hour"
	}
	return ""
}

// lineSays tells the first and the last reading, the lowest and the highest, and the change where that matters.
func (p *Panel) lineSays() string {
	text := ""
	for i, s := range p.Def.Series {
		var these []Point
		for _, point := range p.Points {
			if point.Series == i {
				these = append(these, point)
			}
		}
		if len(these) == 0 {
			continue
		}
		if text != "" {
			text += " "
		}
		first, last := these[0], these[len(these)-1]
		if len(these) == 1 {
			text += s.Name + ": " + last.Words + " on " + plain.Minute(last.At, last.At.Location()) + "."
			continue
		}
		low, high := first, first
		for _, point := range these {
			if point.Number.Cmp(low.Number) < 0 {
				low = point
			}
			if point.Number.Cmp(high.Number) > 0 {
				high = point
			}
		}
		text += s.Name + ": " + plain.Count(len(these), "reading", "readings") + ", from " + low.Words + " to " + high.Words + ". The last: " + last.Words + "."
		if p.Def.Change {
			text += " " + changeWords(first, last, p.Def.Unit)
		}
	}
	return text
}

// changeWords says how much the last reading differs from the first, in the unit and in per cent.
func changeWords(first, last Point, unit string) string {
	ctx := apd.BaseContext.WithPrecision(30)
	var diff, percent standard.Number
	_, _ = ctx.Sub(&diff.Decimal, &last.Number.Decimal, &first.Number.Decimal)
	since := " since " + plain.Day(first.At)
	if diff.Decimal.IsZero() {
		return "No change" + since + "."
	}
	word := "Up "
	if diff.Decimal.Negative {
		word = "Down "
	}
	diff.Decimal.Negative = false
	text := word + plain.Value(standard.Quantity{Number: diff, Unit: unit}, nil)
	if !first.Number.Decimal.IsZero() {
		_, _ = ctx.Mul(&percent.Decimal, &diff.Decimal, apd.New(100, 0))
		_, _ = ctx.Quo(&percent.Decimal, &percent.Decimal, &first.Number.Decimal)
		_, _ = ctx.Quantize(&percent.Decimal, &percent.Decimal, -1)
		text += " (" + percent.String() + "%)"
	}
	return text + since + "."
}

// totalSays tells what there was altogether, or on how many days less than is aimed at.
func (p *Panel) totalSays() string {
	if p.Window.Period == standard.ForDay {
		return "Altogether " + p.amountWords(p.whole()) + " in this care day."
	}
	days, short := 0, 0
	for _, t := range p.Totals {
		if t.Count > 0 {
			days++
		}
		if t.Short {
			short++
		}
	}
	text := "Recorded on " + plain.Count(days, "day", "days") + " of " + plain.Whole(len(p.Totals)) + "."
	if len(p.Targets) > 0 {
		text += " On " + plain.Count(short, "day", "days") + " less than is aimed at."
	}
	return text
}

// whole is the total of the whole window.
func (p *Panel) whole() standard.Number {
	if p.Def.Draw == standard.DrawCount {
		return standard.NewNumber(int64(len(p.Points)))
	}
	return Sum(p.Points)
}

// shortest is how much of a text a sentence holds.
const shortest = 80

func shortly(s string) string {
	runes := []rune(s)
	if len(runes) <= shortest {
		return s
	}
	return string(runes[:shortest]) + "…"
}

// slotWords names a care day, or an hour.
func (p *Panel) slotWords(s Slot) string {
	if p.Window.Period == standard.ForDay {
		return plain.Clock(s.From) + " to " + plain.Clock(s.Until)
	}
	return plain.Weekday(s.From)
}

// DayOf is the care day of a slot, as addresses carry it.
func DayOf(s Slot) string { return s.From.Format(time.DateOnly) }

// SlotWords names the slot of a total.
func (p *Panel) SlotWords(t Total) string { return p.slotWords(t.Slot) }

// PanelWith makes a line of quantities that the caller finds, in the unit of the panel.
func PanelWith(def *standard.ChartPanel, w Window, find func(add func(Point, standard.Quantity))) Panel {
	p := Panel{Def: def, Window: w}
	other := 0
	find(func(point Point, q standard.Quantity) {
		n, ok := inUnit(q, def.Unit)
		switch {
		case !ok:
			other++
		case !point.At.Before(w.From) && point.At.Before(w.Until):
			point.Number, point.Words = n, plain.Value(q, nil)
			p.Points = append(p.Points, point)
		}
	})
	p.reach()
	p.Says = p.says(other)
	return p
}
