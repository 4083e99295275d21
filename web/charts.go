package web

import (
	"html/template"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/chart"
	"rosemary/care/plain"
	"rosemary/care/score"
	"rosemary/record"
	"rosemary/standard"
)

// chartsPage lists the charts and the scores of a person, with what each says of the last month.
type chartsPage struct {
	Frame
	Charts []ChartRow
	Scores []ScoreRow
	Falls  []Link
	Body   bool // there is the map of the body
}

// ChartRow is one chart of the list.
type ChartRow struct {
	Name, Summary, Href, Says string
	Empty                     bool
}

// chartPage shows one chart over a length of time: each panel as a picture with the figures under it.
type chartPage struct {
	Frame
	Name     string
	Summary  string
	Source   string
	Period   string // in words
	Periods  []Link
	Earlier  string
	Later    string
	Panels   []PanelShown
	Nothing  bool
	OnScreen string
}

// PanelShown is one panel of a chart.
type PanelShown struct {
	ID      string
	Name    string
	Says    string
	Legend  []LegendShown
	Picture template.HTML
	Totals  []TotalShown
	Rows    []PointShown
	More    int
	Targets []Link
}

// LegendShown names a series, with the shape that it is drawn in.
type LegendShown struct {
	Name  string
	Shape string
}

// TotalShown is one care day, or one hour.
type TotalShown struct {
	When, Href, Total, Records string
	Tag                        *Tag
}

// PointShown is one value.
type PointShown struct {
	When, Href, What, Series, Say, Who string
}

// rowsShown is how many rows the table under a picture has at most.
const rowsShown = 200

// mostCharted bounds what a chart reads.
const mostCharted = 20_000

// between reads all records of some classes that happened in a time.
func (c *call) between(a *about, classes []string, from, until time.Time) ([]*record.Version, error) {
	var all []*record.Version
	if len(classes) == 0 {
		return nil, nil
	}
	q := access.RecordsQuery{Stream: a.uid, Classes: classes, From: from, Until: until, Limit: 1000}
	for len(all) < mostCharted {
		versions, more, err := a.view.Records(c.ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, versions...)
		if !more || len(versions) == 0 {
			break
		}
		last := versions[len(versions)-1].Cursor()
		q.After = &last
	}
	return all, nil
}

// targets finds what is aimed at for a person.
func (c *call) targets(a *about) ([]chart.Target, error) {
	versions, err := c.between(a, chart.TargetClasses(c.config.Catalogue), time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	return chart.Targets(c.config.Catalogue, versions, c.dayOf(a)), nil
}

// charts lists the charts.
func (c *call) charts() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := chartsPage{}
	if page.Frame, err = c.personFrame(a, c.word("Charts and scores")); err != nil {
		return err
	}
	window := chart.WindowOf(standard.ForMonth, c.dayOf(a), c.dayOf(a))
	var classes []string
	for _, def := range c.config.Catalogue.Charts() {
		classes = append(classes, def.Classes()...)
	}
	versions, err := c.between(a, distinct(classes), window.From, window.Until)
	if err != nil {
		return err
	}
	entries := care.InOrder(c.config.Catalogue, versions, c.config.Zone)
	for _, def := range c.config.Catalogue.Charts() {
		if !c.session.ShowsAny(def.Classes()...) {
			continue
		}
		row := ChartRow{Name: c.word(def.Name), Summary: c.word(def.Summary), Href: a.href("/charts/" + def.ID), Empty: true}
		for _, panel := range def.Panels {
			p := chart.PanelOf(panel, entries, nil, window)
			if !p.Empty() {
				row.Says, row.Empty = p.Says, false
				break
			}
		}
		page.Charts = append(page.Charts, row)
	}
	if page.Scores, err = c.scoreRows(a); err != nil {
		return err
	}
	if page.Falls, err = c.fallen(a); err != nil {
		return err
	}
	page.Body = c.session.Shows(standard.ClassRoleBodyMark)
	if len(page.Charts)+len(page.Scores)+len(page.Falls) == 0 && !page.Body {
		return c.notShown(a, page.Title)
	}
	return c.render("charts", page)
}

func distinct(words []string) []string {
	seen, out := map[string]bool{}, []string{}
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// chartWindow reads which length of time the address asks for.
func (c *call) chartWindow(a *about, def *standard.Chart) chart.Window {
	period := c.query("period")
	if period == "" {
		period = def.Period
	}
	known := false
	for _, p := range standard.ChartPeriods() {
		known = known || p == period
	}
	if !known {
		period = def.Period
	}
	now := c.dayOf(a)
	last := now
	if day, err := time.ParseInLocation(time.DateOnly, c.query("on"), c.config.Zone); err == nil && day.Before(now) {
		last = day.Add(12 * time.Hour)
	}
	return chart.WindowOf(period, last, now)
}

// chartHref is the address of a chart over a window.
func chartHref(a *about, def *standard.Chart, w chart.Window) string {
	href := "/charts/" + def.ID + "?period=" + w.Period
	last := w.Until.Add(-time.Hour)
	if last.Before(w.Now) {
		href += "&on=" + chart.CareDay(last).Format(time.DateOnly)
	}
	return a.href(href)
}

// chart shows one chart.
func (c *call) chart() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	def, ok := c.config.Catalogue.Chart(c.r.PathValue("chart"))
	if !ok {
		return errNowhere()
	}
	if !c.session.ShowsAny(def.Classes()...) {
		return c.notShown(a, def.Name)
	}
	page := chartPage{Name: c.word(def.Name), Summary: c.word(def.Summary), Source: def.Source}
	if page.Frame, err = c.personFrame(a, c.word(def.Name)); err != nil {
		return err
	}
	w := c.chartWindow(a, def)
	versions, err := c.between(a, def.Classes(), w.From, w.Until)
	if err != nil {
		return err
	}
	targets, err := c.targets(a)
	if err != nil {
		return err
	}
	chosen, err := c.chosenFor(a, def, w.Until)
	if err != nil {
		return err
	}
	page.Period = windowWords(w)
	for _, period := range standard.ChartPeriods() {
		page.Periods = append(page.Periods, Link{Text: periodWords(period), Href: chartHref(a, def, chart.WindowOf(period, w.Until.Add(-time.Hour), w.Now)), Current: period == w.Period})
	}
	page.Earlier = chartHref(a, def, w.Move(-1))
	if later := w.Move(1); later.From.Before(w.Now) {
		page.Later = chartHref(a, def, later)
	}
	entries := care.InOrder(c.config.Catalogue, versions, c.config.Zone)
	n, err := c.namer(a, nil, authorsOf(entries)...)
	if err != nil {
		return err
	}
	page.Nothing = true
	for i, panel := range def.Panels {
		p := chart.PanelOf(panel, entries, targets, w)
		p.Chosen = chosen
		if p.Empty() {
			if len(def.Panels) > 1 {
				continue
			}
		}
		page.Nothing = page.Nothing && p.Empty()
		page.Panels = append(page.Panels, c.panelShown(a, n, def, &p, i))
	}
	return c.render("chart", page)
}

