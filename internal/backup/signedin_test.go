package backup_test

import (
	"path/filepath"
	"testing"
	"time"

	"rosemary/internal/backup"
	"rosemary/internal/installation"
)

// TestNobodyIsSignedInBehindARestore: a session that was ended after the backup was made would be good again.
func TestNobodyIsSignedInBehindARestore(t *testing.T) {
	h := newHome(t)
	seal, opening := keys(t)
	in := h.open(t, installation.Options{})
	h.furnish(t, in)
	account := func([]byte) string { return "admin" }
	if err := in.Accounts.Cookies(h.now, account).CommitCtx(t.Context(), "a cookie", []byte("{}"), h.now().Add(30*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	made := h.backUp(t, in, seal)
	closeIt(t, in)
	anew := h.at2(filepath.Join(h.root, "anew"))
	if _, err := backup.Restore(t.Context(), backup.Restoring{Opening: opening, File: made.Path, Dir: anew.dir, Now: anew.now, Logger: quiet}); err != nil {
		t.Fatal(err)
	}
	in = anew.open(t, installation.Options{})
	defer closeIt(t, in)
	if _, found, err := in.Accounts.Cookies(anew.now, account).FindCtx(t.Context(), "a cookie"); err != nil || found {
		t.Errorf("somebody is signed in: %v, %v", found, err)
	}
}
