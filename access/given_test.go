package access_test

import (
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// changes writes the next version of a record.
func (a actor) changes(how record.ChangeType, person, name string, expected int, words string) *step {
	a.w.t.Helper()
	ch := record.ProposedChange{Path: "/changes/0", Type: how, Record: a.w.records[name], Expected: expected, Description: "It was the left one", Content: []byte(`{"words":"` + words + `"}`)}
	if how == record.MarkError {
		ch.Content = nil
	}
	return a.commit(&record.Proposal{Stream: a.w.people[person], Changes: []record.ProposedChange{ch}})
}

// exports takes a person's record out for somebody.
func (a actor) exports(person, to string) *step {
	a.w.t.Helper()
	err := a.session.Export(a.w.t.Context(), a.w.people[person], 0, access.Export{To: to, Why: "Asked for by telephone", Contribution: func(*record.Sealed) error { return nil }})
	return a.did("exports "+person, err, nil)
}

// given asks who was given a record. Each is shown as who it went to, the version and whether that is wrong now.
func (a actor) given(person, name string, number int) (*access.Disclosures, *step) {
	a.w.t.Helper()
	d, err := a.session.DisclosuresOf(a.w.t.Context(), a.w.people[person], a.w.records[name], number)
	var names []string
	if d != nil {
		for _, one := range d.List {
			words := one.To + " " + string(rune('0'+one.Number))
			if one.Action == access.ByWord {
				words = one.Why + " " + string(rune('0'+one.Number))
			}
			if one.Wrong {
				words += " wrong"
			}
			names = append(names, words)
		}
	}
	return d, a.did("asks who was given "+name, err, names)
}

func (a actor) tells(person, name string, number int, words string) *step {
	a.w.t.Helper()
	_, err := a.session.Tell(a.w.t.Context(), uuid.Must(uuid.NewV7()), a.w.people[person], a.w.records[name], number, words)
	return a.did("tells", err, nil)
}

// TestACorrectionSaysWhoMustBeTold: whoever was given what was wrong is listed, with who gave it, when, why and to whom; whoever may not know that learns
// that the manager must be told; and that somebody was told is kept with the record.
func TestACorrectionSaysWhoMustBeTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carer, manager := w.as("carer"), w.as("manager")
	manager.commit(w.register("Okafor", "Rose House")).wantDone()
	manager.exports("Okafor", "Too early").wantDone().wantLogged("export done")
	carer.commit(w.note("Okafor", "fell", "normal")).wantDone()
	d, s := carer.given("Okafor", "fell", 0)
	if s.wantShown().wantLogged("disclosures done"); d.Some || d.MustTell || d.Corrected != 0 || d.Known {
		t.Errorf("before anything went out: %+v", d)
	}
	manager.exports("Okafor", "The hospital").wantDone()
	carer.changes(record.Modify, "Okafor", "fell", 1, "fell, and is better").wantDone()
	manager.exports("Okafor", "Dr Khan").wantDone()
	w.as("senior").did("exports", w.as("senior").session.Export(t.Context(), w.people["Okafor"], 0, access.Export{}), nil).wantForbidden().wantLogged("export refused")
	d, s = manager.given("Okafor", "fell", 0)
	if s.wantShown("Dr Khan 2", "The hospital 1"); d.MustTell || !d.Some {
		t.Errorf("before the correction: %+v", d)
	}
	carer.changes(record.Correct, "Okafor", "fell", 2, "fell on the left").wantDone()
	manager.exports("Okafor", "Her daughter").wantDone()

	d, s = carer.given("Okafor", "fell", 0)
	s.wantShown().wantLogged("disclosures done")
	if d.Known || !d.Some || !d.MustTell || d.Corrected != 3 || d.Latest != 3 {
		t.Errorf("a carer who corrected is told %+v", d)
	}
	d, s = manager.given("Okafor", "fell", 0)
	s.wantShown("Her daughter 3", "Dr Khan 2 wrong", "The hospital 1 wrong").wantLogged("disclosures done")
	if first := d.List[1]; first.Account != "manager" || first.Why != "Asked for by telephone" || first.Role != "registered-manager" || first.Action != "export" || first.ID == 0 || !d.Known {
		t.Errorf("who gave it to Dr Khan: %+v", first)
	}
	_, s = manager.given("Okafor", "fell", 2)
	s.wantShown("Her daughter 3", "Dr Khan 2 wrong")
	_, s = manager.given("Okafor", "fell", 3)
	s.wantShown("Her daughter 3")

	carer.tells("Okafor", "fell", 3, "  ").want(standard.Invalid).wantLogged()
	carer.tells("Okafor", "fell", 3, "Rang Dr Khan").wantDone()
	_, s = carer.given("Okafor", "fell", 0)
	s.wantShown("Rang Dr Khan 3")
	// What was told is itself corrected: whoever was told must be told again.
	carer.changes(record.MarkError, "Okafor", "fell", 3, "").wantDone()
	_, s = manager.given("Okafor", "fell", 0)
	s.wantShown("Rang Dr Khan 3 wrong", "Her daughter 3 wrong", "Dr Khan 2 wrong", "The hospital 1 wrong")
	log := must[[]access.LogEntry](t)(manager.view().ChangeLog(t.Context(), w.people["Okafor"], w.records["fell"]))
	if told := log[3]; told.Change.Type != record.Disclose || told.Change.Version.Number != 3 || told.Change.Description != "Rang Dr Khan" {
		t.Errorf("the change log says %+v", told.Change)
	}
}

