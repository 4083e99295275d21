package oversight_test

import (
	"slices"
	"testing"
	"time"

	"rosemary/care/oversight"
)

// TestWhatCannotWaitIsNotPaperwork: a vaccination to look at again, a year late, is late; a texture that nobody has looked at for as long cannot wait, and stands behind what harms today.
func TestWhatCannotWaitIsNotPaperwork(t *testing.T) {
	f := newFile(t)
	late := now.AddDate(-1, 0, 0).Format(time.DateOnly)
	f.write("vaccination", now.AddDate(-2, 0, 0), `{"date":"2024-10-01","nextDueDate":"`+late+`"}`)
	f.write("eating-and-drinking-plan", now.AddDate(-2, 0, 0), `{"chokingRisk":{"code":"yes"},"foodLevel":{"code":"5"},"drinkLevel":{"code":"0"},"date":"2024-10-01","reviewDate":"`+late+`"}`)
	f.write("dols", now.AddDate(-1, 0, 0), `{"applicationDate":"2025-03-16","applicationStatus":{"code":"authorised"},"plannedOrActualEndDateOfAuthorisation":"2026-03-01"}`)
	overdue := f.found()[oversight.ReviewsOverdue]
	urgent := map[string]bool{}
	for _, x := range overdue {
		urgent[x.Version.Class] = x.Urgent
	}
	if len(urgent) != 2 || urgent["vaccination"] || !urgent["eating-and-drinking-plan"] {
		t.Errorf("reviews overdue: %v", urgent)
	}
	var kinds []oversight.Kind
	for _, x := range f.look() {
		if x.Urgent {
			kinds = append(kinds, x.Kind)
		}
	}
	if !slices.Equal(kinds, []oversight.Kind{oversight.LibertyEnding, oversight.ReviewsOverdue}) {
		t.Errorf("in the order of %v", kinds)
	}
}
