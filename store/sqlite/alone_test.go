package sqlite_test

import (
	"context"
	"errors"
	"testing"

	"rosemary/store/sqlite"
)

// TestAWriterAloneThatFailsKeepsNothing: by an error and by a panic, and the next writer is not hurt by it.
func TestAWriterAloneThatFailsKeepsNothing(t *testing.T) {
	db := open(t, sqlite.Options{})
	table(t, db)
	mistake := errors.New("a mistake")
	heard := 0
	fail := func(how func()) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = mistake
			}
		}()
		return db.Write(context.Background(), func(tx *sqlite.Tx) error {
			tx.AfterCommit(func() { heard++ })
			if _, err := tx.Exec(`INSERT INTO note (words) VALUES ('lost')`); err != nil {
				return err
			}
			how()
			return mistake
		})
	}
	for _, how := range []func(){func() {}, func() { panic("a mistake in the program") }} {
		if err := fail(how); !errors.Is(err, mistake) {
			t.Errorf("got %v", err)
		}
		if n := count(t, db); n != 0 || heard != 0 {
			t.Errorf("%d rows, heard %d times", n, heard)
		}
	}
	write(t, db, `INSERT INTO note (words) VALUES ('kept')`)
	if n := count(t, db); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}
