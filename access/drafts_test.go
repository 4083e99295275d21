package access_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// draftOf begins a draft of a note about a person.
func (w *world) draftOf(person, words string) access.Draft {
	return access.Draft{
		DraftKey:     access.DraftKey{Stream: w.people[person], Form: "note", Record: uuid.Must(uuid.NewV7())},
		Contribution: uuid.Must(uuid.NewV7()), Body: []byte(words),
	}
}

func (a actor) keeps(d access.Draft, expected int) *step {
	a.w.t.Helper()
	_, err := a.session.KeepDraft(a.w.t.Context(), d, expected)
	return a.did("keeps a draft", err, nil)
}

func (a actor) kept(d access.Draft, expected int) access.Draft {
	a.w.t.Helper()
	kept, err := a.session.KeepDraft(a.w.t.Context(), d, expected)
	a.did("keeps a draft", err, nil).wantDone().wantLogged()
	return kept
}

func (a actor) opensDraft(d access.Draft) *step {
	a.w.t.Helper()
	got, err := a.session.Draft(a.w.t.Context(), d.DraftKey)
	return a.did("opens a draft", err, []string{string(got.Body)})
}

// drafts lists what the actor has not finished, as "form revision", and how many are hidden as "hidden n".
func (a actor) drafts(stream uuid.UUID) *step {
	a.w.t.Helper()
	list, hidden, err := a.session.Drafts(a.w.t.Context(), stream)
	var names []string
	for _, d := range list {
		names = append(names, d.Form+" "+strings.Repeat("I", d.Revision))
		if d.Body != nil || d.Account != a.name {
			a.w.t.Errorf("a list of drafts holds %+v", d)
		}
	}
	return a.did("lists drafts", err, append(names, strings.Repeat("hidden", hidden)))
}

// TestADraftIsItsOwnersAlone: it is kept with revisions, read by its owner only, and never lost to another window.
func TestADraftIsItsOwnersAlone(t *testing.T) {
	w := newWorld(t)
	w.as("senior").commit(w.register("Ellis", "Rose House")).wantDone()
	carer, senior := w.as("carer"), w.as("senior")
	first := carer.kept(w.draftOf("Ellis", "tea"), 0)
	if first.Revision != 1 || first.Begun.IsZero() || !first.Kept.Equal(first.Begun) {
		t.Errorf("kept as %+v", first)
	}
	next := first
	next.Body = []byte("tea and toast")
	second := carer.kept(next, 1)
	if second.Revision != 2 || !second.Begun.Equal(first.Begun) {
		t.Errorf("kept again as %+v", second)
	}
	if again := carer.kept(next, 1); again.Revision != 2 {
		t.Errorf("sent twice it is revision %d", again.Revision)
	}
	other := first
	other.Body = []byte("coffee")
	s := carer.keeps(other, 1).want(standard.Conflict)
	var fault *standard.Fault
	if errors.As(s.err, &fault); fault == nil {
		t.Fatal("no fault")
	}
	if there, ok := fault.Detail.(access.Draft); !ok || string(there.Body) != "tea and toast" || there.Revision != 2 {
		t.Errorf("the other side is %+v", fault.Detail)
	}
	carer.opensDraft(first).wantShown("tea and toast").wantLogged("draft done")
	carer.drafts(uuid.Nil).wantShown("note II", "").wantLogged("drafts done")
	carer.drafts(uuid.New()).wantShown("")

	senior.opensDraft(first).wantDenied()
	senior.drafts(uuid.Nil).wantShown("")
	if err := senior.session.DiscardDraft(t.Context(), first.DraftKey); err != nil {
		t.Fatal(err)
	}
	if n, err := carer.session.DraftCount(t.Context()); err != nil || n != 1 {
		t.Errorf("%d drafts, %v", n, err)
	}
	if err := carer.session.DiscardDraft(t.Context(), first.DraftKey); err != nil {
		t.Fatal(err)
	}
	carer.opensDraft(first).wantDenied()
}

// TestADraftOfSomebodyNotSeenAnyMore: it is kept and not shown, and comes back with the right to see the person.
func TestADraftOfSomebodyNotSeenAnyMore(t *testing.T) {
	w := newWorld(t)
	placed := w.as("senior").commit(w.register("Ellis", "Rose House")).wantDone().receipt.Changes[1].Version.Record
	mine := w.as("carer").kept(w.draftOf("Ellis", "tea"), 0)
	w.as("elm-carer").keeps(w.draftOf("Ellis", "gossip"), 0).wantDenied().wantLogged("keep-draft refused")
	w.as("inspector").keeps(w.draftOf("Ellis", "remark"), 0).wantForbidden()
	until := func(expected int, until string) *record.Proposal {
		return &record.Proposal{Stream: w.people["Ellis"], Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.Modify, Record: placed, Expected: expected,
			Content: fmt.Appendf(nil, `{"placedAt":{"ref":%q},"from":"2026-01-05"%s}`, w.places["Rose House"], until)}}}
	}
	w.as("senior").commit(until(1, `,"until":"2026-03-15"`)).wantDone()
	w.as("carer").drafts(uuid.Nil).wantShown("hidden").wantLogged()
	w.as("carer").opensDraft(mine).wantDenied().wantLogged("draft refused")
	w.as("manager").commit(until(2, "")).wantDone()
	w.as("carer").opensDraft(mine).wantShown("tea")
}

