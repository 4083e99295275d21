package log

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

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options are what the store needs beside a database.
type Options struct {
	System    string              // identifier of this installation
	Catalogue *standard.Catalogue // for rebuilding projections
	Zone      *time.Location      // where dates without an offset are read
	Now       func() time.Time    // the clock
	Log       *slog.Logger
	Beside    bool // beside a running server: the projections are left as they are
	Gather    int  // how many contributions' positions are gathered before they are put into their table together; 0: 4096
}

// Store is the log in the embedded database. It implements record.Log, record.Proofs and access.Register.
type Store struct {
	Options
	db   *sqlite.DB
	head atomic.Pointer[head] // of what has reached the disk

	basis string // the catalogue that the projections were last made anew with

	known     standings
	bodies    bodies
	positions positioning

	frozen sync.Map     // uuid.UUID of a stream that is being destroyed: nothing more is written in it
	apart  atomic.Bool  // no two records are joined, nor ever were: nobody needs to be asked
	warned atomic.Int64 // the moment of the last warning about the clock
}

// head is the end of the log.
type head struct {
	moment    record.Moment
	committed record.Instant
}

var (
	_ record.Log      = (*Store)(nil)
	_ record.Proofs   = (*Store)(nil)
	_ access.Register = (*Store)(nil)
	_ access.Ratifier = (*Store)(nil)
)

// Open brings the log's tables up to date and reads where the log ends. Projections that were made with other class files are made anew; beside a
// running server they are refused.
func Open(ctx context.Context, db *sqlite.DB, o Options) (*Store, error) {
	if err := migrate(ctx, db); err != nil {
		return nil, err
	}
	s := &Store{Options: o, db: db}
	end, err := s.end(ctx)
	if err != nil {
		return nil, err
	}
	s.head.Store(&end)
	if err := s.rememberPositions(ctx); err != nil {
		return nil, err
	}
	if err := s.renew(ctx); err != nil {
		return nil, err
	}
	if err := s.mayBeJoined(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

func migrate(ctx context.Context, db *sqlite.DB) error {
	return db.Migrate(ctx, "log", migrations)
}

// query runs a query on some connection: a reading one, or the writing one inside a transaction.
type query func(text string, args ...any) (*sqlite.Rows, error)

func (s *Store) reading(ctx context.Context) query {
	return func(text string, args ...any) (*sqlite.Rows, error) { return s.db.Query(ctx, text, args...) }
}

// each runs a query and calls fn for every row.
func each(q query, text string, args []any, fn func(rows *sqlite.Rows) error) error {
	rows, err := q(text, args...)
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

func notFound(message string) error {
	return &standard.Fault{Kind: standard.NotFound, Message: message}
}

func broken(err error, format string, args ...any) error {
	return &standard.Fault{
		Kind: standard.Broken, Message: fmt.Sprintf(format, args...),
		Hint: "Tell whoever looks after this computer: the data must be verified and may have to be restored from a backup.", Err: err,
	}
}

// hash scans a column of 32 bytes.
type hash struct{ *record.Hash }

// Scan implements sql.Scanner.
func (h hash) Scan(value any) error {
	b, ok := value.([]byte)
	if !ok || len(b) != len(h.Hash) {
		return fmt.Errorf("a hash of %d bytes was expected", len(h.Hash))
	}
	copy(h.Hash[:], b)
	return nil
}

// uids gives the uids as arguments.
func uids(us []uuid.UUID) []any {
	args := make([]any, len(us))
	for i := range us {
		args[i] = us[i][:]
	}
	return args
}

// End is where the log ends on the disk now, whichever process wrote last; zero on an empty log.
func (s *Store) End(ctx context.Context) (record.Moment, error) {
	end, err := s.end(ctx)
	return end.moment, err
}

func (s *Store) end(ctx context.Context) (end head, err error) {
	err = s.db.QueryRow(ctx, sqlHead).Scan(&end.moment, &end.committed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return end, fmt.Errorf("end of the log: %w", err)
	}
	return end, nil
}
