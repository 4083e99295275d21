package search

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/log"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options are what the store needs beside a database and the log.
type Options struct {
	Catalogue *standard.Catalogue
	Zone      *time.Location // where dates without an offset are read
	Now       func() time.Time
	Log       *slog.Logger // hears of alarms, never of content
	Beside    bool         // beside a running server, which keeps the index: it is only read
}

// Store is the full-text index. It implements access.Searcher.
type Store struct {
	Options
	db  *sqlite.DB
	log *log.Store

	state   atomic.Pointer[state]
	suspect atomic.Bool // the index could not be read: it is made anew, and searches do without it meanwhile
	alarmed atomic.Bool // the operator has heard that the index does not follow

	stepping   sync.Mutex // held by who writes the index
	size       int        // contributions in one step
	pages      int        // of the index that are joined in one
	vocabulary vocabulary
}

// state says which index is in use and how far it goes.
type state struct {
	generation int64
	upTo       record.Moment
	catalogue  string
	purge      int
}

var _ access.Searcher = (*Store)(nil)

// Open brings the tables up to date. An index that was made with other class files, or is not there, is begun anew: Run fills it.
func Open(ctx context.Context, db *sqlite.DB, l *log.Store, o Options) (*Store, error) {
	if err := db.Migrate(ctx, "search", migrations); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Store{Options: o, db: db, log: l, size: firstStep}
	st, err := s.readState(ctx)
	if err != nil {
		return nil, err
	}
	s.state.Store(&st)
	if o.Beside {
		return s, nil
	}
	if st.catalogue != l.MadeWith() || !s.there(ctx, st) {
		if err := s.remake(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// readState reads which index is in use; zero when there is none yet.
func (s *Store) readState(ctx context.Context) (st state, err error) {
	err = s.db.QueryRow(ctx, sqlState).Scan(&st.generation, &st.upTo, &st.catalogue, &st.purge)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return st, fmt.Errorf("state of the index: %w", err)
	}
	return st, nil
}

// there reports whether an index can be read.
func (s *Store) there(ctx context.Context, st state) bool {
	var n int
	err := s.db.QueryRow(ctx, `SELECT count(*) FROM (SELECT 1 FROM `+st.words()+` LIMIT 1)`).Scan(&n)
	if err == nil {
		err = s.db.QueryRow(ctx, `SELECT count(*) FROM (SELECT rowid FROM `+st.text()+` WHERE `+st.text()+` MATCH '"_"' LIMIT 1)`).Scan(&n)
	}
	return err == nil
}

// samples reports whether the index holds what it should of three contributions: the first, the last and one between. It takes longer the larger the index is, so that a start does not wait for it.
func (s *Store) samples(ctx context.Context, st state) bool {
	made, err := s.log.MadeAt(ctx, []record.Moment{1, (st.upTo + 1) / 2, st.upTo})
	if err != nil {
		return true // that is not the index's fault
	}
	docs, err := s.documents(made)
	if err != nil {
		return true
	}
	for _, d := range docs {
		if d.moment > st.upTo {
			continue
		}
		if holds, err := s.holds(ctx, st, d); err != nil || !holds {
			return false
		}
	}
	return true
}

// Lag is how many moments of the log are not indexed yet.
func (s *Store) Lag(ctx context.Context) int64 {
	head, _, err := s.log.Head(ctx)
	if err != nil {
		return 0
	}
	return max(0, int64(head-s.state.Load().upTo))
}
