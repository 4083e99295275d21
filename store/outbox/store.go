// Package outbox keeps, in the embedded database, the devices that keep work without a network and the entries that came in from them.
//
// It implements outbox.Store. It opens nothing that is sealed and decides nothing. None of it is part of the log, its proof or an export.
package outbox

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rosemary/access/outbox"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS // go:embed needs a variable of the package; nothing writes to it

// Store keeps devices and entries.
type Store struct{ db *sqlite.DB }

var _ outbox.Store = (*Store)(nil)

// Open brings the tables up to date.
func Open(ctx context.Context, db *sqlite.DB) (*Store, error) {
	if err := db.Migrate(ctx, "outbox", migrations); err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// micros writes a time; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func timeOf(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

func uid(b []byte) (uuid.UUID, error) {
	if len(b) != 16 {
		return uuid.Nil, errors.New("an id is damaged")
	}
	return uuid.UUID(b), nil
}

const deviceColumns = `device, name, account, first, last, waiting, oldest, refused, behind, revoked, revoked_by`

func scanDevice(from func(...any) error) (outbox.Device, error) {
	var d outbox.Device
	var id []byte
	var first, last, oldest, behind, revoked int64
	if err := from(&id, &d.Name, &d.Account, &first, &last, &d.Waiting, &oldest, &d.Refused, &behind, &revoked, &d.RevokedBy); err != nil {
		return d, err
	}
	var err error
	d.ID, err = uid(id)
	d.First, d.Last, d.Oldest, d.Revoked = timeOf(first), timeOf(last), timeOf(oldest), timeOf(revoked)
	d.Behind = time.Duration(behind) * time.Millisecond
	return d, err
}

// KeepDevice keeps what a device says of itself now.
func (s *Store) KeepDevice(ctx context.Context, d outbox.Device) error {
	return s.write(ctx, "keeping a device", `INSERT INTO outbox_device (`+deviceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '')
		ON CONFLICT (device) DO UPDATE SET name = excluded.name, account = excluded.account, last = excluded.last, waiting = excluded.waiting,
			oldest = excluded.oldest, refused = excluded.refused, behind = excluded.behind`,
		d.ID[:], d.Name, d.Account, micros(d.First), micros(d.Last), d.Waiting, micros(d.Oldest), d.Refused, d.Behind.Milliseconds())
}

// FindDevice gives one device.
func (s *Store) FindDevice(ctx context.Context, id uuid.UUID) (outbox.Device, error) {
	d, err := scanDevice(s.db.QueryRow(ctx, `SELECT `+deviceColumns+` FROM outbox_device WHERE device = $1`, id[:]).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return d, &standard.Fault{Kind: standard.NotFound, Message: "There is no such device."}
	}
	if err != nil {
		return d, fmt.Errorf("device: %w", err)
	}
	return d, nil
}

// Devices lists all devices, those last that were in touch longest ago.
func (s *Store) Devices(ctx context.Context) ([]outbox.Device, error) {
	rows, err := s.db.Query(ctx, `SELECT `+deviceColumns+` FROM outbox_device ORDER BY last DESC, device`)
	if err != nil {
		return nil, fmt.Errorf("devices: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []outbox.Device
	for rows.Next() {
		d, err := scanDevice(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("devices: %w", err)
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

// Revoke notes that a device is revoked, or no longer.
func (s *Store) Revoke(ctx context.Context, id uuid.UUID, at time.Time, by string) error {
	return s.write(ctx, "revoking a device", `UPDATE outbox_device SET revoked = $2, revoked_by = $3 WHERE device = $1`, id[:], micros(at), by)
}

// KeepKey keeps a public key with which a device signs for an account.
func (s *Store) KeepKey(ctx context.Context, device uuid.UUID, account string, public []byte, at time.Time) error {
	return s.write(ctx, "keeping the key of a device", `INSERT INTO outbox_key (device, account, public, made) VALUES ($1, $2, $3, $4)
		ON CONFLICT (device, account, public) DO NOTHING`, device[:], account, public, micros(at))
}

// Keys gives the public keys of a device for an account.
func (s *Store) Keys(ctx context.Context, device uuid.UUID, account string) ([][]byte, error) {
	rows, err := s.db.Query(ctx, `SELECT public FROM outbox_key WHERE device = $1 AND account = $2`, device[:], account)
	if err != nil {
		return nil, fmt.Errorf("keys of a device: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var keys [][]byte
	for rows.Next() {
		var key []byte
		if err := rows.Scan(&key); err != nil {
			return nil, fmt.Errorf("keys of a device: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

func (s *Store) write(ctx context.Context, what, statement string, args ...any) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(statement, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
