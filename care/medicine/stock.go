package medicine

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Entry is one line of the book of stock.
type Entry struct {
	Version     *record.Version
	Name        string
	Medicine    standard.Coded
	Order       uuid.UUID
	When        time.Time
	Kind        string // in words
	Means       string
	Quantity    Amount
	Balance     Amount
	Controlled  bool
	FromTo      string
	Batch       string
	Expires     string
	Dose        uuid.UUID
	By          []uuid.UUID
	Second      uuid.UUID
	Discrepancy bool
	Explained   string
}

func readEntry(v *record.Version, x said) *Entry {
	e := &Entry{
		Version: v, Name: x.word(standard.RoleMedicine), Medicine: x.coded(standard.RoleMedicine), Order: x.reference(standard.RoleOrderedBy).UID,
		When: instant(x.word(standard.RoleEventDate), time.UTC, false), Kind: x.word(standard.RoleStockKind), Means: x.mean(standard.RoleStockKind),
		Quantity: x.quantity(standard.RoleStockQuantity), Balance: x.quantity(standard.RoleStockBalance), Controlled: x.yes(standard.RoleControlledDrug),
		FromTo: x.word(standard.RoleStockFromTo), Batch: x.word(standard.RoleBatch), Expires: x.word(standard.RoleExpiry),
		Dose: x.reference(standard.RoleStockDose).UID, Second: x.reference(standard.RoleSecondPerson).UID, Discrepancy: x.yes(standard.RoleDiscrepancy),
		Explained: x.word(standard.RoleDifference),
	}
	for _, r := range x.references(standard.RolePerformer) {
		e.By = append(e.By, r.UID)
	}
	if e.When.IsZero() {
		e.When = time.Unix(v.Happened, 0)
	}
	return e
}

// stockKey is what entries of one medicine have in common.
func stockKey(name string) string { return strings.Join(strings.Fields(strings.ToLower(name)), " ") }

// After is what an entry leaves, by the balance before it. Not known where nothing was there before, or in another unit.
func (e *Entry) After(before Amount) Amount {
	switch e.Means {
	case standard.MeansStockIn:
		return before.plus(e.Quantity)
	case standard.MeansStockOut, standard.MeansStockGiven:
		return before.minus(e.Quantity)
	}
	return before
}

// Holding is one medicine in the cupboard.
type Holding struct {
	Name       string
	Medicine   standard.Coded
	Key        string
	Order      *Order // an order of this medicine, the one that holds where there is one
	Controlled bool
	Balance    Amount
	Counted    time.Time // when it was last counted or entered
	Left       Amount    // the balance less what was given since, where that can be worked out
	Days       int       // for how many days that will do; -1: cannot be said
	Entries    []*Entry  // the latest first
	Open       *Entry    // a discrepancy that stands; nil: none
}

// Low reports whether less than a week is left.
func (h *Holding) Low() bool { return h.Days >= 0 && h.Days < daysToOrder }

// daysToOrder is how long it takes to get a medicine, with a week-end in it.
const daysToOrder = 7

// Holdings are the medicines that there are entries of, controlled drugs first.
func (b *Book) Holdings(now time.Time) []*Holding {
	byKey := map[string]*Holding{}
	var list []*Holding
	for _, e := range b.Stock { // the latest first
		key := stockKey(e.Name)
		h := byKey[key]
		if h == nil {
			h = &Holding{Name: e.Name, Medicine: e.Medicine, Key: key, Balance: e.Balance, Counted: e.When, Days: -1, Order: b.orderNamed(key)}
			byKey[key], list = h, append(list, h)
			if e.Discrepancy {
				h.Open = e
			}
		}
		h.Controlled = h.Controlled || e.Controlled || h.Order != nil && h.Order.Controlled
		h.Entries = append(h.Entries, e)
	}
	for _, h := range list {
		b.reckon(h, now)
	}
	slices.SortStableFunc(list, func(x, y *Holding) int {
		if x.Controlled != y.Controlled {
			if x.Controlled {
				return -1
			}
			return 1
		}
		return strings.Compare(x.Key, y.Key)
	})
	return list
}

// Holding finds the stock of a medicine by its key; nil when there are no entries of it.
func (b *Book) Holding(name string, now time.Time) *Holding {
	for _, h := range b.Holdings(now) {
		if h.Key == stockKey(name) {
			return h
		}
	}
	return nil
}

func (b *Book) orderNamed(key string) *Order {
	var found *Order
	for _, o := range b.Orders {
		if stockKey(o.Name) == key && (found == nil || o.InForce) {
			found = o
		}
	}
	return found
}

// Units is how much of the stock a dose takes: 1 tablet of 5 mg for 5 mg. Not known where that cannot be worked out.
func (o *Order) Units(dose Amount, unit string) Amount {
	if !dose.Known || dose.Unit == unit {
		return dose
	}
	for _, in := range o.Ingredients {
		if in.InEach.Unit != unit || !in.Amount.Known || in.Amount.Number.Decimal.IsZero() {
			continue
		}
		if d := dose.in(in.Amount.Unit); d.Known {
			return d.times(&in.InEach.Number.Decimal, &in.Amount.Number.Decimal, unit)
		}
	}
	return Amount{}
}

// reckon works out what is left and for how long.
func (b *Book) reckon(h *Holding, now time.Time) {
	h.Left = h.Balance
	if h.Order == nil {
		return
	}
	booked := map[uuid.UUID]bool{}
	for _, e := range h.Entries {
		booked[e.Dose] = true
	}
	for _, d := range b.Doses {
		if !d.Given || !d.When.After(h.Counted) || booked[d.Version.Record] || stockKey(d.Name) != h.Key {
			continue
		}
		amount := d.Amount
		if !amount.Known {
			amount = h.Order.usual()
		}
		if h.Left = h.Left.minus(h.Order.Units(amount, h.Balance.Unit)); !h.Left.Known {
			return
		}
	}
	each := h.Order.Units(h.Order.usual(), h.Balance.Unit)
	slots := len(h.Order.Slots(now, now.Add(daysToOrder*4*24*time.Hour), b.zone))
	if !each.Known || slots == 0 || !h.Left.Known {
		return
	}
	left, errLeft := h.Left.Number.Decimal.Float64()
	one, errOne := each.Number.Decimal.Float64()
	if errLeft != nil || errOne != nil || one <= 0 {
		return
	}
	h.Days = max(0, int(left/one*float64(daysToOrder*4)/float64(slots)))
}

// heldDays is how long the medicines of somebody who has died are kept: a coroner may ask for them.
const heldDays = 7

// HeldUntil is the day until which the stock of somebody who has died must be kept; "" while they live.
func (b *Book) HeldUntil() string {
	died := instant(b.Died, b.zone, false)
	if died.IsZero() {
		return ""
	}
	return died.AddDate(0, 0, heldDays).Format(time.DateOnly)
}
