package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// migrationTable begins the name of the table in which a room counts its migrations.
const migrationTable = "migration_"

// OnlyKnownRooms refuses a database that a newer program has used: one that holds a room which nobody here has migrated.
func (db *DB) OnlyKnownRooms(ctx context.Context) error {
	rows, err := db.Query(ctx, `SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 10) = $1`, migrationTable)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		if room := strings.TrimPrefix(name, migrationTable); !slices.Contains(db.rooms, room) {
			return newer(fmt.Errorf("room %s is not known to this program", room))
		}
	}
	return rows.Err()
}

func newer(err error) error {
	return unavailable("The data folder was last used by a newer version of Rosemary. Nothing was changed.", "Install that version, or a newer one.", err)
}

// Versions tells how far each room has been migrated, as a snapshot has it.
func Versions(ask Ask) (map[string]int64, error) {
	var names string
	if err := ask(`SELECT coalesce(group_concat(name), '') FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 10) = '`+migrationTable+`'`, &names); err != nil {
		return nil, err
	}
	versions := map[string]int64{}
	for name := range strings.SplitSeq(names, ",") {
		if name == "" || strings.ContainsAny(name, `"'; `) {
			continue
		}
		var version int64
		if err := ask(`SELECT coalesce(max(version_id), 0) FROM `+name, &version); err != nil {
			return nil, errors.Join(fmt.Errorf("version of %s", name), err)
		}
		versions[strings.TrimPrefix(name, migrationTable)] = version
	}
	return versions, nil
}

// Size is how many bytes the database has, without its log.
func Size(ask Ask) (bytes int64, err error) {
	err = ask(`SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`, &bytes)
	return bytes, err
}
