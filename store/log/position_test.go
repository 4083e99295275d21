package log_test

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/record"
	"rosemary/store/log"
	"rosemary/store/sqlite"
	"rosemary/store/storetest"
)

// TestPositionsAreThoseOfTheLog: whatever part of a stream is asked for, in whichever order, it is what going through the whole log finds; while others write, after a new
// start, and beside a running server.
func TestPositionsAreThoseOfTheLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rosemary.db")
	setup := storetest.NewSetup(t)
	db, store := reopened(t, path, setup)
	w := storetest.WorldOf(t, store, setup)
	people := []uuid.UUID{w.Person("Ann", "Price"), w.Person("Ben", "Okoro"), w.Person("Cy", "Ahmed")}
	rapid.Check(t, func(rt *rapid.T) {
		stop := make(chan struct{})
		var readers, writers sync.WaitGroup
		readers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if gap := gapless(store, people[i%3], w.Head()); gap != nil {
					t.Error(gap)
					return
				}
			}
		})
		for range rapid.IntRange(1, 3).Draw(rt, "writers") {
			n, who := rapid.IntRange(0, 8).Draw(rt, "commits"), people[rapid.IntRange(0, 2).Draw(rt, "person")]
			writers.Go(func() {
				for i := range n {
					p := storetest.Creating(who, "note", storetest.NoteOf("z", ""))
					if i%4 == 3 { // one that fails after another has been written in its transaction
						p = storetest.Changing(who, uuid.Must(uuid.NewV7()), 7, storetest.NoteOf("z", ""))
					}
					_, _ = w.Commit(context.Background(), w.By, storetest.Creating(who, "note", storetest.NoteOf("a", "")), p)
				}
			})
		}
		writers.Wait()
		close(stop)
		readers.Wait()
		if rapid.IntRange(0, 9).Draw(rt, "restart") == 0 {
			if err := db.Close(); err != nil {
				rt.Fatal(err)
			}
			db, store = reopened(t, path, setup)
			w = storetest.WorldOf(t, store, setup)
		}
		beside, err := log.Open(t.Context(), db, log.Options{System: setup.System, Catalogue: setup.Catalogue, Zone: setup.Zone, Now: setup.Now, Log: setup.Log, Beside: true})
		if err != nil {
			rt.Fatal(err)
		}
		checkPositions(rt, w.Head(), people, store, beside)
	})
	w.Verify()
	_ = db.Close()
}

func reopened(t *testing.T, path string, setup storetest.Setup) (*sqlite.DB, *log.Store) {
	db, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db, openIn(t, db, setup).(*log.Store)
}

// gapless reports a contribution that is missing among those of a stream.
func gapless(s *log.Store, stream uuid.UUID, upTo record.Moment) error {
	next := int64(1)
	err := s.Contributions(context.Background(), stream, 0, upTo, func(c *record.Sealed) error {
		if c.Sequence != next || c.Stream != stream {
			return fmt.Errorf("number %d of %s stands where %d of %s should", c.Sequence, c.Stream, next, stream)
		}
		next++
		return nil
	})
	info, ofIt := s.Stream(context.Background(), stream)
	if err == nil && ofIt == nil && info.Sequence < next-1 {
		return fmt.Errorf("the stream is said to end at %d, and number %d is there", info.Sequence, next-1)
	}
	return err
}

// checkPositions compares each way of reading a stream with the whole log.
func checkPositions(rt *rapid.T, end record.Moment, people []uuid.UUID, stores ...*log.Store) {
	ctx := context.Background()
	want := map[uuid.UUID][]record.Moment{}
	_ = stores[0].Contributions(ctx, uuid.Nil, 0, end, func(c *record.Sealed) error {
		want[c.Stream] = append(want[c.Stream], c.Moment)
		return nil
	})
	for _, who := range people {
		all := want[who]
		after, before := record.Moment(rapid.Int64Range(0, int64(end)).Draw(rt, "after")), record.Moment(rapid.Int64Range(1, int64(end)+1).Draw(rt, "before"))
		limit := rapid.IntRange(1, 30).Draw(rt, "limit")
		between := slices.DeleteFunc(slices.Clone(all), func(m record.Moment) bool { return m <= after || m >= before })
		last := slices.Clone(between)
		slices.Reverse(last)
		last = last[:min(limit, len(last))]
		for i, s := range stores {
			got, err := s.MomentsOf(ctx, who)
			same(rt, i, "all moments", got, all, err)
			made, err := s.MadeBefore(ctx, who, before, after, limit, nil)
			got = got[:0]
			for _, m := range made {
				got = append(got, m.Moment)
			}
			same(rt, i, "the last", got, last, err)
			got = got[:0]
			err = s.Contributions(ctx, who, after, before-1, func(c *record.Sealed) error {
				got = append(got, c.Moment)
				return nil
			})
			same(rt, i, "from the first", got, between, err)
			info, err := s.Stream(ctx, who)
			same(rt, i, "end", []record.Moment{info.Last, record.Moment(info.Sequence)}, []record.Moment{all[len(all)-1], record.Moment(len(all))}, err)
		}
	}
}

func same(rt *rapid.T, store int, what string, got, want []record.Moment, err error) {
	if err != nil || !reflect.DeepEqual(append([]record.Moment{}, got...), append([]record.Moment{}, want...)) {
		rt.Fatalf("store %d, %s: %v, want %v (%v)", store, what, got, want, err)
	}
}

// TestWrongPositionsAreFound: what the table of positions says wrongly is named by verify, and made right by making what is shown anew.
func TestWrongPositionsAreFound(t *testing.T) {
	for name, tamper := range map[string]string{
		"one is missing":       `DELETE FROM position WHERE sequence = 3`,
		"one is wrong":         `UPDATE position SET moment = moment + 1 WHERE sequence = 3`,
		"one too many":         `INSERT INTO position (stream, sequence, moment) SELECT stream, 999, moment FROM position LIMIT 1`,
		"it reaches too far":   `UPDATE positioned SET moment = moment + 1000`,
		"one of nobody":        `INSERT INTO position (stream, sequence, moment) SELECT x'00112233445566778899aabbccddeeff', 1, max(moment) FROM contribution`,
		"nothing says how far": `DELETE FROM positioned`,
		"it says that it has":  `UPDATE positioned SET moment = (SELECT max(moment) FROM contribution)`,
	} {
		t.Run(name, func(t *testing.T) {
			setup := storetest.NewSetup(t)
			db, store := reopened(t, filepath.Join(t.TempDir(), "rosemary.db"), setup)
			w := storetest.WorldOf(t, store, setup)
			ann := w.Person("Ann", "Price")
			for range 25 {
				w.Note(ann, "tea", "")
			}
			for there := 0; there < 9; { // they are put there behind our back
				if err := db.QueryRow(t.Context(), `SELECT moment FROM positioned`).Scan(&there); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Millisecond)
			}
			if differences, err := store.Compare(t.Context()); err != nil || len(differences) > 0 {
				t.Fatal(differences, err)
			}
			if err := db.Write(t.Context(), func(tx *sqlite.Tx) error { _, err := tx.Exec(tamper); return err }); err != nil {
				t.Fatal(err)
			}
			differences, err := store.Compare(t.Context())
			if err != nil || len(differences) == 0 || !strings.HasPrefix(differences[0], "position") {
				t.Fatalf("%q, %v", differences, err)
			}
			if err := store.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if differences, err := store.Compare(t.Context()); err != nil || len(differences) > 0 {
				t.Fatal("after making it anew: ", differences, err)
			}
		})
	}
}
