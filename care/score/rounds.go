package score

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// Classes lists the classes whose records History needs: those that the scores are worked out from, what was decided about them, and the results that are kept.
func Classes(catalogue *standard.Catalogue, scores ...*standard.Score) []string {
	var ids []string
	add := func(class *standard.Class) {
		if class != nil && !slices.Contains(ids, class.ID) {
			ids = append(ids, class.ID)
		}
	}
	for _, class := range catalogue.ClassesWithRole(standard.ClassRoleScoreResult) {
		add(class)
	}
	for _, s := range scores {
		add(s.From)
		for _, c := range s.Chosen {
			add(c.Element.Class)
		}
	}
	return ids
}

// History gives every result of a score among the records of one person, the latest first: those that are kept, and the rounds of measurements that no record keeps whole.
func History(catalogue *standard.Catalogue, s *standard.Score, versions []*record.Version, zone *time.Location) []Result {
	all := care.InOrder(catalogue, versions, zone)
	results := keptOf(s, all)
	kept := len(results)
	for _, round := range roundsOf(s, all) {
		r, ok := workRound(s, round, all)
		if !ok || slices.ContainsFunc(results[:kept], func(k Result) bool { return k.restsOn(r.rests()) }) {
			continue
		}
		results = append(results, r)
	}
	slices.SortStableFunc(results, func(a, b Result) int { return b.When.Compare(a.When) })
	return results
}

// Round works a score out of the measurements that were taken around one of them; false where there are too few for it.
func Round(catalogue *standard.Catalogue, s *standard.Score, versions []*record.Version, with uuid.UUID, zone *time.Location) (Result, bool) {
	all := care.InOrder(catalogue, versions, zone)
	for _, round := range roundsOf(s, all) {
		if slices.ContainsFunc(round, func(x care.Dated) bool { return x.Version.Record == with }) {
			return workRound(s, round, all)
		}
	}
	return Result{}, false
}

// roundsOf parts the measurements into those that were taken together.
func roundsOf(s *standard.Score, all []care.Dated) [][]care.Dated {
	var rounds [][]care.Dated
	var began time.Time
	for _, x := range all {
		if s.From == nil || x.Content.Class != s.From {
			continue
		}
		if len(rounds) == 0 || x.At.Sub(began) > time.Duration(s.Round)*time.Minute {
			rounds, began = append(rounds, nil), x.At
		}
		rounds[len(rounds)-1] = append(rounds[len(rounds)-1], x)
	}
	return rounds
}

// workRound works out one round; false where it has too few of the items to be one.
func workRound(s *standard.Score, round []care.Dated, all []care.Dated) (Result, bool) {
	found, when := map[string]Value{}, round[len(round)-1].At
	var from []*record.Version
	for _, x := range round { // what was measured again counts as it was found last
		if take(s, x, found) {
			from = append(from, x.Version)
		}
	}
	if len(found) < s.Least {
		return Result{}, false
	}
	r := Work(s, found, chosenAt(s, all, when))
	r.When, r.From = when, from
	if r.Band != nil && r.Band.Minutes > 0 {
		r.Due = when.Add(time.Duration(r.Band.Minutes) * time.Minute)
	}
	return r, true
}

// take reads the items of a score from one record, and reports whether it has any.
func take(s *standard.Score, x care.Dated, found map[string]Value) (has bool) {
	for _, item := range s.Items {
		if item.Element != nil {
			for _, v := range x.Content.Get(item.Element.ID) {
				if c, ok := v.(standard.Coded); ok && c.Code != "" {
					has = true
					found[item.ID] = Value{Codes: []string{c.Code}, Words: standard.Display(c, nil), Record: x.Version.Record}
				}
			}
		}
	}
	x.Content.Each(func(_ *standard.Element, v standard.Value) {
		block, ok := v.(*standard.Group)
		if !ok {
			return
		}
		kind, _ := block.First(standard.RoleReadingKind)
		value, _ := block.First(standard.RoleReadingValue)
		code, coded := kind.(standard.Coded)
		quantity, measured := value.(standard.Quantity)
		if !coded || !measured {
			return
		}
		for _, item := range s.Items {
			if item.Reading != "" && item.Reading == code.Code && item.Unit == quantity.Unit {
				has = true
				found[item.ID] = Value{Number: &quantity.Number, Words: plain.Value(quantity, nil), Record: x.Version.Record}
			}
		}
	})
	return has
}

// chosenAt tells what had been decided for the person by then.
func chosenAt(s *standard.Score, all []care.Dated, when time.Time) map[string]string {
	chosen, day := map[string]string{}, when.Format(time.DateOnly)
	for _, c := range s.Chosen {
		for _, x := range all {
			if x.Content.Class != c.Element.Class || x.Version.Status == record.Incomplete || x.At.Format(time.DateOnly) > day {
				continue
			}
			for _, v := range valuesOf(x.Content, c.Element) {
				if code, ok := v.(standard.Coded); ok {
					chosen[c.ID] = code.Code
				}
			}
		}
	}
	return chosen
}

// ChosenAt tells what had been decided for the person by a time, by choice of the score.
func ChosenAt(catalogue *standard.Catalogue, s *standard.Score, versions []*record.Version, when time.Time, zone *time.Location) map[string]string {
	chosen := chosenAt(s, care.InOrder(catalogue, versions, zone), when)
	for _, c := range s.Chosen {
		if chosen[c.ID] == "" {
			chosen[c.ID] = c.Default
		}
	}
	return chosen
}

// valuesOf gives the values of an element, where the content is of its class.
func valuesOf(content *standard.Content, e *standard.Element) []standard.Value {
	if content.Class != e.Class {
		return nil
	}
	return content.Get(e.ID)
}

// Trend compares the last total with the one before it: 1 higher, -1 lower, 0 the same or nothing to compare.
func Trend(history []Result) int {
	var totals []int
	for _, r := range history {
		if r.Complete() {
			totals = append(totals, r.Total)
		}
	}
	if len(totals) < 2 {
		return 0
	}
	return cmp.Compare(totals[0], totals[1])
}
