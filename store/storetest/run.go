package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Run tries a store.
func Run(t *testing.T, open Open) {
	for _, test := range []struct {
		name string
		try  func(*testing.T, Open)
	}{
		{"append and read", appendAndRead}, {"as at", asAt}, {"conflict", conflict}, {"sent twice", sentTwice}, {"reused id", reusedID},
		{"batch", batch}, {"opening", opening}, {"naming", naming}, {"entered in error", enteredInError}, {"orders and pages", pages},
		{"happened between", between}, {"refused queries", refusedQueries}, {"references", references}, {"NHS number held", heldNumber}, {"taken id", takenID}, {"envelope", envelope}, {"said beside", saidBeside},
		{"moments", moments}, {"clock behind", clockBehind}, {"cancelled", cancelled},
		{"people", people}, {"people at a moment", peopleAsAt}, {"people in pages", peoplePages}, {"names", names}, {"facts", facts},
		{"rebuild", rebuild}, {"import", importing}, {"import refused", importRefused}, {"proofs", proofs},
		{"joined records", joined}, {"a version destroyed", versionDestroyed}, {"a record destroyed", recordDestroyed}, {"a record frozen", recordFrozen},
		{"destroyed without a certificate", destroyedWithout}, {"destroyed and imported", destroyedAndImported}, {"any destruction", anyDestruction},
		{"sixteen at once", sixteen}, {"scope is Allows", scopeIsAllows}, {"any interleaving", anyInterleaving},
	} {
		t.Run(test.name, func(t *testing.T) { test.try(t, open) })
	}
}

func wantKind(t *testing.T, err error, kind standard.Kind) *standard.Fault {
	t.Helper()
	if standard.KindOf(err) != kind {
		t.Fatalf("got error %v, want kind %s", err, kind)
	}
	var fault *standard.Fault
	if !errors.As(err, &fault) {
		t.Fatalf("%v is no fault", err)
	}
	if fault.Message == "" {
		t.Fatal("a fault without words")
	}
	return fault
}

