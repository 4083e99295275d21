package attachment

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/store/sqlite"
)

// Destroy destroys the key and all files of a stream. See access.Attachments. The key goes first: from then on the files are noise, whatever happens next.
func (s *Store) Destroy(ctx context.Context, stream uuid.UUID) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		// As many other bytes over the secret, where it stands, before anything else about the row changes.
		if _, err := tx.Exec(`UPDATE attachment_key SET secret = randomblob(length(secret)) WHERE stream = $1 AND destroyed = 0`, stream[:]); err != nil {
			return err
		}
		now := s.Now().UnixMicro()
		if _, err := tx.Exec(`INSERT INTO attachment_key (stream, secret, made, destroyed) VALUES ($1, randomblob(16), $2, $2)
			ON CONFLICT (stream) DO UPDATE SET destroyed = excluded.destroyed WHERE destroyed = 0`, stream[:], now); err != nil {
			return err
		}
		for _, table := range []string{"attachment", "attachment_sent"} {
			if _, err := tx.Exec(`DELETE FROM `+table+` WHERE stream = $1`, stream[:]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(s.dir, stream.String())); err != nil {
		return unavailable("The key is destroyed, so nothing can be opened any more; but the files themselves could not be taken off the disk.", err)
	}
	return s.settled(s.dir)
}

// Remove destroys one file and its previews. See access.Attachments.
func (s *Store) Remove(ctx context.Context, stream uuid.UUID, file record.Hash) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, table := range []string{"attachment", "attachment_sent"} {
			if _, err := tx.Exec(`DELETE FROM `+table+` WHERE stream = $1 AND hash = $2`, stream[:], file[:]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	path := s.path(stream, file)
	for _, name := range []string{path, path + "." + string(access.SmallPicture), path + "." + string(access.LargePicture)} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return unavailable("The file could not be taken off the disk.", err)
		}
	}
	return s.settled(filepath.Dir(path))
}

// settled makes sure that names that were taken away are gone from the disk; a folder that is not there has none.
func (s *Store) settled(folder string) error {
	if err := flush(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unavailable("The disk could not be written to.", err)
	}
	return nil
}
