package medicine

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// Rules are the rules of medicines that hold at every door.
type Rules struct {
	Catalogue *standard.Catalogue
	Zone      *time.Location
}

var _ record.Rule = Rules{}

// sight is how far before and after a dose the rules look at others: 24 hours, and the planned time of a medicine that is given once a week.
const sight = 9 * 24 * time.Hour

// Needs says what must be seen: orders, allergies and who the person is, and the doses around those that are written; of stock, its book.
func (r Rules) Needs(written []record.Written) []record.Need {
	var needs []record.Need
	var from, until time.Time
	orders, stock := false, false
	for _, w := range written {
		class, ok := r.Catalogue.Class(w.Class)
		switch {
		case !ok || w.Status == record.EnteredInError:
		case class.HasRole(standard.ClassRoleMedicineOrder):
			orders = true
		case class.HasRole(standard.ClassRoleStock):
			stock = true
		case class.HasRole(standard.ClassRoleDose):
			orders = true
			if d := DoseOf(r.Catalogue, w.Version); d != nil {
				for _, t := range []time.Time{d.When, d.Due} {
					if t.IsZero() {
						continue
					}
					if from.IsZero() || t.Before(from) {
						from = t
					}
					if t.After(until) {
						until = t
					}
				}
			}
		}
	}
	if orders {
		needs = append(needs, record.Need{Classes: OrderClasses(r.Catalogue)})
	}
	if !from.IsZero() {
		needs = append(needs, record.Need{Unwritten: true, Classes: DoseClasses(r.Catalogue), From: from.Add(-sight), Until: until.Add(sight)})
	}
	if stock {
		needs = append(needs, record.Need{Classes: StockClasses(r.Catalogue)})
	}
	return needs
}

// Judge tells what is wrong with the orders, the doses and the entries of stock that are written, each in the light of those before it.
func (r Rules) Judge(standing record.Standing, written []record.Written, by record.Committer, _ time.Time) []standard.Problem {
	var found []standard.Problem
	versions := standing.Versions
	for _, role := range []string{standard.ClassRoleMedicineOrder, standard.ClassRoleDose, standard.ClassRoleStock} {
		for _, w := range written {
			class, ok := r.Catalogue.Class(w.Class)
			if !ok || !class.HasRole(role) {
				continue
			}
			versions = slices.DeleteFunc(slices.Clone(versions), func(v *record.Version) bool { return v.Record == w.Record })
			if w.Status != record.EnteredInError {
				j := judging{rules: r, class: class, w: w, by: by, book: Read(r.Catalogue, versions, r.Zone)}
				j.book.Unwritten = standing.Unwritten
				switch role {
				case standard.ClassRoleMedicineOrder:
					j.order()
				case standard.ClassRoleDose:
					j.dose()
				default:
					j.stock()
				}
				found = append(found, j.found...)
			}
			versions = append(versions, w.Version)
		}
	}
	return found
}

// judging is one version that is judged.
type judging struct {
	rules Rules
	class *standard.Class
	w     record.Written
	by    record.Committer
	book  *Book
	found []standard.Problem
}

// wrong notes what is wrong with the element of a role.
func (j *judging) wrong(role, rule, value, message string) {
	path := j.w.Path + "/content"
	if e := j.class.ByRole(role); e != nil {
		path += "/" + e.ID
	}
	j.found = append(j.found, standard.Problem{Path: path, Rule: rule, Value: value, Message: message})
}

// dose stops a dose that must not be given, unless its record says why it is, or was, given all the same.
func (j *judging) dose() {
	d := DoseOf(j.rules.Catalogue, j.w.Version)
	if d == nil || j.sameAsBefore(d) {
		return
	}
	if died := instant(j.book.Died, j.book.zone, true); d.Given && !died.IsZero() && d.When.After(died) {
		j.wrong(standard.RoleEventDate, "after-death", "", "The person died on "+plain.Date(j.book.Died)+". Nothing can have been given after that.")
	}
	if d.Witness != uuid.Nil && (d.Witness == j.w.Author || slices.Contains(d.By, d.Witness)) { // whoever commits what a colleague gave and wrote may have been their witness
		j.wrong(standard.RoleWitness, "witness-self", "", "Whoever gives a medicine cannot be the witness of it too.")
	}
	o := j.book.orderOf(d)
	if o == nil {
		return // a dose that names no order here: nothing is known to judge it by
	}
	if d.Covert && (!o.Covert || len(o.Decided) == 0) {
		j.wrong(standard.RoleSupport, "covert-undecided", "", "A medicine is hidden in food or drink only where the order says so and names the decision that allows it.")
	}
	warnings := j.book.Warnings(Proposed{Record: d.Version.Record, Order: o, Due: d.Due, When: d.When, Amount: d.Amount, Given: d.Given, Witnessed: d.Witness != uuid.Nil})
	if d.Override != "" {
		return // kept, and flagged
	}
	for _, w := range warnings {
		j.wrong(standard.RoleOverrideReason, "dose-"+w.Kind, "", w.Words+" If it must be recorded all the same, say why.")
	}
}

