package log

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// defaultLimit is how many versions a query without a limit gets.
const defaultLimit = 1000

// Versions lists versions with their bodies. See record.Log.
func (s *Store) Versions(ctx context.Context, q record.Query) (versions []*record.Version, more bool, err error) {
	var known *bodies
	if !s.Beside {
		known = &s.bodies
	}
	if known != nil && asksForOneNow(q) {
		if err := check(q); err != nil {
			return nil, false, err
		}
		rows, sure, err := s.oneNow(ctx, q)
		if err != nil {
			return nil, false, fmt.Errorf("versions: %w", err)
		}
		if sure {
			versions, err = withBodies(s.reading(ctx), known, q.Stream, rows)
			return versions, false, err
		}
	}
	return s.versionsOf(s.reading(ctx), known, q)
}

// found is a version's row: all but its bytes.
type found struct {
	record      uuid.UUID
	number      int
	happened    int64
	from, until record.Moment
	ordinal     int
	offset      int
	length      int
	abroad      int64 // when another system had committed it; 0: made here
}

const foundColumns = `v.record, v.number, v.happened_from, v.from_moment, v.until_moment, v.ordinal, v.body_offset, v.body_length, coalesce(v.abroad_from, 0)`

func (f *found) scan(rows *sqlite.Rows) error {
	return rows.Scan(&f.record, &f.number, &f.happened, (*int64)(&f.from), (*int64)(&f.until), &f.ordinal, &f.offset, &f.length, &f.abroad)
}

// versionsOf finds the rows first and then the bytes of those that are asked for. Known may be nil: nothing is remembered.
func (s *Store) versionsOf(read query, known *bodies, q record.Query) (versions []*record.Version, more bool, err error) {
	if err := check(q); err != nil {
		return nil, false, err
	}
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	var rows []found
	switch {
	case q.Record == uuid.Nil && q.Order == record.HappenedDesc:
		rows, err = byClass(read, q)
	case q.Record == uuid.Nil && q.Order == record.CommittedDesc && len(q.Classes) == 0 && q.Abroad == 0:
		rows, err = s.lastCommitted(read, q)
	default:
		rows, err = find(read, q, q.Classes)
	}
	if err != nil {
		return nil, false, fmt.Errorf("versions: %w", err)
	}
	if len(rows) > q.Limit {
		rows, more = rows[:q.Limit], true
	}
	if n := within(rows, q.Bytes); n < len(rows) {
		rows, more = rows[:n], true
	}
	versions, err = withBodies(read, known, q.Stream, rows)
	return versions, more, err
}

// within gives how many rows come to some bytes: one at least, and all where it does not matter.
func within(rows []found, most int) int {
	sum := 0
	for i := range rows {
		if sum += rows[i].length; most > 0 && sum >= most {
			return i + 1
		}
	}
	return len(rows)
}

// check refuses what cannot be applied exactly.
func check(q record.Query) error {
	refuse := func(what string) error {
		return &standard.Fault{Kind: standard.Invalid, Message: "This list cannot be made: " + what + "."}
	}
	switch {
	case q.Stream == uuid.Nil:
		return refuse("it does not say whose records are asked for")
	case q.Which != record.Current && q.Which != record.All:
		return refuse("the selection of versions is unknown")
	case q.Order == record.NumberAsc && q.Record == uuid.Nil:
		return refuse("only the versions of one record have an order by number")
	case q.Order != record.HappenedDesc && q.Order != record.CommittedDesc && q.Order != record.NumberAsc:
		return refuse("the order is unknown")
	case q.Limit < 0:
		return refuse("the limit is less than nothing")
	}
	return nil
}

