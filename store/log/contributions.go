package log

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// Head is the end of the log. See record.Log.
func (s *Store) Head(context.Context) (record.Moment, time.Time, error) {
	end := s.head.Load()
	if end.moment == 0 {
		return 0, time.Time{}, nil
	}
	return end.moment, end.committed.Time(), nil
}

// MomentAt finds the last moment committed at or before t: commit times rise with the moments, so it halves its way. See record.Log.
func (s *Store) MomentAt(ctx context.Context, t time.Time) (record.Moment, error) {
	end := s.head.Load()
	want := record.InstantOf(t)
	if want >= end.committed {
		return end.moment, nil
	}
	low, high := record.Moment(0), end.moment // low is at or before t, high is not
	for high-low > 1 {
		middle := low + (high-low)/2
		var at record.Instant
		if err := s.db.QueryRow(ctx, `SELECT committed FROM contribution WHERE moment = $1`, int64(middle)).Scan(&at); err != nil {
			return 0, fmt.Errorf("moment %d: %w", middle, err)
		}
		if at <= want {
			low = middle
		} else {
			high = middle
		}
	}
	return low, nil
}

// Stream tells about one stream. See record.Log.
func (s *Store) Stream(ctx context.Context, uid uuid.UUID) (record.StreamInfo, error) {
	st, err := s.standing(ctx, uid)
	if err != nil {
		return record.StreamInfo{UID: uid}, err
	}
	return st.info, nil
}

// streamInfo reads what a stream is, and where it ends.
func (s *Store) streamInfo(read query, uid uuid.UUID) (record.StreamInfo, error) {
	info := record.StreamInfo{UID: uid}
	err := each(read, `SELECT kind, class, origin FROM stream WHERE uid = $1`, []any{uid[:]}, func(r *sqlite.Rows) error {
		return r.Scan(&info.Kind, &info.Class, &info.Origin)
	})
	var end []position
	if err == nil && info.Kind != "" && info.Kind != kindDestroyed {
		end, err = s.positionsIn(read, uid, span{upTo: record.Forever, last: true, limit: 1})
	}
	switch {
	case err != nil:
		return info, fmt.Errorf("stream %s: %w", uid, err)
	case info.Kind == kindDestroyed:
		return record.StreamInfo{UID: uid}, record.ErrDestroyed()
	case len(end) == 0:
		return record.StreamInfo{UID: uid}, notFound("There is no such person or directory entry.")
	}
	info.Sequence, info.Last = end[0].sequence, end[0].moment
	err = each(read, `SELECT hash FROM contribution WHERE moment = $1`, []any{int64(info.Last)}, func(r *sqlite.Rows) error { return r.Scan(hash{&info.Hash}) })
	if err != nil {
		return info, fmt.Errorf("end of stream %s: %w", uid, err)
	}
	return info, nil
}

// Targets tells what references may point at. See record.Log.
func (s *Store) Targets(ctx context.Context, stream uuid.UUID, asked []uuid.UUID) (map[uuid.UUID]record.Target, error) {
	const text = `SELECT v.stream, v.class, max(v.number) FROM ` + byRecord + `
		WHERE v.record = $2 AND (v.stream = $1 OR EXISTS (SELECT 1 FROM stream s WHERE s.uid = $2 AND s.kind = 'directory'))
		AND v.stream IN ($1, $2) GROUP BY v.stream, v.class LIMIT 1`
	targets := make(map[uuid.UUID]record.Target, len(asked))
	for _, uid := range asked {
		if _, done := targets[uid]; done {
			continue
		}
		if st, _ := s.known.find(uid); st != nil && (uid == stream || st.info.Kind == standard.DirectoryStream) && st.latest > 0 {
			targets[uid] = record.Target{Stream: uid, Class: st.info.Class, Latest: st.latest, Origin: st.info.Origin}
			continue
		}
		var t record.Target
		err := s.db.QueryRow(ctx, text, stream[:], uid[:]).Scan(&t.Stream, &t.Class, &t.Latest)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("target %s: %w", uid, err)
		}
		if t.Stream == uid { // to be remembered for the next that points there
			st, err := s.standing(ctx, uid)
			if err != nil {
				return nil, err
			}
			t.Origin = st.info.Origin
		}
		targets[uid] = t
	}
	return targets, nil
}

