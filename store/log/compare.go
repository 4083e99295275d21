package log

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"rosemary/store/sqlite"
)

// Compare builds every projection anew in a database of its own beside the data, and names where those in use differ: table and stream, never content.
// An empty answer means that they agree. Nothing may be committed while it runs.
func (s *Store) Compare(ctx context.Context) (differences []string, err error) {
	folder, err := os.MkdirTemp(filepath.Dir(s.db.Path()), "compare-")
	if err != nil {
		return nil, fmt.Errorf("a place to compare in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "compare.db")
	if err := s.buildSecond(ctx, path); err != nil {
		return nil, err
	}
	conn, err := s.db.Read().Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("comparing: %w", sqlite.Fault(err))
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if err := s.db.Attach(ctx, conn, path, "again"); err != nil {
		return nil, fmt.Errorf("comparing: %w", sqlite.Fault(err))
	}
	defer func() {
		_, detach := conn.ExecContext(context.WithoutCancel(ctx), `DETACH again`)
		err = errors.Join(err, sqlite.Fault(detach))
	}()
	for _, p := range projections {
		for _, side := range []struct{ has, lacks, what string }{
			{"main", "again", "in use that the log does not give"}, {"again", "main", "missing that the log gives"},
		} {
			found, err := lacking(ctx, conn, p.table, p.key, side.has, side.lacks, side.what)
			if err != nil {
				return nil, fmt.Errorf("comparing %s: %w", p.table, sqlite.Fault(err))
			}
			differences = append(differences, found...)
		}
	}
	positions, err := s.comparePositions(ctx)
	return append(differences, positions...), err
}

// buildSecond projects the whole log into a database of its own.
func (s *Store) buildSecond(ctx context.Context, path string) (err error) {
	second, err := s.db.Another(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, second.Close()) }()
	if err := migrate(ctx, second); err != nil {
		return err
	}
	end, err := s.End(ctx)
	if err != nil {
		return err
	}
	return second.Write(ctx, func(tx *sqlite.Tx) error {
		return s.walk(s.reading(ctx), uuid.Nil, 0, end, (&rebuilding{store: s, tx: tx}).add)
	})
}

// lacking names the streams of which one side has rows that the other lacks, the first twenty.
func lacking(ctx context.Context, conn *sql.Conn, table, key, has, lacks, what string) ([]string, error) {
	rows, err := conn.QueryContext(ctx, `SELECT `+key+`, count(*) FROM (SELECT * FROM `+has+`.`+table+` EXCEPT SELECT * FROM `+lacks+`.`+table+`)
		GROUP BY 1 ORDER BY 1 LIMIT 20`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var differences []string
	for rows.Next() {
		var stream uuid.UUID
		var n int
		if err := rows.Scan(&stream, &n); err != nil {
			return nil, err
		}
		differences = append(differences, fmt.Sprintf("%s of stream %s: rows %s: %d", table, stream, what, n))
	}
	return differences, rows.Err()
}
