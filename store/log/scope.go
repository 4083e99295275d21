package log

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/record"
)

// where builds a condition; values only ever become parameters.
type where struct {
	text strings.Builder
	args []any
}

// arg adds a value and gives its parameter.
func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return "$" + strconv.Itoa(len(w.args))
}

// uid adds a uid and gives its parameter.
func (w *where) uid(u uuid.UUID) string { return w.arg(u[:]) }

// list adds values and gives their parameters. The last is repeated up to a power of two, so that lists of any length share few texts.
func (w *where) list(values []any) string {
	n := 1
	for n < len(values) {
		n *= 2
	}
	marks := make([]string, n)
	for i := range marks {
		marks[i] = w.arg(values[min(i, len(values)-1)])
	}
	return strings.Join(marks, ", ")
}

// and adds a condition.
func (w *where) and(condition string) {
	if w.text.Len() > 0 {
		w.text.WriteString(" AND ")
	}
	w.text.WriteString(condition)
}

// matter says what a scope is applied to, as SQL expressions.
type matter struct {
	stream      string // the person
	record      string // the record; "" for the person as such
	from        string // the moment from which the version was current
	sensitivity string // of the record
}

// aVersion is one version v of a record of the stream $1, which must be the query's first parameter: so that SQLite looks at the person once, not once a
// row. A version that has been superseded is held as closely as the record is today, if that is closer.
var aVersion = matter{
	stream: "$1", record: "v.record", from: "v.from_moment",
	sensitivity: `max(v.sensitivity, CASE WHEN v.until_moment = 9223372036854775807 THEN 0 ELSE coalesce((SELECT n.sensitivity FROM version n
		WHERE n.stream = v.stream AND n.record = v.record AND n.until_moment = 9223372036854775807 ORDER BY n.number DESC LIMIT 1), 3) END)`,
}

// scope adds the rule of access. This is the one place where a record.Scope becomes SQL; it allows what Scope.Allows allows, by what is current now.
func (w *where) scope(s record.Scope, m matter) {
	if s.Everything {
		return
	}
	if len(s.Only) > 0 {
		w.and(m.stream + " IN (" + w.list(uids(s.Only)) + ")")
	}
	var grounds []string
	for _, c := range s.Clauses {
		ground := w.ground(c, s, m)
		if ground == "" || (m.record == "" && c.Limit < record.Normal) {
			continue
		}
		if m.record != "" {
			ground = "(" + ground + " AND " + m.sensitivity + " <= " + w.arg(int(c.Limit)) + ")"
		}
		grounds = append(grounds, ground)
	}
	if len(grounds) == 0 {
		w.and("0 = 1")
		return
	}
	w.and("(" + strings.Join(grounds, " OR ") + ")")
	if m.record != "" {
		excludes := " FROM exclusion x WHERE x.stream = " + m.stream + " AND x.worker = " + w.uid(s.Worker)
		w.and("(" + m.record + ", " + m.from + ") NOT IN (SELECT x.record, x.from_moment" + excludes + ")")
		w.and(m.record + " NOT IN (SELECT x.record" + excludes + " AND x.until_moment = 9223372036854775807)")
	}
}

// ground is the condition of one clause's ground; "" when it can never hold.
func (w *where) ground(c record.Clause, s record.Scope, m matter) string {
	switch {
	case c.By == record.PlacedNow && len(c.Places) > 0:
		return placed(m.stream, standsNow, w.places(c.Places), w.onDay(s.Today))
	case c.By == record.PlacedEver && len(c.Places) > 0:
		return placed(m.stream, standsNow, w.places(c.Places))
	case c.By == record.LetIn && len(c.People) > 0:
		return m.stream + " IN (" + w.list(uids(c.People)) + ")"
	case c.By == record.Always:
		return "1 = 1"
	case c.By == record.WorksWith && s.Worker != uuid.Nil:
		return "EXISTS (SELECT 1 FROM works_with r WHERE r.stream = " + m.stream + " AND r.worker = " + w.uid(s.Worker) +
			" AND (r.day_until = '' OR r.day_until >= " + w.arg(s.Today) + "))"
	}
	return ""
}

// standsNow selects what is current now, whatever moment a view is fixed at.
const standsNow = "pl.until_moment = 9223372036854775807"

// placed is the condition that a person has a placement pl that fulfils all of the conditions.
func placed(stream string, conditions ...string) string {
	return "EXISTS (SELECT 1 FROM placement pl WHERE pl.stream = " + stream + " AND " + strings.Join(conditions, " AND ") + ")"
}

// places is the condition that a placement pl is at one of the places.
func (w *where) places(at []uuid.UUID) string { return "pl.place IN (" + w.list(uids(at)) + ")" }

// onDay is the condition that a placement pl covers a day.
func (w *where) onDay(day string) string {
	mark := w.arg(day)
	return "(pl.day_from = '' OR pl.day_from <= " + mark + ") AND (pl.day_until = '' OR pl.day_until >= " + mark + ")"
}
