package standard

import "slices"

// Chart says which records a picture over time is drawn of, compiled from one file of charts/. care/chart draws it.
type Chart struct {
	ID       string
	Name     string
	Summary  string
	Source   string
	Evidence Evidence
	Provider bool   // a provider's own file
	Hash     string // SHA-256 of the file, lower-case hex
	Period   string // that is shown first: day, week, month or year
	Panels   []*ChartPanel
}

// How a panel is drawn.
const (
	DrawLine  = "line"  // readings, joined
	DrawSum   = "sum"   // amounts, added up over each care day, or each hour of one day
	DrawCount = "count" // how often, likewise
	DrawLanes = "lanes" // codes, each in a lane of its own
	DrawClock = "clock" // at what time of which day
)

// The lengths of time that a chart can show.
const (
	ForDay   = "day"
	ForWeek  = "week"
	ForMonth = "month"
	ForYear  = "year"
)

// ChartPeriods lists them, the shortest first.
func ChartPeriods() []string { return []string{ForDay, ForWeek, ForMonth, ForYear} }

// ChartPanel is one picture of a chart.
type ChartPanel struct {
	Name   string
	Draw   string
	Unit   string  // of what is drawn; "" where it has none
	Least  *Number // the axis reaches at least from here
	Most   *Number // to here
	Target string  // the code of what a target may be set for; "" where none is
	Change bool    // it says how much the last reading differs from the first
	Shade  *Score  // the points of one of its items are drawn behind the line
	Item   *ScoreItem
	Series []*ChartSeries
	Floor  *ChartFloor // how the round of the floor shows it; nil: not at all
}

// ChartFloor is how the page about everybody in a home shows one panel: what there was today, or when it last was, and from when on somebody should look.
type ChartFloor struct {
	Name    string
	Total   bool         // the total of this care day; else what there was last, and when
	Hours   int          // nothing for so many hours is pointed out; 0: never
	Asleep  *ChartAsleep // hours in which people sleep do not count, and nothing is pointed out; nil: day and night alike
	Planned bool         // only for those for whom a target is set
}

// ChartAsleep is the time in which people sleep: minutes of the day, from one until another, as a rule over midnight.
type ChartAsleep struct{ From, Until int }

// ChartSeries is one kind of record in a panel.
type ChartSeries struct {
	Name  string
	Class *Class
	Block *Element // the block of the record that holds the value; nil: the record itself
	Value *Element // nil: the record counts, whatever it holds
	Where []*ChartWhere
	Say   []*Element // of the record: what the table says beside the value
}

// ChartWhere limits which records belong to a series: an element, of the block where there is one, has one of these codes or texts.
type ChartWhere struct {
	Element *Element
	Is      []string
}

// Classes are the classes whose records the chart is drawn of, each once.
func (c *Chart) Classes() []string {
	var ids []string
	for _, p := range c.Panels {
		for _, s := range p.Series {
			if !slices.Contains(ids, s.Class.ID) {
				ids = append(ids, s.Class.ID)
			}
		}
	}
	return ids
}

// Charts returns every chart by file name, the program's own before a provider's.
func (c *Catalogue) Charts() []*Chart { return c.charts }

// Chart returns the chart with this id.
func (c *Catalogue) Chart(id string) (*Chart, bool) {
	for _, chart := range c.charts {
		if chart.ID == id {
			return chart, true
		}
	}
	return nil, false
}