// TestWhoWasGivenWhatMayNotBeSeen: what somebody may not read has no list either, and leaves the same traces.
func TestWhoWasGivenWhatMayNotBeSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	manager := w.as("manager")
	manager.commit(w.register("Okafor", "Rose House"), w.register("Ahmed", "Rose House")).wantDone()
	manager.commit(w.note("Okafor", "concern", "confidential")).wantDone()
	manager.exports("Okafor", "The police").wantDone()
	for _, account := range []string{"carer", "elm-manager", "admin"} {
		_, s := w.as(account).given("Okafor", "concern", 0)
		s.wantDenied().wantLogged("disclosures refused")
	}
	if s := w.as("carer").tells("Okafor", "concern", 1, "Rang"); ruleOf(s.err) != "unknown-record" {
		t.Errorf("noting about what cannot be read: %v", s.err)
	}
	_, s := manager.given("Okafor", "concern", 2)
	s.wantDenied()
	_, s = w.as("inspector").given("Okafor", "concern", 1)
	s.wantShown("The police 1")
	w.records["elsewhere"] = w.people["Ahmed"]
	_, s = manager.given("Ahmed", "elsewhere", 0)
	s.wantShown()
	if err := manager.session.Export(t.Context(), w.people["Okafor"], 0, access.Export{To: "two\nlines"}); standard.KindOf(err) != standard.Invalid {
		t.Errorf("two lines to whom: %v", err)
	}
}

// TestWhatTheOperatorTakesOut is a disclosure too: of one person, and of everything.
func TestWhatTheOperatorTakesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	manager := w.as("manager")
	manager.commit(w.register("Okafor", "Rose House")).wantDone()
	manager.commit(w.note("Okafor", "fell", "normal")).wantDone()
	head := manager.view().Moment()
	for _, streams := range [][]uuid.UUID{nil, {w.people["Okafor"]}, {w.places["Elm House"]}} {
		if err := w.guard.OperatorExports(t.Context(), streams, head); err != nil {
			t.Fatal(err)
		}
	}
	w.as("manager").did("", nil, nil).wantLogged("export done", "export done", "export done")
	d, _ := manager.given("Okafor", "fell", 0)
	if len(d.List) != 2 || d.List[0].Account != "" || d.List[0].Purpose != access.Administration {
		t.Errorf("the operator took out %+v", d.List)
	}
}
