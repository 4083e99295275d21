package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// spentKept is how long papers are remembered behind their end: one that comes a second time must be known.
const spentKept = time.Hour

// KeepPapers keeps what clients were given. See access.Clients.
func (s *Store) KeepPapers(ctx context.Context, now time.Time, papers ...access.Paper) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`DELETE FROM client_paper WHERE expires < $1`, micros(now.Add(-spentKept))); err != nil {
			return err
		}
		for _, p := range papers {
			if p.For != (record.Hash{}) {
				var there bool
				if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM client_paper WHERE hash = $1)`, p.For[:]).Scan(&there); err != nil {
					return err
				}
				if !there {
					return notFound("What this is given for was revoked.")
				}
			}
			_, err := tx.Exec(`INSERT INTO client_paper (hash, kind, client, account, scopes, person, granted, issued, expires, until, redirect, challenge, spent)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)`,
				p.Hash[:], string(p.Kind), p.Client, p.Account, p.Scopes, p.Person[:], p.Grant[:], micros(p.Issued), micros(p.Expires), micros(p.Until), p.Redirect, p.Challenge)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("what clients were given: %w", err)
	}
	return nil
}

const sqlPaper = `SELECT p.kind, p.client, p.account, p.scopes, p.person, p.granted, p.issued, p.expires, p.until, p.redirect, p.challenge, p.spent, ` + clientColumns + `
	FROM client_paper p JOIN client c ON c.id = p.client WHERE p.hash = $1`

func scanPaper(row *sqlite.Row, hash record.Hash) (p access.Paper, c access.Client, spent bool, err error) {
	p.Hash = hash
	var r clientRow
	var person, grant []byte
	var issued, expires, until, used int64
	err = row.Scan(append([]any{&p.Kind, &p.Client, &p.Account, &p.Scopes, &person, &grant, &issued, &expires, &until, &p.Redirect, &p.Challenge, &used}, r.places()...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return p, c, false, notFound("There is no such token.")
	}
	if err != nil {
		return p, c, false, fmt.Errorf("what a client was given: %w", err)
	}
	copy(p.Person[:], person)
	copy(p.Grant[:], grant)
	p.Issued, p.Expires, p.Until = timeOf(issued), timeOf(expires), timeOf(until)
	c, err = r.client()
	return p, c, used != 0, err
}

// FindPaper gives one that was not spent. See access.Clients.
func (s *Store) FindPaper(ctx context.Context, hash record.Hash) (access.Paper, access.Client, error) {
	p, c, spent, err := scanPaper(s.db.QueryRow(ctx, sqlPaper, hash[:]), hash)
	if err == nil && spent {
		err = notFound("There is no such token.")
	}
	return p, c, err
}

// SpendPaper uses one up. See access.Clients.
func (s *Store) SpendPaper(ctx context.Context, kind access.PaperKind, hash record.Hash) (p access.Paper, c access.Client, err error) {
	again := false
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		var err error
		if p, c, again, err = scanPaper(tx.QueryRow(sqlPaper, hash[:]), hash); err != nil {
			return err
		}
		if p.Kind != kind {
			return notFound("There is no such token.")
		}
		if again {
			return endGrant(tx, p.Grant)
		}
		_, err = tx.Exec(`UPDATE client_paper SET spent = 1 WHERE hash = $1`, hash[:])
		return err
	})
	if err == nil && again {
		err = &standard.Fault{Kind: standard.Conflict, Message: "This was used before."}
	}
	return p, c, err
}

// EndGrant forgets all papers of a grant. See access.Clients.
func (s *Store) EndGrant(ctx context.Context, grant uuid.UUID) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error { return endGrant(tx, grant) })
}

func endGrant(tx *sqlite.Tx, grant uuid.UUID) error {
	if _, err := tx.Exec(`DELETE FROM client_paper WHERE granted = $1`, grant[:]); err != nil {
		return fmt.Errorf("revoking what a client was given: %w", err)
	}
	return nil
}
