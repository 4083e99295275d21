package installation_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// TestADraftKeepsNothingThatWasDestroyed: somebody had begun to correct the entry, so that its words stand in what they had typed; others have not.
func TestADraftKeepsNothingThatWasDestroyed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	carer := s.Session("carer")
	note, id := s.corrected("zebrafinch, said of somebody else")
	other := s.note("carer", s.Person, "Had tea")
	for _, rec := range []uuid.UUID{note, other} {
		words := "freeText=Had+tea"
		if rec == note {
			words = "freeText=zebrafinch%2C+said+of+somebody+else"
		}
		if _, err := carer.KeepDraft(t.Context(), access.Draft{DraftKey: access.DraftKey{Stream: s.Person, Form: "change/daily-note", Record: rec}, Body: []byte(words)}, 0); err != nil {
			t.Fatal(err)
		}
	}
	certificate, err := s.Session("manager").AskDestruction(t.Context(), access.Destroying{Stream: s.Person, Versions: []record.VersionID{id}, Basis: "another-person", Why: "About somebody else"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.second().ApproveDestruction(t.Context(), certificate, fixture.Password); err != nil {
		t.Fatal(err)
	}
	if found := holds(t, s.Dir, "zebrafinch"); len(found) > 0 {
		t.Errorf("the words are still in %v", found)
	}
	if list, hidden, err := carer.Drafts(t.Context(), s.Person); err != nil || len(list) != 1 || list[0].Record != other || hidden != 0 {
		t.Errorf("of what was not finished %+v and %d hidden are left, %v", list, hidden, err)
	}
}

// typing keeps a draft at the last instant at which its person is still there: when all else has been told to forget.
type typing struct{ keep func() }

// Forget implements access.Forgetter.
func (t typing) Forget(context.Context, uuid.UUID, []record.DestroyedVersion) error {
	t.keep()
	return nil
}

// TestADraftThatComesLateIsForgottenToo: somebody types while the record is being destroyed.
func TestADraftThatComesLateIsForgottenToo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.second()
	policy, err := access.StandardPolicy()
	if err != nil {
		t.Fatal(err)
	}
	retention, err := access.StandardRetention()
	if err != nil {
		t.Fatal(err)
	}
	late := typing{func() {
		draft := access.Draft{DraftKey: access.DraftKey{Stream: s.Person, Form: "new/daily-note", Record: uuid.Must(uuid.NewV7())}, Body: []byte("freeText=zebrafinch")}
		if _, err := s.Session("carer").KeepDraft(t.Context(), draft, 0); err != nil {
			t.Error(err)
		}
	}}
	guard, err := access.New(access.Config{
		Catalogue: s.Catalogue, Recorder: s.Recorder, Log: s.Log, Register: s.Log, Accounts: s.Accounts, Trail: s.Accounts, Passes: s.Accounts, Drafts: s.Drafts, Attachments: s.Attachments,
		Destroyer: s.Log, Retention: retention, Forgetters: []access.Forgetter{late}, Signer: s.Keys, Policy: policy, Now: s.Clock.Now, Zone: s.Zone,
	})
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := s.Session("manager").AskDestruction(t.Context(), access.Destroying{Stream: s.Person, Basis: "court-order", Why: "Ordered"})
	if err != nil {
		t.Fatal(err)
	}
	deputy, err := guard.Session(t.Context(), "deputy", access.Management)
	if err != nil {
		t.Fatal(err)
	}
	if err := deputy.ApproveDestruction(t.Context(), certificate, fixture.Password); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Drafts.List(t.Context(), "carer", s.Person); err != nil || len(list) > 0 {
		t.Errorf("left of a destroyed record: %+v, %v", list, err)
	}
	if found := holds(t, s.Dir, "zebrafinch"); len(found) > 0 {
		t.Errorf("the words are still in %v", found)
	}
}
