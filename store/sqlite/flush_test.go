package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/vfs"

	"rosemary/standard"
)

// slowLog is the log file on a disk that takes its time, or fails.
type slowLog struct {
	vfs.File
	begun chan struct{} // a flush has begun
	end   chan error    // how it ends
}

func (s *slowLog) Sync(vfs.SyncFlag) error {
	s.begun <- struct{}{}
	return <-s.end
}

// onSlowDisk opens a database whose flushes wait for the test.
func onSlowDisk(t *testing.T) (*DB, *slowLog) {
	t.Helper()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "a.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.Exec(`CREATE TABLE kept (n INTEGER)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	slow := &slowLog{File: db.flushing.log, begun: make(chan struct{}, 100), end: make(chan error, 100)}
	db.flushing.log = slow // nothing waits for a flush now, and the next group is handed over behind this
	return db, slow
}

func insert(db *DB, ran chan<- struct{}, heard *atomic.Bool) chan error {
	done := make(chan error, 1)
	go func() {
		done <- db.Write(context.Background(), func(tx *Tx) error {
			tx.AfterCommit(func() { heard.Store(true) })
			_, err := tx.Exec(`INSERT INTO kept VALUES (1)`)
			close(ran)
			return err
		})
	}()
	return done
}

// TestTheNextGroupRunsDuringTheFlush: the writing connection does not wait for the disk, and nobody hears that a write is done before a flush that began behind its commit has ended.
func TestTheNextGroupRunsDuringTheFlush(t *testing.T) {
	t.Parallel()
	db, slow := onSlowDisk(t)
	var heard, heardNext atomic.Bool
	ran, ranNext := make(chan struct{}), make(chan struct{})
	done := insert(db, ran, &heard)
	<-slow.begun
	next := insert(db, ranNext, &heardNext)
	select {
	case <-ranNext:
	case <-time.After(30 * time.Second):
		t.Fatal("a write waits for the flush of another")
	}
	if len(done)+len(next) > 0 || heard.Load() || heardNext.Load() {
		t.Fatal("a write was answered before its flush had ended")
	}
	slow.end <- nil
	if err := <-done; err != nil || !heard.Load() {
		t.Fatalf("the first write: %v, heard of %v", err, heard.Load())
	}
	<-slow.begun // of the second
	if len(next) > 0 || heardNext.Load() {
		t.Fatal("a write was answered by a flush that had begun before its commit")
	}
	slow.end <- nil
	if err := <-next; err != nil || !heardNext.Load() {
		t.Fatalf("the second write: %v, heard of %v", err, heardNext.Load())
	}
}

// copyingLog keeps what stood in the log file when the last flush began that has ended: what is on the disk for certain.
type copyingLog struct {
	vfs.File
	path string
	safe atomic.Pointer[[]byte]
}

func (c *copyingLog) Sync(flags vfs.SyncFlag) error {
	stood, err := os.ReadFile(c.path + "-wal")
	if err == nil {
		err = c.File.Sync(flags)
	}
	if err == nil {
		c.safe.Store(&stood)
	}
	return err
}

// TestWhatIsAcknowledgedIsOnTheDisk: with many writers at once, a power cut at the very moment of an answer leaves what was answered.
func TestWhatIsAcknowledgedIsOnTheDisk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	write := func(text string, args ...any) error {
		return db.Write(context.Background(), func(tx *Tx) error {
			_, err := tx.Exec(text, args...)
			return err
		})
	}
	if err := write(`CREATE TABLE kept (n INTEGER PRIMARY KEY)`); err != nil {
		t.Fatal(err)
	}
	hold, err := db.Read().BeginTx(t.Context(), nil) // while somebody reads what stood, the log file goes on and does not begin anew
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = hold.Rollback() }()
	var n int
	if err := hold.QueryRow(`SELECT count(*) FROM kept`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	log := &copyingLog{File: db.flushing.log, path: path}
	db.flushing.log = log
	const writers, each = 8, 25
	safe := [writers][each]*[]byte{}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := range each {
				if err := write(`INSERT INTO kept VALUES ($1)`, w*each+n); err != nil {
					t.Error(err)
				}
				safe[w][n] = log.safe.Load()
			}
		})
	}
	all.Wait()
	there := map[*[]byte]map[int]bool{}
	for w := range writers {
		for n, log := range safe[w] {
			if log == nil {
				t.Fatal("a write was acknowledged without any flush")
			}
			if there[log] == nil {
				there[log] = keptIn(t, data, *log)
			}
			if !there[log][w*each+n] {
				t.Errorf("row %d of writer %d was acknowledged and would be lost", n, w)
			}
		}
	}
}

// keptIn opens copies of a data file and its log file, and reads which rows they hold.
func keptIn(t *testing.T, data, log []byte) map[int]bool {
	t.Helper()
	path := filepath.Join(t.TempDir(), "b.db")
	if err := errors.Join(os.WriteFile(path, data, 0o600), os.WriteFile(path+"-wal", log, 0o600)); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.Query(t.Context(), `SELECT n FROM kept`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	kept := map[int]bool{}
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		kept[n] = true
	}
	return kept
}

// TestAFailedFlushEndsWriting: what a failed flush leaves on the disk nobody knows, and the next flush would not say. So it is not acknowledged, and nothing more is written; what
// stands can be read.
func TestAFailedFlushEndsWriting(t *testing.T) {
	t.Parallel()
	db, slow := onSlowDisk(t)
	var heard atomic.Bool
	done := insert(db, make(chan struct{}), &heard)
	<-slow.begun
	late := insert(db, make(chan struct{}), &heard) // has begun when the disk fails
	slow.end <- errors.New("input/output error")
	for _, answer := range []chan error{done, late} {
		if err := <-answer; standard.KindOf(err) != standard.Unavailable {
			t.Errorf("a write whose flush failed: %v", err)
		}
	}
	if heard.Load() {
		t.Error("somebody heard that it was done")
	}
	for range 2 {
		if err := <-insert(db, make(chan struct{}), &heard); standard.KindOf(err) != standard.Unavailable {
			t.Errorf("a write after the disk had failed: %v", err)
		}
	}
	var n int
	if err := db.QueryRow(t.Context(), `SELECT count(*) FROM sqlite_schema WHERE name = 'kept'`).Scan(&n); err != nil || n != 1 {
		t.Errorf("reading after the disk had failed: %d, %v", n, err)
	}
	if f := db.Figures(); f.Failed < 1 {
		t.Errorf("figures: %+v", f)
	}
}
