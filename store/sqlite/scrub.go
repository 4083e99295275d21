package sqlite

import (
	"context"
	"errors"
	"fmt"
)

// Scrub writes the whole data file anew and empties the database's own log, so that no unused part of either still holds what was deleted. Writing waits
// meanwhile; reading goes on. A file of more than most bytes is left as it is, and done is false; most 0 is any size.
func (db *DB) Scrub(ctx context.Context, most int64) (done bool, err error) {
	db.turn.Lock() // nobody writes meanwhile
	defer db.turn.Unlock()
	own, err := openWriter(db.path, db.key)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, own.Close()) }()
	conn, err := own.Conn(ctx)
	if err != nil {
		return false, Fault(err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var pages, size int64
	if err := conn.QueryRowContext(ctx, `SELECT page_count * page_size, page_size FROM pragma_page_count, pragma_page_size`).Scan(&pages, &size); err != nil {
		return false, Fault(err)
	}
	done = most == 0 || pages <= most
	if done {
		if _, err := conn.ExecContext(ctx, `PRAGMA temp_store=file; VACUUM`); err != nil {
			return false, fmt.Errorf("writing the data file anew: %w", Fault(err))
		}
	}
	var busy, frames, moved int
	if err := conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved); err != nil {
		return false, Fault(err)
	}
	return done && busy == 0, nil
}
