package attachment

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"filippo.io/age"
	"github.com/google/uuid"
	"golang.org/x/sync/semaphore"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// DefaultLimit is how large one file may be unless the operator says otherwise.
const DefaultLimit = 100 << 20

// The folder and the key file in the data folder.
const (
	Folder   = "attachments"
	KeyFile  = "attachments.key"
	incoming = "incoming" // in the folder: files that are being received
)

// Options say where and how files are kept.
type Options struct {
	Dir    string // the data folder
	Limit  int64  // how many bytes one file may have; 0: DefaultLimit
	Quota  int64  // how many bytes the files may have that one account has sent and no record names yet; 0: DefaultQuota
	Now    func() time.Time
	Log    *slog.Logger // hears of what the operator must know, never of content
	Beside bool         // beside a running server: nothing is swept, and no key file is made
	// Named reports whether a record names a file; nil: none does.
	Named func(ctx context.Context, stream uuid.UUID, file record.Hash) (bool, error)
	// ReadKey and MakeKey read the key file, and write it for the first time; nil: as it is. Whoever encrypts the data folder seals it.
	ReadKey func() ([]byte, error)
	MakeKey func(text string) error
}

// Store keeps files.
type Store struct {
	Options
	db      *sqlite.DB
	dir     string
	master  *age.HybridIdentity // of the key file; nil when it is not there
	placing sync.RWMutex        // held to read while a file gets its name, to write while one is swept away
	drawing *semaphore.Weighted // bounds the memory that drawing previews takes
}

var _ access.Attachments = (*Store)(nil)

// drawingMemory is how many bytes all previews that are being drawn may take together.
const drawingMemory = 208 << 20

// Open brings the tables up to date, reads the key file, making one where no key depends on it yet, and sweeps away what a crash left half received. A
// missing key file is told of whenever a file is asked for, and to the operator: the records themselves must stay readable.
func Open(ctx context.Context, db *sqlite.DB, o Options) (*Store, error) {
	if err := db.Migrate(ctx, "attachment", migrations); err != nil {
		return nil, err
	}
	if o.Limit <= 0 {
		o.Limit = DefaultLimit
	}
	if o.Quota <= 0 {
		o.Quota = DefaultQuota
	}
	if o.Named == nil {
		o.Named = func(context.Context, uuid.UUID, record.Hash) (bool, error) { return false, nil }
	}
	path := filepath.Join(o.Dir, KeyFile)
	if o.ReadKey == nil {
		o.ReadKey = func() ([]byte, error) { return os.ReadFile(path) }
	}
	if o.MakeKey == nil {
		o.MakeKey = func(text string) error { return writeNew(path, text) }
	}
	s := &Store{Options: o, db: db, dir: filepath.Join(o.Dir, Folder), drawing: semaphore.NewWeighted(drawingMemory)}
	if err := s.readKeyFile(ctx); err != nil {
		return nil, err
	}
	if s.Beside {
		return s, nil
	}
	if s.master == nil {
		s.Log.Error("the key of the attachments is missing: photographs and letters cannot be opened or added until it is put back", "file", KeyFile)
	}
	if err := os.RemoveAll(filepath.Join(s.dir, incoming)); err != nil {
		return nil, unavailable("What was left half received cannot be swept away.", err)
	}
	return s, nil
}

// Attachment tells about one file. See record.Attachments.
func (s *Store) Attachment(ctx context.Context, stream uuid.UUID, file record.Hash) (record.Attachment, error) {
	about := record.Attachment{Hash: file}
	err := s.db.QueryRow(ctx, `SELECT size, media FROM attachment WHERE stream = $1 AND hash = $2`, stream[:], file[:]).Scan(&about.Size, &about.MediaType)
	if errors.Is(err, sql.ErrNoRows) {
		return about, notKept()
	}
	if err != nil {
		return about, fmt.Errorf("attachment: %w", err)
	}
	return about, nil
}

// SHA1 gives the SHA-1 of a file. See access.Attachments.
func (s *Store) SHA1(ctx context.Context, stream uuid.UUID, file record.Hash) (sum []byte, err error) {
	err = s.db.QueryRow(ctx, `SELECT sha1 FROM attachment WHERE stream = $1 AND hash = $2`, stream[:], file[:]).Scan(&sum)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("SHA-1 of an attachment: %w", err)
	}
	return sum, nil
}

// SentBy reports whether an account has sent a file. See access.Attachments.
func (s *Store) SentBy(ctx context.Context, stream uuid.UUID, file record.Hash, account string) (bool, error) {
	var one int
	err := s.db.QueryRow(ctx, `SELECT 1 FROM attachment_sent s CROSS JOIN attachment a ON a.stream = s.stream AND a.hash = s.hash
		WHERE s.stream = $1 AND s.hash = $2 AND s.account = $3 AND a.going = 0`, stream[:], file[:], account).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("who sent an attachment: %w", err)
	}
	return true, nil
}

// Kept is one file that is kept, for reports.
type Kept struct {
	Stream uuid.UUID
	record.Attachment
	At time.Time
}

// Each calls fn for every file that is kept, by stream and hash, and stops at its first error.
func (s *Store) Each(ctx context.Context, fn func(Kept) error) error {
	const page = 500
	var after Kept
	for {
		var some []Kept
		rows, err := s.db.Query(ctx, `SELECT stream, hash, size, media, kept FROM attachment WHERE (stream, hash) > ($1, $2) ORDER BY stream, hash LIMIT $3`,
			after.Stream[:], after.Hash[:], page)
		if err != nil {
			return fmt.Errorf("attachments: %w", err)
		}
		for rows.Next() {
			var k Kept
			var hash []byte
			var at int64
			if err := rows.Scan(&k.Stream, &hash, &k.Size, &k.MediaType, &at); err != nil {
				_ = rows.Close()
				return fmt.Errorf("attachments: %w", err)
			}
			copy(k.Hash[:], hash)
			k.At = time.UnixMicro(at).UTC()
			some = append(some, k)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return fmt.Errorf("attachments: %w", err)
		}
		for _, k := range some {
			if err := fn(k); err != nil {
				return err
			}
		}
		if len(some) < page {
			return nil
		}
		after = some[len(some)-1]
	}
}

// path is where a file stands; a preview has its size behind the name.
func (s *Store) path(stream uuid.UUID, file record.Hash) string {
	return filepath.Join(s.dir, stream.String(), file.String())
}

func notKept() error {
	return &standard.Fault{Kind: standard.NotFound, Message: "There is no such file."}
}

func unavailable(message string, err error) error {
	return &standard.Fault{Kind: standard.Unavailable, Message: message + " Nothing was changed.", Hint: "Tell whoever looks after this computer.", Err: err}
}

func broken(message string, err error) error {
	return &standard.Fault{
		Kind: standard.Broken, Message: message, Hint: "Keep the data folder as it is, and restore the file from a backup.", Err: err,
	}
}
