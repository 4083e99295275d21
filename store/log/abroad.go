package log

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// This file is what the log knows of versions that other systems have made and that were ratified here: when they stood there, and what those systems wrote
// about them. All of it is derived from records of the role ratification, which hold the other systems' contributions as they were written.

// AppendEach commits contributions as they are prepared, in one transaction, all or none: prepare is called once and hands them to add. It may ask the database, and
// nothing else; nobody else writes meanwhile. See access.Ratifier.
func (s *Store) AppendEach(ctx context.Context, prepare func(add func(*record.Prepared) (record.Receipt, error)) error) error {
	return s.db.WritePatiently(ctx, func(tx *sqlite.Tx) error {
		a := &appending{store: s, tx: tx}
		if err := a.start(); err != nil {
			return err
		}
		if err := prepare(a.one); err != nil {
			return err
		}
		a.finish()
		return nil
	})
}

// brought checks a version of another system that is about to become part of a stream: it must not be here yet. It gives what stands now.
func (a *appending) brought(stream uuid.UUID, ch *record.Change) (*current, error) {
	here, err := versionHere(a.tx, stream, ch.Version)
	if err != nil {
		return nil, err
	}
	if here {
		return nil, &standard.Fault{Kind: standard.Conflict, Message: "A part of this was ratified a moment ago. Nothing was changed.", Hint: "Look at it again."}
	}
	return currentOf(a.tx, stream, ch.Version.Record)
}

