package search_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/store/storetest"
)

const indexIn = "ROSEMARY_INDEX_TEST_DATA"

// TestIndexUntilKilled is the other process of TestKilledWhileIndexing.
func TestIndexUntilKilled(t *testing.T) {
	path := os.Getenv(indexIn)
	if path == "" {
		t.Skip("only for TestKilledWhileIndexing")
	}
	w := &world{path: path, setup: storetest.NewSetup(t)}
	w.setup.Now = time.Now
	w.open(t)
	ann := w.Person("Ann", "Abbot")
	go func() {
		for n := 0; ; n++ {
			w.Note(ann, fmt.Sprint("Walked round ", n), "2026-01-02")
			fmt.Println("noted")
		}
	}()
	for {
		if _, err := w.index.Step(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKilledWhileIndexing kills a process that writes and indexes, four times or as often as ROSEMARY_KILLS says. Everything is found, and once.
func TestKilledWhileIndexing(t *testing.T) {
	times := 4
	if n, err := strconv.Atoi(os.Getenv("ROSEMARY_KILLS")); err == nil && n > 0 {
		times = n
	}
	w := newWorld(t)
	acknowledged := 0
	for range times {
		if err := w.db.Close(); err != nil {
			t.Fatal(err)
		}
		w.db = nil
		acknowledged += noteAndKill(t, w.path)
		w.open(t)
		before := w.howMany("walking")
		w.follow()
		w.wantSound()
		after := w.howMany("walking")
		if before != after || after < acknowledged {
			t.Fatalf("found %d, and %d once all is indexed; %d were acknowledged", before, after, acknowledged)
		}
	}
	if acknowledged == 0 {
		t.Error("nothing was acknowledged: the test shows nothing")
	}
}

// howMany counts what is found, page after page: one search looks at so much and no more.
func (w *world) howMany(text string) (n int) {
	w.T.Helper()
	for after := (*access.SearchCursor)(nil); ; {
		found := w.search(text, func(q *access.SearchSelection) { q.Limit, q.After = 1000, after })
		if n += len(found.Versions); found.Next == nil {
			return n
		}
		after = found.Next
	}
}

// noteAndKill starts the other process, kills it some time after its first note, and counts what it acknowledged.
func noteAndKill(t *testing.T, path string) (acknowledged int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestIndexUntilKilled$")
	child.Env = append(os.Environ(), indexIn+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "noted") {
			continue
		}
		if acknowledged++; acknowledged == 1 {
			time.AfterFunc(time.Duration(10+rand.IntN(300))*time.Millisecond, func() { _ = child.Process.Kill() })
		}
	}
	_ = child.Wait()
	return acknowledged
}
