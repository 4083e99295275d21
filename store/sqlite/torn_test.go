package sqlite_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"rosemary/store/sqlite"
)

// TestATornEndOfTheLogFile: wherever a power cut breaks off what was written to the log file and not flushed, the database opens, and holds what was flushed.
func TestATornEndOfTheLogFile(t *testing.T) {
	t.Parallel()
	for name, key := range map[string][]byte{"plain": nil, "encrypted": bytes.Repeat([]byte{7}, sqlite.KeySize)} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			db, err := sqlite.Open(t.Context(), path, sqlite.Options{Key: key})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			write := func(text string) []byte {
				t.Helper()
				err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
					_, err := tx.Exec(text)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				log, err := os.ReadFile(path + "-wal")
				if err != nil {
					t.Fatal(err)
				}
				return log
			}
			write(`CREATE TABLE kept (n INTEGER, words TEXT)`)
			flushed := len(write(`INSERT INTO kept VALUES (42, '')`))
			log := write(`INSERT INTO kept VALUES (43, hex(zeroblob(15000)))`)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for size := flushed; size <= len(log); size += 512 {
				whole := append(bytes.Clone(log[:size]), bytes.Repeat([]byte{0xa5}, size%5*100)...)
				if err := opensWith(t, data, whole, key); err != nil {
					t.Errorf("broken off %d bytes behind what was flushed: %v", size-flushed, err)
				}
			}
		})
	}
}

// opensWith opens copies of a data file and its log file, and looks for what was flushed.
func opensWith(t *testing.T, data, log, key []byte) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "b.db")
	for end, text := range map[string][]byte{"": data, "-wal": log} {
		if err := os.WriteFile(path+end, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{Key: key})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	n := 0
	if err := db.QueryRow(t.Context(), `SELECT min(n) FROM kept`).Scan(&n); err != nil {
		return err
	}
	if n != 42 {
		return fmt.Errorf("it holds %d", n)
	}
	return nil
}
