package medicine

import (
	"slices"
	"time"
)

// State says how a planned dose stands.
type State string

// The states.
const (
	Later    State = "later"
	Due      State = "due"
	Overdue  State = "overdue"
	Answered State = "answered" // given, refused, withheld: somebody has dealt with it
	Refused  State = "open"     // it was not given, and may be offered again
	Paused   State = "paused"   // the person is in hospital, or has died
	Blocked  State = "blocked"  // it must not be given: the order is not checked, or on hold
)

// How long before and after its time a dose may be given: a medicine that must be on the minute has a clock of its own.
const (
	window         = time.Hour
	criticalWindow = 15 * time.Minute
)

// Window is how early or late a dose of the order is in time.
func (o *Order) Window() time.Duration {
	if o.Critical {
		return criticalWindow
	}
	return window
}

// Planned is one planned dose, and what became of it.
type Planned struct {
	Slot
	State  State
	Why    string  // why it is blocked or paused
	Doses  []*Dose // what was recorded for it, the earliest first
	Behind time.Duration
}

// Last is what was recorded for it last; nil where nothing was.
func (p Planned) Last() *Dose {
	if len(p.Doses) == 0 {
		return nil
	}
	return p.Doses[len(p.Doses)-1]
}

// Round is what is planned from one moment until another, as it stands now: what must be on the minute first, then by time. Away says that the person is in hospital
// at a moment; nil: they are not.
func (b *Book) Round(from, until, now time.Time, away func(time.Time) bool) []Planned {
	var list []Planned
	for _, o := range b.Orders {
		if o.Ended && b.LastGiven(o) == nil {
			continue
		}
		at := map[string][]*Dose{}
		for i := len(b.Doses) - 1; i >= 0; i-- {
			if d := b.Doses[i]; d.Of(o) {
				if s, ok := b.For(o, d); ok {
					at[s.Local] = append(at[s.Local], d)
				}
			}
		}
		for _, s := range o.Slots(from, until, b.zone) {
			p := Planned{Slot: s, Doses: at[s.Local]}
			if b.stand(&p, now, away) {
				list = append(list, p)
			}
		}
	}
	slices.SortStableFunc(list, func(x, y Planned) int {
		if open := y.open() - x.open(); open != 0 {
			return open
		}
		if x.Order.Critical != y.Order.Critical {
			if x.Order.Critical {
				return -1
			}
			return 1
		}
		return x.Due.Compare(y.Due)
	})
	return list
}

// open sorts what somebody has to deal with now before the rest.
func (p Planned) open() int {
	if p.Open() {
		return 1
	}
	return 0
}

// Open reports whether somebody has to deal with it now.
func (p Planned) Open() bool { return p.State == Due || p.State == Overdue }

// stand says how a planned dose stands; false where it is none: the order had ended before it.
func (b *Book) stand(p *Planned, now time.Time, away func(time.Time) bool) bool {
	o := p.Order
	given := slices.ContainsFunc(p.Doses, func(d *Dose) bool { return d.Given })
	died := instant(b.Died, b.zone, false)
	switch late := now.Sub(p.Due); {
	case given:
		p.State = Answered
	case len(p.Doses) > 0:
		p.State = Answered
		if late < o.Window() {
			p.State = Refused
		}
	case o.Ended:
		return false
	case !died.IsZero() && !p.Due.Before(died):
		return false
	case away != nil && away(p.Due):
		p.State, p.Why = Paused, "In hospital"
	case late < -o.Window():
		p.State = Later
		_, p.Why = o.MayBeGiven(p.Due)
	default:
		p.State, p.Behind = Due, late
		if late > o.Window() {
			p.State = Overdue
		}
		if _, why := o.MayBeGiven(p.Due); why != "" {
			p.State, p.Why = Blocked, why
		}
	}
	return true
}

// EffectsOpen are the doses whose effect somebody has to ask for, the oldest first. Soon: those whose time has come.
func (b *Book) EffectsOpen(now time.Time) []*Dose {
	var list []*Dose
	for i := len(b.Doses) - 1; i >= 0; i-- {
		if d := b.Doses[i]; d.EffectOpen() && !d.AskAt.After(now) {
			list = append(list, d)
		}
	}
	return list
}

// Waiting are the orders that a second person must check before they are given from.
func (b *Book) Waiting() []*Order {
	var list []*Order
	for _, o := range b.Orders {
		if !o.Ended && !o.Checked {
			list = append(list, o)
		}
	}
	return list
}
