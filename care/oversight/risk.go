package oversight

import (
	"slices"
	"strconv"
	"time"

	"rosemary/care/plain"
	"rosemary/care/score"
	"rosemary/record"
	"rosemary/standard"
)

// scores finds who is at risk by the last result of each score: it is above the lowest band, or somebody must be told, or it rose.
func (h *home) scores(versions []*record.Version) {
	for _, s := range h.catalogue.Scores() {
		history := score.History(h.catalogue, s, ofClasses(versions, score.Classes(h.catalogue, s)), h.at.Location())
		if len(history) == 0 || history[0].When.Before(Month(h.at)) {
			continue
		}
		last := &history[0]
		trend := score.Trend(history)
		if !last.Urgent() && trend <= 0 && (last.Band == nil || last.Band.ID == lowest(s)) {
			continue
		}
		from := last.Kept
		if from == nil && len(last.From) > 0 {
			from = last.From[len(last.From)-1]
		}
		if from == nil {
			continue
		}
		content, err := from.Decoded(h.catalogue)
		if err != nil || content.Class == nil {
			continue // it is among those that cannot be read
		}
		h.add(AtRisk, item{from, content}, Finding{Words: riskWords(last, trend), Why: plain.Say("Worked out from what was recorded on {time}", "time", plain.Instant(last.When, h.at.Location())),
			Urgent: last.Urgent() && last.When.After(h.at.Add(-24*time.Hour))})
	}
}

// lowest is the id of the band of the fewest points; "" where the score has none.
func lowest(s *standard.Score) string {
	if len(s.Bands) == 0 {
		return ""
	}
	return slices.MinFunc(s.Bands, func(a, b *standard.ScoreBand) int { return a.From - b.From }).ID
}

func riskWords(r *score.Result, trend int) string {
	words := r.Score.Name + ": "
	switch {
	case r.Complete():
		words += strconv.Itoa(r.Total)
	default:
		words += "not all was recorded"
	}
	switch band := r.Band; {
	case band != nil:
		words += ", " + band.Name
	case r.AtLeast != nil:
		words += ", at least " + r.AtLeast.Name
	}
	switch {
	case trend > 0:
		words += ", higher than before"
	case trend < 0:
		words += ", lower than before"
	}
	return words
}
