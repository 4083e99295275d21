package log_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/store/storetest"
)

// catching is a log that keeps what is prepared instead of appending it.
type catching struct {
	record.Log
	batch []*record.Prepared
}

func (c *catching) Append(_ context.Context, batch []*record.Prepared) ([]record.Receipt, error) {
	c.batch = append(c.batch, batch...)
	return make([]record.Receipt, len(batch)), nil
}

// prepare makes n contributions of one note of some 300 bytes, spread over people.
func prepare(b *testing.B, w *storetest.World, n int) []*record.Prepared {
	b.Helper()
	var people []uuid.UUID
	for i := range 40 {
		people = append(people, w.Person(fmt.Sprint("Given", i), fmt.Sprint("Family", i)))
	}
	c := &catching{Log: w.Store}
	r := *w.Recorder
	r.Log = c
	words := storetest.NoteOf(strings.Repeat("Slept well, ate well. ", 14), "2026-03-16")
	for i := range n {
		p := storetest.Creating(people[i%len(people)], "note", words)
		p.ID = uuid.Nil
		if _, err := r.Commit(context.Background(), w.By, p); err != nil {
			b.Fatal(err)
		}
	}
	return c.batch
}

func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(callers, " callers"), func(b *testing.B) {
			w := storetest.NewWorld(b, open)
			all := prepare(b, w, b.N)
			var next atomic.Int64
			b.SetParallelism(max(1, callers/2)) // times two processors
			if callers == 1 {
				b.ResetTimer()
				for _, p := range all {
					if _, err := w.Store.Append(context.Background(), []*record.Prepared{p}); err != nil {
						b.Fatal(err)
					}
				}
			} else {
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						p := all[next.Add(1)-1]
						if _, err := w.Store.Append(context.Background(), []*record.Prepared{p}); err != nil {
							b.Error(err)
						}
					}
				})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	w := storetest.NewWorld(b, open)
	ctx := context.Background()
	all := prepare(b, w, 20_000)
	for len(all) > 0 {
		n := min(len(all), 500)
		if _, err := w.Store.Append(ctx, all[:n]); err != nil {
			b.Fatal(err)
		}
		all = all[n:]
	}
	oak := w.Home("Oak House")
	people, _, err := w.Store.People(ctx, access.Selection{Left: true, At: w.Head(), Day: storetest.Today, Scope: storetest.Everything()})
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range people {
		w.Place(p.UID, oak, "2026-01-01", "", "1")
	}
	ann, head := people[0].UID, w.Head()
	scope := record.Scope{Today: storetest.Today, Worker: oak, Clauses: []record.Clause{{By: record.PlacedNow, Places: []uuid.UUID{oak}, Limit: record.Sensitive}}}
	note := w.List(record.Query{Stream: ann, Classes: []string{"note"}, Limit: 1})[0]
	for name, read := range map[string]func() error{
		"last 20 of a class": func() error {
			_, _, err := w.Store.Versions(ctx, record.Query{Stream: ann, Classes: []string{"note"}, At: head, Limit: 20, Scope: scope})
			return err
		},
		"last 20 of all classes": func() error {
			_, _, err := w.Store.Versions(ctx, record.Query{Stream: ann, At: head, Limit: 20, Scope: scope})
			return err
		},
		"last 20 committed": func() error {
			_, _, err := w.Store.Versions(ctx, record.Query{Stream: ann, At: head, Limit: 20, Order: record.CommittedDesc, Scope: scope})
			return err
		},
		"one record": func() error {
			_, _, err := w.Store.Versions(ctx, record.Query{Stream: ann, Record: note.Record, At: head, Errors: true, Scope: scope})
			return err
		},
		"count": func() error { _, err := w.Store.Count(ctx, ann, head, scope); return err },
		"40 people": func() error {
			_, _, err := w.Store.People(ctx, access.Selection{Place: oak, At: head, Day: storetest.Today, Scope: scope})
			return err
		},
		"stream":    func() error { _, err := w.Store.Stream(ctx, ann); return err },
		"moment at": func() error { _, err := w.Store.MomentAt(ctx, note.Committed.Add(time.Second)); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
