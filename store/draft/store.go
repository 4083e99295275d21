// Package draft keeps what people have typed and not saved yet in the embedded database: a draft for each account, person, form and record, with a
// revision of its own.
//
// It implements access.Drafts. It understands nothing of what a draft holds, decides nothing about who may see one, and lets none expire. Drafts are no
// part of the log, its proof or an export.
package draft

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS // go:embed needs a variable of the package; nothing writes to it

// Store keeps drafts.
type Store struct{ db *sqlite.DB }

var _ access.Drafts = (*Store)(nil)

// Open brings the table up to date.
func Open(ctx context.Context, db *sqlite.DB) (*Store, error) {
	if err := db.Migrate(ctx, "draft", migrations); err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

const (
	outside = `account, stream, form, record, contribution, revision, begun, kept`
	thisOne = ` WHERE account = $1 AND stream = $2 AND form = $3 AND record = $4`
)

func named(key access.DraftKey) []any {
	return []any{key.Account, key.Stream[:], key.Form, key.Record[:]}
}

func scan(from func(...any) error, body bool) (access.Draft, error) {
	var d access.Draft
	var stream, rec, contribution []byte
	var begun, kept int64
	into := []any{&d.Account, &stream, &d.Form, &rec, &contribution, &d.Revision, &begun, &kept}
	if body {
		into = append(into, &d.Body)
	}
	if err := from(into...); err != nil {
		return d, err
	}
	if len(stream) != 16 || len(rec) != 16 || len(contribution) != 16 {
		return d, errors.New("an id is damaged")
	}
	d.Stream, d.Record, d.Contribution = uuid.UUID(stream), uuid.UUID(rec), uuid.UUID(contribution)
	d.Begun, d.Kept = time.UnixMicro(begun).UTC(), time.UnixMicro(kept).UTC()
	return d, nil
}

// Keep keeps a draft in place of the revision that is expected.
func (s *Store) Keep(ctx context.Context, d access.Draft, expected, most, mostBytes int) (access.Draft, error) {
	kept := d
	kept.Begun, kept.Kept = d.Begun.Truncate(time.Microsecond).UTC(), d.Kept.Truncate(time.Microsecond).UTC()
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		there, err := scan(tx.QueryRow(`SELECT `+outside+`, body FROM draft`+thisOne, named(d.DraftKey)...).Scan, true)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			if err := room(tx, d, 0, mostBytes); err != nil {
				return err
			}
			return begin(tx, &kept, most)
		case err != nil:
			return fmt.Errorf("draft: %w", err)
		case bytes.Equal(there.Body, d.Body):
			kept = there // sent again, because the answer was lost
			return nil
		case there.Revision != expected:
			return &standard.Fault{Kind: standard.Conflict, Message: "This draft was changed in another window. What you typed here was not kept.",
				Hint: "Look at both, and choose.", Detail: there}
		}
		if err := room(tx, d, len(there.Body), mostBytes); err != nil {
			return err
		}
		kept.Revision, kept.Begun = there.Revision+1, there.Begun
		_, err = tx.Exec(`UPDATE draft SET contribution = $5, revision = $6, kept = $7, body = $8`+thisOne,
			append(named(d.DraftKey), d.Contribution[:], kept.Revision, kept.Kept.UnixMicro(), d.Body)...)
		return err
	})
	if err != nil {
		return access.Draft{}, keeping(err)
	}
	return kept, nil
}

// room refuses what would make the drafts of an account hold too much together, where this one held so many bytes. What does not grow is never refused.
func room(tx *sqlite.Tx, d access.Draft, held, most int) error {
	if len(d.Body) <= held {
		return nil
	}
	var all int
	if err := tx.QueryRow(`SELECT coalesce(sum(length(body)), 0) FROM draft WHERE account = $1`, d.Account).Scan(&all); err != nil {
		return err
	}
	if all-held+len(d.Body) <= most {
		return nil
	}
	return &standard.Fault{Kind: standard.TooLarge, Message: "Your drafts hold too much together. What you typed last was not kept as a draft.",
		Hint: "Save it now, and finish some of your unfinished work, or delete what is no longer needed."}
}

