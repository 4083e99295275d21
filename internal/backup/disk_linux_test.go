package backup_test

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"rosemary/internal/backup"
	"rosemary/internal/installation"
	"rosemary/standard"
)

// TestAFullDiskWhereBackupsGo: it is said plainly, and nothing half is left, neither of a backup nor of a restore.
func TestAFullDiskWhereBackupsGo(t *testing.T) {
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("a small disk can only be made by root: ", err)
	}
	defer func() { _ = syscall.Unmount(small, 0) }()
	h := newHome(t)
	in := h.open(t, installation.Options{})
	h.furnish(t, in)
	for range 6 {
		b := make([]byte, 25_000) // what nothing makes shorter
		_, _ = rand.Read(b)
		must(t, in, h.note(hex.EncodeToString(b)))
	}
	seal, opening := keys(t)
	_, err := backup.Make(t.Context(), in, backup.Options{To: small, Seal: seal})
	if standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "The disk is full. No backup was made") {
		t.Errorf("backup says %v", err)
	}
	made := h.backUp(t, in, seal)
	closeIt(t, in)
	_, err = backup.Restore(t.Context(), backup.Restoring{Opening: opening, File: made.Path, Dir: filepath.Join(small, "data"), Now: h.now, Logger: quiet})
	if standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "The disk is full. Nothing was restored") {
		t.Errorf("restore says %v", err)
	}
	if left, _ := os.ReadDir(small); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
