package storetest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// busyHome fills a store with a bit of everything.
func busyHome(w *World) (ann uuid.UUID) {
	oak, rosa := w.Home("Oak House"), w.Worker("Rosa", "Lind")
	ann = w.Person("Ann", "Price", `"nhs":"9990000018"`)
	placement := w.Place(ann, oak, "2026-01-01", "", "12")
	w.Do(Changing(ann, placement, 1, PlacementOf(oak, "2026-01-01", "2026-04-01", "14")))
	w.Do(Creating(ann, "looks-after", object(`"worker":`+Ref(rosa))))
	note := w.Note(ann, "one", "2026-03-01")
	w.Do(Changing(ann, note, 1, NoteOf("two", "2026-03-02", rosa)))
	w.Do(&record.Proposal{ID: NewID(), Stream: ann, Changes: []record.ProposedChange{{Type: record.Disclose, Record: note, Expected: 2}}})
	wrong := w.Note(ann, "wrong", "")
	w.Do(Erring(ann, wrong, 1))
	w.Do(Changing(oak, oak, 1, `{"name":"Old Oak"}`))
	ben := w.Person("Ben", "Okoro")
	w.Do(Erring(ben, ben, 1))
	return ann
}

func rebuild(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := busyHome(w)
	before := w.List(record.Query{Stream: ann, Which: record.All, Errors: true})
	var done, total int64
	err := w.Store.Rebuild(context.Background(), func(d, t int64) { done, total = d, t })
	if err != nil || done != int64(w.Head()) || total != done {
		t.Fatalf("rebuilt %d of %d, %v", done, total, err)
	}
	after := w.List(record.Query{Stream: ann, Which: record.All, Errors: true})
	if len(before) != len(after) || len(before) < 6 {
		t.Fatalf("%d versions before, %d after", len(before), len(after))
	}
	for i := range before {
		if fmt.Sprint(*before[i]) != fmt.Sprint(*after[i]) {
			t.Fatalf("version %d differs:\n%+v\n%+v", i, before[i], after[i])
		}
	}
	w.wantListed("after rebuilding", access.Selection{}, "Ann")
	w.Note(ann, "and it goes on", "")
	w.Verify()
}

// importing takes one store's contributions into another, in moment order, and finds the same bytes and times there.
func importing(t *testing.T, open Open) {
	from := NewWorld(t, open)
	busyHome(from)
	setup := NewSetup(t)
	setup.System = "other.example"
	to := WorldOf(t, open(t, setup), setup)
	all := from.contributions()
	receipts, err := to.Store.AppendSealed(context.Background(), all[:5])
	if err != nil || len(receipts) != 5 || receipts[4].Hash != all[4].Hash {
		t.Fatalf("receipts %+v, %v", receipts, err)
	}
	if receipts, err = to.Store.AppendSealed(context.Background(), all); err != nil || !receipts[0].Repeated || receipts[5].Repeated {
		t.Fatalf("receipts %+v, %v", receipts, err)
	}
	again := to.contributions()
	if len(again) != len(all) {
		t.Fatalf("%d contributions, want %d", len(again), len(all))
	}
	for i := range all {
		a, b := all[i], again[i]
		if a.Hash != b.Hash || !bytes.Equal(a.Header, b.Header) || a.Moment != b.Moment || len(a.Versions) != len(b.Versions) {
			t.Fatalf("contribution %d differs", i+1)
		}
		for j := range a.Versions {
			if !bytes.Equal(a.Versions[j].Body, b.Versions[j].Body) || a.Versions[j].Salt != b.Versions[j].Salt || !a.Versions[j].Committed.Equal(b.Versions[j].Committed) {
				t.Fatalf("version %d of contribution %d differs", j, i+1)
			}
		}
	}
	to.wantListed("imported", access.Selection{}, "Ann")
	to.Verify()
}