// chosenFor finds what was decided for the person about the scores that stand behind a chart.
func (c *call) chosenFor(a *about, def *standard.Chart, until time.Time) (map[string]string, error) {
	chosen := map[string]string{}
	for _, p := range def.Panels {
		if p.Shade == nil || len(p.Shade.Chosen) == 0 {
			continue
		}
		var classes []string
		for _, choice := range p.Shade.Chosen {
			classes = append(classes, choice.Element.Class.ID)
		}
		versions, err := c.between(a, distinct(classes), time.Time{}, until)
		if err != nil {
			return nil, err
		}
		return score.ChosenAt(c.config.Catalogue, p.Shade, versions, until, c.config.Zone), nil
	}
	return chosen, nil
}

// panelShown makes the picture and the figures of one panel.
func (c *call) panelShown(a *about, n *namer, def *standard.Chart, p *chart.Panel, i int) PanelShown {
	out := PanelShown{ID: "p" + strconv.Itoa(i), Name: c.word(p.Def.Name), Says: p.Says}
	for _, t := range p.Targets {
		out.Targets = append(out.Targets, Link{Text: c.word("Aim: {words}", "words", t.Words), Href: withPast("/people/"+t.Stream.String()+"/records/"+t.Record.String(), a.past)})
	}
	if p.Empty() {
		return out
	}
	day := func(at time.Time) string {
		return chartHref(a, def, chart.WindowOf(standard.ForDay, at.Add(time.Hour), p.Window.Now))
	}
	out.Picture = template.HTML(p.SVG(chart.Drawing{ID: out.ID, Link: func(point chart.Point) string { return pointHref(a, point) }, Day: day})) //nolint:gosec // our own drawing, every word escaped
	if len(p.Def.Series) > 1 {
		for k, s := range p.Def.Series {
			out.Legend = append(out.Legend, LegendShown{Name: c.word(s.Name), Shape: []string{"●", "■"}[k%2]})
		}
	}
	for k := len(p.Totals) - 1; k >= 0; k-- {
		t := p.Totals[k]
		if t.Future || t.Count == 0 && p.Window.Period == standard.ForYear {
			continue
		}
		row := TotalShown{When: p.SlotWords(t), Total: t.Words, Records: plain.Whole(t.Count)}
		if t.Count == 0 {
			row.Total = c.word("Nothing recorded")
		}
		if p.Window.Period != standard.ForDay {
			row.Href = day(t.From)
			switch {
			case t.Short:
				row.Tag = &Tag{c.word("Less than the aim"), "orange"}
			case t.Going:
				row.Tag = &Tag{c.word("Until now"), "grey"}
			}
		}
		if p.Window.Period == standard.ForDay && t.Count == 0 {
			continue
		}
		out.Totals = append(out.Totals, row)
	}
	if len(p.Totals) > 0 && p.Window.Period != standard.ForDay {
		return out
	}
	for k := len(p.Points) - 1; k >= 0; k-- {
		if len(out.Rows) == rowsShown {
			out.More = k + 1
			break
		}
		point := p.Points[k]
		row := PointShown{When: c.words.Minute(point.At, c.config.Zone), Href: pointHref(a, point), What: point.Words, Say: point.Say, Who: n.name(point.Author)}
		if len(p.Def.Series) > 1 {
			row.Series = c.word(p.Def.Series[point.Series].Name)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func pointHref(a *about, p chart.Point) string {
	return withPast("/people/"+p.Stream.String()+"/records/"+p.Record.String(), a.past)
}

func periodWords(period string) string {
	return map[string]string{standard.ForDay: "Day", standard.ForWeek: "Week", standard.ForMonth: "30 days", standard.ForYear: "Year"}[period]
}

// windowWords says which care days a window has.
func windowWords(w chart.Window) string {
	last := chart.CareDay(w.Until.Add(-time.Hour))
	if w.Period == standard.ForDay {
		return plain.Weekday(w.From) + ", 07:00 to 07:00"
	}
	return plain.Day(w.From) + " to " + plain.Day(last)
}

// authorsOf are those who wrote some records, each once.
func authorsOf(entries []care.Dated) []uuid.UUID {
	seen := map[uuid.UUID]bool{}
	var authors []uuid.UUID
	for _, e := range entries {
		if !seen[e.Version.Author] {
			seen[e.Version.Author] = true
			authors = append(authors, e.Version.Author)
		}
	}
	return authors
}
