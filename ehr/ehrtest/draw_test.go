package ehrtest_test

import (
	"testing"

	"pgregory.net/rapid"

	"rosemary/ehr"
	"rosemary/ehr/ehrtest"
)

// What is drawn is drawn whole, and going through it gives it again.
func TestAnExtractIsASource(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := ehrtest.Extract(t, ehrtest.Options{})
		again, err := ehrtest.Collect(p)
		if err != nil {
			t.Fatal(err)
		}
		if d := ehrtest.Difference(p, again); d != "" {
			t.Fatal(d)
		}
	})
}

func TestManyAreManyAndDifferent(t *testing.T) {
	p, err := ehrtest.Collect(ehrtest.Many(100))
	if err != nil || len(p.CompositionList) != 100 {
		t.Fatal(len(p.CompositionList), err)
	}
	seen := map[ehr.ID]bool{}
	for _, c := range p.CompositionList {
		if seen[c.RCID] {
			t.Fatal("twice", c.RCID)
		}
		seen[c.RCID] = true
	}
	if d := ehrtest.Difference(p.CompositionList[0], p.CompositionList[1]); d == "" {
		t.Error("two notes are the same")
	}
}
