package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/record/words"
	"rosemary/store/sqlite"
	"rosemary/store/storetest"
)

// catching is a log that keeps what is prepared instead of appending it.
type catching struct {
	record.Log
	batch []*record.Prepared
}

// Append keeps the batch.
func (c *catching) Append(_ context.Context, batch []*record.Prepared) ([]record.Receipt, error) {
	c.batch = append(c.batch, batch...)
	return make([]record.Receipt, len(batch)), nil
}

// note is some 650 letters of what might be written: a version of some 1 KB.
func note(r *rand.Rand, z *rand.Zipf) string {
	var b strings.Builder
	for b.Len() < 640 {
		n := z.Uint64()
		for _, c := range fmt.Sprint(n) {
			b.WriteByte("etaoinshrd"[c-'0'])
		}
		b.WriteString([]string{"", "", "ing", "ed", "s"}[r.IntN(5)] + " ")
	}
	return b.String()
}

// fill appends n notes about so many people.
func fill(b *testing.B, w *world, n, people int) []uuid.UUID {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	z := rand.NewZipf(r, 1.1, 8, 40_000)
	var streams []uuid.UUID
	for i := range people {
		streams = append(streams, w.Person(fmt.Sprint("Given", i), fmt.Sprint("Family", i)))
	}
	c := &catching{Log: w.log}
	recorder := *w.Recorder
	recorder.Log = c
	for i := range n {
		p := storetest.Creating(streams[r.IntN(people)], "note", storetest.NoteOf(note(r, z), "2026-03-16"))
		p.ID = uuid.Nil
		if _, err := recorder.Commit(context.Background(), w.By, p); err != nil {
			b.Fatal(err)
		}
		if len(c.batch) == 250 || i == n-1 {
			if _, err := w.log.Append(context.Background(), c.batch); err != nil {
				b.Fatal(err)
			}
			c.batch = nil
		}
	}
	return streams
}

// size is how many bytes the database has, its log emptied.
func (w *world) size(b *testing.B) float64 {
	b.Helper()
	_ = w.db.Write(context.Background(), func(*sqlite.Tx) error { return nil })
	var pages, page int64
	if err := w.db.QueryRow(context.Background(), `SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count), (SELECT page_size FROM pragma_page_size)`).Scan(&pages, &page); err != nil {
		b.Fatal(err)
	}
	return float64(pages * page)
}

func BenchmarkIndex(b *testing.B) {
	w := newWorld(b)
	fill(b, w, b.N, 60)
	before := w.size(b)
	b.ResetTimer()
	w.follow()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "versions/s")
	b.ReportMetric(before/float64(b.N), "B/version-log")
	b.ReportMetric((w.size(b)-before)/float64(b.N), "B/version-index")
}

// BenchmarkSearch searches a hundred thousand versions of 400 people, or as many as ROSEMARY_VERSIONS says.
func BenchmarkSearch(b *testing.B) {
	n := 100_000
	if s := os.Getenv("ROSEMARY_VERSIONS"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil {
			b.Fatal(err)
		}
	}
	w := newWorld(b)
	streams := fill(b, w, n, 400)
	w.follow()
	for _, of := range []struct {
		name    string
		streams []uuid.UUID
	}{{"one", streams[:1]}, {"60", streams[:60]}, {"everybody", nil}} {
		for _, text := range []string{"ee te", "eehh", "teat", "zzzz", `"ee te"`} {
			for _, count := range []int{0, 1000} {
				b.Run(fmt.Sprintf("%s/%s/count %d", of.name, text, count), func(b *testing.B) {
					asked, err := words.Parse(text)
					if err != nil {
						b.Fatal(err)
					}
					for b.Loop() {
						_, err := w.index.Search(context.Background(), access.SearchSelection{
							Words: asked, Streams: of.streams, At: w.Head(), Scope: storetest.Everything(), Limit: 20, CountTo: count,
						})
						if err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