// stored is a contribution's row.
type stored struct {
	moment     record.Moment
	sequence   int64
	stream, id uuid.UUID
	committed  record.Instant
	hash       record.Hash
	header     []byte
	salts      []byte
	bodies     []byte
}

const storedColumns = `moment, sequence, stream, id, committed, hash, header, salts, bodies`

func (r *stored) scan(row interface{ Scan(...any) error }) error {
	err := row.Scan(&r.moment, &r.sequence, &r.stream, &r.id, &r.committed, hash{&r.hash}, &r.header, &r.salts, &r.bodies)
	r.header = unpack(r.header)
	return err
}

// parts splits the row's bodies and salts, one of each for every version.
func (r *stored) parts() (bodies [][]byte, salts []record.Salt) {
	n := len(r.salts) / 16
	if n == 0 {
		return nil, nil
	}
	salts = make([]record.Salt, n)
	for i := range salts {
		copy(salts[i][:], r.salts[16*i:])
	}
	for body := range strings.SplitSeq(string(r.bodies), "\n") {
		bodies = append(bodies, []byte(body))
	}
	return bodies, salts
}

// sealed reads the row; what cannot be read is Broken.
func (r *stored) sealed() (*record.Sealed, error) {
	c, err := record.DecodeHeader(r.header)
	if err != nil {
		return nil, broken(err, "The contribution at moment %d cannot be read.", r.moment)
	}
	c.Moment = r.moment
	s := &record.Sealed{Contribution: *c}
	if c.Destroyed != uuid.Nil && len(r.salts) == 0 && len(r.bodies) == 0 {
		return s, nil
	}
	bodies, salts := r.parts()
	if len(bodies) != len(salts) {
		return nil, broken(nil, "The contribution at moment %d has %d versions and %d salts.", r.moment, len(bodies), len(salts))
	}
	for i, body := range bodies {
		v, err := record.DecodeVersion(body)
		if err != nil {
			return nil, broken(err, "Version %d of the contribution at moment %d cannot be read.", i+1, r.moment)
		}
		v.Stream, v.From, v.Committed, v.Salt = r.stream, r.moment, r.committed.Time(), salts[i]
		if v.Destroyed == uuid.Nil {
			v.Hash = record.HashVersion(v.Salt, v.Body)
		}
		s.Versions = append(s.Versions, v)
	}
	return s, nil
}

// asFound gives the row as it stands, readable or not: for who checks it.
func (r *stored) asFound() *record.Sealed {
	s := &record.Sealed{}
	if c, err := record.DecodeHeader(r.header); err == nil {
		s.Contribution = *c
	}
	s.ID, s.Stream, s.Sequence, s.Hash, s.Moment, s.Header = r.id, r.stream, r.sequence, r.hash, r.moment, r.header
	bodies, salts := r.parts()
	for i, body := range bodies {
		v, err := record.DecodeVersion(body)
		if err != nil {
			v = &record.Version{Body: body}
		}
		v.Stream, v.From, v.Committed = r.stream, r.moment, r.committed.Time()
		if i < len(salts) {
			v.Salt = salts[i]
		}
		if v.Destroyed == uuid.Nil {
			v.Hash = record.HashVersion(v.Salt, body)
		}
		s.Versions = append(s.Versions, v)
	}
	return s
}

// page is how many contributions are read at a time, so that no reader keeps the database's log file from being emptied.
const page = 200

// walk calls fn for rows in moment order; of one stream, or of all.
func (s *Store) walk(read query, stream uuid.UUID, after, upTo record.Moment, fn func(*stored) error) error {
	above := int64(0)
	for {
		rows, err := s.pageOf(read, stream, above, after, upTo)
		if err != nil {
			return fmt.Errorf("contributions after moment %d: %w", after, err)
		}
		for _, row := range rows {
			if err := fn(row); err != nil {
				return err
			}
			after, above = row.moment, row.sequence
		}
		if len(rows) < page {
			return nil
		}
	}
}

// pageOf reads the next rows; above is the sequence of the last one before, which is one of the stream.
func (s *Store) pageOf(read query, stream uuid.UUID, above int64, after, upTo record.Moment) ([]*stored, error) {
	if stream == uuid.Nil {
		return rowsAt(read, `SELECT `+storedColumns+` FROM contribution WHERE moment > $1 AND moment <= $2 ORDER BY moment LIMIT $3`, int64(after), int64(upTo), page)
	}
	positions, err := s.positionsIn(read, stream, span{above: above, after: after, upTo: upTo, limit: page})
	if err != nil {
		return nil, err
	}
	return rowsAt(read, `SELECT `+storedColumnsOf("c")+byMoments, momentList(momentsOf(positions)))
}