// byClass merges what each class has to offer: the primary key has one class at a time in the order of what happened.
func byClass(read query, q record.Query) ([]found, error) {
	classes := q.Classes
	if len(classes) == 0 {
		var err error
		if classes, err = classesOf(read, q.Stream); err != nil {
			return nil, err
		}
	}
	var rows []found
	for _, class := range slices.Compact(slices.Sorted(slices.Values(classes))) {
		some, err := find(read, q, []string{class})
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	if len(classes) > 1 {
		slices.SortFunc(rows, func(a, b found) int {
			return cmp.Or(cmp.Compare(b.happened, a.happened), cmp.Compare(b.from, a.from), bytes.Compare(b.record[:], a.record[:]))
		})
	}
	return rows[:min(len(rows), q.Limit+1)], nil
}

// classesOf finds the classes of a stream's records, one step of the primary key each.
func classesOf(read query, stream uuid.UUID) ([]string, error) {
	var classes []string
	err := each(read, `WITH RECURSIVE c (class) AS (
			SELECT min(class) FROM version WHERE stream = $1
			UNION ALL SELECT (SELECT min(v.class) FROM version v WHERE v.stream = $1 AND v.class > c.class) FROM c WHERE c.class IS NOT NULL
		) SELECT class FROM c WHERE class IS NOT NULL`,
		[]any{stream[:]}, func(rows *sqlite.Rows) error {
			var class string
			err := rows.Scan(&class)
			classes = append(classes, class)
			return err
		})
	return classes, err
}

// byRecord names the index where it matters: without figures about the data, SQLite would rather read the whole stream.
const byRecord = `version v INDEXED BY version_record`

// selection writes the query for some classes, one row more than the limit. Narrow, which may be nil, adds conditions.
func selection(q record.Query, classes []string, narrow func(*where)) (text string, args []any) {
	w := &where{}
	w.and("v.stream = " + w.uid(q.Stream))
	if q.Record != uuid.Nil {
		w.and("v.record = " + w.uid(q.Record))
	}
	switch len(classes) {
	case 0:
	case 1:
		w.and("v.class = " + w.arg(classes[0]))
	default:
		w.and("v.class IN (" + w.list(words(classes)) + ")")
	}
	w.moment(q)
	w.happened(q)
	w.scope(q.Scope, aVersion)
	order := w.order(q)
	from := `version v`
	if q.Record != uuid.Nil {
		from = byRecord
	}
	if narrow != nil {
		narrow(w)
		from = byRecord
	}
	text = `SELECT ` + foundColumns + ` FROM ` + from + ` WHERE ` + w.text.String() + ` ORDER BY ` + order + ` LIMIT ` + w.arg(q.Limit+1)
	return text, w.args
}

// find runs the query for some classes.
func find(read query, q record.Query, classes []string) ([]found, error) {
	return rowsOf(read, q, classes, nil)
}

func rowsOf(read query, q record.Query, classes []string, narrow func(*where)) ([]found, error) {
	text, args := selection(q, classes, narrow)
	rows := make([]found, 0, min(q.Limit+1, 32))
	err := each(read, text, args, func(r *sqlite.Rows) error {
		rows = append(rows, found{})
		return rows[len(rows)-1].scan(r)
	})
	return rows, err
}

// happened selects what happened in the query's period.
func (w *where) happened(q record.Query) {
	if !q.From.IsZero() {
		w.and("v.happened_until > " + w.arg(q.From.Unix()))
	}
	if !q.Until.IsZero() {
		w.and("v.happened_from < " + w.arg(q.Until.Add(time.Second-1).Unix()))
	}
}

func words(list []string) []any {
	args := make([]any, len(list))
	for i, s := range list {
		args[i] = s
	}
	return args
}

// moment selects what stood at the query's moment.
func (w *where) moment(q record.Query) {
	if q.Abroad != 0 {
		w.momentAbroad(q)
		return
	}
	at := w.arg(int64(q.At))
	w.and("v.from_moment <= " + at)
	if q.Which == record.Current {
		w.and("v.until_moment > " + at)
		if !q.Errors {
			w.and("v.status <> " + strconv.Itoa(statusInError))
		}
		return
	}
	if !q.Errors { // nothing follows an entry in error, so one such version tells about the record
		w.and("NOT EXISTS (SELECT 1 FROM version e INDEXED BY version_record WHERE e.stream = v.stream AND e.record = v.record AND e.status = " +
			strconv.Itoa(statusInError) + " AND e.from_moment <= " + at + ")")
	}
}

// order gives the order and continues behind the cursor.
func (w *where) order(q record.Query) string {
	switch q.Order {
	case record.CommittedDesc:
		if a := q.After; a != nil {
			w.and("(v.from_moment, v.record) < (" + w.arg(int64(a.From)) + ", " + w.uid(a.Record) + ")")
		}
		return "v.from_moment DESC, v.record DESC"
	case record.NumberAsc:
		if a := q.After; a != nil {
			w.and("(v.number, v.from_moment) > (" + w.arg(a.Number) + ", " + w.arg(int64(a.From)) + ")")
		}
		return "v.number, v.from_moment"
	}
	if a := q.After; a != nil {
		w.and("(v.happened_from, v.from_moment, v.record) < (" + w.arg(a.Happened) + ", " + w.arg(int64(a.From)) + ", " + w.uid(a.Record) + ")")
	}
	return "v.happened_from DESC, v.from_moment DESC, v.record DESC"
}

// withBodies gives the versions with their bytes, those that are remembered and those that are read.
func withBodies(read query, known *bodies, stream uuid.UUID, rows []found) ([]*record.Version, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	versions := make([]*record.Version, len(rows))
	var missing []int
	var destroyed uint64
	for i := range rows {
		if known == nil {
			missing = append(missing, i)
			continue
		}
		var v *record.Version
		if v, destroyed = known.find(rows[i].place()); v == nil {
			missing = append(missing, i)
			continue
		}
		own := *v
		own.Until = rows[i].until
		versions[i] = &own
	}
	if len(missing) == 0 {
		return versions, nil
	}
	if err := readBodies(read, stream, rows, missing, versions); err != nil {
		return nil, err
	}
	for _, i := range missing {
		if versions[i] == nil {
			return nil, broken(nil, "The contribution at moment %d is missing.", rows[i].from)
		}
		versions[i].Remembered() // also where nothing is remembered: an answer is the same either way
		if known != nil {
			own := *versions[i]
			known.keep(rows[i].place(), &own, destroyed)
		}
	}
	return versions, nil
}

func (f *found) place() placeInLog { return placeInLog{f.from, f.ordinal} }

// wholeBodies is how large the bytes of a contribution may be for all of them to be read where some are asked for.
const wholeBodies = 256 << 10

// sqlBodies reads, for places in contributions, the bytes: all those of a contribution for the first place in it, nothing for the others, which are found in them;
// and where they are very many, only those of each place.
var sqlBodies = fmt.Sprintf(`SELECT j.key, c.committed, octet_length(c.bodies) > %[1]d, CASE
		WHEN octet_length(c.bodies) > %[1]d THEN substr(CAST(c.bodies AS BLOB), (j.value ->> 1) + 1, j.value ->> 2)
		WHEN j.value ->> 3 THEN c.bodies END, substr(c.salts, j.value ->> 4, 16)
	FROM json_each($1) j CROSS JOIN contribution c ON c.moment = j.value ->> 0`, wholeBodies)

// readBodies reads the versions of some rows, each into its place.
func readBodies(read query, stream uuid.UUID, rows []found, asked []int, into []*record.Version) error {
	places := []byte{'['}
	first := map[record.Moment]bool{}
	for _, i := range asked {
		f := &rows[i]
		if len(places) > 1 {
			places = append(places, ',')
		}
		places = fmt.Appendf(places, "[%d,%d,%d,%t,%d]", f.from, f.offset, f.length, !first[f.from], 16*f.ordinal+1)
		first[f.from] = true
	}
	all := map[record.Moment][]byte{}
	return each(read, sqlBodies, []any{string(append(places, ']'))}, func(r *sqlite.Rows) error {
		var n int
		var committed record.Instant
		var large bool
		var body, salt []byte
		if err := r.Scan(&n, (*int64)(&committed), &large, &body, &salt); err != nil {
			return err
		}
		f := &rows[asked[n]]
		if !large {
			if body != nil {
				all[f.from] = body
			}
			if body = all[f.from]; len(body) < f.offset+f.length {
				return broken(nil, "A version of the contribution at moment %d stands in the wrong place.", f.from)
			}
			if part := body[f.offset : f.offset+f.length : f.offset+f.length]; len(body) > 2*len(part) {
				body = bytes.Clone(part) // what remembers it must not hold all the others
			} else {
				body = part
			}
		}
		v, err := f.version(stream, committed, body, salt)
		into[asked[n]] = v
		return err
	})
}

// version puts a version together from its row and its bytes.
func (f *found) version(stream uuid.UUID, committed record.Instant, body, salt []byte) (*record.Version, error) {
	v, err := record.ReadVersion(body)
	if err != nil {
		return nil, broken(err, "A version of the contribution at moment %d cannot be read.", f.from)
	}
	if v.Record != f.record || v.Number != f.number || len(salt) != len(v.Salt) {
		return nil, broken(nil, "A version of the contribution at moment %d stands in the wrong place.", f.from)
	}
	v.Stream, v.From, v.Until, v.Happened, v.Committed = stream, f.from, f.until, f.happened, committed.Time()
	copy(v.Salt[:], salt)
	if f.abroad != 0 {
		v.Abroad = record.Instant(f.abroad).Time()
	}
	if v.Destroyed == uuid.Nil {
		v.Hash = record.HashVersion(v.Salt, v.Body)
	}
	return v, nil
}
