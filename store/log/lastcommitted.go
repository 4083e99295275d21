package log

import (
	"fmt"
	"math"

	"github.com/google/uuid"

	"rosemary/record"
)

// lookedBack is how many contributions of a stream are looked at for what was committed last, before all of its versions are.
const lookedBack = 400

// lastCommitted finds what was committed last by going back along the stream's contributions: a long stream is not read whole for its last few entries.
func (s *Store) lastCommitted(read query, q record.Query) ([]found, error) {
	upTo, below := q.At, int64(math.MaxInt64)
	if q.After != nil {
		upTo = min(upTo, q.After.From)
	}
	var rows []found
	for looked := 0; looked < lookedBack && len(rows) <= q.Limit; {
		heads, err := s.headersBelow(read, q.Stream, below, upTo, min(q.Limit+1, 50))
		if err != nil {
			return nil, err
		}
		if len(heads) == 0 {
			return rows, nil
		}
		for _, c := range heads {
			some, err := versionsMade(read, q, c)
			if err != nil {
				return nil, err
			}
			if rows = append(rows, some...); len(rows) > q.Limit {
				return rows, nil
			}
		}
		looked, below = looked+len(heads), heads[len(heads)-1].Sequence
	}
	if len(rows) > q.Limit {
		return rows, nil
	}
	return find(read, q, nil) // few of the last are what is asked for
}

// headersBelow reads the headers of some contributions of a stream, the last first.
func (s *Store) headersBelow(read query, stream uuid.UUID, below int64, upTo record.Moment, limit int) ([]*record.Contribution, error) {
	positions, err := s.positionsIn(read, stream, span{below: below, upTo: upTo, last: true, limit: limit})
	if err != nil {
		return nil, err
	}
	list, err := headers(read, `SELECT c.moment, c.header`+byMoments, momentList(momentsOf(positions)))
	if err != nil {
		return nil, fmt.Errorf("last contributions: %w", err)
	}
	return list, nil
}

// versionsMade finds the versions that a contribution made, as far as they are asked for.
func versionsMade(read query, q record.Query, c *record.Contribution) ([]found, error) {
	var made []any
	for i := range c.Changes {
		if ch := &c.Changes[i]; ch.Type.MakesVersion() || ch.Type == record.Ratify {
			made = append(made, ch.Version.Record[:])
		}
	}
	if len(made) == 0 {
		return nil, nil
	}
	return rowsOf(read, q, nil, func(w *where) {
		w.and("v.from_moment = " + w.arg(int64(c.Moment)) + " AND v.record IN (" + w.list(made) + ")")
	})
}
