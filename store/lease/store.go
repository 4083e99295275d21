// Package lease keeps, in the embedded database, who has the form of a planned dose open: one row for each slot, for a few minutes.
//
// It implements access.Leases. It decides nothing about who may take one, and is no part of the log, its proof or an export: a lease that is lost costs a look at the chart.
package lease

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS // go:embed needs a variable of the package; nothing writes to it

// Store keeps leases.
type Store struct{ db *sqlite.DB }

var (
	_ access.Leases    = (*Store)(nil)
	_ access.Forgetter = (*Store)(nil)
)

// Open brings the table up to date.
func Open(ctx context.Context, db *sqlite.DB) (*Store, error) {
	if err := db.Migrate(ctx, "lease", migrations); err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// Take takes a slot, or goes on holding it, unless somebody else holds it whose time has not run out: then theirs is the answer.
func (s *Store) Take(ctx context.Context, l access.Lease, now time.Time) (access.Lease, error) {
	got := l
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		var since, until int64
		there := access.Lease{Stream: l.Stream, Slot: l.Slot}
		err := tx.QueryRow(`SELECT holder, account, name, since, until FROM lease WHERE stream = $1 AND slot = $2`, l.Stream[:], l.Slot).
			Scan(&there.Holder, &there.Account, &there.Name, &since, &until)
		there.Since, there.Until = time.UnixMicro(since).UTC(), time.UnixMicro(until).UTC()
		switch {
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return err
		case err == nil && there.Until.After(now) && there.Holder != l.Holder:
			got = there
			return nil
		case err == nil && there.Holder == l.Holder && there.Until.After(now):
			got.Since = there.Since
		}
		if _, err := tx.Exec(`DELETE FROM lease WHERE until < $1`, now.UnixMicro()); err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO lease (stream, slot, holder, account, name, since, until) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (stream, slot) DO UPDATE SET holder = $3, account = $4, name = $5, since = $6, until = $7`,
			l.Stream[:], l.Slot, l.Holder, l.Account, l.Name, got.Since.UnixMicro(), l.Until.UnixMicro())
		return err
	})
	if err != nil {
		return access.Lease{}, fmt.Errorf("taking a lease: %w", err)
	}
	return got, nil
}

// Release gives a slot up that the holder holds.
func (s *Store) Release(ctx context.Context, stream uuid.UUID, slot, holder string) error {
	return s.remove(ctx, `DELETE FROM lease WHERE stream = $1 AND slot = $2 AND holder = $3`, stream[:], slot, holder)
}

// Forget implements access.Forgetter.
func (s *Store) Forget(ctx context.Context, stream uuid.UUID, _ []record.DestroyedVersion) error {
	return s.remove(ctx, `DELETE FROM lease WHERE stream = $1`, stream[:])
}

func (s *Store) remove(ctx context.Context, statement string, args ...any) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(statement, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("giving a lease up: %w", err)
	}
	return nil
}
