package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/ncruces/go-sqlite3/driver"
)

// The stages of Encrypt, as it tells them.
const (
	StageCheck  = "Checking the database"
	StageCopy   = "Encrypting"
	StageVerify = "Checking the encrypted database"
	StageSwap   = "Putting it in place"
	StageDone   = "Done"
)

// Encrypt puts an encrypted database in the place of the plain one at the path. Nobody else may have it open. The new one is written beside the
// old, read back and checked; then it takes the old one's name in one step. Broken off at any point, one of the two stands there whole. It tells
// each stage before it begins.
func Encrypt(ctx context.Context, path string, key []byte, stage func(name string)) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("data file %s: %w", path, err)
	}
	lock, err := takeLock(ctx, path)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	plain, err := driver.Open(dsn(path, "", nil), setup(nil, `PRAGMA busy_timeout=2000; `))
	if err != nil {
		return fmt.Errorf("database %s: %w", path, err)
	}
	defer func() { _ = plain.Close() }()
	conn, err := plain.Conn(ctx)
	if err != nil {
		return Fault(err)
	}
	defer func() { _ = conn.Close() }()
	stage(StageCheck)
	if err := holdAlone(ctx, conn); err != nil {
		return err
	}
	next := path + ".encrypting"
	err = encryptTo(ctx, path, next, key, stage)
	if err == nil {
		stage(StageSwap)
		err = swap(next, path)
	}
	if err != nil {
		return errors.Join(err, removeIfThere(next))
	}
	stage(StageDone)
	return nil
}

// holdAlone brings everything into the one file, and keeps everybody else from it until the connection closes.
func holdAlone(ctx context.Context, conn *sql.Conn) error {
	var mode, found string
	err := conn.QueryRowContext(ctx, `PRAGMA journal_mode=delete`).Scan(&mode)
	if err == nil && mode != "delete" || err != nil && Fault(err) != err {
		return unavailable("Another command is using the data folder. Nothing was changed.", "Wait until it has ended, and try again.", err)
	}
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `BEGIN EXCLUSIVE`); err != nil {
		return Fault(err)
	}
	if err := conn.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&found); err != nil {
		return Fault(err)
	}
	if found != "ok" {
		return damagedFile(found)
	}
	return nil
}

func encryptTo(ctx context.Context, path, next string, key []byte, stage func(name string)) error {
	stage(StageCopy)
	want, err := encryptFile(path, next, key)
	if err != nil {
		return writeFault(err)
	}
	stage(StageVerify)
	file, err := os.Open(next)
	if err != nil {
		return err
	}
	got := sha256.New()
	_, err = io.Copy(got, Decrypting(file, key))
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("reading what was encrypted: %w", err)
	}
	if string(got.Sum(nil)) != string(want.Sum(nil)) {
		return unavailable("What was encrypted does not read back as what it was. Nothing was changed.", "The disk may be failing: have it checked.", nil)
	}
	return opens(ctx, next, key)
}

// encryptFile writes the encrypted copy of a file and makes sure that it is on the disk. It gives the hash of what was read.
func encryptFile(path, next string, key []byte) (hash.Hash, error) {
	from, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = from.Close() }()
	to, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	sum, w := sha256.New(), Encrypting(to, key)
	_, err = io.CopyBuffer(w, io.TeeReader(from, sum), make([]byte, 1<<20))
	return sum, errors.Join(err, w.Close(), to.Sync(), to.Close())
}

// opens checks that the encrypted database is one, every page of it.
func opens(ctx context.Context, path string, key []byte) error {
	db, err := driver.Open(dsn(path, "", key), setup(key, `PRAGMA query_only=on; `))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	var found string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&found); err != nil {
		return Fault(err)
	}
	if found != "ok" {
		return damagedFile(found)
	}
	return nil
}

// swap gives the new file the old one's name, where no log of the old one is left that could be taken for the new one's.
func swap(next, path string) error {
	for _, beside := range []string{"-wal", "-journal"} {
		if _, err := os.Stat(path + beside); !errors.Is(err, fs.ErrNotExist) {
			return unavailable("A log of the database is left beside it. Nothing was changed.", "Start the server once, stop it, and try again.", err)
		}
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// writeFault says plainly that a disk is full.
func writeFault(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return unavailable("There is not enough room on the disk. Nothing was changed.", "Make room for a second copy of the database, and try again.", err)
	}
	return err
}
