package standard

import (
	"slices"
	"strings"
	"time"
)

// linkCharts compiles every chart. It runs when the classes and the scores are finished.
func (l *linker) linkCharts() {
	for _, raw := range l.rawCharts {
		c := l.linkChart(raw)
		for _, other := range l.cat.charts {
			switch {
			case other.ID == c.ID && c.ID != "":
				raw.taken(raw.id, "chart", other.Provider)
			case other.Name == c.Name && c.Name != "":
				raw.fault(raw.name.at, "chart %q is called %q too; names must differ", other.ID, other.Name)
			}
		}
		if len(raw.faults) == 0 {
			l.cat.charts = append(l.cat.charts, c)
		}
	}
}

func (l *linker) linkChart(raw *rawChart) *Chart {
	raw.checkID(raw.id, kebab, "lower-kebab, like blood-sugar")
	raw.checkFileName(raw.id)
	raw.known(raw.evidence)
	raw.oneOf(raw.period, "length of time", ChartPeriods()...)
	c := &Chart{
		ID: raw.id.s, Name: raw.name.s, Summary: raw.summary.s, Source: raw.source.s, Evidence: Evidence(raw.evidence.s), Provider: raw.provider, Hash: raw.hash, Period: raw.period.s,
	}
	if len(raw.panels) == 0 {
		raw.fault(raw.at, "a chart needs at least one panel")
	}
	for _, r := range raw.panels {
		c.Panels = append(c.Panels, l.linkPanel(raw, r))
	}
	return c
}

func (l *linker) linkPanel(raw *rawChart, r *rawPanel) *ChartPanel {
	p := &ChartPanel{Name: r.name.s, Draw: r.draw.s, Unit: r.unit.s, Target: r.target.s, Change: r.change}
	raw.oneOf(r.draw, "way to draw", DrawLine, DrawSum, DrawCount, DrawLanes, DrawClock)
	p.Least, p.Most = raw.limit(r.least), raw.limit(r.most)
	if p.Least != nil && p.Most != nil && p.Least.Cmp(*p.Most) >= 0 {
		raw.fault(r.most.at, `"most" must be more than "least"`)
	}
	l.linkTarget(raw, r)
	l.linkShade(raw, r, p)
	if f := r.floor; f != nil {
		p.Floor = &ChartFloor{Name: f.name.s, Total: f.show.s == "total", Hours: raw.whole(f.hours, 1, 24*14, 0), Planned: f.planned}
		p.Floor.Asleep = raw.asleep(f)
		raw.oneOf(f.show, "way to show it", "total", "last")
		if f.planned && !r.target.given() {
			raw.fault(f.at, `"planned" is for a panel with a "target"`)
		}
		if f.show.s == "total" && p.Draw != DrawSum && p.Draw != DrawCount {
			raw.fault(f.show.at, "only what is added up or counted has a total")
		}
	}
	for _, s := range r.series {
		if series := l.linkSeries(raw, r, s); series != nil {
			p.Series = append(p.Series, series)
		}
	}
	return p
}

// asleep reads a time of the night, such as 22:00-07:00.
func (raw *rawChart) asleep(f *rawFloor) *ChartAsleep {
	if !f.asleep.given() {
		return nil
	}
	from, until, _ := strings.Cut(f.asleep.s, "-")
	begins, err1 := time.Parse("15:04", from)
	ends, err2 := time.Parse("15:04", until)
	if err1 != nil || err2 != nil || begins.Equal(ends) {
		raw.fault(f.asleep.at, "%q is no time of the night, such as 22:00-07:00", f.asleep.s)
		return nil
	}
	if !f.hours.given() {
		raw.fault(f.asleep.at, `"asleep" is for what is pointed out after some "hours"`)
	}
	return &ChartAsleep{From: begins.Hour()*60 + begins.Minute(), Until: ends.Hour()*60 + ends.Minute()}
}

func (f *yamlFile) limit(w word) *Number {
	if !w.given() {
		return nil
	}
	n, ok := ParseNumber(w.s)
	if !ok {
		f.fault(w.at, "%q is no number", w.s)
		return nil
	}
	return &n
}

