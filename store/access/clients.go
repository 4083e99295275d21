package access

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"rosemary/access"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

var _ access.Clients = (*Store)(nil)

// AddClient keeps a client. See access.Clients.
func (s *Store) AddClient(ctx context.Context, c access.Client) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO client (id, name, kind, account, scopes, stays, redirects, launch, keys, keys_at, waits, created, created_by, revoked, revoked_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, '')`,
			c.ID, c.Name, string(c.Kind), c.Account, c.Scopes.String(), c.Stays, strings.Join(c.Redirects, "\n"), c.Launch, string(c.Keys), c.KeysAt, c.Waits, micros(c.Created), c.CreatedBy)
		return err
	})
	if sqlite.IsTaken(err) {
		return &standard.Fault{Kind: standard.Conflict, Message: "There is a client " + c.ID + " already, or was one.", Hint: "Choose another id.", Err: err}
	}
	if err != nil {
		return fmt.Errorf("new client: %w", err)
	}
	return nil
}

const clientColumns = `c.id, c.name, c.kind, c.account, c.scopes, c.stays <> 0, c.redirects, c.launch, c.keys, c.keys_at, c.waits <> 0, c.created, c.created_by, c.revoked, c.revoked_by`

// clientRow is what a client is scanned into.
type clientRow struct {
	c                 access.Client
	scopes, redirects string
	keys              string
	created, revoked  int64
}

func (r *clientRow) places() []any {
	return []any{&r.c.ID, &r.c.Name, &r.c.Kind, &r.c.Account, &r.scopes, &r.c.Stays, &r.redirects, &r.c.Launch, &r.keys, &r.c.KeysAt, &r.c.Waits, &r.created, &r.c.CreatedBy, &r.revoked, &r.c.RevokedBy}
}

func (r *clientRow) client() (access.Client, error) {
	scopes, _, problems := access.ParseScopes(r.scopes)
	if len(problems) > 0 {
		return access.Client{}, fmt.Errorf("the scopes of the client %s are damaged", r.c.ID)
	}
	c := r.c
	c.Scopes, c.Created, c.Revoked = scopes, timeOf(r.created), timeOf(r.revoked)
	if r.redirects != "" {
		c.Redirects = strings.Split(r.redirects, "\n")
	}
	if r.keys != "" {
		c.Keys = []byte(r.keys)
	}
	return c, nil
}

// FindClient gives a client. See access.Clients.
func (s *Store) FindClient(ctx context.Context, id string) (access.Client, error) {
	var r clientRow
	err := s.db.QueryRow(ctx, `SELECT `+clientColumns+` FROM client c WHERE c.id = $1`, id).Scan(r.places()...)
	if errors.Is(err, sql.ErrNoRows) {
		return access.Client{}, notFound("There is no such client.")
	}
	if err != nil {
		return access.Client{}, fmt.Errorf("client: %w", err)
	}
	return r.client()
}

// ClientList gives all clients by id.
func (s *Store) ClientList(ctx context.Context) (list []access.Client, err error) {
	rows, err := s.db.Query(ctx, `SELECT `+clientColumns+` FROM client c ORDER BY c.id`)
	if err != nil {
		return nil, fmt.Errorf("clients: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r clientRow
		if err := rows.Scan(r.places()...); err != nil {
			return nil, fmt.Errorf("clients: %w", err)
		}
		c, err := r.client()
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// RevokeClient closes a client. See access.Clients.
func (s *Store) RevokeClient(ctx context.Context, id, by string, now time.Time) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE client SET revoked = CASE revoked WHEN 0 THEN $2 ELSE revoked END, revoked_by = CASE revoked WHEN 0 THEN $3 ELSE revoked_by END WHERE id = $1`, id, micros(now), by)
		if err != nil {
			return fmt.Errorf("revoking a client: %w", err)
		}
		if n == 0 {
			return notFound("There is no such client.")
		}
		_, err = tx.Exec(`DELETE FROM client_paper WHERE client = $1`, id)
		return err
	})
}

// Hear remembers an assertion. See access.Clients.
func (s *Store) Hear(ctx context.Context, client, id string, expires, now time.Time) (again bool, err error) {
	hash := sha256.Sum256([]byte(id))
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`DELETE FROM client_heard WHERE expires < $1`, micros(now)); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO client_heard (client, id, expires) VALUES ($1, $2, $3)`, client, hash[:], micros(expires))
		return err
	})
	if sqlite.IsTaken(err) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("assertions that were heard: %w", err)
	}
	return false, nil
}
