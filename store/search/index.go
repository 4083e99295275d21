package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/store/sqlite"
)

const (
	sqlState = `SELECT generation, up_to, catalogue, purge FROM search_state WHERE one = 1`
	sqlKeep  = `INSERT INTO search_state (one, generation, up_to, catalogue, purge) VALUES (1, $1, $2, $3, $4) ON CONFLICT (one)
		DO UPDATE SET generation = excluded.generation, up_to = excluded.up_to, catalogue = excluded.catalogue, purge = excluded.purge`
)

// text is the table of the index, words the one of the words that stand in it, by which the beginning of a word is found.
func (st state) text() string  { return "search_text_" + strconv.FormatInt(st.generation, 10) }
func (st state) words() string { return "search_word_" + strconv.FormatInt(st.generation, 10) }

// keep writes the state; readers see it once it has reached the disk.
func (s *Store) keep(tx *sqlite.Tx, st state) error {
	if _, err := tx.Exec(sqlKeep, st.generation, int64(st.upTo), st.catalogue, st.purge); err != nil {
		return fmt.Errorf("state of the index: %w", err)
	}
	tx.AfterCommit(func() { s.state.Store(&st) })
	return nil
}

// remake begins a new, empty index and drops the old one as far as it can be dropped.
func (s *Store) remake(ctx context.Context) error {
	old := *s.state.Load()
	fresh := state{generation: old.generation + 1, catalogue: s.log.MadeWith()}
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, text := range []string{
			`CREATE VIRTUAL TABLE ` + fresh.text() + ` USING fts5 (words, tokenize = "ascii tokenchars '_-'", content = '', contentless_delete = 1, detail = none)`,
			`INSERT INTO ` + fresh.text() + ` (` + fresh.text() + `, rank) VALUES ('automerge', 0)`, // step does it, little by little
			`INSERT INTO ` + fresh.text() + ` (` + fresh.text() + `, rank) VALUES ('usermerge', 8)`, // parts of a size that are joined into one: more are joined less often
			`CREATE TABLE ` + fresh.words() + ` (word TEXT PRIMARY KEY, stem TEXT NOT NULL) WITHOUT ROWID, STRICT`,
		} {
			if _, err := tx.Exec(text); err != nil {
				return fmt.Errorf("a new index: %w", err)
			}
		}
		return s.keep(tx, fresh)
	})
	if err != nil {
		return err
	}
	s.vocabulary.forget()
	s.suspect.Store(false)
	if old.generation == 0 {
		return nil
	}
	for _, table := range []string{old.words(), old.text()} {
		err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
			_, err := tx.Exec(`DROP TABLE IF EXISTS ` + table)
			return err
		})
		if err != nil {
			s.Log.Warn("the old index of words could not be removed; it is not used any more", "table", table, "cause", err.Error())
		}
	}
	return nil
}

// merge joins a few pages of the index's parts, and reports whether there was anything to join and how long it held the writer.
func (s *Store) merge(ctx context.Context, pages int) (did bool, took time.Duration, err error) {
	table, purging := s.state.Load().text(), s.state.Load().purge != 0
	err = s.db.WritePatiently(ctx, func(tx *sqlite.Tx) (err error) {
		began := s.Now()
		defer func() { took = s.Now().Sub(began) }()
		var before, after int64
		if err := tx.QueryRow(`SELECT total_changes()`).Scan(&before); err != nil {
			return err
		}
		if purging {
			if _, err := tx.Exec(`PRAGMA secure_delete = ON`); err != nil {
				return err
			}
			defer func() {
				_, off := tx.Exec(`PRAGMA secure_delete = OFF`)
				err = errors.Join(err, off)
			}()
		}
		if _, err := tx.Exec(`INSERT INTO `+table+` (`+table+`, rank) VALUES ('merge', $1)`, pages); err != nil {
			return fmt.Errorf("joining parts of the index: %w", err)
		}
		if err := tx.QueryRow(`SELECT total_changes()`).Scan(&after); err != nil {
			return err
		}
		did = after-before >= 2
		return nil
	})
	return did, took, err
}

// patience is how long Forget writes the index's pages anew itself; the steps of Run do the rest.
const patience = 5 * time.Second

