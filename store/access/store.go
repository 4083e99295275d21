// Package access keeps accounts, tokens, signed-in browser sessions and the log of who saw what in the embedded database.
//
// It implements access.Accounts, access.Trail and the session store that the pages use. Secrets are kept hashed only. It decides
// nothing: who may do what, how long a pause lasts and what is logged is decided by its callers.
package access

import (
	"context"
	"embed"
	"fmt"
	"time"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store keeps what access needs kept.
type Store struct {
	db    *sqlite.DB
	known *known
	ticks func() time.Time // a clock that goes on, whatever time of day it is taken to be
}

var (
	_ access.Accounts = (*Store)(nil)
	_ access.Trail    = (*Store)(nil)
)

// Open brings the tables up to date. What is remembered is measured by ticks, such as time.Now.
func Open(ctx context.Context, db *sqlite.DB, ticks func() time.Time) (*Store, error) {
	if err := db.Migrate(ctx, "access", migrations); err != nil {
		return nil, err
	}
	return &Store{db: db, known: newKnown(), ticks: ticks}, nil
}

func notFound(message string) error {
	return &standard.Fault{Kind: standard.NotFound, Message: message}
}

// micros keeps a time; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func timeOf(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

func hashOf(b []byte) (h record.Hash, err error) {
	if len(b) != len(h) {
		return h, fmt.Errorf("a hash of %d bytes was expected, not %d", len(h), len(b))
	}
	copy(h[:], b)
	return h, nil
}
