package sqlite_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/standard"
	"rosemary/store/sqlite"
)

func newKey() []byte {
	key := make([]byte, sqlite.KeySize)
	_, _ = rand.Read(key)
	return key
}

func openAt(t *testing.T, path string, o sqlite.Options) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

const secretWords = "Peggy takes her tea with two sugars"

// TestNothingIsLegibleOnTheDisk: the database, its log and every file beside it.
func TestNothingIsLegibleOnTheDisk(t *testing.T) {
	folder, key := t.TempDir(), newKey()
	db := openAt(t, filepath.Join(folder, "notes.db"), sqlite.Options{Key: key})
	table(t, db)
	for range 300 {
		write(t, db, `INSERT INTO note (words) VALUES ('`+secretWords+`')`)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	logged := false
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Peggy", "sugars", "SQLite format", "CREATE TABLE"} {
			if bytes.Contains(data, []byte(word)) {
				t.Errorf("%s holds %q", f.Name(), word)
			}
		}
		logged = logged || strings.HasSuffix(f.Name(), "-wal") && len(data) > 100_000
	}
	if !logged {
		t.Error("the log of the database was empty: this test proved nothing about it")
	}
	if n := count(t, db); n != 300 {
		t.Errorf("%d rows", n)
	}
}

func TestTheKeyMustFit(t *testing.T) {
	folder, key := t.TempDir(), newKey()
	for name, k := range map[string][]byte{"encrypted.db": key, "plain.db": nil} {
		db := openAt(t, filepath.Join(folder, name), sqlite.Options{Key: k})
		table(t, db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, file string
		key        []byte
		kind       standard.Kind
		says       string
	}{
		{"no key", "encrypted.db", nil, standard.Unavailable, "encrypted, and no key was given"},
		{"a key for a plain one", "plain.db", key, standard.Unavailable, "not encrypted, though a key was given"},
		{"another key", "encrypted.db", newKey(), standard.Broken, "damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(folder, tt.file)
			before, _ := os.ReadFile(path)
			_, err := sqlite.Open(t.Context(), path, sqlite.Options{Key: tt.key})
			if standard.KindOf(err) != tt.kind || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("opening says %v", err)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

// TestFlippedBitsAreNoticed: a changed bit makes a whole block unreadable, so that reading every page finds it.
func TestFlippedBitsAreNoticed(t *testing.T) {
	path, key := filepath.Join(t.TempDir(), "notes.db"), newKey()
	db := openAt(t, path, sqlite.Options{Key: key})
	table(t, db)
	words := strings.Repeat(secretWords, 2300/len(secretWords)) // as large as a row of the log
	for range 120 {
		write(t, db, `INSERT INTO note (words) VALUES ('`+words+`')`)
	}
	if err := db.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	noticed, empty, tried := 0, 0, 0
	for at := 1000; at < len(whole); at += 9_001 {
		broken := bytes.Clone(whole)
		broken[at] ^= 4
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		tried++
		db, err := sqlite.Open(t.Context(), path, sqlite.Options{Key: key})
		if err == nil {
			if err = db.Check(t.Context()); err == nil { // then it was where nothing stands
				var sound int
				if err := db.QueryRow(t.Context(), `SELECT count(*) FROM note WHERE words = $1`, words).Scan(&sound); err != nil || sound != 120 {
					t.Errorf("a flipped bit at %d of %d: %d rows are sound, %v", at, len(whole), sound, err)
				}
				empty++
			}
			_ = db.Close()
		}
		if standard.KindOf(err) == standard.Broken {
			noticed++
		}
	}
	if tried < 10 || noticed+empty < tried || empty > tried/5 {
		t.Errorf("%d of %d flipped bits were noticed, %d hit nothing", noticed, tried, empty)
	}
}

// TestWhatIsEncryptedByHandIsTheSame: a database that is encrypted block by block opens, and one that the layer wrote decrypts to a plain one.
func TestWhatIsEncryptedByHandIsTheSame(t *testing.T) {
	folder, key := t.TempDir(), newKey()
	plain := filepath.Join(folder, "plain.db")
	db := openAt(t, plain, sqlite.Options{})
	table(t, db)
	write(t, db, `INSERT INTO note (words) VALUES ('one')`)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(plain)
	var secret bytes.Buffer
	w := sqlite.Encrypting(&secret, key)
	for rest := data; len(rest) > 0; { // in pieces that are no blocks
		n := min(len(rest), 1001)
		if _, err := w.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "secret.db")
	if err := os.WriteFile(path, secret.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	back, err := io.ReadAll(sqlite.Decrypting(bytes.NewReader(secret.Bytes()), key))
	if err != nil || !bytes.Equal(back, data) {
		t.Fatalf("decrypted is not what it was: %v", err)
	}
	db = openAt(t, path, sqlite.Options{Key: key})
	if n := count(t, db); n != 1 || db.Check(t.Context()) != nil {
		t.Errorf("%d rows", n)
	}
}

// TestSnapshot: what is written meanwhile is not in it, and nobody waits.
func TestSnapshot(t *testing.T) {
	for name, key := range map[string][]byte{"of a plain database": nil, "of an encrypted one": newKey()} {
		t.Run(name, func(t *testing.T) {
			db := openAt(t, filepath.Join(t.TempDir(), "notes.db"), sqlite.Options{Key: key})
			table(t, db)
			for range 40 {
				write(t, db, `INSERT INTO note (words) VALUES ('`+strings.Repeat("x", 200_000)+`')`)
			}
			other, path := newKey(), filepath.Join(t.TempDir(), "snapshot")
			var seen, heard int64
			err := db.Snapshot(t.Context(), path, other, func(ask sqlite.Ask) error { return ask(`SELECT count(*) FROM note`, &seen) }, func(done, total int64) {
				if heard++; heard == 1 {
					write(t, db, `INSERT INTO note (words) VALUES ('meanwhile')`)
				}
			})
			if err != nil || seen != 40 || heard < 2 {
				t.Fatal(seen, heard, err)
			}
			if n := count(t, openAt(t, path, sqlite.Options{Key: other})); n != 40 {
				t.Errorf("the snapshot holds %d rows", n)
			}
			ctx, cancel := context.WithCancel(t.Context())
			err = db.Snapshot(ctx, path+"2", other, nil, func(int64, int64) { cancel() })
			if standard.KindOf(err) != standard.Busy {
				t.Errorf("broken off: %v", err)
			}
		})
	}
}
