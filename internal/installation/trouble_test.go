package installation_test

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// noise is text that nothing makes shorter.
func noise(n int) string {
	b := make([]byte, n/2)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// TestAFullDiskKeepsNothingHalf: a commit that finds no room is refused in plain words, what is there proves itself, and it goes on when there is room.
func TestAFullDiskKeepsNothingHalf(t *testing.T) {
	in := newPlace(t).open(t)
	defer closeIt(t, in)
	people := furnish(t, in)
	var pages int
	limit := func(most int) {
		t.Helper()
		err := in.Database.Write(t.Context(), func(tx *sqlite.Tx) error {
			if err := tx.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
				return err
			}
			return tx.QueryRow(fmt.Sprintf(`PRAGMA max_page_count = %d`, most)).Scan(new(int))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	limit(1 << 30)
	limit(pages + 3)
	note := func(words string) *record.Proposal {
		return create(people[0], "", "daily-note", fmt.Sprintf(`{"when":"2026-03-18T10:00:00+00:00","freeText":%q}`, words))
	}
	before, _, err := in.Log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 100 { // what was deleted has left some room in the file
		if _, err = in.Recorder.Commit(t.Context(), ruth, note(noise(55_000))); err != nil {
			break
		}
		before++
	}
	if standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "The disk is full. Nothing was changed.") {
		t.Fatalf("a full disk: %v", err)
	}
	if after, _, _ := in.Log.Head(t.Context()); after != before {
		t.Errorf("the log ends at %d, not %d", after, before)
	}
	limit(1 << 30)
	if err := verify(t, in); err != nil {
		t.Errorf("verify: %v", err)
	}
	if got := commit(t, in, note("again")); got.Moment != before+1 {
		t.Errorf("committed as %d", got.Moment)
	}
	if err := verify(t, in); err != nil {
		t.Errorf("verify: %v", err)
	}
}

// TestTheClockJumpsBackAnHour: while it runs, and over a restart. Commit times rise, the proof holds, and as-at goes on by what was committed.
func TestTheClockJumpsBackAnHour(t *testing.T) {
	p := newPlace(t)
	var at atomic.Int64
	at.Store(time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC).UnixNano())
	var said strings.Builder
	open := func() *installation.Installation {
		in, err := p.with(t, installation.Options{
			Logger: slog.New(slog.NewTextHandler(&said, nil)), Now: func() time.Time { return time.Unix(0, at.Add(int64(time.Millisecond))).UTC() },
		})
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	in := open()
	people := furnish(t, in)
	note := create(people[0], "", "daily-note", `{"when":"2026-03-18T10:00:00+00:00","freeText":"x"}`)
	last := commit(t, in, note)
	at.Add(-int64(time.Hour))
	for range 3 {
		next := commit(t, in, create(people[0], "", "daily-note", `{"when":"2026-03-18T10:00:00+00:00","freeText":"y"}`))
		if !next.Committed.After(last.Committed) || next.Moment != last.Moment+1 {
			t.Errorf("moment %d at %s behind moment %d at %s", next.Moment, next.Committed, last.Moment, last.Committed)
		}
		last = next
	}
	if !strings.Contains(said.String(), "clock") {
		t.Errorf("the operator heard: %s", said.String())
	}
	if _, err := in.Notary.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	closeIt(t, in)
	in = open()
	defer closeIt(t, in)
	if next := commit(t, in, create(people[1], "", "daily-note", `{"when":"2026-03-18T10:00:00+00:00","freeText":"z"}`)); !next.Committed.After(last.Committed) {
		t.Errorf("after a restart: %s behind %s", next.Committed, last.Committed)
	}
	if err := verify(t, in); err != nil {
		t.Error(err)
	}
}
