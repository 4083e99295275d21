package search

import (
	"context"
	"fmt"
	"strings"

	"rosemary/record"
	"rosemary/store/sqlite"
)

// sampled says which entries Verify looks into: one in so many.
const sampled = 50

// Verify holds the index against the log as far as it says that it goes: that it has an entry for every contribution that says something and no other, and
// of a sample of them that each word is found. It names differences by their moment, never by content, the first twenty. It may run beside a server.
func (s *Store) Verify(ctx context.Context) (differences []string, err error) {
	st, err := s.readState(ctx)
	if err != nil || st.generation == 0 {
		return nil, err
	}
	if !s.there(ctx, st) || !s.samples(ctx, st) {
		return []string{"the index of words cannot be read"}, nil
	}
	differ := func(m record.Moment, what string) {
		if len(differences) < 20 {
			differences = append(differences, fmt.Sprintf("the index of words, moment %d: %s", m, what))
		}
	}
	for at := record.Moment(0); at < st.upTo; {
		made, err := s.log.MadeAfter(ctx, at, mostStep)
		if err != nil || len(made) == 0 {
			return differences, err
		}
		last := min(made[len(made)-1].Moment, st.upTo)
		entries, err := s.entries(ctx, st, at, last)
		if err != nil {
			return differences, err
		}
		docs, err := s.documents(made)
		if err != nil {
			return differences, err
		}
		for _, d := range docs {
			switch {
			case d.moment > st.upTo:
				continue
			case !entries[d.moment]:
				differ(d.moment, "an entry is missing")
			case d.moment == 1, d.moment == st.upTo, d.moment%sampled == 0:
				holds, err := s.holds(ctx, st, d)
				if err != nil {
					return differences, err
				}
				if !holds {
					differ(d.moment, "words are missing from the entry")
				}
			}
			delete(entries, d.moment)
		}
		for m := range entries {
			differ(m, "an entry that the log does not give")
		}
		at = last
	}
	return differences, nil
}

// entries are the moments between two that have an entry.
func (s *Store) entries(ctx context.Context, st state, after, upTo record.Moment) (map[record.Moment]bool, error) {
	entries := map[record.Moment]bool{}
	err := each(ctx, s.db, `SELECT rowid FROM `+st.text()+` WHERE rowid > $1 AND rowid <= $2`, []any{int64(after), int64(upTo)}, func(r *sqlite.Rows) error {
		var m record.Moment
		err := r.Scan(&m)
		entries[m] = true
		return err
	})
	return entries, err
}

// holds reports whether an entry has all the words of a document.
func (s *Store) holds(ctx context.Context, st state, d document) (bool, error) {
	var n int
	tokens := strings.Fields(d.words)
	for len(tokens) > 0 {
		some := tokens[:min(len(tokens), 100)]
		tokens = tokens[len(some):]
		for i := range some {
			some[i] = quoted(some[i])
		}
		err := s.db.QueryRow(ctx, `SELECT count(*) FROM `+st.text()+` WHERE `+st.text()+` MATCH $1 AND rowid = $2`,
			strings.Join(some, " AND "), int64(d.moment)).Scan(&n)
		if err != nil || n == 0 {
			return false, err
		}
	}
	return true, nil
}