// Forget takes some versions of a stream out of the index, or the whole stream when there are none: they are about to be destroyed. First the index
// follows the log to its end, so that no later step reads them. What was forgotten is found no more at once; its words are gone from the pages of the
// index when these have been written anew. It may be called again. See access.Forgetter.
func (s *Store) Forget(ctx context.Context, stream uuid.UUID, versions []record.DestroyedVersion) error {
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	s.stepping.Lock()
	defer s.stepping.Unlock()
	gone := map[record.VersionID]bool{}
	var moments []record.Moment
	for _, v := range versions {
		gone[v.Version] = true
		moments = append(moments, v.Moment)
	}
	if len(versions) == 0 {
		var err error
		if moments, err = s.log.MomentsOf(ctx, stream); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(moments, firstStep) {
		if err := s.forget(ctx, part, func(v *record.Version) bool { return len(gone) == 0 || gone[v.VersionID] }); err != nil {
			return err
		}
	}
	for began := s.Now(); s.state.Load().purge != 0 && s.Now().Sub(began) < patience; {
		if err := s.purge(ctx); err != nil {
			return err
		}
	}
	return nil
}

// catchUp follows the log to its end.
func (s *Store) catchUp(ctx context.Context) error {
	for s.Lag(ctx) > 0 || s.suspect.Load() {
		if _, err := s.Step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// forget indexes contributions again, without the versions that are gone.
func (s *Store) forget(ctx context.Context, moments []record.Moment, gone func(*record.Version) bool) error {
	made, err := s.log.MadeAt(ctx, moments)
	if err != nil {
		return err
	}
	for i := range made {
		made[i].Versions = slices.DeleteFunc(made[i].Versions, gone)
	}
	docs, err := s.documents(made)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		st := *s.state.Load()
		for _, m := range moments {
			if _, err := tx.Exec(`DELETE FROM `+st.text()+` WHERE rowid = $1`, int64(m)); err != nil {
				return fmt.Errorf("forgetting moment %d: %w", m, err)
			}
		}
		for _, d := range docs {
			if err := insert(tx, st, d); err != nil {
				return err
			}
		}
		st.purge = 1
		return s.keep(tx, st)
	})
}

// purge writes the index's pages anew, a few at a time, until nothing of what was forgotten is left in them; then the words that stand nowhere any more go.
func (s *Store) purge(ctx context.Context) error {
	st := *s.state.Load()
	pages := mergePages
	if st.purge == 1 {
		pages = -mergePages // begins: all parts are to become one
	}
	did, _, err := s.merge(ctx, pages)
	if err != nil {
		return err
	}
	switch {
	case st.purge == 1:
		st.purge = 2
	case did:
		return nil
	default:
		if err := s.prune(ctx); err != nil {
			return err
		}
		st.purge = 0
	}
	return s.db.WritePatiently(ctx, func(tx *sqlite.Tx) error { return s.keep(tx, st) })
}

// prune removes the words whose stem stands in no entry any more.
func (s *Store) prune(ctx context.Context) error {
	st := *s.state.Load()
	last := ""
	for {
		var page [][2]string
		err := each(ctx, s.db, `SELECT word, stem FROM `+st.words()+` WHERE word > $1 ORDER BY word LIMIT 100`, []any{last}, func(r *sqlite.Rows) error {
			var p [2]string
			err := r.Scan(&p[0], &p[1])
			page = append(page, p)
			return err
		})
		if err != nil || len(page) == 0 {
			s.vocabulary.forget()
			return err
		}
		last = page[len(page)-1][0]
		err = s.db.WritePatiently(ctx, func(tx *sqlite.Tx) error {
			for _, p := range page {
				_, err := tx.Exec(`DELETE FROM `+st.words()+` WHERE word = $1 AND NOT EXISTS (SELECT 1 FROM `+st.text()+` WHERE `+st.text()+` MATCH $2)`,
					p[0], quoted(p[1]))
				if err != nil {
					return fmt.Errorf("words that stand nowhere: %w", err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// each runs a query and calls fn for every row.
func each(ctx context.Context, db *sqlite.DB, text string, args []any, fn func(*sqlite.Rows) error) error {
	rows, err := db.Query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
