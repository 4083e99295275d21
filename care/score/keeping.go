package score

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
)

// Keeping keeps the result of every score that rests on measurements, whenever some are committed: beside them, in the same contribution, by the definition of that day.
// So it is the same for a form, for the API, for FHIR and for what was written without a network.
type Keeping struct {
	Catalogue *standard.Catalogue
	Zone      *time.Location
}

var _ record.Keeper = Keeping{}

// lookAround is how far before a measurement others are looked at, to find where its round began.
const lookAround = 24 * time.Hour

// Needs says what must be seen: the measurements around those that are written, and what was decided about the person's scores.
func (k Keeping) Needs(written []*record.Version) []record.Need {
	var needs []record.Need
	for _, s := range k.Catalogue.Scores() {
		measured := k.measured(s, written)
		if len(measured) == 0 || k.kept(s, written) {
			continue
		}
		around := time.Duration(s.Round) * time.Minute
		needs = append(needs, record.Need{Classes: []string{s.From.ID}, From: measured[0].At.Add(-lookAround), Until: measured[len(measured)-1].At.Add(around)})
		for _, c := range s.Chosen {
			needs = append(needs, record.Need{Classes: []string{c.Element.Class.ID}})
		}
	}
	return needs
}

// Keep makes a result of every round that something was added to or corrected in.
func (k Keeping) Keep(standing, written []*record.Version) []record.ProposedChange {
	var changes []record.ProposedChange
	for _, s := range k.Catalogue.Scores() {
		measured := k.measured(s, written)
		if len(measured) == 0 || k.kept(s, written) {
			continue
		}
		all := care.InOrder(k.Catalogue, together(standing, written), k.Zone)
		for _, round := range roundsOf(s, all) {
			i := slices.IndexFunc(measured, func(m care.Dated) bool {
				return slices.ContainsFunc(round, func(x care.Dated) bool { return x.Version.Record == m.Version.Record })
			})
			if i < 0 {
				continue
			}
			if r, ok := workRound(s, round, all); ok && !closer(s, &r, all, measured[i].Version.Sensitivity) {
				changes = append(changes, k.keep(r, measured[i]))
			}
		}
	}
	return changes
}

// closer reports whether a result rests on something that is held more closely than what was measured now: whoever reads it would learn of that, so it is not kept.
func closer(s *standard.Score, r *Result, all []care.Dated, than record.Sensitivity) bool {
	if slices.ContainsFunc(r.From, func(v *record.Version) bool { return v.Sensitivity > than }) {
		return true
	}
	return slices.ContainsFunc(all, func(x care.Dated) bool {
		return x.Version.Sensitivity > than && slices.ContainsFunc(s.Chosen, func(c *standard.ScoreChoice) bool { return c.Element.Class == x.Content.Class })
	})
}

// measured are those of the written versions that answer some item of a score, the earliest first.
func (k Keeping) measured(s *standard.Score, written []*record.Version) []care.Dated {
	if s.From == nil {
		return nil
	}
	own := slices.DeleteFunc(slices.Clone(written), func(v *record.Version) bool { return v.Class != s.From.ID })
	if len(own) == 0 {
		return nil
	}
	return slices.DeleteFunc(care.InOrder(k.Catalogue, own, k.Zone), func(x care.Dated) bool {
		return !take(s, x, map[string]Value{})
	})
}

// kept reports whether whoever writes keeps a result of the score themselves.
func (k Keeping) kept(s *standard.Score, written []*record.Version) bool {
	return slices.ContainsFunc(written, func(v *record.Version) bool {
		class, ok := k.Catalogue.Class(v.Class)
		if !ok || !class.HasRole(standard.ClassRoleScoreResult) {
			return false
		}
		content, err := v.Decoded(k.Catalogue)
		return err == nil && content.Words(standard.RoleScoreID) == s.ID
	})
}

// together puts what is written, which comes last, in the place of what it changes.
func together(standing, written []*record.Version) []*record.Version {
	all := slices.DeleteFunc(slices.Clone(standing), func(v *record.Version) bool {
		return slices.ContainsFunc(written, func(w *record.Version) bool { return w.Record == v.Record })
	})
	slices.SortFunc(all, func(a, b *record.Version) int { return slices.Compare(a.Record[:], b.Record[:]) })
	all = slices.CompactFunc(all, func(a, b *record.Version) bool { return a.Record == b.Record }) // the needs of two scores may name one record twice
	for _, w := range written {
		last := *w
		last.From = record.Forever - 1
		all = append(all, &last)
	}
	return all
}

// keep makes the record, by whoever measured and as closely held as what they measured.
func (k Keeping) keep(r Result, by care.Dated) record.ProposedChange {
	var from []uuid.UUID
	for _, v := range r.From {
		if v.Stream == by.Version.Stream { // what stands in another record of the same person cannot be pointed at
			from = append(from, v.Record)
		}
	}
	content := Content(k.Catalogue, r, from)
	for _, role := range []string{standard.RolePerformer, standard.RoleLocation} {
		theirs, ours := by.Content.Class.ByRole(role), content.Class.ByRole(role)
		if theirs == nil || ours == nil {
			continue
		}
		if values := by.Content.Get(theirs.ID); len(values) > 0 {
			content.Entries = append(content.Entries, standard.Entry{Element: ours, Values: values})
		}
	}
	content.Sort()
	v := by.Version
	return record.ProposedChange{
		Path: "/workedOut/" + r.Score.ID, Type: record.Create, Record: uuid.NewSHA1(v.Record, fmt.Appendf(nil, "score %s %d", r.Score.ID, v.Number)), Class: content.Class.ID,
		Sensitivity: v.Sensitivity.String(), Author: v.Author, InformationProvider: v.InformationProvider, Recorded: v.Recorded, Description: "Worked out from what was measured", Content: content.AppendJSON(nil),
	}
}
