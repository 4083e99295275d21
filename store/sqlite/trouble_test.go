package sqlite_test

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"

	_ "github.com/ncruces/go-sqlite3/driver"

	"rosemary/standard"
	"rosemary/store/sqlite"
)

// TestLockedByAnother: somebody holds the database for longer than anybody waits. A clear answer, nothing half kept, and it goes on by itself.
func TestLockedByAnother(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits ten seconds")
	}
	db := open(t, sqlite.Options{})
	table(t, db)
	write(t, db, `INSERT INTO note (words) VALUES ('before')`)
	other, err := sql.Open("sqlite3", (&url.URL{Scheme: "file", OmitHost: true, Path: db.Path(), RawQuery: "_txlock=immediate"}).String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	held, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO note (words) VALUES ('refused')`)
		return err
	})
	if standard.KindOf(err) != standard.Busy || !strings.Contains(err.Error(), "Nothing was changed") {
		t.Errorf("got %v", err)
	}
	if n := count(t, db); n != 1 { // reading goes on meanwhile
		t.Errorf("%d rows", n)
	}
	if err := held.Rollback(); err != nil {
		t.Fatal(err)
	}
	write(t, db, `INSERT INTO note (words) VALUES ('after')`)
	if n, f := count(t, db), db.Figures(); n != 2 || f.Failed != 1 || f.Done < 2 {
		t.Errorf("%d rows, figures %+v", n, f)
	}
}
