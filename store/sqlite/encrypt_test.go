package sqlite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/standard"
	"rosemary/store/sqlite"
)

// furnished makes a plain database with some rows and closes it.
func furnished(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "notes.db")
	db := openAt(t, path, sqlite.Options{})
	table(t, db)
	for range 20 {
		write(t, db, `INSERT INTO note (words) VALUES ('`+strings.Repeat(secretWords, 50)+`')`)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestEncryptBrokenOffAnywhere: at every stage one whole database stands there, and doing it again gets through.
func TestEncryptBrokenOffAnywhere(t *testing.T) {
	for _, at := range []string{sqlite.StageCheck, sqlite.StageCopy, sqlite.StageVerify, sqlite.StageSwap, sqlite.StageDone} {
		t.Run(at, func(t *testing.T) {
			path, key := furnished(t), newKey()
			func() {
				defer func() { _ = recover() }()
				_ = sqlite.Encrypt(t.Context(), path, key, func(name string) {
					if name == at {
						panic("the power fails")
					}
				})
			}()
			encrypted, err := sqlite.Encrypted(path)
			if err != nil || encrypted != (at == sqlite.StageDone) {
				t.Fatalf("encrypted: %v, %v", encrypted, err)
			}
			if !encrypted {
				db := openAt(t, path, sqlite.Options{})
				write(t, db, `INSERT INTO note (words) VALUES ('goes on')`)
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
				if err := sqlite.Encrypt(t.Context(), path, key, func(string) {}); err != nil {
					t.Fatal(err)
				}
			}
			db := openAt(t, path, sqlite.Options{Key: key})
			if n := count(t, db); n < 20 || db.Check(t.Context()) != nil {
				t.Errorf("%d rows", n)
			}
			files, _ := os.ReadDir(filepath.Dir(path))
			for _, f := range files {
				if data, _ := os.ReadFile(filepath.Join(filepath.Dir(path), f.Name())); bytes.Contains(data, []byte("Peggy")) {
					t.Errorf("%s is legible", f.Name())
				}
			}
		})
	}
}

func TestEncryptWaitsForNobody(t *testing.T) {
	path := furnished(t)
	db := openAt(t, path, sqlite.Options{})
	if err := sqlite.Encrypt(t.Context(), path, newKey(), func(string) {}); standard.KindOf(err) != standard.Unavailable {
		t.Errorf("beside a server: %v", err)
	}
	beside := openAt(t, path, sqlite.Options{Beside: true})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	count(t, beside)
	if err := sqlite.Encrypt(t.Context(), path, newKey(), func(string) {}); standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "Another command") {
		t.Errorf("beside a command: %v", err)
	}
	write(t, beside, `INSERT INTO note (words) VALUES ('kept')`)
	if n := count(t, beside); n != 21 {
		t.Errorf("%d rows", n)
	}
}
