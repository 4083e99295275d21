package chart

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"time"

	"rosemary/care/plain"
	"rosemary/standard"
)

// Drawing says what a picture needs to know of the page that it stands in.
type Drawing struct {
	ID   string                     // unique in the page
	Link func(p Point) string       // where the record of a point is shown; "" nowhere
	Day  func(day time.Time) string // where one care day is shown; "" nowhere
}

// The place of the plot, in per cent of the width: so that words keep their size whatever the width of the screen.
const (
	plotLeft  = 12.0
	plotRight = 98.5
	top       = 14.0
	axis      = 40.0 // below the plot
)

// canvas writes a picture. All coordinates across are in per cent, all down in pixels.
type canvas struct {
	b         strings.Builder
	p         *Panel
	d         Drawing
	left      float64
	height    float64 // of the plot
	low, high float64
}

// SVG draws the panel. It needs no script and no style of its own: what it looks like stands in the style sheet, so that it can be read in the dark and in print.
func (p *Panel) SVG(d Drawing) string {
	c := &canvas{p: p, d: d, left: plotLeft, height: 190}
	switch p.Def.Draw {
	case standard.DrawLanes:
		c.left, c.height = 2, float64(len(p.Lanes))*laneHeight
	case standard.DrawClock:
		c.height = 240
	}
	total := top + c.height + axis
	fmt.Fprintf(&c.b, `<svg class="rm-chart" width="100%%" height="%.0f" role="group" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc><g aria-hidden="true">`,
		total, d.ID, d.ID, d.ID, html.EscapeString(p.Def.Name), d.ID, html.EscapeString(p.Says))
	c.timeAxis()
	switch p.Def.Draw {
	case standard.DrawLine:
		c.scale()
		c.shade()
		c.grid()
		c.targets()
		c.line()
	case standard.DrawSum, standard.DrawCount:
		c.scale()
		c.grid()
		c.targets()
		c.bars()
	case standard.DrawLanes:
		c.lanes()
	case standard.DrawClock:
		c.clock()
	}
	c.b.WriteString("</g></svg>")
	return c.b.String()
}

// x is where a time stands, in per cent.
func (c *canvas) x(at time.Time) float64 {
	w := c.p.Window
	return c.left + (plotRight-c.left)*at.Sub(w.From).Seconds()/w.Until.Sub(w.From).Seconds()
}

// y is where a number stands.
func (c *canvas) y(f float64) float64 { return top + c.height - c.height*(f-c.low)/(c.high-c.low) }

func (c *canvas) text(class, anchor string, x, y float64, words string) {
	fmt.Fprintf(&c.b, `<text class="%s" text-anchor="%s" x="%.2f%%" y="%.1f">%s</text>`, class, anchor, x, y, html.EscapeString(words))
}

func (c *canvas) rule(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&c.b, `<line class="%s" x1="%.2f%%" y1="%.1f" x2="%.2f%%" y2="%.1f"/>`, class, x1, y1, x2, y2)
}

func (c *canvas) box(class string, x, y, width, height float64) {
	fmt.Fprintf(&c.b, `<rect class="%s" x="%.2f%%" y="%.1f" width="%.2f%%" height="%.1f"/>`, class, x, y, width, height)
}

// timeAxis draws the days, or the hours of one day.
func (c *canvas) timeAxis() {
	w, bottom := c.p.Window, top+c.height
	mark := func(at time.Time, first, second string, middle bool) {
		x := c.x(at)
		c.rule("rm-chart__grid", x, top, x, bottom)
		if middle {
			x += (c.x(nextDay(at, 1)) - x) / 2
		}
		c.text("rm-chart__tick", "middle", x, bottom+15, first)
		if second != "" {
			c.text("rm-chart__tick", "middle", x, bottom+31, second)
		}
	}
	switch w.Period {
	case standard.ForDay:
		for at := w.From.Add(4 * time.Hour); at.Before(w.Until); at = at.Add(4 * time.Hour) {
			mark(at, plain.Clock(at), "", false)
		}
	case standard.ForWeek:
		for at := w.From; at.Before(w.Until); at = nextDay(at, 1) {
			mark(at, at.Format("Mon"), at.Format("2"), true)
		}
	case standard.ForMonth:
		for at := nextDay(w.From, 2); at.Before(w.Until); at = nextDay(at, 7) {
			mark(at, at.Format("2"), at.Format("Jan"), false)
		}
	default:
		for at := w.From; at.Before(w.Until); at = nextDay(at, 1) {
			if at.Day() == 1 && at.Month()%2 == 1 {
				mark(at, at.Format("Jan"), at.Format("2006"), false)
			}
		}
	}
}

