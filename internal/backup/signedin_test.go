package backup_test

import (
	"path/filepath"
	"testing"
	"time"

	"rosemary/access"
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

// TestABackupOpensNoAccountAgain: an account that was closed, or given a new password, after the backup was made stands in it as it was; no account lets
// anybody in behind a restore until it is opened again, or given a new password. One that was closed before stays so.
func TestABackupOpensNoAccountAgain(t *testing.T) {
	h := newHome(t)
	seal, opening := keys(t)
	in := h.open(t, installation.Options{})
	h.furnish(t, in)
	const password = "long enough a password"
	for _, account := range []string{"thief", "careless", "gone"} {
		if err := in.Guard.CreateAccount(t.Context(), access.NewAccount{Account: account, Name: account, Password: password, Role: "administrator"}); err != nil {
			t.Fatal(err)
		}
	}
	done := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	done(in.Guard.Disable(t.Context(), "gone"))
	made := h.backUp(t, in, seal)
	done(in.Guard.Disable(t.Context(), "thief"))
	done(in.Guard.SetPassword(t.Context(), "careless", "another long password"))
	closeIt(t, in)
	restore := func(name string, stayOpen bool) (backup.Done, *installation.Installation) {
		anew := h.at2(filepath.Join(h.root, name))
		restored, err := backup.Restore(t.Context(), backup.Restoring{Opening: opening, File: made.Path, Dir: anew.dir, AccountsStayOpen: stayOpen, Now: anew.now, Logger: quiet})
		done(err)
		return restored, anew.open(t, installation.Options{})
	}
	signsIn := func(in *installation.Installation, account, password string) bool {
		_, err := in.Guard.SignIn(t.Context(), account, password)
		return err == nil
	}
	restored, in := restore("anew", false)
	defer closeIt(t, in)
	if restored.Closed != 3 {
		t.Errorf("%d accounts were closed, want admin, thief and careless", restored.Closed)
	}
	for _, account := range []string{"admin", "thief", "careless", "gone"} {
		if signsIn(in, account, password) {
			t.Errorf("%s can sign in behind a restore", account)
		}
	}
	done(in.Guard.Enable(t.Context(), "admin"))
	done(in.Guard.SetPassword(t.Context(), "careless", "a third long password"))
	done(in.Guard.SetPassword(t.Context(), "gone", "a third long password"))
	if !signsIn(in, "admin", password) || !signsIn(in, "careless", "a third long password") {
		t.Error("who was let in again cannot sign in")
	}
	if signsIn(in, "gone", "a third long password") {
		t.Error("a new password opened an account that was closed on purpose")
	}
	_, in = restore("open", true)
	defer closeIt(t, in)
	if !signsIn(in, "thief", password) || signsIn(in, "gone", password) {
		t.Error("with the accounts left as they were, they are not as they were")
	}
}