func (w *World) contributions() []*record.Sealed {
	w.T.Helper()
	var all []*record.Sealed
	err := w.Store.Contributions(context.Background(), uuid.Nil, 0, record.Forever, func(s *record.Sealed) error {
		all = append(all, s)
		return nil
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return all
}

func importRefused(t *testing.T, open Open) {
	from := NewWorld(t, open)
	ann := from.Person("Ann", "Price", `"nhs":"9990000018"`)
	note := from.Note(ann, "one", "")
	from.Do(Changing(ann, note, 1, NoteOf("two", "")))
	copied := func(change func(all []*record.Sealed) []*record.Sealed) []*record.Sealed {
		return change(from.contributions())
	}
	for name, c := range map[string]struct {
		batch []*record.Sealed
		kind  standard.Kind
	}{
		"altered body": {copied(func(all []*record.Sealed) []*record.Sealed {
			all[1].Versions[0].Body = bytes.Replace(all[1].Versions[0].Body, []byte("one"), []byte("0ne"), 1)
			return all
		}), standard.Broken},
		"altered salt": {copied(func(all []*record.Sealed) []*record.Sealed { all[1].Versions[0].Salt[0] ^= 1; return all }), standard.Broken},
		"altered header": {copied(func(all []*record.Sealed) []*record.Sealed {
			all[1].Header = bytes.Replace(all[1].Header, []byte("rosa"), []byte("roza"), 1)
			return all
		}), standard.Conflict}, // it proves itself, but what follows it no longer does
		"missing version": {copied(func(all []*record.Sealed) []*record.Sealed { all[1].Versions = nil; return all }), standard.Broken},
		"a gap":           {copied(func(all []*record.Sealed) []*record.Sealed { return append(all[:1], all[2]) }), standard.Conflict},
		"wrong order":     {copied(func(all []*record.Sealed) []*record.Sealed { all[1], all[2] = all[2], all[1]; return all }), standard.Conflict},
		"no beginning":    {copied(func(all []*record.Sealed) []*record.Sealed { return all[1:] }), standard.Broken},
	} {
		to := NewWorld(t, open)
		_, err := to.Store.AppendSealed(context.Background(), c.batch)
		if standard.KindOf(err) != c.kind {
			t.Errorf("%s: got %v, want kind %s", name, err, c.kind)
		}
		if to.Head() != 0 {
			t.Errorf("%s: %d contributions were kept", name, to.Head())
		}
	}
	held := NewWorld(t, open)
	held.Person("Ben", "Okoro", `"nhs":"9990000018"`)
	_, err := held.Store.AppendSealed(context.Background(), from.contributions())
	wantKind(t, err, standard.Invalid)
}

func proofs(t *testing.T, open Open) {
	w := NewWorld(t, open)
	keys, _, err := record.GenerateKeys(System)
	if err != nil {
		t.Fatal(err)
	}
	notary := &record.Notary{
		Proofs: w.Store, System: System, Keys: keys, Now: w.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), AtOnce: 100,
	}
	if cp, err := notary.Checkpoint(context.Background()); err != nil || cp.Size != 0 {
		t.Fatalf("checkpoint of nothing %+v, %v", cp, err)
	}
	ann := w.Person("Ann", "Price")
	for _, more := range []int{1, 126, 1, 1, 140} { // across the edges of what a row holds
		for range more {
			w.Note(ann, "x", "")
		}
		cp, err := notary.Checkpoint(context.Background())
		if err != nil || cp.Size != w.Head() {
			t.Fatalf("checkpoint %+v at %d, %v", cp, w.Head(), err)
		}
	}
	checkpoints, err := w.Store.Checkpoints(context.Background())
	if err != nil || len(checkpoints) != 7 { // two of those contributions came in larger numbers than one covers
		t.Fatalf("%d checkpoints, %v", len(checkpoints), err)
	}
	for _, cp := range checkpoints {
		if _, err := record.OpenCheckpoint(cp.Signed, System, keys.Public()); err != nil {
			t.Fatal(err)
		}
	}
	v := &record.Verifier{Checkpoints: checkpoints}
	if err := w.Store.Walk(context.Background(), v.Add); err != nil {
		t.Fatal(err)
	}
	if proved, err := v.Finish(); err != nil || proved.Covered != w.Head() {
		t.Fatalf("proved %+v, %v", proved, err)
	}
	if _, err := w.Store.Hashes(context.Background(), []int64{1 << 40}); standard.KindOf(err) != standard.Broken {
		t.Fatalf("a hash that is not there: %v", err)
	}
}

func sixteen(t *testing.T, open Open) {
	w := NewWorld(t, open)
	var streams []uuid.UUID
	for i := range 4 {
		streams = append(streams, w.Person(fmt.Sprint("P", i), "Price"))
	}
	const callers, each = 16, 20
	var group sync.WaitGroup
	got := make([][]record.Receipt, callers)
	for c := range callers {
		group.Go(func() {
			for range each {
				receipts, err := w.Commit(context.Background(), w.By, Creating(streams[c%4], "note", NoteOf("x", "")))
				if err != nil {
					t.Error(err)
					return
				}
				if head, _, err := w.Store.Head(context.Background()); err != nil || head < receipts[0].Moment {
					t.Errorf("the head is %d after moment %d was acknowledged", head, receipts[0].Moment)
				}
				got[c] = append(got[c], receipts[0])
			}
		})
	}
	group.Wait()
	seen := map[record.Moment]bool{}
	for _, list := range got {
		for i, r := range list {
			if seen[r.Moment] || (i > 0 && r.Moment <= list[i-1].Moment) {
				t.Errorf("moment %d twice, or out of order", r.Moment)
			}
			seen[r.Moment] = true
		}
	}
	if proved := w.Verify(); proved.Contributions != 4+callers*each || len(seen) != callers*each {
		t.Fatalf("proved %+v, %d moments acknowledged", proved, len(seen))
	}
}
