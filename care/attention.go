package care

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Flag is something about a person's record that somebody should look at. It never stops anybody.
type Flag struct {
	Kind   FlagKind
	Title  string    // of the record it is about
	Class  string    // its class's name
	Record uuid.UUID // zero when something is missing altogether
	Date   string    // by when, as entered
}

// FlagKind says what is the matter.
type FlagKind string

// The kinds, in the order in which they are shown.
const (
	ReviewOverdue  FlagKind = "review-overdue"
	ConsentMissing FlagKind = "consent-missing"
	NotFinished    FlagKind = "not-finished"
	ReviewSoon     FlagKind = "review-soon"
)

// soon is how many days ahead a review is mentioned.
const soon = 14

// AttentionClasses lists the classes whose current records Attention looks at: those that can be due for review, those that consent is
// asked for, and consents themselves.
func AttentionClasses(catalogue *standard.Catalogue) []string {
	var ids []string
	for _, class := range catalogue.Classes() {
		if class.Kind != standard.KindRecord || class.Stream == standard.DirectoryStream {
			continue
		}
		if class.ByRole(standard.RoleReviewDue) != nil || class.HasRole(standard.ClassRoleCarePlan) || class.HasRole(standard.ClassRoleConsent) {
			ids = append(ids, class.ID)
		}
	}
	return ids
}

// Attention lists what needs attention among the current records of the AttentionClasses.
func Attention(catalogue *standard.Catalogue, versions []*record.Version, today time.Time) []Flag {
	f := gather(catalogue, versions, today)
	covered := f.consented()
	ahead := today.AddDate(0, 0, soon).Format(time.DateOnly)
	var flags []Flag
	add := func(x fact, kind FlagKind, date string) {
		flags = append(flags, Flag{Kind: kind, Title: x.content.Title(), Class: x.content.Class.Name, Record: x.version.Record, Date: date})
	}
	for _, x := range f.all {
		if x.version.Status == record.Incomplete {
			add(x, NotFinished, "")
		}
		if x.over(f.today) {
			continue
		}
		if due := x.word(standard.RoleReviewDue); due != "" && !f.followed(x, due) {
			switch d := day(due); {
			case d < f.today:
				add(x, ReviewOverdue, due)
			case d <= ahead:
				add(x, ReviewSoon, due)
			}
		}
		if x.content.Class.HasRole(standard.ClassRoleCarePlan) && !covered[x.version.Record] {
			add(x, ConsentMissing, "")
		}
	}
	order := []FlagKind{ReviewOverdue, ConsentMissing, NotFinished, ReviewSoon}
	slices.SortStableFunc(flags, func(a, b Flag) int {
		if d := slices.Index(order, a.Kind) - slices.Index(order, b.Kind); d != 0 {
			return d
		}
		return strings.Compare(a.Date, b.Date)
	})
	return flags
}

// followed reports whether what was due has been done: a later record of the same class is there, and what was due was a time of day or the
// review after a review. A plan that is due on a day is never taken as done by that: another plan of the same class may be meant.
func (f *facts) followed(x fact, due string) bool {
	next := strings.Contains(due, "T") || x.content.Class.HasRole(standard.ClassRoleReview)
	return next && slices.ContainsFunc(f.all, func(y fact) bool {
		return y.version.Class == x.version.Class && y.version.Happened > x.version.Happened
	})
}

// consented finds the records that a consent is recorded for: they point at a consent, or a consent points at them.
func (f *facts) consented() map[uuid.UUID]bool {
	consents, covered := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, x := range f.of(standard.ClassRoleConsent) {
		consents[x.version.Record] = true
		for _, ref := range x.content.References() {
			covered[ref.UID] = true
		}
	}
	for _, x := range f.all {
		for _, ref := range x.content.References() {
			if consents[ref.UID] {
				covered[x.version.Record] = true
			}
		}
	}
	return covered
}
