package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/store/sqlite"
)

const sqlTrailHead = `SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1`

// TrailHead is the sequence number and hash of the last batch; zero when there is none.
func (s *Store) TrailHead(ctx context.Context) (seq int64, hash record.Hash, err error) {
	return trailHead(s.db.QueryRow(ctx, sqlTrailHead))
}

func trailHead(row *sqlite.Row) (seq int64, hash record.Hash, err error) {
	var end []byte
	err = row.Scan(&seq, &end)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, hash, nil
	}
	if err == nil {
		hash, err = hashOf(end)
	}
	if err != nil {
		return 0, hash, fmt.Errorf("end of the access log: %w", err)
	}
	return seq, hash, nil
}

// Append keeps one batch behind the last.
func (s *Store) Append(ctx context.Context, seal func(seq int64, previous record.Hash) access.Batch) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		last, previous, err := trailHead(tx.QueryRow(sqlTrailHead))
		if err != nil {
			return err
		}
		b := seal(last+1, previous)
		_, err = tx.Exec(`INSERT INTO trail (seq, previous, hash, lines) VALUES ($1, $2, $3, $4)`, b.Seq, b.Previous[:], b.Hash[:], string(b.Lines))
		if err != nil {
			return fmt.Errorf("access log, batch %d: %w", b.Seq, err)
		}
		return index(tx, b.Seq, b.Streams)
	})
}

const (
	batchColumns = `t.seq, t.previous, t.hash, t.lines`
	sqlPage      = `SELECT ` + batchColumns + ` FROM trail t WHERE t.seq > $1 ORDER BY t.seq LIMIT $2`
)

// page is how many batches are read at a time, so that no reader holds the database for long.
const page = 50

// Batches calls fn for all batches after one, in order.
func (s *Store) Batches(ctx context.Context, after int64, fn func(access.Batch) error) error {
	return allBatches(s.reading(ctx), after, fn)
}

// query runs a query on some connection: a reading one, or the writing one inside a transaction.
type query func(text string, args ...any) (*sqlite.Rows, error)

func (s *Store) reading(ctx context.Context) query {
	return func(text string, args ...any) (*sqlite.Rows, error) { return s.db.Query(ctx, text, args...) }
}

func allBatches(q query, after int64, fn func(access.Batch) error) error {
	for {
		batches, err := batches(q, sqlPage, after, page)
		if err != nil {
			return err
		}
		for _, b := range batches {
			if err := fn(b); err != nil {
				return err
			}
			after = b.Seq
		}
		if len(batches) < page {
			return nil
		}
	}
}

// Back calls fn for the batches up to one, the newest first.
func (s *Store) Back(ctx context.Context, upTo int64, fn func(access.Batch) (more bool, err error)) error {
	return back(s.reading(ctx), upTo, fn, `SELECT `+batchColumns+` FROM trail t WHERE t.seq <= $1 ORDER BY t.seq DESC LIMIT $2`)
}

// About calls fn for the batches up to one that hold entries about a stream, the newest first.
func (s *Store) About(ctx context.Context, stream uuid.UUID, upTo int64, fn func(access.Batch) (more bool, err error)) error {
	return back(s.reading(ctx), upTo, fn, `SELECT `+batchColumns+` FROM trail_about a JOIN trail t ON t.seq = a.seq
		WHERE a.seq <= $1 AND a.stream = $3 ORDER BY a.seq DESC LIMIT $2`, stream[:])
}

// back reads batches page by page, the newest first: up to $1, $2 of them, and what else the text asks for.
func back(q query, upTo int64, fn func(access.Batch) (more bool, err error), text string, args ...any) error {
	for {
		batches, err := batches(q, text, append([]any{upTo, page}, args...)...)
		if err != nil {
			return err
		}
		for _, b := range batches {
			more, err := fn(b)
			if err != nil || !more {
				return err
			}
			upTo = b.Seq - 1
		}
		if len(batches) < page {
			return nil
		}
	}
}

// Disclosures calls fn for the batches that hold disclosures of a stream, or of nobody in particular, the newest first. They are few, and have an index of
// their own: its condition must be repeated here to the letter.
func (s *Store) Disclosures(ctx context.Context, stream uuid.UUID, fn func(access.Batch) error) error {
	for before := int64(math.MaxInt64); ; {
		batches, err := batches(s.reading(ctx), `SELECT `+batchColumns+` FROM trail t INDEXED BY trail_disclosing
			WHERE (instr(t.lines, '"action":"export"') > 0 OR instr(t.lines, '"disclosure":true') > 0) AND t.seq < $1
			AND (EXISTS (SELECT 1 FROM trail_about a WHERE a.stream = $2 AND a.seq = t.seq) OR NOT EXISTS (SELECT 1 FROM trail_about a WHERE a.seq = t.seq))
			ORDER BY t.seq DESC LIMIT $3`, before, stream[:], page)
		if err != nil {
			return err
		}
		for _, b := range batches {
			if err := fn(b); err != nil {
				return err
			}
			before = b.Seq
		}
		if len(batches) < page {
			return nil
		}
	}
}

func batches(q query, text string, args ...any) ([]access.Batch, error) {
	rows, err := q(text, args...)
	if err != nil {
		return nil, fmt.Errorf("access log: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var found []access.Batch
	for rows.Next() {
		var b access.Batch
		var previous, hash []byte
		var lines string
		if err := rows.Scan(&b.Seq, &previous, &hash, &lines); err != nil {
			return nil, fmt.Errorf("access log: %w", err)
		}
		if b.Previous, err = hashOf(previous); err != nil {
			return nil, fmt.Errorf("access log, batch %d: %w", b.Seq, err)
		}
		if b.Hash, err = hashOf(hash); err != nil {
			return nil, fmt.Errorf("access log, batch %d: %w", b.Seq, err)
		}
		b.Lines = []byte(lines)
		found = append(found, b)
	}
	return found, rows.Err()
}
