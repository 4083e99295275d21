package chart

import (
	"slices"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/standard"
)

// Point is one value of one record at its time.
type Point struct {
	At     time.Time
	Series int
	Number standard.Number // of what is measured or added up, in the panel's unit
	Code   string          // of what is coded
	Words  string          // the value as people read it
	Say    string          // what else the record says
	Record uuid.UUID
	Stream uuid.UUID
	Author uuid.UUID
}

// Points finds what a panel is drawn of, the earliest first. Other is how many values are in a unit that cannot be shown here.
func Points(p *standard.ChartPanel, entries []care.Dated, zone *time.Location) (points []Point, other int) {
	for _, e := range entries {
		for i, s := range p.Series {
			if s.Class != e.Content.Class {
				continue
			}
			found, odd := pointsOf(p, s, e, zone)
			other += odd
			for _, f := range found {
				f.At, f.Series, f.Record, f.Stream, f.Author = e.At, i, e.Version.Record, e.Version.Stream, e.Version.Author
				f.Say = saying(s, e.Content, zone)
				points = append(points, f)
			}
		}
	}
	return points, other
}

// pointsOf finds the values of one record for one series.
func pointsOf(p *standard.ChartPanel, s *standard.ChartSeries, e care.Dated, zone *time.Location) (points []Point, other int) {
	groups := []*standard.Group{&e.Content.Group}
	if s.Block != nil {
		groups = nil
		for _, v := range e.Content.Get(s.Block.ID) {
			if g, ok := v.(*standard.Group); ok {
				groups = append(groups, g)
			}
		}
	}
	for _, g := range groups {
		if !meets(s, g, e.Content) {
			continue
		}
		if s.Value == nil {
			points = append(points, Point{Words: e.Content.Title()})
			continue
		}
		for _, v := range g.Get(s.Value.ID) {
			switch point, state := pointOf(p, v, zone); state {
			case drawable:
				points = append(points, point)
			case oddUnit:
				other++
			}
		}
	}
	return points, other
}

// meets says whether a record belongs to a series.
func meets(s *standard.ChartSeries, g *standard.Group, content *standard.Content) bool {
	for _, w := range s.Where {
		values := g.Get(w.Element.ID)
		if s.Block != nil && w.Element.Class == content.Class {
			values = content.Get(w.Element.ID)
		}
		if !slices.ContainsFunc(values, func(v standard.Value) bool {
			switch v := v.(type) {
			case standard.Coded:
				return slices.Contains(w.Is, v.Code)
			case standard.Text:
				return slices.Contains(w.Is, string(v))
			}
			return false
		}) {
			return false
		}
	}
	return true
}

// What can be done with a value.
type state int

const (
	nothing state = iota
	drawable
	oddUnit
)

func pointOf(p *standard.ChartPanel, v standard.Value, zone *time.Location) (Point, state) {
	switch v := v.(type) {
	case standard.Quantity:
		n, ok := inUnit(v, p.Unit)
		if !ok {
			return Point{}, oddUnit
		}
		return Point{Number: n, Words: plain.Value(v, zone)}, drawable
	case standard.Number:
		return Point{Number: v, Words: v.String()}, drawable
	case standard.Coded:
		return Point{Code: firstOf(v.Code, v.Text), Words: standard.Display(v, nil)}, drawable
	case standard.Text:
		return Point{Words: string(v)}, drawable
	}
	return Point{}, nothing
}

// inUnit gives a quantity in another unit, where that is only a matter of moving the point.
func inUnit(q standard.Quantity, unit string) (standard.Number, bool) {
	if q.Unit == unit || unit == "" {
		return q.Number, true
	}
	moves := map[[2]string]int32{
		{"L", "mL"}: 3, {"mL", "L"}: -3, {"m", "cm"}: 2, {"cm", "m"}: -2, {"cm", "mm"}: 1, {"mm", "cm"}: -1, {"kg", "g"}: 3, {"g", "kg"}: -3,
	}
	move, ok := moves[[2]string{q.Unit, unit}]
	if !ok {
		return standard.Number{}, false
	}
	var n standard.Number
	n.Decimal.Set(&q.Number.Decimal)
	n.Decimal.Exponent += move
	if n.Decimal.Exponent > 0 {
		_, _ = apd.BaseContext.WithPrecision(60).Quantize(&n.Decimal, &n.Decimal, 0)
	}
	return n, true
}

// Sum adds numbers up, exactly.
func Sum(points []Point) standard.Number {
	total := standard.NewNumber(0)
	for i := range points {
		_, _ = apd.BaseContext.WithPrecision(60).Add(&total.Decimal, &total.Decimal, &points[i].Number.Decimal)
	}
	return total
}

// saying is what the table says beside a value.
func saying(s *standard.ChartSeries, content *standard.Content, zone *time.Location) string {
	var parts []string
	for _, e := range s.Say {
		var words []string
		for _, v := range content.Get(e.ID) {
			if w := plain.Value(v, zone); w != "" {
				words = append(words, w)
			}
		}
		if len(words) > 0 {
			parts = append(parts, e.Name+": "+strings.Join(words, ", "))
		}
	}
	return strings.Join(parts, ". ")
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// float is a number as it is drawn; nothing is ever computed with it but places in a picture.
func float(n standard.Number) float64 {
	f, err := n.Decimal.Float64()
	if err != nil {
		return 0
	}
	return f
}
