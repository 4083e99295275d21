package log

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// kindDestroyed is what the stream table calls a stream of which only its place in the proof is left.
const kindDestroyed = "destroyed"

// Destroy empties what a certificate says, in one transaction, and makes everything that is derived from the stream anew: bodies, salts and titles go;
// of a whole stream also the headers. What is empty already, or was never here, is passed over: it may be done again. See access.Destroyer.
func (s *Store) Destroy(ctx context.Context, certificate uuid.UUID, c *record.Certificate) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) (err error) {
		if _, err := tx.Exec(`PRAGMA secure_delete = ON`); err != nil {
			return fmt.Errorf("destroying: %w", err)
		}
		defer func() {
			_, off := tx.Exec(`PRAGMA secure_delete = OFF`)
			err = errors.Join(err, off)
		}()
		d := &destroying{store: s, tx: tx, certificate: certificate, what: c}
		if err := d.rows(); err != nil || !d.changed {
			return err
		}
		if err := d.project(); err != nil {
			return err
		}
		tx.Remember(nil)
		tx.AfterCommit(func() { s.forget(c.Stream) })
		_, err = tx.Exec(`INSERT INTO scrub (one, due) VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET due = 1`)
		return err
	})
}

// Freeze lets nothing more be written in a stream while it is destroyed whole: what is kept beside the log goes before the log itself does, and a record that
// stays after all must not have lost it. See access.Destroyer.
func (s *Store) Freeze(ctx context.Context, c *record.Certificate) (release func(), err error) {
	if !c.Whole() { // versions never change, whatever is written behind them
		return func() {}, nil
	}
	release = func() { s.frozen.Delete(c.Stream) }
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error { // the lock of the log: what is being written is there, what comes later sees the stream frozen
		if _, twice := s.frozen.LoadOrStore(c.Stream, true); twice {
			release = func() {}
			return &standard.Fault{Kind: standard.Busy, Message: "This record is being destroyed at this moment."}
		}
		return (&destroying{store: s, tx: tx, what: c}).stands()
	})
	if err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// stands checks that a whole stream is the one that the certificate names, or that nothing is left of it.
func (d *destroying) stands() error {
	var count int64
	var digest record.Hash
	err := d.store.walk(d.tx.Query, d.what.Stream, 0, math.MaxInt64, func(row *stored) error {
		count, digest = count+1, record.StreamDigest(digest, row.hash)
		return nil
	})
	if err != nil {
		return err
	}
	return d.same(count, digest)
}

func (d *destroying) same(count int64, digest record.Hash) error {
	if d.what.Whole() && count > 0 && (count != d.what.Count || digest != d.what.Digest) {
		return &standard.Fault{Kind: standard.Conflict, Message: "The record is not the one that was to be destroyed: something was written in it since. Nothing was destroyed.",
			Hint: "Ask for it again."}
	}
	return nil
}

// destroying is one certificate being carried out.
type destroying struct {
	store       *Store
	tx          *sqlite.Tx
	certificate uuid.UUID
	what        *record.Certificate
	changed     bool
}

