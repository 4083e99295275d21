package log

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/store/sqlite"
)

// aVersionOf is one version v of a record of one of the people p, for questions about many.
var aVersionOf = matter{stream: "p.stream", record: aVersion.record, from: aVersion.from, sensitivity: aVersion.sensitivity}

// Across lists records of many people. See access.Register.
func (s *Store) Across(ctx context.Context, q record.Across) (versions []*record.Version, more bool, err error) {
	if len(q.Streams) == 0 || len(q.Classes) == 0 {
		return nil, false, nil
	}
	w, from, err := across(q)
	if err != nil {
		return nil, false, err
	}
	text := `SELECT p.place, ` + foundColumns + from +
		` ORDER BY p.place, v.happened_from DESC, v.from_moment DESC, v.record DESC LIMIT ` + w.arg(q.Limit+1)
	read := s.reading(ctx)
	byPerson := make([][]found, len(q.Streams))
	n, sum := 0, 0
	err = each(read, text, w.args, func(r *sqlite.Rows) error {
		if n++; n > q.Limit || q.Bytes > 0 && sum >= q.Bytes {
			more = true
			return nil
		}
		var place int
		var f found
		err := r.Scan(&place, &f.record, &f.number, &f.happened, (*int64)(&f.from), (*int64)(&f.until), &f.ordinal, &f.offset, &f.length, &f.abroad)
		byPerson[place] = append(byPerson[place], f)
		sum += f.length
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("records of many: %w", err)
	}
	var known *bodies
	if !s.Beside {
		known = &s.bodies
	}
	for i, rows := range byPerson {
		some, err := withBodies(read, known, q.Streams[i], rows)
		if err != nil {
			return nil, false, err
		}
		versions = append(versions, some...)
	}
	return versions, more, nil
}

// across writes whose records are meant, and which: what stands behind the columns of the question.
func across(q record.Across) (w *where, from string, err error) {
	whose, err := json.Marshal(hexes(q.Streams))
	if err != nil {
		return nil, "", fmt.Errorf("records of many: %w", err)
	}
	w = &where{}
	people := "(SELECT key AS place, unhex(value) AS stream FROM json_each(" + w.arg(string(whose)) + "))"
	w.and("v.stream = p.stream AND v.class IN (" + w.list(words(q.Classes)) + ")")
	narrow := record.Query{At: q.At, Errors: q.Errors, From: q.From, Until: q.Until}
	w.moment(narrow)
	w.happened(narrow)
	w.scope(q.Scope, aVersionOf)
	w.says(q)
	if a := q.After; a != nil {
		w.and("(p.place > 0 OR (v.happened_from, v.from_moment, v.record) < (" + w.arg(a.Happened) + ", " + w.arg(int64(a.From)) + ", " + w.arg(a.Record[:]) + "))")
	}
	return w, ` FROM ` + people + ` p CROSS JOIN version v WHERE ` + w.text.String(), nil
}

// says leaves out, before they are read, versions whose bytes hold none of some texts.
func (w *where) says(q record.Across) {
	if len(q.Says) == 0 {
		return
	}
	holds := make([]string, len(q.Says))
	for i, s := range q.Says {
		holds[i] = "instr(substr(CAST(c.bodies AS BLOB), v.body_offset + 1, v.body_length), " + w.arg([]byte(s)) + ") > 0"
	}
	said := "EXISTS (SELECT 1 FROM contribution c WHERE c.moment = v.from_moment AND (" + strings.Join(holds, " OR ") + "))"
	if len(q.Free) > 0 {
		said = "(v.class IN (" + w.list(words(q.Free)) + ") OR " + said + ")"
	}
	w.and(said)
}

// CountAcross counts records of many people by class. See access.Register.
func (s *Store) CountAcross(ctx context.Context, q record.Across) (map[string]record.Counted, error) {
	counts := map[string]record.Counted{}
	if len(q.Streams) == 0 || len(q.Classes) == 0 {
		return counts, nil
	}
	q.After = nil
	w, from, err := across(q)
	if err != nil {
		return nil, err
	}
	// Person by person, as the rows lie in the table: counting the people of each class in one go would sort every row.
	err = each(s.reading(ctx), `SELECT v.class, count(*)`+from+` GROUP BY p.place, v.class`, w.args, func(r *sqlite.Rows) error {
		var class string
		var n int
		err := r.Scan(&class, &n)
		c := counts[class]
		counts[class] = record.Counted{Records: c.Records + n, People: c.People + 1}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("counting records of many: %w", err)
	}
	return counts, nil
}

func hexes(uids []uuid.UUID) []string {
	list := make([]string, len(uids))
	for i, u := range uids {
		list[i] = fmt.Sprintf("%x", u[:])
	}
	return list
}
