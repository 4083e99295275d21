package installation_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/internal/installation"
)

// TestWhatAnEarlierVersionSubscribedIsTakenOverOnce: an earlier version noted no subscription in the log of who saw what, and nobody did anything wrong. What is put in later as if it were such a one is
// still noticed.
func TestWhatAnEarlierVersionSubscribedIsTakenOverOnce(t *testing.T) {
	s := stopped{t, unpackUpgrade(t, "from-2026-11-22.tar.gz") + "/data"}
	put := func(id string) {
		t.Helper()
		db := s.database()
		defer func() { _ = db.Close() }()
		body := `{"ID":"` + id + `","Account":"manager","Endpoint":"https://records.example.org/hook","Content":"id-only","State":"active","Version":1,"Created":"2026-11-20T10:00:00Z","Changed":"2026-11-20T10:00:00Z","Moment":1,"Number":0,"Delivered":0}`
		if _, err := db.ExecContext(t.Context(), `INSERT INTO subscription (subscription, created, body) VALUES (unhex(replace($1, '-', '')), 1795168800000000, $2)`, id, body); err != nil {
			t.Fatal(err)
		}
	}
	start := func() *installation.Installation { return place{s.dir}.mustOpen(t, "") }

	firstTables(t, s)
	put("0192f3a0-0000-7000-8000-000000000001")
	closeIt(t, start())
	closeIt(t, start())
	if err := s.verify(); err != nil {
		t.Fatalf("after the upgrade: %v", err)
	}
	db := s.database()
	if _, err := db.ExecContext(t.Context(), `DELETE FROM subscription_taken_over`); err != nil { // as if it was broken off behind its last note
		t.Fatal(err)
	}
	_ = db.Close()
	closeIt(t, start())
	if err := s.verify(); err != nil {
		t.Fatalf("taken over a second time: %v", err)
	}
	put("0192f3a0-0000-7000-8000-000000000002")
	if err := s.verify(); err == nil || !strings.Contains(err.Error(), "behind the program's back") {
		t.Errorf("one that was put in later: %v", err)
	}
	db = s.database()
	if _, err := db.ExecContext(t.Context(), `DELETE FROM subscription_taken_over`); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	closeIt(t, start())
	if err := s.verify(); err == nil || !strings.Contains(err.Error(), "as if an earlier version had left it") {
		t.Errorf("one that was put in later and taken over: %v", err)
	}
}

// firstTables makes those in which the version behind the one that made the folder kept subscriptions, as it did.
func firstTables(t *testing.T, s stopped) {
	t.Helper()
	first, err := os.ReadFile(filepath.Join("..", "..", "store", "subscription", "migrations", "00001_subscription.sql"))
	if err != nil {
		t.Fatal(err)
	}
	db := s.database()
	defer func() { _ = db.Close() }()
	var made string
	if err := db.QueryRowContext(t.Context(), `SELECT sql FROM sqlite_schema WHERE name = 'migration_access'`).Scan(&made); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		string(first), strings.ReplaceAll(made, "migration_access", "migration_subscription"),
		`INSERT INTO migration_subscription SELECT * FROM migration_access WHERE version_id <= 1`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}
