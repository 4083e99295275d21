package log

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"rosemary/record"
	"rosemary/store/sqlite"
)

// chunk is how many of the tree's hashes share one row: 8 KB.
const chunk = 256

const sqlCheckpoint = `SELECT size, root, signed, at FROM checkpoint`

// Leaves calls fn for every contribution after a moment. See record.Proofs.
func (s *Store) Leaves(ctx context.Context, after record.Moment, fn func(m record.Moment, stream uuid.UUID, hash record.Hash) error) error {
	const some = 10_000
	for {
		n := 0
		err := each(s.reading(ctx), `SELECT moment, stream, hash FROM contribution WHERE moment > $1 ORDER BY moment LIMIT $2`,
			[]any{int64(after), some}, func(r *sqlite.Rows) error {
				var m record.Moment
				var stream uuid.UUID
				var h record.Hash
				if err := r.Scan(&m, &stream, hash{&h}); err != nil {
					return err
				}
				after, n = m, n+1
				return fn(m, stream, h)
			})
		if err != nil || n < some {
			return err
		}
	}
}

// LastCheckpoint is the checkpoint that covers most. See record.Proofs.
func (s *Store) LastCheckpoint(ctx context.Context) (record.Checkpoint, error) {
	cp, err := scanCheckpoint(s.db.QueryRow(ctx, sqlCheckpoint+` ORDER BY size DESC LIMIT 1`))
	if errors.Is(err, sql.ErrNoRows) {
		return record.Checkpoint{}, nil
	}
	return cp, err
}

// Checkpoints lists all checkpoints, oldest first: for a record.Verifier.
func (s *Store) Checkpoints(ctx context.Context) ([]record.Checkpoint, error) {
	var list []record.Checkpoint
	err := each(s.reading(ctx), sqlCheckpoint+` ORDER BY size`, nil, func(r *sqlite.Rows) error {
		cp, err := scanCheckpoint(r)
		list = append(list, cp)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("checkpoints: %w", err)
	}
	return list, nil
}

func scanCheckpoint(row interface{ Scan(...any) error }) (record.Checkpoint, error) {
	var cp record.Checkpoint
	var at record.Instant
	err := row.Scan(&cp.Size, hash{(*record.Hash)(&cp.Root)}, &cp.Signed, &at)
	cp.At = at.Time()
	return cp, err
}

// SaveCheckpoint keeps a checkpoint and the tree's hashes from a position on. See record.Proofs.
func (s *Store) SaveCheckpoint(ctx context.Context, cp record.Checkpoint, position int64, hashes []tlog.Hash) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		behind := (position + int64(len(hashes)) + chunk - 1) / chunk
		if _, err := tx.Exec(`DELETE FROM tree WHERE chunk >= $1`, behind); err != nil { // somebody else put it there
			return fmt.Errorf("what stands behind the tree: %w", err)
		}
		for len(hashes) > 0 {
			number, place := position/chunk, int(position%chunk)
			n := min(len(hashes), chunk-place)
			if err := saveChunk(tx, number, place, hashes[:n]); err != nil {
				return err
			}
			hashes, position = hashes[n:], position+int64(n)
		}
		_, err := tx.Exec(`INSERT INTO checkpoint (size, root, signed, at) VALUES ($1, $2, $3, $4)`,
			int64(cp.Size), cp.Root[:], cp.Signed, int64(record.InstantOf(cp.At)))
		if err != nil {
			return fmt.Errorf("checkpoint of %d: %w", cp.Size, err)
		}
		return nil
	})
}

// saveChunk writes hashes into one row from a place in it on.
func saveChunk(tx *sqlite.Tx, number int64, place int, hashes []tlog.Hash) error {
	var row []byte
	err := tx.QueryRow(`SELECT hashes FROM tree WHERE chunk = $1`, number).Scan(&row)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("chunk %d of the tree: %w", number, err)
	}
	if len(row) < place*tlog.HashSize {
		return broken(nil, "The hashes before position %d of the proof are missing.", number*chunk+int64(place))
	}
	row = row[:place*tlog.HashSize]
	for i := range hashes {
		row = append(row, hashes[i][:]...)
	}
	_, err = tx.Exec(`INSERT INTO tree (chunk, hashes) VALUES ($1, $2) ON CONFLICT (chunk) DO UPDATE SET hashes = excluded.hashes`, number, row)
	if err != nil {
		return fmt.Errorf("chunk %d of the tree: %w", number, err)
	}
	return nil
}

// Hashes reads the tree's hashes at the positions. See record.Proofs.
func (s *Store) Hashes(ctx context.Context, positions []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(positions))
	rows := map[int64][]byte{}
	for i, p := range positions {
		number, place := p/chunk, int(p%chunk)*tlog.HashSize
		row, ok := rows[number]
		if !ok {
			err := s.db.QueryRow(ctx, `SELECT hashes FROM tree WHERE chunk = $1`, number).Scan(&row)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return nil, fmt.Errorf("chunk %d of the tree: %w", number, err)
			}
			rows[number] = row
		}
		if len(row) < place+tlog.HashSize {
			return nil, broken(nil, "The hash at position %d of the proof is missing.", p)
		}
		copy(found[i][:], row[place:])
	}
	return found, nil
}

// TreeEnds reports whether the kept tree holds the hashes of the last checkpoint, and nothing behind them.
func (s *Store) TreeEnds(ctx context.Context) (bool, error) {
	var size, rows, last, bytes int64 // one question, so that a checkpoint that is made meanwhile is seen whole or not at all
	err := s.db.QueryRow(ctx, `SELECT (SELECT coalesce(max(size), 0) FROM checkpoint), count(*), coalesce(max(chunk), -1), coalesce(sum(length(hashes)), 0) FROM tree`).Scan(&size, &rows, &last, &bytes)
	if err != nil {
		return false, fmt.Errorf("the kept tree: %w", err)
	}
	return bytes == tlog.StoredHashCount(size)*tlog.HashSize && rows == (bytes/tlog.HashSize+chunk-1)/chunk && last == rows-1, nil
}