// sameAsBefore reports whether a changed record says the same about what was given, of what and when: then only its effect, or a word, was added.
func (j *judging) sameAsBefore(d *Dose) bool {
	if j.w.Before == nil {
		return false
	}
	b := DoseOf(j.rules.Catalogue, j.w.Before)
	return b != nil && b.Given == d.Given && b.When.Equal(d.When) && b.Due.Equal(d.Due) && b.Order == d.Order && b.Witness == d.Witness && b.Covert == d.Covert &&
		(b.Amount.Same(d.Amount) || !b.Amount.Known && !d.Amount.Known)
}

// order keeps who checks apart from who writes, and an allergy, or a medicine that is hidden, from passing unnoticed.
func (j *judging) order() {
	content, err := j.w.Decoded(j.rules.Catalogue)
	if err != nil {
		return
	}
	o := readOrder(j.w.Version, said{content}, j.book.zone)
	var before *Order
	if j.w.Before != nil {
		if was, err := j.w.Before.Decoded(j.rules.Catalogue); err == nil {
			before = readOrder(j.w.Before, said{was}, j.book.zone)
		}
	}
	if o.CheckedBy != uuid.Nil {
		j.check(o, before)
	}
	if o.Ended {
		return
	}
	if a, ok := j.book.AllergyTo(o); ok && o.AllergyReason == "" {
		j.wrong(standard.RoleMedicine, "allergy", "", "Recorded allergy: "+a.Words()+". Ask the prescriber. If it is to be given all the same, say who decided that, and why.")
	}
	if o.Covert && len(o.Decided) == 0 {
		j.wrong(standard.RoleDecidedUnder, "covert-undecided", "", "A medicine that is hidden in food or drink needs a capacity assessment or a best-interests decision. Name it.")
	}
}

// check refuses a second check in somebody else's name, by whoever wrote the order, or of something else than what stands there now.
func (j *judging) check(o, before *Order) {
	if slices.Contains(o.Writers, o.CheckedBy) {
		j.wrong(standard.RoleCheckedBy, "same-person", "", "Whoever wrote the order down cannot be the second person who checks it.")
		return
	}
	same := before != nil && before.CheckedBy == o.CheckedBy
	switch {
	case same && o.differs(before):
		j.wrong(standard.RoleCheckedBy, "checked-otherwise", "", "This order was changed after it was checked. Leave the check out, and have it checked again.")
	case same:
	case o.CheckedBy != j.by.Actor:
		j.wrong(standard.RoleCheckedBy, "not-yourself", "", "Only the second person can say that they have checked it. Ask them to do it with their own account.")
	case before != nil && o.differs(before):
		j.wrong(standard.RoleCheckedBy, "checked-otherwise", "", "Checking an order does not change it. Change it first, and have somebody else check it.")
	}
}

// differs reports whether two versions of an order tell staff to give something else.
func (o *Order) differs(b *Order) bool {
	return o.Medicine != b.Medicine || !sameAmount(o.Dose, b.Dose) || !sameAmount(o.UpTo, b.UpTo) || o.RouteCode != b.RouteCode || o.AsNeeded != b.AsNeeded ||
		!slices.Equal(o.Times, b.Times) || !slices.Equal(o.Days, b.Days) || o.Interval != b.Interval || !sameAmount(o.Most, b.Most) || o.Directions != b.Directions ||
		!o.From.Equal(b.From) || o.Controlled != b.Controlled || o.Covert != b.Covert || o.Variable != b.Variable || o.Site != b.Site ||
		!slices.Equal(o.Special, b.Special) || !slices.EqualFunc(o.Ingredients, b.Ingredients, func(x, y Ingredient) bool { return x.Key == y.Key && sameAmount(x.Amount, y.Amount) })
}

func sameAmount(a, b Amount) bool { return a.Same(b) || !a.Known && !b.Known }

// stock keeps the book right: a balance that does not follow from the one before it is a discrepancy and says so, and a controlled drug needs two people.
func (j *judging) stock() {
	content, err := j.w.Decoded(j.rules.Catalogue)
	if err != nil {
		return
	}
	e := readEntry(j.w.Version, said{content})
	if e.Second != uuid.Nil && slices.Contains(e.By, e.Second) {
		j.wrong(standard.RoleSecondPerson, "witness-self", "", "The second person must be somebody else than who makes the entry.")
	}
	if e.Controlled && e.Second == uuid.Nil {
		j.wrong(standard.RoleSecondPerson, "second-person", "", "An entry about a controlled drug needs a second person.")
	}
	if e.Discrepancy {
		if e.Explained == "" {
			j.wrong(standard.RoleDifference, "discrepancy", "", "Say what is different, and what was done about it.")
		}
		return
	}
	before := j.book.before(e)
	if before == nil {
		return
	}
	if expected := e.After(before.Balance); expected.Known && !expected.Same(e.Balance) {
		j.wrong(standard.RoleStockBalance, "discrepancy", e.Balance.Words(), "By the book it should be "+expected.Words()+", and you say "+e.Balance.Words()+
			". Count again. If it is still different, say that the count is different, and what was done.")
	}
}

// before is the entry of the same medicine that stands before another in time.
func (b *Book) before(e *Entry) *Entry {
	for _, other := range b.Stock { // the latest first
		if stockKey(other.Name) == stockKey(e.Name) && !other.When.After(e.When) {
			return other
		}
	}
	return nil
}
