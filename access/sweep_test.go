package access_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
)

// TestSweep: page by page it shows each reader just what they are shown at once, now and as it was, and logs those who were come to.
func TestSweep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, home := range map[string]string{"Okafor": "Rose House", "Price": "Rose House", "Lind": "Elm House"} {
		manager := map[string]string{"Rose House": "manager", "Elm House": "elm-manager"}[home]
		w.as(manager).commit(w.register(name, home)).wantDone()
	}
	for _, words := range []string{"one", "two", "three"} {
		w.as("carer").commit(w.note("Okafor", words, "")).wantDone()
		w.as("carer").commit(w.note("Price", words+" of Price", "")).wantDone()
	}
	w.as("carer").commit(w.note("Price", "held closely", "confidential")).wantDone()
	w.as("elm-carer").commit(w.note("Lind", "elsewhere", "")).wantDone()
	streams := []uuid.UUID{w.people["Lind"], w.people["Okafor"], w.people["Price"]}
	before := w.as("manager").view().Moment()
	w.as("carer").commit(w.note("Okafor", "later", "")).wantDone()
	for account, most := range map[string]int{"carer": 7, "manager": 8, "elm-carer": 1, "admin": 0} {
		at := w.as(account).view()
		whole, _, err := at.Across(t.Context(), access.AcrossQuery{Streams: streams, Classes: []string{"note"}})
		if err != nil || len(whole) != most {
			t.Fatalf("%s: %d at once, %v", account, len(whole), err)
		}
		for _, limit := range []int{1, 2, 3, 100} {
			if got := swept(t, at, streams, limit); !slices.EqualFunc(got, whole, func(a, b *record.Version) bool { return a.VersionID == b.VersionID }) {
				t.Errorf("%s in pages of %d: %d of %d, or in another order", account, limit, len(got), len(whole))
			}
		}
		past := w.as(account).viewAt(access.At{Moment: before})
		want := most
		if most > 1 { // who sees Okafor sees one note less
			want--
		}
		if got := swept(t, past, streams, 2); len(got) != want {
			t.Errorf("%s looks back: %d, want %d", account, len(got), want)
		}
	}
	manager := w.as("manager")
	manager.did("looks", nil, nil)
	_, more, err := manager.view().Sweep(t.Context(), access.SweepQuery{Streams: streams, Classes: []string{"note"}, Limit: 1})
	step := manager.did("begins a sweep", err, nil)
	if !more || slices.ContainsFunc(step.entries, func(e access.Entry) bool { return e.Stream == w.people["Price"] }) {
		t.Errorf("somebody who was not come to is in the log: %+v", step.entries)
	}
}

func swept(t *testing.T, v *access.View, streams []uuid.UUID, limit int) (all []*record.Version) {
	t.Helper()
	q := access.SweepQuery{Streams: streams, Classes: []string{"note"}, Limit: limit}
	for more := true; more; {
		var page []*record.Version
		var err error
		if page, more, err = v.Sweep(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		if all = append(all, page...); more {
			if len(page) == 0 {
				t.Fatal("more, and nothing to go on from")
			}
			last := page[len(page)-1]
			cursor := last.Cursor()
			q.After = &cursor
			q.Streams = streams[slices.Index(streams, last.Stream):]
		}
	}
	return all
}
