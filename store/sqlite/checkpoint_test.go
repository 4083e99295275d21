package sqlite_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rosemary/store/sqlite"
)

// TestTheLogFileStaysSmall: while many write and read it begins anew before it is large, and in a quiet moment all is carried over.
func TestTheLogFileStaysSmall(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.db")
	db := openAt(t, path, sqlite.Options{})
	table(t, db)
	ctx, stop := context.WithCancel(t.Context())
	var readers, writers sync.WaitGroup
	readers.Go(func() {
		for ctx.Err() == nil {
			var n int
			_ = db.QueryRow(ctx, `SELECT count(*) FROM (SELECT 1 FROM note LIMIT 50)`).Scan(&n)
		}
	})
	words := strings.Repeat("x", 9_000)
	for range 4 {
		writers.Go(func() {
			for range 700 {
				err := db.Write(context.Background(), func(tx *sqlite.Tx) error {
					_, err := tx.Exec(`INSERT INTO note (words) VALUES ($1)`, words)
					return err
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writers.Wait()
	stop()
	readers.Wait()
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() > 90<<20 {
		t.Errorf("the log file has %d bytes, %v", info.Size(), err)
	}
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if info, err := os.Stat(path); err != nil || info.Size() >= 4*700*9_000 {
			break
		}
		if time.Since(began) > 20*time.Second {
			t.Fatal("in a quiet moment nothing is carried over")
		}
	}
}

// TestPatientWritersLetOthersGoFirst: and are not forgotten.
func TestPatientWritersLetOthersGoFirst(t *testing.T) {
	db := open(t, sqlite.Options{})
	table(t, db)
	var patient, hasty atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	slow := func(n *atomic.Int64) func(*sqlite.Tx) error {
		return func(tx *sqlite.Tx) error {
			n.Add(1)
			time.Sleep(2 * time.Millisecond)
			_, err := tx.Exec(`INSERT INTO note (words) VALUES ('x')`)
			return err
		}
	}
	var all sync.WaitGroup
	all.Go(func() {
		for ctx.Err() == nil {
			_ = db.WritePatiently(ctx, slow(&patient))
		}
	})
	for range 2 {
		all.Go(func() {
			for ctx.Err() == nil {
				_ = db.Write(ctx, slow(&hasty))
			}
		})
	}
	time.Sleep(600 * time.Millisecond)
	if p, h := patient.Load(), hasty.Load(); p < 2 || p > h/2 {
		t.Errorf("%d patient writes beside %d others", p, h)
	}
	stop()
	all.Wait()
	for range 20 { // alone, they need not wait
		if err := db.WritePatiently(t.Context(), slow(&patient)); err != nil {
			t.Fatal(err)
		}
	}
}
