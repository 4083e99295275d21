package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rosemary/internal/installation"
	"rosemary/internal/vault"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// Restoring says what to restore and where.
type Restoring struct {
	Opening
	File        string
	Dir         string // the new data folder: not there yet, or empty
	Checkpoints string // the folder of the checkpoints, where one has survived; "": beside the data folder
	KeyFile     string // where the data folder was encrypted: its key file
	Plain       bool   // restore what was encrypted without encryption
	// AccountsStayOpen leaves every account as it was when the backup was made, those too that were closed since.
	AccountsStayOpen bool
	Now              func() time.Time
	Logger           *slog.Logger
	Progress         func(what string, done, total int64) // may be nil
}

// Done says what was restored.
type Done struct {
	Head
	Restoration record.Restoration
	Closed      int // accounts that stood open and are closed now
	Destroyed   int // destructions since the backup that were carried out again
	Proof       installation.Proof
}

// Restore unpacks a backup beside its place, proves it, opens a new epoch, and only then gives the folder its name. When anything is wrong, nothing
// is left behind.
func Restore(ctx context.Context, o Restoring) (done Done, err error) {
	if o, err = o.settled(); err != nil {
		return done, err
	}
	u := &unpacking{Restoring: o, data: o.Dir + ".restoring", checkpoints: o.Dir + ".restoring-checkpoints"}
	for _, folder := range []string{u.data, u.checkpoints} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return done, &standard.Fault{
				Kind: standard.Unavailable, Message: "The folder " + folder + " cannot be made.",
				Hint: "If it was left by a restore that was broken off, remove it; nothing is in it that is needed. Otherwise check that its folder may be written to.", Err: err,
			}
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	}
	m, err := u.unpack(ctx)
	if err != nil {
		return done, diskRestoring(err)
	}
	done.Head = m.Head
	if err := copyMissing(o.Checkpoints, u.checkpoints); err != nil {
		return done, fmt.Errorf("reading the checkpoints in %s: %w", o.Checkpoints, err)
	}
	if err := u.prove(ctx, &done); err != nil {
		return done, err
	}
	if err := copyMissing(u.checkpoints, o.Checkpoints); err != nil {
		return done, fmt.Errorf("writing the checkpoints to %s: %w", o.Checkpoints, err)
	}
	if err := os.Remove(o.Dir); err != nil && !errors.Is(err, os.ErrNotExist) { // empty
		return done, fmt.Errorf("the data folder: %w", err)
	}
	return done, errors.Join(os.Rename(u.data, o.Dir), vault.SyncFolder(filepath.Dir(o.Dir)))
}

// settled fills in what was left out, and refuses a place that is taken.
func (o Restoring) settled() (Restoring, error) {
	var err error
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return o, err
	}
	if o.Checkpoints == "" {
		o.Checkpoints = o.Dir + "-checkpoints"
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	there, err := os.ReadDir(o.Dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return o, &standard.Fault{Kind: standard.Unavailable, Message: "The new data folder cannot be read.", Hint: "Check the path given with --data.", Err: err}
	}
	if len(there) > 0 {
		return o, &standard.Fault{
			Kind: standard.Conflict, Message: "The folder " + o.Dir + " is not empty. Nothing was changed.",
			Hint: "A backup is restored into a new folder only. Keep the old one as it is until the new one has been looked at.",
		}
	}
	return o, os.MkdirAll(filepath.Dir(o.Dir), 0o700)
}

// unpacking is one backup on its way into a folder.
type unpacking struct {
	Restoring
	data, checkpoints string
	vault             *vault.Vault // seals what is unpacked; nil: nothing is sealed
	throwaway         bool         // the vault is of no folder: its own is made
}

// unpack reads the whole backup into the two folders and makes sure that it is on the disk.
func (u *unpacking) unpack(ctx context.Context) (manifest, error) {
	file, err := os.Open(u.File)
	if err != nil {
		return manifest{}, &standard.Fault{Kind: standard.Invalid, Message: "The backup cannot be read.", Hint: "Check the path.", Err: err}
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return manifest{}, err
	}
	from := &counting{r: file, ctx: ctx, heard: func(done int64) { u.Progress("Reading the backup", done, info.Size()) }}
	m, err := u.Opening.read(ctx, from, u.begin, u.take)
	if err != nil {
		return m, err
	}
	return m, errors.Join(vault.SyncFolder(u.data), vault.SyncFolder(u.checkpoints))
}

// begin decides, before the first file, whether the folder will be encrypted.
func (u *unpacking) begin(h Head) error {
	switch {
	case u.throwaway:
		return nil
	case h.Encrypted && u.KeyFile == "" && !u.Plain:
		return invalid("The backup is of an encrypted data folder. Nothing was changed.",
			"Name the folder's key file with --key-file. If it is lost, restore with --plain, and encrypt the new folder with rosemary encrypt.")
	case !h.Encrypted && u.KeyFile != "":
		return invalid("The backup is of a data folder that was not encrypted. Nothing was changed.",
			"Restore it without a key file, and encrypt the new folder with rosemary encrypt.")
	}
	return nil
}

