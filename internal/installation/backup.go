package installation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"rosemary/internal/vault"
	"rosemary/record"
	storeattachment "rosemary/store/attachment"
	identity "rosemary/store/installation"
	storelog "rosemary/store/log"
	"rosemary/store/sqlite"
)

// Held is what a snapshot of the database holds.
type Held struct {
	System  string
	Epoch   int
	Moment  record.Moment
	Schemas map[string]int64 // how far each room's tables have been migrated
}

// Snapshot copies the database, as it stands at one moment, into a new file encrypted with a key. Progress may be nil.
func (in *Installation) Snapshot(ctx context.Context, path string, key []byte, progress func(done, total int64)) (Held, error) {
	var h Held
	err := in.Database.Snapshot(ctx, path, key, func(ask sqlite.Ask) (err error) {
		if h.System, h.Epoch, err = identity.Look(ask); err != nil {
			return err
		}
		if h.Moment, err = storelog.Look(ask); err != nil {
			return err
		}
		h.Schemas, err = sqlite.Versions(ask)
		return err
	}, progress)
	return h, err
}

// NoteBackup keeps that a backup has reached its place.
func (in *Installation) NoteBackup(ctx context.Context, moment record.Moment, at time.Time) error {
	return in.identities.KeepBackup(ctx, identity.Backup{Moment: int64(moment), At: at})
}

// Secrets gives the files that hold keys, opened, by their names.
func (in *Installation) Secrets() (map[string][]byte, error) {
	secrets := map[string][]byte{}
	for _, name := range secretFiles {
		content, err := in.readSecret(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		secrets[name] = content
	}
	return secrets, nil
}

// Encrypted reports whether the data folder is encrypted.
func (in *Installation) Encrypted() bool { return in.vault != nil }

// Checkpoints is the folder where signed checkpoints are copied.
func (in *Installation) Checkpoints() string { return in.checkpoints }

// The parts of a data folder that a backup carries beside the keys.
const (
	DatabaseFile      = databaseFile
	VaultFile         = vault.File
	AttachmentsFolder = storeattachment.Folder
	IncomingFolder    = "incoming" // in it: files that are being received
	StandardFolder    = "standard"
)

// IsSecret reports whether a file of the data folder holds a key.
func IsSecret(name string) bool {
	for _, s := range secretFiles {
		if s == name {
			return true
		}
	}
	return false
}

// DatabasePath is where the database of a data folder lies.
func DatabasePath(dir string) string { return filepath.Join(dir, databaseFile) }
