package care

import (
	"time"

	"github.com/cockroachdb/apd/v3"

	"rosemary/record"
	"rosemary/standard"
)

// Fluids is what somebody drank in some time, in mL, against what they should.
type Fluids struct {
	Offered, Taken standard.Number
	Times          int // how often a drink was taken down
	Unmeasured     int // of those, without an amount
	Target, Limit  standard.Number
	HasTarget      bool
	HasLimit       bool
}

// Drunk adds up what the records of the classes with the role intake say was drunk from one time until another, and finds the target of the day in the plan for eating and
// drinking. Amounts are added as they were written, never rounded.
func Drunk(catalogue *standard.Catalogue, versions []*record.Version, from, until time.Time) (Fluids, error) {
	out := Fluids{}
	f := gather(catalogue, versions, until)
	if len(f.blind) > 0 {
		return out, &standard.Fault{Kind: standard.Broken, Message: "A record of food or drink cannot be read, so the total would be wrong."}
	}
	for _, x := range f.of(standard.ClassRoleIntake) {
		if at := time.Unix(x.version.Happened, 0); at.Before(from) || !at.Before(until) {
			continue
		}
		offered, some := millilitres(x, standard.RoleAmountOffered)
		taken, any := millilitres(x, standard.RoleAmountTaken)
		drink := x.means(standard.RoleKind) == standard.MeansDrink
		if !some && !any && !drink {
			continue
		}
		out.Times++
		if !any {
			out.Unmeasured++
		}
		if err := add(&out.Offered, offered, some); err != nil {
			return out, err
		}
		if err := add(&out.Taken, taken, any); err != nil {
			return out, err
		}
	}
	for _, x := range f.live(standard.ClassRoleEatingAndDrinking) {
		if n, ok := millilitres(x, standard.RoleFluidTarget); ok && !out.HasTarget {
			out.Target, out.HasTarget = n, true
		}
		if n, ok := millilitres(x, standard.RoleFluidLimit); ok && !out.HasLimit {
			out.Limit, out.HasLimit = n, true
		}
	}
	return out, nil
}

// millilitres reads an amount of fluid.
func millilitres(x fact, role string) (standard.Number, bool) {
	v, _ := x.content.First(role)
	q, ok := v.(standard.Quantity)
	if !ok {
		return standard.Number{}, false
	}
	n := q.Number
	switch q.Unit {
	case "mL":
		return n, true
	case "L":
		var out standard.Number
		_, err := exact.Mul(&out.Decimal, &n.Decimal, apd.New(1000, 0))
		return out, err == nil
	}
	return standard.Number{}, false
}

// exact adds with more digits than any amount has.
var exact = apd.BaseContext.WithPrecision(60)

func add(sum *standard.Number, n standard.Number, some bool) error {
	if !some {
		return nil
	}
	_, err := exact.Add(&sum.Decimal, &sum.Decimal, &n.Decimal)
	return err
}

// Modified reports whether somebody's food or drink is not as it comes, or nobody has found out: what the plan for eating and drinking says.
func Modified(catalogue *standard.Catalogue, versions []*record.Version, today time.Time) (modified, known bool) {
	f := gather(catalogue, versions, today)
	for _, x := range f.live(standard.ClassRoleEatingAndDrinking) {
		known = true
		if careful(x, standard.RoleFoodTexture) || careful(x, standard.RoleDrinkThickness) || x.means(standard.RoleChokingRisk) == standard.MeansAtRisk {
			modified = true
		}
	}
	return modified || len(f.blind) > 0, known
}

// careful reports whether food or drink is not as it comes, there is to be none, or nobody has found out.
func careful(x fact, role string) bool {
	switch x.means(role) {
	case standard.MeansModified, standard.MeansNothingByMouth, standard.MeansNotKnown:
		return true
	}
	return false
}
