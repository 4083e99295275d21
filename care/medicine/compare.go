package medicine

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Stated is one medicine that a list or a letter says is taken.
type Stated struct {
	Version    *record.Version
	Name       string
	Medicine   standard.Coded
	Directions string
	Stopped    bool // the list says that it is not taken any more
}

// Compared is one line of comparing medicines: what the list says beside the order here. One of the two may be nil.
type Compared struct {
	Stated  *Stated
	Order   *Order
	Suggest string // what the two look like, by what it means; a person decides
}

// MedicationClasses are the classes of what lists and letters state.
func MedicationClasses(c *standard.Catalogue) []string {
	return classes(c, standard.ClassRoleMedication)
}

// StatedIn reads what lists and letters state.
func StatedIn(catalogue *standard.Catalogue, versions []*record.Version) []*Stated {
	var list []*Stated
	for _, v := range versions {
		if v.Status == record.EnteredInError {
			continue
		}
		content, err := v.Decoded(catalogue)
		if err != nil || content.Class == nil || !content.Class.HasRole(standard.ClassRoleMedication) {
			continue
		}
		x := said{content}
		list = append(list, &Stated{Version: v, Name: x.word(standard.RoleMedicine), Medicine: x.coded(standard.RoleMedicine), Directions: x.word(standard.RoleDirections),
			Stopped: x.mean(standard.RoleStatus) == standard.MeansEnded})
	}
	slices.SortStableFunc(list, func(a, b *Stated) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return list
}

// Compare puts each medicine of the lists beside the order here that is most like it: the one that was copied from it, that of the same name, or of the same substance.
// What is on one side only stands alone. It decides nothing.
func (b *Book) Compare(stated []*Stated) []Compared {
	taken := map[*Order]bool{}
	var lines []Compared
	matches := []func(*Stated, *Order) bool{
		func(s *Stated, o *Order) bool { return copied(o, s.Version.Record) },
		func(s *Stated, o *Order) bool { return strings.EqualFold(s.Name, o.Name) },
		func(s *Stated, o *Order) bool {
			return substanceOf(s.Name) != "" && (substanceOf(s.Name) == substanceOf(o.Name) || o.holds(substanceOf(s.Name)))
		},
	}
	for _, s := range stated {
		line := Compared{Stated: s}
		for _, like := range matches {
			for _, o := range b.Orders {
				if line.Order == nil && !o.Ended && !taken[o] && like(s, o) {
					line.Order, taken[o] = o, true
				}
			}
		}
		switch {
		case s.Stopped && line.Order != nil:
			line.Suggest = standard.MeansEnded
		case s.Stopped:
			continue // neither takes it
		case line.Order == nil:
			line.Suggest = standard.MeansMissingHere
		case strings.EqualFold(s.Name, line.Order.Name):
			line.Suggest = standard.MeansAgrees
		default:
			line.Suggest = standard.MeansDiffers
		}
		lines = append(lines, line)
	}
	for _, o := range b.Orders {
		if !o.Ended && !taken[o] {
			lines = append(lines, Compared{Order: o, Suggest: standard.MeansNotOnList})
		}
	}
	return lines
}

func copied(o *Order, from uuid.UUID) bool {
	for _, r := range (said{o.Content}).references(standard.RoleStatedBy) {
		if r.UID == from {
			return true
		}
	}
	return false
}

// ComparedOn lists when the medicines were compared, the latest first, and whether everything is settled.
func ComparedOn(catalogue *standard.Catalogue, versions []*record.Version) []Comparison {
	var list []Comparison
	for _, v := range versions {
		content, err := v.Decoded(catalogue)
		if err != nil || v.Status == record.EnteredInError || content.Class == nil || !content.Class.HasRole(standard.ClassRoleReconciliation) {
			continue
		}
		x := said{content}
		list = append(list, Comparison{Record: v.Record, When: x.word(standard.RoleEventDate), With: x.word(standard.RoleComparedWith), Occasion: x.word(standard.RoleOccasion),
			Settled: x.mean(standard.RoleStatus) == standard.MeansSettled})
	}
	return list
}

// Comparison is one comparing of medicines.
type Comparison struct {
	Record   uuid.UUID
	When     string
	With     string
	Occasion string
	Settled  bool
}

// NotCompared says on what occasion the medicines should have been compared and have not been: a return from hospital, or a move, of the last two weeks; "" where there is
// none. Versions are those of the safety banner, and the comparisons.
func NotCompared(catalogue *standard.Catalogue, versions []*record.Version, now time.Time, zone *time.Location) (what string, at time.Time) {
	for _, v := range versions {
		content, err := v.Decoded(catalogue)
		if err != nil || v.Status == record.EnteredInError || v.SaidBy != "" || content.Class == nil {
			continue
		}
		x := said{content}
		switch {
		case content.Class.HasRole(standard.ClassRoleHospitalReturn):
			if t := instant(x.word(standard.RoleEventDate), zone, false); t.After(at) {
				what, at = "Back from hospital", t
			}
		case content.Class.HasRole(standard.ClassRolePlacement):
			if t := instant(x.word(standard.RoleValidFrom)+x.word(standard.RolePlacedFrom), zone, false); t.After(at) {
				what, at = "Moved in", t
			}
		}
	}
	if at.IsZero() || at.After(now) || now.Sub(at) > comparedWithin {
		return "", time.Time{}
	}
	for _, c := range ComparedOn(catalogue, versions) {
		if when := instant(c.When, zone, true); c.Settled && !when.Before(at) {
			return "", time.Time{}
		}
	}
	return what, at
}

// comparedWithin is how long a page asks for the comparison: after that it is a review of medicines.
const comparedWithin = 14 * 24 * time.Hour
