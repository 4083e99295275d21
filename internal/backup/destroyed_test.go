package backup_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/backup"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// TestWhatWasDestroyedDoesNotComeBack: a backup of before holds it; the restored folder does not.
func TestWhatWasDestroyedDoesNotComeBack(t *testing.T) {
	w := fixture.New(t)
	note := uuid.Must(uuid.NewV7())
	write := func(kind record.ChangeType, expected int, words string) record.VersionID {
		change := record.ProposedChange{Type: kind, Record: note, Expected: expected, Content: []byte(fixture.NoteContent(words))}
		if kind == record.Create {
			change.Class = "daily-note"
		} else {
			change.Description = "About somebody else"
		}
		return w.Commit("carer", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{change}})[0].Changes[0].Version
	}
	first := write(record.Create, 0, "zebrafinch")
	write(record.Correct, 1, "Slept well")
	seal, opening := keys(t)
	made, err := backup.Make(t.Context(), w.Installation, backup.Options{To: filepath.Join(t.TempDir(), "backup"), Seal: seal})
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := w.Session("manager").AskDestruction(t.Context(), access.Destroying{Stream: w.Person, Versions: []record.VersionID{first}, Basis: "court-order", Why: "Ordered"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Guard.CreateAccount(t.Context(), access.NewAccount{Account: "deputy", Name: "Dora", Password: fixture.Password, Role: "registered-manager",
		Worker: w.Workers["senior"], Places: []uuid.UUID{w.Home}}); err != nil {
		t.Fatal(err)
	}
	deputy, err := w.Guard.Session(t.Context(), "deputy", access.Management)
	if err != nil {
		t.Fatal(err)
	}
	if err := deputy.ApproveDestruction(t.Context(), certificate, fixture.Password); err != nil {
		t.Fatal(err)
	}
	into := filepath.Join(t.TempDir(), "data")
	done, err := backup.Restore(t.Context(), backup.Restoring{Opening: opening, File: made.Path, Dir: into, Checkpoints: w.Checkpoints(), Now: w.Clock.Now, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	if done.Destroyed != 1 || done.Proof.Proved.Destroyed.Versions != 1 {
		t.Errorf("destroyed again: %d, proof %+v", done.Destroyed, done.Proof)
	}
	files, err := os.ReadDir(into)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if text, _ := os.ReadFile(filepath.Join(into, f.Name())); bytes.Contains(bytes.ToLower(text), []byte("zebrafinch")) {
			t.Errorf("%s still holds the words", f.Name())
		}
	}
}
