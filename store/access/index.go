package access

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// VerifyIndex holds the index of whom the batches are about against their lines. The error is a Broken fault that names the first batch that differs.
func (s *Store) VerifyIndex(ctx context.Context) error {
	for after := int64(math.MinInt64); ; {
		batches, err := batches(s.reading(ctx), sqlPage, max(after, 0), page)
		if err != nil {
			return err
		}
		if len(batches) == 0 {
			return s.nothingBehind(ctx)
		}
		last := batches[len(batches)-1].Seq
		indexed, err := s.indexed(ctx, after, last)
		if err != nil {
			return err
		}
		if err := agree(batches, indexed); err != nil {
			return err
		}
		after = last
	}
}

// indexed reads the index of the batches after one, up to another.
func (s *Store) indexed(ctx context.Context, after, last int64) (map[int64][]uuid.UUID, error) {
	rows, err := s.db.Query(ctx, `SELECT seq, stream FROM trail_about WHERE seq > $1 AND seq <= $2 ORDER BY seq, stream`, after, last)
	if err != nil {
		return nil, fmt.Errorf("access log, index: %w", err)
	}
	defer func() { _ = rows.Close() }()
	indexed := map[int64][]uuid.UUID{}
	for rows.Next() {
		var seq int64
		var stream uuid.UUID
		if err := rows.Scan(&seq, &stream); err != nil {
			return nil, fmt.Errorf("access log, index: %w", err)
		}
		indexed[seq] = append(indexed[seq], stream)
	}
	return indexed, rows.Err()
}

// agree compares some batches with what the index says of them and of no other.
func agree(batches []access.Batch, indexed map[int64][]uuid.UUID) error {
	first := int64(math.MaxInt64)
	for _, b := range batches {
		streams, err := b.About()
		if err != nil {
			return err
		}
		if !slices.Equal(streams, indexed[b.Seq]) {
			first = min(first, b.Seq)
		}
		delete(indexed, b.Seq)
	}
	for seq := range indexed { // of batches that are not there
		first = min(first, seq)
	}
	if first < math.MaxInt64 {
		return differs(first)
	}
	return nil
}

// nothingBehind refuses an index of batches behind the last. One query, so that a batch written meanwhile is seen whole or not at all.
func (s *Store) nothingBehind(ctx context.Context) error {
	var rows, first int64
	err := s.db.QueryRow(ctx, `SELECT count(*), coalesce(min(seq), 0) FROM trail_about 
		WHERE seq > (SELECT max(seq) FROM trail) OR NOT EXISTS (SELECT 1 FROM trail)`).Scan(&rows, &first)
	if err != nil {
		return fmt.Errorf("access log, index: %w", err)
	}
	if rows > 0 {
		return differs(first)
	}
	return nil
}

func differs(batch int64) error {
	return &standard.Fault{
		Kind: standard.Broken, Message: fmt.Sprintf("Who looked at a person may be hidden: the index of the log of who saw what differs from its lines at batch %d.", batch),
		Hint: "Keep a copy of the data folder as it is. Then stop the server and run: rosemary rebuild",
	}
}

// RebuildIndex makes the index anew from the lines, in one transaction: when it fails, all stays as it was.
func (s *Store) RebuildIndex(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`DELETE FROM trail_about`); err != nil {
			return fmt.Errorf("access log, emptying the index: %w", err)
		}
		return allBatches(tx.Query, 0, func(b access.Batch) error {
			streams, err := b.About()
			if err != nil {
				return err
			}
			return index(tx, b.Seq, streams)
		})
	})
}

// index notes whom a batch is about.
func index(tx *sqlite.Tx, seq int64, streams []uuid.UUID) error {
	for _, stream := range streams {
		if _, err := tx.Exec(`INSERT INTO trail_about (stream, seq) VALUES ($1, $2) ON CONFLICT DO NOTHING`, stream[:], seq); err != nil {
			return fmt.Errorf("access log, index of batch %d: %w", seq, err)
		}
	}
	return nil
}
