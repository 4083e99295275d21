package vault_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/internal/vault"
	"rosemary/standard"
)

func key(t *testing.T) vault.Key {
	t.Helper()
	k, err := vault.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func mustOpen(t *testing.T, folder string, k vault.Key) *vault.Vault {
	t.Helper()
	v, err := vault.Open(folder, k)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestBothKeysOpenItAndNoOther(t *testing.T) {
	folder := t.TempDir()
	file, paper := key(t), key(t)
	v, err := vault.New(paper)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Save(folder, file); err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal([]byte("the signing key"))
	if err != nil || !vault.Sealed(sealed) || vault.Sealed([]byte("the signing key")) || bytes.Contains(sealed, []byte("signing")) {
		t.Fatalf("sealed as %s, %v", sealed, err)
	}
	for name, k := range map[string]vault.Key{"the key file": file, "the paper": paper} {
		again, err := vault.Open(folder, k)
		if err != nil || !bytes.Equal(again.DatabaseKey(), v.DatabaseKey()) {
			t.Fatalf("%s: %v", name, err)
		}
		if content, err := again.Unseal(sealed); err != nil || string(content) != "the signing key" {
			t.Errorf("%s: %q, %v", name, content, err)
		}
	}
	if _, err := vault.Open(folder, key(t)); standard.KindOf(err) != standard.Forbidden || !strings.Contains(err.Error(), "does not open") {
		t.Errorf("another key: %v", err)
	}
	if _, err := vault.Open(t.TempDir(), file); standard.KindOf(err) != standard.NotFound {
		t.Errorf("no vault: %v", err)
	}
	opened, next := mustOpen(t, folder, paper), key(t)
	if err := opened.Save(folder, next); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Open(folder, file); standard.KindOf(err) != standard.Forbidden {
		t.Errorf("the lost key file still opens it: %v", err)
	}
	mustOpen(t, folder, paper)
	mustOpen(t, folder, next)
	whole, err := os.ReadFile(filepath.Join(folder, vault.File))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{whole[:len(whole)/2], bytes.Replace(whole, whole[200:204], []byte("AAAA"), 1), nil, []byte("nothing of the kind")} {
		if err := os.WriteFile(filepath.Join(folder, vault.File), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Open(folder, next); standard.KindOf(err) != standard.Broken && standard.KindOf(err) != standard.Forbidden {
			t.Errorf("a damaged vault: %v", err)
		}
	}
}

func TestTheRecoveryKeyCanBeTyped(t *testing.T) {
	k := key(t)
	words := k.Words()
	for _, typed := range []string{words, strings.ToLower(words), strings.ReplaceAll(words, "-", " "), strings.ReplaceAll(words, "-", ""), " " + words + "\n"} {
		again, err := vault.ParseWords(typed)
		if err != nil || !again.Equal(k) {
			t.Errorf("%q: %v", typed, err)
		}
	}
	swapped := words[1:2] + words[:1] + words[2:]
	for _, typed := range []string{"", "tea", words[:len(words)-1], words + "Q", swapped[:10] + "B" + swapped[11:], strings.Replace(words, words[:1], "B", 1)} {
		_, err := vault.ParseWords(typed)
		if standard.KindOf(err) != standard.Invalid {
			t.Errorf("%q: %v", typed, err)
		}
		if err != nil && len(typed) > 10 && strings.Contains(err.Error(), typed[4:10]) {
			t.Errorf("the error shows the key: %v", err)
		}
	}
	if key(t).Equal(k) {
		t.Error("two keys are the same")
	}
}

func TestTheKeyFileLiesOutside(t *testing.T) {
	outside, folder := t.TempDir(), filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(outside, "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Fatal(err)
	}
	k := key(t)
	for _, path := range []string{filepath.Join(folder, "key"), filepath.Join(link, "key"), filepath.Join(folder, "deeper", "key")} {
		if err := vault.WriteKeyFile(path, folder, k); standard.KindOf(err) != standard.Invalid {
			t.Errorf("%s: %v", path, err)
		}
	}
	path := filepath.Join(outside, "key")
	if err := vault.WriteKeyFile(path, folder, k); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	if err := vault.WriteKeyFile(path, folder, key(t)); standard.KindOf(err) != standard.Conflict {
		t.Errorf("a second key file over the first: %v", err)
	}
	if again, err := vault.ReadKeyFile(path); err != nil || !again.Equal(k) {
		t.Error(err)
	}
	if _, err := vault.ReadKeyFile(filepath.Join(outside, "nothing")); standard.KindOf(err) != standard.NotFound {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.ReadKeyFile(path); standard.KindOf(err) != standard.Invalid || strings.Contains(err.Error(), "something") {
		t.Error(err)
	}
}
