package log

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/google/uuid"

	"rosemary/standard"
	"rosemary/store/sqlite"
)

// renew makes sure that the projections are those of this catalogue: titles, names and who may see what are read with the class files.
func (s *Store) renew(ctx context.Context) error {
	var with string
	err := s.db.QueryRow(ctx, `SELECT catalogue FROM projected WHERE one = 1`).Scan(&with)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("what the projections were made with: %w", err)
	}
	empty := s.head.Load().moment == 0
	switch {
	case with == s.Catalogue.Hash(), empty && s.Beside:
		return nil
	case s.Beside:
		return &standard.Fault{
			Kind: standard.Unavailable, Message: "The records were last shown by another version of the class files.", Hint: "Start the server once with this version.",
		}
	case empty:
		return s.db.Write(ctx, s.projected)
	}
	s.Log.Info("the class files have changed: what is shown is made anew from the log")
	if err := s.Rebuild(ctx, nil); err != nil {
		return fmt.Errorf("making what is shown anew with other class files: %w", err)
	}
	return nil
}

// projected keeps which catalogue the projections are made with.
func (s *Store) projected(tx *sqlite.Tx) error {
	_, err := tx.Exec(`INSERT INTO projected (one, catalogue) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET catalogue = excluded.catalogue`, s.Catalogue.Hash())
	if err != nil {
		return fmt.Errorf("what the projections are made with: %w", err)
	}
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
		if err := s.projected(tx); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.forget() })
		end := s.head.Load().moment
		b := &rebuilding{store: s, tx: tx}
		return walk(tx.Query, uuid.Nil, 0, math.MaxInt64, func(row *stored) error {
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
