package chime_test

import (
	"testing"

	"pgregory.net/rapid"

	"rosemary/ehr/chime"
	"rosemary/ehr/ehrtest"
)

func TestWhatTheFormatHasNoPlaceForComesBackToo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := ehrtest.Extract(t, ehrtest.Options{Text: rapid.String(), Adjust: ehrtest.Odd})
		again, b, err := ehrtest.Again(chime.Dialect(), p)
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		if d := ehrtest.Difference(p, again); d != "" {
			t.Fatalf("%s\n%s", d, b)
		}
	})
}
