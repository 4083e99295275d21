// Package vault holds the keys of a data folder that is encrypted at rest.
//
// The folder has one vault file. In it, sealed with age, stand the key of the database and an age identity of the folder's own, with which every other
// secret file of the folder is sealed. The vault file opens with either of two keys: the key file, which lies outside the folder, and the
// recovery key, which lies on paper. To replace a lost key file, only the vault file is written anew; nothing that is encrypted changes.
//
// The package knows files and keys. It opens no database and asks nobody.
package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"rosemary/standard"
)

// File is the vault's name in the data folder.
const File = "vault.age"

// Vault is an opened vault.
type Vault struct {
	database []byte
	folder   *age.X25519Identity
	paper    *age.X25519Recipient // seals for the recovery key
}

// payload begins the text inside a vault file: a line that says what it is, the key of the database, the folder's identity, the public half of the
// recovery key.
const payload = "rosemary vault 1"

// New draws the keys of a data folder, which the recovery key will open.
func New(recovery Key) (*Vault, error) {
	folder, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("new keys: %w", err)
	}
	v := &Vault{database: make([]byte, 32), folder: folder, paper: recovery.identity.Recipient()}
	_, err = rand.Read(v.database)
	return v, err
}

// DatabaseKey is the key of the database.
func (v *Vault) DatabaseKey() []byte { return v.database }

// Present reports whether a data folder has a vault.
func Present(folder string) (bool, error) {
	_, err := os.Stat(filepath.Join(folder, File))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Save writes the vault file, so that it opens with a key file's key and with the recovery key, and with no other. What was there is replaced, whole
// or not at all.
func (v *Vault) Save(folder string, file Key) error {
	text := strings.Join([]string{payload, hex.EncodeToString(v.database), v.folder.String(), v.paper.String(), ""}, "\n")
	sealed, err := seal([]byte(text), file.identity.Recipient(), v.paper)
	if err != nil {
		return fmt.Errorf("sealing the keys: %w", err)
	}
	return Replace(filepath.Join(folder, File), sealed)
}

// Open opens the vault of a data folder. Kinds: NotFound where there is none, Forbidden when the key is another's, Broken when it is damaged.
func Open(folder string, key Key) (*Vault, error) {
	sealed, err := os.ReadFile(filepath.Join(folder, File))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &standard.Fault{
			Kind: standard.NotFound, Message: "The file " + File + " is missing from the data folder: without it no key opens the records.",
			Hint: "Put it back from a backup.",
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the folder's keys: %w", err)
	}
	return OpenSealed(sealed, key)
}

// OpenSealed opens the bytes of a vault file.
func OpenSealed(sealed []byte, key Key) (*Vault, error) {
	text, err := unseal(sealed, key.identity)
	var wrong *age.NoIdentityMatchError
	if errors.As(err, &wrong) {
		return nil, &standard.Fault{
			Kind: standard.Forbidden, Message: "This key does not open the data folder. Nothing was changed.",
			Hint: "Use the key file that was made for this folder. If it is lost, make a new one with the recovery key: rosemary recover.",
		}
	}
	if err != nil {
		return nil, damaged(err)
	}
	return read(string(text))
}

func read(text string) (*Vault, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 5 || lines[0] != payload {
		return nil, damaged(errors.New("its text has another form"))
	}
	database, err := hex.DecodeString(lines[1])
	if err != nil || len(database) != 32 {
		return nil, damaged(errors.New("the key of the database has another form"))
	}
	folder, err := age.ParseX25519Identity(lines[2])
	if err != nil {
		return nil, damaged(errors.New("the folder's identity has another form"))
	}
	paper, err := age.ParseX25519Recipient(lines[3])
	if err != nil {
		return nil, damaged(errors.New("the public half of the recovery key has another form"))
	}
	return &Vault{database: database, folder: folder, paper: paper}, nil
}

func damaged(err error) error {
	return &standard.Fault{
		Kind: standard.Broken, Message: "The file " + File + " of the data folder is damaged.", Hint: "Put it back from a backup.", Err: err,
	}
}

// Seal seals the content of a secret file.
func (v *Vault) Seal(content []byte) ([]byte, error) { return seal(content, v.folder.Recipient()) }

// Unseal opens the content of a secret file.
func (v *Vault) Unseal(sealed []byte) ([]byte, error) {
	content, err := unseal(sealed, v.folder)
	if err != nil {
		return nil, &standard.Fault{Kind: standard.Broken, Message: "A secret file of the data folder is damaged.", Hint: "Put it back from a backup.", Err: err}
	}
	return content, nil
}

// Sealed reports whether the content of a secret file is sealed.
func Sealed(content []byte) bool { return bytes.HasPrefix(content, []byte(armor.Header)) }

func seal(content []byte, recipients ...age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	text := armor.NewWriter(&out)
	w, err := age.Encrypt(text, recipients...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := errors.Join(w.Close(), text.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func unseal(sealed []byte, identity age.Identity) ([]byte, error) {
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(sealed)), identity)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// Replace writes a file that only this user can read, beside its place first, so that half of it never stands there.
func Replace(path string, content []byte) error {
	next := path + ".new"
	file, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(path))
}

// SyncFolder makes sure that what was renamed in a folder is on the disk.
func SyncFolder(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
