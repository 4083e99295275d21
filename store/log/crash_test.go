package log_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/storetest"
)

// crashPath tells the test binary that it is the process to be killed, and where its data is.
const crashPath = "ROSEMARY_CRASH_TEST_DATA"

// TestCommitUntilKilled is the other process of TestKilledInMidCommit: it commits pairs of contributions to two people and prints their ids once they are
// acknowledged, until it is killed.
func TestCommitUntilKilled(t *testing.T) {
	path := os.Getenv(crashPath)
	if path == "" {
		t.Skip("only for TestKilledInMidCommit")
	}
	setup := storetest.NewSetup(t)
	setup.Now = time.Now
	w := storetest.WorldOf(t, openAt(t, path, setup), setup)
	var group sync.WaitGroup
	var out sync.Mutex
	for range 6 {
		ann, ben := w.Person("Ann", "Price"), w.Person("Ben", "Okoro")
		group.Go(func() {
			for {
				a, b := storetest.Creating(ann, "note", storetest.NoteOf("tea", "")), storetest.Creating(ben, "note", storetest.NoteOf("tea", ""))
				a.Description, b.Description = b.ID.String(), a.ID.String()
				if _, err := w.Commit(context.Background(), w.By, a, b); err != nil {
					t.Error(err)
					return
				}
				out.Lock()
				fmt.Printf("acknowledged %s %s\n", a.ID, b.ID)
				out.Unlock()
			}
		})
	}
	group.Wait()
}

// kills is how often the process is killed: twenty times, or as often as ROSEMARY_KILLS says.
func kills() int {
	if n, err := strconv.Atoi(os.Getenv("ROSEMARY_KILLS")); err == nil && n > 0 {
		return n
	}
	return 20
}

// TestKilledInMidCommit kills a committing process twenty times. What it acknowledged is there, whole, and the log proves itself.
func TestKilledInMidCommit(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	path := filepath.Join(t.TempDir(), "rosemary.db")
	var acknowledged []uuid.UUID
	for round := range kills() {
		some := commitAndKill(t, path)
		if len(some) == 0 {
			t.Fatalf("round %d acknowledged nothing", round)
		}
		acknowledged = append(acknowledged, some...)
	}
	setup := storetest.NewSetup(t)
	store := openAt(t, path, setup)
	there := map[uuid.UUID]*record.Sealed{}
	verifier := &record.Verifier{}
	err := store.Walk(context.Background(), func(c *record.Sealed, committed record.Instant) error {
		there[c.ID] = c
		return verifier.Add(c, committed)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range acknowledged {
		if there[id] == nil {
			t.Errorf("%s was acknowledged and is lost", id)
		}
	}
	for id, c := range there {
		if partner, err := uuid.Parse(c.Changes[0].Description); err == nil && there[partner] == nil {
			t.Errorf("%s is there without the other half of its batch", id)
		}
	}
	t.Logf("%d acknowledged, %d there", len(acknowledged), len(there))
	w := storetest.WorldOf(t, store, setup)
	w.Do(storetest.Opening(standard.PersonStream, "person", `{"given":"Cat","family":"Zuma"}`))
	w.Verify()
}

// commitAndKill starts the other process, kills it a moment after its first acknowledgement, and returns what it acknowledged.
func commitAndKill(t *testing.T, path string) (acknowledged []uuid.UUID) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestCommitUntilKilled$")
	child.Env = append(os.Environ(), crashPath+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var kill sync.Once
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var a, b string
		if n, _ := fmt.Sscanf(lines.Text(), "acknowledged %s %s", &a, &b); n != 2 || len(b) != 36 {
			if len(acknowledged) == 0 {
				t.Log(lines.Text())
			}
			continue // cut off by the kill
		}
		acknowledged = append(acknowledged, uuid.MustParse(a), uuid.MustParse(b))
		kill.Do(func() {
			time.AfterFunc(time.Duration(5+rand.IntN(120))*time.Millisecond, func() { _ = child.Process.Kill() })
		})
	}
	_ = child.Wait() // killed
	return acknowledged
}
