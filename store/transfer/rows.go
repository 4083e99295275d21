package transfer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// row is one contribution as it is kept.
type row struct {
	stream            uuid.UUID
	sequence          int64
	moment, committed int64
	hash              []byte
	header, salts     []byte
	bodies            string
}

const contributionColumns = `stream, sequence, moment, committed, hash, header, salts, bodies`

func rowAt(from interface{ Scan(...any) error }) (*row, error) {
	r := &row{}
	if err := from.Scan(&r.stream, &r.sequence, &r.moment, &r.committed, &r.hash, &r.header, &r.salts, &r.bodies); err != nil {
		return nil, fmt.Errorf("a contribution of a segment: %w", err)
	}
	return r, nil
}

// forgottenBy stands for the certificate in the place of what was forgotten: the log names the true one.
func forgottenBy() uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte("rosemary forgotten")) }

// sealed reads the row.
func (r *row) sealed() (*record.Sealed, error) {
	c, err := record.DecodeHeader(r.header)
	if err != nil {
		return nil, broken(r, err)
	}
	if string(r.hash) != string(c.Hash[:]) {
		return nil, broken(r, errors.New("the hash does not fit"))
	}
	c.Moment, c.Committed = record.Moment(r.moment), record.Instant(r.committed).Time()
	s := &record.Sealed{Contribution: *c}
	if len(r.salts) == 0 {
		return s, nil
	}
	i := 0
	for body := range strings.SplitSeq(r.bodies, "\n") {
		v, err := record.ReadVersion([]byte(body))
		if err != nil || len(r.salts) < 16*(i+1) {
			return nil, broken(r, err)
		}
		v.Stream, v.Committed, v.Abroad = r.stream, c.Committed, c.Committed
		copy(v.Salt[:], r.salts[16*i:])
		if v.Destroyed == uuid.Nil {
			v.Hash = record.HashVersion(v.Salt, v.Body)
		}
		s.Versions = append(s.Versions, v)
		i++
	}
	return s, nil
}

func broken(r *row, err error) error {
	return &standard.Fault{
		Kind: standard.Broken, Message: fmt.Sprintf("What another system sent is damaged: contribution %d of %s cannot be read.", r.sequence, r.stream),
		Hint: "Ask for it to be sent again, and tell whoever looks after this computer.", Err: err,
	}
}

func packed(versions []*record.Version) (salts []byte, bodies []byte) {
	salts = make([]byte, 0, 16*len(versions))
	for i, v := range versions {
		salts = append(salts, v.Salt[:]...)
		if i > 0 {
			bodies = append(bodies, '\n')
		}
		bodies = append(bodies, v.Stored()...)
	}
	return salts, bodies
}

// page is how many contributions are read at a time.
const page = 200

// Contributions reads one stream of a segment. See access.Segments.
func (s *Store) Contributions(ctx context.Context, id, stream uuid.UUID, fn func(*record.Sealed) error) error {
	for after := int64(0); ; {
		rows, err := s.rows(ctx, id, stream, after)
		if err != nil {
			return err
		}
		for _, r := range rows {
			sealed, err := r.sealed()
			if err != nil {
				return err
			}
			if err := fn(sealed); err != nil {
				return err
			}
			after = r.sequence
		}
		if len(rows) < page {
			return nil
		}
	}
}

func (s *Store) rows(ctx context.Context, id, stream uuid.UUID, after int64) (list []*row, err error) {
	rows, err := s.db.Query(ctx, `SELECT `+contributionColumns+` FROM segment_contribution WHERE segment = $1 AND stream = $2 AND sequence > $3
		AND sequence <= (SELECT st.sequence FROM segment_stream st WHERE st.segment = $1 AND st.stream = $2) ORDER BY sequence LIMIT $4`, id[:], stream[:], after, page)
	if err != nil {
		return nil, fmt.Errorf("contributions of a segment: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		r, err := rowAt(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// whole selects versions of what has arrived whole, and stands tells whether one stands there.
const (
	whole  = `JOIN segment_stream st ON st.segment = v.segment AND st.stream = v.stream WHERE v.segment = $1 AND v.stream = $2 AND v.sequence <= st.sequence`
	stands = `(v.until = 0 OR v.until > st.sequence)`
)

// Index lists versions without their bytes. See access.Segments.
func (s *Store) Index(ctx context.Context, id, stream uuid.UUID, fn func(access.IndexedVersion) error) error {
	rows, err := s.db.Query(ctx, `SELECT v.class, v.record, v.number, v.system, v.sequence, `+stands+`, v.status, v.sensitivity, v.happened, v.hash FROM segment_version v `+whole+`
		ORDER BY v.class, v.record, v.sequence`, id[:], stream[:])
	if err != nil {
		return fmt.Errorf("versions of a segment: %w", err)
	}
	var all []access.IndexedVersion // read first: fn may ask the database too
	for rows.Next() {
		var v access.IndexedVersion
		var status string
		var sensitivity int
		var hash []byte
		if err := rows.Scan(&v.Class, &v.Record, &v.Number, &v.System, &v.Sequence, &v.Stands, &status, &sensitivity, &v.Happened, &hash); err != nil {
			return errors.Join(fmt.Errorf("versions of a segment: %w", err), rows.Close())
		}
		v.Status, v.Sensitivity = record.Status(status), record.Sensitivity(sensitivity)
		copy(v.Hash[:], hash)
		all = append(all, v)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("versions of a segment: %w", err)
	}
	for _, v := range all {
		if err := fn(v); err != nil {
			return err
		}
	}
	return nil
}

type found struct {
	record            uuid.UUID
	sequence, ordinal int64
	happened          int64
}

// Versions lists what stands in a stream. See access.Segments.
func (s *Store) Versions(ctx context.Context, q access.SegmentQuery) (versions []*record.Version, more bool, err error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	args := []any{q.Segment[:], q.Stream[:], q.After[:], limit + 1}
	classes := ""
	for _, class := range q.Classes {
		args = append(args, class)
		classes += fmt.Sprintf(", $%d", len(args))
	}
	if classes != "" {
		classes = ` AND v.class IN (` + classes[2:] + `)`
	}
	rows, err := s.db.Query(ctx, `SELECT v.record, v.sequence, v.ordinal, v.happened FROM segment_version v `+whole+` AND `+stands+classes+` AND v.record > $3 ORDER BY v.record LIMIT $4`, args...)
	if err != nil {
		return nil, false, fmt.Errorf("versions of a segment: %w", err)
	}
	var places []found
	for rows.Next() {
		var f found
		if err := rows.Scan(&f.record, &f.sequence, &f.ordinal, &f.happened); err != nil {
			return nil, false, errors.Join(fmt.Errorf("versions of a segment: %w", err), rows.Close())
		}
		places = append(places, f)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, false, fmt.Errorf("versions of a segment: %w", err)
	}
	if more = len(places) > limit; more {
		places = places[:limit]
	}
	for _, f := range places {
		r, err := rowAt(s.db.QueryRow(ctx, `SELECT `+contributionColumns+` FROM segment_contribution WHERE segment = $1 AND stream = $2 AND sequence = $3`, q.Segment[:], q.Stream[:], f.sequence))
		if err != nil {
			return nil, false, err
		}
		sealed, err := r.sealed()
		if err != nil {
			return nil, false, err
		}
		if f.ordinal >= int64(len(sealed.Versions)) {
			return nil, false, broken(r, errors.New("a version is missing"))
		}
		v := sealed.Versions[f.ordinal]
		v.Happened, v.Until = f.happened, record.Forever
		versions = append(versions, v)
	}
	return versions, more, nil
}
