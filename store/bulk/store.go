// Package bulk keeps, in the embedded database, how far exports of many people's records are.
//
// It implements bulk.Jobs. It knows nothing of the files. None of it is part of the log, its proof or an export.
package bulk

import (
	"context"
	"embed"

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
type Store struct {
	db   *sqlite.DB
	jobs sqlite.Documents[bulk.Job]
}

var (
	_ bulk.Jobs        = (*Store)(nil)
	_ access.Forgetter = (*Store)(nil)
)

// Open brings the table up to date.
func Open(ctx context.Context, db *sqlite.DB) (*Store, error) {
	if err := db.Migrate(ctx, "bulk", migrations); err != nil {
		return nil, err
	}
	return &Store{db, sqlite.Documents[bulk.Job]{DB: db, Table: "bulk_job", Key: "job", Order: "begun, job", What: "export"}}, nil
}

// Add keeps a new job. See bulk.Jobs.
func (s *Store) Add(ctx context.Context, j *bulk.Job) error {
	body, err := s.jobs.Encode(j)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO bulk_job (job, begun, body) VALUES ($1, $2, $3)`, j.ID[:], j.Begun.UnixMicro(), body)
		return err
	})
}

// Job gives one. See bulk.Jobs.
func (s *Store) Job(ctx context.Context, id uuid.UUID) (*bulk.Job, error) { return s.jobs.One(ctx, id) }

// All gives all. See bulk.Jobs.
func (s *Store) All(ctx context.Context) ([]*bulk.Job, error) { return s.jobs.All(ctx) }

// Change changes one. See bulk.Jobs.
func (s *Store) Change(ctx context.Context, id uuid.UUID, fn func(*bulk.Job) error) (*bulk.Job, error) {
	return s.jobs.Change(ctx, id, fn)
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
