package log

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// standing is what is remembered of one stream: its end, and the rows that the rules of access look at. Rows are remembered and never
// decisions, so that a new day needs no forgetting.
type standing struct {
	info       record.StreamInfo
	latest     int // number of the latest version of the record that the stream is about; 0: not known
	placements []placementNow
	workers    []workerNow
	restricted bool
}

type placementNow struct {
	place       uuid.UUID
	from, until string
}

type workerNow struct {
	worker uuid.UUID
	until  string
}

// standings remembers streams that were looked up. The process that owns the log is the only one that appends to it: it says what each commit
// touched before anybody hears that it is done.
type standings struct{ shards [64]shard }

type shard struct {
	mu      sync.Mutex
	commits uint64 // touched this shard: what was read before the last of them is not remembered
	streams map[uuid.UUID]*standing
	records map[recordKey]*recordNow
	tallies map[uuid.UUID]*tallyNow
}

// standingsMost is how many streams a shard remembers; beyond, all of it are forgotten.
const standingsMost = 256

func (s *standings) shard(stream uuid.UUID) *shard { return &s.shards[stream[15]%64] }

// find gives what is remembered, and where the shard stands, for keep.
func (s *standings) find(stream uuid.UUID) (found *standing, commits uint64) {
	sh := s.shard(stream)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.streams[stream], sh.commits
}

// keep remembers what was read after find, unless something was committed meanwhile.
func (s *standings) keep(stream uuid.UUID, read *standing, commits uint64) {
	sh := s.shard(stream)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.commits != commits {
		return
	}
	if sh.streams == nil || len(sh.streams) >= standingsMost {
		sh.streams = map[uuid.UUID]*standing{}
	}
	sh.streams[stream] = read
}

// touch is what a commit means for what is remembered of its stream.
type touch struct {
	info  record.StreamInfo // its new end
	rules bool              // rows that the rules of access look at may have changed
	made  []uuid.UUID       // the records that it made versions of
}

func (s *standings) committed(touched []touch) {
	for i := range touched {
		t := &touched[i]
		sh := s.shard(t.info.UID)
		sh.mu.Lock()
		sh.commits++
		for _, rec := range t.made {
			delete(sh.records, recordKey{t.info.UID, rec})
		}
		delete(sh.tallies, t.info.UID)
		switch known := sh.streams[t.info.UID]; {
		case known != nil && t.rules:
			delete(sh.streams, t.info.UID)
		case known != nil:
			next := *known
			next.info.Sequence, next.info.Hash, next.info.Last = t.info.Sequence, t.info.Hash, t.info.Last
			sh.streams[t.info.UID] = &next
		}
		sh.mu.Unlock()
	}
}

// forget forgets one stream, or all when none is named: something else than a commit changed what is kept of them.
func (s *standings) forget(streams ...uuid.UUID) {
	for i := range s.shards {
		if len(streams) == 0 {
			s.shards[i].drop(nil)
		}
	}
	for _, stream := range streams {
		s.shard(stream).drop(&stream)
	}
}

// forget forgets what is remembered of the streams, or of all when none is named: something else than a commit changed it.
func (s *Store) forget(streams ...uuid.UUID) {
	s.known.forget(streams...)
	s.bodies.forget()
}

func (sh *shard) drop(stream *uuid.UUID) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.commits++
	sh.records, sh.tallies = nil, nil
	if stream == nil {
		sh.streams = nil
	} else {
		delete(sh.streams, *stream)
	}
}

// rulesOf reports whether a contribution writes rows that the rules of access look at, or a version of the record that the stream is about.
func rulesOf(c *record.Sealed, indexes []record.Index, opens standard.Stream) bool {
	if opens != "" || slices.Contains(brings(c), true) {
		return true
	}
	for i := range indexes {
		if ix := &indexes[i]; c.Versions[i].Record == c.Stream || ix.Person != nil || ix.Placement != nil || ix.WorksWith != nil || ix.Entry != nil {
			return true
		}
	}
	return false
}

// standing gives what is remembered of a stream, or reads it. Beside a running server nothing is remembered.
func (s *Store) standing(ctx context.Context, stream uuid.UUID) (*standing, error) {
	found, commits := s.known.find(stream)
	if found != nil {
		return found, nil
	}
	read, err := s.readStanding(ctx, stream)
	if err == nil && !s.Beside {
		s.known.keep(stream, read, commits)
	}
	return read, err
}

func (s *Store) readStanding(ctx context.Context, stream uuid.UUID) (*standing, error) {
	info, err := s.streamInfo(s.reading(ctx), stream)
	if err != nil {
		return nil, err
	}
	st := &standing{info: info}
	err = s.db.QueryRow(ctx, `SELECT coalesce(max(v.number), 0) FROM `+byRecord+` WHERE v.stream = $1 AND v.record = $1`, stream[:]).Scan(&st.latest)
	if err != nil {
		return nil, fmt.Errorf("its own record: %w", err)
	}
	err = s.db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM abroad WHERE stream = $1)`, stream[:]).Scan(&st.info.Received)
	if err != nil {
		return nil, fmt.Errorf("what was ratified of it: %w", err)
	}
	if info.Kind != standard.PersonStream {
		return st, nil
	}
	err = each(s.reading(ctx), `SELECT pl.place, pl.day_from, pl.day_until FROM placement pl WHERE pl.stream = $1 AND `+standsNow, []any{stream[:]},
		func(r *sqlite.Rows) error {
			var p placementNow
			err := r.Scan(&p.place, &p.from, &p.until)
			st.placements = append(st.placements, p)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("placements: %w", err)
	}
	err = each(s.reading(ctx), `SELECT worker, day_until FROM works_with WHERE stream = $1`, []any{stream[:]}, func(r *sqlite.Rows) error {
		var w workerNow
		err := r.Scan(&w.worker, &w.until)
		st.workers = append(st.workers, w)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("relationships: %w", err)
	}
	err = s.db.QueryRow(ctx, `SELECT restricted FROM person WHERE stream = $1 AND until_moment = 9223372036854775807`, stream[:]).Scan(&st.restricted)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("address: %w", err)
	}
	return st, nil
}

// facts are what the grounds look at, on a day.
func (st *standing) facts(today string) record.Facts {
	facts := record.Facts{Sensitivity: record.Normal, Restricted: st.restricted}
	for _, p := range st.placements {
		facts.PlacesEver = with(facts.PlacesEver, p.place)
		if (p.from == "" || p.from <= today) && (p.until == "" || p.until >= today) {
			facts.PlacesNow = with(facts.PlacesNow, p.place)
		}
	}
	for _, w := range st.workers {
		if w.until == "" || w.until >= today {
			facts.Workers = with(facts.Workers, w.worker)
		}
	}
	return facts
}

// with adds an id unless it is there.
func with(list []uuid.UUID, id uuid.UUID) []uuid.UUID {
	for _, has := range list {
		if has == id {
			return list
		}
	}
	return append(list, id)
}
