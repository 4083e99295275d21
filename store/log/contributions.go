package log

import (
	"context"
	"database/sql"
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

func streamInfo(row *sqlite.Row, uid uuid.UUID) (record.StreamInfo, error) {
	info := record.StreamInfo{UID: uid}
	err := row.Scan(&info.Kind, &info.Class, &info.Sequence, hash{&info.Hash}, &info.Last, &info.Origin)
	if errors.Is(err, sql.ErrNoRows) {
		return info, notFound("There is no such person or directory entry.")
	}
	if err != nil {
		return info, fmt.Errorf("stream %s: %w", uid, err)
	}
	if info.Kind == kindDestroyed {
		return record.StreamInfo{UID: uid}, record.ErrDestroyed()
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
func walk(read query, stream uuid.UUID, after, upTo record.Moment, fn func(*stored) error) error {
	text, key := `SELECT `+storedColumns+` FROM contribution WHERE moment > $1 AND moment <= $2 ORDER BY moment LIMIT $3`, []any(nil)
	if stream != uuid.Nil {
		text = `SELECT ` + storedColumns + ` FROM contribution WHERE stream = $4 AND sequence > $5 AND moment > $1 AND moment <= $2
			ORDER BY sequence LIMIT $3`
		key = []any{stream[:], int64(0)}
	}
	for {
		var rows []*stored
		err := each(read, text, append([]any{int64(after), int64(upTo), page}, key...), func(r *sqlite.Rows) error {
			row := &stored{}
			rows = append(rows, row)
			return row.scan(r)
		})
		if err != nil {
			return fmt.Errorf("contributions after moment %d: %w", after, err)
		}
		for _, row := range rows {
			if err := fn(row); err != nil {
				return err
			}
			after = row.moment
			if key != nil {
				key[1] = row.sequence
			}
		}
		if len(rows) < page {
			return nil
		}
	}
}

// Contributions calls fn for contributions in moment order. Until and Happened of their versions stay zero: they are the
// projections' knowledge. See record.Log.
func (s *Store) Contributions(ctx context.Context, stream uuid.UUID, after, upTo record.Moment, fn func(*record.Sealed) error) error {
	return walk(s.reading(ctx), stream, after, upTo, func(row *stored) error {
		sealed, err := row.sealed()
		if err != nil {
			return err
		}
		return fn(sealed)
	})
}

// Walk calls fn for every contribution as it is found, readable or not, with the time at which the log says that it was committed: for a record.Verifier.
func (s *Store) Walk(ctx context.Context, fn func(c *record.Sealed, committed record.Instant) error) error {
	return walk(s.reading(ctx), uuid.Nil, 0, math.MaxInt64, func(row *stored) error { return fn(row.asFound(), row.committed) })
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
func (s *Store) Changes(ctx context.Context, stream, rec uuid.UUID, at record.Moment) ([]*record.Contribution, error) {
	list, err := headers(s.reading(ctx), `SELECT moment, header FROM contribution WHERE moment <= $3 AND moment IN (
			SELECT from_moment FROM version WHERE stream = $1 AND record = $2 UNION SELECT moment FROM change_on WHERE stream = $1 AND record = $2
		) ORDER BY moment`, stream[:], rec[:], int64(at))
	if err != nil {
		return nil, fmt.Errorf("changes of %s: %w", rec, err)
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
