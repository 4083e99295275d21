package medicine

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/standard"
)

// Warning is what stops a dose before it is given, unless somebody says why it must be given all the same.
type Warning struct {
	Kind  string // what the code that stands for it means
	Words string
	Other *Dose     // the dose that it is about; nil where there is none
	Next  time.Time // when the dose would be allowed; zero where that cannot be said
}

// Proposed is a dose that is about to be recorded.
type Proposed struct {
	Record    uuid.UUID // its own: it does not warn of itself
	Order     *Order
	Due       time.Time // zero: for no planned time
	When      time.Time
	Amount    Amount // not known: what the order says
	Given     bool
	Witnessed bool
	Away      bool // the person is in hospital
}

// rolling is how long what was given counts towards the most that is allowed: hours that pass, not a day of the calendar.
const rolling = 24 * time.Hour

// Warnings are all reasons not to give a dose.
func (b *Book) Warnings(p Proposed) []Warning {
	var found []Warning
	if w, ok := b.second(p); ok {
		found = append(found, w)
	}
	found = append(found, b.unwritten(p)...)
	if !p.Given {
		return found
	}
	if kind, words := p.Order.MayBeGiven(p.When); kind != "" {
		found = append(found, Warning{Kind: kind, Words: words})
	}
	if w, ok := b.tooSoon(p); ok {
		found = append(found, w)
	}
	found = append(found, b.tooMuch(p)...)
	if p.Order.AllergyReason == "" {
		if a, ok := b.AllergyTo(p.Order); ok {
			found = append(found, Warning{Kind: standard.MeansAllergy, Words: "Recorded allergy: " + a.Words() + "."})
		}
	}
	if p.Order.NeedsWitness() && !p.Witnessed {
		found = append(found, Warning{Kind: standard.MeansNoWitness, Words: "A second person must witness this medicine."})
	}
	if p.Away {
		found = append(found, Warning{Kind: standard.MeansAway, Words: "The record says that the person is in hospital."})
	}
	return found
}

// second warns of a dose whose planned time was answered already. A dose that was refused may be offered again.
func (b *Book) second(p Proposed) (Warning, bool) {
	at := p.Due
	if at.IsZero() {
		at = p.When
	}
	slot, ok := p.Order.nearest(at, b.zone)
	if !ok {
		return Warning{}, false
	}
	for _, d := range b.Doses {
		if !d.Given || d.Version.Record == p.Record || !d.Of(p.Order) || d.When.Sub(slot.Due).Abs() > 8*rolling && d.Due.Sub(slot.Due).Abs() > 8*rolling {
			continue
		}
		if its, ok := b.For(p.Order, d); ok && its.Due.Equal(slot.Due) {
			return Warning{Kind: standard.MeansSecondDose, Other: d,
				Words: plain.Say("The dose of {due} is recorded already: {outcome} at {time}.", "due", plain.Instant(slot.Due, b.zone), "outcome", lowerFirst(d.Outcome), "time", plain.Clock(d.When.In(b.zone)))}, true
		}
	}
	return Warning{}, false
}

// limits are the orders whose interval and most in 24 hours a dose must keep: its own, and those of the same substance that may be given at the time.
func (b *Book) limits(o *Order, at time.Time) []*Order {
	list := []*Order{o}
	for _, other := range b.Orders {
		if other != o && other.InForce && other.Begun(at) && other.shares(o) && (other.Interval > 0 || other.Most.Known) {
			list = append(list, other)
		}
	}
	return list
}

// tooSoon warns of a dose that comes less than the interval after, or before, another of the same substance. Time is what passes, whatever the clock shows.
func (b *Book) tooSoon(p Proposed) (Warning, bool) {
	var least time.Duration
	for _, l := range b.limits(p.Order, p.When) {
		least = max(least, l.Interval)
	}
	if least == 0 {
		return Warning{}, false
	}
	for _, d := range b.Doses { // the latest first
		if !d.Given || d.Version.Record == p.Record || !b.holdsOf(d, p.Order) || d.When.Sub(p.When).Abs() >= least {
			continue
		}
		words := d.Name + " was given at " + plain.Instant(d.When, b.zone) + "."
		if d.When.After(p.When) {
			words = d.Name + " was given after that, at " + plain.Instant(d.When, b.zone) + "."
		}
		next := d.When.Add(least)
		return Warning{Kind: standard.MeansTooSoon, Other: d, Next: next,
			Words: words + " At least " + Span(least) + " must pass: not before " + plain.Instant(next, b.zone) + "."}, true
	}
	return Warning{}, false
}

