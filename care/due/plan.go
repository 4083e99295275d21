package due

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// plan is one planned record, read: when it is to be done.
type plan struct {
	version    *record.Version
	content    *standard.Content
	start, end time.Time // zero: open
	origin     time.Time // what intervals are counted from
	times      []string  // of day, hh:mm
	days       [7]bool   // by time.Weekday
	someDays   bool      // only on days
	every      int       // 0: not said
	unit       string    // a meaning; of every
	window     time.Duration
	asNeeded   bool
	once       bool   // at start, and never again
	held       string // why it is not to be done for the present, in words
	over       bool
	timed      bool // it says times at all
	// Each care day has the plan that stood at its end: this one from the day in which it was committed until that in which the next one was. Zero: open.
	since, before time.Time
}

// succeed says of each plan from when it stood and until when: until the next version of the same record.
func succeed(plans []*plan) {
	slices.SortStableFunc(plans, func(a, b *plan) int {
		return cmp.Or(bytes.Compare(a.version.Record[:], b.version.Record[:]), a.version.Committed.Compare(b.version.Committed), cmp.Compare(a.version.Number, b.version.Number))
	})
	for i, p := range plans[:max(len(plans)-1, 0)] {
		if next := plans[i+1]; next.version.Record == p.version.Record {
			p.before, next.since = next.version.Committed, next.version.Committed
		}
	}
}

// holds reports whether this is the plan for the care day of a time.
func (p *plan) holds(at time.Time, zone *time.Location) bool {
	if p.since.IsZero() && p.before.IsZero() {
		return true
	}
	_, end := CareDay(at, zone)
	return end.After(p.since) && (p.before.IsZero() || !end.After(p.before))
}

// The windows in which something is done in time, where its plan says nothing else.
const (
	usualWindow    = time.Hour
	criticalWindow = 30 * time.Minute
)

// readPlan reads a planned record.
func readPlan(version *record.Version, content *standard.Content, zone *time.Location) *plan {
	p := &plan{version: version, content: content, unit: content.Means(standard.RoleEveryUnit), asNeeded: yes(content, standard.RoleAsNeeded)}
	exact := false
	p.start, exact = begin(content.Words(standard.RoleValidFrom), zone)
	if p.origin = p.start; p.origin.IsZero() {
		p.origin = time.Unix(version.Happened, 0)
	}
	p.end = end(content.Words(standard.RoleValidUntil), zone)
	for _, v := range content.All(standard.RoleTimeOfDay) {
		if t, ok := v.(standard.Time); ok {
			p.times = append(p.times, string(t)[:5])
		}
	}
	content.Walk("", func(_ string, e *standard.Element, v standard.Value) {
		if code, ok := v.(standard.Coded); ok && e.Role == standard.RoleDayOfWeek {
			if day, known := weekdays[e.Meaning(code)]; known {
				p.days[day], p.someDays = true, true
			}
		}
	})
	if n, ok := number(content, standard.RoleEvery); ok && p.unit != "" {
		p.every = n
	}
	p.once = exact && len(p.times) == 0 && !p.someDays && p.every == 0
	p.window = p.windowOf()
	switch content.Means(standard.RoleStatus) {
	case standard.MeansEnded:
		p.over = true
	case standard.MeansOnHold:
		p.held = content.Words(standard.RoleStatus)
	}
	p.timed = !p.asNeeded && (len(p.times) > 0 || p.someDays || p.every > 0 || p.once)
	return p
}

// windowOf is how early or late will do. What comes often may not be so late that it would be the next time already.
func (p *plan) windowOf() time.Duration {
	if n, ok := number(p.content, standard.RoleWindow); ok {
		return time.Duration(n) * time.Minute
	}
	window := usualWindow
	if yes(p.content, standard.RoleTimeCritical) {
		window = criticalWindow
	}
	if step := p.step(); step > 0 {
		window = min(window, step/2)
	}
	return window
}

// step is the length of an interval of elapsed time, 0 where the plan goes by days.
func (p *plan) step() time.Duration {
	if len(p.times) > 0 || p.every == 0 {
		return 0
	}
	switch p.unit {
	case standard.MeansMinute:
		return time.Duration(p.every) * time.Minute
	case standard.MeansHour:
		return time.Duration(p.every) * time.Hour
	}
	return 0
}

var weekdays = map[string]time.Weekday{
	standard.MeansMonday: time.Monday, standard.MeansTuesday: time.Tuesday, standard.MeansWednesday: time.Wednesday, standard.MeansThursday: time.Thursday,
	standard.MeansFriday: time.Friday, standard.MeansSaturday: time.Saturday, standard.MeansSunday: time.Sunday,
}

func yes(content *standard.Content, role string) bool {
	v, _ := content.First(role)
	return v == standard.Boolean(true)
}

// number is a whole number above zero.
func number(content *standard.Content, role string) (int, bool) {
	v, _ := content.First(role)
	n, ok := v.(standard.Number)
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(n.Decimal.Text('f'))
	return i, err == nil && (i > 0 || role == standard.RoleWindow)
}

// begin reads from when something holds: an instant, or the beginning of a day, month or year. Exact says that it was an instant.
func begin(s string, zone *time.Location) (at time.Time, exact bool) {
	if t, ok := plain.ParseInstant(s); ok {
		return t, true
	}
	from, _, _ := standard.Interval(standard.Date(s), nil, zone)
	return from, false
}

// end reads until when something holds, exclusively: an instant, or the end of the day, month or year that is named.
func end(s string, zone *time.Location) time.Time {
	if t, ok := plain.ParseInstant(s); ok {
		return t
	}
	if strings.Contains(s, "T") {
		return time.Time{}
	}
	_, until, _ := standard.Interval(standard.Date(s), nil, zone)
	return until
}
