package installation_test

import (
	"os"
	"strings"
	"testing"

	"rosemary/standard"
)

// TestAnOlderCopyIsNotGoneOnWith: a data folder that was put back in place of a newer one is refused before anybody writes in it; the newer one, and one that nothing is known of outside, are not.
func TestAnOlderCopyIsNotGoneOnWith(t *testing.T) {
	p := newPlace(t)
	older := place{t.TempDir()}
	in := p.open(t)
	people := furnish(t, in)
	if err := in.SetBack(t.Context()); err != nil {
		t.Error("before the first checkpoint:", err)
	}
	if _, err := in.Notary.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	closeIt(t, in)
	if err := os.CopyFS(older.dir, os.DirFS(p.dir)); err != nil {
		t.Fatal(err)
	}
	in = p.open(t)
	commit(t, in, create(people[0], "", "daily-note", `{"when":"2026-03-18T10:00:00+00:00","freeText":"Had her tablets"}`))
	if _, err := in.Notary.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := in.SetBack(t.Context()); err != nil {
		t.Error("the newest:", err)
	}
	closeIt(t, in)
	if err := os.RemoveAll(p.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(p.dir, os.DirFS(older.dir)); err != nil {
		t.Fatal(err)
	}
	in = p.open(t)
	defer closeIt(t, in)
	if err := in.SetBack(t.Context()); standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "26 entries") || !strings.Contains(err.Error(), "holds 25") {
		t.Errorf("an older copy: %v", err)
	}
	elsewhere := older.open(t)
	defer closeIt(t, elsewhere)
	if err := elsewhere.SetBack(t.Context()); err != nil {
		t.Errorf("one of which nothing is known outside: %v", err)
	}
}
