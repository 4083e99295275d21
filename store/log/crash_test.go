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
	"rosemary/store/sqlite"
	"rosemary/store/storetest"
)

// crashPath tells the test binary that it is the process to be killed, and where its data is; crashKey, that the data is encrypted and lies on an honest disk.
const (
	crashPath = "ROSEMARY_CRASH_TEST_DATA"
	crashKey  = "ROSEMARY_CRASH_TEST_KEY"
)

// crashOptions are those of the database that is killed.
func crashOptions(key string) sqlite.Options {
	if key == "" {
		return sqlite.Options{}
	}
	return sqlite.Options{Key: []byte(key)}
}

// TestCommitUntilKilled is the other process of TestKilledInMidCommit: it commits pairs of contributions to two people and prints their ids once they are
// acknowledged, until it is killed.
func TestCommitUntilKilled(t *testing.T) {
	path := os.Getenv(crashPath)
	if path == "" {
		t.Skip("only for TestKilledInMidCommit")
	}
	if os.Getenv(crashKey) != "" {
		layHonestDisk()
	}
	setup := storetest.NewSetup(t)
	setup.Now = time.Now
	w := storetest.WorldOf(t, openWith(t, path, setup, crashOptions(os.Getenv(crashKey))), setup)
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

// killsOfOne is how often the process is killed with the same data before it is checked; then it begins anew.
const killsOfOne = 40

// TestKilledInMidCommit kills a committing process twenty times, and each time takes from the disk what a power cut could take. What it acknowledged is
// there, whole; the log proves itself; what is derived from it agrees with it.
func TestKilledInMidCommit(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	// Plain, with a torn end of the log file; and encrypted, on a disk that keeps what it was told to flush and nothing else for certain.
	for name, key := range map[string]string{"plain": "", "on an honest disk": "0123456789abcdef0123456789abcdef"} {
		t.Run(name, func(t *testing.T) {
			for left := (kills() + 1) / 2; left > 0; left -= killsOfOne {
				killOften(t, filepath.Join(t.TempDir(), "rosemary.db"), key, min(left, killsOfOne))
			}
		})
	}
}

// killOften kills a process that commits to one database, and checks it.
func killOften(t *testing.T, path, key string, times int) {
	t.Helper()
	var acknowledged []uuid.UUID
	torn := 0
	for round := range times {
		besideIt(t, path)
		some := commitAndKill(t, path, key)
		if len(some) == 0 {
			t.Fatalf("round %d acknowledged nothing", round)
		}
		acknowledged = append(acknowledged, some...)
		switch {
		case key != "":
			torn += powerCut(t, path+"-wal") + powerCut(t, path)
		case tornTail(t, path) > 0:
			torn++
		}
	}
	setup := storetest.NewSetup(t)
	db, err := sqlite.Open(context.Background(), path, crashOptions(key))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	store := openIn(t, db, setup)
	there := map[uuid.UUID]*record.Sealed{}
	verifier := &record.Verifier{}
	err = store.Walk(context.Background(), func(c *record.Sealed, committed record.Instant) error {
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
	t.Logf("%d acknowledged, %d there; %d writes or tails that were not flushed", len(acknowledged), len(there), torn)
	w := storetest.WorldOf(t, store, setup)
	w.Do(storetest.Opening(standard.PersonStream, "person", `{"given":"Cat","family":"Zuma"}`))
	w.Verify()
}

// commitAndKill starts the other process, kills it a moment after its first acknowledgement, and returns what it acknowledged.
func commitAndKill(t *testing.T, path, key string) (acknowledged []uuid.UUID) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestCommitUntilKilled$")
	child.Env = append(os.Environ(), crashPath+"="+path, crashKey+"="+key)
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
