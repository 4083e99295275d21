package log

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// Facts tells what the rules of access look at for one person. See access.Register.
func (s *Store) Facts(ctx context.Context, stream uuid.UUID, today string) (record.Facts, error) {
	st, err := s.standing(ctx, stream)
	if standard.KindOf(err) == standard.NotFound || err == nil && st.info.Kind != standard.PersonStream {
		return record.Facts{}, notFound("There is no such person.")
	}
	if err != nil {
		return record.Facts{}, err
	}
	facts := st.facts(today)
	facts.Stream = stream
	return facts, nil
}

// People lists persons. See access.Register.
func (s *Store) People(ctx context.Context, q access.Selection) (people []access.Person, next string, err error) {
	if q.Limit <= 0 {
		q.Limit = 100
	}
	w := &where{}
	at := w.arg(int64(q.At))
	w.and("p.from_moment <= " + at + " AND p.until_moment > " + at)
	w.scope(q.Scope, matter{stream: "p.stream"})
	w.selection(q, at)
	if q.After != "" {
		if err := w.after(q.After); err != nil {
			return nil, "", err
		}
	}
	var last string
	text := `SELECT p.stream, p.family_key, p.given_key, p.given, p.family, p.preferred, p.born, p.died, p.gender, p.nhs_number, p.nhs_status, p.restricted
		FROM person p WHERE ` + w.text.String() + ` ORDER BY p.family_key, p.given_key, p.stream LIMIT ` + w.arg(q.Limit+1)
	err = each(s.reading(ctx), text, w.args, func(r *sqlite.Rows) error {
		if len(people) == q.Limit {
			next = last
			return nil
		}
		var p access.Person
		var family, given string
		c := &p.Card
		err := r.Scan(&p.UID, &family, &given, &c.Given, &c.Family, &c.Preferred, &c.Born, &c.Died, &c.Gender, &c.NHSNumber, &c.NHSNumberStatus, &c.Restricted)
		people, last = append(people, p), place(family, given, p.UID)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("people: %w", err)
	}
	return people, next, s.whereTheyLive(ctx, people, q)
}

// selection adds what was asked for.
func (w *where) selection(q access.Selection, at string) {
	stood := "pl.from_moment <= " + at + " AND pl.until_moment > " + at
	switch {
	case q.UID != uuid.Nil:
		w.and("p.stream = " + w.uid(q.UID))
	case q.All:
	case q.Left:
		w.and("NOT " + placed("p.stream", stood, w.onDay(q.Day)))
	default:
		w.and(placed("p.stream", stood, w.onDay(q.Day)))
	}
	if q.Place != uuid.Nil {
		there := placed("p.stream", stood, w.places([]uuid.UUID{q.Place}), w.onDay(q.Day))
		if q.RestrictedToo {
			there = "(" + there + " OR p.restricted = 1)"
		}
		w.and(there)
	}
	w.search(q.Search)
}

// search adds that each word begins one of the names, or the NHS number, which may be written in groups.
func (w *where) search(asked string) {
	asked = strings.TrimSpace(asked)
	if asked == "" {
		return
	}
	if number := digits(asked); number != "" && !strings.ContainsFunc(asked, unicode.IsLetter) {
		w.and("p.nhs LIKE " + w.arg(number+"%"))
		return
	}
	for _, word := range strings.Fields(fold(asked)) { // letters and digits only: nothing that LIKE knows
		w.and("(p.search LIKE " + w.arg("% "+word+"%") + " OR p.nhs LIKE " + w.arg(word+"%") + ")")
	}
	if fold(asked) == "" {
		w.and("0 = 1")
	}
}

// place is where a list of people goes on, and after reads it.
func place(family, given string, uid uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString([]byte(family + "\x00" + given + "\x00" + uid.String()))
}

func (w *where) after(s string) error {
	text, err := base64.RawURLEncoding.DecodeString(s)
	parts := strings.Split(string(text), "\x00")
	if err == nil && len(parts) == 3 {
		if uid, err := uuid.Parse(parts[2]); err == nil {
			w.and("(p.family_key, p.given_key, p.stream) > (" + w.arg(parts[0]) + ", " + w.arg(parts[1]) + ", " + w.uid(uid) + ")")
			return nil
		}
	}
	return &standard.Fault{Kind: standard.Invalid, Message: "This list cannot go on from there.", Hint: "Begin the list anew."}
}

// whereTheyLive fills in the place and room of each person on the day. Of several placements the one that began last counts.
func (s *Store) whereTheyLive(ctx context.Context, people []access.Person, q access.Selection) error {
	if len(people) == 0 {
		return nil
	}
	index := make(map[uuid.UUID]*access.Person, len(people))
	all := make([]uuid.UUID, len(people))
	for i := range people {
		index[people[i].UID], all[i] = &people[i], people[i].UID
	}
	w := &where{}
	at := w.arg(int64(q.At))
	day := w.onDay(q.Day)
	err := each(s.reading(ctx), `SELECT pl.stream, pl.place, pl.room, coalesce(d.name, '') FROM placement pl
		LEFT JOIN directory d ON d.uid = pl.place AND d.from_moment <= `+at+` AND d.until_moment > `+at+`
		WHERE pl.stream IN (`+w.list(uids(all))+`) AND pl.from_moment <= `+at+` AND pl.until_moment > `+at+` AND `+day+`
		ORDER BY pl.day_from, pl.from_moment`, w.args, func(r *sqlite.Rows) error {
		var stream, place uuid.UUID
		var room, name string
		if err := r.Scan(&stream, &place, &room, &name); err != nil {
			return err
		}
		p := index[stream]
		p.Place, p.PlaceName, p.Room, p.Placed = place, name, room, true
		return nil
	})
	if err != nil {
		return fmt.Errorf("placements: %w", err)
	}
	return nil
}

// Directory lists entries of the directory. See access.Register.
func (s *Store) Directory(ctx context.Context, classes []string, at record.Moment) ([]access.DirectoryEntry, error) {
	w := &where{}
	moment := w.arg(int64(at))
	w.and("d.from_moment <= " + moment + " AND d.until_moment > " + moment)
	if len(classes) > 0 {
		w.and("d.class IN (" + w.list(words(classes)) + ")")
	}
	var entries []access.DirectoryEntry
	err := each(s.reading(ctx), `SELECT d.uid, d.class, d.name, s.origin FROM directory d JOIN stream s ON s.uid = d.uid WHERE `+w.text.String()+` ORDER BY d.name_key, d.uid`, w.args, func(r *sqlite.Rows) error {
		var e access.DirectoryEntry
		err := r.Scan(&e.UID, &e.Class, &e.Name, &e.Origin)
		entries = append(entries, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	return entries, nil
}

// Names tells what to call the targets of references. See access.Register.
func (s *Store) Names(ctx context.Context, stream uuid.UUID, asked []uuid.UUID, at record.Moment, scope record.Scope) (map[uuid.UUID]string, error) {
	names := map[uuid.UUID]string{}
	if len(asked) == 0 {
		return names, nil
	}
	take := func(r *sqlite.Rows) error {
		var uid uuid.UUID
		var name string
		err := r.Scan(&uid, &name)
		if name != "" {
			names[uid] = name
		}
		return err
	}
	if stream != uuid.Nil {
		w := &where{}
		w.and("v.stream = " + w.uid(stream) + " AND v.record IN (" + w.list(uids(asked)) + ")")
		moment := w.arg(int64(at))
		w.and("v.from_moment <= " + moment + " AND v.until_moment > " + moment)
		w.scope(scope, aVersion)
		if err := each(s.reading(ctx), `SELECT v.record, v.title FROM `+byRecord+` WHERE `+w.text.String(), w.args, take); err != nil {
			return nil, fmt.Errorf("titles: %w", err)
		}
	}
	w := &where{}
	moment := w.arg(int64(at))
	w.and("uid IN (" + w.list(uids(asked)) + ") AND from_moment <= " + moment + " AND until_moment > " + moment)
	if err := each(s.reading(ctx), `SELECT uid, name FROM directory WHERE `+w.text.String(), w.args, take); err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	return names, nil
}
