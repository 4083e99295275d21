package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"rosemary/store/sqlite"
)

// TestARepeatableWriterThatFailsIsAlone: one of a group that fails after it has written, by an error or by a panic, takes nothing of the others with it, however
// they write, and nothing is there twice.
func TestARepeatableWriterThatFailsIsAlone(t *testing.T) {
	db := open(t, sqlite.Options{})
	table(t, db)
	for _, how := range []string{"error", "panic"} {
		write(t, db, `DELETE FROM note`)
		var heard sync.Map
		runs := 0
		begun, held := make(chan struct{}), make(chan struct{})
		var group sync.WaitGroup
		group.Go(func() { // holds the writer until the others wait
			_ = db.Write(context.Background(), func(*sqlite.Tx) error { close(begun); <-held; return nil })
		})
		<-begun
		for i := range 9 {
			writer, words := db.WriteRepeatably, fmt.Sprint("kept ", i)
			if i%3 == 0 {
				writer = db.Write
			}
			bad := i == 4
			group.Go(func() {
				defer func() { _ = recover() }()
				err := writer(context.Background(), func(tx *sqlite.Tx) error {
					tx.AfterCommit(func() {
						if _, twice := heard.LoadOrStore(words, true); twice {
							t.Errorf("%q heard twice", words)
						}
					})
					if _, err := tx.Exec(`INSERT INTO note (words) VALUES ($1)`, words); err != nil {
						return err
					}
					if !bad {
						return nil
					}
					if runs++; how == "panic" {
						panic("a mistake in the program")
					}
					return errors.New("a mistake")
				})
				if bad != (err != nil) {
					t.Errorf("%q: %v", words, err)
				}
			})
		}
		for db.Figures().Waiting < 9 {
			time.Sleep(time.Millisecond)
		}
		close(held)
		group.Wait()
		if n := count(t, db); n != 8 || runs != 2 {
			t.Errorf("%s: %d rows, want 8; the one that fails ran %d times, want 2", how, n, runs)
		}
		if _, ok := heard.Load("kept 4"); ok {
			t.Errorf("%s: the one that failed heard of its commit", how)
		}
		if words := first(t, db, `SELECT group_concat(words, ', ' ORDER BY words) FROM note`); strings.Contains(words, "kept 4") {
			t.Errorf("%s: kept %s", how, words)
		}
	}
}

func first(t *testing.T, db *sqlite.DB, question string) (text string) {
	t.Helper()
	if err := db.QueryRow(context.Background(), question).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}
