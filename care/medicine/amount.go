package medicine

import (
	"time"

	"github.com/cockroachdb/apd/v3"

	"rosemary/care/plain"
	"rosemary/standard"
)

// Amount is a quantity that may not be known.
type Amount struct {
	standard.Quantity
	Known bool
}

// Words is the amount as it was entered; "" where it is not known.
func (a Amount) Words() string {
	if !a.Known {
		return ""
	}
	return plain.Value(a.Quantity, nil)
}

// reckoning is arithmetic with more digits than any dose has.
var reckoning = apd.BaseContext.WithPrecision(34) // a context is never changed: arithmetic with it is a pure function

// masses are the units of mass that are worked out in one another, in micrograms.
func masses(unit string) (micrograms int64, ok bool) {
	switch unit {
	case "ug":
		return 1, true
	case "mg":
		return 1_000, true
	case "g":
		return 1_000_000, true
	}
	return 0, false
}

// in gives the amount in another unit; it is not known where the one cannot be worked out from the other.
func (a Amount) in(unit string) Amount {
	if !a.Known || a.Unit == unit {
		return a
	}
	from, ok := masses(a.Unit)
	to, other := masses(unit)
	if !ok || !other {
		return Amount{}
	}
	return a.times(apd.New(from, 0), apd.New(to, 0), unit)
}

// times multiplies by one number and divides by another.
func (a Amount) times(by, over *apd.Decimal, unit string) Amount {
	var out, product apd.Decimal
	if _, err := reckoning.Mul(&product, &a.Number.Decimal, by); err != nil {
		return Amount{}
	}
	if _, err := reckoning.Quo(&out, &product, over); err != nil {
		return Amount{}
	}
	out.Reduce(&out)
	return Amount{Known: true, Quantity: standard.Quantity{Number: standard.Number{Decimal: out}, Unit: unit}}
}

// plus adds an amount of the same unit.
func (a Amount) plus(b Amount) Amount {
	if !a.Known || !b.Known || a.Unit != b.Unit {
		return Amount{}
	}
	var out apd.Decimal
	if _, err := reckoning.Add(&out, &a.Number.Decimal, &b.Number.Decimal); err != nil {
		return Amount{}
	}
	return Amount{Known: true, Quantity: standard.Quantity{Number: standard.Number{Decimal: out}, Unit: a.Unit}}
}

// minus takes an amount of the same unit away; it may be below nothing.
func (a Amount) minus(b Amount) Amount {
	var neg apd.Decimal
	neg.Neg(&b.Number.Decimal)
	b.Number.Decimal = neg
	return a.plus(b)
}

// more reports whether the amount is more than another of the same unit.
func (a Amount) more(b Amount) bool { return a.Number.Cmp(b.Number) > 0 }

// Same reports whether two amounts are the same, whatever their digits.
func (a Amount) Same(b Amount) bool {
	return a.Known && b.Known && a.Unit == b.Unit && a.Number.Cmp(b.Number) == 0
}

// span is a quantity of hours or minutes as time that passes.
func span(a Amount) time.Duration {
	if !a.Known {
		return 0
	}
	unit := time.Hour
	switch a.Unit {
	case "min":
		unit = time.Minute
	case "d":
		unit = 24 * time.Hour
	}
	f, err := a.Number.Decimal.Float64()
	if err != nil || f < 0 || f > 1e6 {
		return 0
	}
	return time.Duration(f * float64(unit))
}

// None is no amount of a unit.
func none(unit string) Amount {
	return Amount{Known: true, Quantity: standard.Quantity{Number: standard.NewNumber(0), Unit: unit}}
}