func rowsAt(read query, text string, args ...any) (rows []*stored, err error) {
	err = each(read, text, args, func(r *sqlite.Rows) error {
		row := &stored{}
		rows = append(rows, row)
		return row.scan(r)
	})
	return rows, err
}

// Contributions calls fn for contributions in moment order. Until and Happened of their versions stay zero: they are the
// projections' knowledge. See record.Log.
func (s *Store) Contributions(ctx context.Context, stream uuid.UUID, after, upTo record.Moment, fn func(*record.Sealed) error) error {
	return s.walk(s.reading(ctx), stream, after, upTo, func(row *stored) error {
		sealed, err := row.sealed()
		if err != nil {
			return err
		}
		return fn(sealed)
	})
}

// Walk calls fn for every contribution as it is found, readable or not, with the time at which the log says that it was committed: for a record.Verifier.
func (s *Store) Walk(ctx context.Context, fn func(c *record.Sealed, committed record.Instant) error) error {
	return s.walk(s.reading(ctx), uuid.Nil, 0, math.MaxInt64, func(row *stored) error { return fn(row.asFound(), row.committed) })
}

// Contribution finds one contribution. See record.Log.
func (s *Store) Contribution(ctx context.Context, id uuid.UUID) (*record.Sealed, error) {
	found, err := findContribution(s.reading(ctx), id)
	if err == nil && (found == nil || found.Moment > s.head.Load().moment && !s.Beside) { // it may not have reached the disk yet: whoever sends it again waits for that in Append
		return nil, notFound("There is no such contribution.")
	}
	return found, err
}

// findContribution finds one contribution; nil when there is none.
func findContribution(read query, id uuid.UUID) (*record.Sealed, error) {
	var row *stored
	err := each(read, `SELECT `+storedColumns+` FROM contribution WHERE id = $1`, []any{id[:]}, func(r *sqlite.Rows) error {
		row = &stored{}
		return row.scan(r)
	})
	if err != nil {
		return nil, fmt.Errorf("contribution %s: %w", id, err)
	}
	if row == nil {
		return nil, nil
	}
	return row.sealed()
}

// Changes lists the contributions that touched one record. See record.Log.
func (s *Store) Changes(ctx context.Context, at record.Moment, of ...record.One) ([]*record.Contribution, error) {
	if len(of) == 0 {
		return nil, nil
	}
	pairs := make([][2]string, len(of))
	for i, one := range of {
		pairs[i] = [2]string{hex.EncodeToString(one.Stream[:]), hex.EncodeToString(one.Record[:])}
	}
	asked, err := json.Marshal(pairs)
	if err != nil {
		return nil, fmt.Errorf("changes of records: %w", err)
	}
	list, err := headers(s.reading(ctx), `WITH one (stream, record) AS MATERIALIZED (SELECT unhex(json_extract(value, '$[0]')), unhex(json_extract(value, '$[1]')) FROM json_each($1))
		SELECT moment, header FROM contribution WHERE moment <= $2 AND moment IN (
			SELECT v.from_moment FROM one CROSS JOIN version v ON v.stream = one.stream AND v.record = one.record
			UNION SELECT c.moment FROM one CROSS JOIN change_on c ON c.stream = one.stream AND c.record = one.record
		) ORDER BY moment`, string(asked), int64(at))
	if err != nil {
		return nil, fmt.Errorf("changes of records: %w", err)
	}
	return list, nil
}

// headers reads contributions without their versions; the query gives moment and header.
func headers(read query, sql string, args ...any) ([]*record.Contribution, error) {
	var list []*record.Contribution
	err := each(read, sql, args, func(r *sqlite.Rows) error {
		var moment record.Moment
		var header []byte
		if err := r.Scan(&moment, &header); err != nil {
			return err
		}
		c, err := record.DecodeHeader(unpack(header))
		if err != nil {
			return broken(err, "The contribution at moment %d cannot be read.", moment)
		}
		c.Moment = moment
		list = append(list, c)
		return nil
	})
	return list, err
}
