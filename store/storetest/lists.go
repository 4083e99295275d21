package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// pages reads every list in pages of every size: together they are the whole list, in its order, nothing twice.
func pages(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	for i := range 9 {
		class := []string{"note", "sighting"}[i%2]
		rec := w.Do(Creating(ann, class, object(text("words", "x"), text("on", fmt.Sprintf("2026-03-%02d", 1+i/3))))).Changes[0].Version.Record
		if i%3 == 0 {
			w.Do(Changing(ann, rec, 1, object(text("words", "y"), text("on", "2026-03-02"))))
		}
	}
	several := Creating(ann, "note", NoteOf("same moment", "2026-03-02"))
	several.Changes = append(several.Changes, record.ProposedChange{Type: record.Create, Class: "note", Content: []byte(NoteOf("same moment", "2026-03-02"))})
	w.Do(several)
	before := record.Query{Stream: ann, At: w.Head()}
	w.Note(ann, "later: no page of the view shows it", "2026-03-02")
	for _, classes := range [][]string{nil, {"note"}, {"note", "sighting"}} {
		for _, order := range []record.Order{record.HappenedDesc, record.CommittedDesc} {
			for _, which := range []record.Which{record.Current, record.All} {
				q := before
				q.Classes, q.Order, q.Which = classes, order, which
				whole := w.List(q)
				inOrder(t, whole, order)
				for size := 1; size <= len(whole)+1; size++ {
					samePages(t, w, q, whole, size)
				}
			}
		}
	}
}

func inOrder(t *testing.T, list []*record.Version, order record.Order) {
	t.Helper()
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		if order == record.HappenedDesc && a.Happened != b.Happened {
			if a.Happened < b.Happened {
				t.Fatalf("place %d happened before place %d", i-1, i)
			}
			continue
		}
		if a.From < b.From || (a.From == b.From && bytes.Compare(a.Record[:], b.Record[:]) <= 0) {
			t.Fatalf("place %d and %d stand in the wrong order", i-1, i)
		}
	}
}

func samePages(t *testing.T, w *World, q record.Query, whole []*record.Version, size int) {
	t.Helper()
	q.Limit, q.Scope = size, Everything()
	var got []*record.Version
	for {
		page, more, err := w.Store.Versions(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, page...)
		if !more || len(got) > len(whole) {
			break
		}
		if len(page) != size {
			t.Fatalf("a page of %d, want %d", len(page), size)
		}
		cursor := page[len(page)-1].Cursor()
		q.After = &cursor
	}
	if len(got) != len(whole) {
		t.Fatalf("pages of %d hold %d versions, the list %d", size, len(got), len(whole))
	}
	for i := range got {
		if got[i].VersionID != whole[i].VersionID {
			t.Fatalf("pages of %d: place %d is %s, in the list %s", size, i, got[i].VersionID, whole[i].VersionID)
		}
	}
}

func between(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	for _, on := range []string{"2026-03-14", "2026-03-15", "2026-03-16", "2026-03", "2026"} {
		w.Note(ann, on, on)
	}
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		from, until time.Time
		want        int
	}{
		{day(15), day(16), 3}, {day(1), day(14), 2}, {day(14), time.Time{}, 5}, {time.Time{}, day(15), 3}, {day(16).Add(24 * time.Hour), time.Time{}, 2},
		{day(40), day(50), 1}, {time.Time{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 0}, {time.Time{}, time.Date(2026, 1, 1, 0, 0, 0, 1, time.UTC), 1},
	} {
		got := w.List(record.Query{Stream: ann, Classes: []string{"note"}, From: c.from, Until: c.until})
		if len(got) != c.want {
			t.Errorf("between %v and %v: %d, want %d", c.from, c.until, len(got), c.want)
		}
	}
}

