package demo

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
)

const testPassword = "three small words"

// built is a demonstration that was built for a test.
type built struct {
	*installation.Installation
	clock   *Clock
	summary *Summary
	t       *testing.T
}

// build makes a demonstration in a new installation.
func build(t *testing.T, seed uint64, people, days int) *built {
	t.Helper()
	clock := NewClock()
	in, err := installation.Open(t.Context(), installation.Options{Dir: t.TempDir(), Now: clock.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	calls := 0
	s, err := Build(t.Context(), Options{
		Guard: in.Guard, Catalogue: in.Catalogue, Clock: clock, Seed: seed, People: people, Days: days, Password: testPassword,
		Today: time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC), Progress: func(done, total int) { calls++ },
	})
	var fault *standard.Fault
	if errors.As(err, &fault) {
		for _, p := range fault.Problems {
			t.Errorf("%s %s %q: %s", p.Path, p.Rule, p.Value, p.Message)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if calls == 0 {
		t.Error("progress was never told")
	}
	return &built{Installation: in, clock: clock, summary: s, t: t}
}

// view opens a view as one account, now or at a time.
func (b *built) view(account string, at time.Time) *access.View {
	b.t.Helper()
	s, err := b.Guard.Session(context.Background(), account, access.Management)
	if err != nil {
		b.t.Fatal(err)
	}
	v, err := s.View(context.Background(), access.At{Time: at})
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// records lists the current records of classes, all when there are none.
func (b *built) records(v *access.View, stream uuid.UUID, which record.Which, classes ...string) []*record.Version {
	b.t.Helper()
	var all []*record.Version
	q := access.RecordsQuery{Stream: stream, Classes: classes, Which: which, Errors: true, Limit: 1000}
	for more := true; more; {
		var page []*record.Version
		var err error
		if page, more, err = v.Records(context.Background(), q); err != nil {
			b.t.Fatal(err)
		}
		if all = append(all, page...); more {
			last := page[len(page)-1].Cursor()
			q.After = &last
		}
	}
	return all
}

// people lists everybody the account may see: those who live here, and those who have left.
func (b *built) people(v *access.View) []access.Person {
	b.t.Helper()
	var all []access.Person
	for _, left := range []bool{false, true} {
		people, next, err := v.People(context.Background(), access.PeopleQuery{Left: left, Limit: 500})
		if err != nil || next != "" {
			b.t.Fatal(err, next)
		}
		all = append(all, people...)
	}
	return all
}

// content reads a version.
func (b *built) content(v *record.Version) *standard.Content {
	b.t.Helper()
	c, err := v.Decoded(b.Catalogue)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}