func appendAndRead(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	p := Creating(ann, "note", `{"words":"Slept well.\nTwo lines, \"quotes\" and ünïcode.","on":"2026-03-15"}`)
	p.Changes = append(p.Changes, record.ProposedChange{
		Type: record.Create, Class: "sighting", Content: []byte(`{"words":"A bruise"}`), Sensitivity: "sensitive", Status: record.Incomplete, InformationProvider: "her son",
	})
	receipt := w.Do(p)
	if receipt.Moment != 2 || receipt.Repeated || len(receipt.Changes) != 2 {
		t.Fatalf("receipt %+v", receipt)
	}
	sealed, err := w.Store.Contribution(context.Background(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if sealed.Hash != receipt.Hash || sealed.Sequence != 2 || sealed.Moment != 2 || !sealed.Committed.Equal(receipt.Committed) || len(sealed.Versions) != 2 {
		t.Fatalf("contribution %+v", sealed)
	}
	note := w.List(record.Query{Stream: ann, Classes: []string{"note"}})[0]
	if !bytes.Equal(note.Body, sealed.Versions[0].Body) || note.Hash != sealed.Changes[0].Hash || note.Salt != sealed.Versions[0].Salt {
		t.Fatal("the bytes read are not the bytes written")
	}
	if note.Stream != ann || note.From != 2 || note.Until != record.Forever || note.Number != 1 || !note.Committed.Equal(receipt.Committed) ||
		note.Happened != time.Date(2026, 3, 15, 0, 0, 0, 0, time.UTC).Unix() {
		t.Fatalf("version %+v", note)
	}
	seen := w.List(record.Query{Stream: ann, Classes: []string{"sighting"}})[0]
	if seen.Status != record.Incomplete || seen.Sensitivity != record.Sensitive || seen.InformationProvider != "her son" {
		t.Fatalf("version %+v", seen)
	}
	counts, err := w.Store.Count(context.Background(), ann, 2, Everything())
	if err != nil || counts["note"] != 1 || counts["sighting"] != 1 || counts["person"] != 1 || len(counts) != 3 {
		t.Fatalf("counts %v, %v", counts, err)
	}
	_, err = w.Store.Contribution(context.Background(), NewID())
	wantKind(t, err, standard.NotFound)
	_, err = w.Store.Stream(context.Background(), NewID())
	wantKind(t, err, standard.NotFound)
	w.Verify()
}

func asAt(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	note := w.Note(ann, "one", "2026-03-01")
	w.Do(Changing(ann, note, 1, NoteOf("two", "2026-03-02")))
	w.Do(Changing(ann, note, 2, NoteOf("three", "2026-03-03")))
	for at, want := range map[record.Moment]string{1: "", 2: "one", 3: "two", 4: "three", 99: "three"} {
		got := w.List(record.Query{Stream: ann, Classes: []string{"note"}, At: at})
		if want == "" {
			if len(got) != 0 {
				t.Errorf("at %d: %d versions", at, len(got))
			}
			continue
		}
		if len(got) != 1 || !strings.Contains(string(got[0].Content), want) || !got[0].CurrentAt(at) {
			t.Errorf("at %d: %v, want %s", at, got, want)
		}
	}
	all := w.List(record.Query{Stream: ann, Record: note, Which: record.All, Order: record.NumberAsc, At: 3})
	if len(all) != 2 || all[0].Until != 3 || all[1].From != 3 || all[1].Until != 4 {
		t.Fatalf("versions up to moment 3: %+v", all)
	}
	changes, err := w.Store.Changes(context.Background(), 3, record.One{Stream: ann, Record: note})
	if err != nil || len(changes) != 2 || changes[0].Moment != 2 || changes[1].Moment != 3 {
		t.Fatalf("changes %+v, %v", changes, err)
	}
}

func conflict(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	note := w.Note(ann, "one", "")
	w.Do(Changing(ann, note, 1, NoteOf("two", "")))
	before := w.Head()
	_, err := w.Commit(context.Background(), w.By, Changing(ann, note, 1, NoteOf("three", "")))
	fault := wantKind(t, err, standard.Conflict)
	stands, ok := fault.Detail.([]*record.Version)
	if !ok || len(stands) != 1 || stands[0].Number != 2 || !strings.Contains(string(stands[0].Content), "two") {
		t.Fatalf("detail %+v", fault.Detail)
	}
	again := Creating(ann, "note", NoteOf("again", ""))
	again.Changes[0].Record = note
	_, err = w.Commit(context.Background(), w.By, again)
	wantKind(t, err, standard.Conflict)
	if w.Head() != before {
		t.Fatal("a refused commit moved the log")
	}
}

func sentTwice(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	note := w.Note(ann, "one", "")
	p := Changing(ann, note, 1, NoteOf("two", ""))
	first := w.Do(p)
	w.Do(Changing(ann, note, 2, NoteOf("three", "")))
	second := w.Do(p)
	if !second.Repeated || second.Moment != first.Moment || second.Hash != first.Hash || !second.Committed.Equal(first.Committed) {
		t.Fatalf("second answer %+v, first %+v", second, first)
	}
	prepared := w.prepared(Creating(ann, "note", NoteOf("four", "")))
	for want := range 2 { // the store decides too: two sendings may pass the recorder at once
		receipts, err := w.Store.Append(context.Background(), []*record.Prepared{prepared})
		if err != nil || receipts[0].Repeated != (want == 1) || receipts[0].Moment != 5 {
			t.Fatalf("sending %d: %+v, %v", want+1, receipts, err)
		}
	}
	w.Verify()
}

func reusedID(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	p := Creating(ann, "note", NoteOf("one", ""))
	w.Do(p)
	other := *p
	other.Description = "something else"
	_, err := w.Commit(context.Background(), w.By, &other)
	wantKind(t, err, standard.Reused)
	prepared := w.prepared(Creating(ann, "note", NoteOf("two", "")))
	prepared.ID = p.ID
	_, err = w.Store.Append(context.Background(), []*record.Prepared{prepared})
	wantKind(t, err, standard.Reused)
	prepared = w.prepared(p)
	prepared.Committer.Account = "other"
	_, err = w.Store.Append(context.Background(), []*record.Prepared{prepared})
	wantKind(t, err, standard.Reused)
}

// prepared prepares a proposal by a recorder whose log only catches it.
func (w *World) prepared(p *record.Proposal) *record.Prepared {
	w.T.Helper()
	c := &catcher{Log: w.Store}
	r := *w.Recorder
	r.Log = c
	if _, err := r.Commit(context.Background(), w.By, p); err != nil {
		w.T.Fatal(err)
	}
	return c.caught
}

// catcher is a log that appends nothing and knows no contribution.
type catcher struct {
	record.Log
	caught *record.Prepared
}

func (c *catcher) Append(_ context.Context, batch []*record.Prepared) ([]record.Receipt, error) {
	c.caught = batch[0]
	return make([]record.Receipt, len(batch)), nil
}

func (c *catcher) Contribution(context.Context, uuid.UUID) (*record.Sealed, error) {
	return nil, &standard.Fault{Kind: standard.NotFound, Message: "none"}
}

func batch(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann, ben := w.Person("Ann", "Price"), w.Person("Ben", "Okoro")
	note := w.Note(ben, "one", "")
	good, bad := Creating(ann, "note", NoteOf("tea", "")), Changing(ben, note, 1, NoteOf("two", ""))
	w.Do(Changing(ben, note, 1, NoteOf("quicker", "")))
	stale := w.prepared(Creating(ann, "note", NoteOf("tea", "")))
	head := w.Head()
	if _, err := w.Commit(context.Background(), w.By, good, bad); standard.KindOf(err) != standard.Conflict {
		t.Fatalf("got %v", err)
	}
	racing := w.prepared(Changing(ben, note, 2, NoteOf("three", "")))
	w.Do(Changing(ben, note, 2, NoteOf("quicker again", "")))
	_, err := w.Store.Append(context.Background(), []*record.Prepared{stale, racing})
	wantKind(t, err, standard.Conflict)
	if w.Head() != head+1 {
		t.Fatal("part of a refused batch was kept")
	}
	if _, err := w.Store.Contribution(context.Background(), stale.ID); standard.KindOf(err) != standard.NotFound {
		t.Fatalf("part of a refused batch was kept: %v", err)
	}
	// One batch may build on itself, and repeat what was sent before.
	next := w.prepared(Creating(ben, "note", NoteOf("of ben", "")))
	receipts, err := w.Store.Append(context.Background(), []*record.Prepared{stale, next, w.prepared(Creating(ann, "note", NoteOf("more", ""))), stale})
	if err != nil || len(receipts) != 4 || receipts[0].Moment+2 != receipts[2].Moment || !receipts[3].Repeated || receipts[3].Hash != receipts[0].Hash {
		t.Fatalf("receipts %+v, %v", receipts, err)
	}
	w.Verify()
}

func opening(t *testing.T, open Open) {
	w := NewWorld(t, open)
	p := w.prepared(Opening(standard.PersonStream, "person", `{"given":"Ann","family":"Price"}`))
	if _, err := w.Store.Append(context.Background(), []*record.Prepared{p}); err != nil {
		t.Fatal(err)
	}
	twin := w.prepared(Opening(standard.PersonStream, "person", `{"given":"Ann","family":"Price"}`))
	twin.Stream = p.Stream
	_, err := w.Store.Append(context.Background(), []*record.Prepared{twin})
	fault := wantKind(t, err, standard.Invalid)
	if len(fault.Problems) != 1 || fault.Problems[0].Rule != "stream-exists" {
		t.Fatalf("problems %+v", fault.Problems)
	}
	lost := w.prepared(Creating(p.Stream, "note", NoteOf("one", "")))
	lost.Stream = NewID()
	_, err = w.Store.Append(context.Background(), []*record.Prepared{lost})
	wantKind(t, err, standard.NotFound)
	info, err := w.Store.Stream(context.Background(), p.Stream)
	if err != nil || info.Kind != standard.PersonStream || info.Class != "person" || info.Sequence != 1 || info.Last != 1 || info.Hash.IsZero() {
		t.Fatalf("stream %+v, %v", info, err)
	}
}

func naming(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	note, other := w.Note(ann, "one", ""), w.Note(ann, "another", "")
	receipt := w.Do(&record.Proposal{ID: NewID(), Stream: ann, Changes: []record.ProposedChange{
		{Type: record.Ratify, Record: note, Expected: 1, Description: "read and accepted"},
	}})
	got := w.List(record.Query{Stream: ann, Record: note, Which: record.All, Order: record.NumberAsc})
	if len(got) != 1 || got[0].Until != record.Forever {
		t.Fatal("naming a version made one")
	}
	changes, err := w.Store.Changes(context.Background(), w.Head(), record.One{Stream: ann, Record: note})
	if err != nil || len(changes) != 2 || changes[1].ID != receipt.Contribution || changes[1].Changes[0].Type != record.Ratify {
		t.Fatalf("changes %+v, %v", changes, err)
	}
	if changes, err = w.Store.Changes(context.Background(), w.Head(), record.One{Stream: ann, Record: other}); err != nil || len(changes) != 1 {
		t.Fatalf("changes of another record %+v, %v", changes, err)
	}
	both, err := w.Store.Changes(context.Background(), w.Head(), record.One{Stream: ann, Record: other}, record.One{Stream: ann, Record: note}, record.One{Stream: other, Record: note})
	if err != nil || len(both) < 2 || !slices.IsSortedFunc(both, func(a, b *record.Contribution) int { return int(a.Moment - b.Moment) }) {
		t.Fatalf("changes of several records %+v, %v", both, err)
	}
	if none, err := w.Store.Changes(context.Background(), w.Head()); err != nil || len(none) != 0 {
		t.Fatalf("changes of no record %+v, %v", none, err)
	}
	w.Verify()
}

func enteredInError(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	note := w.Note(ann, "one", "")
	w.Do(Erring(ann, note, 1))
	q := record.Query{Stream: ann, Classes: []string{"note"}}
	for _, which := range []record.Which{record.Current, record.All} {
		q.Which, q.Errors = which, false
		if got := w.List(q); len(got) != 0 {
			t.Errorf("selection %d shows %d versions of a record entered in error", which, len(got))
		}
		q.Errors = true
		if got := w.List(q); len(got) != int(which)+1 || got[0].Status != record.EnteredInError {
			t.Errorf("selection %d with errors: %d versions", which, len(got))
		}
	}
	q.Errors, q.Which, q.At = false, record.All, 2
	if got := w.List(q); len(got) != 1 {
		t.Error("before it was found to be an error it stood")
	}
	counts, err := w.Store.Count(context.Background(), ann, w.Head(), Everything())
	if err != nil || counts["note"] != 0 {
		t.Errorf("counts %v, %v", counts, err)
	}
	w.Do(Erring(ann, ann, 1))
	for at, want := range map[record.Moment]int{2: 2, w.Head(): 0} {
		counts, err := w.Store.Count(context.Background(), ann, at, Everything())
		if err != nil || len(counts) != want {
			t.Errorf("everything of the record is in error by now: at %d it counts %v, %v", at, counts, err)
		}
	}
	late := w.prepared(Creating(ann, "note", NoteOf("two", "")))
	late.Versions[0].Record, late.Versions[0].Number, late.Changes[0].Version = note, 3, record.VersionID{Record: note, System: System, Number: 3}
	late.Changes[0].Type = record.Modify
	_, err = w.Store.Append(context.Background(), []*record.Prepared{late})
	wantKind(t, err, standard.Conflict)
}