// holdsOf reports whether a dose held a substance of the order.
func (b *Book) holdsOf(d *Dose, o *Order) bool {
	if d.Of(o) {
		return true
	}
	if by := b.orderOf(d); by != nil {
		return by.shares(o)
	}
	return o.holds(substanceOf(d.Name))
}

func (b *Book) orderOf(d *Dose) *Order {
	if o := b.byOrder[d.Order]; o != nil || d.Order != uuid.Nil {
		return o
	}
	for _, o := range b.Orders {
		if o.Medicine == d.Medicine {
			return o
		}
	}
	return nil
}

// tooMuch warns of a substance of which more than is allowed would have been given in some 24 hours that hold this dose.
func (b *Book) tooMuch(p Proposed) []Warning {
	var found []Warning
	seen := map[string]bool{}
	for _, l := range b.limits(p.Order, p.When) {
		if !l.Most.Known {
			continue
		}
		for _, in := range l.Ingredients {
			if !p.Order.holds(in.Key) || seen[in.Key] {
				continue
			}
			if w, ok := b.over(p, l, in); ok {
				seen[in.Key] = true
				found = append(found, w)
			}
		}
	}
	return found
}

// over reckons one substance against the most of one order.
func (b *Book) over(p Proposed, l *Order, in Ingredient) (Warning, bool) {
	most, unit := l.limit(in, b.alone(l, in.Key))
	mine := p.Order.holding(in.Key, p.amount(), unit)
	if !mine.Known {
		return b.unknown(in, p.Order.Name), true
	}
	times := []time.Time{p.When}
	for _, d := range b.Doses {
		if d.Given && d.When.After(p.When) && d.When.Sub(p.When) < rolling {
			times = append(times, d.When)
		}
	}
	for _, end := range times {
		total, unclear := b.total(in.Key, unit, end, p.Record)
		if unclear != nil {
			return b.unknown(in, unclear.Name), true
		}
		if total = total.plus(mine); total.more(most) {
			w := Warning{Kind: standard.MeansTooMuch, Words: plain.Say("With this dose it would be {amount} of {medicine} in 24 hours. At most {most} is allowed.", "amount", total.Words(), "medicine", lowerFirst(in.Name), "most", most.Words())}
			if end.Equal(p.When) {
				if w.Next = b.allowed(in.Key, mine, most, p); !w.Next.IsZero() {
					w.Words += " Not before " + plain.Instant(w.Next, b.zone) + "."
				}
			}
			return w, true
		}
	}
	return Warning{}, false
}

func (b *Book) unknown(in Ingredient, medicine string) Warning {
	return Warning{Kind: standard.MeansCannotReckon, Words: "How much " + lowerFirst(in.Name) + " was given in 24 hours cannot be worked out: the order does not say how much is in " + medicine + ". Work it out by hand."}
}

func (p Proposed) amount() Amount {
	if p.Amount.Known {
		return p.Amount
	}
	return p.Order.usual()
}

// usual is how much is given at most at a time.
func (o *Order) usual() Amount {
	if o.UpTo.Known {
		return o.UpTo
	}
	return o.Dose
}

// alone reports whether no other order holds the substance: then what an order counts in tablets need not be worked out in milligrams.
func (b *Book) alone(l *Order, key string) bool {
	return !slices.ContainsFunc(b.Orders, func(o *Order) bool { return o != l && o.holds(key) })
}

// limit is the most of an order, in the substance where that can be worked out.
func (o *Order) limit(in Ingredient, alone bool) (Amount, string) {
	if _, mass := masses(o.Most.Unit); !mass && !alone && in.Amount.Known && in.InEach.Unit == o.Most.Unit && !in.InEach.Number.Decimal.IsZero() {
		most := o.Most.times(&in.Amount.Number.Decimal, &in.InEach.Number.Decimal, in.Amount.Unit)
		return most, in.Amount.Unit
	}
	return o.Most, o.Most.Unit
}

// holding is how much of a substance is in so much of a medicine, in a unit; not known where that cannot be worked out.
func (o *Order) holding(key string, dose Amount, unit string) Amount {
	if unit == countOfDoses {
		return Amount{Known: true, Quantity: standard.Quantity{Number: standard.NewNumber(1), Unit: unit}}
	}
	for _, in := range o.Ingredients {
		if in.Key != key {
			continue
		}
		if in.Amount.Known && dose.Unit == in.InEach.Unit && dose.Unit != unit && !in.InEach.Number.Decimal.IsZero() {
			return dose.times(&in.Amount.Number.Decimal, &in.InEach.Number.Decimal, in.Amount.Unit).in(unit)
		}
	}
	if len(o.Ingredients) > 1 && dose.Unit != unit {
		return Amount{} // the milligrams of a mixture are not those of one substance
	}
	return dose.in(unit)
}

