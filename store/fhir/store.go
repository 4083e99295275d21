// Package fhir holds, in the embedded database, what FHIR resources from elsewhere said and the classes of records have no place for, as earlier programs kept it.
//
// It implements fhir.Beside. What clients say today stands in the versions themselves (record.Version.Beside), and so in the log, its proof and every export; what was kept here
// before can no longer be put there, for a version never changes. Nothing writes here any more. It understands nothing of what it holds, and decides nothing about who may see it:
// the door asks for it only beside a version that it has been shown.
package fhir

import (
	"context"
	"embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS // go:embed needs a variable of the package; nothing writes to it

// Store holds what stands beside versions.
type Store struct {
	db    *sqlite.DB
	empty bool // when it was opened, and so for ever
}

// Open brings the table up to date.
func Open(ctx context.Context, db *sqlite.DB) (*Store, error) {
	if err := db.Migrate(ctx, "fhir", migrations); err != nil {
		return nil, err
	}
	var any bool
	if err := db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM beside)`).Scan(&any); err != nil {
		return nil, fmt.Errorf("beside versions: %w", err)
	}
	return &Store{db: db, empty: !any}, nil
}

// Any reports whether there is anything.
func (s *Store) Any() bool { return !s.empty }

// Kept calls fn with what stands beside versions of some records, and the number of each.
func (s *Store) Kept(ctx context.Context, stream uuid.UUID, recs []uuid.UUID, fn func(rec uuid.UUID, number int, body []byte)) error {
	if len(recs) == 0 || s.empty {
		return nil
	}
	if len(recs) > 1 { // beside most records nothing stands, and to ask whether it does costs a fraction of asking for many
		var any bool
		if err := s.db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM beside WHERE stream = $1)`, stream[:]).Scan(&any); err != nil || !any {
			return err
		}
	}
	args := []any{stream[:]}
	var places strings.Builder
	for i := range recs {
		if i > 0 {
			places.WriteByte(',')
		}
		places.WriteString("$" + strconv.Itoa(i+2))
		args = append(args, recs[i][:])
	}
	rows, err := s.db.Query(ctx, `SELECT record, number, body FROM beside WHERE stream = $1 AND record IN (`+places.String()+`) ORDER BY record, number`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var rec, body []byte
		var number int
		if err := rows.Scan(&rec, &number, &body); err != nil {
			return err
		}
		id, err := uuid.FromBytes(rec)
		if err != nil {
			return fmt.Errorf("beside a record: %w", err)
		}
		fn(id, number, body)
	}
	return rows.Err()
}

// Forget lets go of what stands beside versions that are destroyed, or of all that is kept of a stream. See access.Forgetter.
func (s *Store) Forget(ctx context.Context, stream uuid.UUID, versions []record.DestroyedVersion) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if len(versions) == 0 {
			_, err := tx.Exec(`DELETE FROM beside WHERE stream = $1`, stream[:])
			return err
		}
		for _, v := range versions {
			if _, err := tx.Exec(`DELETE FROM beside WHERE stream = $1 AND record = $2 AND number = $3`, stream[:], v.Version.Record[:], v.Version.Number); err != nil {
				return err
			}
		}
		return nil
	})
}