func versionHere(tx *sqlite.Tx, stream uuid.UUID, id record.VersionID) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM `+byRecord+` WHERE v.stream = $1 AND v.record = $2 AND v.number = $3 AND v.system = $4`,
		stream[:], id.Record[:], id.Number, id.System).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("version %s: %w", id, err)
	}
	return n > 0, nil
}

// forks reports whether a version that another system made does not go on from the one that stands here.
func (p projector) forks(s *record.Sealed, e entry) (fork bool, err error) {
	if e.before == nil {
		return false, nil
	}
	stands := record.VersionID{Record: e.Record, System: e.before.system, Number: e.before.number}
	goesOn := record.Continues(e.VersionID, &stands, func(id record.VersionID) bool {
		here, found := versionHere(p.tx, s.Stream, id)
		err = found
		return here
	})
	return !goesOn, err
}

// abroad keeps from when and until when a version stood at the system that made it.
func (p projector) abroad(s *record.Sealed, e entry) error {
	var from int64
	err := p.tx.QueryRow(`SELECT coalesce(min(committed), 0) FROM abroad WHERE stream = $1 AND record = $2 AND system = $3 AND number = $4`,
		s.Stream[:], e.Record[:], e.System, e.Number).Scan(&from)
	if err != nil {
		return fmt.Errorf("when it stood elsewhere: %w", err)
	}
	if from == 0 {
		return nil
	}
	err = p.run(`UPDATE version INDEXED BY version_record SET abroad_until = $3 WHERE stream = $1 AND record = $2 AND abroad_from IS NOT NULL AND abroad_until IS NULL`,
		s.Stream[:], e.Record[:], from)
	if err != nil {
		return err
	}
	until := record.Forever
	if e.fork {
		until = s.Moment // it never was the current one here
	}
	return p.run(`UPDATE version SET abroad_from = $6, until_moment = $7 WHERE stream = $1 AND class = $2 AND happened_from = $3 AND from_moment = $4 AND record = $5`,
		s.Stream[:], e.Class, e.index.HappenedFrom, int64(s.Moment), e.Record[:], from, int64(until))
}

// originOf reads what a version of the role ratification holds; nil when it is another, or is destroyed.
func (s *Store) originOf(v *record.Version) (*record.Origin, error) {
	class, ok := s.Catalogue.Class(v.Class)
	if !ok || v.Destroyed != uuid.Nil || !class.HasRole(standard.ClassRoleRatification) {
		return nil, nil
	}
	content, err := v.Decoded(s.Catalogue)
	if err != nil {
		return nil, err
	}
	return record.OriginOf(content)
}

// origin keeps which contributions of other systems touched which records.
func (p projector) origin(s *record.Sealed, e entry) error {
	o, err := p.store.originOf(e.Version)
	if err != nil || o == nil {
		return err
	}
	for place := range o.Contributions {
		c, err := o.Contributions[place].Contribution()
		if err != nil {
			return err
		}
		for i := range c.Changes {
			ch := &c.Changes[i]
			system, number := ch.Version.System, ch.Version.Number
			if !ch.Type.MakesVersion() && ch.Type != record.Ratify {
				system, number = "", 0
			}
			err := p.run(`INSERT INTO abroad (stream, record, committed, contribution, system, number, moment, ordinal, place) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
				ON CONFLICT DO NOTHING`, s.Stream[:], ch.Version.Record[:], int64(record.InstantOf(c.Committed)), c.ID[:], system, number, int64(s.Moment), e.ordinal, place)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// momentAbroad selects what stood at the query's moment, and of records that were not here yet what stood at the system that they came from.
func (w *where) momentAbroad(q record.Query) {
	at, then := w.arg(int64(q.At)), w.arg(int64(q.Abroad))
	here, there := "v.from_moment <= "+at, "v.from_moment > "+at+" AND v.abroad_from <= "+then+
		` AND NOT EXISTS (SELECT 1 FROM version h INDEXED BY version_record WHERE h.stream = v.stream AND h.record = v.record AND h.from_moment <= `+at+")"
	if q.Which == record.Current {
		here += " AND v.until_moment > " + at
		there += " AND coalesce(v.abroad_until, 9223372036854775807) > " + then
	}
	w.and("(" + here + " OR " + there + ")")
	switch {
	case q.Errors:
	case q.Which == record.Current:
		w.and(notInError)
	default:
		w.and("NOT EXISTS (SELECT 1 FROM version e INDEXED BY version_record WHERE e.stream = v.stream AND e.record = v.record AND NOT e." + notInErrorOf +
			" AND (e.from_moment <= " + at + " OR e.abroad_from <= " + then + "))")
	}
}

const (
	notInErrorOf = "status <> 3"
	notInError   = "v." + notInErrorOf
)

// CountThen counts what momentAbroad selects, by class. See access.Ratifier.
func (s *Store) CountThen(ctx context.Context, q record.Query) (map[string]int, error) {
	w := &where{}
	w.and("v.stream = " + w.uid(q.Stream))
	w.momentAbroad(q)
	w.scope(q.Scope, aVersion)
	counts := map[string]int{}
	err := each(s.reading(ctx), `SELECT v.class, count(*) FROM version v WHERE `+w.text.String()+` GROUP BY v.class`, w.args, func(r *sqlite.Rows) error {
		var class string
		var n int
		err := r.Scan(&class, &n)
		counts[class] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("counting: %w", err)
	}
	return counts, nil
}

// abroadPlace is where the text of another system's contribution stands.
type abroadPlace struct {
	moment         record.Moment
	ordinal, place int
}

// Abroad lists the contributions of other systems that touched a record, oldest first. See access.Ratifier.
func (s *Store) Abroad(ctx context.Context, stream, rec uuid.UUID, at record.Moment, then record.Instant) ([]access.Elsewhere, error) {
	var places []abroadPlace
	err := each(s.reading(ctx), `SELECT moment, ordinal, place FROM abroad WHERE stream = $1 AND record = $2 AND (moment <= $3 OR committed <= $4) ORDER BY committed, moment, place`,
		[]any{stream[:], rec[:], int64(at), int64(then)}, func(r *sqlite.Rows) error {
			var p abroadPlace
			err := r.Scan((*int64)(&p.moment), &p.ordinal, &p.place)
			places = append(places, p)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("changes elsewhere of %s: %w", rec, err)
	}
	read := map[abroadPlace]*record.Origin{}
	list := make([]access.Elsewhere, 0, len(places))
	for _, p := range places {
		key := abroadPlace{p.moment, p.ordinal, 0}
		if read[key] == nil {
			if read[key], err = s.originAt(ctx, stream, key); err != nil {
				return nil, err
			}
		}
		if o := read[key]; p.place < len(o.Contributions) {
			c, err := o.Contributions[p.place].Contribution()
			if err != nil {
				return nil, broken(err, "A contribution of another system, at moment %d, cannot be read.", p.moment)
			}
			list = append(list, access.Elsewhere{Contribution: c, Provider: o.Provider})
		}
	}
	return list, nil
}

// originAt reads one version of the role ratification by its place.
func (s *Store) originAt(ctx context.Context, stream uuid.UUID, at abroadPlace) (found *record.Origin, err error) {
	err = s.walk(s.reading(ctx), uuid.Nil, at.moment-1, at.moment, func(row *stored) error {
		c, err := row.sealed()
		if err != nil {
			return err
		}
		if c.Stream == stream && at.ordinal < len(c.Versions) {
			found, err = s.originOf(c.Versions[at.ordinal])
		}
		return err
	})
	if err == nil && found == nil {
		err = broken(nil, "What another system wrote is missing at moment %d.", at.moment)
	}
	return found, err
}

// brings tells of each version of a contribution whether it came by ratification.
func brings(c *record.Sealed) []bool {
	came := make([]bool, 0, len(c.Versions))
	for i := range c.Changes {
		if ch := &c.Changes[i]; ch.Brings(c.Versions[min(len(came), len(c.Versions)):]) {
			came = append(came, ch.Type == record.Ratify)
		}
	}
	for len(came) < len(c.Versions) { // what cannot be so is found by verify
		came = append(came, false)
	}
	return came
}
