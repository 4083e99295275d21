package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ncruces/go-sqlite3"

	"rosemary/standard"
)

// Fault gives a driver's error a kind and plain words. Errors that have a kind, sql.ErrNoRows and errors of the program's own making
// pass as they are.
func Fault(err error) error {
	if err == nil {
		return nil
	}
	var has *standard.Fault
	if errors.As(err, &has) || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, sqlite3.INTERRUPT) {
		return &standard.Fault{Kind: standard.Busy, Message: "This took too long or was broken off. Nothing was changed.", Hint: "Try again.", Err: err}
	}
	var code sqlite3.ErrorCode
	if !errors.As(err, &code) {
		return err
	}
	switch code {
	case sqlite3.BUSY, sqlite3.LOCKED:
		return &standard.Fault{Kind: standard.Busy, Message: "The records are busy. Nothing was changed.", Hint: "Try again in a moment.", Err: err}
	case sqlite3.FULL:
		return unavailable("The disk is full. Nothing was changed.", "Tell whoever looks after this computer. Records can still be read.", err)
	case sqlite3.IOERR:
		return unavailable("The disk could not be read or written. Nothing was changed.", "Tell whoever looks after this computer: the disk may be full or broken.", err)
	case sqlite3.READONLY, sqlite3.PERM, sqlite3.CANTOPEN, sqlite3.AUTH:
		return unavailable("The data file cannot be written to. Nothing was changed.", "Tell whoever looks after this computer.", err)
	case sqlite3.CORRUPT, sqlite3.NOTADB:
		return &standard.Fault{
			Kind: standard.Broken, Message: "The data file is damaged. Nothing was changed.",
			Hint: "Tell whoever looks after this computer: it must be checked and may have to be restored from a backup.", Err: err,
		}
	}
	return err
}

// IsTaken reports whether a statement failed because a value that must be unique is there already.
func IsTaken(err error) bool {
	return errors.Is(err, sqlite3.CONSTRAINT_UNIQUE) || errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY)
}

// commitFault is Fault for a COMMIT, where a failing disk leaves open what reached it.
func commitFault(err error) error {
	if errors.Is(err, sqlite3.IOERR) {
		return unavailable("The disk failed while this was being saved.", "Send it again: what was saved already is not saved twice.", err)
	}
	return Fault(err)
}
