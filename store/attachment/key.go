package attachment

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"filippo.io/age"
	"github.com/google/uuid"

	"rosemary/standard"
	"rosemary/store/sqlite"
)

// readKeyFile reads the key that all keys of people are encrypted to. It is made where no key depends on it yet.
func (s *Store) readKeyFile(ctx context.Context) error {
	text, err := s.ReadKey()
	switch {
	case err == nil:
		if s.master, err = age.ParseHybridIdentity(strings.TrimSpace(string(text))); err != nil {
			return fmt.Errorf("the key of the attachments in %s: it cannot be read; put it back from the backup", KeyFile)
		}
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the key of the attachments: %w", err)
	}
	var keys int
	if err := s.db.QueryRow(ctx, `SELECT count(*) FROM attachment_key WHERE destroyed = 0`).Scan(&keys); err != nil {
		return fmt.Errorf("keys of attachments: %w", err)
	}
	if keys > 0 || s.Beside {
		return nil
	}
	master, err := age.GenerateHybridIdentity()
	if err != nil {
		return fmt.Errorf("making the key of the attachments: %w", err)
	}
	if err := errors.Join(s.MakeKey(master.String()+"\n"), flush(s.Dir)); err != nil {
		return unavailable("The key of the attachments cannot be kept.", err)
	}
	s.master = master
	return nil
}

// writeNew writes a file that must not be there yet, readable by this user only, and makes sure that it is on the disk.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// flush makes sure that the names in a folder are on the disk.
func flush(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func keyMissing() error {
	return &standard.Fault{
		Kind: standard.Unavailable, Message: "Photographs, letters and other files cannot be opened or added: their key is missing from the data folder. The records themselves are not affected.",
		Hint: "Tell whoever looks after this computer: " + KeyFile + " must be put back from the backup.",
	}
}

// identity finds the key of a stream. NotFound when it has none, Gone when it was destroyed.
func (s *Store) identity(ctx context.Context, stream uuid.UUID) (*age.HybridIdentity, error) {
	var wrapped []byte
	var destroyed int64
	err := s.db.QueryRow(ctx, `SELECT secret, destroyed FROM attachment_key WHERE stream = $1`, stream[:]).Scan(&wrapped, &destroyed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, notKept()
	case err != nil:
		return nil, fmt.Errorf("key of attachments: %w", err)
	case destroyed != 0:
		return nil, gone()
	case s.master == nil:
		return nil, keyMissing()
	}
	return s.unwrap(wrapped)
}

func gone() error {
	return &standard.Fault{Kind: standard.Gone, Message: "The files of this record have been destroyed."}
}

func (s *Store) unwrap(wrapped []byte) (*age.HybridIdentity, error) {
	wrong := func(err error) error {
		return &standard.Fault{
			Kind: standard.Unavailable, Message: "Photographs, letters and other files cannot be opened: the key in the data folder is not the one that they were locked with.",
			Hint: "Tell whoever looks after this computer: the right " + KeyFile + " must be put back from the backup.", Err: err,
		}
	}
	plain, err := age.Decrypt(bytes.NewReader(wrapped), s.master)
	if err != nil {
		return nil, wrong(err)
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		return nil, wrong(err)
	}
	identity, err := age.ParseHybridIdentity(string(text))
	if err != nil {
		return nil, wrong(err)
	}
	return identity, nil
}

// recipient finds what a stream's files are encrypted to, and makes its key at the first.
func (s *Store) recipient(ctx context.Context, stream uuid.UUID) (*age.HybridRecipient, error) {
	if s.master == nil {
		return nil, keyMissing()
	}
	identity, err := s.identity(ctx, stream)
	if standard.KindOf(err) == standard.NotFound {
		if err := s.makeKey(ctx, stream); err != nil {
			return nil, err
		}
		identity, err = s.identity(ctx, stream)
	}
	if err != nil {
		return nil, err
	}
	return identity.Recipient(), nil
}

func (s *Store) makeKey(ctx context.Context, stream uuid.UUID) error {
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		return fmt.Errorf("making a key: %w", err)
	}
	var wrapped bytes.Buffer
	w, err := age.Encrypt(&wrapped, s.master.Recipient())
	if err != nil {
		return fmt.Errorf("keeping a key: %w", err)
	}
	_, err = io.WriteString(w, identity.String())
	if err = errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("keeping a key: %w", err)
	}
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO attachment_key (stream, secret, made, destroyed) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING`,
			stream[:], wrapped.Bytes(), s.Now().UnixMicro())
		return err
	})
}