// linkTarget looks whether an amount of that kind can be aimed at.
func (l *linker) linkTarget(raw *rawChart, r *rawPanel) {
	if !r.target.given() {
		return
	}
	for _, class := range l.cat.byRole[ClassRoleTarget] {
		if e := class.ByRole(RoleTargetOf); e != nil && e.ValueSet != nil {
			raw.aCode(e, r.target)
			return
		}
	}
	raw.fault(r.target.at, "no class has amounts to aim at")
}

// linkShade looks up the score whose points are drawn behind a line.
func (l *linker) linkShade(raw *rawChart, r *rawPanel, p *ChartPanel) {
	if !r.score.given() {
		return
	}
	score, ok := l.cat.Score(r.score.s)
	if !ok {
		raw.fault(r.score.at, "%s", l.missing(scoreDir, "score", r.score.s, ""))
		return
	}
	item, ok := score.Item(r.item.s)
	switch {
	case !ok:
		raw.fault(r.item.at, "score %q has no item %q", score.ID, r.item.s)
	case item.Reading == "" || p.Draw != DrawLine:
		raw.fault(r.item.at, "only the points of a reading can be drawn, behind a line")
	default:
		p.Shade, p.Item = score, item
	}
}

func (l *linker) linkSeries(raw *rawChart, p *rawPanel, r *rawSeries) *ChartSeries {
	class, ok := l.cat.classByID[r.class.s]
	if !ok || class.Kind != KindRecord || class.Stream == DirectoryStream {
		if r.class.s != "" {
			raw.fault(r.class.at, "%s", l.missing(classDir, "class", r.class.s, " of a person's records"))
		}
		return nil
	}
	s := &ChartSeries{Name: r.name.s, Class: class}
	holds := class
	if r.block.given() {
		e, ok := class.Element(r.block.s)
		if !ok || e.Block == nil {
			raw.fault(r.block.at, "class %q has no block %q", class.ID, r.block.s)
			return nil
		}
		s.Block, holds = e, e.Block
	}
	if r.value.given() {
		s.Value = raw.charted(holds, r.value, p.draw.s)
	} else if p.draw.s != DrawCount && p.draw.s != DrawClock {
		raw.fault(r.at, `this series needs a "value": which element is drawn`)
	}
	for _, w := range r.where {
		s.Where = append(s.Where, raw.chartWhere(holds, class, w))
	}
	for _, w := range r.say {
		if e, ok := class.Element(w.s); ok {
			s.Say = append(s.Say, e)
		} else {
			raw.fault(w.at, "class %q has no element %q", class.ID, w.s)
		}
	}
	if class.ByRole(RoleEventDate) == nil {
		raw.fault(r.class.at, "records of class %q do not say when something happened", class.ID)
	}
	return s
}

// charted looks up an element that can be drawn in this way.
func (f *yamlFile) charted(class *Class, w word, draw string) *Element {
	e, ok := class.Element(w.s)
	if !ok {
		f.fault(w.at, "class %q has no element %q", class.ID, w.s)
		return nil
	}
	number := e.Value == NumberValue || e.Value == QuantityValue
	switch {
	case (draw == DrawLine || draw == DrawSum) && !number:
		f.fault(w.at, "%q holds a %s; a %s is drawn of numbers", e.ID, e.Value, draw)
	case draw == DrawLanes && e.Value != CodedValue:
		f.fault(w.at, "%q holds a %s; lanes are drawn of codes", e.ID, e.Value)
	}
	return e
}

// chartWhere compiles a condition, about the block or else the record around it.
func (f *yamlFile) chartWhere(holds, class *Class, w rawChartWhere) *ChartWhere {
	out := &ChartWhere{}
	e, ok := holds.Element(w.element.s)
	if !ok {
		e, ok = class.Element(w.element.s)
	}
	if !ok || !slices.Contains([]ValueKind{CodedValue, TextValue}, e.Value) {
		f.fault(w.element.at, "class %q has no element %q that holds a code or a text", class.ID, w.element.s)
		return out
	}
	out.Element = e
	for _, is := range w.is {
		if e.Value == CodedValue {
			f.aCode(e, is)
		}
		out.Is = append(out.Is, is.s)
	}
	return out
}
