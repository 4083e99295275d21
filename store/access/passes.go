package access

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

var _ access.Passes = (*Store)(nil)

const passColumns = `account, role, holder, organisation, purpose, people, place, basis, worker, made_by, made, redeem_by, until, redeemed, ended, ended_by`

func scanPass(scan func(...any) error) (access.Pass, error) {
	var p access.Pass
	var people, place, basis, worker []byte
	var made, redeemBy, until, redeemed, ended int64
	err := scan(&p.Account, &p.Role, &p.Holder, &p.Organisation, &p.Purpose, &people, &place, &basis, &worker, &p.MadeBy, &made, &redeemBy, &until, &redeemed, &ended, &p.EndedBy)
	if err != nil {
		return p, err
	}
	p.People = unpackPlaces(people)
	copy(p.Place[:], place)
	copy(p.Basis[:], basis)
	copy(p.Worker[:], worker)
	p.Made, p.RedeemBy, p.Until, p.Redeemed, p.Ended = timeOf(made), timeOf(redeemBy), timeOf(until), timeOf(redeemed), timeOf(ended)
	return p, nil
}

// MakePass keeps a pass and the account that it opens. See access.Passes.
func (s *Store) MakePass(ctx context.Context, p access.Pass, code record.Hash, a access.Account) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO pass (`+passColumns+`, code) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, '', $14)`,
			p.Account, string(p.Role), p.Holder, p.Organisation, p.Purpose, packPlaces(p.People), p.Place[:], p.Basis[:], p.Worker[:], p.MadeBy,
			micros(p.Made), micros(p.RedeemBy), micros(p.Until), code[:])
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO account (account, name, role, worker, places, disabled, created, password, until) VALUES ($1, $2, $3, $4, $5, 1, $6, '', $7)`,
			a.Account, a.Name, string(a.Role), a.Worker[:], packPlaces(a.Places), micros(a.Created), micros(a.Until))
		if err != nil {
			return err
		}
		for _, l := range a.LetIn {
			if err := letIn(tx, a.Account, l); err != nil {
				return err
			}
		}
		return s.changed(tx)
	})
	if err != nil {
		return fmt.Errorf("new pass: %w", err)
	}
	return nil
}

func letIn(tx *sqlite.Tx, account string, l access.LetIn) error {
	_, err := tx.Exec(`INSERT INTO let_in (account, stream, until, basis) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, account, l.Stream[:], micros(l.Until), l.Basis[:])
	return err
}

// Redeem uses a code up. See access.Passes.
func (s *Store) Redeem(ctx context.Context, code record.Hash, now time.Time) (p access.Pass, err error) {
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE pass SET redeemed = $2 WHERE code = $1 AND redeemed = 0 AND ended = 0 AND redeem_by > $2 AND until > $2`, code[:], micros(now))
		if err != nil {
			return err
		}
		if n == 0 {
			return notFound("There is no such pass.")
		}
		if p, err = scanPass(tx.QueryRow(`SELECT `+passColumns+` FROM pass WHERE code = $1`, code[:]).Scan); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE account SET disabled = 0 WHERE account = $1`, p.Account); err != nil {
			return err
		}
		return s.changed(tx)
	})
	if err != nil {
		return p, fmt.Errorf("using a pass: %w", err)
	}
	return p, nil
}

// EndPass ends a pass and closes its account. See access.Passes.
func (s *Store) EndPass(ctx context.Context, account, by string, now time.Time) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM pass WHERE account = $1`, account).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return notFound("There is no such pass.")
		}
		if _, err := tx.Exec(`UPDATE pass SET ended = $2, ended_by = $3 WHERE account = $1 AND ended = 0`, account, micros(now), by); err != nil {
			return err
		}
		for _, text := range []string{
			`UPDATE account SET disabled = 1 WHERE account = $1`, `DELETE FROM cookie_session WHERE account = $1`, `DELETE FROM token WHERE account = $1`,
		} {
			if _, err := tx.Exec(text, account); err != nil {
				return err
			}
		}
		return s.changed(tx)
	})
	if err != nil {
		return fmt.Errorf("ending a pass: %w", err)
	}
	return nil
}

