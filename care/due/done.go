package due

import (
	"cmp"
	"slices"
	"time"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// act is one record that says that something planned was done, or was not.
type act struct {
	version *record.Version
	named   time.Time // the planned time that it names; zero when it names none
	at      time.Time // when it happened
	state   State
}

// read sorts what was done by what it was done for.
func (p *person) read(done []*record.Version) error {
	for _, v := range done {
		if v.Status == record.EnteredInError || v.SaidBy != "" {
			continue
		}
		content, err := v.Decoded(p.catalogue)
		if err != nil {
			return err
		}
		if content.Class == nil {
			continue
		}
		a := act{version: v, state: stateOf(content)}
		if t, ok := plain.ParseInstant(content.Words(standard.RoleDueAt)); ok {
			a.named = t
		}
		date, _ := content.First(standard.RoleEventDate)
		clock, _ := content.First(standard.RoleEventTime)
		a.at, _, _ = standard.Interval(date, clock, p.zone)
		for _, role := range []string{standard.RoleRecordedActivity, standard.RoleOrderedBy} {
			for _, value := range content.All(role) {
				if ref, ok := value.(standard.Reference); ok {
					p.acts[ref.UID] = append(p.acts[ref.UID], a)
				}
			}
		}
	}
	return nil
}

// stateOf says what a record makes of its slot. A record without an outcome says by being there that it was done; what no outcome plainly says was not done.
func stateOf(content *standard.Content) State {
	if content.Class.ByRole(standard.RoleStatus) == nil {
		return Done
	}
	switch content.Means(standard.RoleStatus) {
	case standard.MeansDone, standard.MeansGiven:
		return Done
	case standard.MeansPartlyDone:
		return PartlyDone
	}
	if _, said := content.First(standard.RoleStatus); !said {
		return Done
	}
	return NotDone
}

// together is what was done for one slot.
type together []act

func (t together) versions() []*record.Version {
	slices.SortStableFunc(t, func(a, b act) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(b.version.From, a.version.From)) })
	var list []*record.Version
	for _, a := range t {
		list = append(list, a.version)
	}
	return list
}

// state is the best of what was done: refused at eight and taken at half past is taken.
func (t together) state() State {
	for _, s := range []State{Done, PartlyDone} {
		if slices.ContainsFunc(t, func(a act) bool { return a.state == s }) {
			return s
		}
	}
	return NotDone
}

// assign gives each slot of a plan what was done for it: what names its time, and what names no time that is planned (any more) where it lies nearest.
func (p *person) assign(one *plan, list []stretch) []together {
	found := make([]together, len(list))
	acts := p.acts[one.version.Record]
	if len(acts) == 0 {
		return found
	}
	// The neighbours on both sides may be nearer: they are looked at, and not shown.
	wide := one.stretches(list[0].at.Add(-one.reach()), list[len(list)-1].at.Add(one.reach()+time.Second), p.zone)
	for _, a := range acts {
		when := a.named
		if when.IsZero() {
			when = a.at
		}
		if i := nearest(wide, when, one.reach()); i >= 0 {
			if j := slices.IndexFunc(list, func(s stretch) bool { return s.local == wide[i].local }); j >= 0 {
				found[j] = append(found[j], a)
			}
		}
	}
	return found
}

// reach is how far from any slot something can have been done for it.
func (p *plan) reach() time.Duration {
	switch {
	case p.step() > 0:
		return p.step()
	case len(p.times) == 0:
		return 4 * 24 * time.Hour // a weekly weighing, done on Thursday
	}
	return 24 * time.Hour
}

// nearest finds the slot that lies nearest to a time; -1 when none is near enough.
func nearest(list []stretch, when time.Time, reach time.Duration) int {
	best, away := -1, reach
	for i, s := range list {
		d := s.away(when)
		if best < 0 && d <= away || d < away {
			best, away = i, d
		}
	}
	return best
}

// away is how far a time lies from a planned time, or from the day on which any time will do. Things are done late rather than early, so an hour early is as far as
// three hours late.
func (s stretch) away(when time.Time) time.Duration {
	switch {
	case when.Before(s.at):
		return 3 * s.at.Sub(when)
	case !s.whole:
		return when.Sub(s.at)
	case when.Before(s.until):
		return 0
	}
	return when.Sub(s.until) + 1
}
