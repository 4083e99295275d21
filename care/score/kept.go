package score

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/standard"
)

// keptOf reads the results that are kept. What was worked out again later, because more was measured in the round or a measurement was corrected, stands before what came of it (Result.Before).
func keptOf(s *standard.Score, all []care.Dated) []Result {
	var results []Result
	for _, x := range all {
		if x.Content.Class.HasRole(standard.ClassRoleScoreResult) && x.Content.Words(standard.RoleScoreID) == s.ID {
			results = append(results, keptResult(s, x, all))
		}
	}
	slices.SortStableFunc(results, func(a, b Result) int { return int(a.Kept.From - b.Kept.From) })
	var standing []Result
	for i, r := range results {
		later := slices.IndexFunc(results[i+1:], func(l Result) bool { return len(r.on) > 0 && l.restsOn(r.on) })
		if later < 0 {
			standing = append(standing, r)
			continue
		}
		by := &results[i+1+later]
		by.Before = append(append(by.Before, r.Before...), r)
	}
	return standing
}

// keptResult reads one result that is kept, as it was shown on the day.
func keptResult(s *standard.Score, x care.Dated, all []care.Dated) Result {
	r := Result{Score: s, When: x.At, Kept: x.Version, Words: x.Content.Words(standard.RoleScoreBand), By: x.Content.Words(standard.RoleScoreDefinition)}
	total, has := x.Content.First(standard.RoleScoreTotal)
	if n, ok := total.(standard.Number); has && ok {
		r.Total = whole(n)
	} else {
		r.Missing = []string{"something"}
	}
	r.Answers = keptAnswers(s, x.Content)
	for _, a := range r.Answers {
		r.Most = max(r.Most, a.Points)
	}
	r.missed()
	r.keptBand(x.Content)
	for _, ref := range x.Content.References() {
		if ref.Element.Role == standard.RoleScoreFrom {
			r.on = append(r.on, ref.UID)
		}
	}
	if due, ok := x.Content.First(standard.RoleReviewDue); ok {
		if at, ok := due.(standard.DateTime); ok {
			r.Due, _ = plain.ParseInstant(string(at))
		}
	}
	r.Now = r.now(s, all)
	return r
}

// keptBand gives the band as it was shown: what it was called, its colour, and what it said was to be done. What was kept before the colour and the words were kept has those that the definition
// gives the band today.
func (r *Result) keptBand(content *standard.Content) {
	r.place()
	name, least := content.Words(standard.RoleScoreBand), content.Words(standard.RoleScoreAtLeast)
	today := r.Band
	if i := slices.IndexFunc(r.Score.Bands, func(b *standard.ScoreBand) bool { return b.Name == firstOf(name, least) }); i >= 0 {
		today = r.Score.Bands[i]
	}
	colour := content.Words(standard.RoleScoreColour)
	if colour == "" {
		if name != "" && r.Complete() {
			r.Band = renamed(today, name)
		}
		r.TodaysWords = today != nil && !r.SameDefinition()
		return
	}
	band := &standard.ScoreBand{Name: firstOf(name, least), Colour: colour, Repeat: content.Words(standard.RoleScoreAgain)}
	if !slices.Contains(standard.ScoreColours(), colour) {
		band.Colour = "white"
	}
	if today != nil && today.Name == band.Name {
		band.ID, band.From, band.UpTo = today.ID, today.From, today.UpTo
	}
	urgent, _ := content.First(standard.RoleScoreUrgent)
	band.Urgent = urgent == standard.Boolean(true)
	if e := content.Class.ByRole(standard.RoleScoreAdvice); e != nil {
		for _, v := range content.Get(e.ID) {
			if text, ok := v.(standard.Text); ok {
				band.Do = append(band.Do, string(text))
			}
		}
	}
	if r.Band, r.AtLeast = nil, nil; r.Complete() {
		r.Band = band
	} else if least != "" {
		r.AtLeast = band
	}
}

// renamed gives a band under the name that it had; nil where there is none.
func renamed(b *standard.ScoreBand, name string) *standard.ScoreBand {
	if b == nil || b.Name == name {
		return b
	}
	own := *b
	own.Name = name
	return &own
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// SameDefinition reports whether a kept result was worked out by the definition of today. What names no file is known by its version alone.
func (r *Result) SameDefinition() bool {
	if !strings.Contains(r.By, ", file ") {
		return r.By == r.Score.Version
	}
	return r.By == Definition(r.Score)
}

// rests names the records that a result which no record keeps was worked out from.
func (r *Result) rests() []uuid.UUID {
	var on []uuid.UUID
	for _, v := range r.From {
		on = append(on, v.Record)
	}
	return on
}

// restsOn reports whether a kept result was worked out from all of these.
func (r *Result) restsOn(uids []uuid.UUID) bool {
	return !slices.ContainsFunc(uids, func(uid uuid.UUID) bool { return !slices.Contains(r.on, uid) })
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
