package installation_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/standard"
)

// TestALegalHoldHoldsBothRecordsOfAPerson: it was placed in one of them, and forbids to destroy a version in the other too.
func TestALegalHoldHoldsBothRecordsOfAPerson(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	twin := s.MoveIn("manager", s.Home, "Margaret", "Whitlok", "9990000034", "Room 9")
	_, id := s.corrected("zebrafinch")
	ask := access.Destroying{Stream: s.Person, Versions: []record.VersionID{id}, Basis: "another-person", Why: "It is about somebody else"}
	certificate, err := s.Session("manager").AskDestruction(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Session("manager").Link(t.Context(), access.Joining{A: s.Person, B: twin, Why: "Her daughter was asked", Differences: "One number was typed wrongly"}); err != nil {
		t.Fatal(err)
	}
	s.Write("manager", twin, "legal-hold", `{"why":"An inquest","from":"2026-03-16"}`)
	wantKindOf(t, s.second().ApproveDestruction(t.Context(), certificate, fixture.Password), standard.Conflict)
	_, err = s.Session("manager").AskDestruction(t.Context(), ask)
	wantKindOf(t, err, standard.Conflict)
}

// TestDestroyingOpensNothingToWhoWasShutOut: the last version alone says that somebody must not see the record; without it the first would be open to them.
func TestDestroyingOpensNothingToWhoWasShutOut(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	manager := s.Session("manager")
	note := s.note("manager", s.Person, "Money is missing")
	shut := fmt.Appendf(nil, `{"when":"2026-03-16T08:00:00+00:00","freeText":"zebrafinch","excludedViewer":[{"ref":%q}]}`, s.Workers["carer"])
	s.Commit("manager", &record.Proposal{Stream: s.Person, Changes: []record.ProposedChange{{Type: record.Modify, Record: note, Expected: 1, Content: shut}}})
	s.Commit("manager", &record.Proposal{Stream: s.Person, Changes: []record.ProposedChange{{Type: record.MarkError, Record: note, Expected: 2, Description: "About somebody else"}}})
	carerSees := func() bool {
		versions, err := s.view("carer").Versions(t.Context(), s.Person, note)
		return err == nil && len(versions) > 0
	}
	if carerSees() {
		t.Fatal("who is shut out sees the record before anything is destroyed")
	}
	version := func(n int) record.VersionID { return record.VersionID{Record: note, Number: n} }
	some := access.Destroying{Stream: s.Person, Versions: []record.VersionID{version(2), version(3)}, Basis: "another-person", Why: "It is about somebody else"}
	_, err := manager.AskDestruction(t.Context(), some)
	wantKindOf(t, err, standard.Invalid)
	some.Versions = append([]record.VersionID{version(1)}, some.Versions...)
	certificate, err := manager.AskDestruction(t.Context(), some)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.second().ApproveDestruction(t.Context(), certificate, fixture.Password); err != nil {
		t.Fatal(err)
	}
	if found := holds(t, s.Dir, "zebrafinch"); len(found) > 0 {
		t.Errorf("the words are still in %v", found)
	}
}

// TestTwoAccountsOfOnePersonAreOneWord: whoever asks with one account cannot approve with another of their own.
func TestTwoAccountsOfOnePersonAreOneWord(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	_, id := s.corrected("zebrafinch")
	certificate, err := s.Session("manager").AskDestruction(t.Context(), access.Destroying{Stream: s.Person, Versions: []record.VersionID{id}, Basis: "another-person", Why: "It is about somebody else"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Guard.CreateAccount(t.Context(), access.NewAccount{Account: "manager.too", Name: "The same", Password: fixture.Password, Role: "registered-manager",
		Worker: s.Workers["manager"], Places: []uuid.UUID{s.Home}}); err != nil {
		t.Fatal(err)
	}
	too, err := s.Guard.Session(t.Context(), "manager.too", access.Management)
	if err != nil {
		t.Fatal(err)
	}
	wantKindOf(t, too.ApproveDestruction(t.Context(), certificate, fixture.Password), standard.Forbidden)
	if d, err := too.Destruction(t.Context(), certificate); err != nil || !d.Own || d.Done() {
		t.Errorf("%+v, %v", d, err)
	}
	if len(holds(t, s.Dir, "zebrafinch")) == 0 {
		t.Error("one person alone has destroyed it")
	}
}

// TestOnlyWhoMayDestroyHolds: a legal hold is neither placed, nor ended, nor taken for an error by anybody else, who could make room for a destruction so.
func TestOnlyWhoMayDestroyHolds(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const hold, ended = `{"why":"An inquest","from":"2026-03-16"}`, `{"why":"An inquest","from":"2026-03-01","until":"2026-03-02"}`
	senior := s.Session("senior")
	_, err := senior.Commit(t.Context(), &record.Proposal{Stream: s.Person, Changes: []record.ProposedChange{{Type: record.Create, Class: "legal-hold", Content: []byte(hold)}}})
	wantKindOf(t, err, standard.Forbidden)
	placed := s.Write("manager", s.Person, "legal-hold", hold)
	for _, change := range []record.ProposedChange{
		{Type: record.Modify, Record: placed, Expected: 1, Content: []byte(ended)},
		{Type: record.MarkError, Record: placed, Expected: 1, Description: "A mistake"},
	} {
		_, err := senior.Commit(t.Context(), &record.Proposal{Stream: s.Person, Changes: []record.ProposedChange{change}})
		wantKindOf(t, err, standard.Forbidden)
	}
}

// fullTrail is the log of who saw what on a disk that is full.
type fullTrail struct{ access.Trail }

// Append refuses.
func (fullTrail) Append(context.Context, func(int64, record.Hash) access.Batch) error {
	return &standard.Fault{Kind: standard.Unavailable, Message: "The disk is full."}
}

// TestNothingIsDestroyedUnseen: where it cannot be written down who destroys, nothing is destroyed.
func TestNothingIsDestroyedUnseen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.second()
	_, id := s.corrected("zebrafinch")
	certificate, err := s.Session("manager").AskDestruction(t.Context(), access.Destroying{Stream: s.Person, Versions: []record.VersionID{id}, Basis: "another-person", Why: "It is about somebody else"})
	if err != nil {
		t.Fatal(err)
	}
	policy, policyErr := access.StandardPolicy()
	retention, retentionErr := access.StandardRetention()
	guard, err := access.New(access.Config{
		Catalogue: s.Catalogue, Recorder: s.Recorder, Log: s.Log, Register: s.Log, Accounts: s.Accounts, Trail: fullTrail{s.Accounts}, Passes: s.Accounts, Drafts: s.Drafts, Attachments: s.Attachments,
		Destroyer: s.Log, Retention: retention, Signer: s.Keys, Policy: policy, Now: s.Clock.Now, Zone: s.Zone, Logger: slog.New(slog.DiscardHandler),
	})
	if err = errors.Join(err, policyErr, retentionErr); err != nil {
		t.Fatal(err)
	}
	deputy, err := guard.Session(t.Context(), "deputy", access.Management)
	if err != nil {
		t.Fatal(err)
	}
	wantKindOf(t, deputy.ApproveDestruction(t.Context(), certificate, fixture.Password), standard.Unavailable)
	if d, err := s.Session("manager").Destruction(t.Context(), certificate); err != nil || d.Done() || len(holds(t, s.Dir, "zebrafinch")) == 0 {
		t.Errorf("destroyed unseen: %+v, %v", d, err)
	}
}
