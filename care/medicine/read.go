package medicine

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// Book is what the records of one person say about medicines.
type Book struct {
	Orders    []*Order // by time critical, then by name
	Doses     []*Dose  // the latest first
	Stock     []*Entry // the latest first
	Allergies []Allergy
	Died      string             // the day, as entered; "": no
	Left      bool               // a record could not be read: the book is not whole
	Unproved  map[uuid.UUID]bool // records that name a witness who has not signed, where the reader of the book has looked
	Unwritten []record.Unwritten // forms of doses that wait to be saved
	zone      *time.Location
	byOrder   map[uuid.UUID]*Order
}

// Classes lists the classes that a book is read from.
func Classes(c *standard.Catalogue) []string {
	return classes(c, standard.ClassRoleMedicineOrder, standard.ClassRoleDose, standard.ClassRoleStock, standard.ClassRoleAllergy, standard.ClassRolePerson)
}

// OrderClasses are those that say what may be given, and to whom.
func OrderClasses(c *standard.Catalogue) []string {
	return classes(c, standard.ClassRoleMedicineOrder, standard.ClassRoleAllergy, standard.ClassRolePerson)
}

// DoseClasses are those of which a person has many.
func DoseClasses(c *standard.Catalogue) []string { return classes(c, standard.ClassRoleDose) }

// StockClasses are those that say what is in the cupboard.
func StockClasses(c *standard.Catalogue) []string { return classes(c, standard.ClassRoleStock) }

func classes(c *standard.Catalogue, roles ...string) []string {
	var ids []string
	for _, role := range roles {
		for _, class := range c.ClassesWithRole(role) {
			ids = append(ids, class.ID)
		}
	}
	return ids
}

// Read reads the book of one person. What was entered in error is not in it; of what is not ratified only allergies are.
func Read(catalogue *standard.Catalogue, versions []*record.Version, zone *time.Location) *Book {
	b := &Book{zone: zone, byOrder: map[uuid.UUID]*Order{}}
	for _, v := range versions {
		if v.Status == record.EnteredInError {
			continue
		}
		class, known := catalogue.Class(v.Class)
		if !known {
			continue
		}
		b.add(catalogue, class, v)
	}
	slices.SortStableFunc(b.Orders, func(x, y *Order) int {
		if x.Critical != y.Critical {
			if x.Critical {
				return -1
			}
			return 1
		}
		return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
	})
	slices.SortStableFunc(b.Doses, func(x, y *Dose) int { return y.When.Compare(x.When) })
	slices.SortStableFunc(b.Stock, func(x, y *Entry) int {
		if n := y.When.Compare(x.When); n != 0 {
			return n
		}
		return int(max(-1, min(1, y.Version.From-x.Version.From)))
	})
	return b
}

func (b *Book) add(catalogue *standard.Catalogue, class *standard.Class, v *record.Version) {
	role := func(r string) bool { return class.HasRole(r) }
	if !role(standard.ClassRoleMedicineOrder) && !role(standard.ClassRoleDose) && !role(standard.ClassRoleStock) && !role(standard.ClassRoleAllergy) && !role(standard.ClassRolePerson) {
		return
	}
	if v.SaidBy != "" && !role(standard.ClassRoleAllergy) { // nothing is given from what is not ratified
		return
	}
	content, err := v.Decoded(catalogue)
	if err != nil {
		b.Left = true
		return
	}
	x := said{content}
	switch {
	case role(standard.ClassRoleMedicineOrder):
		o := readOrder(v, x, b.zone)
		b.Orders, b.byOrder[v.Record] = append(b.Orders, o), o
	case role(standard.ClassRoleDose):
		b.Doses = append(b.Doses, readDose(v, x))
	case role(standard.ClassRoleStock):
		b.Stock = append(b.Stock, readEntry(v, x))
	case role(standard.ClassRoleAllergy):
		if a, ok := readAllergy(v, x); ok {
			b.Allergies = append(b.Allergies, a)
		}
	case role(standard.ClassRolePerson):
		b.Died = x.word(standard.RoleDeathDate)
	}
}

// Order finds an order by its record; nil when there is none.
func (b *Book) Order(uid uuid.UUID) *Order { return b.byOrder[uid] }

// Zone is where the days of the book are.
func (b *Book) Zone() *time.Location { return b.zone }

// said is the content of one record, asked by roles.
type said struct{ *standard.Content }

func (x said) word(role string) string {
	v, ok := x.First(role)
	if !ok {
		return ""
	}
	switch v := v.(type) {
	case standard.Date:
		return string(v)
	case standard.DateTime:
		return string(v)
	case standard.Text:
		return string(v)
	}
	return plain.Value(v, nil)
}

func (x said) yes(role string) bool {
	v, _ := x.First(role)
	return v == standard.Boolean(true)
}

func (x said) quantity(role string) Amount {
	v, _ := x.First(role)
	q, ok := v.(standard.Quantity)
	if !ok {
		return Amount{}
	}
	return Amount{Quantity: q, Known: true}
}

func (x said) reference(role string) standard.Reference {
	v, _ := x.First(role)
	r, _ := v.(standard.Reference)
	return r
}

func (x said) references(role string) []standard.Reference {
	var refs []standard.Reference
	for _, v := range x.All(role) {
		if r, ok := v.(standard.Reference); ok {
			refs = append(refs, r)
		}
	}
	return refs
}

// means lists what the codes that play a role mean.
func (x said) means(role string) []string {
	var found []string
	x.Each(func(e *standard.Element, v standard.Value) {
		c, coded := v.(standard.Coded)
		if !coded || e.Role != role || e.ValueSet == nil {
			return
		}
		if known, ok := e.ValueSet.Code(c.Code); ok && known.Means != "" {
			found = append(found, known.Means)
		}
	})
	return found
}

func (x said) mean(role string) string {
	if all := x.means(role); len(all) > 0 {
		return all[0]
	}
	return ""
}

func (x said) coded(role string) standard.Coded {
	v, _ := x.First(role)
	c, _ := v.(standard.Coded)
	return c
}

func (x said) number(role string) string {
	v, _ := x.First(role)
	if n, ok := v.(standard.Number); ok {
		return n.String()
	}
	return ""
}

// instant reads a time with its offset; a date alone is its first moment, or its last.
func instant(s string, zone *time.Location, last bool) time.Time {
	if t, ok := plain.ParseInstant(s); ok {
		return t
	}
	if len(s) != 10 {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateOnly, s, zone)
	if err != nil {
		return time.Time{}
	}
	if last {
		return t.AddDate(0, 0, 1).Add(-time.Second)
	}
	return t
}
