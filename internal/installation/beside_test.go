package installation_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/standard"
)

// retitled is the standard with another title for daily notes.
func retitled(t *testing.T) *standard.Catalogue {
	t.Helper()
	files := fstest.MapFS{}
	for _, pattern := range []string{"*.yaml", "*/*.yaml"} {
		names, err := filepath.Glob(filepath.Join("../../standard", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			within, _ := filepath.Rel("../../standard", name)
			files[filepath.ToSlash(within)] = &fstest.MapFile{Data: data}
		}
	}
	note := files["classes/daily-note.yaml"]
	if note == nil {
		note = files["extensions/daily-note.yaml"]
	}
	before := string(note.Data)
	note.Data = []byte(strings.Replace(before, "title: [freeText]", "title: [about]", 1))
	if string(note.Data) == before {
		t.Fatal("the class file of daily notes is not as this test knows it")
	}
	cat, err := standard.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

func (p place) with(t *testing.T, o installation.Options) (*installation.Installation, error) {
	t.Helper()
	o.Dir = p.dir
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return installation.Open(t.Context(), o)
}

func titled(t *testing.T, in *installation.Installation) (n int) {
	t.Helper()
	if err := in.Database.QueryRow(t.Context(), `SELECT count(*) FROM version WHERE class = 'daily-note' AND title LIKE 'Note %'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func wantUnavailable(t *testing.T, err error, says string) {
	t.Helper()
	var fault *standard.Fault
	if !errors.As(err, &fault) || fault.Kind != standard.Unavailable || !strings.Contains(fault.Message+" "+fault.Hint, says) {
		t.Errorf("opening says %v; want unavailable with %q", err, says)
	}
}

// TestOtherClassFilesAreShownAfterAnUpgrade: what is shown follows the class files of the program, and a command beside a server changes nothing.
func TestOtherClassFilesAreShownAfterAnUpgrade(t *testing.T) {
	p := newPlace(t)
	in := p.open(t)
	furnish(t, in)
	if titled(t, in) == 0 {
		t.Fatal("no note has a title")
	}
	other := retitled(t)
	_, err := p.with(t, installation.Options{Beside: true, Catalogue: other})
	wantUnavailable(t, err, "Start the server once with this version.")
	if titled(t, in) == 0 {
		t.Error("opening beside the server changed what is shown")
	}
	closeIt(t, in)

	said := &strings.Builder{}
	in, err = p.with(t, installation.Options{Catalogue: other, Logger: slog.New(slog.NewTextHandler(said, nil))})
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(t, in); err != nil {
		t.Errorf("verify after the upgrade: %v", err)
	}
	if n := titled(t, in); n != 0 {
		t.Errorf("%d notes have their old title", n)
	}
	if !strings.Contains(said.String(), "level=INFO") || strings.Contains(said.String(), "tea") {
		t.Errorf("the operator heard: %s", said)
	}
	closeIt(t, in)

	said.Reset()
	in, err = p.with(t, installation.Options{Beside: true, Catalogue: other, Logger: slog.New(slog.NewTextHandler(said, nil))})
	if err != nil || said.Len() > 0 {
		t.Fatalf("opened again: %v, %s", err, said)
	}
	closeIt(t, in)
}

func TestACommandBesideAServerMakesNoKey(t *testing.T) {
	p := newPlace(t)
	in := p.open(t)
	furnish(t, in)
	closeIt(t, in)
	key := filepath.Join(p.dir, "signing.key")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	_, err := p.with(t, installation.Options{Beside: true, Existing: true})
	wantUnavailable(t, err, "The signing key is missing from the data folder.")
	if _, err := os.Stat(key); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a key was made: %v", err)
	}
	in = p.open(t) // the server
	defer closeIt(t, in)
	if err := verify(t, in); err != nil || len(in.Identity.Keys) != 2 {
		t.Errorf("with a new key: %v, %d keys", err, len(in.Identity.Keys))
	}
}

// TestAnEmptyDatabaseIsNotFoundedByReading: where an installation must be already, a database without one stays without.
func TestAnEmptyDatabaseIsNotFoundedByReading(t *testing.T) {
	p := newPlace(t)
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.dir, "rosemary.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.with(t, installation.Options{Existing: true, Beside: true}); standard.KindOf(err) != standard.NotFound {
		t.Errorf("opening says %v", err)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "signing.key")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a key was made: %v", err)
	}
}

// lookAt tries to read a person through an account that may not: that is logged about the person.
func lookAt(t *testing.T, in *installation.Installation, person uuid.UUID) {
	t.Helper()
	session, err := in.Guard.Session(t.Context(), "admin", access.Administration)
	if err != nil {
		t.Fatal(err)
	}
	view, err := session.View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := view.Person(t.Context(), person); err == nil {
		t.Fatal("an administrator sees a person")
	}
	if err := in.Guard.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestVerifyNoticesWhoLookedBeingHidden(t *testing.T) {
	for _, tt := range []struct{ name, statement, says string }{
		{"all", `DELETE FROM trail_about`, "batch 3"},
		{"one", `DELETE FROM trail_about WHERE seq = 3`, "batch 3"},
		{"moved to another batch", `UPDATE trail_about SET seq = 1 WHERE seq = 3`, "batch 1"},
		{"moved to another person", `UPDATE trail_about SET stream = randomblob(16) WHERE seq = 3`, "batch 3"},
		{"moved behind the end", `UPDATE trail_about SET seq = 99 WHERE seq = 3`, "batch 3"},
		{"put in behind the end", `INSERT INTO trail_about SELECT stream, 99 FROM trail_about WHERE seq = 3`, "batch 99"},
		{"put in before the first", `INSERT INTO trail_about SELECT stream, -1 FROM trail_about WHERE seq = 3`, "batch -1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlace(t)
			in := p.open(t)
			people := furnish(t, in)
			look(t, in)
			lookAt(t, in, people[0])
			lookAt(t, in, people[1])
			if err := verify(t, in); err != nil {
				t.Fatalf("before: %v", err)
			}
			closeIt(t, in)
			p.tamper(t, tt.statement)
			in = p.open(t)
			defer closeIt(t, in)
			err := verify(t, in)
			var fault *standard.Fault
			if !errors.As(err, &fault) || fault.Kind != standard.Broken || !strings.HasSuffix(fault.Message, tt.says+".") || !strings.Contains(fault.Hint, "rosemary rebuild") {
				t.Fatalf("verify says %v; want %q", err, tt.says)
			}
			if err := in.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if err := verify(t, in); err != nil {
				t.Errorf("after the rebuild: %v", err)
			}
		})
	}
}
