package record_test

import (
	"context"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"rosemary/record"
)

// memoryProofs keeps the notary's tree in memory, for tests of the tree alone.
type memoryProofs struct {
	log    []*record.Sealed
	last   record.Checkpoint
	hashes []tlog.Hash
}

func (p *memoryProofs) Leaves(_ context.Context, after record.Moment, fn func(record.Moment, uuid.UUID, record.Hash) error) error {
	for _, s := range p.log[after:] {
		if err := fn(s.Moment, s.Stream, s.Hash); err != nil {
			return err
		}
	}
	return nil
}

func (p *memoryProofs) LastCheckpoint(context.Context) (record.Checkpoint, error) { return p.last, nil }

func (p *memoryProofs) SaveCheckpoint(_ context.Context, cp record.Checkpoint, position int64, hashes []tlog.Hash) error {
	p.last, p.hashes = cp, append(p.hashes[:position], hashes...)
	return nil
}

func (p *memoryProofs) Hashes(_ context.Context, positions []int64) ([]tlog.Hash, error) {
	hs := make([]tlog.Hash, len(positions))
	for i, at := range positions {
		hs[i] = p.hashes[at]
	}
	return hs, nil
}