// scale rounds the ends of the axis outwards to whole steps.
func (c *canvas) scale() {
	step := c.step()
	c.low, c.high = math.Floor(c.p.Low/step)*step, math.Ceil(c.p.High/step)*step
	if c.p.Def.Draw == standard.DrawLine && c.p.Def.Least == nil && c.low > 0 && c.p.Low-c.low < step/4 {
		c.low -= step
	}
	if c.high <= c.low {
		c.high = c.low + step
	}
}

// step is the distance of the lines across: one, two or five times a power of ten, some four of them.
func (c *canvas) step() float64 {
	rough := (c.p.High - c.p.Low) / 4
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, m := range []float64{1, 2, 5} {
		if rough <= m*power {
			if c.p.Def.Draw == standard.DrawCount {
				return math.Max(1, m*power)
			}
			return m * power
		}
	}
	return 10 * power
}

// grid draws the lines across, with their figures.
func (c *canvas) grid() {
	step := c.step()
	for i := 0; ; i++ {
		f := c.low + float64(i)*step
		if f > c.high+step/1000 {
			return
		}
		c.rule("rm-chart__grid", c.left, c.y(f), plotRight, c.y(f))
		c.text("rm-chart__tick", "end", c.left-1, c.y(f)+4, figure(f))
	}
}

// figure writes a number of an axis.
func figure(f float64) string {
	if math.Abs(f) >= 1000 {
		return plain.Whole(int(math.Round(f)))
	}
	return strconv.FormatFloat(math.Round(f*1000)/1000, 'f', -1, 64)
}

// shade draws the points that a reading gives behind the line, each with its figure.
func (c *canvas) shade() {
	if c.p.Def.Shade == nil {
		return
	}
	table := c.p.shading()
	half := 0.5 * math.Pow(10, -float64(c.p.Def.Item.Places))
	from := math.Inf(-1)
	for _, row := range table.Points {
		until := math.Inf(1)
		if row.UpTo != nil {
			until = float(*row.UpTo) + half
		}
		low, high := math.Max(from, c.low), math.Min(until, c.high)
		from = until
		if high <= low {
			continue
		}
		c.box("rm-points rm-points--"+strconv.Itoa(row.Points), c.left, c.y(high), plotRight-c.left, c.y(low)-c.y(high))
		if c.y(low)-c.y(high) > 13 {
			c.text("rm-chart__points", "end", plotRight-0.5, (c.y(high)+c.y(low))/2+4, strconv.Itoa(row.Points))
		}
	}
}

// shading is the table that counts for the person, on air.
func (p *Panel) shading() *standard.ScoreTable {
	tables := p.Def.Item.Tables
	for _, t := range tables {
		holds := true
		for _, w := range t.When {
			code, decided := p.Chosen[w.ID]
			holds = holds && decided && len(w.Is) == 1 && w.Is[0] == code
		}
		if holds {
			return t
		}
	}
	return tables[len(tables)-1]
}

// targets draws what is aimed at. In one day there is nothing to compare an hour with.
func (c *canvas) targets() {
	if c.p.Window.Period == standard.ForDay && c.p.Def.Draw != standard.DrawLine {
		return
	}
	for _, t := range c.p.Targets {
		for i, q := range []*standard.Quantity{t.Least, t.Most} {
			n, ok := c.p.limit(q)
			if !ok {
				continue
			}
			y := c.y(float(n))
			c.rule("rm-chart__target", c.left, y, plotRight, y)
			c.text("rm-chart__aim", "start", c.left+0.5, y-5, []string{"Aim: at least ", "Aim: at most "}[i]+plain.Value(*q, nil))
		}
	}
}

