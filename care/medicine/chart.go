package medicine

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
)

// Letter is what stands in a cell of the chart for one code of what happened.
type Letter struct {
	Code   string `yaml:"code"`
	Letter string `yaml:"letter"`
	Words  string `yaml:"words"`
}

//go:embed codes.yaml
var codesFile []byte // go:embed needs a variable of the package; nothing writes to it

// Letters are the letters of the chart, in the order of the key.
var Letters = sync.OnceValue(func() []Letter {
	var list []Letter
	if err := yaml.Unmarshal(codesFile, &list); err != nil {
		panic("codes.yaml: " + err.Error()) // the file is part of the program, and a test reads it
	}
	return list
})

// Chart is the chart of one person's medicines for some days: what was planned, what was given, by whom, and why not.
type Chart struct {
	From, Until time.Time // days in the zone; until is not in it
	Made        time.Time
	Days        []time.Time
	Regular     []ChartOrder
	Needed      []ChartOrder
	Homely      []ChartOrder
	Keys        []Letter     // those that stand in the chart
	Initials    []InitialsOf // whose they are
	Allergies   []string     // "" where nobody has asked: the caller says so
	names       map[string]uuid.UUID
	Notes       []ChartNote // what was not given and why, and what was overridden
}

// ChartOrder is one medicine of the chart.
type ChartOrder struct {
	Order *Order
	Rows  []ChartRow  // of one that has times
	Given []ChartDose // of one that is given when needed
}

// ChartRow is one time of the day over all days.
type ChartRow struct {
	Clock string
	Cells []ChartCell
}

// ChartCell is one planned dose. A cell without a mark was not planned; one that was planned and has no record is empty, and says so.
type ChartCell struct {
	Planned  bool
	Past     bool // its time has passed
	Mark     string
	Initials string
	Twice    bool // more than one dose was given
	Words    string
	Witness  string // initials
	Unproved bool   // who witnessed it is named, and has not signed
	Dose     *Dose
}

// ChartDose is one dose of a medicine that is given when needed.
type ChartDose struct {
	Dose     *Dose
	Mark     string
	Initials string
	Witness  string
	Unproved bool
}

// InitialsOf says whose initials they are.
type InitialsOf struct{ Initials, Name string }

// ChartNote is what the chart must explain.
type ChartNote struct {
	Day   time.Time
	Clock string
	Name  string
	Words string
}

// ChartOf makes the chart of the days from one to another. Names tells what to call whoever gave, and witnessed. It looks at nothing but the book, so that what is kept
// for the time when there is no server is the chart of the page.
func (b *Book) ChartOf(from, until, now time.Time, names func(uuid.UUID) string) *Chart {
	c := &Chart{From: from, Until: until, Made: now, names: map[string]uuid.UUID{}}
	for day := from; day.Before(until); day = day.AddDate(0, 0, 1) {
		c.Days = append(c.Days, day)
	}
	w := &charting{book: b, chart: c, names: names, now: now}
	for _, o := range b.Orders {
		if w.outside(o) {
			continue
		}
		one := ChartOrder{Order: o}
		if o.AsNeeded || len(o.Times) == 0 {
			one.Given = w.needed(o)
		} else {
			one.Rows = w.rows(o)
		}
		switch {
		case o.Homely:
			c.Homely = append(c.Homely, one)
		case o.AsNeeded || len(o.Times) == 0:
			c.Needed = append(c.Needed, one)
		default:
			c.Regular = append(c.Regular, one)
		}
	}
	for _, a := range b.Allergies {
		c.Allergies = append(c.Allergies, a.Words())
	}
	for _, l := range Letters() {
		if w.used[l.Letter] {
			c.Keys = append(c.Keys, l)
		}
	}
	slices.SortFunc(c.Initials, func(x, y InitialsOf) int { return strings.Compare(x.Initials, y.Initials) })
	slices.SortStableFunc(c.Notes, func(x, y ChartNote) int { return x.Day.Compare(y.Day) })
	return c
}

// charting is a chart that is being made.
type charting struct {
	book  *Book
	chart *Chart
	names func(uuid.UUID) string
	now   time.Time
	used  map[string]bool
}

// outside reports whether an order had nothing to do with these days.
func (w *charting) outside(o *Order) bool {
	given := slices.ContainsFunc(w.book.Doses, func(d *Dose) bool {
		return d.Of(o) && !d.When.Before(w.chart.From) && d.When.Before(w.chart.Until)
	})
	if given {
		return false
	}
	ended := o.Ended && (o.Till.IsZero() || o.Till.Before(w.chart.From))
	return ended || !o.From.IsZero() && !o.From.Before(w.chart.Until) || !o.Till.IsZero() && o.Till.Before(w.chart.From)
}

