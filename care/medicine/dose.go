package medicine

import (
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Dose is what happened to one dose.
type Dose struct {
	Version    *record.Version
	Order      uuid.UUID // zero: it names none
	OrderAt    int       // the version of the order
	Name       string
	Medicine   standard.Coded
	Due        time.Time // zero: it was for no planned time
	When       time.Time
	Outcome    string // in words
	Code       string // of the outcome
	Means      string
	Given      bool
	Amount     Amount
	Site       string
	Reason     string // why it was needed
	WhyNot     string
	Before     string // score
	After      string
	AskAt      time.Time // when its effect is to be asked for
	AskedAt    time.Time
	Effect     string
	Reading    string
	Witness    uuid.UUID
	By         []uuid.UUID
	Override   string   // why it was given in spite of a warning
	Overridden []string // the warnings, by what they mean
	Note       string
	Covert     bool
	Support    string
}

func readDose(v *record.Version, x said) *Dose {
	order := x.reference(standard.RoleOrderedBy)
	d := &Dose{
		Version: v, Order: order.UID, OrderAt: order.Version, Name: x.word(standard.RoleMedicine), Medicine: x.coded(standard.RoleMedicine),
		Due: instant(x.word(standard.RoleDueAt), time.UTC, false), When: instant(x.word(standard.RoleEventDate), time.UTC, false),
		Outcome: x.word(standard.RoleStatus), Code: x.coded(standard.RoleStatus).Code, Means: x.mean(standard.RoleStatus), Amount: x.quantity(standard.RoleDose),
		Site: sided(x), Reason: x.word(standard.RoleReason), WhyNot: x.word(standard.RoleNotGivenReason), Before: x.number(standard.RoleScoreBefore),
		After: x.number(standard.RoleScoreAfter), AskAt: instant(x.word(standard.RoleEffectDue), time.UTC, false),
		AskedAt: instant(x.word(standard.RoleEffectAsked), time.UTC, false), Effect: x.word(standard.RoleEffect), Reading: x.word(standard.RoleReadingBefore),
		Witness: x.reference(standard.RoleWitness).UID, Override: x.word(standard.RoleOverrideReason), Overridden: x.means(standard.RoleOverridden),
		Note: x.word(standard.RoleNote), Covert: x.mean(standard.RoleSupport) == standard.MeansCovert, Support: x.word(standard.RoleSupport),
	}
	d.Given = d.Means == standard.MeansGiven
	for _, r := range x.references(standard.RolePerformer) {
		d.By = append(d.By, r.UID)
	}
	if d.When.IsZero() {
		d.When = time.Unix(v.Happened, 0)
	}
	return d
}

// DoseOf reads one dose; nil when the version is none.
func DoseOf(catalogue *standard.Catalogue, v *record.Version) *Dose {
	content, err := v.Decoded(catalogue)
	if err != nil || content.Class == nil || !content.Class.HasRole(standard.ClassRoleDose) {
		return nil
	}
	return readDose(v, said{content})
}

// Of reports whether the dose was one of the order: it names it, or names none and is of the same medicine.
func (d *Dose) Of(o *Order) bool {
	if d.Order != uuid.Nil {
		return d.Order == o.Version.Record
	}
	return d.Medicine == o.Medicine
}

// EffectOpen reports whether somebody has to ask whether it helped.
func (d *Dose) EffectOpen() bool { return d.Given && !d.AskAt.IsZero() && d.AskedAt.IsZero() }

// DosesOf are the doses of an order, the latest first.
func (b *Book) DosesOf(o *Order) []*Dose {
	var list []*Dose
	for _, d := range b.Doses {
		if d.Of(o) {
			list = append(list, d)
		}
	}
	return list
}

// LastGiven is the last dose of an order that was given; nil when there is none in the book.
func (b *Book) LastGiven(o *Order) *Dose {
	for _, d := range b.Doses {
		if d.Given && d.Of(o) {
			return d
		}
	}
	return nil
}

// AtSlot are the records of one planned time of an order, the earliest first.
func (b *Book) AtSlot(o *Order, due time.Time) []*Dose {
	var list []*Dose
	for i := len(b.Doses) - 1; i >= 0; i-- {
		if d := b.Doses[i]; d.Of(o) && !d.Due.IsZero() && d.Due.Equal(due) {
			list = append(list, d)
		}
	}
	return list
}
