package installation_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// TestALaterPartShowsAtOnceAndReadersDoNotWait: into a record that is seen already a part comes in one transaction. While that goes on everybody reads, and sees nothing of it; what is saved
// meanwhile waits, and is saved. ROSEMARY_SEEN says how many versions come, to measure how long saving waits.
func TestALaterPartShowsAtOnceAndReadersDoNotWait(t *testing.T) {
	n := 1000
	if s := os.Getenv("ROSEMARY_SEEN"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	w := newTwo(t)
	m := w.margaret()
	w.admits(w.received(w.sends(m.person)))
	for done := 0; done < n; done += 100 {
		p := &record.Proposal{Stream: m.person}
		for i := range 100 {
			p.Changes = append(p.Changes, record.ProposedChange{Type: record.Create, Path: fmt.Sprintf("/changes/%d", i), Class: "daily-note", Content: []byte(fixture.NoteContent(fmt.Sprintf("Slept well, note %d.", done+i)))})
		}
		w.old.Commit("carer", p)
	}
	later := w.received(w.sends(m.person))
	ctx := context.Background()
	reader := w.new.Session("manager") // signing in is written down, and would wait
	notes := func() int {
		t.Helper()
		view, err := reader.View(ctx, access.At{})
		if err != nil {
			t.Fatal(err)
		}
		counts, err := view.Counts(ctx, m.person)
		if err != nil {
			t.Fatal(err)
		}
		return counts["daily-note"]
	}
	before := notes()

	ratified := make(chan error, 1)
	began := time.Now()
	go func() {
		_, err := w.new.Session("manager").Ratify(ctx, access.Ratification{Segment: later.ID, Selection: access.SegmentSelection{All: true}, Reason: "What was written since."})
		ratified <- err
	}()
	carer := w.new.Session("carer")
	stop, saved := make(chan struct{}), make(chan error, 1)
	saves := 0
	waited := time.Duration(0) // the longest time that saving took
	go func() {
		for {
			select {
			case <-stop:
				saved <- nil
				return
			default:
			}
			saves++
			began := time.Now()
			_, err := carer.Commit(ctx, &record.Proposal{Stream: w.new.Person, Changes: []record.ProposedChange{{Type: record.Create, Path: "/changes/0", Class: "daily-note", Content: []byte(fixture.NoteContent("Tea at four."))}}})
			if waited = max(waited, time.Since(began)); err != nil {
				saved <- err
				return
			}
		}
	}()
	reads, slowest := 0, time.Duration(0)
	for going := true; going; {
		select {
		case err := <-ratified:
			if err != nil {
				t.Fatal(err)
			}
			going = false
		default:
			began := time.Now()
			if got := notes(); got != before && got != before+n {
				t.Fatalf("%d notes show: not %d, and not all %d", got, before, before+n)
			}
			reads, slowest = reads+1, max(slowest, time.Since(began))
		}
	}
	took := time.Since(began)
	close(stop)
	if err := <-saved; err != nil {
		t.Errorf("what is saved meanwhile: %v", err)
	}
	if got := notes(); got != before+n {
		t.Errorf("%d notes stand afterwards, want %d", got, before+n)
	}
	if reads == 0 {
		t.Error("nobody could read meanwhile")
	}
	t.Logf("%d versions into a seen record in %s: %d were saved meanwhile, which took at most %s; %d reads went on meanwhile, the slowest took %s", n, took, saves, waited, reads, slowest)
	if _, err := w.new.Verify(ctx, nil); err != nil {
		t.Error(err)
	}
}