// rows empties the rows of the log.
func (d *destroying) rows() error {
	var count int64
	var digest record.Hash
	var emptied []*stored
	err := d.store.walk(d.tx.Query, d.what.Stream, 0, math.MaxInt64, func(row *stored) error {
		count, digest = count+1, record.StreamDigest(digest, row.hash)
		changed, err := d.empty(row)
		if err == nil && changed {
			emptied = append(emptied, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := d.same(count, digest); err != nil {
		return err
	}
	for _, row := range emptied {
		_, err := d.tx.Exec(`UPDATE contribution SET header = $2, salts = $3, bodies = $4 WHERE moment = $1`,
			int64(row.moment), pack(row.header), row.salts, string(row.bodies))
		if err != nil {
			return fmt.Errorf("emptying moment %d: %w", row.moment, err)
		}
	}
	d.changed = len(emptied) > 0
	return nil
}

// empty takes out of a row what the certificate covers, and reports whether anything was there.
func (d *destroying) empty(row *stored) (bool, error) {
	sealed, err := row.sealed()
	if err != nil || sealed.Destroyed != uuid.Nil {
		return false, err
	}
	if d.what.Whole() {
		row.header, row.salts, row.bodies = sealed.Tombstone(d.certificate).Header, []byte{}, nil
		return true, nil
	}
	changed := false
	for i, v := range sealed.Versions {
		said, ok := d.what.Covers(v.VersionID)
		if !ok || v.Destroyed != uuid.Nil {
			continue
		}
		if said.Hash != v.Hash {
			return false, &standard.Fault{Kind: standard.Conflict, Message: "A version is not the one that was to be destroyed. Nothing was destroyed."}
		}
		sealed.Versions[i], changed = v.Tombstone(d.certificate), true
	}
	if changed {
		row.salts, row.bodies = packed(sealed.Versions)
	}
	return changed, nil
}

// packed writes the versions of one contribution as its row keeps them.
func packed(versions []*record.Version) (salts, bodies []byte) {
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

// project makes the stream's rows of every projection anew.
func (d *destroying) project() error {
	for _, p := range projections {
		if _, err := d.tx.Exec(`DELETE FROM `+p.table+` WHERE `+p.key+` = $1`, d.what.Stream[:]); err != nil {
			return fmt.Errorf("emptying %s: %w", p.table, err)
		}
	}
	return d.store.walk(d.tx.Query, d.what.Stream, 0, math.MaxInt64, (&rebuilding{store: d.store, tx: d.tx}).add)
}

// remains projects what is left of a stream that was destroyed: that there was one.
func (p projector) remains(c *record.Sealed) error {
	if c.Sequence != 1 {
		return nil
	}
	_, err := p.tx.Exec(`INSERT INTO stream (uid, kind, class, opened) VALUES ($1, $2, '', $3)`, c.Stream[:], kindDestroyed, int64(c.Moment))
	return err
}

// closeLists ends the rows that stood before a version whose content was destroyed: what it said itself nobody knows any more.
func (p projector) closeLists(s *record.Sealed, e entry) error {
	if e.before == nil {
		return nil
	}
	const open = ` AND until_moment = 9223372036854775807`
	var errs []error
	for _, table := range []string{"placement", "same_person"} {
		errs = append(errs, p.run(`UPDATE `+table+` SET until_moment = $1 WHERE stream = $2 AND record = $3`+open, int64(s.Moment), s.Stream[:], e.Record[:]))
	}
	errs = append(errs, p.run(`DELETE FROM works_with WHERE stream = $1 AND record = $2`, s.Stream[:], e.Record[:]))
	if e.Record == s.Stream {
		errs = append(errs, p.run(`UPDATE person SET until_moment = $1 WHERE stream = $2`+open, int64(s.Moment), s.Stream[:]),
			p.run(`UPDATE directory SET until_moment = $1 WHERE uid = $2`+open, int64(s.Moment), s.Stream[:]))
	}
	return errors.Join(errs...)
}

// Scrub writes the data file anew when something was destroyed since the last time, so that no unused part of it holds what went, and empties the database's
// own log. A file larger than most is left for a quiet time; 0: any size. See access.Destroyer.
func (s *Store) Scrub(ctx context.Context, most int64) (done bool, err error) {
	var due int
	err = s.db.QueryRow(ctx, `SELECT due FROM scrub WHERE one = 1`).Scan(&due)
	if errors.Is(err, sql.ErrNoRows) || err == nil && due == 0 {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("unused parts of the data file: %w", err)
	}
	if done, err = s.db.Scrub(ctx, most); err != nil || !done {
		return false, err
	}
	return true, s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE scrub SET due = 0`)
		return err
	})
}

// Together gives, for each of the streams that is joined with others at the moment, those others, by joins of joins too. See access.Register.
func (s *Store) Together(ctx context.Context, streams []uuid.UUID, at record.Moment) (map[uuid.UUID][]uuid.UUID, error) {
	together := map[uuid.UUID][]uuid.UUID{}
	if len(streams) == 0 || s.apart.Load() && !s.Beside {
		return together, nil
	}
	joined := map[uuid.UUID][]uuid.UUID{}
	err := each(s.reading(ctx), `SELECT stream, other FROM same_person WHERE from_moment <= $1 AND until_moment > $1 ORDER BY stream, other`,
		[]any{int64(at)}, func(r *sqlite.Rows) error {
			var stream, other uuid.UUID
			err := r.Scan(&stream, &other)
			joined[stream] = append(joined[stream], other)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("joined records: %w", err)
	}
	for _, stream := range streams {
		seen := map[uuid.UUID]bool{stream: true}
		for queue := joined[stream]; len(queue) > 0; queue = queue[1:] {
			if next := queue[0]; !seen[next] {
				seen[next] = true
				together[stream] = append(together[stream], next)
				queue = append(queue[:len(queue):len(queue)], joined[next]...)
			}
		}
	}
	return together, nil
}

// mayBeJoined looks whether any two records are, or were, joined.
func (s *Store) mayBeJoined(ctx context.Context) error {
	var any bool
	if err := s.db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM same_person)`).Scan(&any); err != nil {
		return fmt.Errorf("joined records: %w", err)
	}
	s.apart.Store(!any)
	return nil
}
