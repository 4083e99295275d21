package lease_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/store/lease"
	"rosemary/store/sqlite"
)

// TestOneHolderAtATime: a slot is one browser's until it gives it up or its time runs out; the same browser goes on holding it.
func TestOneHolderAtATime(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "rosemary.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s, err := lease.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	stream, now := uuid.Must(uuid.NewV7()), time.Date(2026, 3, 16, 8, 0, 0, 0, time.UTC)
	take := func(holder string, at time.Time) access.Lease {
		t.Helper()
		l, err := s.Take(t.Context(), access.Lease{Stream: stream, Slot: "o@2026-03-16T08:00", Holder: holder, Name: holder, Since: at, Until: at.Add(5 * time.Minute)}, at)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for _, step := range []struct {
		holder string
		after  time.Duration
		want   string
	}{
		{"sam", 0, "sam"},
		{"ruth", time.Minute, "sam"},
		{"sam", 3 * time.Minute, "sam"},
		{"ruth", 7 * time.Minute, "sam"}, // it was held on to at three
		{"ruth", 9 * time.Minute, "ruth"},
		{"sam", 10 * time.Minute, "ruth"},
	} {
		if l := take(step.holder, now.Add(step.after)); l.Holder != step.want {
			t.Errorf("after %v %s asks: %s holds it, want %s", step.after, step.holder, l.Holder, step.want)
		}
	}
	if err := s.Release(t.Context(), stream, "o@2026-03-16T08:00", "sam"); err != nil {
		t.Fatal(err)
	}
	if l := take("sam", now.Add(11*time.Minute)); l.Holder != "ruth" || !l.Since.Equal(now.Add(9*time.Minute)) {
		t.Errorf("somebody else has given it up: %+v", l)
	}
	if err := s.Release(t.Context(), stream, "o@2026-03-16T08:00", "ruth"); err != nil {
		t.Fatal(err)
	}
	if l := take("sam", now.Add(11*time.Minute)); l.Holder != "sam" {
		t.Errorf("given up, and still %+v", l)
	}
	if err := s.Forget(t.Context(), stream, nil); err != nil {
		t.Fatal(err)
	}
	if l := take("ruth", now.Add(11*time.Minute)); l.Holder != "ruth" {
		t.Errorf("forgotten, and still %+v", l)
	}
}
