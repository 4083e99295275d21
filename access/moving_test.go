package access_test

import (
	"fmt"
	"strings"
	"testing"

	"rosemary/record"
	"rosemary/standard"
)

// TestNobodyIsMovedAway: a placement is written by who may register people, and its place never changes: a move ends it and writes another, so that the home
// that cared for a person keeps what it answers for.
func TestNobodyIsMovedAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	placed := w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone().receipt.Changes[1].Version.Record
	person := w.people["Okafor"]
	expected := 1
	change := func(place, rest string) *record.Proposal {
		return &record.Proposal{Stream: person, Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.Modify, Record: placed, Expected: expected,
			Content: fmt.Appendf(nil, `{"placedAt":{"ref":%q}%s}`, w.places[place], rest)}}}
	}
	moved := &record.Proposal{Stream: person, Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.Create, Class: "placement",
		Content: fmt.Appendf(nil, `{"placedAt":{"ref":%q},"from":"2026-03-17"}`, w.places["Elm House"])}}}
	wrong := &record.Proposal{Stream: person, Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.MarkError, Record: placed, Expected: 1, Description: "a slip"}}}

	for _, p := range []*record.Proposal{change("Elm House", ""), change("Rose House", `,"room":"Room 8"`), moved, wrong} {
		s := w.as("carer").commit(p).wantForbidden().wantLogged("commit refused")
		if f, ok := asFault(s.err); !ok || !strings.Contains(f.Hint, "senior carer") {
			t.Errorf("a care assistant is told %v", s.err)
		}
	}
	for _, account := range []string{"senior", "nurse", "manager"} {
		for _, p := range []*record.Proposal{change("Elm House", ""), {Stream: person, Changes: []record.ProposedChange{{
			Path: "/changes/0", Type: record.Modify, Record: placed, Expected: expected, Status: record.Incomplete, Content: []byte(`{"room":"Room 7"}`),
		}}}} {
			s := w.as(account).commit(p).want(standard.Invalid)
			if ruleOf(s.err) != "place-stays" || !strings.Contains(messageOf(s.err), "new placement") {
				t.Errorf("%s moves a placement: %v", account, s.err)
			}
		}
		w.as(account).commit(change("Rose House", `,"room":"Room 8"`)).wantDone()
		expected++
	}
	w.as("senior").commit(change("Rose House", `,"room":"Room 8","until":"2026-03-16"`)).wantDone()
	w.as("senior").commit(moved).wantDone()
	w.now = w.now.AddDate(0, 0, 1)
	w.as("manager").seesPerson("Okafor").wantShown("Okafor", "Elm House", "")
	w.as("senior").seesPerson("Okafor").wantDone()
	w.as("carer").seesPerson("Okafor").wantDenied()
	w.as("elm-carer").seesPerson("Okafor").wantDone()
}
