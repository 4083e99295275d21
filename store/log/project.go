package log

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// projections are the tables that the projector writes, each with the column that holds the stream.
var projections = []struct{ table, key string }{
	{"stream", "uid"}, {"version", "stream"}, {"change_on", "stream"}, {"person", "stream"},
	{"placement", "stream"}, {"works_with", "stream"}, {"exclusion", "stream"}, {"directory", "uid"}, {"attached", "stream"},
	{"same_person", "stream"}, {"tally", "stream"}, {"abroad", "stream"},
}

// The statuses as the version table keeps them.
var statusNumber = map[record.Status]int{record.Complete: 1, record.Incomplete: 2, record.EnteredInError: statusInError}

const statusInError = 3

// current is the version of a record that stands now, as far as the rules of appending need it.
type current struct {
	number int
	system string
	status int
	class  string
	from   record.Moment // with happened, the rest of its row's key
	happen int64

	sensitivity int
}

const sqlCurrent = `SELECT number, system, status, class, from_moment, happened_from, sensitivity FROM version
	WHERE stream = $1 AND record = $2 AND until_moment = 9223372036854775807 ORDER BY number DESC LIMIT 1`

// currentOf finds the current version of a record; nil when there is no such record.
func currentOf(tx *sqlite.Tx, stream, rec uuid.UUID) (*current, error) {
	var c current
	err := tx.QueryRow(sqlCurrent, stream[:], rec[:]).Scan(&c.number, &c.system, &c.status, &c.class, &c.from, &c.happen, &c.sensitivity)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("current version: %w", err)
	}
	return &c, nil
}

// projector writes what a contribution means for every projection. It is the only place that does.
type projector struct {
	store *Store
	tx    *sqlite.Tx
}

// entry is one version of a sealed contribution on its way into the projections.
type entry struct {
	*record.Version
	index   record.Index
	before  *current // what it supersedes; nil for a new record
	ordinal int
	offset  int
	came    bool // by ratification
	fork    bool // and does not go on from the one that stands
}

// apply projects one contribution: its indexes and the versions that they supersede stand beside its versions. opens is the kind of stream that it
// opens, or empty.
func (p projector) apply(s *record.Sealed, indexes []record.Index, before []*current, opens standard.Stream) error {
	if opens != "" {
		class, origin := openingRecord(s)
		_, err := p.tx.Exec(`INSERT INTO stream (uid, kind, class, opened, origin) VALUES ($1, $2, $3, $4, $5)`, s.Stream[:], string(opens), class, int64(s.Moment), origin)
		if err != nil {
			return fmt.Errorf("stream row: %w", err)
		}
	}
	offset, came := 0, brings(s)
	for i, v := range s.Versions {
		e := entry{Version: v, index: indexes[i], before: before[i], ordinal: i, offset: offset, came: came[i]}
		offset += len(v.Stored()) + 1
		if err := p.version(s, e); err != nil {
			return fmt.Errorf("projecting %s: %w", v.VersionID, err)
		}
	}
	for i := range s.Changes {
		if ch := &s.Changes[i]; !ch.Type.MakesVersion() && !holds(s.Versions, ch.Version) {
			_, err := p.tx.Exec(`INSERT INTO change_on (stream, record, moment) VALUES ($1, $2, $3)`,
				s.Stream[:], ch.Version.Record[:], int64(s.Moment))
			if err != nil {
				return fmt.Errorf("change on %s: %w", ch.Version, err)
			}
		}
	}
	return nil
}

func holds(versions []*record.Version, id record.VersionID) bool {
	return slices.ContainsFunc(versions, func(v *record.Version) bool { return v.VersionID == id })
}

// openingRecord is the class of the record that a stream is about, and the system that made it, where that is another than the contribution's.
func openingRecord(s *record.Sealed) (class, origin string) {
	for i := range s.Changes {
		ch := &s.Changes[i]
		if ch.Version.Record != s.Stream {
			continue
		}
		if ch.Version.System != s.System {
			origin = ch.Version.System
		}
		return ch.Class, origin
	}
	return "", ""
}

func (p projector) version(s *record.Sealed, e entry) (err error) {
	if e.came {
		if e.fork, err = p.forks(s, e); err != nil {
			return err
		}
		if e.fork {
			e.before = nil
		}
	}
	if b := e.before; b != nil {
		_, err := p.tx.Exec(`UPDATE version SET until_moment = $1
			WHERE stream = $2 AND class = $3 AND happened_from = $4 AND from_moment = $5 AND record = $6`,
			int64(s.Moment), s.Stream[:], b.class, b.happen, int64(b.from), e.Record[:])
		if err != nil {
			return fmt.Errorf("superseded version: %w", err)
		}
	}
	_, err = p.tx.Exec(`INSERT INTO version (stream, class, happened_from, from_moment, record, number, system, happened_until, until_moment, status,
		sensitivity, ordinal, body_offset, body_length, title) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 9223372036854775807, $9, $10, $11, $12, $13, $14)`,
		s.Stream[:], e.Class, e.index.HappenedFrom, int64(s.Moment), e.Record[:], e.Number, e.System, e.index.HappenedUntil, statusNumber[e.Status],
		int(e.Sensitivity), e.ordinal, e.offset, len(e.Stored()), e.index.Title)
	if err != nil {
		return fmt.Errorf("version row: %w", err)
	}
	if e.came {
		if err := p.abroad(s, e); err != nil {
			return err
		}
	}
	if err := p.origin(s, e); err != nil {
		return err
	}
	if e.fork {
		return errors.Join(p.exclusions(s, e), p.attached(s, e))
	}
	if err := p.tally(s, e); err != nil {
		return err
	}
	return p.lists(s, e)
}

