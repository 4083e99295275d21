package score

import (
	"cmp"
	"slices"
	"strconv"
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

// History gives every result of a score among the records of one person, the latest first: those that are kept, and the rounds of measurements that no record keeps.
func History(catalogue *standard.Catalogue, s *standard.Score, versions []*record.Version, zone *time.Location) []Result {
	all := care.InOrder(catalogue, versions, zone)
	kept, covered := keptOf(s, all)
	results := kept
	for _, round := range roundsOf(s, all) {
		if !slices.ContainsFunc(round, func(x care.Dated) bool { return covered[x.Version.Record] }) {
			if r, ok := workRound(s, round, all); ok {
				results = append(results, r)
			}
		}
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
	for _, x := range round { // what was measured again counts as it was found last
		take(s, x, found)
	}
	if len(found) < s.Least {
		return Result{}, false
	}
	r := Work(s, found, chosenAt(s, all, when))
	r.When = when
	for _, x := range round {
		r.From = append(r.From, x.Version)
	}
	if r.Band != nil && r.Band.Minutes > 0 {
		r.Due = when.Add(time.Duration(r.Band.Minutes) * time.Minute)
	}
	return r, true
}

// take reads the items of a score from one record.
func take(s *standard.Score, x care.Dated, found map[string]Value) {
	for _, item := range s.Items {
		if item.Element != nil {
			for _, v := range x.Content.Get(item.Element.ID) {
				if c, ok := v.(standard.Coded); ok && c.Code != "" {
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
				found[item.ID] = Value{Number: &quantity.Number, Words: plain.Value(quantity, nil), Record: x.Version.Record}
			}
		}
	})
}

// chosenAt tells what had been decided for the person by then.
func chosenAt(s *standard.Score, all []care.Dated, when time.Time) map[string]string {
	chosen := map[string]string{}
	for _, c := range s.Chosen {
		for _, x := range all {
			if x.At.Format(time.DateOnly) > when.Format(time.DateOnly) || x.Version.Status == record.Incomplete {
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

// keptOf reads the results that are kept, and which records they were worked out from.
func keptOf(s *standard.Score, all []care.Dated) (results []Result, covered map[uuid.UUID]bool) {
	covered = map[uuid.UUID]bool{}
	for _, x := range all {
		if !x.Content.Class.HasRole(standard.ClassRoleScoreResult) || x.Content.Words(standard.RoleScoreID) != s.ID {
			continue
		}
		r := Result{Score: s, When: x.At, Kept: x.Version, Words: x.Content.Words(standard.RoleScoreBand), By: x.Content.Words(standard.RoleScoreDefinition)}
		total, has := x.Content.First(standard.RoleScoreTotal)
		if n, ok := total.(standard.Number); has && ok {
			r.Total, _ = strconv.Atoi(n.String())
		} else {
			r.Missing = []string{"something"}
		}
		r.Answers = keptAnswers(s, x.Content)
		for _, a := range r.Answers {
			r.Most = max(r.Most, a.Points)
		}
		r.missed()
		r.place()
		for _, ref := range x.Content.References() {
			if ref.Element.Role == standard.RoleScoreFrom {
				covered[ref.UID] = true
			}
		}
		if due, ok := x.Content.First(standard.RoleReviewDue); ok {
			if at, ok := due.(standard.DateTime); ok {
				r.Due, _ = plain.ParseInstant(string(at))
			}
		}
		results = append(results, r)
	}
	return results, covered
}

// missed names the items that a kept result without a total has no answer for.
func (r *Result) missed() {
	if r.Complete() {
		return
	}
	var names []string
	for _, a := range r.Answers {
		if !a.Given && a.Item != nil {
			names = append(names, a.Name)
		}
		r.Total += a.Points
	}
	if len(names) > 0 {
		r.Missing = names
	}
}

// keptAnswers reads the answers of a kept result: as they were asked and found then, whatever the definition says today.
func keptAnswers(s *standard.Score, content *standard.Content) []Answer {
	var answers []Answer
	content.Walk("", func(_ string, _ *standard.Element, v standard.Value) {
		block, ok := v.(*standard.Group)
		if !ok {
			return
		}
		id, has := block.First(standard.RoleScoreItem)
		if !has {
			return
		}
		a := Answer{Name: textOf(block, standard.RoleScoreQuestion), Words: textOf(block, standard.RoleScoreFound)}
		if text, ok := id.(standard.Text); ok {
			a.Item, _ = s.Item(string(text))
		}
		if n, ok := block.First(standard.RoleScorePoints); ok {
			if number, ok := n.(standard.Number); ok {
				a.Points, a.Given = whole(number), true
			}
		}
		answers = append(answers, a)
	})
	return answers
}

func textOf(g *standard.Group, role string) string {
	v, _ := g.First(role)
	text, _ := v.(standard.Text)
	return string(text)
}

func whole(n standard.Number) int {
	i, _ := strconv.Atoi(n.String())
	return i
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
