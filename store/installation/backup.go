package installation

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"rosemary/standard"
	"rosemary/store/sqlite"
)

// Backup is the last backup that reached its place.
type Backup struct {
	Moment int64     // what it holds
	At     time.Time // when it was made; zero: there was none
}

// LastBackup tells of the last backup; zero when there was none.
func (s *Store) LastBackup(ctx context.Context) (Backup, error) {
	var b Backup
	var at string
	err := s.db.QueryRow(ctx, `SELECT moment, at FROM backup WHERE one = 1`).Scan(&b.Moment, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return b, nil
	}
	if err == nil {
		b.At, err = time.Parse(time.RFC3339, at)
	}
	if err != nil {
		return b, fmt.Errorf("last backup: %w", err)
	}
	return b, nil
}

// KeepBackup notes a backup that has reached its place.
func (s *Store) KeepBackup(ctx context.Context, b Backup) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error { return keepBackup(tx, b) })
}

func keepBackup(tx *sqlite.Tx, b Backup) error {
	_, err := tx.Exec(`INSERT INTO backup (one, moment, at) VALUES (1, $1, $2) ON CONFLICT (one) DO UPDATE SET moment = excluded.moment, at = excluded.at`,
		b.Moment, b.At.UTC().Format(time.RFC3339))
	return err
}

// Restored opens the next epoch of an installation that a backup was restored into.
func (s *Store) Restored(ctx context.Context, epoch int, signed string, b Backup) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE installation SET epoch = $1 WHERE epoch < $1`, epoch)
		if err != nil {
			return err
		}
		if n != 1 {
			return &standard.Fault{Kind: standard.Conflict, Message: fmt.Sprintf("Epoch %d has begun already.", epoch)}
		}
		if _, err := tx.Exec(`INSERT INTO restoration (epoch, signed) VALUES ($1, $2)`, epoch, signed); err != nil {
			return err
		}
		return keepBackup(tx, b)
	})
}

// Restoration is the epoch that a restored backup opened, and the signed statement of it.
type Restoration struct {
	Epoch  int
	Signed string
}

// Restorations gives all restorations, oldest first.
func (s *Store) Restorations(ctx context.Context) ([]Restoration, error) {
	rows, err := s.db.Query(ctx, `SELECT epoch, signed FROM restoration ORDER BY epoch`)
	if err != nil {
		return nil, fmt.Errorf("restorations: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Restoration
	for rows.Next() {
		var r Restoration
		if err := rows.Scan(&r.Epoch, &r.Signed); err != nil {
			return nil, fmt.Errorf("restorations: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// Look reads, in a question of its own, what a snapshot is of.
func Look(ask sqlite.Ask) (system string, epoch int, err error) {
	if err = ask(`SELECT system, epoch FROM installation WHERE one = 1`, &system, &epoch); err != nil {
		return "", 0, fmt.Errorf("identity: %w", err)
	}
	return system, epoch, nil
}
