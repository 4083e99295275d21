package log

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/store/sqlite"
)

// This file is what a room needs that finds versions by other means than the projections: it reads them as they stand in the log, and asks which of
// them a query admits. What was destroyed, or cannot be read, is passed over.

// Persons are the streams of the persons that a scope opens today, whatever of their records it opens.
func (s *Store) Persons(ctx context.Context, scope record.Scope) ([]uuid.UUID, error) {
	w := &where{}
	w.and("s.kind = 'person'")
	w.scope(scope, matter{stream: "s.uid"})
	var streams []uuid.UUID
	err := each(s.reading(ctx), `SELECT s.uid FROM stream s WHERE `+w.text.String(), w.args, func(r *sqlite.Rows) error {
		var uid uuid.UUID
		err := r.Scan(&uid)
		streams = append(streams, uid)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("persons of a scope: %w", err)
	}
	return streams, nil
}

// StreamsAt tells to which stream each of the moments belongs, in the order of the moments given.
func (s *Store) StreamsAt(ctx context.Context, moments []record.Moment) ([]uuid.UUID, error) {
	streams := make([]uuid.UUID, len(moments))
	err := each(s.reading(ctx), `SELECT j.key, c.stream FROM json_each($1) j CROSS JOIN contribution c ON c.moment = j.value`,
		[]any{momentList(moments)}, func(r *sqlite.Rows) error {
			var i int
			var uid uuid.UUID
			err := r.Scan(&i, &uid)
			streams[i] = uid
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("streams of moments: %w", err)
	}
	return streams, nil
}

func momentList(moments []record.Moment) string {
	list := []byte{'['}
	for i, m := range moments {
		if i > 0 {
			list = append(list, ',')
		}
		list = fmt.Appendf(list, "%d", m)
	}
	return string(append(list, ']'))
}

// Made are the versions that one contribution made, in their order.
type Made struct {
	Moment   record.Moment
	Stream   uuid.UUID
	Versions []*record.Version // without Until and Happened: Admitted adds them
}

// MadeAt reads what was made at the moments, in the order of the moments given; a moment that is not there is left out.
func (s *Store) MadeAt(ctx context.Context, moments []record.Moment) ([]Made, error) {
	return s.made(ctx, `SELECT `+storedColumnsOf("c")+byMoments, []any{momentList(moments)}, nil)
}

// MadeAfter reads what was made after a moment, the oldest first, up to a number of contributions.
func (s *Store) MadeAfter(ctx context.Context, after record.Moment, limit int) ([]Made, error) {
	return s.made(ctx, `SELECT `+storedColumnsOf("c")+` FROM contribution c WHERE c.moment > $1 ORDER BY c.moment LIMIT $2`, []any{int64(after), limit}, nil)
}

// MadeBefore reads what was made before one moment and after another, the newest first, up to a number of contributions; of one stream, or of all
// when it is zero. Versions are read only of those streams that keep wants.
func (s *Store) MadeBefore(ctx context.Context, stream uuid.UUID, before, after record.Moment, limit int, keep func(uuid.UUID) bool) ([]Made, error) {
	if stream == uuid.Nil {
		return s.made(ctx, `SELECT `+storedColumnsOf("c")+` FROM contribution c WHERE c.moment < $1 AND c.moment > $2 ORDER BY c.moment DESC LIMIT $3`,
			[]any{int64(before), int64(after), limit}, keep)
	}
	positions, err := s.positionsIn(s.reading(ctx), stream, span{after: after, upTo: before - 1, last: true, limit: limit})
	if err != nil {
		return nil, err
	}
	return s.made(ctx, `SELECT `+storedColumnsOf("c")+byMoments, []any{momentList(momentsOf(positions))}, keep)
}

// storedColumnsOf are the columns of a contribution's row under a table's short name.
func storedColumnsOf(table string) string {
	list := []byte(table + ".")
	for i := range len(storedColumns) {
		list = append(list, storedColumns[i])
		if storedColumns[i] == ' ' {
			list = append(list, table+"."...)
		}
	}
	return string(list)
}

func (s *Store) made(ctx context.Context, text string, args []any, keep func(uuid.UUID) bool) ([]Made, error) {
	var list []Made
	err := each(s.reading(ctx), text, args, func(r *sqlite.Rows) error {
		row := &stored{}
		if err := row.scan(r); err != nil {
			return err
		}
		m := Made{Moment: row.moment, Stream: row.stream}
		if keep == nil || keep(row.stream) {
			m.Versions = row.versions()
		}
		list = append(list, m)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("contributions: %w", err)
	}
	return list, nil
}

// versions reads those versions of the row that can be read.
func (r *stored) versions() []*record.Version {
	bodies, salts := r.parts()
	var versions []*record.Version
	for i, body := range bodies {
		v, err := record.DecodeVersion(body)
		if err != nil || i >= len(salts) || len(v.Content) == 0 {
			continue
		}
		v.Stream, v.From, v.Until, v.Committed, v.Salt = r.stream, r.moment, record.Forever, r.committed.Time(), salts[i]
		versions = append(versions, v)
	}
	return versions
}

// Admitted gives those of some versions of the query's stream that a list of what was current at the query's moment would show, in the order given and
// complete. Record, Order, After and Limit of the query are not looked at.
func (s *Store) Admitted(ctx context.Context, q record.Query, versions []*record.Version) ([]*record.Version, error) {
	if len(versions) == 0 {
		return nil, nil
	}
	asked := make([]uuid.UUID, len(versions))
	for i, v := range versions {
		asked[i] = v.Record
	}
	w := &where{}
	w.and("v.stream = " + w.uid(q.Stream) + " AND v.record IN (" + w.list(uids(asked)) + ")")
	w.moment(record.Query{At: q.At, Which: record.Current, Errors: q.Errors})
	if len(q.Classes) > 0 {
		w.and("v.class IN (" + w.list(words(q.Classes)) + ")")
	}
	w.happened(q)
	w.scope(q.Scope, aVersion)
	type key struct {
		record uuid.UUID
		number int
		from   record.Moment
	}
	rows := map[key]found{}
	err := each(s.reading(ctx), `SELECT `+foundColumns+` FROM `+byRecord+` WHERE `+w.text.String(), w.args, func(r *sqlite.Rows) error {
		var f found
		err := f.scan(r)
		rows[key{f.record, f.number, f.from}] = f
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("versions: %w", err)
	}
	var admitted []*record.Version
	for _, v := range versions {
		if f, ok := rows[key{v.Record, v.Number, v.From}]; ok {
			v.Until, v.Happened, v.Hash = f.until, f.happened, record.HashVersion(v.Salt, v.Body)
			admitted = append(admitted, v)
		}
	}
	return admitted, nil
}

// MomentsOf are the moments of a stream's contributions.
func (s *Store) MomentsOf(ctx context.Context, stream uuid.UUID) ([]record.Moment, error) {
	positions, err := s.positionsIn(s.reading(ctx), stream, span{upTo: record.Forever})
	return momentsOf(positions), err
}
