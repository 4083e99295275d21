package log_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/record"
	"rosemary/store/log"
	"rosemary/store/sqlite"
	"rosemary/store/storetest"
)

// TestRememberedIsWhatStands: whatever is committed, by however many at once while others read, what the store remembers of streams and versions is what the
// database says, on the day before, today and on the day after.
func TestRememberedIsWhatStands(t *testing.T) {
	var db *sqlite.DB
	var setup storetest.Setup
	w := storetest.NewWorld(t, func(t testing.TB, s storetest.Setup) storetest.Store {
		var err error
		if db, err = sqlite.Open(context.Background(), t.TempDir()+"/rosemary.db", sqlite.Options{}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		setup = s
		return openIn(t, db, s)
	})
	home, worker := w.Home("Oak House"), w.Worker("Sam", "Field")
	people := []uuid.UUID{w.Person("Ann", "Price"), w.Person("Ben", "Okoro"), w.Person("Cy", "Ahmed")}
	var notes []uuid.UUID
	for _, p := range people {
		notes = append(notes, w.Note(p, "x", ""))
	}
	// Beside a server nothing is remembered.
	plain, err := log.Open(t.Context(), db, log.Options{System: setup.System, Catalogue: setup.Catalogue, Zone: setup.Zone, Now: setup.Now, Log: setup.Log, Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		var writers, readers sync.WaitGroup
		stop := make(chan struct{})
		readers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					look(w.Store, w.Head(), people[i%3], notes[i%3], home, worker)
				}
			}
		})
		for range rapid.IntRange(1, 3).Draw(rt, "writers") {
			var plan []*record.Proposal
			for range rapid.IntRange(1, 4).Draw(rt, "commits") {
				plan = append(plan, drawCommit(rt, people, notes, home, worker))
			}
			writers.Go(func() {
				for _, p := range plan {
					_, _ = w.Commit(context.Background(), w.By, p) // conflicts are part of it
				}
			})
		}
		writers.Wait()
		close(stop)
		readers.Wait()
		for i := range people {
			remembered, stands := look(w.Store, w.Head(), people[i], notes[i], home, worker), look(plain, w.Head(), people[i], notes[i], home, worker)
			if !reflect.DeepEqual(remembered, stands) {
				rt.Fatalf("remembered\n%+v\nstands\n%+v", remembered, stands)
			}
		}
	})
}

func drawCommit(rt *rapid.T, people, notes []uuid.UUID, home, worker uuid.UUID) *record.Proposal {
	i := rapid.IntRange(0, 2).Draw(rt, "person")
	until := rapid.SampledFrom([]string{"", "2026-03-15", "2026-03-16", "2026-03-17"}).Draw(rt, "until")
	switch rapid.IntRange(0, 4).Draw(rt, "kind") {
	case 0:
		return storetest.Creating(people[i], "placement", storetest.PlacementOf(home, "", until, ""))
	case 1:
		return storetest.Creating(people[i], "looks-after", `{"worker":`+storetest.Ref(worker)+`}`)
	case 2:
		return storetest.Creating(people[i], "note", storetest.NoteOf("z", ""))
	case 3:
		return storetest.Changing(people[i], people[i], rapid.IntRange(1, 4).Draw(rt, "expected"), fmt.Sprintf(`{"given":"Ann","family":"Other","restricted":%t}`, rapid.Bool().Draw(rt, "restricted")))
	}
	var hidden []uuid.UUID
	if rapid.Bool().Draw(rt, "hidden") {
		hidden = []uuid.UUID{worker}
	}
	p := storetest.Changing(people[i], notes[i], rapid.IntRange(1, 9).Draw(rt, "expected"), storetest.NoteOf("y", "", hidden...))
	p.Changes[0].Sensitivity = rapid.SampledFrom([]string{"normal", "sensitive", "confidential"}).Draw(rt, "sensitivity")
	return p
}

// scopes are readers: all, the worker, whoever works at the home.
func scopes(worker, home uuid.UUID) []record.Scope {
	all := []record.Scope{{Everything: true}}
	for _, limit := range []record.Sensitivity{record.Normal, record.Confidential} {
		all = append(all,
			record.Scope{Worker: worker, Today: storetest.Today, Clauses: []record.Clause{{By: record.WorksWith, Limit: limit}}},
			record.Scope{Today: storetest.Today, Clauses: []record.Clause{{By: record.PlacedNow, Places: []uuid.UUID{home}, Limit: limit}}})
	}
	return all
}

// seen is what a reader can learn.
type seen struct {
	Info     record.StreamInfo
	Facts    []record.Facts
	Targets  map[uuid.UUID]record.Target
	Versions []record.Version
	Counts   []map[string]int
	Errors   []error
}

func look(s storetest.Store, head record.Moment, person, note, home, worker uuid.UUID) seen {
	ctx := context.Background()
	var out seen
	fail := func(err error) { out.Errors = append(out.Errors, err) }
	info, err := s.Stream(ctx, person)
	fail(err)
	out.Info = info
	for _, day := range []string{"2026-03-15", "2026-03-16", "2026-03-17"} {
		f, err := s.Facts(ctx, person, day)
		fail(err)
		for _, list := range [][]uuid.UUID{f.PlacesNow, f.PlacesEver, f.Workers} {
			slices.SortFunc(list, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
		}
		out.Facts = append(out.Facts, f)
	}
	out.Targets, err = s.Targets(ctx, person, []uuid.UUID{person, note, home, worker, uuid.Max})
	fail(err)
	versions, _, err := s.Versions(ctx, record.Query{
		Stream: person, At: head, Which: record.All, Errors: true, Order: record.CommittedDesc, Limit: 30, Scope: record.Scope{Everything: true},
	})
	fail(err)
	for _, scope := range scopes(worker, home) {
		for _, at := range []record.Moment{head - 1, head} {
			counts, err := s.Count(ctx, person, at, scope)
			fail(err)
			out.Counts = append(out.Counts, counts)
		}
		for _, rec := range []uuid.UUID{person, note} {
			one, _, err := s.Versions(ctx, record.Query{Stream: person, Record: rec, At: head, Errors: true, Order: record.NumberAsc, Scope: scope})
			fail(err)
			versions = append(versions, one...)
		}
	}
	for _, v := range versions {
		own := *v
		own.Content = append([]byte{}, v.Content...)
		out.Versions = append(out.Versions, own)
	}
	return out
}
