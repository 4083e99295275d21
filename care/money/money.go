// Package money adds up the money that a home holds for a person.
//
// The balance is never typed: it is added up from all entries in the order in which they happened, in exact pounds and pence. A count that does not agree is a discrepancy, and so is
// an entry that one person signed twice, or that takes out more than there is.
package money

import (
	"cmp"
	"slices"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Entry is one entry with the balance behind it.
type Entry struct {
	Version *record.Version
	When    string // as entered
	What    string // paid in, paid out, counted: as the value set says it
	Means   string
	Amount  string
	Balance string
	For     string
	Signed  uuid.UUID
	Second  uuid.UUID
	Wrong   []string // what does not agree; none: nothing
	Why     string   // how somebody has explained it
}

// Book is all entries, the latest first, and what should be there.
type Book struct {
	Entries    []Entry
	Balance    string
	Wrong      int // entries with something that does not agree and that nobody has explained
	Unreadable int // entries that cannot be read: the balance cannot be relied on
}

// Classes are the classes of entries.
func Classes(catalogue *standard.Catalogue) []string {
	var ids []string
	for _, class := range catalogue.ClassesWithRole(standard.ClassRoleMoney) {
		ids = append(ids, class.ID)
	}
	return ids
}

// Add adds up a person's entries.
func Add(catalogue *standard.Catalogue, versions []*record.Version) Book {
	var book Book
	sorted := slices.Clone(versions)
	slices.SortStableFunc(sorted, func(a, b *record.Version) int {
		return cmp.Or(cmp.Compare(a.Happened, b.Happened), cmp.Compare(a.From, b.From))
	})
	sum := adder{}
	for _, v := range sorted {
		if v.Status == record.EnteredInError {
			continue
		}
		content, err := v.Decoded(catalogue)
		if err != nil || content.Class == nil {
			book.Unreadable++
			continue
		}
		e := sum.entry(v, content)
		if len(e.Wrong) > 0 && e.Why == "" {
			book.Wrong++
		}
		book.Entries = append(book.Entries, e)
	}
	slices.Reverse(book.Entries)
	book.Balance = pounds(&sum.balance)
	return book
}

// adder is a balance on its way.
type adder struct{ balance apd.Decimal }

func (s *adder) entry(v *record.Version, content *standard.Content) Entry {
	e := Entry{Version: v, When: content.Words(standard.RoleEventDate), What: content.Words(standard.RoleMoneyEntry), Means: content.Means(standard.RoleMoneyEntry),
		For: content.Words(standard.RoleReason), Why: content.Words(standard.RoleDifferences)}
	e.Signed, e.Second = signer(content, standard.RolePerformer), signer(content, standard.RoleSecondSignature)
	number, _ := content.First(standard.RoleAmount)
	n, _ := number.(standard.Number)
	amount := &n.Decimal
	e.Amount = pounds(amount)
	switch e.Means {
	case standard.MeansMoneyIn:
		s.plus(amount)
	case standard.MeansMoneyOut:
		minus := new(apd.Decimal).Neg(amount)
		if s.balance.Cmp(amount) < 0 {
			e.Wrong = append(e.Wrong, "More was paid out than was there.")
		}
		s.plus(minus)
	case standard.MeansMoneyCounted:
		if s.balance.Cmp(amount) != 0 {
			e.Wrong = append(e.Wrong, "Counted "+e.Amount+", and "+pounds(&s.balance)+" should be there.")
		}
		s.balance.Set(amount) // what was counted is what there is
	default:
		e.Wrong = append(e.Wrong, "It does not say whether money came in or went out.")
	}
	if e.Second == uuid.Nil || e.Second == e.Signed {
		e.Wrong = append(e.Wrong, "Two different people must sign.")
	}
	e.Balance = pounds(&s.balance)
	return e
}

// plus adds exactly: pounds and pence of any size that somebody holds fit.
func (s *adder) plus(amount *apd.Decimal) {
	sum := new(apd.Decimal)
	if _, err := apd.BaseContext.WithPrecision(60).Add(sum, &s.balance, amount); err == nil {
		s.balance.Set(sum)
	}
}

func signer(content *standard.Content, role string) uuid.UUID {
	v, _ := content.First(role)
	ref, _ := v.(standard.Reference)
	return ref.UID
}

// pounds says an amount: £12.50.
func pounds(d *apd.Decimal) string {
	two := new(apd.Decimal)
	if _, err := apd.BaseContext.WithPrecision(60).Quantize(two, d, -2); err != nil {
		return "£" + d.Text('f')
	}
	if two.Negative && !two.IsZero() {
		return "−£" + new(apd.Decimal).Neg(two).Text('f')
	}
	two.Negative = false
	return "£" + two.Text('f')
}

// Since says whether the last count is older than a span of time: then somebody should count.
func (b Book) Since(at time.Time) (counted string, long bool) {
	for _, e := range b.Entries {
		if e.Means == standard.MeansMoneyCounted {
			return e.When, time.Unix(e.Version.Happened, 0).Before(at.AddDate(0, -1, 0))
		}
	}
	return "", len(b.Entries) > 0
}
