package log

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// recordNow is what is remembered of one record: the row of its one current version, and whom it is hidden from. A commit that makes a version of the record
// makes it forgotten before anybody hears that it is done.
type recordNow struct {
	row         found
	sensitivity record.Sensitivity
	excluded    []uuid.UUID
}

// recordKey names a record of one stream.
type recordKey struct{ stream, record uuid.UUID }

// recordsMost is how many records a shard remembers; beyond, all of it are forgotten.
const recordsMost = 512

// asksForOneNow reports whether a query asks for one record as it stands, whatever its status.
func asksForOneNow(q record.Query) bool {
	return q.Record != uuid.Nil && q.Which == record.Current && q.Errors && len(q.Classes) == 0 && q.After == nil && q.From.IsZero() && q.Until.IsZero()
}

// oneNow answers a query for one record as it stands from what is remembered, by the rule of record.Scope. Known is false where the database must be asked:
// the moment is not now, or there is more than one current version.
func (s *Store) oneNow(ctx context.Context, q record.Query) (rows []found, known bool, err error) {
	now, err := s.recordNow(ctx, q.Stream, q.Record)
	if err != nil || now == nil || now.row.from > q.At {
		return nil, false, err
	}
	facts, err := s.Facts(ctx, q.Stream, q.Scope.Today)
	if err != nil && standard.KindOf(err) != standard.NotFound { // no person: only Always holds
		return nil, false, err
	}
	facts.Sensitivity, facts.Excluded = now.sensitivity, now.excluded
	if !q.Scope.Allows(facts) {
		return nil, true, nil
	}
	return []found{now.row}, true, nil
}

// recordNow gives what is remembered of a record, or reads it; nil where there is not just one current version.
func (s *Store) recordNow(ctx context.Context, stream, rec uuid.UUID) (*recordNow, error) {
	sh, key := s.known.shard(stream), recordKey{stream, rec}
	sh.mu.Lock()
	now, commits := sh.records[key], sh.commits
	sh.mu.Unlock()
	if now != nil {
		return now, nil
	}
	now, err := s.readRecordNow(ctx, key)
	if err != nil || now == nil {
		return nil, err
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.commits == commits {
		if sh.records == nil || len(sh.records) >= recordsMost {
			sh.records = map[recordKey]*recordNow{}
		}
		sh.records[key] = now
	}
	return now, nil
}

func (s *Store) readRecordNow(ctx context.Context, key recordKey) (*recordNow, error) {
	now, n := &recordNow{}, 0
	f := &now.row
	err := each(s.reading(ctx), `SELECT `+foundColumns+`, v.sensitivity FROM `+byRecord+`
		WHERE v.stream = $1 AND v.record = $2 AND v.until_moment = 9223372036854775807 LIMIT 2`, []any{key.stream[:], key.record[:]},
		func(r *sqlite.Rows) error {
			n++
			return r.Scan(&f.record, &f.number, &f.happened, (*int64)(&f.from), (*int64)(&f.until), &f.ordinal, &f.offset, &f.length, &f.abroad, &now.sensitivity)
		})
	if err == nil && n == 1 {
		err = each(s.reading(ctx), `SELECT worker FROM exclusion WHERE stream = $1 AND record = $2 AND until_moment = 9223372036854775807`,
			[]any{key.stream[:], key.record[:]}, func(r *sqlite.Rows) error {
				var worker uuid.UUID
				err := r.Scan(&worker)
				now.excluded = append(now.excluded, worker)
				return err
			})
	}
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if n != 1 {
		return nil, nil
	}
	return now, nil
}
