package access

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

var _ access.Holdings = (*Store)(nil)

// Hold keeps what a client wrote. See access.Holdings.
func (s *Store) Hold(ctx context.Context, h access.Held) error {
	body, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("what waits: %w", err)
	}
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		var digest []byte
		err := tx.QueryRow(`SELECT digest FROM held WHERE id = $1`, h.ID[:]).Scan(&digest)
		switch {
		case err == nil && bytes.Equal(digest, h.Digest[:]):
			return nil
		case err == nil:
			return &standard.Fault{Kind: standard.Reused, Message: "Something else was sent under this key before. Nothing was taken in."}
		case !errors.Is(err, sql.ErrNoRows):
			return fmt.Errorf("what waits: %w", err)
		}
		_, err = tx.Exec(`INSERT INTO held (id, digest, client, stream, sent, body, decided, by, ratified, reason) VALUES ($1, $2, $3, $4, $5, $6, 0, '', 0, '')`,
			h.ID[:], h.Digest[:], h.Client, h.Stream[:], micros(h.Sent), string(body))
		if err != nil {
			return fmt.Errorf("what waits: %w", err)
		}
		for _, p := range h.Proposals {
			if _, err := tx.Exec(`INSERT INTO held_about (stream, id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, p.Stream[:], h.ID[:]); err != nil {
				return fmt.Errorf("what waits: %w", err)
			}
		}
		return nil
	})
}

// HeldBefore tells what became of one. See access.Holdings.
func (s *Store) HeldBefore(ctx context.Context, id uuid.UUID) (before access.HeldBefore, err error) {
	var body string
	var digest []byte
	err = s.db.QueryRow(ctx, `SELECT digest, client, decided <> 0, ratified, body FROM held WHERE id = $1`, id[:]).Scan(&digest, &before.Client, &before.Decided, &before.Ratified, &body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return before, notFound("Nothing waits here.")
	case err != nil:
		return before, fmt.Errorf("what waits: %w", err)
	}
	copy(before.Digest[:], digest)
	if !before.Decided {
		var h access.Held
		h, err = readHeld(body)
		before.Versions = h.Versions
	}
	return before, err
}

// Holding gives one that waits. See access.Holdings.
func (s *Store) Holding(ctx context.Context, id uuid.UUID) (h access.Held, err error) {
	var body string
	var decided int64
	err = s.db.QueryRow(ctx, `SELECT body, decided FROM held WHERE id = $1`, id[:]).Scan(&body, &decided)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return h, notFound("Nothing waits here.")
	case err != nil:
		return h, fmt.Errorf("what waits: %w", err)
	case decided != 0:
		return h, decidedBefore()
	}
	return readHeld(body)
}

func decidedBefore() error {
	return &standard.Fault{Kind: standard.Conflict, Message: "Somebody has decided about this already.", Hint: "Look at what still waits."}
}

func readHeld(body string) (access.Held, error) {
	var kept struct {
		access.Held
		Beside []struct { // what earlier programs kept apart, and what now stands in the changes
			Record uuid.UUID
			Body   []byte
		}
	}
	err := json.Unmarshal([]byte(body), &kept)
	if err == nil && len(kept.Proposals) == 0 {
		err = errors.New("nothing in it")
	}
	if err != nil {
		return kept.Held, fmt.Errorf("something that waits is damaged: %w", err)
	}
	for _, b := range kept.Beside {
		for _, p := range kept.Proposals {
			if i := slices.IndexFunc(p.Changes, func(ch record.ProposedChange) bool { return ch.Record == b.Record }); i >= 0 {
				p.Changes[i].Beside = b.Body
			}
		}
	}
	return kept.Held, nil
}

// HeldAbout gives all that wait about a stream. See access.Holdings.
func (s *Store) HeldAbout(ctx context.Context, stream uuid.UUID) ([]access.Held, error) {
	return s.heldOf(ctx, `SELECT h.body FROM held_about a JOIN held h ON h.id = a.id WHERE a.stream = $1 AND h.decided = 0 ORDER BY h.sent, h.id`, stream[:])
}

// HeldPage gives some that wait. See access.Holdings.
func (s *Store) HeldPage(ctx context.Context, after access.HeldPlace, limit int) ([]access.Held, error) {
	if after.ID == uuid.Nil {
		return s.heldOf(ctx, `SELECT body FROM held WHERE decided = 0 ORDER BY sent, id LIMIT $1`, limit)
	}
	return s.heldOf(ctx, `SELECT body FROM held WHERE decided = 0 AND (sent, id) > ($1, $2) ORDER BY sent, id LIMIT $3`, micros(after.Sent), after.ID[:], limit)
}

// HeldCount counts what waits of a client. See access.Holdings.
func (s *Store) HeldCount(ctx context.Context, client string, but uuid.UUID, upTo int) (n int, err error) {
	err = s.db.QueryRow(ctx, `SELECT count(*) FROM (SELECT 1 FROM held WHERE decided = 0 AND client = $1 AND id <> $2 LIMIT $3)`, client, but[:], upTo).Scan(&n)
	if err != nil {
		err = fmt.Errorf("what waits: %w", err)
	}
	return n, err
}

func (s *Store) heldOf(ctx context.Context, text string, args ...any) (list []access.Held, err error) {
	rows, err := s.db.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("what waits: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("what waits: %w", err)
		}
		h, err := readHeld(body)
		if err != nil {
			return nil, err
		}
		list = append(list, h)
	}
	return list, rows.Err()
}

// DecideHeld keeps a decision. See access.Holdings.
func (s *Store) DecideHeld(ctx context.Context, id uuid.UUID, d access.HeldDecision) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE held SET decided = $2, by = $3, ratified = $4, reason = $5, body = '' WHERE id = $1 AND decided = 0`, id[:], micros(d.At), d.By, d.Ratified, d.Reason)
		if err != nil {
			return fmt.Errorf("what waits: %w", err)
		}
		if n == 0 {
			return decidedBefore()
		}
		_, err = tx.Exec(`DELETE FROM held_about WHERE id = $1`, id[:])
		return err
	})
}

// Forget lets go of all that waits about a stream whose content is destroyed, or that would change the records of some versions of it: it may say again what was destroyed.
func (s *Store) Forget(ctx context.Context, stream uuid.UUID, versions []record.DestroyedVersion) error {
	waiting, err := s.HeldAbout(ctx, stream)
	if err != nil {
		return err
	}
	records := access.RecordsOf(versions)
	for _, h := range waiting {
		if len(versions) > 0 && !slices.ContainsFunc(h.Versions, func(v access.HeldVersion) bool { return slices.Contains(records, v.Record) }) {
			continue
		}
		err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
			if _, err := tx.Exec(`DELETE FROM held WHERE id = $1`, h.ID[:]); err != nil {
				return err
			}
			_, err := tx.Exec(`DELETE FROM held_about WHERE id = $1`, h.ID[:])
			return err
		})
		if err != nil {
			return fmt.Errorf("letting go of what waits: %w", err)
		}
	}
	return nil
}
