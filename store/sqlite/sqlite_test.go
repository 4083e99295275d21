package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"rosemary/standard"
	"rosemary/store/sqlite"
)

func open(t testing.TB, o sqlite.Options) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "data", "a b?%.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func table(t testing.TB, db *sqlite.DB) {
	t.Helper()
	write(t, db, `CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT`)
}

func write(t testing.TB, db *sqlite.DB, text string, args ...any) {
	t.Helper()
	err := db.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(text, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func count(t testing.TB, db *sqlite.DB) (n int) {
	t.Helper()
	if err := db.QueryRow(context.Background(), `SELECT count(*) FROM note`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEveryConnection(t *testing.T) {
	db := open(t, sqlite.Options{Readers: 3})
	settings := map[string]int{"synchronous": 2, "page_size": 4096, "foreign_keys": 1, "temp_store": 2, "busy_timeout": 10000}
	for range 3 {
		conn, err := db.Read().Conn(context.Background()) // kept, so that each is another one
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		settings["query_only"] = 1
		for name, want := range settings {
			var got int
			if err := conn.QueryRowContext(context.Background(), `PRAGMA `+name).Scan(&got); err != nil || got != want {
				t.Errorf("reader: %s is %d, want %d (%v)", name, got, want, err)
			}
		}
	}
	err := db.Write(context.Background(), func(tx *sqlite.Tx) error {
		settings["query_only"] = 0
		settings["synchronous"] = 1 // a commit is flushed behind it: see flush.go
		for name, want := range settings {
			var got int
			if err := tx.QueryRow(`PRAGMA ` + name).Scan(&got); err != nil || got != want {
				t.Errorf("writer: %s is %d, want %d (%v)", name, got, want, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnotherProcessIsRefused(t *testing.T) {
	db := open(t, sqlite.Options{})
	_, err := sqlite.Open(context.Background(), db.Path(), sqlite.Options{})
	if standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "already running with this data folder") {
		t.Fatalf("got %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := sqlite.Open(context.Background(), db.Path(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if err := again.Write(context.Background(), func(*sqlite.Tx) error { return nil }); standard.KindOf(err) != standard.Unavailable {
		t.Fatalf("a write after closing: %v", err)
	}
}

func TestFilesAreTheOwnersOnly(t *testing.T) {
	db := open(t, sqlite.Options{})
	table(t, db)
	files, err := os.ReadDir(filepath.Dir(db.Path()))
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

func TestReadersCannotWrite(t *testing.T) {
	db := open(t, sqlite.Options{})
	table(t, db)
	rows, err := db.Query(context.Background(), `INSERT INTO note (words) VALUES ('x') RETURNING id`)
	if err == nil {
		rows.Next()
		err = rows.Err()
		_ = rows.Close()
	}
	if standard.KindOf(err) != standard.Unavailable || count(t, db) != 0 {
		t.Fatalf("got %v", err)
	}
}

func TestParametersByNumber(t *testing.T) {
	db := open(t, sqlite.Options{})
	var a, b string
	if err := db.QueryRow(context.Background(), `SELECT $2, $1 || $1`, "one", "two").Scan(&a, &b); err != nil || a != "two" || b != "oneone" {
		t.Fatal(a, b, err)
	}
}

// One transaction holds many callers' writes; whoever fails undoes only what is his own.
func TestOneCallersFailureIsHisOwn(t *testing.T) {
	db := open(t, sqlite.Options{})
	table(t, db)
	failing := errors.New("no")
	var group sync.WaitGroup
	var mu sync.Mutex
	after := 0
	for i := range 200 {
		group.Go(func() {
			defer func() {
				if p := recover(); (p != nil) != (i%5 == 3) {
					t.Errorf("job %d: panic %v", i, p)
				}
			}()
			err := db.Write(context.Background(), func(tx *sqlite.Tx) error {
				tx.AfterCommit(func() { mu.Lock(); after++; mu.Unlock() })
				if _, err := tx.Exec(`INSERT INTO note (id, words) VALUES ($1, $2)`, i, "x"); err != nil {
					return err
				}
				switch i % 5 {
				case 1:
					return failing
				case 2:
					_, err := tx.Exec(`INSERT INTO note (id, words) VALUES ($1, $2)`, i, "again")
					return err
				case 3:
					panic("a mistake in the program")
				}
				return nil
			})
			switch i % 5 {
			case 1:
				if !errors.Is(err, failing) {
					t.Errorf("job %d: %v", i, err)
				}
			case 2:
				if !sqlite.IsTaken(err) {
					t.Errorf("job %d: %v", i, err)
				}
			default:
				if err != nil {
					t.Errorf("job %d: %v", i, err)
				}
			}
		})
	}
	group.Wait()
	if n := count(t, db); n != 80 || after != 80 {
		t.Fatalf("%d rows, %d functions after the commit, want 80", n, after)
	}
}

func TestNobodyWaits(t *testing.T) {
	db := open(t, sqlite.Options{MaxBatch: 1})
	table(t, db)
	busy, release := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- db.Write(context.Background(), func(*sqlite.Tx) error { close(busy); <-release; return nil })
	}()
	<-busy
	ctx, cancel := context.WithCancel(context.Background())
	second := make(chan error, 1)
	go func() {
		second <- db.Write(ctx, func(tx *sqlite.Tx) error {
			_, err := tx.Exec(`INSERT INTO note (words) VALUES ('nobody waits for this')`)
			return err
		})
	}()
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) || standard.KindOf(err) != standard.Busy {
		t.Fatalf("got %v", err)
	}
	close(release)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	write(t, db, `INSERT INTO note (words) VALUES ('next')`)
	if n := count(t, db); n != 1 {
		t.Fatalf("%d rows, want 1", n)
	}
}

func TestFullDisk(t *testing.T) {
	db := open(t, sqlite.Options{})
	table(t, db)
	write(t, db, `INSERT INTO note (words) VALUES ('before')`)
	limit := func(pages int) {
		err := db.Write(context.Background(), func(tx *sqlite.Tx) error {
			var n int
			return tx.QueryRow(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)).Scan(&n)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	limit(5)
	fill := func() error {
		return db.Write(context.Background(), func(tx *sqlite.Tx) error {
			_, err := tx.Exec(`INSERT INTO note (words) VALUES ($1)`, strings.Repeat("x", 100_000))
			return err
		})
	}
	if err := fill(); standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "The disk is full. Nothing was changed.") {
		t.Fatalf("got %v", err)
	}
	if n := count(t, db); n != 1 {
		t.Fatalf("%d rows, want 1", n)
	}
	limit(1000)
	if err := fill(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db); n != 2 {
		t.Fatalf("%d rows, want 2", n)
	}
}

func migration(text string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
}

func TestMigrations(t *testing.T) {
	db, ctx := open(t, sqlite.Options{}), context.Background()
	one := fstest.MapFS{"migrations/00001_note.sql": migration(`CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;`)}
	two := fstest.MapFS{"migrations/00001_note.sql": one["migrations/00001_note.sql"], "migrations/00002_by.sql": migration(`ALTER TABLE note ADD COLUMN by TEXT NOT NULL DEFAULT '';`)}
	broken := fstest.MapFS{"migrations/00001_note.sql": one["migrations/00001_note.sql"], "migrations/00002_by.sql": migration("INSERT INTO note (words) VALUES ('x');\nALTER TABLE nothing ADD COLUMN by TEXT;")}
	other := fstest.MapFS{"migrations/00001_other.sql": migration(`CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT;`)}
	for _, files := range []fstest.MapFS{one, one} {
		if err := db.Migrate(ctx, "notes", files); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Migrate(ctx, "notes", broken); err == nil || count(t, db) != 0 {
		t.Fatalf("a migration that fails left something: %v", err)
	}
	if err := db.Migrate(ctx, "others", other); err != nil {
		t.Fatal(err)
	}
	write(t, db, `INSERT INTO note (words) VALUES ('x')`)
	beside, err := sqlite.Open(ctx, db.Path(), sqlite.Options{Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := beside.Migrate(ctx, "notes", two); standard.KindOf(err) != standard.Unavailable {
		t.Errorf("a newer program migrates beside a running server: %v", err)
	}
	if err := beside.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(ctx, "notes", two); err != nil {
		t.Fatal(err)
	}
	write(t, db, `INSERT INTO note (words, by) VALUES ('x', 'y')`)
	if count(t, db) != 2 {
		t.Fatal("rows were lost")
	}
	err = db.Migrate(ctx, "notes", one)
	if standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "newer version of Rosemary") {
		t.Fatalf("got %v", err)
	}
}
