package care_test

import (
	"strings"
	"testing"

	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
)

// TestWhatIsNotSafeToEat is stopped by the plan that held then, unless the record says why they had it; what is thicker, only offered, or went another way than by mouth, is not.
func TestWhatIsNotSafeToEat(t *testing.T) {
	c := catalogue(t)
	const nothing = `{"foodLevel":{"code":"none-by-mouth"},"drinkLevel":{"code":"none-by-mouth"}}`
	const soft = `{"foodLevel":{"code":"5"},"drinkLevel":{"code":"2"}}`
	for _, tt := range []struct{ plan, had, want string }{
		{nothing, `{"kind":{"code":"drink"},"amountTaken":{"value":50,"unit":"mL"}}`, "nothing by mouth"},
		{nothing, `{"kind":{"code":"drink"},"amountTaken":{"value":0,"unit":"mL"}}`, ""},
		{nothing, `{"kind":{"code":"meal"},"partEaten":{"code":"half"},"route":{"code":"mouth"}}`, "nothing by mouth"},
		{nothing, `{"kind":{"code":"meal"},"partEaten":{"code":"refused"}}`, ""},
		{nothing, `{"kind":{"code":"drink"},"amountTaken":{"value":50,"unit":"mL"},"route":{"code":"peg"}}`, ""},
		{nothing, `{"kind":{"code":"drink"},"amountTaken":{"value":50,"unit":"mL"},"reasonForOverride":"The nurse wetted her lips"}`, ""},
		{soft, `{"kind":{"code":"meal"},"partEaten":{"code":"half"},"foodLevel":{"code":"7"}}`, "says: Level 5, minced and moist. This was Level 7, regular"},
		{soft, `{"kind":{"code":"meal"},"partEaten":{"code":"half"},"foodLevel":{"code":"5"}}`, ""},
		{soft, `{"kind":{"code":"meal"},"partEaten":{"code":"half"},"foodLevel":{"code":"4"}}`, ""},
		{soft, `{"kind":{"code":"meal"},"partEaten":{"code":"half"}}`, ""},
		{soft, `{"kind":{"code":"meal"},"partEaten":{"code":"half"},"foodLevel":{"code":"5"},"drinkLevel":{"code":"0"}}`, "says: Level 2, mildly thick. This was Level 0, thin"},
		{soft, `{"kind":{"code":"drink"},"amountTaken":{"value":50,"unit":"mL"},"drinkLevel":{"code":"0"}}`, "says: Level 2, mildly thick"},
		{soft, `{"kind":{"code":"drink"},"amountTaken":{"value":50,"unit":"mL"},"drinkLevel":{"code":"3"}}`, ""},
		{`{"foodLevel":{"code":"not-assessed"},"drinkLevel":{"code":"0"}}`, `{"kind":{"code":"meal"},"partEaten":{"code":"half"},"foodLevel":{"code":"7"}}`, ""},
		{`{"foodLevel":{"code":"4"},"endDate":"2026-03-01"}`, `{"kind":{"code":"meal"},"partEaten":{"code":"half"},"foodLevel":{"code":"7"}}`, ""},
	} {
		rule := care.EatingRule{Catalogue: c}
		judge := func(at int64) []standard.Problem {
			written := []record.Written{{Path: "/changes/0", Happened: at, Version: said(t, c, standard.ClassRoleIntake, tt.had, at)}}
			if len(rule.Needs(written)) != 1 {
				t.Fatalf("%s: the plan is not asked for", tt.had)
			}
			return rule.Judge(record.Standing{Versions: []*record.Version{said(t, c, standard.ClassRoleEatingAndDrinking, tt.plan, 100)}}, written, record.Committer{}, today)
		}
		found := judge(200)
		switch {
		case tt.want == "" && len(found) > 0, tt.want != "" && (len(found) != 1 || !strings.Contains(found[0].Message, tt.want) || found[0].Path != "/changes/0/content/reasonForOverride"):
			t.Errorf("plan %s, had %s: %+v", tt.plan, tt.had, found)
		}
		if before := judge(50); len(before) > 0 {
			t.Errorf("before the plan was made: %+v", before)
		}
	}
}
