package log

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/google/uuid"

	"rosemary/standard"
	"rosemary/store/sqlite"
)

// renew makes sure that the projections are those of this catalogue: titles, names and who may see what are read with the class files. Only a change of a class that
// has records makes them anew; a class that is new here costs nothing.
func (s *Store) renew(ctx context.Context) error {
	with, classes, err := s.madeWith(ctx)
	if err != nil {
		return err
	}
	s.basis = with
	changed := s.changed(classes)
	empty := s.head.Load().moment == 0
	if with != "" && len(changed) == 0 || empty && s.Beside {
		return nil
	}
	anew := with == "" && !empty
	if !anew && (len(classes) > 0 || with != s.Catalogue.Hash()) { // a folder from before classes were told apart has none
		if anew, err = s.anyVersions(ctx, changed); err != nil {
			return err
		}
	}
	switch {
	case anew && s.Beside:
		return &standard.Fault{
			Kind: standard.Unavailable, Message: "The records were last shown by another version of the class files.", Hint: "Start the server once with this version.",
		}
	case s.Beside:
		return nil
	case !anew:
		return s.db.Write(ctx, func(tx *sqlite.Tx) error { return s.projected(tx, cmp.Or(with, s.Catalogue.Hash())) })
	}
	s.Log.Info("the class files have changed: what is shown is made anew from the log")
	if err := s.Rebuild(ctx, nil); err != nil {
		return fmt.Errorf("making what is shown anew with other class files: %w", err)
	}
	return nil
}

// MadeWith names the catalogue that the projections were last made anew with; classes without records may have changed since.
func (s *Store) MadeWith() string { return s.basis }

// madeWith reads which catalogue the projections were made with, and what each class was like; "" before anything was projected.
func (s *Store) madeWith(ctx context.Context) (catalogue string, classes map[string]string, err error) {
	err = s.db.QueryRow(ctx, `SELECT catalogue FROM projected WHERE one = 1`).Scan(&catalogue)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", nil, fmt.Errorf("what the projections were made with: %w", err)
	}
	classes = map[string]string{}
	err = each(s.reading(ctx), `SELECT class, fingerprint FROM projected_class`, nil, func(rows *sqlite.Rows) error {
		var class, fingerprint string
		err := rows.Scan(&class, &fingerprint)
		classes[class] = fingerprint
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("what the projections were made with: %w", err)
	}
	return catalogue, classes, nil
}

// changed lists the classes that are not what they were.
func (s *Store) changed(were map[string]string) (ids []string) {
	gone := maps.Clone(were)
	for _, class := range s.Catalogue.Classes() {
		if were[class.ID] != class.Fingerprint() {
			ids = append(ids, class.ID)
		}
		delete(gone, class.ID)
	}
	return slices.Sorted(slices.Values(slices.AppendSeq(ids, maps.Keys(gone))))
}

// anyVersions reports whether there is a version of any of the classes: each stream is asked, for the key begins with it.
func (s *Store) anyVersions(ctx context.Context, classes []string) (found bool, err error) {
	for _, class := range classes {
		err = each(s.reading(ctx), `SELECT 1 FROM stream s WHERE EXISTS (SELECT 1 FROM version v WHERE v.stream = s.uid AND v.class = $1) LIMIT 1`, []any{class},
			func(*sqlite.Rows) error {
				found = true
				return nil
			})
		if err != nil {
			return false, fmt.Errorf("records of the class %s: %w", class, err)
		}
		if found {
			break
		}
	}
	return found, nil
}

// projected keeps which catalogue the projections were made with, and what each class is like.
func (s *Store) projected(tx *sqlite.Tx, catalogue string) error {
	_, err := tx.Exec(`INSERT INTO projected (one, catalogue) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET catalogue = excluded.catalogue`, catalogue)
	if err != nil {
		return fmt.Errorf("what the projections are made with: %w", err)
	}
	if _, err := tx.Exec(`DELETE FROM projected_class`); err != nil {
		return fmt.Errorf("what the projections are made with: %w", err)
	}
	for _, class := range s.Catalogue.Classes() {
		if _, err := tx.Exec(`INSERT INTO projected_class (class, fingerprint) VALUES ($1, $2)`, class.ID, class.Fingerprint()); err != nil {
			return fmt.Errorf("what the class %s is like: %w", class.ID, err)
		}
	}
	tx.AfterCommit(func() { s.basis = catalogue })
	return nil
}

// Rebuild drops every projection and builds it again from the contributions, in one transaction: when it fails, all stays as it was. Nobody
// writes meanwhile. Progress, which may be nil, is told from time to time.
func (s *Store) Rebuild(ctx context.Context, progress func(done, total int64)) error {
	s.apart.Store(false)
	return s.db.WritePatiently(ctx, func(tx *sqlite.Tx) error {
		for _, p := range projections {
			if _, err := tx.Exec(`DELETE FROM ` + p.table); err != nil {
				return fmt.Errorf("emptying %s: %w", p.table, err)
			}
		}
		if err := errors.Join(s.projected(tx, s.Catalogue.Hash()), positionsAnew(tx)); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.forget() })
		end := s.head.Load().moment
		b := &rebuilding{store: s, tx: tx}
		return s.walk(tx.Query, uuid.Nil, 0, math.MaxInt64, func(row *stored) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := b.add(row); err != nil {
				return err
			}
			if progress != nil && (row.moment%page == 0 || row.moment == end) {
				progress(int64(row.moment), int64(end))
			}
			return nil
		})
	})
}

// rebuilding projects contributions that are in the log already.
type rebuilding struct {
	store *Store
	tx    *sqlite.Tx
}

func (b *rebuilding) add(row *stored) error {
	c, err := row.sealed()
	if err != nil {
		return err
	}
	if c.Destroyed != uuid.Nil {
		return projector{b.store, b.tx}.remains(c)
	}
	indexes, err := b.store.indexes(c)
	if err != nil {
		return fmt.Errorf("moment %d: %w", row.moment, err)
	}
	remainsHappened(c, indexes, row.committed)
	before := make([]*current, len(c.Versions))
	for i, v := range c.Versions {
		if before[i], err = currentOf(b.tx, c.Stream, v.Record); err != nil {
			return err
		}
	}
	var opens standard.Stream
	if c.Sequence == 1 {
		if opens, err = b.store.kindOf(c); err != nil {
			return err
		}
	}
	if err := (projector{b.store, b.tx}).apply(c, indexes, before, opens); err != nil {
		return fmt.Errorf("moment %d: %w", row.moment, err)
	}
	return nil
}
