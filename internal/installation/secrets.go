package installation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"rosemary/internal/vault"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// secretFiles are the files of a data folder that hold keys. They are sealed when the folder is encrypted.
var secretFiles = []string{keyFile, attachmentsKeyFile, outboxKeyFile}

// attachmentsKeyFile holds the key under which the keys of people's attachments are kept.
const attachmentsKeyFile = "attachments.key"

// openVault opens the vault of a data folder whose database is encrypted. A key that was given for a folder that is not encrypted is refused: somebody
// counts on it.
func (in *Installation) openVault(keyFile string) error {
	encrypted, err := sqlite.Encrypted(filepath.Join(in.Dir, databaseFile))
	if err != nil {
		return err
	}
	switch {
	case !encrypted && keyFile == "":
		return nil
	case !encrypted:
		return &standard.Fault{
			Kind: standard.Unavailable, Message: "A key file is configured, but the records in " + in.Dir + " are not encrypted.",
			Hint: "Encrypt them with: rosemary encrypt. To run without encryption, take the key file out of the configuration.",
		}
	case keyFile == "":
		return &standard.Fault{
			Kind: standard.Unavailable, Message: "The records in this data folder are encrypted, and no key file is named.",
			Hint: "Name it with --key-file, or as encryption.key-file in the configuration. If it is lost: rosemary recover.",
		}
	}
	if err := vault.Outside(keyFile, in.Dir); err != nil {
		return err
	}
	key, err := vault.ReadKeyFile(keyFile)
	if err != nil {
		return err
	}
	in.vault, err = vault.Open(in.Dir, key)
	return err
}

// databaseKey is the key of the database; nil where it is not encrypted.
func (in *Installation) databaseKey() []byte {
	if in.vault == nil {
		return nil
	}
	return in.vault.DatabaseKey()
}

// readSecret reads a file that holds a key, and opens it where it is sealed. The error is fs.ErrNotExist where there is none.
func (in *Installation) readSecret(name string) ([]byte, error) {
	return readSecret(in.Dir, name, in.vault)
}

func readSecret(dir, name string, v *vault.Vault) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil || !vault.Sealed(content) {
		return content, err
	}
	if v == nil {
		return nil, &standard.Fault{
			Kind: standard.Unavailable, Message: "The file " + name + " in the data folder is sealed, but the database is not encrypted.",
			Hint: "The files do not belong together. Restore a backup into another folder.",
		}
	}
	return v.Unseal(content)
}

// newSecret writes a file that holds a key and must not be there yet, sealed where the folder is encrypted.
func (in *Installation) newSecret(name, content string) error {
	if in.vault != nil {
		sealed, err := in.vault.Seal([]byte(content))
		if err != nil {
			return fmt.Errorf("sealing %s: %w", name, err)
		}
		content = string(sealed)
	}
	path := filepath.Join(in.Dir, name)
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("%s: %w", name, fs.ErrExist))
	}
	return vault.Replace(path, []byte(content)) // whole or not at all, whatever happens meanwhile
}

// sealSecrets seals the files that hold keys and are not sealed yet.
func sealSecrets(dir string, v *vault.Vault) error {
	for _, name := range secretFiles {
		path := filepath.Join(dir, name)
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && vault.Sealed(content) {
			continue
		}
		if err != nil {
			return fmt.Errorf("sealing %s: %w", name, err)
		}
		sealed, err := v.Seal(content)
		if err == nil {
			err = vault.Replace(path, sealed)
		}
		if err != nil {
			return fmt.Errorf("sealing %s: %w", name, err)
		}
	}
	return nil
}

// Encryption says how to encrypt a data folder.
type Encryption struct {
	Dir     string
	KeyFile string // outside the folder; made when it is not there
	// Confirm shows the recovery key and reports whether it was typed back: what nobody wrote down cannot help anybody.
	Confirm func(words string) error
	Stage   func(name string) // hears what is being done; may be nil
}

// Encrypt encrypts the database and the secret files of a data folder that nobody uses. Broken off at any point, the folder opens as it was or as it
// should be, and doing it again gets through. It reports whether there was anything to do.
func Encrypt(ctx context.Context, e Encryption) (done bool, err error) {
	dir, err := filepath.Abs(e.Dir)
	if err != nil {
		return false, fmt.Errorf("data folder %s: %w", e.Dir, err)
	}
	database := filepath.Join(dir, databaseFile)
	if _, err := os.Stat(database); errors.Is(err, fs.ErrNotExist) {
		return false, noData(e.Dir)
	}
	encrypted, err := sqlite.Encrypted(database)
	if err != nil {
		return false, err
	}
	v, err := e.vault(dir, encrypted)
	if err != nil {
		return false, err
	}
	if !encrypted {
		stage := e.Stage
		if stage == nil {
			stage = func(string) {}
		}
		if err := sqlite.Encrypt(ctx, database, v.DatabaseKey(), stage); err != nil {
			return false, err
		}
	}
	return !encrypted, sealSecrets(dir, v)
}

// vault opens the vault that a broken-off attempt left, or makes one once the recovery key has been confirmed.
func (e Encryption) vault(dir string, encrypted bool) (*vault.Vault, error) {
	if err := vault.Outside(e.KeyFile, dir); err != nil {
		return nil, err
	}
	key, err := vault.ReadKeyFile(e.KeyFile)
	fresh := standard.KindOf(err) == standard.NotFound
	if err != nil && !fresh || fresh && encrypted {
		return nil, err
	}
	present, err := vault.Present(dir)
	if err != nil {
		return nil, err
	}
	if present && !fresh {
		v, err := vault.Open(dir, key)
		if err == nil || encrypted {
			return v, err
		}
	}
	if encrypted {
		return nil, &standard.Fault{Kind: standard.Broken, Message: "The file " + vault.File + " is missing from the data folder.", Hint: "Put it back from a backup."}
	}
	recovery, err := vault.NewKey()
	if err != nil {
		return nil, err
	}
	if err := e.Confirm(recovery.Words()); err != nil {
		return nil, err
	}
	if fresh {
		if key, err = vault.NewKey(); err != nil {
			return nil, err
		}
		if err := vault.WriteKeyFile(e.KeyFile, dir, key); err != nil {
			return nil, err
		}
	}
	v, err := vault.New(recovery)
	if err != nil {
		return nil, err
	}
	return v, v.Save(dir, key)
}

// Recover makes a new key file for an encrypted data folder with the recovery key. The old key file opens the folder no more.
func Recover(dir, words, keyFile string) error {
	recovery, err := vault.ParseWords(words)
	if err != nil {
		return err
	}
	v, err := vault.Open(dir, recovery)
	if err != nil {
		return err
	}
	key, err := vault.NewKey()
	if err != nil {
		return err
	}
	if err := vault.WriteKeyFile(keyFile, dir, key); err != nil {
		return err
	}
	return v.Save(dir, key)
}

func noData(dir string) error {
	return &standard.Fault{Kind: standard.NotFound, Message: "There is no data of Rosemary in the folder " + dir + ".",
		Hint: "Check the path: --data names the folder that rosemary serve or rosemary demo was started with."}
}
