package sqlite

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// Migrate brings a room's tables to the newest form: it runs those of the numbered files in the folder "migrations" that have not run yet, each whole or not at
// all. Each room counts for itself. A database that a newer program has migrated is refused and left as it is.
func (db *DB) Migrate(ctx context.Context, room string, within fs.FS) error {
	files, err := fs.Sub(within, "migrations")
	if err != nil {
		return fmt.Errorf("migrations of room %s: %w", room, err)
	}
	db.turn.Lock() // nobody writes meanwhile
	defer db.turn.Unlock()
	db.rooms = append(db.rooms, room)
	if db.upToDate(ctx, room, files) {
		return nil
	}
	own, err := openWriter(db.path, db.key)
	if err != nil {
		return err
	}
	defer func() { _ = own.Close() }()
	provider, err := goose.NewProvider(goose.DialectSQLite3, own, files,
		goose.WithTableName(migrationTable+room), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("migrations of room %s: %w", room, err)
	}
	stands, known, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrations of room %s: %w", room, Fault(err))
	}
	if stands > known {
		return newer(fmt.Errorf("room %s is at %d, this program knows %d", room, stands, known))
	}
	if db.lock == nil && stands < known {
		return unavailable("The server that is running here is an older version of Rosemary. Nothing was changed.",
			"Start the server with this version first.", fmt.Errorf("room %s is at %d, this program knows %d", room, stands, known))
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrating room %s from %d to %d: %w", room, stands, known, Fault(err))
	}
	return nil
}

// upToDate reports that a room has been migrated by just these files: then there is nothing to do, and a start need not take the time to find out more.
func (db *DB) upToDate(ctx context.Context, room string, files fs.FS) bool {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return false
	}
	var known, ran []int64
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return false
		}
		known = append(known, n)
	}
	rows, err := db.Query(ctx, `SELECT version_id, is_applied FROM `+migrationTable+room+` WHERE version_id > 0 ORDER BY version_id`)
	if err != nil {
		return false // a new room: its table is not there yet
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n int64
		var applied bool
		if err := rows.Scan(&n, &applied); err != nil || !applied {
			return false
		}
		ran = append(ran, n)
	}
	slices.Sort(known)
	return rows.Err() == nil && slices.Equal(known, ran)
}