// PassList gives all passes. See access.Passes.
func (s *Store) PassList(ctx context.Context) (list []access.Pass, err error) {
	rows, err := s.db.Query(ctx, `SELECT `+passColumns+` FROM pass ORDER BY made DESC, account`)
	if err != nil {
		return nil, fmt.Errorf("passes: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		p, err := scanPass(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("passes: %w", err)
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// BreakGlass lets an account in, and keeps why. See access.Passes.
func (s *Store) BreakGlass(ctx context.Context, b access.BrokenGlass) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO broken_glass (account, stream, reason, made, until, reviewed, reviewed_by, was_right, finding) VALUES ($1, $2, $3, $4, $5, 0, '', 0, '')`,
			b.Account, b.Stream[:], b.Reason, micros(b.Made), micros(b.Until))
		if err != nil {
			return err
		}
		if err := letIn(tx, b.Account, access.LetIn{Stream: b.Stream, Until: b.Until}); err != nil {
			return err
		}
		return s.changed(tx)
	})
	if err != nil {
		return fmt.Errorf("opening in an emergency: %w", err)
	}
	return nil
}

// GlassList gives all that was opened in an emergency. See access.Passes.
func (s *Store) GlassList(ctx context.Context) (list []access.BrokenGlass, err error) {
	rows, err := s.db.Query(ctx, `SELECT id, account, stream, reason, made, until, reviewed, reviewed_by, was_right <> 0, finding FROM broken_glass ORDER BY id DESC`)
	if err != nil {
		return nil, fmt.Errorf("what was opened in an emergency: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var b access.BrokenGlass
		var stream []byte
		var made, until, reviewed int64
		if err := rows.Scan(&b.ID, &b.Account, &stream, &b.Reason, &made, &until, &reviewed, &b.ReviewedBy, &b.Right, &b.Finding); err != nil {
			return nil, fmt.Errorf("what was opened in an emergency: %w", err)
		}
		copy(b.Stream[:], stream)
		b.Made, b.Until, b.Reviewed = timeOf(made), timeOf(until), timeOf(reviewed)
		list = append(list, b)
	}
	return list, rows.Err()
}

// Review keeps what a review found. See access.Passes.
func (s *Store) Review(ctx context.Context, b access.BrokenGlass) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE broken_glass SET reviewed = $2, reviewed_by = $3, was_right = $4, finding = $5 WHERE id = $1 AND reviewed = 0`,
			b.ID, micros(b.Reviewed), b.ReviewedBy, b.Right, b.Finding)
		if err == nil && n == 0 {
			err = &standard.Fault{Kind: standard.Conflict, Message: "This was reviewed already.", Hint: "Look at what was found."}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("review of an emergency: %w", err)
	}
	return nil
}

// ways reads to whom an account was let in.
func (s *Store) ways(ctx context.Context, account string) (list []access.LetIn, err error) {
	rows, err := s.db.Query(ctx, `SELECT stream, until, basis FROM let_in WHERE account = $1 ORDER BY until DESC, stream`, account)
	if err != nil {
		return nil, fmt.Errorf("whom an account was let in to: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var l access.LetIn
		var stream, basis []byte
		var until int64
		if err := rows.Scan(&stream, &until, &basis); err != nil {
			return nil, fmt.Errorf("whom an account was let in to: %w", err)
		}
		copy(l.Stream[:], stream)
		copy(l.Basis[:], basis)
		l.Until = timeOf(until)
		list = append(list, l)
	}
	return list, rows.Err()
}

func unpackPlaces(b []byte) (list []uuid.UUID) {
	for i := 0; i+16 <= len(b); i += 16 {
		list = append(list, uuid.UUID(b[i:i+16]))
	}
	return list
}