// link opens a point's record.
func (c *canvas) link(href, words string, draw func()) {
	if href == "" {
		draw()
		return
	}
	fmt.Fprintf(&c.b, `<a href="%s" tabindex="-1"><title>%s</title>`, html.EscapeString(href), html.EscapeString(words))
	draw()
	c.b.WriteString("</a>")
}

// mark draws a point, in a shape of its own for each series.
func (c *canvas) mark(p Point, x, y float64) {
	href := ""
	if c.d.Link != nil {
		href = c.d.Link(p)
	}
	c.link(href, shortly(p.Words)+", "+plain.Minute(p.At, p.At.Location()), func() {
		fmt.Fprintf(&c.b, `<circle class="rm-chart__touch" cx="%.2f%%" cy="%.1f" r="12"/>`, x, y)
		if p.Series%2 == 1 {
			fmt.Fprintf(&c.b, `<svg x="%.2f%%" y="%.1f" overflow="visible"><rect class="rm-chart__point rm-series-1" x="-5" y="-5" width="10" height="10"/></svg>`, x, y)
			return
		}
		fmt.Fprintf(&c.b, `<circle class="rm-chart__point rm-series-0" cx="%.2f%%" cy="%.1f" r="5"/>`, x, y)
	})
}

// line draws readings, joined.
func (c *canvas) line() {
	last := map[int]Point{}
	for _, p := range c.p.Points {
		if before, ok := last[p.Series]; ok {
			c.rule("rm-chart__line rm-series-"+strconv.Itoa(p.Series%2), c.x(before.At), c.y(float(before.Number)), c.x(p.At), c.y(float(p.Number)))
		}
		last[p.Series] = p
	}
	for _, p := range c.p.Points {
		c.mark(p, c.x(p.At), c.y(float(p.Number)))
	}
}

// bars draws totals. A day with less than is aimed at is hatched, one that is not over has a dashed edge: neither is told by colour alone.
func (c *canvas) bars() {
	few := len(c.p.Totals) <= 7
	for _, t := range c.p.Totals {
		if t.Count == 0 {
			continue
		}
		x, next := c.x(t.From), c.x(t.Until)
		gap := (next - x) * 0.15
		y := c.y(float(t.Number))
		class := "rm-chart__bar"
		switch {
		case t.Short:
			class += " rm-chart__bar--short"
		case t.Going && c.p.Window.Period != standard.ForDay:
			class += " rm-chart__bar--going"
		}
		href := ""
		if c.d.Day != nil && c.p.Window.Period != standard.ForDay {
			href = c.d.Day(t.From)
		}
		c.link(href, c.p.slotWords(t.Slot)+": "+t.Words, func() { c.box(class, x+gap, y, next-x-2*gap, top+c.height-y) })
		if few {
			c.text("rm-chart__value", "middle", (x+next)/2, y-5, figure(float(t.Number)))
		}
	}
}

const laneHeight = 42.0

// lanes draws each code in a lane of its own, its words above.
func (c *canvas) lanes() {
	at := map[string]float64{}
	for i, lane := range c.p.Lanes {
		y := top + float64(i)*laneHeight
		at[lane.Code] = y + 28
		c.rule("rm-chart__lane", c.left, y+28, plotRight, y+28)
		c.text("rm-chart__label", "start", 0, y+12, lane.Words)
	}
	for _, p := range c.p.Points {
		c.mark(p, c.x(p.At), at[p.Code])
	}
}

// clock draws at what time of which day something was.
func (c *canvas) clock() {
	for hour := 0; hour <= 24; hour += 4 {
		y := top + c.height*float64(hour)/24
		c.rule("rm-chart__grid", c.left, y, plotRight, y)
		c.text("rm-chart__tick", "end", c.left-1, y+4, fmt.Sprintf("%02d:00", (dayBegins+hour)%24))
	}
	for _, p := range c.p.Points {
		day := CareDay(p.At)
		x := (c.x(day) + c.x(nextDay(day, 1))) / 2
		c.mark(p, x, top+c.height*min(1, p.At.Sub(day).Hours()/24))
	}
}
