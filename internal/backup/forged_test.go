package backup_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"

	"rosemary/internal/backup"
	"rosemary/standard"
)

// forged seals an archive with some files behind its head, and a manifest that agrees with it: anybody can who has the public half of the key.
func forged(t *testing.T, recipient, program string, names ...string) []byte {
	t.Helper()
	head := `{"format":1,"system":"forged","epoch":1,"moment":1,"made":"2026-03-09T09:00:00Z","program":"` + program + `","encrypted":false,"schemas":{}`
	var out bytes.Buffer
	to, err := age.ParseX25519Recipient(recipient)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := age.Encrypt(&out, to)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := zstd.NewWriter(sealed)
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewWriter(packed)
	var listed []string
	add := func(name, content string) {
		if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(content)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(content))
		line, _ := json.Marshal(backup.File{Path: name, Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])})
		listed = append(listed, string(line))
	}
	add("rosemary-backup.json", head+"}")
	for _, name := range names {
		add(name, "forged")
	}
	add("manifest.json", head+`,"files":[`+strings.Join(listed, ",")+"]}")
	for _, close := range []func() error{archive.Close, packed.Close, sealed.Close} {
		if err := close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

// TestAForgedBackupWritesNowhereElse: whoever can put a file where backups are kept can forge one, for the key that seals them is public. No name in it leads
// out of the folders that it is unpacked into, nor into one another.
func TestAForgedBackupWritesNowhereElse(t *testing.T) {
	seal, opening := keys(t)
	for _, name := range []string{
		"data/../planted", "data/x/../../planted", "checkpoints/../planted", "data/../data.restoring-checkpoints/planted", "../planted", "/planted", "data//planted", "data/./planted",
		`data/..\planted`, "planted",
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			file, into := filepath.Join(root, "backup"), filepath.Join(root, "into", "place")
			if err := os.WriteFile(file, forged(t, seal.Recipient, "", name), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := backup.Restore(t.Context(), backup.Restoring{Opening: opening, File: file, Dir: filepath.Join(into, "data"), Now: newHome(t).now, Logger: quiet})
			if standard.KindOf(err) != standard.Broken {
				t.Errorf("restore says %v", err)
			}
			_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
				if err == nil && strings.Contains(d.Name(), "planted") {
					t.Errorf("written: %s", path)
				}
				return err
			})
		})
	}
}

// TestAForgedBackupTakesNoMemory: what describes it packs to nearly nothing, however long it is.
func TestAForgedBackupTakesNoMemory(t *testing.T) {
	seal, opening := keys(t)
	file := filepath.Join(t.TempDir(), "backup")
	if err := os.WriteFile(file, forged(t, seal.Recipient, strings.Repeat("x", 8<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Check(t.Context(), backup.Checking{Opening: opening, File: file, Now: newHome(t).now, Logger: quiet}); standard.KindOf(err) != standard.Broken {
		t.Errorf("check says %v", err)
	}
}
