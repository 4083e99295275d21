package installation_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/internal/installation"
	"rosemary/standard"
)

// TestAFirstStartThatWasBrokenOff: killed behind its signing key and in front of its identity, a new folder starts all the same, under that key.
func TestAFirstStartThatWasBrokenOff(t *testing.T) {
	first := newPlace(t)
	closeIt(t, first.open(t))
	key, err := os.ReadFile(filepath.Join(first.dir, "signing.key"))
	if err != nil {
		t.Fatal(err)
	}
	second := newPlace(t)
	if err := os.MkdirAll(second.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(second.dir, "signing.key")
	if err := os.WriteFile(path, key, 0o600); err != nil {
		t.Fatal(err)
	}
	in := second.open(t)
	furnish(t, in)
	if _, err := in.Notary.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := verify(t, in); err != nil || !strings.Contains(string(key), in.Identity.System) {
		t.Errorf("system %s: %v", in.Identity.System, err)
	}
	closeIt(t, in)

	t.Run("the database is gone, and the copies of the checkpoints tell", func(t *testing.T) {
		for _, name := range []string{"rosemary.db", "rosemary.db-wal", "rosemary.db-shm"} {
			_ = os.Remove(filepath.Join(second.dir, name))
		}
		in := second.open(t)
		defer closeIt(t, in)
		if err := in.SetBack(t.Context()); standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "old copy") {
			t.Errorf("an empty folder in the place of a full one: %v", err)
		}
	})
	t.Run("a key that is torn", func(t *testing.T) {
		if err := os.WriteFile(path, key[:20], 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := second.with(t, installation.Options{})
		if standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "signing.key") {
			t.Errorf("%v", err)
		}
	})
}

// TestAKeyThatWasBeingReplaced: killed when the new key was on the disk and the identity did not know it yet, the folder goes on, and proves itself.
func TestAKeyThatWasBeingReplaced(t *testing.T) {
	p := newPlace(t)
	in := p.open(t)
	furnish(t, in)
	closeIt(t, in)
	if err := os.Remove(filepath.Join(p.dir, "signing.key")); err != nil {
		t.Fatal(err)
	}
	in = p.open(t) // makes a new one
	public := in.Keys.Public()
	closeIt(t, in)
	p.tamper(t, `DELETE FROM signing_key WHERE public = '`+public+`'`)
	in = p.open(t)
	defer closeIt(t, in)
	if _, err := in.Notary.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := verify(t, in); err != nil || in.Keys.Public() != public {
		t.Errorf("%v", err)
	}
}
