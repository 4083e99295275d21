package log

import (
	"context"
	"fmt"
	"math"

	"github.com/google/uuid"

	"rosemary/standard"
	"rosemary/store/sqlite"
)

// Rebuild drops every projection and builds it again from the contributions, in one transaction: when it fails, all stays as it was. Nobody
// writes meanwhile. Progress, which may be nil, is told from time to time.
func (s *Store) Rebuild(ctx context.Context, progress func(done, total int64)) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, p := range projections {
			if _, err := tx.Exec(`DELETE FROM ` + p.table); err != nil {
				return fmt.Errorf("emptying %s: %w", p.table, err)
			}
		}
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
	indexes, err := b.store.indexes(c)
	if err != nil {
		return fmt.Errorf("moment %d: %w", row.moment, err)
	}
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
	if err := (projector{b.tx}).apply(c, indexes, before, opens); err != nil {
		return fmt.Errorf("moment %d: %w", row.moment, err)
	}
	return nil
}
