package access

import (
	"bytes"
	"slices"

	"github.com/google/uuid"
)

// About reads from the lines of a batch whom its entries are about, each once, in the order of the ids. A store's index of batches is derived from it.
func (b Batch) About() ([]uuid.UUID, error) {
	entries, err := b.Entries()
	if err != nil {
		return nil, err
	}
	var streams []uuid.UUID
	for _, e := range entries {
		if e.Stream != uuid.Nil {
			streams = append(streams, e.Stream)
		}
	}
	slices.SortFunc(streams, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(streams), nil
}
