package log

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/store/sqlite"
)

// attached keeps which files a version names. Most name none.
func (p projector) attached(s *record.Sealed, e entry) error {
	for _, hash := range e.index.Attached {
		err := p.run(`INSERT INTO attached (stream, hash, record, from_moment) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			s.Stream[:], hash[:], e.Record[:], int64(s.Moment))
		if err != nil {
			return err
		}
	}
	return nil
}

// NamedBy lists the records of which a version within the scope names a file. See access.Register.
func (s *Store) NamedBy(ctx context.Context, stream uuid.UUID, file record.Hash, at record.Moment, scope record.Scope) ([]access.Naming, error) {
	w := &where{}
	w.and("v.stream = " + w.uid(stream))
	w.and("v.from_moment <= " + w.arg(int64(at)))
	w.scope(scope, aVersion)
	text := `SELECT DISTINCT v.record, v.class FROM attached a CROSS JOIN ` + byRecord + ` ON v.stream = a.stream AND v.record = a.record
		AND v.from_moment = a.from_moment WHERE a.stream = $1 AND a.hash = ` + w.arg(file[:]) + ` AND ` + w.text.String() + ` ORDER BY 1`
	var found []access.Naming
	err := each(s.reading(ctx), text, w.args, func(rows *sqlite.Rows) error {
		var n access.Naming
		err := rows.Scan(&n.Record, &n.Class)
		found = append(found, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("records that name a file: %w", err)
	}
	return found, nil
}

// Files calls fn for every file that the log names up to a moment, of one stream or of all (the zero uid), each once, in the order in which they were first
// named. It stops at the first error of fn.
func (s *Store) Files(ctx context.Context, stream uuid.UUID, upTo record.Moment, fn func(stream uuid.UUID, file record.Hash, first record.Moment) error) error {
	w := &where{}
	w.and("from_moment <= " + w.arg(int64(upTo)))
	if stream != uuid.Nil {
		w.and("stream = " + w.uid(stream))
	}
	type row struct {
		stream uuid.UUID
		file   record.Hash
		first  record.Moment
	}
	var all []row // read first: fn may ask the database too
	err := each(s.reading(ctx), `SELECT stream, hash, min(from_moment) FROM attached WHERE `+w.text.String()+` GROUP BY stream, hash ORDER BY 3, 1, 2`, w.args,
		func(rows *sqlite.Rows) error {
			var r row
			err := rows.Scan(&r.stream, hash{&r.file}, &r.first)
			all = append(all, r)
			return err
		})
	if err != nil {
		return fmt.Errorf("files that the log names: %w", err)
	}
	for _, r := range all {
		if err := fn(r.stream, r.file, r.first); err != nil {
			return err
		}
	}
	return nil
}

// IsNamed reports whether any version names a file.
func (s *Store) IsNamed(ctx context.Context, stream uuid.UUID, file record.Hash) (bool, error) {
	named := false
	err := each(s.reading(ctx), `SELECT 1 FROM attached WHERE stream = $1 AND hash = $2 LIMIT 1`, []any{stream[:], file[:]}, func(*sqlite.Rows) error {
		named = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("records that name a file: %w", err)
	}
	return named, nil
}
