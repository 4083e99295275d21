package log

import (
	"context"
	"fmt"
	"math"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// tally keeps how many records of each class and sensitivity are current: a version counts and what it supersedes counts no more.
func (p projector) tally(s *record.Sealed, e entry) error {
	was, is := e.before != nil && e.before.status != statusInError, e.Status != record.EnteredInError
	if was && is && e.before.class == e.Class && e.before.sensitivity == int(e.Sensitivity) {
		return nil
	}
	if was {
		if err := p.tallyLess(s.Stream, e.before); err != nil {
			return err
		}
	}
	if !is {
		return nil
	}
	return p.run(`INSERT INTO tally (stream, class, sensitivity, records) VALUES ($1, $2, $3, 1)
		ON CONFLICT (stream, class, sensitivity) DO UPDATE SET records = records + 1`, s.Stream[:], e.Class, int(e.Sensitivity))
}

func (p projector) tallyLess(stream uuid.UUID, b *current) error {
	key := []any{stream[:], b.class, b.sensitivity}
	if err := p.run(`UPDATE tally SET records = records - 1 WHERE stream = $1 AND class = $2 AND sensitivity = $3`, key...); err != nil {
		return err
	}
	return p.run(`DELETE FROM tally WHERE stream = $1 AND class = $2 AND sensitivity = $3 AND records < 1`, key...)
}

// Count counts the records of a stream by class. See record.Log.
func (s *Store) Count(ctx context.Context, stream uuid.UUID, at record.Moment, scope record.Scope) (map[string]int, error) {
	counts, now, err := s.countNow(ctx, stream, at, scope)
	if err == nil && !now {
		counts, err = s.countThen(ctx, stream, at, scope)
	}
	if err != nil {
		return nil, fmt.Errorf("counting: %w", err)
	}
	return counts, nil
}

// countNow counts from the tally, and reports whether the stream at that moment is what it is now.
func (s *Store) countNow(ctx context.Context, stream uuid.UUID, at record.Moment, scope record.Scope) (counts map[string]int, now bool, err error) {
	facts, err := s.Facts(ctx, stream, scope.Today)
	if err != nil && standard.KindOf(err) != standard.NotFound { // not a person: only Always holds
		return nil, false, err
	}
	t, err := s.tallyNow(ctx, stream)
	if err == nil && t.hides && !scope.Everything {
		t, err = s.readTally(ctx, stream, scope.Worker)
	}
	if err != nil {
		return nil, false, err
	}
	counts = map[string]int{}
	for _, row := range t.rows {
		if facts.Sensitivity = row.sensitivity; !scope.Allows(facts) {
			continue
		}
		records := row.records
		if !scope.Everything {
			records -= row.hidden
		}
		if records > 0 {
			counts[row.class] += records
		}
	}
	return counts, len(t.rows) > 0 && t.last <= at, nil // where nothing stands now, something may have stood then
}

// tallyNow is what is remembered of the tally of a stream. A commit to the stream makes it forgotten before anybody hears that it is done.
type tallyNow struct {
	last  record.Moment // of the stream; 0 where there is nothing to count
	hides bool          // something is hidden from somebody: then it is counted for each who asks
	rows  []tallyRow
}

type tallyRow struct {
	class           string
	sensitivity     record.Sensitivity
	records, hidden int
}

// tallyNow gives what is remembered of a stream's tally, or reads it. Beside a running server nothing is remembered.
func (s *Store) tallyNow(ctx context.Context, stream uuid.UUID) (*tallyNow, error) {
	sh := s.known.shard(stream)
	sh.mu.Lock()
	t, commits := sh.tallies[stream], sh.commits
	sh.mu.Unlock()
	if t != nil {
		return t, nil
	}
	t, err := s.readTally(ctx, stream, uuid.Nil)
	if err != nil || s.Beside {
		return t, err
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.commits == commits {
		if sh.tallies == nil || len(sh.tallies) >= standingsMost {
			sh.tallies = map[uuid.UUID]*tallyNow{}
		}
		sh.tallies[stream] = t
	}
	return t, nil
}

// readTally reads the tally of a stream, with what of it is hidden from a worker. One query, so that the counts, what is hidden of them and the end of the stream
// are of one state of the database.
func (s *Store) readTally(ctx context.Context, stream, worker uuid.UUID) (*tallyNow, error) {
	t := &tallyNow{}
	from, to, newest, err := s.remembered(s.reading(ctx), stream, span{upTo: record.Forever, below: math.MaxInt64, last: true, limit: 1})
	if err != nil {
		return nil, err
	}
	var known record.Moment // the last that is remembered; behind it comes what is not yet on the disk, before it what the table holds
	if len(newest) > 0 {
		known = newest[0].moment
	}
	err = each(s.reading(ctx), `SELECT max(coalesce((SELECT max(moment) FROM contribution WHERE moment > $3 AND stream = $1), 0), $4,
				coalesce((SELECT moment FROM position WHERE stream = $1 AND moment <= $5 ORDER BY sequence DESC LIMIT 1), 0)),
			EXISTS (SELECT 1 FROM exclusion x WHERE x.stream = $1 AND x.until_moment = 9223372036854775807),
			t.class, t.sensitivity, t.records, (SELECT count(*) FROM version v INDEXED BY version_record
				WHERE v.stream = $1 AND v.until_moment = 9223372036854775807 AND v.status <> 3 AND v.class = t.class AND v.sensitivity = t.sensitivity
				AND v.record IN (SELECT x.record FROM exclusion x WHERE x.stream = $1 AND x.worker = $2 AND x.until_moment = 9223372036854775807))
		FROM tally t WHERE t.stream = $1`, []any{stream[:], worker[:], int64(to), int64(known), int64(from)}, func(r *sqlite.Rows) error {
		var row tallyRow
		err := r.Scan((*int64)(&t.last), &t.hides, &row.class, (*int)(&row.sensitivity), &row.records, &row.hidden)
		t.rows = append(t.rows, row)
		return err
	})
	return t, err
}

// countThen counts the versions that were current at a moment.
func (s *Store) countThen(ctx context.Context, stream uuid.UUID, at record.Moment, scope record.Scope) (map[string]int, error) {
	w := &where{}
	w.and("v.stream = " + w.uid(stream))
	w.moment(record.Query{At: at})
	w.scope(scope, aVersion)
	counts := map[string]int{}
	err := each(s.reading(ctx), `SELECT v.class, count(*) FROM version v WHERE `+w.text.String()+` GROUP BY v.class`, w.args, func(r *sqlite.Rows) error {
		var class string
		var n int
		err := r.Scan(&class, &n)
		counts[class] = n
		return err
	})
	return counts, err
}
