package demo

import (
	"context"
	"errors"
	"testing"
	"time"

	"rosemary/internal/installation"
	"rosemary/standard"
)

func open(t *testing.T) (*installation.Installation, *Clock) {
	t.Helper()
	clock := NewClock()
	in, err := installation.Open(context.Background(), installation.Options{Dir: t.TempDir(), Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	return in, clock
}

func TestStory(t *testing.T) {
	in, clock := open(t)
	s, err := Build(context.Background(), Options{Guard: in.Guard, Catalogue: in.Catalogue, Clock: clock, Seed: 1, Password: "three small words", Today: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		var f *standard.Fault
		if errors.As(err, &f) {
			for _, p := range f.Problems {
				t.Errorf("%+v", p)
			}
		}
		t.Fatal(err)
	}
	t.Logf("%+v", s)
}
