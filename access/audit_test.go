package access_test

import (
	"testing"
	"time"

	"rosemary/access"
	"rosemary/standard"
)

// TestAuditOfAHome: a manager sees who saw and changed what of the people of the home, by person, worker, day and kind, page by page, and nothing of another home; who may not read the log
// learns nothing.
func TestAuditOfAHome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("elm-manager").commit(w.register("Lind", "Elm House")).wantDone()
	w.as("carer").commit(w.note("Okafor", "first day", "")).wantDone()
	w.as("elm-carer").seesPerson("Lind")
	w.as("elm-carer").seesPerson("Okafor")
	w.now = w.now.AddDate(0, 0, 1)
	w.as("nurse").seesPerson("Okafor")
	w.as("carer").commit(w.note("Okafor", "second day", "")).wantDone()
	morning := time.Date(2026, 3, 17, 0, 0, 0, 0, time.UTC)
	m := w.as("manager").session
	all := must[[]access.Entry](t)(func() ([]access.Entry, error) { list, _, err := m.Audit(ctx, access.AuditQuery{}); return list, err }())
	count := func(q access.AuditQuery) (n int) {
		t.Helper()
		for {
			list, next, err := m.Audit(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			n += len(list)
			for _, e := range list {
				if e.Stream == w.people["Lind"] {
					t.Errorf("a manager is told who looked at somebody of another home: %+v", e)
				}
			}
			if q.Before = next; next == 0 {
				return n
			}
		}
	}
	if len(all) == 0 || !all[0].At.After(all[len(all)-1].At) && len(all) > 1 {
		t.Errorf("the newest do not come first: %+v", all)
	}
	for what, c := range map[string]struct {
		q    access.AuditQuery
		want int
	}{
		"by an account":       {access.AuditQuery{Account: "nurse"}, 1},
		"page by page":        {access.AuditQuery{Account: "nurse", Limit: 1}, 1},
		"on the first day":    {access.AuditQuery{Until: morning}, 1},
		"on the second":       {access.AuditQuery{From: morning}, 1},
		"about somebody else": {access.AuditQuery{Person: w.people["Lind"]}, 0},
		"refused":             {access.AuditQuery{Kind: access.AuditRefused}, 1},
		"given away":          {access.AuditQuery{Kind: access.AuditDisclosed}, 0},
	} {
		if got := count(c.q); got != c.want {
			t.Errorf("%s: %d, want %d", what, got, c.want)
		}
	}
	changes := func(q access.AuditQuery) (n int) {
		t.Helper()
		for {
			list, next, err := m.AuditChanges(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			n += len(list)
			for _, c := range list {
				if c.Stream != w.people["Okafor"] {
					t.Errorf("a manager is told what was changed about somebody of another home: %+v", c)
				}
			}
			if q.Before = next; next == 0 {
				return n
			}
		}
	}
	for what, c := range map[string]struct {
		q    access.AuditQuery
		want int
	}{
		"all":                 {access.AuditQuery{}, 4}, // the person and the placement, and two notes
		"one at a time":       {access.AuditQuery{Limit: 1}, 4},
		"by the carer":        {access.AuditQuery{Worker: w.workers["carer"]}, 2},
		"on the first day":    {access.AuditQuery{Until: morning}, 3},
		"on the second":       {access.AuditQuery{From: morning}, 1},
		"about one person":    {access.AuditQuery{Person: w.people["Okafor"]}, 4},
		"about somebody else": {access.AuditQuery{Person: w.people["Lind"]}, 0},
	} {
		if got := changes(c.q); got != c.want {
			t.Errorf("changes, %s: %d, want %d", what, got, c.want)
		}
	}
	_, _, err := w.as("carer").session.AuditChanges(ctx, access.AuditQuery{})
	w.as("carer").did("asks who changed what", err, nil).want(standard.Forbidden)
	_, _, err = w.as("carer").session.Audit(ctx, access.AuditQuery{})
	w.as("carer").did("asks who looked", err, nil).want(standard.Forbidden)
}
