package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/ext/fts5"

	"rosemary/standard"
)

// Options are what an operator may choose. The zero value is right for one home on one machine.
type Options struct {
	Readers  int    // connections that read; 0: twice the processors, at least four
	MaxBatch int    // callers whose writes share one transaction; 0: 256
	Key      []byte // of an encrypted database, KeySize bytes; nil: it is not encrypted
	// Beside lets the database be opened beside the process that has it: for reading, and for writes that no process keeps a memory of. Whoever
	// opens it so must not append to the log.
	Beside bool
}

// DB is one open database, used by this process alone.
type DB struct {
	lock   *sql.DB // a file beside the database, locked for as long as the process lives
	writer *sql.DB
	reader *sql.DB
	path   string
	key    []byte // nil: not encrypted
	tally  tally
	rooms  []string // that have been migrated

	jobs     chan *job
	patient  chan *job // of those that can wait
	maxBatch int
	closing  chan struct{}
	stopped  chan struct{}
	close    sync.Once
	turn     sync.Mutex // held by whoever writes: the group commit, or a migration

	slots chan struct{} // one for each connection that may read at once
	mu    sync.Mutex
	idle  []*link // reading connections that nobody has borrowed, the last used last

	carrying carrying
	flushing flushing
}

const (
	everyConnection = `PRAGMA busy_timeout=10000; PRAGMA synchronous=FULL; PRAGMA temp_store=memory; PRAGMA foreign_keys=on; `
	writerSetup     = `PRAGMA page_size=4096; ` + everyConnection +
		`PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=8000; PRAGMA journal_size_limit=268435456; PRAGMA cache_size=-32000; `
	readerSetup = everyConnection + `PRAGMA query_only=on; PRAGMA cache_size=-8000; `
)

// Open opens the database at the path, and makes it (and its folder) if there is none. A second process on the same file, and a file
// on a network drive, are refused.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	if o.Readers <= 0 {
		o.Readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	if o.MaxBatch <= 0 {
		o.MaxBatch = 256
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("data file %s: %w", path, err)
	}
	if err := errors.Join(prepareFile(path), keyFits(path, o.Key)); err != nil {
		return nil, err
	}
	db := &DB{
		path: path, key: o.Key, maxBatch: o.MaxBatch, jobs: make(chan *job, 4*o.MaxBatch), patient: make(chan *job),
		closing: make(chan struct{}), stopped: make(chan struct{}), slots: make(chan struct{}, o.Readers),
		carrying: carrying{grown: make(chan struct{}, 1), done: make(chan struct{})},
		flushing: flushing{groups: make(chan group, ahead), ended: make(chan struct{}, 1)},
	}
	db.flushing.tally = &db.tally
	if db.lock, err = takeLock(ctx, path); err != nil && !(o.Beside && standard.KindOf(err) == standard.Unavailable) {
		return nil, err
	}
	if db.lock != nil && o.Key != nil {
		if err := wholeBlocks(path + "-wal"); err != nil {
			db.closeAll()
			return nil, err
		}
	}
	if err := db.connect(ctx, o.Readers); err != nil {
		db.closeAll()
		return nil, err
	}
	return db, nil
}

// prepareFile makes the folder and an empty file that only this user can read, and refuses network drives.
func prepareFile(path string) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return unavailable("The data folder cannot be made.", "Check that the folder may be written to, and that the path is right.", err)
	}
	if name, bad := networkDrive(folder); bad {
		return unavailable(
			fmt.Sprintf("The data folder is on a network drive (%s). Records are not safe there: a lost connection can destroy them.", name),
			"Choose a folder on a disk of this computer.", nil)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return unavailable("The data file cannot be opened.", "Check that this user may read and write it.", err)
	}
	return file.Close()
}

// takeLock locks a file beside the database until the process ends, however it ends.
func takeLock(ctx context.Context, path string) (*sql.DB, error) {
	lock, err := driver.Open(dsn(path+".lock", "", nil), func(c *sqlite3.Conn) error {
		return c.Exec(`PRAGMA busy_timeout=0; PRAGMA journal_mode=memory; PRAGMA locking_mode=exclusive; BEGIN EXCLUSIVE`)
	})
	if err != nil {
		return nil, fmt.Errorf("lock of %s: %w", path, err)
	}
	lock.SetMaxOpenConns(1)
	if err := lock.PingContext(ctx); err != nil {
		_ = lock.Close()
		if errors.Is(err, sqlite3.BUSY) {
			return nil, unavailable("Rosemary is already running with this data folder.", "Stop the other one first, or choose another data folder.", err)
		}
		return nil, Fault(err)
	}
	return lock, nil
}

