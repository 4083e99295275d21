package access_test

import (
	"errors"
	"slices"
	"testing"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// extracts gives a part of a person's record away, and shows what of it could be seen.
func (a actor) extracts(person string, e access.Extract) *step {
	a.w.t.Helper()
	var seen []*record.Version
	e.Plan = func(r *access.Reading) (int, error) {
		err := r.Contributions(a.w.t.Context(), func(s *record.Sealed) error {
			if s.Header != nil {
				return errors.New("the sealed bytes name what may not be seen")
			}
			seen = append(seen, s.Versions...)
			return nil
		})
		return len(seen), err
	}
	err := a.session.Extract(a.w.t.Context(), a.w.people[person], e)
	return a.did("extracts "+person, err, a.titles(seen...))
}

// TestAnExtractHoldsWhatItsGiverMaySee: it is refused to whoever may not export, nothing goes out that the giver could not list, and it stands in the log
// before anything leaves.
func TestAnExtractHoldsWhatItsGiverMaySee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carer, manager := w.as("carer"), w.as("manager")
	manager.commit(w.register("Okafor", "Rose House")).wantDone()
	carer.commit(w.note("Okafor", "slept well", "normal")).wantDone()
	carer.commit(w.note("Okafor", "about the manager", "confidential", "manager")).wantDone()
	carer.commit(w.note("Okafor", "will be about the manager", "normal")).wantDone()
	carer.changes(record.Modify, "Okafor", "slept well", 1, "slept badly").wantDone()
	left := 0
	give := access.Extract{To: "Elm House", Why: "moves there", What: "everything", Send: func() error { left++; return nil }}

	carer.extracts("Okafor", give).wantForbidden().wantLogged("extract refused")
	w.as("elm-carer").extracts("Okafor", give).wantDenied().wantLogged("extract refused")
	silent := give
	silent.Why = " "
	manager.extracts("Okafor", silent).want(standard.Invalid)
	if left != 0 {
		t.Fatalf("%d extracts left though they were refused", left)
	}
	s := manager.extracts("Okafor", give).wantDone().wantLogged("extract done")
	if left != 1 {
		t.Errorf("%d extracts left", left)
	}
	listed, _, err := manager.view().Records(t.Context(), access.RecordsQuery{Stream: w.people["Okafor"], Which: record.All, Errors: true})
	if err != nil {
		t.Fatal(err)
	}
	want := manager.titles(listed...)
	slices.Sort(want)
	got := slices.Sorted(slices.Values(s.names))
	if !slices.Equal(got, want) || slices.Contains(got, "about the manager") {
		t.Errorf("the extract holds %v; the giver may see %v", got, want)
	}
	entries, err := manager.session.AccessLog(t.Context(), w.people["Okafor"], 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	given := slices.IndexFunc(entries, func(e access.Entry) bool { return e.Action == "extract" && e.Outcome == access.Done })
	refused := slices.IndexFunc(entries, func(e access.Entry) bool {
		return e.Action == "extract" && e.Outcome == access.Refused && e.Worker == w.workers["carer"]
	})
	if given < 0 || entries[given].To != "Elm House" || entries[given].Why != "moves there" || entries[given].What != "everything" {
		t.Errorf("the log says %+v", entries)
	}
	if refused < 0 || entries[refused].What == "" || entries[refused].To != "Elm House" {
		t.Errorf("the log does not say why it was refused: %+v", entries)
	}
	manager.did("looks", nil, nil)
	manager.extracts("Okafor", access.Extract{}).wantDone().wantLogged("extract-preview done")
	if d, _ := manager.given("Okafor", "slept well", 0); !d.Some {
		t.Error("whoever corrects a record is not told of the extract")
	}
}