// rows are the times of an order, one each, over the days.
func (w *charting) rows(o *Order) []ChartRow {
	at := map[string][]*Dose{}
	for i := len(w.book.Doses) - 1; i >= 0; i-- {
		if d := w.book.Doses[i]; d.Of(o) {
			if s, ok := w.book.For(o, d); ok {
				at[s.Local] = append(at[s.Local], d)
			}
		}
	}
	planned := map[string]Slot{}
	for _, s := range o.Slots(w.chart.From.Add(-24*time.Hour), w.chart.Until.Add(24*time.Hour), w.book.zone) {
		planned[s.Local] = s
	}
	var rows []ChartRow
	for _, clock := range o.Times {
		row := ChartRow{Clock: clock}
		for _, day := range w.chart.Days {
			local := day.Format(time.DateOnly) + "T" + clock
			slot, is := planned[local]
			cell := ChartCell{Planned: is, Past: is && slot.Due.Before(w.now)}
			if doses := at[local]; len(doses) > 0 {
				w.fill(&cell, doses, day, clock)
			}
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
	}
	return rows
}

// fill puts what was recorded into a cell: the last word on it, and that there were two.
func (w *charting) fill(cell *ChartCell, doses []*Dose, day time.Time, clock string) {
	last, n := doses[len(doses)-1], 0
	for _, d := range doses {
		if d.Given {
			last = d
			n++
		}
	}
	cell.Dose, cell.Planned = last, true
	cell.Mark, cell.Initials = w.mark(last), w.initials(last.By)
	cell.Twice = n > 1
	cell.Words = last.Outcome
	cell.Witness, cell.Unproved = w.witness(last)
	for _, d := range doses {
		if words := explained(d); words != "" {
			w.chart.Notes = append(w.chart.Notes, ChartNote{day, clock, d.Name, words})
		}
		if who, unproved := w.witness(d); unproved {
			w.chart.Notes = append(w.chart.Notes, ChartNote{day, clock, d.Name, "Witness " + who + " is named, not proved: they have not signed"})
		}
	}
	if cell.Twice {
		w.chart.Notes = append(w.chart.Notes, ChartNote{day, clock, last.Name, "GIVEN TWICE"})
	}
}

// explained is what must be said about a dose in words.
func explained(d *Dose) string {
	var parts []string
	if !d.Given {
		parts = append(parts, d.Outcome)
		if d.WhyNot != "" && !strings.EqualFold(d.WhyNot, d.Outcome) {
			parts = append(parts, lowerFirst(d.WhyNot))
		}
	}
	if d.Override != "" {
		parts = append(parts, "given in spite of a warning: "+d.Override)
	}
	if d.Note != "" && len(parts) > 0 {
		parts = append(parts, d.Note)
	}
	return strings.Join(parts, "; ")
}

// needed are the doses of an order that has no times, the earliest first.
func (w *charting) needed(o *Order) []ChartDose {
	var list []ChartDose
	for i := len(w.book.Doses) - 1; i >= 0; i-- {
		d := w.book.Doses[i]
		if !d.Of(o) || d.When.Before(w.chart.From) || !d.When.Before(w.chart.Until) {
			continue
		}
		one := ChartDose{Dose: d, Mark: w.mark(d), Initials: w.initials(d.By)}
		one.Witness, one.Unproved = w.witness(d)
		list = append(list, one)
		if words := explained(d); words != "" {
			w.chart.Notes = append(w.chart.Notes, ChartNote{d.When, plain.Clock(d.When.In(w.book.zone)), d.Name, words})
		}
	}
	return list
}

// witness gives the initials of who witnessed a dose, and whether they are only named.
func (w *charting) witness(d *Dose) (initials string, unproved bool) {
	if d.Witness == uuid.Nil {
		return "", false
	}
	return w.initials([]uuid.UUID{d.Witness}), w.book.Unproved[d.Version.Record]
}

// mark is the letter of what happened.
func (w *charting) mark(d *Dose) string {
	letter := "?"
	for _, l := range Letters() {
		if l.Code == d.Code {
			letter = l.Letter
		}
	}
	if w.used == nil {
		w.used = map[string]bool{}
	}
	w.used[letter] = true
	return letter
}

// initials are those of whoever did something; two people of like initials are told apart by a number.
func (w *charting) initials(by []uuid.UUID) string {
	if len(by) == 0 {
		return ""
	}
	name := w.names(by[0])
	if name == "" {
		return ""
	}
	short := plain.Initials(name)
	for n := 2; ; n++ {
		whose, taken := w.chart.names[short]
		if !taken {
			w.chart.names[short] = by[0]
			w.chart.Initials = append(w.chart.Initials, InitialsOf{short, name})
			return short
		}
		if whose == by[0] {
			return short
		}
		short = plain.Initials(name) + plain.Whole(n)
	}
}

// Givers are all who gave or witnessed a dose of these days: whose names a chart asks for.
func (b *Book) Givers(from, until time.Time) []uuid.UUID {
	seen := map[uuid.UUID]bool{}
	var list []uuid.UUID
	for _, d := range b.Doses {
		if d.When.Before(from.Add(-48*time.Hour)) || d.When.After(until.Add(48*time.Hour)) {
			continue
		}
		for _, uid := range append(slices.Clone(d.By), d.Witness) {
			if uid != uuid.Nil && !seen[uid] {
				seen[uid] = true
				list = append(list, uid)
			}
		}
	}
	return list
}

// Witnessed are the records of the doses of these days that name a witness.
func (b *Book) Witnessed(from, until time.Time) []*record.Version {
	var list []*record.Version
	for _, d := range b.Doses {
		if d.Witness != uuid.Nil && !d.When.Before(from.Add(-48*time.Hour)) && d.When.Before(until.Add(48*time.Hour)) {
			list = append(list, d.Version)
		}
	}
	return list
}
