package score

import (
	"slices"

	"rosemary/care"
	"rosemary/standard"
)

// now works a kept result out again, by the definition of today and from what stands in the record today. Nil where that cannot be said.
func (r *Result) now(s *standard.Score, all []care.Dated) *Result {
	if s.From == nil {
		return r.askedNow(s)
	}
	var round []care.Dated
	for _, x := range all {
		if slices.Contains(r.on, x.Version.Record) {
			round = append(round, x)
		}
	}
	if len(round) == 0 || len(round) < len(r.on) {
		return nil // one of them is not seen here, or was marked as wrong
	}
	now, ok := workRound(s, round, all)
	if !ok {
		return nil
	}
	return &now
}

// askedNow reads what was answered as the definition of today would: by the words of the answers, which is what was kept of them.
func (r *Result) askedNow(s *standard.Score) *Result {
	found := map[string]Value{}
	for _, a := range r.Answers {
		if a.Item == nil || a.Item.Several {
			return nil
		}
		for _, t := range a.Item.Tables {
			i := slices.IndexFunc(t.Points, func(p standard.ScorePoints) bool { return p.Words == a.Words })
			if i >= 0 {
				found[a.Item.ID] = Value{Codes: []string{t.Points[i].Code}, Words: a.Words}
				break
			}
		}
		if _, there := found[a.Item.ID]; !there && a.Given {
			return nil
		}
	}
	now := Work(s, found, nil)
	return &now
}

// Same reports whether two results tell staff the same: the total, what it means, its colour, and what is to be done.
func (r *Result) Same(o *Result) bool {
	if r.Complete() != o.Complete() || r.Complete() && r.Total != o.Total {
		return false
	}
	return sameBand(r.Band, o.Band) && sameBand(r.AtLeast, o.AtLeast)
}

func sameBand(a, b *standard.ScoreBand) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Name == b.Name && a.Colour == b.Colour && a.Urgent == b.Urgent && a.Repeat == b.Repeat && slices.Equal(a.Do, b.Do)
}
