// Package score works out scored assessments from their definitions: how many points each answer gives, the total, and in which band it falls.
//
// It knows no score by name: which there are, their tables and their bands are files of the standard (standard.Score), a provider's own among them. Everything here is a pure function of a
// definition and of records. What is missing is said and never guessed: a score with a missing item has no total.
package score

import (
	"slices"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Value is what was found for one item: a number in its unit, or codes.
type Value struct {
	Number *standard.Number
	Codes  []string
	Words  string    // as people read it
	Record uuid.UUID // that says so; zero where it was asked
}

// Answer is one item of a score, as it was found.
type Answer struct {
	Item   *standard.ScoreItem
	Name   string // what was asked or measured
	Words  string // what was found; "" where nothing was
	Points int
	Given  bool
	Record uuid.UUID
}

// Result is a score worked out.
type Result struct {
	Score   *standard.Score
	When    time.Time
	Answers []Answer
	Chosen  map[string]string // which code each choice had
	Missing []string          // what has no answer; then there is no total
	Total   int
	Most    int                 // the most points that one answer gives
	Band    *standard.ScoreBand // nil while something is missing
	AtLeast *standard.ScoreBand // something is missing, and what there is already says that somebody must be told
	From    []*record.Version   // the records it was worked out from
	Kept    *record.Version     // the record that keeps it; nil where none does
	By      string              // by which version of the definition, and which file, a kept one was worked out
	Words   string              // what the kept record calls the band, as it was called then
	Due     time.Time           // when it is to be looked at again; zero: no fixed time

	Now         *Result     // a kept one, as it would be worked out today; nil: that cannot be said
	TodaysWords bool        // it was kept before its colour and advice were, and the definition has changed since: they are those of today
	Before      []Result    // kept ones of the same round, from before more was measured or something was corrected
	on          []uuid.UUID // the records that a kept one was worked out from
}

// Complete says whether there is a total.
func (r *Result) Complete() bool { return len(r.Missing) == 0 }

// Urgent says whether somebody must be told at once.
func (r *Result) Urgent() bool {
	return r.Band != nil && r.Band.Urgent || r.AtLeast != nil
}

// Work works a score out of what was found, by item. Chosen holds what was decided for the person, by choice; what was not decided is as usual.
func Work(s *standard.Score, found map[string]Value, chosen map[string]string) Result {
	r := Result{Score: s, Chosen: map[string]string{}}
	codes := map[string][]string{}
	for _, c := range s.Chosen {
		r.Chosen[c.ID] = c.Default
		if code := chosen[c.ID]; code != "" {
			r.Chosen[c.ID] = code
		}
		codes[c.ID] = []string{r.Chosen[c.ID]}
	}
	for id, v := range found {
		codes[id] = v.Codes
	}
	for _, item := range s.Items {
		a := Answer{Item: item, Name: item.Name}
		v, there := found[item.ID]
		table := tableOf(item, codes)
		if there && table != nil {
			a.Points, a.Given = pointsOf(item, table, v)
			a.Words, a.Record = v.Words, v.Record
		}
		if !a.Given {
			a.Words, a.Points = "", 0
			r.Missing = append(r.Missing, item.Name)
		}
		r.Total, r.Most = r.Total+a.Points, max(r.Most, a.Points)
		r.Answers = append(r.Answers, a)
	}
	r.place()
	return r
}

// place finds the band.
func (r *Result) place() {
	for _, b := range r.Score.Bands {
		if !b.Fits(r.Total, r.Most) {
			continue
		}
		if r.Complete() {
			r.Band = b
		} else if b.Urgent {
			r.AtLeast = b
		}
		return
	}
}

// tableOf finds the table that counts. Nil: it depends on an item that has no answer.
func tableOf(item *standard.ScoreItem, codes map[string][]string) *standard.ScoreTable {
	for _, t := range item.Tables {
		holds := true
		for _, w := range t.When {
			is, known := codes[w.ID]
			if !known {
				return nil
			}
			holds = holds && slices.ContainsFunc(w.Is, func(code string) bool { return slices.Contains(is, code) })
			if !holds {
				break
			}
		}
		if holds {
			return t
		}
	}
	return nil
}

// pointsOf looks up the points of what was found; false where the table has no place for it.
func pointsOf(item *standard.ScoreItem, t *standard.ScoreTable, v Value) (int, bool) {
	if item.Reading != "" {
		if v.Number == nil {
			return 0, false
		}
		n := rounded(*v.Number, item.Places)
		for _, p := range t.Points {
			if p.UpTo == nil || n.Cmp(*p.UpTo) <= 0 {
				return p.Points, true
			}
		}
		return 0, false
	}
	if len(v.Codes) == 0 || len(v.Codes) > 1 && !item.Several {
		return 0, false
	}
	total := 0
	for _, code := range v.Codes {
		i := slices.IndexFunc(t.Points, func(p standard.ScorePoints) bool { return p.Code == code })
		if i < 0 {
			return 0, false
		}
		total += t.Points[i].Points
	}
	if item.Most > 0 {
		total = min(total, item.Most)
	}
	return total, true
}

// rounded gives a number to so many decimals, halves upwards: a table that knows whole degrees and tenths has no row for what lies between.
func rounded(n standard.Number, places int) standard.Number {
	var out standard.Number
	c := apd.BaseContext.WithPrecision(60)
	c.Rounding = apd.RoundHalfUp
	if _, err := c.Quantize(&out.Decimal, &n.Decimal, int32(-places)); err != nil {
		return n
	}
	return out
}