// countOfDoses is the unit in which doses are counted, however large.
const countOfDoses = "{dose}"

// total is how much of a substance was given in the 24 hours that end at a moment. Unclear is a dose of which that cannot be said.
func (b *Book) total(key, unit string, end time.Time, without uuid.UUID) (total Amount, unclear *Dose) {
	total = none(unit)
	for _, d := range b.Doses {
		if !d.Given || d.Version.Record == without || d.When.After(end) || end.Sub(d.When) >= rolling {
			continue
		}
		o := b.orderOf(d)
		if o == nil {
			if substanceOf(d.Name) != key {
				continue
			}
			o = &Order{Name: d.Name, Ingredients: []Ingredient{{Key: key, Name: d.Name}}}
		}
		if !o.holds(key) {
			continue
		}
		amount := d.Amount
		if !amount.Known {
			amount = o.usual()
		}
		if total = total.plus(o.holding(key, amount, unit)); !total.Known {
			return total, d
		}
	}
	return total, nil
}

// allowed is the first moment at which the dose would keep the limit; zero where no waiting helps.
func (b *Book) allowed(key string, mine, most Amount, p Proposed) time.Time {
	if mine.more(most) {
		return time.Time{}
	}
	for i := len(b.Doses) - 1; i >= 0; i-- { // the earliest first
		d := b.Doses[i]
		at := d.When.Add(rolling)
		if !d.Given || !at.After(p.When) || d.When.After(p.When) {
			continue
		}
		if total, unclear := b.total(key, most.Unit, at, p.Record); unclear == nil && !total.plus(mine).more(most) {
			return at
		}
	}
	return time.Time{}
}

// Total is how much of each limited substance of an order was given in the last 24 hours, in words; "" where nothing limits it.
func (b *Book) Total(o *Order, now time.Time) string {
	for _, l := range b.limits(o, now) {
		if !l.Most.Known {
			continue
		}
		for _, in := range l.Ingredients {
			if !o.holds(in.Key) {
				continue
			}
			most, unit := l.limit(in, b.alone(l, in.Key))
			total, unclear := b.total(in.Key, unit, now, uuid.Nil)
			if unclear != nil {
				return b.unknown(in, unclear.Name).Words
			}
			return total.Words() + " of " + lowerFirst(in.Name) + " in the last 24 hours, at most " + most.Words()
		}
	}
	return ""
}

// NextAllowed is when a dose as needed may be given again, and why not before; zero: now.
func (b *Book) NextAllowed(o *Order, now time.Time) (time.Time, string) {
	at, why := time.Time{}, ""
	for range 8 { // keeping the one may break the other
		moment := now
		if !at.IsZero() {
			moment = at
		}
		p := Proposed{Order: o, When: moment, Given: true, Witnessed: true}
		all := b.tooMuch(p)
		if w, ok := b.tooSoon(p); ok {
			all = append(all, w)
		}
		i := slices.IndexFunc(all, func(w Warning) bool { return w.Next.After(moment) })
		if i < 0 {
			if len(all) > 0 && why == "" {
				why = all[0].Words
			}
			return at, why
		}
		if at, why = all[i].Next, all[i].Words; why == "" {
			break
		}
	}
	return at, why
}

// Span says how much time passes: 4 hours, 30 minutes, 1 hour 30 minutes.
func Span(d time.Duration) string { return SpanIn(nil, d) }

// SpanIn says it in a language.
func SpanIn(in *plain.Words, d time.Duration) string {
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case minutes == 0:
		return in.Count(hours, "hour", "hours")
	case hours == 0:
		return in.Count(minutes, "minute", "minutes")
	}
	return in.Count(hours, "hour", "hours") + " " + in.Count(minutes, "minute", "minutes")
}

// GivenTwice are the doses by which a planned time was answered a second time, the latest first: kept, and to be told.
func (b *Book) GivenTwice() []Twice {
	var found []Twice
	for _, o := range b.Orders {
		var later []Twice // those of which no earlier one was seen yet
		for _, d := range b.Doses {
			if !d.Given || !d.Of(o) {
				continue
			}
			slot, ok := b.For(o, d)
			if !ok {
				continue
			}
			later = slices.DeleteFunc(later, func(t Twice) bool {
				same := t.Slot.Due.Equal(slot.Due)
				if same {
					t.First = d
					found = append(found, t)
				}
				return same
			})
			if d.Order == o.Version.Record {
				later = append(later, Twice{Slot: slot, Second: d})
			}
		}
	}
	slices.SortStableFunc(found, func(x, y Twice) int { return y.Second.When.Compare(x.Second.When) })
	return found
}

// Twice is a planned time for which two doses were given.
type Twice struct {
	Slot          Slot
	First, Second *Dose
}
