package score_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"rosemary/care/score"
	"rosemary/standard"
)

var embedded = sync.OnceValues(standard.Embedded)

func catalogue(t testing.TB) *standard.Catalogue {
	t.Helper()
	c, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func definition(t testing.TB, id string) *standard.Score {
	t.Helper()
	s, ok := catalogue(t).Score(id)
	if !ok {
		t.Fatalf("there is no score %s", id)
	}
	return s
}

// well are observations that give no points at all.
func well() map[string]score.Value {
	return map[string]score.Value{
		"breathing": reading("16"), "oxygen": reading("97"), "air": code("air"), "systolic": reading("130"), "pulse": reading("72"), "alertness": code("A"), "temperature": reading("36.8"),
	}
}

func reading(s string) score.Value {
	n, ok := standard.ParseNumber(s)
	if !ok {
		panic(s)
	}
	return score.Value{Number: &n, Words: s}
}

func code(s string) score.Value { return score.Value{Codes: []string{s}, Words: s} }

// TestEveryRowOfNEWS2 tries both edges of every row of the table, on both oxygen scales, on air and on oxygen.
func TestEveryRowOfNEWS2(t *testing.T) {
	s := definition(t, "news2")
	const scale1, scale2 = "1", "2"
	for _, row := range []struct {
		item, scale, air string
		points           map[int]string // by points: the readings that give them
	}{
		{"breathing", scale1, "air", map[int]string{3: "0 1 8 25 26 60", 1: "9 10 11", 0: "12 16 20", 2: "21 23 24"}},
		{"oxygen", scale1, "air", map[int]string{3: "50 90 91", 2: "92 93", 1: "94 95", 0: "96 98 100"}},
		{"oxygen", scale1, "oxygen", map[int]string{3: "91", 2: "92 93", 1: "94 95", 0: "96 100"}},
		{"oxygen", scale2, "air", map[int]string{3: "60 83", 2: "84 85", 1: "86 87", 0: "88 92 93 94 96 97 100"}},
		{"oxygen", scale2, "oxygen", map[int]string{3: "60 83 97 98 100", 2: "84 85 95 96", 1: "86 87 93 94", 0: "88 90 92"}},
		{"systolic", scale1, "air", map[int]string{3: "60 90 220 221 260", 2: "91 100", 1: "101 110", 0: "111 150 200 219"}},
		{"pulse", scale1, "air", map[int]string{3: "20 40 131 180", 1: "41 50 91 110", 0: "51 90", 2: "111 130"}},
		{"temperature", scale1, "air", map[int]string{3: "33 34.9 35.0 35.04", 1: "35.05 35.1 36.0 38.1 39.0", 0: "36.1 37 38.0 38.04", 2: "39.05 39.1 41.5"}},
		{"air", scale1, "air", map[int]string{0: "air", 2: "oxygen"}},
		{"alertness", scale1, "air", map[int]string{0: "A", 3: "C V P U"}},
	} {
		for points, found := range row.points {
			for _, value := range strings.Fields(found) {
				o := well()
				o["air"] = code(row.air)
				if row.scale == scale2 {
					o["oxygen"] = reading("90")
				}
				if strings.Trim(value, "0123456789.") == "" {
					o[row.item] = reading(value)
				} else {
					o[row.item] = code(value)
				}
				r := score.Work(s, o, map[string]string{"scale": row.scale})
				for _, a := range r.Answers {
					if a.Item.ID == row.item && a.Points != points {
						t.Errorf("%s %s, scale %s, on %s: %d points, want %d", row.item, value, row.scale, row.air, a.Points, points)
					}
				}
				if !r.Complete() {
					t.Errorf("%s %s: missing %v", row.item, value, r.Missing)
				}
			}
		}
	}
}

// TestTheBandsOfNEWS2 has every total at an edge of its band, and one reading that is far out alone.
func TestTheBandsOfNEWS2(t *testing.T) {
	s := definition(t, "news2")
	for _, c := range []struct {
		o     map[string]string
		total int
		band  string
	}{
		{nil, 0, "none"},
		{map[string]string{"breathing": "21"}, 2, "low"},
		{map[string]string{"breathing": "21", "pulse": "115"}, 4, "low"},
		{map[string]string{"breathing": "25"}, 3, "low-medium"},
		{map[string]string{"alertness": "C", "temperature": "36.0"}, 4, "low-medium"},
		{map[string]string{"alertness": "C", "breathing": "21"}, 5, "medium"},
		{map[string]string{"breathing": "21", "pulse": "115", "temperature": "38.5"}, 5, "medium"},
		{map[string]string{"breathing": "25", "systolic": "90"}, 6, "medium"},
		{map[string]string{"breathing": "25", "systolic": "90", "temperature": "38.5"}, 7, "high"},
		{map[string]string{"breathing": "25", "oxygen": "85", "air": "oxygen", "systolic": "80", "pulse": "140", "alertness": "U", "temperature": "34.0"}, 20, "high"},
	} {
		o := well()
		for item, value := range c.o {
			if strings.Trim(value, "0123456789.") == "" {
				o[item] = reading(value)
			} else {
				o[item] = code(value)
			}
		}
		r := score.Work(s, o, nil)
		if r.Total != c.total || r.Band == nil || r.Band.ID != c.band {
			t.Errorf("%v: total %d in %+v, want %d in %s", c.o, r.Total, r.Band, c.total, c.band)
		}
	}
	if s.Highest() != 20 {
		t.Errorf("the highest total is %d", s.Highest())
	}
}

// TestWhatIsMissingIsNeverGuessed: without one of the readings there is no total and no band; but what is there may already be reason enough to call somebody.
func TestWhatIsMissingIsNeverGuessed(t *testing.T) {
	s := definition(t, "news2")
	for _, item := range s.Items {
		o := well()
		delete(o, item.ID)
		r := score.Work(s, o, nil)
		if r.Complete() || r.Band != nil || r.AtLeast != nil || len(r.Missing) != 1 || r.Missing[0] != item.Name {
			t.Errorf("without %s: %+v", item.ID, r)
		}
	}
	o := well()
	delete(o, "air")
	if r := score.Work(s, o, map[string]string{"scale": "2"}); len(r.Missing) != 2 {
		t.Errorf("on scale 2 the oxygen in the blood says nothing without air or oxygen: %v", r.Missing)
	}
	delete(o, "temperature")
	o["breathing"], o["pulse"], o["systolic"] = reading("30"), reading("140"), reading("85")
	if r := score.Work(s, o, nil); r.Complete() || r.AtLeast == nil || r.AtLeast.ID != "high" || !r.Urgent() {
		t.Errorf("nine points and two readings missing: %+v", r.AtLeast)
	}
}

// TestAnyObservationsFallInOneBand: whatever is measured, every item has points that its table knows, and the total is in exactly one band. Every score of the program is tried.
func TestAnyObservationsFallInOneBand(t *testing.T) {
	for _, s := range catalogue(t).Scores() {
		rapid.Check(t, func(rt *rapid.T) {
			o, chosen := map[string]score.Value{}, map[string]string{}
			for _, c := range s.Chosen {
				chosen[c.ID] = rapid.SampledFrom(c.Element.ValueSet.Codes).Draw(rt, c.ID).Code
			}
			for _, item := range s.Items {
				if item.Reading != "" {
					o[item.ID] = reading(fmt.Sprintf("%d.%d", rapid.IntRange(0, 300).Draw(rt, item.ID), rapid.IntRange(0, 99).Draw(rt, "tenths")))
					continue
				}
				o[item.ID] = code(rapid.SampledFrom(item.Tables[0].Points).Draw(rt, item.ID).Code)
			}
			r := score.Work(s, o, chosen)
			sum, fits := 0, 0
			for _, a := range r.Answers {
				if !a.Given || a.Points < 0 || a.Points > a.Item.Highest() {
					rt.Fatalf("%s: %+v", s.ID, a)
				}
				sum += a.Points
			}
			for _, b := range s.Bands {
				if b.Fits(r.Total, r.Most) {
					fits++
				}
			}
			if sum != r.Total || fits != 1 || r.Band == nil || !r.Band.Fits(r.Total, r.Most) {
				rt.Fatalf("%s: total %d of %d, in %d bands", s.ID, r.Total, sum, fits)
			}
		})
	}
}

// TestAbbeyPainGoesTo18 has the edges of its bands. Six items of three points are 18, whatever some copies say.
func TestAbbeyPainGoesTo18(t *testing.T) {
	s := definition(t, "abbey-pain")
	if s.Highest() != 18 {
		t.Errorf("the highest total is %d", s.Highest())
	}
	words := []string{"none", "mild", "moderate", "severe"}
	for total, band := range map[int]string{0: "none", 2: "none", 3: "mild", 7: "mild", 8: "moderate", 13: "moderate", 14: "severe", 15: "severe", 18: "severe"} {
		o, left := map[string]score.Value{}, total
		for _, item := range s.Items {
			points := min(3, left)
			left -= points
			o[item.ID] = code(words[points])
		}
		if r := score.Work(s, o, nil); r.Total != total || r.Band == nil || r.Band.ID != band {
			t.Errorf("%d: %d in %+v, want %s", total, r.Total, r.Band, band)
		}
	}
}