// take puts one file of the archive where it belongs.
func (u *unpacking) take(name string, size int64, r io.Reader) error {
	if within, ok := strings.CutPrefix(name, checkpointsDir); ok {
		return writeFile(filepath.Join(u.checkpoints, filepath.FromSlash(within)), r)
	}
	within, ok := strings.CutPrefix(name, dataPrefix)
	if !ok {
		return damaged(fmt.Errorf("it holds a file that belongs nowhere: %q", name))
	}
	path := filepath.Join(u.data, filepath.FromSlash(within))
	switch {
	case within == installation.VaultFile:
		return u.takeVault(path, r)
	case within == installation.DatabaseFile && u.vault != nil:
		return writeThrough(path, r, func(w io.Writer) io.WriteCloser { return sqlite.Encrypting(w, u.vault.DatabaseKey()) })
	case installation.IsSecret(within) && u.vault != nil:
		content, err := io.ReadAll(io.LimitReader(r, 1<<20))
		if err != nil {
			return err
		}
		if content, err = u.vault.Seal(content); err != nil {
			return err
		}
		return writeFile(path, bytes.NewReader(content))
	}
	return writeFile(path, r)
}

// takeVault opens the folder's vault with the key file: it stands in the archive before what it seals.
func (u *unpacking) takeVault(path string, r io.Reader) error {
	sealed, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil || u.Plain || u.throwaway {
		return err
	}
	key, err := vault.ReadKeyFile(u.KeyFile)
	if err != nil {
		return err
	}
	if u.vault, err = vault.OpenSealed(sealed, key); err != nil {
		return err
	}
	return writeFile(path, bytes.NewReader(sealed))
}

// prove opens the folder, begins the new epoch, destroys anew what had been destroyed since the backup, and verifies everything.
func (u *unpacking) prove(ctx context.Context, done *Done) (err error) {
	keyFile := u.KeyFile
	if !done.Encrypted || u.Plain {
		keyFile = ""
	}
	in, err := installation.Open(ctx, installation.Options{
		Dir: u.data, Checkpoints: u.checkpoints, KeyFile: keyFile, Now: u.Now, Logger: u.Logger, Existing: true,
	})
	if err != nil {
		return newerBackup(err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if in.Identity.System != done.System || in.Identity.Epoch != done.Epoch {
		return damaged(errors.New("it says that it is of another system than its database is"))
	}
	b := installation.Restored{Moment: done.Moment, Made: done.Made, AccountsStayOpen: u.AccountsStayOpen}
	if done.Restoration, done.Closed, err = in.OpenEpoch(ctx, b); err != nil {
		return err
	}
	if done.Destroyed, err = in.ReplayDestructions(ctx); err != nil {
		return fmt.Errorf("destroying again what was destroyed since the backup: %w", err)
	}
	done.Proof, err = in.Verify(ctx, func(done, total int64) { u.Progress("Verifying", done, total) })
	return err
}

// newerBackup says of a backup what the store says of a data folder.
func newerBackup(err error) error {
	var fault *standard.Fault
	if errors.As(err, &fault) && strings.Contains(fault.Message, "newer version") {
		return &standard.Fault{Kind: standard.Invalid, Message: "The backup was made by a newer version of Rosemary. Nothing was changed.", Hint: "Install that version, or a newer one.", Err: fault.Err}
	}
	return err
}

func diskRestoring(err error) error {
	err = diskFault(err)
	var fault *standard.Fault
	if errors.As(err, &fault) && strings.HasPrefix(fault.Message, "The disk is full") {
		return &standard.Fault{Kind: fault.Kind, Message: "The disk is full. Nothing was restored, and nothing half is left.", Hint: "Make room, or choose a folder on another disk.", Err: fault.Err}
	}
	return err
}

func writeFile(path string, r io.Reader) error {
	return writeThrough(path, r, func(w io.Writer) io.WriteCloser { return keepOpen{w} })
}

// writeThrough writes a file that must not be there yet, through a layer, and makes sure that it is on the disk.
func writeThrough(path string, r io.Reader, layer func(io.Writer) io.WriteCloser) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := layer(file)
	_, err = io.CopyBuffer(onlyWriter{w}, r, make([]byte, 1<<20))
	return errors.Join(err, w.Close(), file.Sync(), file.Close())
}

type onlyWriter struct{ io.Writer }

type keepOpen struct{ io.Writer }

// Close leaves the file to whoever opened it.
func (keepOpen) Close() error { return nil }