// TestADraftOfAHiddenRecord: what changes a record that its owner may not see any more is not shown either.
func TestADraftOfAHiddenRecord(t *testing.T) {
	w := newWorld(t)
	w.as("senior").commit(w.register("Ellis", "Rose House")).wantDone()
	w.as("manager").commit(w.note("Ellis", "secret", "confidential")).wantDone()
	d := w.draftOf("Ellis", "tea")
	d.Record = w.records["secret"]
	w.as("carer").keeps(d, 0).wantDenied()
	w.as("manager").keeps(d, 0).wantDone()
	w.as("manager").opensDraft(d).wantShown("tea")
}

// TestACommittedDraftIsNoDraftAnyMore: neither a late sending brings it back, nor does one stay that nobody discarded.
func TestACommittedDraftIsNoDraftAnyMore(t *testing.T) {
	w := newWorld(t)
	w.as("senior").commit(w.register("Ellis", "Rose House")).wantDone()
	carer := w.as("carer")
	early, late := w.draftOf("Ellis", "tea"), w.draftOf("Ellis", "toast")
	p, q := w.note("Ellis", "tea", ""), w.note("Ellis", "toast", "")
	p.ID, q.ID = early.Contribution, late.Contribution
	carer.keeps(early, 0).wantDone()
	carer.commit(p, q).wantDone()
	carer.keeps(late, 0).want(standard.Gone)
	carer.keeps(late, 7).want(standard.Gone)
	carer.drafts(uuid.Nil).wantShown("")
	if n, err := carer.session.DraftCount(t.Context()); err != nil || n != 0 {
		t.Errorf("%d drafts, %v", n, err)
	}
	carer.keeps(early, 0).want(standard.Gone)
	carer.opensDraft(early).wantDenied()
}

func TestADraftHasBounds(t *testing.T) {
	w := newWorld(t)
	w.as("senior").commit(w.register("Ellis", "Rose House")).wantDone()
	carer := w.as("carer")
	carer.keeps(w.draftOf("Ellis", strings.Repeat("x", access.MaxDraft+1)), 0).want(standard.TooLarge)
	carer.keeps(w.draftOf("Ellis", strings.Repeat("x", access.MaxDraft)), 0).wantDone()
	entry := access.Draft{DraftKey: access.DraftKey{Form: "worker"}, Body: []byte("x")}
	carer.keeps(entry, 0).wantForbidden()
	w.as("senior").keeps(entry, 0).wantDone()
	if got := w.as("senior").drafts(uuid.Nil).names; !slices.Equal(got, []string{"worker I", ""}) {
		t.Errorf("%q", got)
	}
}

// TestDraftsOfOneAccountHoldOnlySoMuchTogether: 64 MB, and then no more; what stands may still shrink, and nobody else is refused.
func TestDraftsOfOneAccountHoldOnlySoMuchTogether(t *testing.T) {
	w := newWorld(t)
	w.as("senior").commit(w.register("Ellis", "Rose House")).wantDone()
	carer, large := w.as("carer"), strings.Repeat("x", access.MaxDraft)
	small := w.draftOf("Ellis", "tea")
	carer.keeps(small, 0).wantDone()
	carer.keeps(w.draftOf("Ellis", "toast"), 0).wantDone()
	var last access.Draft
	for range access.MaxDraftBytes/access.MaxDraft - 1 {
		last = w.draftOf("Ellis", large)
		carer.keeps(last, 0).wantDone()
	}
	carer.keeps(w.draftOf("Ellis", large), 0).want(standard.TooLarge)
	small.Body = []byte(large)
	carer.keeps(small, 1).want(standard.TooLarge)
	last.Body = []byte(large[1:])
	carer.keeps(last, 1).wantDone()
	w.as("senior").keeps(w.draftOf("Ellis", large), 0).wantDone()
}

// TestDraftsOfADestroyedStreamAreForgotten with all others left.
func TestDraftsOfADestroyedStreamAreForgotten(t *testing.T) {
	w := newWorld(t)
	w.as("senior").commit(w.register("Ellis", "Rose House"), w.register("Pell", "Rose House")).wantDone()
	carer := w.as("carer")
	for _, name := range []string{"Ellis", "Ellis", "Pell"} {
		carer.keeps(w.draftOf(name, "tea"), 0).wantDone()
	}
	if err := w.drafts.Forget(t.Context(), w.people["Ellis"]); err != nil {
		t.Fatal(err)
	}
	if n, err := carer.session.DraftCount(t.Context()); err != nil || n != 1 {
		t.Errorf("%d drafts are left, %v", n, err)
	}
}
