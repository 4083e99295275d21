package standard_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"rosemary/standard"
)

const ownScore = `score: Our drink check
id: our-drink-check
version: "1"
summary: How likely somebody is to drink too little.
owner: Harbour House
licence: Ours.
evidence: provider
items:
  - id: cup
    name: Do they finish a cup?
    points:
      - {code: "yes", words: "Yes", points: 0}
      - {code: "no", words: "No", points: 2}
bands:
  - {id: low, name: Low, upto: 0, colour: green, repeat: Monthly, do: [Go on.]}
  - {id: high, name: High, from: 1, colour: orange, repeat: Weekly, do: [Offer more.]}
`

// TestAProvidersOwnScore: a good one is in use beside those of the program; every fault of a bad one is told with its line, and nothing of it is used.
func TestAProvidersOwnScore(t *testing.T) {
	own := func(text string) *standard.Catalogue {
		c, err := standard.EmbeddedWith(fstest.MapFS{"scores/our-drink-check.yaml": {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if s, ok := own(ownScore).Score("our-drink-check"); !ok || !s.Provider || s.Highest() != 2 {
		t.Errorf("the score is %+v", s)
	}
	for change, want := range map[[2]string]string{
		{"upto: 0", "upto: 1"}:                                "15:5: a total of 1",
		{"from: 1", "from: 2"}:                                "falls in 0 bands",
		{`code: "no"`, `code: "yes"`}:                         "stands here twice",
		{"colour: orange", "colour: pink"}:                    "is no colour",
		{"id: cup", "id: cup\n    reading: weight"}:           "does not say \"from\"",
		{"points: 2}", "points: two}"}:                        "must be a whole number",
		{"evidence: provider", "evidence: project"}:           "evidence",
		{"score: Our drink check", "score: NEWS2"}:            "is called \"NEWS2\" too",
		{"evidence: provider", "evidence: provider\nfrom: x"}: "there is no class \"x\"",
	} {
		c := own(strings.Replace(ownScore, change[0], change[1], 1))
		_, used := c.Score("our-drink-check")
		faults := ""
		for _, f := range c.Faults() {
			faults += f.String() + "\n"
		}
		if used != (want == "") || !strings.Contains(faults, want) {
			t.Errorf("%s: in use %v, faults %s", change[1], used, faults)
		}
		if len(c.Scores()) < 2 {
			t.Error("the program's own scores are gone")
		}
	}
	if _, ok := own(ownScore).Chart("fluids"); !ok {
		t.Error("the program's own charts are gone")
	}
	bad, err := standard.EmbeddedWith(fstest.MapFS{"charts/ours.yaml": {Data: []byte("chart: Ours\nid: ours\nsummary: X.\nevidence: provider\nperiod: decade\npanels:\n  - name: A\n    draw: lanes\n    series:\n      - {name: W, class: measurement, block: reading, value: value}\n")}})
	if err != nil || len(bad.Faults()) != 2 || bad.Faults()[0].Line != 5 || bad.Faults()[1].Line != 10 {
		t.Errorf("faults of a chart: %v, %v", bad.Faults(), err)
	}
}
