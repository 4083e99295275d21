package installation_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
)

// unpackUpgrade unpacks a data folder that an earlier version made.
func unpackUpgrade(t *testing.T, name string) string {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "upgrade", name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	plain, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for in := tar.NewReader(plain); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return folder
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, filepath.FromSlash(h.Name))
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o700)
		} else if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
			var content []byte
			if content, err = io.ReadAll(in); err == nil {
				err = os.WriteFile(path, content, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnEarlierVersionsFolderOpens: every data folder that an earlier version made is migrated, proves itself, is read, written and exported.
func TestAnEarlierVersionsFolderOpens(t *testing.T) {
	packed, err := filepath.Glob(filepath.Join("testdata", "upgrade", "*.tar.gz"))
	if err != nil || len(packed) == 0 {
		t.Fatal(packed, err)
	}
	for _, name := range packed {
		t.Run(filepath.Base(name), func(t *testing.T) {
			p := place{filepath.Join(unpackUpgrade(t, filepath.Base(name)), "data")}
			var demo struct {
				Story uuid.UUID `json:"story"`
			}
			text, err := os.ReadFile(filepath.Join(p.dir, "demonstration.json"))
			if err != nil || json.Unmarshal(text, &demo) != nil || demo.Story == uuid.Nil {
				t.Fatalf("who the story is about: %v", err)
			}
			_, err = p.with(t, installation.Options{Beside: true, Existing: true})
			if err == nil {
				t.Error("a command of this version works beside a server of the earlier one, before anything was migrated")
			}
			in := p.mustOpen(t, "")
			before, err := in.Verify(t.Context(), nil)
			if err != nil || before.Contributions < 100 || before.Checkpoints == 0 {
				t.Fatalf("verify: %+v, %v", before, err)
			}
			session, err := in.Guard.Session(t.Context(), "helen", access.DirectCare)
			if err != nil {
				t.Fatal(err)
			}
			view, err := session.View(t.Context(), access.At{})
			if err != nil {
				t.Fatal(err)
			}
			person, err := view.Person(t.Context(), demo.Story)
			if err != nil || person.Card.Family == "" {
				t.Fatalf("the person of the story: %+v, %v", person, err)
			}
			noted := commit(t, in, create(demo.Story, "", "daily-note", `{"when":"2026-11-22T10:00:00+00:00","freeText":"Written after the upgrade"}`))
			if noted.Moment != record.Moment(before.Contributions)+1 {
				t.Errorf("written as moment %d", noted.Moment)
			}
			if everything := export(t, in); !bytes.Contains(everything, []byte("Written after the upgrade")) || !bytes.Contains(everything, []byte(person.Card.Family)) {
				t.Error("the export lacks something")
			}
			if _, err := in.Notary.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
			closeIt(t, in)
			in = p.mustOpen(t, "")
			defer closeIt(t, in)
			if after, err := in.Verify(t.Context(), nil); err != nil || after.Contributions != before.Contributions+1 {
				t.Errorf("verify after it was opened again: %+v, %v", after, err)
			}
		})
	}
}

func TestANewerVersionsFolderIsRefused(t *testing.T) {
	for name, statement := range map[string]string{
		"a room further on":    `UPDATE migration_access SET version_id = 99 WHERE version_id = (SELECT max(version_id) FROM migration_access)`,
		"a room not yet known": `CREATE TABLE migration_medicines (id INTEGER PRIMARY KEY, version_id INTEGER)`,
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			in := p.open(t)
			furnish(t, in)
			closeIt(t, in)
			db, err := sql.Open("sqlite3", "file:"+filepath.Join(p.dir, "rosemary.db"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
			_ = db.Close()
			_, err = p.with(t, installation.Options{})
			wantUnavailable(t, err, "newer version of Rosemary")
			if standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "Nothing was changed") {
				t.Errorf("opening says %v", err)
			}
		})
	}
}
