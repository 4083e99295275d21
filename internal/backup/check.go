package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"rosemary/internal/installation"
	"rosemary/internal/vault"
)

// Checking says what to check, and how far.
type Checking struct {
	Opening
	File     string
	Deep     bool // also unpack it, sealed with a throw-away key, and verify the log in it
	Now      func() time.Time
	Logger   *slog.Logger
	Progress func(what string, done, total int64) // may be nil
}

// Checked says what was found.
type Checked struct {
	Head
	Files int
	Bytes int64
	Proof installation.Proof // of a deep check
}

// Check reads a backup whole and compares every file with the manifest.
func Check(ctx context.Context, o Checking) (c Checked, err error) {
	u := &unpacking{Restoring: Restoring{Opening: o.Opening, File: o.File, Now: o.Now, Logger: o.Logger, Progress: o.Progress}, throwaway: true}
	if u.Progress == nil {
		u.Progress = func(string, int64, int64) {}
	}
	if !o.Deep {
		m, err := u.readOnly(ctx)
		return checked(m), err
	}
	folder, err := os.MkdirTemp("", "rosemary-check-")
	if err != nil {
		return c, fmt.Errorf("a place to check in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	u.data, u.checkpoints = filepath.Join(folder, "data"), filepath.Join(folder, "checkpoints")
	if err := errors.Join(os.Mkdir(u.data, 0o700), os.Mkdir(u.checkpoints, 0o700)); err != nil {
		return c, err
	}
	keyFile := filepath.Join(folder, "key")
	if u.vault, err = throwaway(u.data, keyFile); err != nil {
		return c, err
	}
	m, err := u.unpack(ctx)
	if err != nil {
		return c, diskFault(err)
	}
	c = checked(m)
	in, err := installation.Open(ctx, installation.Options{Dir: u.data, Checkpoints: u.checkpoints, KeyFile: keyFile, Now: o.Now, Logger: o.Logger, Existing: true})
	if err != nil {
		return c, newerBackup(err)
	}
	c.Proof, err = in.Verify(ctx, func(done, total int64) { u.Progress("Verifying", done, total) })
	return c, errors.Join(err, in.Close())
}

func checked(m manifest) Checked {
	c := Checked{Head: m.Head, Files: len(m.Files)}
	for _, f := range m.Files {
		c.Bytes += f.Bytes
	}
	return c
}

// readOnly reads the backup and keeps nothing of it.
func (u *unpacking) readOnly(ctx context.Context) (manifest, error) {
	file, err := os.Open(u.File)
	if err != nil {
		return manifest{}, invalid("The backup cannot be read.", "Check the path: "+u.File+".")
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return manifest{}, err
	}
	from := &counting{r: file, ctx: ctx, heard: func(done int64) { u.Progress("Reading the backup", done, info.Size()) }}
	return u.Opening.read(ctx, from, func(Head) error { return nil }, func(_ string, _ int64, r io.Reader) error {
		_, err := io.Copy(io.Discard, r)
		return err
	})
}

// throwaway makes a vault whose keys nobody keeps, so that nothing legible reaches the disk.
func throwaway(folder, keyFile string) (*vault.Vault, error) {
	key, err := vault.NewKey()
	if err != nil {
		return nil, err
	}
	v, err := vault.New(key)
	if err != nil {
		return nil, err
	}
	return v, errors.Join(v.Save(folder, key), vault.WriteKeyFile(keyFile, folder, key))
}
