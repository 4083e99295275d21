package demo

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strconv"
	"testing"
	"time"

	"rosemary/internal/installation"
	"rosemary/record"
)

func opened(t *testing.T) *installation.Installation {
	t.Helper()
	in, err := installation.Open(t.Context(), installation.Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	return in
}

// versions counts the versions of the log.
func versions(t *testing.T, in *installation.Installation) int {
	t.Helper()
	stats, err := in.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return int(stats.Versions)
}

func TestALoadOfAnySize(t *testing.T) {
	in := opened(t)
	o := LoadOptions{Recorder: in.Recorder, Seed: 1, Versions: 2000, OnePerson: 1500, Days: 5, Today: time.Now()}
	loaded, err := Load(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Versions < 3500 || len(loaded.Places) != 3 || len(loaded.People) < 3 {
		t.Errorf("%d versions of %d people in %d places were loaded", loaded.Versions, len(loaded.People), len(loaded.Places))
	}
	_, seen, err := in.Log.Versions(t.Context(), record.Query{Stream: loaded.OnePerson, At: record.Forever - 1, Limit: 1000, Scope: record.Scope{Everything: true}})
	if err != nil || !seen {
		t.Errorf("the person with the long history has less than 1,000 records: %v", err)
	}
}

// TestAStoppedLoadGoesOn: what was loaded is not loaded twice.
func TestAStoppedLoadGoesOn(t *testing.T) {
	in := opened(t)
	ctx, stop := context.WithCancel(t.Context())
	calls := 0
	o := LoadOptions{Recorder: in.Recorder, Seed: 1, Versions: 1500, Days: 5, Today: time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC), Workers: 1}
	o.Progress = func(int, int) {
		if calls++; calls == 20 {
			stop()
		}
	}
	if _, err := Load(ctx, o); !errors.Is(err, context.Canceled) {
		t.Fatalf("the load was not stopped: %v", err)
	}
	before := versions(t, in)
	loaded, err := Load(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if after := versions(t, in); after <= before || after < 1500 || after > loaded.Versions+500 {
		t.Errorf("%d versions, then %d, and %d were to be loaded", before, after, loaded.Versions)
	}
}

// TestAMillionVersions takes minutes: ROSEMARY_LOAD says how many versions.
func TestAMillionVersions(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("ROSEMARY_LOAD"))
	if n == 0 {
		t.Skip("ROSEMARY_LOAD is not set")
	}
	in := opened(t)
	begin := time.Now()
	loaded, err := Load(t.Context(), LoadOptions{Recorder: in.Recorder, Seed: 1, Versions: n, Today: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d versions in %d contributions about %d people in %v", loaded.Versions, loaded.Contributions, len(loaded.People), time.Since(begin))
}
