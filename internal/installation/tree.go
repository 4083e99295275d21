package installation

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"rosemary/record"
)

// treeChunk is how many hashes of the kept tree are compared at a time.
const treeChunk = 4096

var errTree = errors.New("the log is sound, but the Merkle tree kept beside it was altered. Start the server: it makes the tree again before it signs")

// treeHolds checks that the Merkle tree that is kept, on which the next checkpoint will be signed, is the one that the log gives.
func (in *Installation) treeHolds(ctx context.Context, grown []tlog.Hash, last record.Checkpoint) error {
	if ends, err := in.Log.TreeEnds(ctx); err != nil || !ends {
		return errors.Join(err, errTree)
	}
	count := tlog.StoredHashCount(int64(last.Size))
	if last.Size == 0 || int64(len(grown)) < count {
		return nil // a log that is shorter than its checkpoint is told of elsewhere
	}
	for from := int64(0); from < count; from += treeChunk {
		positions := make([]int64, 0, treeChunk)
		for p := from; p < min(from+treeChunk, count); p++ {
			positions = append(positions, p)
		}
		kept, err := in.Log.Hashes(ctx, positions)
		if err != nil {
			return fmt.Errorf("the kept Merkle tree: %w", err)
		}
		for i, h := range kept {
			if h != grown[from+int64(i)] {
				return errTree
			}
		}
	}
	return nil
}
