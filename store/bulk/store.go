// Package bulk keeps, in the embedded database, how far exports of many people's records are.
//
// It implements bulk.Jobs. It knows nothing of the files. None of it is part of the log, its proof or an export.
package bulk

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/bulk"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS // go:embed needs a variable of the package; nothing writes to it

// Store keeps jobs.
type Store struct{ db *sqlite.DB }

var (
	_ bulk.Jobs        = (*Store)(nil)
	_ access.Forgetter = (*Store)(nil)
)

// Open brings the table up to date.
func Open(ctx context.Context, db *sqlite.DB) (*Store, error) {
	if err := db.Migrate(ctx, "bulk", migrations); err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// Add keeps a new job. See bulk.Jobs.
func (s *Store) Add(ctx context.Context, j *bulk.Job) error {
	body, err := json.Marshal(j)
	if err != nil {
		return fmt.Errorf("an export: %w", err)
	}
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO bulk_job (job, begun, body) VALUES ($1, $2, $3)`, j.ID[:], j.Begun.UnixMicro(), string(body))
		return err
	})
}

func read(scan func(...any) error) (*bulk.Job, error) {
	var body string
	err := scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &standard.Fault{Kind: standard.NotFound, Message: "There is no such export."}
	}
	j := &bulk.Job{}
	if err == nil {
		err = json.Unmarshal([]byte(body), j)
	}
	if err != nil {
		return nil, fmt.Errorf("an export: %w", err)
	}
	return j, nil
}

// Job gives one. See bulk.Jobs.
func (s *Store) Job(ctx context.Context, id uuid.UUID) (*bulk.Job, error) {
	return read(s.db.QueryRow(ctx, `SELECT body FROM bulk_job WHERE job = $1`, id[:]).Scan)
}

// All gives all. See bulk.Jobs.
func (s *Store) All(ctx context.Context) ([]*bulk.Job, error) {
	rows, err := s.db.Query(ctx, `SELECT body FROM bulk_job ORDER BY begun, job`)
	if err != nil {
		return nil, fmt.Errorf("exports: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []*bulk.Job
	for rows.Next() {
		j, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, j)
	}
	return all, rows.Err()
}

// Change changes one. See bulk.Jobs.
func (s *Store) Change(ctx context.Context, id uuid.UUID, fn func(*bulk.Job) error) (j *bulk.Job, err error) {
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if j, err = read(tx.QueryRow(`SELECT body FROM bulk_job WHERE job = $1`, id[:]).Scan); err != nil {
			return err
		}
		if err := fn(j); err != nil {
			return err
		}
		return write(tx, j)
	})
	return j, err
}

func write(tx *sqlite.Tx, j *bulk.Job) error {
	body, err := json.Marshal(j)
	if err != nil {
		return fmt.Errorf("an export: %w", err)
	}
	_, err = tx.Exec(`UPDATE bulk_job SET body = $2 WHERE job = $1`, j.ID[:], string(body))
	return err
}

// Remove lets go of one. See bulk.Jobs.
func (s *Store) Remove(ctx context.Context, id uuid.UUID) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM bulk_job WHERE job = $1`, id[:])
		return err
	})
}

// Forget ends every export with its key: which of them hold what is destroyed is not known, and whoever needs one asks again. See access.Forgetter.
func (s *Store) Forget(ctx context.Context, _ uuid.UUID, _ []record.DestroyedVersion) error {
	all, err := s.All(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		_, err := s.Change(ctx, one.ID, func(j *bulk.Job) error {
			if j.Ended.IsZero() {
				j.Ended = j.Begun
			}
			j.State, j.Key, j.Files, j.Trouble = bulk.Failed, "", nil, "Something that may be in this export was destroyed since. Ask for the export again."
			return nil
		})
		if err != nil && standard.KindOf(err) != standard.NotFound {
			return err
		}
	}
	return nil
}
