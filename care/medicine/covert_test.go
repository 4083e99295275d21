package medicine_test

import (
	"testing"
	"time"

	"rosemary/care/medicine"
	"rosemary/record"
)

// TestAHiddenMedicineNeedsADecision, in the order, and again for every dose that was hidden; no reason overcomes it.
func TestAHiddenMedicineNeedsADecision(t *testing.T) {
	const decided = `,"decidedUnder":[{"ref":"0199b2f4-7a00-7000-8000-000000000009"}]`
	const hidden = `,"supportGiven":{"code":"covert"}`
	rules := medicine.Rules{Catalogue: catalogue(t), Zone: london(t)}
	for name, tt := range map[string]struct {
		order, dose string
		only        bool // the order alone
		want        bool
	}{
		"an order that hides, decided":        {order: `,"covert":true` + decided, only: true},
		"an order that hides, not decided":    {order: `,"covert":true`, only: true, want: true},
		"hidden as decided":                   {order: `,"covert":true` + decided, dose: hidden},
		"hidden, and nobody decided":          {order: `,"covert":true`, dose: hidden, want: true},
		"hidden, the order does not say so":   {order: decided, dose: hidden, want: true},
		"hidden with a reason in spite of it": {dose: hidden + `,"reasonForOverride":"She spits it out"`, want: true},
		"given openly":                        {order: `,"covert":true`, dose: `,"supportGiven":{"code":"handed"}`},
	} {
		order := ordered(t, "Senna 7.5 mg tablets", "15", "mg", tt.order)
		standing, written := []*record.Version{order}, given(t, order, "Senna 7.5 mg tablets", "2026-03-16T08:00:00Z", tt.dose)
		if tt.only {
			standing, written = nil, order
		}
		found := false
		for _, p := range rules.Judge(record.Standing{Versions: standing}, []record.Written{{Version: written, Path: "/changes/0"}}, record.Committer{Actor: giver}, time.Time{}) {
			found = found || p.Rule == "covert-undecided"
		}
		if found != tt.want {
			t.Errorf("%s: refused %v", name, found)
		}
	}
}
