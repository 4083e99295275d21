package access_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// TestFullDisk: care goes on reading with a bounded queue, nobody who looked at anybody is forgotten, nothing is sent out, and the operator
// hears of it once.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	alarms := &strings.Builder{}
	w := newWorldWith(t, settings{logger: slog.New(slog.NewTextHandler(alarms, nil)), waiting: 20})
	ctx := t.Context()
	for _, name := range []string{"Okafor", "Ahmed"} {
		w.as("manager").commit(w.register(name, "Rose House")).wantDone()
	}
	start, m := w.logged, w.as("manager").session
	w.trail.full = true
	const looks = 50
	for range looks {
		for _, name := range []string{"Okafor", "Ahmed"} {
			v := must[*access.View](t)(m.View(ctx, access.At{}))
			if _, err := v.Person(ctx, w.people[name]); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 3 {
		if err := w.guard.Close(ctx); standard.KindOf(err) != standard.Unavailable {
			t.Errorf("the trail was written to a full disk: %v", err)
		}
	}
	export := func() (contributions int, err error) {
		err = m.Export(ctx, w.people["Okafor"], 0, access.Export{Contribution: func(*record.Sealed) error { contributions++; return nil }})
		return contributions, err
	}
	if n, err := export(); standard.KindOf(err) != standard.Unavailable || n > 0 {
		t.Errorf("a disclosure that cannot be logged: %d contributions, %v", n, err)
	}
	if n := strings.Count(alarms.String(), "trail full"); n != 1 {
		t.Errorf("the operator heard %d alarms, want 1:\n%s", n, alarms)
	}
	if strings.Contains(alarms.String(), "Okafor") {
		t.Error("a person's name is in the log")
	}
	w.trail.full = false
	if n, err := export(); err != nil || n != 1 {
		t.Errorf("exported %d contributions: %v", n, err)
	}
	count, entries := map[string]int{}, 0
	for _, e := range w.entriesAfter(start) {
		if e.ID <= start {
			continue
		}
		entries++
		for name, uid := range w.people {
			switch {
			case e.Stream == uid && e.Merged:
				count[name] += e.Count
			case e.Stream == uid && e.Action == "person":
				count[name]++
			}
		}
	}
	if count["Okafor"] != looks || count["Ahmed"] != looks || entries > 25 {
		t.Errorf("the trail tells of %v looks in %d entries, want %d each", count, entries, looks)
	}
	if err := access.VerifyTrail(ctx, w.store, nil); err != nil {
		t.Error(err)
	}
}

// TestDisclosureIsLoggedFirst: when the first contribution goes out, the entry is on the disk.
func TestDisclosureIsLoggedFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("carer").commit(w.note("Okafor", "fell", "confidential")).wantDone()
	ctx, stream := t.Context(), w.people["Okafor"]
	n := 0
	err := w.as("manager").session.Export(ctx, stream, 0, access.Export{Contribution: func(s *record.Sealed) error {
		entries := w.entriesAfter(0)
		if last := entries[len(entries)-1]; last.Action != "export" || last.Stream != stream || last.Count != 2 {
			t.Errorf("before contribution %d the last entry is %+v", n, last)
		}
		if len(s.Versions) == 0 || len(s.Versions[0].Body) == 0 {
			t.Error("a body is missing")
		}
		n++
		return nil
	}})
	if err != nil || n != 2 {
		t.Errorf("exported %d contributions: %v", n, err)
	}
	for _, account := range []string{"senior", "inspector"} {
		a := w.as(account)
		err := a.session.Export(ctx, stream, 0, access.Export{Contribution: func(*record.Sealed) error { return nil }})
		a.did("exports", err, nil).wantForbidden()
		_, err = a.session.AccessLog(ctx, stream, 0, 0)
		if account == "senior" {
			a.did("looks who looked", err, nil).wantForbidden().wantLogged("access-log refused")
		} else {
			a.did("looks who looked", err, nil).wantDone().wantLogged("access-log done")
		}
	}
}

// TestAccessLogIsReadInPages: newest first, each entry once.
func TestAccessLogIsReadInPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House"), w.register("Ahmed", "Rose House")).wantDone()
	for range 7 {
		w.as("carer").seesPerson("Okafor")
		w.as("nurse").seesPerson("Ahmed")
	}
	var ids []int64
	for before := int64(0); ; {
		page := must[[]access.Entry](t)(w.as("manager").session.AccessLog(t.Context(), w.people["Okafor"], before, 3))
		for _, e := range page {
			if e.Action == "person" {
				ids = append(ids, e.ID)
			}
			if e.Stream != w.people["Okafor"] {
				t.Errorf("an entry about somebody else: %+v", e)
			}
			before = e.ID
		}
		if len(page) < 3 {
			break
		}
	}
	if len(ids) != 7 || !slices.IsSortedFunc(ids, func(a, b int64) int { return int(b - a) }) || len(slices.Compact(ids)) != 7 {
		t.Errorf("the pages hold %v", ids)
	}
}

// TestTrailNamesTheFirstBrokenPlace: each way of tampering with the database is found, at the batch where it begins.
func TestTrailNamesTheFirstBrokenPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 6 {
		w.as("carer").lists(access.PeopleQuery{})
	}
	remake := func(tx *sqlite.Tx) error {
		var previous []byte
		var lines string
		if err := tx.QueryRow(`SELECT previous, lines FROM trail WHERE seq = 2`).Scan(&previous, &lines); err != nil {
			return err
		}
		lines = strings.ReplaceAll(lines, "carer", "nurse")
		sum := sha256.Sum256(fmt.Appendf(nil, "rosemary access log 1\n2\n%s\n%s", hex.EncodeToString(previous), lines))
		_, err := tx.Exec(`UPDATE trail SET lines = $1, hash = $2 WHERE seq = 2`, lines, sum[:])
		return err
	}
	run := func(text string) func(*sqlite.Tx) error {
		return func(tx *sqlite.Tx) error { _, err := tx.Exec(text); return err }
	}
	check := func(name, want string) {
		t.Helper()
		err := access.VerifyTrail(t.Context(), w.store, nil)
		if fault, _ := asFault(err); want == "" && err != nil || want != "" && (fault == nil || !strings.Contains(fault.Message, want)) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
	check("nothing", "")
	for _, c := range []struct {
		name   string
		tamper func(*sqlite.Tx) error
		want   string
	}{
		{"a batch is taken out", run(`DELETE FROM trail WHERE seq = 5`), "batch 5: batch 6 stands in its place"},
		{"a line is changed", run(`UPDATE trail SET lines = replace(lines, 'people', 'person') WHERE seq = 4`), "batch 4: its lines have been changed"},
		{"a batch is made anew", remake, "batch 3: it does not follow from the batch before"},
		{"the first is taken out", run(`DELETE FROM trail WHERE seq = 1`), "batch 1: batch 2 stands in its place"},
	} {
		if err := w.db.Write(t.Context(), c.tamper); err != nil {
			t.Fatal(err)
		}
		check(c.name, c.want)
	}
}

// TestWrittenWithinASecond: while the guard runs, an entry is in the trail a second after the reply.
func TestWrittenWithinASecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { w.guard.Run(ctx); close(done) }()
	start := w.logged
	if _, _, err := w.as("carer").view().People(ctx, access.PeopleQuery{}); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second)
	for len(w.entriesAfter(start)) == 0 {
		if time.Now().After(deadline) {
			t.Fatal("nothing was written")
		}
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	<-done
}
