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
	return versionsOf(s.reading(ctx), q)
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
}

const foundColumns = `v.record, v.number, v.happened_from, v.from_moment, v.until_moment, v.ordinal, v.body_offset, v.body_length`

func (f *found) scan(rows *sqlite.Rows, more ...any) error {
	return rows.Scan(append([]any{&f.record, &f.number, &f.happened, (*int64)(&f.from), (*int64)(&f.until), &f.ordinal, &f.offset, &f.length}, more...)...)
}

// versionsOf finds the rows first and then the bytes of those that are asked for.
func versionsOf(read query, q record.Query) (versions []*record.Version, more bool, err error) {
	if err := check(q); err != nil {
		return nil, false, err
	}
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	var rows []found
	switch {
	case q.Record != uuid.Nil || len(q.Classes) == 1: // one walk along an index gives the order
		return whole(read, q)
	case q.Order == record.HappenedDesc:
		rows, err = byClass(read, q)
	case q.Order == record.CommittedDesc && len(q.Classes) == 0:
		rows, err = lastCommitted(read, q)
	default:
		rows, err = find(read, q, q.Classes)
	}
	if err != nil {
		return nil, false, fmt.Errorf("versions: %w", err)
	}
	if len(rows) > q.Limit {
		rows, more = rows[:q.Limit], true
	}
	versions, err = withBodies(read, q.Stream, rows)
	return versions, more, err
}

// bodyColumns are a version's bytes and salt, from its contribution c: most hold one version only, and then its bytes are all of them.
const bodyColumns = `c.committed, CASE WHEN length(c.salts) = 16 THEN c.bodies ELSE substr(CAST(c.bodies AS BLOB), v.body_offset + 1, v.body_length) END,
	substr(c.salts, 16 * v.ordinal + 1, 16)`

// whole finds versions with their bytes in one query.
func whole(read query, q record.Query) (versions []*record.Version, more bool, err error) {
	text, args := selection(q, q.Classes, foundColumns+", "+bodyColumns, ` LEFT JOIN contribution c ON c.moment = v.from_moment`, nil)
	err = each(read, text, args, func(r *sqlite.Rows) error {
		if len(versions) == q.Limit {
			more = true
			return nil
		}
		var f found
		var committed record.Instant
		var body, salt []byte
		if err := f.scan(r, &committed, &body, &salt); err != nil {
			return broken(err, "The contribution at moment %d is missing.", f.from)
		}
		v, err := f.version(q.Stream, committed, body, salt)
		versions = append(versions, v)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("versions: %w", err)
	}
	return versions, more, nil
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

// selection writes the query for some classes, one row more than the limit. Joined is put behind the version table; narrow, which may be nil, adds conditions.
func selection(q record.Query, classes []string, columns, joined string, narrow func(*where)) (text string, args []any) {
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
	text = `SELECT ` + columns + ` FROM ` + from + joined + ` WHERE ` + w.text.String() + ` ORDER BY ` + order + ` LIMIT ` + w.arg(q.Limit+1)
	return text, w.args
}

// find runs the query for some classes.
func find(read query, q record.Query, classes []string) ([]found, error) {
	return rowsOf(read, q, classes, nil)
}

func rowsOf(read query, q record.Query, classes []string, narrow func(*where)) ([]found, error) {
	text, args := selection(q, classes, foundColumns, "", narrow)
	var rows []found
	err := each(read, text, args, func(r *sqlite.Rows) error {
		var f found
		err := f.scan(r)
		rows = append(rows, f)
		return err
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

// withBodies reads the bytes of the versions.
func withBodies(read query, stream uuid.UUID, rows []found) ([]*record.Version, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	places := []byte{'['}
	for i, f := range rows {
		if i > 0 {
			places = append(places, ',')
		}
		places = fmt.Appendf(places, "[%d,%d,%d,%d]", f.from, f.offset+1, f.length, 16*f.ordinal+1)
	}
	versions := make([]*record.Version, len(rows))
	err := each(read, `SELECT j.key, c.committed, substr(CAST(c.bodies AS BLOB), j.value ->> 1, j.value ->> 2), substr(c.salts, j.value ->> 3, 16)
		FROM json_each($1) j CROSS JOIN contribution c ON c.moment = j.value ->> 0`, []any{string(append(places, ']'))}, func(r *sqlite.Rows) error {
		var i int
		var committed record.Instant
		var body, salt []byte
		if err := r.Scan(&i, &committed, &body, &salt); err != nil {
			return err
		}
		v, err := rows[i].version(stream, committed, body, salt)
		versions[i] = v
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, v := range versions {
		if v == nil {
			return nil, broken(nil, "The contribution at moment %d is missing.", rows[i].from)
		}
	}
	return versions, nil
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
	if v.Destroyed == uuid.Nil {
		v.Hash = record.HashVersion(v.Salt, v.Body)
	}
	return v, nil
}