func keeping(err error) error {
	var fault *standard.Fault
	if errors.As(err, &fault) {
		return err
	}
	return fmt.Errorf("keeping a draft: %w", err)
}

func begin(tx *sqlite.Tx, d *access.Draft, most int) error {
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM draft WHERE account = $1`, d.Account).Scan(&n); err != nil {
		return err
	}
	if n >= most {
		return &standard.Fault{Kind: standard.TooLarge, Message: "You have too many drafts. What you typed was not kept as another.",
			Hint: "Finish some of your unfinished work, or delete what is no longer needed."}
	}
	d.Revision = 1
	_, err := tx.Exec(`INSERT INTO draft (`+outside+`, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		append(named(d.DraftKey), d.Contribution[:], d.Revision, d.Begun.UnixMicro(), d.Kept.UnixMicro(), d.Body)...)
	return err
}

// Names reports whether any draft holds a text, such as the hash of a file.
func (s *Store) Names(ctx context.Context, text string) (bool, error) {
	var found bool
	if err := s.db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM draft WHERE instr(body, CAST($1 AS BLOB)) > 0)`, text).Scan(&found); err != nil {
		return false, fmt.Errorf("drafts that name something: %w", err)
	}
	return found, nil
}

// Find gives one draft.
func (s *Store) Find(ctx context.Context, key access.DraftKey) (access.Draft, error) {
	d, err := scan(s.db.QueryRow(ctx, `SELECT `+outside+`, body FROM draft`+thisOne, named(key)...).Scan, true)
	if errors.Is(err, sql.ErrNoRows) {
		return access.Draft{}, &standard.Fault{Kind: standard.NotFound, Message: "There is no such draft. It was saved or deleted."}
	}
	if err != nil {
		return access.Draft{}, fmt.Errorf("draft: %w", err)
	}
	return d, nil
}

// List gives the drafts of an account, what was kept last first.
func (s *Store) List(ctx context.Context, account string, stream uuid.UUID) ([]access.Draft, error) {
	query, args := `SELECT `+outside+` FROM draft WHERE account = $1 ORDER BY kept DESC, record`, []any{account}
	if stream != uuid.Nil {
		query, args = `SELECT `+outside+` FROM draft WHERE account = $1 AND stream = $2 ORDER BY kept DESC, record`, []any{account, stream[:]}
	}
	rows, err := s.db.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []access.Draft
	for rows.Next() {
		d, err := scan(rows.Scan, false)
		if err != nil {
			return nil, fmt.Errorf("drafts: %w", err)
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

// Count tells how many drafts an account has.
func (s *Store) Count(ctx context.Context, account string) (n int, err error) {
	if err := s.db.QueryRow(ctx, `SELECT count(*) FROM draft WHERE account = $1`, account).Scan(&n); err != nil {
		return 0, fmt.Errorf("drafts: %w", err)
	}
	return n, nil
}

// Discard forgets a draft. Where there is none, nothing is written.
func (s *Store) Discard(ctx context.Context, key access.DraftKey) error {
	var n int
	if err := s.db.QueryRow(ctx, `SELECT count(*) FROM draft`+thisOne, named(key)...).Scan(&n); err != nil {
		return fmt.Errorf("discarding a draft: %w", err)
	}
	if n == 0 {
		return nil
	}
	return s.remove(ctx, `DELETE FROM draft`+thisOne, named(key)...)
}

// Forget forgets all drafts about a stream, or those about some of its records.
func (s *Store) Forget(ctx context.Context, stream uuid.UUID, records ...uuid.UUID) error {
	if len(records) == 0 {
		return s.remove(ctx, `DELETE FROM draft WHERE stream = $1`, stream[:])
	}
	var errs []error
	for _, rec := range records {
		errs = append(errs, s.remove(ctx, `DELETE FROM draft WHERE stream = $1 AND record = $2`, stream[:], rec[:]))
	}
	return errors.Join(errs...)
}

func (s *Store) remove(ctx context.Context, statement string, args ...any) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(statement, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("discarding drafts: %w", err)
	}
	return nil
}