func (db *DB) connect(ctx context.Context, readers int) error {
	var err error
	if db.writer, err = openWriter(db.path, db.key); err != nil {
		return err
	}
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return Fault(err)
	}
	var mode string
	if err := conn.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&mode); err != nil {
		_ = conn.Close()
		return Fault(err)
	}
	if mode != "wal" {
		_ = conn.Close()
		return unavailable("The data folder's disk cannot keep the database's log file.", "Choose a folder on an ordinary local disk.",
			fmt.Errorf("journal mode %q", mode))
	}
	if db.reader, err = driver.Open(dsn(db.path, "", db.key), setup(db.key, readerSetup)); err != nil {
		_ = conn.Close()
		return fmt.Errorf("database %s: %w", db.path, err)
	}
	db.reader.SetMaxOpenConns(2 * readers) // as many again for whoever asks for one of their own
	db.reader.SetMaxIdleConns(1)
	var tables int // the first look makes the files beside the database
	err = conn.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables)
	if err = errors.Join(Fault(err), ownerOnly(db.path)); err != nil {
		_ = conn.Close()
		return err
	}
	_ = conn.Close() // lets go of it, for the writing goroutine to have
	own, err := newLink(ctx, db.writer)
	if err != nil {
		return Fault(err)
	}
	if db.key == nil {
		if err := db.flushing.begin(own); err != nil {
			return errors.Join(err, own.close())
		}
	}
	carrier, err := newLink(ctx, db.reader)
	if err != nil {
		return Fault(errors.Join(err, own.close()))
	}
	db.carrying.watch(own) // instead of what SQLite does by itself on the writing connection
	go db.commitGroups(own)
	go db.carry(carrier)
	return nil
}

// ownerOnly keeps others of this computer from reading the files beside the database, while they are still empty.
func ownerOnly(path string) error {
	for _, beside := range []string{"-wal", "-shm", ".lock"} {
		if err := os.Chmod(path+beside, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return unavailable("The data files cannot be kept from others who use this computer.", "Choose a folder that belongs to this user.", err)
		}
	}
	return nil
}

func openWriter(path string, key []byte) (*sql.DB, error) {
	writer, err := driver.Open(dsn(path, "immediate", key), setup(key, writerSetup))
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	writer.SetMaxOpenConns(1)
	return writer, nil
}

func setup(key []byte, pragmas string) func(*sqlite3.Conn) error {
	return func(c *sqlite3.Conn) error {
		if key != nil {
			if err := c.Exec(keyPragma(key)); err != nil {
				return err
			}
		}
		// A plan must not depend on the values bound: otherwise SQLite compiles a kept statement anew for each of them.
		if _, err := c.Config(sqlite3.DBCONFIG_ENABLE_QPSG, true); err != nil {
			return err
		}
		if err := fts5.Register(c); err != nil { // for store/search
			return err
		}
		return c.Exec(pragmas)
	}
}

// dsn names the database and how its transactions begin. The key is never part of it: errors and logs may show a name.
func dsn(path, txlock string, key []byte) string {
	query := url.Values{}
	if txlock != "" {
		query.Set("_txlock", txlock)
	}
	if key != nil {
		query.Set("vfs", "adiantum")
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: query.Encode()}
	return u.String()
}

// Path is where the database is.
func (db *DB) Path() string { return db.path }

// Read gives the reading connections, for what Query and QueryRow do not offer.
func (db *DB) Read() *sql.DB { return db.reader }

// Close waits for the writes that have begun, refuses those that wait, and closes all connections.
func (db *DB) Close() error {
	db.close.Do(func() {
		close(db.closing)
		<-db.stopped
		<-db.carrying.done
	})
	return db.closeAll()
}

func (db *DB) closeAll() error {
	var errs []error
	errs = append(errs, db.closeIdle())
	for _, pool := range []*sql.DB{db.reader, db.writer, db.lock} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return Fault(errors.Join(errs...))
}

func unavailable(message, hint string, err error) error {
	return &standard.Fault{Kind: standard.Unavailable, Message: message, Hint: hint, Err: err}
}
