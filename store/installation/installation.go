// Package installation keeps what an installation is: the identifier by which its versions name it as their system, its epoch, and the public
// keys that it has signed with. It keeps no private key and nothing about people.
package installation

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"rosemary/standard"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Identity is what an installation is.
type Identity struct {
	System string
	Epoch  int
	Keys   []string // public, oldest first
}

// Store keeps one identity.
type Store struct{ db *sqlite.DB }

// Open brings the tables up to date.
func Open(ctx context.Context, db *sqlite.DB) (*Store, error) {
	if err := db.Migrate(ctx, "installation", migrations); err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// Identity reads the identity. NotFound before Found.
func (s *Store) Identity(ctx context.Context) (Identity, error) {
	var id Identity
	err := s.db.QueryRow(ctx, `SELECT system, epoch FROM installation WHERE one = 1`).Scan(&id.System, &id.Epoch)
	if errors.Is(err, sql.ErrNoRows) {
		return id, &standard.Fault{Kind: standard.NotFound, Message: "This data folder has no identity yet."}
	}
	if err != nil {
		return id, fmt.Errorf("identity: %w", err)
	}
	rows, err := s.db.Query(ctx, `SELECT public FROM signing_key ORDER BY since, public`)
	if err != nil {
		return id, fmt.Errorf("signing keys: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return id, fmt.Errorf("signing keys: %w", err)
		}
		id.Keys = append(id.Keys, key)
	}
	return id, rows.Err()
}

// Beginning is what the identity says of its beginning.
type Beginning struct {
	Created  time.Time
	FirstKey time.Time // since when the first key is known: it was drawn when the installation was made
}

// Began tells of the beginning.
func (s *Store) Began(ctx context.Context) (b Beginning, err error) {
	var created, since string
	err = s.db.QueryRow(ctx, `SELECT created, coalesce((SELECT min(since) FROM signing_key), '') FROM installation WHERE one = 1`).Scan(&created, &since)
	if err == nil {
		b.Created, err = time.Parse(time.RFC3339, created)
	}
	if err == nil {
		b.FirstKey, err = time.Parse(time.RFC3339Nano, since)
	}
	if err != nil {
		return b, fmt.Errorf("when the installation began: %w", err)
	}
	return b, nil
}

// Found gives a new installation its identity.
func (s *Store) Found(ctx context.Context, system, publicKey string, at time.Time) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`INSERT INTO installation (one, system, epoch, created) VALUES (1, $1, 1, $2)`, system, at.UTC().Format(time.RFC3339)); err != nil {
			return err
		}
		return addKey(tx, publicKey, at)
	})
}

// Adopt makes an installation that holds no record yet continue another's log: it takes over its identifier and public keys, in a new epoch.
func (s *Store) Adopt(ctx context.Context, system string, epoch int, keys []string, at time.Time) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`UPDATE installation SET system = $1, epoch = $2`, system, epoch); err != nil {
			return err
		}
		for _, key := range keys {
			if err := addKey(tx, key, at); err != nil {
				return err
			}
		}
		return nil
	})
}

// AddKey notes the public half of a key that is signed with from now on.
func (s *Store) AddKey(ctx context.Context, public string, at time.Time) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error { return addKey(tx, public, at) })
}

func addKey(tx *sqlite.Tx, public string, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO signing_key (public, since) VALUES ($1, $2) ON CONFLICT (public) DO NOTHING`, public, at.UTC().Format(time.RFC3339Nano))
	return err
}
