package transfer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/standard"
	"rosemary/store/sqlite"
	"rosemary/transfer/exchange"
)

// Exchange keeps the systems that records are exchanged with, and how far each request is. It implements exchange.Book.
type Exchange struct{ store *Store }

var _ exchange.Book = Exchange{}

// Exchange gives the book of the exchange.
func (s *Store) Exchange() Exchange { return Exchange{s} }

const peerColumns = `system, name, address, keys, added, added_by, removed, configured`

func scanPeer(row interface{ Scan(...any) error }) (p exchange.Peer, err error) {
	var keys string
	var added, removed int64
	err = row.Scan(&p.System, &p.Name, &p.Address, &keys, &added, &p.AddedBy, &removed, &p.Configured)
	p.Keys, p.Added = strings.Split(keys, "\n"), time.UnixMicro(added).UTC()
	if removed != 0 {
		p.Removed = time.UnixMicro(removed).UTC()
	}
	return p, err
}

// Peers gives all systems. See exchange.Book.
func (e Exchange) Peers(ctx context.Context) ([]exchange.Peer, error) {
	rows, err := e.store.db.Query(ctx, `SELECT `+peerColumns+` FROM exchange_peer ORDER BY name, system`)
	if err != nil {
		return nil, fmt.Errorf("systems: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []exchange.Peer
	for rows.Next() {
		p, err := scanPeer(rows)
		if err != nil {
			return nil, fmt.Errorf("systems: %w", err)
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// Peer gives one. See exchange.Book.
func (e Exchange) Peer(ctx context.Context, system string) (exchange.Peer, error) {
	p, err := scanPeer(e.store.db.QueryRow(ctx, `SELECT `+peerColumns+` FROM exchange_peer WHERE system = $1`, system))
	if errors.Is(err, sql.ErrNoRows) {
		return exchange.Peer{}, &standard.Fault{Kind: standard.NotFound, Message: "This system is not known here."}
	}
	if err != nil {
		return p, fmt.Errorf("a system: %w", err)
	}
	return p, nil
}

// KeepPeer keeps one. See exchange.Book.
func (e Exchange) KeepPeer(ctx context.Context, p exchange.Peer) error {
	var removed int64
	if p.Gone() {
		removed = p.Removed.UnixMicro()
	}
	return e.store.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO exchange_peer (`+peerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (system) DO UPDATE SET
			name = excluded.name, address = excluded.address, keys = excluded.keys, added = excluded.added, added_by = excluded.added_by, removed = excluded.removed, configured = excluded.configured`,
			p.System, p.Name, p.Address, strings.Join(p.Keys, "\n"), p.Added.UnixMicro(), p.AddedBy, removed, p.Configured)
		return err
	})
}

func readCase(row interface{ Scan(...any) error }) (c exchange.Case, err error) {
	var body string
	if err := row.Scan(&body); err != nil {
		return c, err
	}
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		return c, &standard.Fault{Kind: standard.Broken, Message: "What is kept of a request cannot be read.", Err: err}
	}
	return c, nil
}

// Cases gives cases. See exchange.Book.
func (e Exchange) Cases(ctx context.Context, unsettled bool) ([]exchange.Case, error) {
	where := ""
	if unsettled {
		where = ` WHERE unsettled = 1`
	}
	rows, err := e.store.db.Query(ctx, `SELECT body FROM exchange_case`+where+` ORDER BY begun DESC`)
	if err != nil {
		return nil, fmt.Errorf("requests: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []exchange.Case
	for rows.Next() {
		c, err := readCase(rows)
		if err != nil {
			return nil, fmt.Errorf("requests: %w", err)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

const sqlCase = `SELECT body FROM exchange_case WHERE id = $1`

// Case gives one. See exchange.Book.
func (e Exchange) Case(ctx context.Context, id uuid.UUID) (exchange.Case, error) {
	return foundCase(readCase(e.store.db.QueryRow(ctx, sqlCase, id[:])))
}

func foundCase(c exchange.Case, err error) (exchange.Case, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return c, &standard.Fault{Kind: standard.NotFound, Message: "There is no such request."}
	}
	if err != nil {
		return c, fmt.Errorf("a request: %w", err)
	}
	return c, nil
}

// Begin keeps a new one. See exchange.Book.
func (e Exchange) Begin(ctx context.Context, c exchange.Case) (kept exchange.Case, fresh bool, err error) {
	err = e.store.db.Write(ctx, func(tx *sqlite.Tx) error {
		kept, err = readCase(tx.QueryRow(sqlCase, c.ID[:]))
		if fresh = errors.Is(err, sql.ErrNoRows); !fresh {
			return err
		}
		kept = c
		return keepCase(tx, &c)
	})
	return kept, fresh, err
}

func keepCase(tx *sqlite.Tx, c *exchange.Case) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("a request: %w", err)
	}
	unsettled := 0
	if c.Unsettled() {
		unsettled = 1
	}
	_, err = tx.Exec(`INSERT INTO exchange_case (id, begun, unsettled, person, body) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET unsettled = excluded.unsettled, person = excluded.person, body = excluded.body`, c.ID[:], c.Begun.UnixMicro(), unsettled, c.Person[:], string(body))
	return err
}

// Change changes one. See exchange.Book.
func (e Exchange) Change(ctx context.Context, id uuid.UUID, fn func(*exchange.Case) error) (c exchange.Case, err error) {
	err = e.store.db.Write(ctx, func(tx *sqlite.Tx) error {
		if c, err = foundCase(readCase(tx.QueryRow(sqlCase, id[:]))); err != nil {
			return err
		}
		if err := fn(&c); err != nil {
			return err
		}
		return keepCase(tx, &c)
	})
	return c, err
}

// Once remembers a nonce. See exchange.Book.
func (e Exchange) Once(ctx context.Context, system, nonce string, now, until time.Time) (fresh bool, err error) {
	err = e.store.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`DELETE FROM exchange_nonce WHERE until < $1`, now.UnixMicro()); err != nil {
			return err
		}
		n, err := tx.Exec(`INSERT INTO exchange_nonce (system, nonce, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, system, nonce, until.UnixMicro())
		fresh = n == 1
		return err
	})
	return fresh, err
}
