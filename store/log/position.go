package log

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// position is where a contribution stands: in its stream, and in the log.
type position struct {
	sequence int64
	moment   record.Moment
}

// positioning remembers the positions of the newest contributions, until there are so many that they are put into the table together.
type positioning struct {
	mu       sync.Mutex
	from     record.Moment // the table holds those up to here
	to       record.Moment // and newest those behind it, up to here
	newest   map[uuid.UUID][]position
	count    int
	underway bool // some are being put into the table
}

// gather is how many positions are put into the table together, unless the options say otherwise, in so many transactions, for each of which commits wait.
const gather, parts = 4096, 4

// span says which of a stream's contributions are asked for. A sequence or a limit of zero is no bound.
type span struct {
	above, below int64         // between two sequences, exclusive
	after, upTo  record.Moment // between two moments, the second inclusive
	last         bool          // the last first
	limit        int
}

// positionsIn lists where contributions of a stream stand. It sees what the query sees, and what was on the disk when it was called.
func (s *Store) positionsIn(read query, stream uuid.UUID, w span) ([]position, error) {
	w.below, w.limit = cmp.Or(w.below, math.MaxInt64), cmp.Or(w.limit, math.MaxInt)
	from, to, found, err := s.remembered(read, stream, w)
	if err != nil {
		return nil, err
	}
	order := "ASC"
	if w.last {
		order = "DESC"
	}
	text := `SELECT * FROM (SELECT sequence, moment FROM position WHERE stream = $1 AND sequence > $2 AND sequence < $3 AND moment > $4 AND moment <= $5
		ORDER BY sequence ` + order + ` LIMIT $6)`
	args := []any{stream[:], w.above, w.below, int64(w.after), int64(min(w.upTo, from)), w.limit}
	if w.upTo > to { // what is not on the disk yet, and beside a running server all that is not in the table
		text += ` UNION ALL SELECT sequence, moment FROM contribution WHERE moment > $7 AND moment <= $8 AND stream = $1 AND sequence > $2 AND sequence < $3`
		args = append(args, int64(max(w.after, to)), int64(w.upTo))
	}
	err = each(read, text, args, func(r *sqlite.Rows) error {
		var p position
		err := r.Scan(&p.sequence, (*int64)(&p.moment))
		found = append(found, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("positions in stream %s: %w", stream, err)
	}
	slices.SortFunc(found, func(a, b position) int {
		if w.last {
			a, b = b, a
		}
		return cmp.Compare(a.sequence, b.sequence)
	})
	return found[:min(len(found), w.limit)], nil
}

// remembered gives those of a stream's positions that are remembered, which are all between two moments. Beside a running server none are.
func (s *Store) remembered(read query, stream uuid.UUID, w span) (from, to record.Moment, found []position, err error) {
	if s.Beside {
		from, err = positioned(read)
		return from, from, nil, err
	}
	p := &s.positions
	p.mu.Lock()
	defer p.mu.Unlock()
	newest := p.newest[stream] // both sequences and moments rise
	low := sort.Search(len(newest), func(i int) bool { return newest[i].sequence > w.above && newest[i].moment > w.after })
	high := sort.Search(len(newest), func(i int) bool { return newest[i].sequence >= w.below || newest[i].moment > w.upTo })
	newest = newest[min(low, high):high]
	if n := len(newest); n > w.limit && w.last {
		newest = newest[n-w.limit:]
	} else if n > w.limit {
		newest = newest[:w.limit]
	}
	return p.from, p.to, slices.Clone(newest), nil
}

// positioned reads up to which moment the table holds every contribution.
func positioned(read query) (upTo record.Moment, err error) {
	err = each(read, `SELECT moment FROM positioned WHERE one = 1`, nil, func(r *sqlite.Rows) error { return r.Scan((*int64)(&upTo)) })
	if err != nil {
		return 0, fmt.Errorf("positions in streams: %w", err)
	}
	return upTo, nil
}

// rememberPositions reads at the start what the table does not hold.
func (s *Store) rememberPositions(ctx context.Context) error {
	if s.Beside {
		return nil
	}
	read := s.reading(ctx)
	from, err := positioned(read)
	if err != nil {
		return err
	}
	from = min(from, s.head.Load().moment)
	s.positions = positioning{from: from, to: from, newest: map[uuid.UUID][]position{}}
	err = each(read, `SELECT stream, sequence, moment FROM contribution WHERE moment > $1 ORDER BY moment`, []any{int64(from)}, func(r *sqlite.Rows) error {
		var stream uuid.UUID
		var p position
		err := r.Scan(&stream, &p.sequence, (*int64)(&p.moment))
		s.positions.add(stream, p)
		return err
	})
	if err != nil {
		return fmt.Errorf("positions in streams: %w", err)
	}
	return nil
}

func (p *positioning) add(stream uuid.UUID, at position) {
	p.newest[stream] = append(p.newest[stream], at)
	p.to, p.count = at.moment, p.count+1
}

// positionsCommitted remembers what has reached the disk. When that is much, it is put into the table behind the back of whoever waits.
func (s *Store) positionsCommitted(touched []touch) {
	p := &s.positions
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range touched {
		p.add(touched[i].info.UID, position{touched[i].info.Sequence, touched[i].info.Last})
	}
	if p.count >= cmp.Or(s.Gather, gather) && !p.underway {
		p.underway = true
		go s.putPositions()
	}
}

// putPositions puts into the table what is remembered now, part by part, sorted by stream, and then forgets it.
func (s *Store) putPositions() {
	p := &s.positions
	p.mu.Lock()
	all, from, upTo := p.sorted(), p.from, p.to
	p.mu.Unlock()
	var err error
	for left, part := all, len(all)/parts+1; len(left) > 0 && err == nil; {
		some := left[:min(part, len(left))]
		left = left[len(some):]
		err = s.db.WritePatiently(context.Background(), func(tx *sqlite.Tx) error { return put(tx, some, len(left) == 0, upTo) })
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.underway = false
	switch {
	case err == nil:
		p.forget(upTo)
	case standard.KindOf(err) != standard.Unavailable: // what has not come into the table stays remembered, and is tried again
		s.Log.Error("positions in streams could not be written", "after", int64(from), "error", err)
	}
}

// positionOf is one contribution's position, with the stream that it is in.
type positionOf struct {
	stream uuid.UUID
	position
}

func (p *positioning) sorted() []positionOf {
	all := make([]positionOf, 0, p.count)
	for stream, positions := range p.newest {
		for _, at := range positions {
			all = append(all, positionOf{stream, at})
		}
	}
	slices.SortFunc(all, func(a, b positionOf) int {
		return cmp.Or(cmp.Compare(string(a.stream[:]), string(b.stream[:])), cmp.Compare(a.sequence, b.sequence))
	})
	return all
}

// put puts some into the table, and says with the last of them how far it reaches now.
func put(tx *sqlite.Tx, positions []positionOf, last bool, upTo record.Moment) error {
	for i := range positions {
		_, err := tx.Exec(`INSERT INTO position (stream, sequence, moment) VALUES ($1, $2, $3) ON CONFLICT (stream, sequence) DO UPDATE SET moment = excluded.moment`,
			positions[i].stream[:], positions[i].sequence, int64(positions[i].moment))
		if err != nil {
			return fmt.Errorf("positions in streams: %w", err)
		}
	}
	if !last {
		return nil
	}
	_, err := tx.Exec(`INSERT INTO positioned (one, moment) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET moment = excluded.moment`, int64(upTo))
	return err
}

// forget forgets what the table holds now.
func (p *positioning) forget(upTo record.Moment) {
	for stream, positions := range p.newest {
		n, _ := slices.BinarySearchFunc(positions, upTo, func(a position, upTo record.Moment) int { return cmp.Compare(a.moment, upTo+1) })
		p.count -= n
		if n == len(positions) {
			delete(p.newest, stream)
		} else {
			p.newest[stream] = slices.Clone(positions[n:])
		}
	}
	p.from = upTo
}

// positionsAnew fills the table again from the log. How far it reaches stays as it was, unless that cannot be: some may be on their way into it, part by part.
func positionsAnew(tx *sqlite.Tx) error {
	_, err := tx.Exec(`DELETE FROM position`)
	if err == nil {
		_, err = tx.Exec(`INSERT INTO positioned (one, moment) VALUES (1, 0) ON CONFLICT (one) DO UPDATE SET moment = min(moment, (SELECT coalesce(max(moment), 0) FROM contribution))`)
	}
	if err == nil {
		_, err = tx.Exec(`INSERT INTO position (stream, sequence, moment)
			SELECT stream, sequence, moment FROM contribution`) // as they come: sorting millions takes memory
	}
	if err != nil {
		return fmt.Errorf("positions in streams: %w", err)
	}
	return nil
}

// comparePositions holds the table against the log: every contribution up to where it reaches is in it, and nothing is in it that the log does not give.
func (s *Store) comparePositions(ctx context.Context) (differences []string, err error) {
	const (
		missing = `SELECT c.stream, count(*) FROM contribution c WHERE c.moment <= (SELECT moment FROM positioned WHERE one = 1)
			AND NOT EXISTS (SELECT 1 FROM position p WHERE p.stream = c.stream AND p.sequence = c.sequence AND p.moment = c.moment) GROUP BY 1 ORDER BY 1 LIMIT 20`
		tooMany = `SELECT p.stream, count(*) FROM position p
			WHERE NOT EXISTS (SELECT 1 FROM contribution c WHERE c.moment = p.moment AND c.stream = p.stream AND c.sequence = p.sequence) GROUP BY 1 ORDER BY 1 LIMIT 20`
		tooFar = `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM positioned WHERE moment <= (SELECT coalesce(max(moment), 0) FROM contribution))`
	)
	for _, side := range []struct{ text, what string }{{tooMany, "in use that the log does not give"}, {missing, "missing that the log gives"}} {
		err := each(s.reading(ctx), side.text, nil, func(r *sqlite.Rows) error {
			var stream uuid.UUID
			var n int
			err := r.Scan(&stream, &n)
			differences = append(differences, fmt.Sprintf("position of stream %s: rows %s: %d", stream, side.what, n))
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("comparing positions in streams: %w", err)
		}
	}
	err = each(s.reading(ctx), tooFar, nil, func(*sqlite.Rows) error {
		differences = append(differences, "position: it is said to reach further than the log, or nothing says how far")
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("comparing positions in streams: %w", err)
	}
	return differences, nil
}

// byMoments reads contributions of the log in the order of the positions given; columns are those of contribution c.
const byMoments = ` FROM json_each($1) j CROSS JOIN contribution c ON c.moment = j.value ORDER BY j.key`

func momentsOf(positions []position) []record.Moment {
	moments := make([]record.Moment, len(positions))
	for i := range positions {
		moments[i] = positions[i].moment
	}
	return moments
}
