package installation_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/internal/installation"
	"rosemary/internal/vault"
	"rosemary/standard"
)

// encrypt encrypts the place's folder, and gives the key file and the recovery key.
func (p place) encrypt(t *testing.T) (keyFile, words string) {
	t.Helper()
	keyFile = filepath.Join(t.TempDir(), "key")
	done, err := installation.Encrypt(t.Context(), installation.Encryption{Dir: p.dir, KeyFile: keyFile, Confirm: func(w string) error { words = w; return nil }})
	if err != nil || !done {
		t.Fatal(done, err)
	}
	return keyFile, words
}

func (p place) mustOpen(t *testing.T, keyFile string) *installation.Installation {
	t.Helper()
	in, err := p.with(t, installation.Options{KeyFile: keyFile, Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func (p place) legible(t *testing.T, word string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(p.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if data, _ := os.ReadFile(path); bytes.Contains(data, []byte(word)) {
			found = append(found, d.Name())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestAnExistingFolderIsEncrypted: what was there is there, nothing is legible, and only the right key opens it.
func TestAnExistingFolderIsEncrypted(t *testing.T) {
	p := newPlace(t)
	in := p.open(t)
	furnish(t, in)
	before := contributionsOf(export(t, in))
	closeIt(t, in)
	if len(p.legible(t, "Note 1")) == 0 || len(p.legible(t, "PRIVATE+KEY")) == 0 {
		t.Fatal("nothing was legible before: this test proves nothing")
	}

	keyFile, words := p.encrypt(t)
	for _, word := range []string{"Note 1", "Ellis", "PRIVATE+KEY", "SQLite format"} {
		if found := p.legible(t, word); len(found) > 0 {
			t.Errorf("%q stands in %v", word, found)
		}
	}
	in = p.mustOpen(t, keyFile)
	if after := contributionsOf(export(t, in)); after != before {
		t.Error("what is there is not what was there")
	}
	if err := verify(t, in); err != nil || len(in.Identity.Keys) != 1 {
		t.Errorf("verify: %v, %d keys", err, len(in.Identity.Keys))
	}
	furnish(t, in)
	if found := p.legible(t, "Note 1"); len(found) > 0 {
		t.Errorf("what was written since stands in %v", found)
	}
	closeIt(t, in)

	_, err := p.with(t, installation.Options{})
	wantUnavailable(t, err, "no key file is named")
	other := filepath.Join(t.TempDir(), "other")
	k, _ := vault.NewKey()
	if err := vault.WriteKeyFile(other, p.dir, k); err != nil {
		t.Fatal(err)
	}
	if _, err := p.with(t, installation.Options{KeyFile: other}); standard.KindOf(err) != standard.Forbidden || !strings.Contains(err.Error(), "does not open the data folder") {
		t.Errorf("another key: %v", err)
	}
	if _, err := p.with(t, installation.Options{KeyFile: other + "2"}); standard.KindOf(err) != standard.NotFound {
		t.Errorf("no such key file: %v", err)
	}

	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	if err := installation.Recover(p.dir, words[:8]+words[10:], keyFile); standard.KindOf(err) != standard.Invalid {
		t.Errorf("recovered with a slip in the words: %v", err)
	}
	if err := installation.Recover(p.dir, strings.ToLower(words), keyFile); err != nil {
		t.Fatal(err)
	}
	closeIt(t, p.mustOpen(t, keyFile))
}

func TestWhoDidNotWriteTheRecoveryKeyDownIsNotLockedOut(t *testing.T) {
	p := newPlace(t)
	in := p.open(t)
	furnish(t, in)
	closeIt(t, in)
	keyFile, no := filepath.Join(t.TempDir(), "key"), errors.New("not typed back")
	_, err := installation.Encrypt(t.Context(), installation.Encryption{Dir: p.dir, KeyFile: keyFile, Confirm: func(string) error { return no }})
	if !errors.Is(err, no) {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(keyFile); !errors.Is(err, os.ErrNotExist) {
		t.Error("a key file was made")
	}
	closeIt(t, p.mustOpen(t, ""))
	if _, err := p.with(t, installation.Options{KeyFile: keyFile}); standard.KindOf(err) != standard.Unavailable {
		t.Errorf("a key for a folder that is not encrypted: %v", err)
	}
}

// TestEncryptionBrokenOff: between any two steps the folder opens, and doing it again asks nothing that was answered.
func TestEncryptionBrokenOff(t *testing.T) {
	for _, at := range []string{"Encrypting", "Putting it in place", "Done"} {
		t.Run(at, func(t *testing.T) {
			p := newPlace(t)
			in := p.open(t)
			furnish(t, in)
			closeIt(t, in)
			keyFile, asked := filepath.Join(t.TempDir(), "key"), 0
			e := installation.Encryption{Dir: p.dir, KeyFile: keyFile, Confirm: func(string) error { asked++; return nil }}
			e.Stage = func(name string) {
				if name == at {
					panic("the power fails")
				}
			}
			func() {
				defer func() { _ = recover() }()
				_, _ = installation.Encrypt(t.Context(), e)
			}()
			if at == "Done" { // the database is encrypted, the signing key is not sealed yet
				closeIt(t, p.mustOpen(t, keyFile))
			} else {
				closeIt(t, p.mustOpen(t, ""))
			}
			e.Stage = nil
			if _, err := installation.Encrypt(t.Context(), e); err != nil || asked != 1 {
				t.Fatal(asked, err)
			}
			if found := p.legible(t, "PRIVATE+KEY"); len(found) > 0 {
				t.Errorf("the signing key stands in %v", found)
			}
			in = p.mustOpen(t, keyFile)
			defer closeIt(t, in)
			if err := verify(t, in); err != nil {
				t.Error(err)
			}
		})
	}
}
