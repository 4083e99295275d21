package sqlite

import (
	"context"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"

	"rosemary/standard"
)

// snapshotPages is how many pages are copied between two looks at the context.
const snapshotPages = 250

// Ask asks one question that has one row for an answer.
type Ask func(text string, to ...any) error

// Snapshot copies the whole database, as it stands at one moment, into a new file that is encrypted with a key. Others go on reading and writing
// meanwhile. Look may be nil; it can ask the database about that very moment. Progress may be nil; it hears of pages.
func (db *DB) Snapshot(ctx context.Context, path string, key []byte, look func(Ask) error, progress func(done, total int64)) error {
	pool, err := driver.Open(dsn(db.path, "", db.key), setup(db.key, readerSetup))
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	defer func() { _ = pool.Close() }()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return Fault(err)
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return Fault(err)
	}
	defer func() { _ = tx.Rollback() }()
	var tables int // a transaction begins with its first look
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return Fault(err)
	}
	if look != nil {
		if err := look(func(text string, to ...any) error { return Fault(tx.QueryRowContext(ctx, text).Scan(to...)) }); err != nil {
			return err
		}
	}
	return conn.Raw(func(c any) error {
		own, ok := c.(driver.Conn)
		if !ok {
			return fmt.Errorf("snapshot: a connection of the embedded database was expected, not %T", c)
		}
		return Fault(copyPages(ctx, own.Raw(), path, key, progress))
	})
}

// copyPages copies all pages that the connection's transaction sees.
func copyPages(ctx context.Context, from *sqlite3.Conn, path string, key []byte, progress func(done, total int64)) error {
	backup, err := from.BackupInit("main", keyedName(path, key))
	if err != nil {
		return err
	}
	for done := false; !done && err == nil; {
		if err = context.Cause(ctx); err != nil {
			break
		}
		if done, err = backup.Step(snapshotPages); err == nil && progress != nil {
			progress(int64(backup.PageCount()-backup.Remaining()), int64(backup.PageCount()))
		}
	}
	return errors.Join(err, backup.Close())
}

// Check reads every page and every index of the database. The error says what is damaged first.
func (db *DB) Check(ctx context.Context) error {
	var found string
	err := db.QueryRow(ctx, `PRAGMA integrity_check(1)`).Scan(&found)
	if err != nil {
		return err
	}
	if found != "ok" {
		return damagedFile(found)
	}
	return nil
}

func damagedFile(found string) error {
	return &standard.Fault{
		Kind: standard.Broken, Message: "The data file is damaged: " + found + ".",
		Hint: "Stop the server, keep the data folder as it is, and restore the last backup into another folder.",
	}
}
