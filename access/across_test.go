package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// TestAcrossAHome: one question about many people shows each reader what they would be shown of each person alone, and is logged for each.
func TestAcrossAHome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("manager").commit(w.register("Price", "Rose House")).wantDone()
	w.as("elm-manager").commit(w.register("Lind", "Elm House")).wantDone()
	w.as("carer").commit(w.note("Okafor", "plain", "")).wantDone()
	w.as("carer").commit(w.note("Okafor", "held closely", "confidential")).wantDone()
	w.as("carer").commit(w.note("Price", "not for the nurse", "", "nurse")).wantDone()
	w.as("elm-carer").commit(w.note("Lind", "elsewhere", "")).wantDone()
	everybody := []uuid.UUID{w.people["Okafor"], w.people["Price"], w.people["Lind"]}
	ask := access.AcrossQuery{Streams: everybody, Classes: []string{"note"}}
	for account, sees := range map[string][]string{
		"carer": {"not for the nurse", "plain"}, "nurse": {"plain"}, "manager": {"held closely", "not for the nurse", "plain"}, "elm-carer": {"elsewhere"}, "admin": nil,
	} {
		a := w.as(account)
		versions, more, err := a.view().Across(t.Context(), ask)
		if more {
			t.Errorf("%s is told that there is more", account)
		}
		step := a.did("looks over the home", err, a.titles(versions...)).wantShown(sees...)
		if len(step.entries) != len(everybody) {
			t.Errorf("%s: %d entries in the log, want one for each person: %+v", account, len(step.entries), step.entries)
		}
	}
	counts, err := w.as("manager").view().CountAcross(t.Context(), ask)
	if want := (record.Counted{Records: 3, People: 2}); err != nil || counts["note"] != want {
		t.Errorf("counted %+v, %v; want %+v", counts, err, want)
	}
	manager := w.as("manager")
	if some, more, err := manager.view().Across(t.Context(), access.AcrossQuery{Streams: everybody, Classes: []string{"note"}, Limit: 2}); err != nil || !more || len(some) != 2 {
		t.Errorf("a bounded list: %d, more: %v, %v", len(some), more, err)
	}
	manager.did("looks", nil, nil)
	past := manager.viewAt(access.At{Moment: record.Moment(3)})
	_, _, err = past.Across(t.Context(), ask)
	manager.did("looks back over the home", err, nil).want(standard.Invalid)
	_, _, err = manager.view().Across(t.Context(), access.AcrossQuery{Streams: everybody, Classes: []string{"nothing"}})
	manager.did("asks for what there is not", err, nil).want(standard.Invalid)
}

// TestAcrossAHomeKeepsAnAddress: of somebody whose address is restricted, whoever may not learn where they live is shown no placement, and everything else.
func TestAcrossAHomeKeepsAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hidden := w.register("Hidden", "Rose House")
	hidden.Changes[0].Content = []byte(`{"family":"Hidden","restricted":true}`)
	w.as("manager").commit(hidden).wantDone()
	w.as("manager").commit(w.register("Price", "Rose House")).wantDone()
	w.as("carer").commit(w.note("Hidden", "slept well", "")).wantDone()
	ask := access.AcrossQuery{Streams: []uuid.UUID{w.people["Hidden"], w.people["Price"]}, Classes: []string{"note", "placement"}}
	for account, placements := range map[string]int{"carer": 1, "manager": 2} {
		versions, _, err := w.as(account).view().Across(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		for _, v := range versions {
			count[v.Class]++
		}
		if count["placement"] != placements || count["note"] != 1 {
			t.Errorf("%s is shown %v", account, count)
		}
	}
}

// TestAcrossAHomeIsNoWayAround: whoever is let in to a part of a record is shown no more of it by asking about many people at once.
func TestAcrossAHomeIsNoWayAround(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, settings{policy: func(text string) string {
		return strings.Replace(text, "\nshown:\n", "\nshown:\n  - {role: care-assistant, roles: [placement]}\n", 1)
	}})
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("nurse").commit(w.note("Okafor", "plain", "")).wantDone()
	for account, classes := range map[string][]string{"carer": {"placement"}, "nurse": {"note", "placement"}} {
		versions, _, err := w.as(account).view().Across(t.Context(), access.AcrossQuery{Streams: []uuid.UUID{w.people["Okafor"]}, Classes: []string{"note", "placement"}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range versions {
			got = append(got, v.Class)
		}
		if slices.Sort(got); !slices.Equal(got, classes) {
			t.Errorf("%s is shown %v, want %v", account, got, classes)
		}
	}
}