func refusedQueries(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	for name, q := range map[string]record.Query{
		"nobody's":             {},
		"unknown order":        {Stream: ann, Order: 9},
		"unknown selection":    {Stream: ann, Which: 9},
		"number of any record": {Stream: ann, Order: record.NumberAsc},
	} {
		q.At, q.Scope = 1, Everything()
		_, _, err := w.Store.Versions(context.Background(), q)
		if standard.KindOf(err) != standard.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, _, err := w.Store.Versions(context.Background(), record.Query{Stream: ann, At: 1}); err != nil || len(got) != 0 {
		t.Errorf("the empty scope shows %d versions, %v", len(got), err)
	}
}

func references(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann, ben := w.Person("Ann", "Price"), w.Person("Ben", "Okoro")
	rosa := w.Worker("Rosa", "Lind")
	note, foreign := w.Note(ann, "one", ""), w.Note(ben, "his", "")
	w.Do(Changing(ann, note, 1, NoteOf("two", "")))
	targets, err := w.Store.Targets(context.Background(), ann, []uuid.UUID{note, foreign, rosa, ann, ben, NewID()})
	if err != nil {
		t.Fatal(err)
	}
	want := map[uuid.UUID]record.Target{
		note: {Stream: ann, Class: "note", Latest: 2}, rosa: {Stream: rosa, Class: "worker", Latest: 1}, ann: {Stream: ann, Class: "person", Latest: 1},
	}
	if len(targets) != len(want) {
		t.Errorf("targets %+v", targets)
	}
	for uid, target := range want {
		if targets[uid] != target {
			t.Errorf("target %+v, want %+v", targets[uid], target)
		}
	}
}

func heldNumber(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price", `"nhs":"999 000 0018"`)
	ben := w.Person("Ben", "Okoro")
	_, err := w.Commit(context.Background(), w.By, Opening(standard.PersonStream, "person", `{"family":"Pryce","nhs":"9990000018"}`))
	fault := wantKind(t, err, standard.Invalid)
	if len(fault.Problems) != 1 || fault.Problems[0].Rule != "nhs-number-held" || fault.Problems[0].Value != "" ||
		fault.Problems[0].Message != "This NHS number is already held here. Ask the manager." {
		t.Fatalf("problems %+v", fault.Problems)
	}
	_, err = w.Commit(context.Background(), w.By, Changing(ben, ben, 1, `{"given":"Ben","family":"Okoro","nhs":"9990000018"}`))
	wantKind(t, err, standard.Invalid)
	w.Do(Changing(ann, ann, 1, `{"given":"Ann","family":"Price-Jones","nhs":"9990000018"}`)) // her own
	w.Do(Erring(ann, ann, 2))
	w.Do(Changing(ben, ben, 1, `{"given":"Ben","family":"Okoro","nhs":"9990000018"}`)) // nobody holds it any more
	w.Verify()
}

func moments(t *testing.T, open Open) {
	w := NewWorld(t, open)
	if m, at, err := w.Store.Head(context.Background()); m != 0 || !at.IsZero() || err != nil {
		t.Fatalf("head of an empty log %d %v %v", m, at, err)
	}
	if m, err := w.Store.MomentAt(context.Background(), w.Now()); m != 0 || err != nil {
		t.Fatalf("moment of an empty log %d %v", m, err)
	}
	ann := w.Person("Ann", "Price")
	times := []time.Time{{}}
	for range 20 {
		times = append(times, w.Do(Creating(ann, "note", NoteOf("x", ""))).Committed)
	}
	for i, at := range times[1:] {
		want := record.Moment(i + 2)
		for shift, m := range map[time.Duration]record.Moment{0: want, time.Microsecond: want, -time.Microsecond: want - 1} {
			if got, err := w.Store.MomentAt(context.Background(), at.Add(shift)); got != m || err != nil {
				t.Errorf("moment at %v%+v is %d, want %d (%v)", at, shift, got, m, err)
			}
		}
	}
	if m, err := w.Store.MomentAt(context.Background(), times[1].AddDate(-1, 0, 0)); m != 0 || err != nil {
		t.Errorf("a year before the first commit is moment %d, %v", m, err)
	}
}

func clockBehind(t *testing.T, open Open) {
	setup := NewSetup(t)
	now := time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC)
	setup.Now = func() time.Time { return now }
	w := WorldOf(t, open(t, setup), setup)
	ann := w.Person("Ann", "Price")
	first := w.Do(Creating(ann, "note", NoteOf("x", "")))
	now = now.Add(-time.Hour)
	second := w.Do(Creating(ann, "note", NoteOf("x", "")))
	if d := second.Committed.Sub(first.Committed); d != time.Microsecond {
		t.Fatalf("commit times are %v apart", d)
	}
	w.Verify()
}

func cancelled(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	p := w.prepared(Creating(ann, "note", NoteOf("x", "")))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := w.Store.Append(ctx, []*record.Prepared{p}); err == nil {
		t.Skip("it was quicker") // allowed: the job had begun
	} else if !errors.Is(err, context.Canceled) || standard.KindOf(err) != standard.Busy {
		t.Fatalf("got %v", err)
	}
	if _, err := w.Store.Contribution(context.Background(), p.ID); standard.KindOf(err) != standard.NotFound {
		t.Fatalf("a commit that nobody waited for: %v", err)
	}
}