// lists keeps the rows that lists of people and rules of access look at. A record entered in error has none, but those that it is hidden from
// stay shut out.
func (p projector) lists(s *record.Sealed, e entry) error {
	ix, stands := e.index, e.Status != record.EnteredInError
	if e.Destroyed != uuid.Nil {
		return errors.Join(p.closeLists(s, e), p.exclusions(s, e))
	}
	var errs [5]error
	if ix.Person != nil {
		errs[0] = p.person(s, e, stands)
	}
	if ix.Placement != nil {
		errs[1] = p.placement(s, e, stands)
	}
	if ix.WorksWith != nil {
		errs[2] = p.worksWith(s, e, stands)
	}
	if ix.Entry != nil && e.Record == s.Stream {
		errs[3] = p.directory(s, e, stands)
	}
	if ix.SamePerson != nil {
		errs[4] = p.samePerson(s, e, stands)
	}
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	return errors.Join(p.exclusions(s, e), p.attached(s, e))
}

// run is one statement of a list.
func (p projector) run(text string, args ...any) error {
	_, err := p.tx.Exec(text, args...)
	if err != nil {
		return fmt.Errorf("row of a list: %w", err)
	}
	return nil
}

func (p projector) person(s *record.Sealed, e entry, stands bool) error {
	if e.before != nil {
		err := p.run(`UPDATE person SET until_moment = $1 WHERE stream = $2 AND until_moment = 9223372036854775807`, int64(s.Moment), s.Stream[:])
		if err != nil {
			return err
		}
	}
	if !stands {
		return nil
	}
	c := e.index.Person
	family, given := fold(c.Family), fold(c.Given)
	return p.run(`INSERT INTO person (stream, from_moment, until_moment, family_key, given_key, search, nhs,
		given, family, preferred, born, died, gender, nhs_number, nhs_status, restricted)
		VALUES ($1, $2, 9223372036854775807, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		s.Stream[:], int64(s.Moment), family, given, " "+given+" "+family+" "+fold(c.Preferred), digits(c.NHSNumber),
		c.Given, c.Family, c.Preferred, c.Born, c.Died, c.Gender, c.NHSNumber, c.NHSNumberStatus, flag(c.Restricted))
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p projector) placement(s *record.Sealed, e entry, stands bool) error {
	if e.before != nil {
		err := p.run(`UPDATE placement SET until_moment = $1 WHERE stream = $2 AND record = $3 AND until_moment = 9223372036854775807`,
			int64(s.Moment), s.Stream[:], e.Record[:])
		if err != nil {
			return err
		}
	}
	if !stands {
		return nil
	}
	at := e.index.Placement
	return p.run(`INSERT INTO placement (stream, record, from_moment, until_moment, place, day_from, day_until, room)
		VALUES ($1, $2, $3, 9223372036854775807, $4, $5, $6, $7)`,
		s.Stream[:], e.Record[:], int64(s.Moment), at.Place[:], firstDay(at.From), lastDay(at.Until), at.Room)
}

// samePerson keeps which other record of the same person this one is joined with. One that has been ended joins nothing.
func (p projector) samePerson(s *record.Sealed, e entry, stands bool) error {
	if e.before != nil {
		err := p.run(`UPDATE same_person SET until_moment = $1 WHERE stream = $2 AND record = $3 AND until_moment = 9223372036854775807`,
			int64(s.Moment), s.Stream[:], e.Record[:])
		if err != nil {
			return err
		}
	}
	if !stands || e.index.SamePerson.Ended {
		return nil
	}
	return p.run(`INSERT INTO same_person (stream, record, from_moment, until_moment, other) VALUES ($1, $2, $3, 9223372036854775807, $4)`,
		s.Stream[:], e.Record[:], int64(s.Moment), e.index.SamePerson.Other[:])
}

func (p projector) directory(s *record.Sealed, e entry, stands bool) error {
	if e.before != nil {
		err := p.run(`UPDATE directory SET until_moment = $1 WHERE uid = $2 AND until_moment = 9223372036854775807`, int64(s.Moment), s.Stream[:])
		if err != nil {
			return err
		}
	}
	if !stands {
		return nil
	}
	name := e.index.Entry.Name
	return p.run(`INSERT INTO directory (uid, from_moment, until_moment, class, name, name_key) VALUES ($1, $2, 9223372036854775807, $3, $4, $5)`,
		s.Stream[:], int64(s.Moment), e.Class, name, fold(name))
}

func (p projector) worksWith(s *record.Sealed, e entry, stands bool) error {
	if e.before != nil {
		if err := p.run(`DELETE FROM works_with WHERE stream = $1 AND record = $2`, s.Stream[:], e.Record[:]); err != nil {
			return err
		}
	}
	if !stands {
		return nil
	}
	w := e.index.WorksWith
	return p.run(`INSERT INTO works_with (stream, record, worker, day_until) VALUES ($1, $2, $3, $4)`,
		s.Stream[:], e.Record[:], w.Worker[:], lastDay(w.Until))
}

// exclusions keeps whom each version is hidden from: a later version that excludes nobody opens no earlier one.
func (p projector) exclusions(s *record.Sealed, e entry) error {
	if e.before != nil {
		err := p.run(`UPDATE exclusion SET until_moment = $1 WHERE stream = $2 AND record = $3 AND until_moment = 9223372036854775807`,
			int64(s.Moment), s.Stream[:], e.Record[:])
		if err != nil {
			return err
		}
	}
	for _, worker := range e.index.Excluded {
		err := p.run(`INSERT INTO exclusion (stream, worker, record, from_moment, until_moment)
			VALUES ($1, $2, $3, $4, 9223372036854775807) ON CONFLICT DO NOTHING`, s.Stream[:], worker[:], e.Record[:], int64(s.Moment))
		if err != nil {
			return err
		}
	}
	return nil
}
