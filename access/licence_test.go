package access_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
)

// narrow gives an actor's session, cut down to some scopes, and bound to a person.
func (a actor) narrow(scopes, person string) actor {
	a.w.t.Helper()
	all, _, problems := access.ParseScopes(scopes)
	if len(problems) > 0 {
		a.w.t.Fatal(problems)
	}
	l := access.Licence{Client: "tablet", Name: "Tablet", Scopes: all, Person: a.w.people[person]}
	s, err := a.session.Within(a.w.t.Context(), l, func(class string) string {
		if class == "placement" {
			return "" // a class that has no kind is never seen
		}
		return strings.ToUpper(class[:1]) + class[1:]
	})
	if err != nil {
		a.w.t.Fatal(err)
	}
	return actor{w: a.w, name: a.name + " by " + scopes, session: s}
}

// TestScopesCutWhatTheRoleAllows goes by each way to a record with scopes that leave it out, and with scopes that hold it.
func TestScopesCutWhatTheRoleAllows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("manager").commit(w.register("Marsh", "Rose House")).wantDone()
	w.as("manager").commit(w.register("Away", "Elm House"))
	receipt := w.as("carer").commit(w.note("Okafor", "ate well", "")).wantDone().receipt
	w.as("carer").commit(w.note("Marsh", "slept", "")).wantDone()
	ctx, okafor, rec := t.Context(), w.people["Okafor"], w.records["ate well"]

	ways := map[string]func(a actor) error{
		"record":   func(a actor) error { _, err := a.view().Record(ctx, okafor, rec); return err },
		"versions": func(a actor) error { _, err := a.view().Versions(ctx, okafor, rec); return err },
		"changes":  func(a actor) error { _, err := a.view().ChangeLog(ctx, okafor, rec); return err },
		"contribution": func(a actor) error {
			_, err := a.session.Contribution(ctx, receipt.Contribution)
			return err
		},
		"change": func(a actor) error {
			_, err := a.session.Commit(ctx, &record.Proposal{Stream: okafor, Changes: []record.ProposedChange{{Path: "/0", Type: record.Modify, Record: rec, Expected: 1, Content: []byte(`{"words":"x"}`)}}})
			return err
		},
	}
	for name, way := range ways {
		for _, scopes := range []string{"user/Person.cruds", "user/Note.cd", "system/Placement.cruds"} {
			if err := way(w.as("carer").narrow(scopes, "")); err == nil {
				t.Errorf("%s: shown by %s", name, scopes)
			}
		}
		for _, scopes := range []string{"patient/Note.cruds", "patient/*.cruds"} {
			if err := way(w.as("carer").narrow(scopes, "Marsh")); err == nil {
				t.Errorf("%s: shown to a token that is bound to somebody else, by %s", name, scopes)
			}
			if name != "change" {
				if err := way(w.as("carer").narrow(scopes, "Okafor")); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if err := way(w.as("elm-carer").narrow("user/*.cruds", "")); err == nil {
			t.Errorf("%s: scopes widened what a role allows", name)
		}
	}

	listed := func(a actor, person string) (classes []string) {
		versions, _, err := a.view().Records(ctx, access.RecordsQuery{Stream: w.people[person]})
		if err != nil {
			t.Error(a.name, err)
		}
		for _, v := range versions {
			classes = append(classes, v.Class)
		}
		return classes
	}
	if got := listed(w.as("carer").narrow("user/Note.rs", ""), "Okafor"); len(got) != 1 || got[0] != "note" {
		t.Error(got)
	}
	if got := listed(w.as("carer").narrow("user/Person.s", ""), "Okafor"); len(got) != 1 || got[0] != "person" {
		t.Error(got)
	}
	if _, _, err := w.as("carer").narrow("user/Note.c", "").view().Records(ctx, access.RecordsQuery{Stream: okafor}); err == nil {
		t.Error("records are listed by a token that may only write")
	}
	if counts, err := w.as("carer").narrow("user/Note.rs", "").view().Counts(ctx, okafor); err != nil || len(counts) != 1 || counts["note"] != 1 {
		t.Error(counts, err)
	}
	found, err := w.as("carer").narrow("user/Person.rs", "").view().Search(ctx, access.SearchQuery{Text: "ate"})
	if err != nil || len(found.Hits) != 0 {
		t.Error(found, err)
	}
	people, _, err := w.as("carer").narrow("patient/*.rs", "Okafor").view().People(ctx, access.PeopleQuery{})
	if err != nil || len(people) != 1 || people[0].UID != okafor {
		t.Error(people, err)
	}
	if _, _, err := w.as("carer").narrow("user/Note.rs", "").view().People(ctx, access.PeopleQuery{}); err == nil {
		t.Error("people are listed by a token that may not see who they are")
	}
	if versions, _, err := w.as("carer").narrow("user/Note.rs", "").view().Across(ctx, access.AcrossQuery{Streams: []uuid.UUID{okafor, w.people["Marsh"]}, Classes: []string{"note", "person"}}); err != nil || len(versions) != 2 {
		t.Error(versions, err)
	}

	w.as("carer").narrow("user/Note.rs", "").commit(w.note("Okafor", "a", "")).wantForbidden()
	w.as("carer").narrow("user/Note.cud", "").commit(w.note("Okafor", "b", "")).wantDone()
	w.as("carer").narrow("user/Note.c", "").commit(w.note("Okafor", "c", "")).wantDone()
	w.as("carer").narrow("patient/Note.c", "Marsh").commit(w.note("Okafor", "d", "")).wantDenied()
	w.as("manager").narrow("patient/*.cruds", "Marsh").commit(w.register("New", "Rose House")).wantForbidden()
	w.as("manager").narrow("user/Note.cruds", "").commit(w.register("New", "Rose House")).wantForbidden()
	for _, action := range []access.Action{access.ToDestroy, access.ToRatify, access.ToLink, access.ToManageAccounts, access.ToReadAccessLog, access.ToAttest} {
		if w.as("manager").narrow("user/Note.cruds", "").session.May(action) {
			t.Errorf("a client may %s", action)
		}
	}
	if !w.as("manager").narrow("user/AuditEvent.rs", "").session.May(access.ToReadAccessLog) {
		t.Error("the log of who saw what is shut to whoever has the scope for it")
	}
}

// TestABoundTokenNeedsAPerson: scopes about one person without a person open nothing.
func TestABoundTokenNeedsAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all, _, _ := access.ParseScopes("patient/*.rs")
	if _, err := w.as("manager").session.Within(t.Context(), access.Licence{Client: "x", Scopes: all}, func(string) string { return "Note" }); err == nil {
		t.Error("opened")
	}
}
