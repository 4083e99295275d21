package access_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
)

// TestALiftedExclusionKeepsThePastShut: a version stays hidden from whom it names, by every way in, though a later one names nobody; and one that
// names nobody is hidden while the one that is current today does.
func TestALiftedExclusionKeepsThePastShut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	first := w.as("carer").commit(w.note("Okafor", "about the nurse", "", "nurse")).wantDone().receipt
	ctx, stream, rec := t.Context(), w.people["Okafor"], w.records["about the nurse"]
	signed := must[record.Receipt](t)(w.as("manager").session.Attest(ctx, stream, rec, 1, "I have looked into the nurse", password))
	before := w.as("manager").view().Moment()
	change := func(expected int, content string) record.Receipt {
		return w.as("manager").commit(&record.Proposal{Stream: stream, Changes: []record.ProposedChange{{
			Type: record.Correct, Record: rec, Expected: expected, Description: "settled", Content: []byte(content),
		}}}).wantDone().receipt
	}
	second := change(1, `{"words":"settled"}`)

	for account, sees := range map[string][]string{"nurse": {"settled"}, "manager": {"about the nurse", "settled"}} {
		a := w.as(account)
		notes := access.RecordsQuery{Stream: stream, Classes: []string{"note"}, Which: record.All}
		versions, err := a.view().Versions(ctx, stream, rec)
		a.did("asks for versions", err, a.titles(versions...)).wantShown(sees...)
		a.records(a.view(), notes).wantShown(sees...)
		past := a.viewAt(access.At{Moment: before})
		notes.Which = record.Current
		a.records(past, notes).wantShown(sees[:len(sees)-1]...)
		names := must[map[uuid.UUID]string](t)(past.Names(ctx, stream, []uuid.UUID{rec}))
		counts := must[map[string]int](t)(past.Counts(ctx, stream))
		if len(names) != len(sees)-1 || counts["note"] != len(sees)-1 {
			t.Errorf("%s is told %v and counts %v in the past", account, names, counts)
		}
		log := must[[]access.LogEntry](t)(a.view().ChangeLog(ctx, stream, rec))
		if len(log) != 2*len(sees)-1 { // each version, and what was signed
			t.Errorf("%s is told of %d changes", account, len(log))
		}
		for _, e := range log {
			if account == "nurse" && e.Change.Version.Number == 1 {
				t.Errorf("the nurse is told of %+v", e.Change)
			}
		}
		a.did("looks", nil, nil)
		for _, r := range []record.Receipt{first, signed} {
			_, err := a.session.Contribution(ctx, r.Contribution)
			if s := a.did("fetches a contribution", err, nil); account == "nurse" {
				s.wantDenied()
			} else {
				s.wantDone()
			}
		}
		_, err = a.session.Contribution(ctx, second.Contribution)
		a.did("fetches the last contribution", err, nil).wantDone()
	}
	contributions, _, err := w.as("nurse").view().Contributions(ctx, stream, 0, 0)
	if err != nil || slices.ContainsFunc(contributions, func(c *record.Contribution) bool { return c.ID == first.Contribution || c.ID == signed.Contribution }) {
		t.Errorf("the nurse is told of %d contributions, %v", len(contributions), err)
	}

	change(2, fmt.Sprintf(`{"words":"opened again","notFor":[{"ref":%q}]}`, w.workers["nurse"]))
	n := w.as("nurse")
	_, err = n.view().Versions(ctx, stream, rec)
	n.did("asks for versions", err, nil).wantDenied()
	n.records(n.view(), access.RecordsQuery{Stream: stream, Classes: []string{"note"}, Which: record.All}).wantShown()
	_, err = n.session.Contribution(ctx, second.Contribution)
	n.did("fetches the contribution that named nobody", err, nil).wantDenied()
}
