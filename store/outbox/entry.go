package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

var _ access.Forgetter = (*Store)(nil)

const entryColumns = `entry, device, account, says, owner, stream, path, title, initials, made, behind, received, state, late, status, answered, reasons, moment, settled, settled_by, digest`

func scanEntry(from func(...any) error, sealed bool) (outbox.Entry, error) {
	var e outbox.Entry
	var id, device, owner, stream, digest []byte
	var made, behind, received, settled int64
	var reasons string
	into := []any{&id, &device, &e.Account, &e.Says, &owner, &stream, &e.Path, &e.Title, &e.Initials, &made, &behind, &received, &e.State, &e.Late, &e.Status, &e.Where, &reasons,
		&e.Moment, &settled, &e.SettledBy, &digest}
	if sealed {
		into = append(into, &e.Sealed)
	}
	if err := from(into...); err != nil {
		return e, err
	}
	var errs [4]error
	e.ID, errs[0] = uid(id)
	e.Device, errs[1] = uid(device)
	e.Stream, errs[2] = uid(stream)
	e.Owner, errs[3] = uid(owner)
	if len(digest) != len(e.Digest) {
		return e, errors.New("a digest is damaged")
	}
	copy(e.Digest[:], digest)
	e.Made, e.Received, e.Settled, e.Behind = timeOf(made), timeOf(received), timeOf(settled), time.Duration(behind)*time.Millisecond
	if reasons != "" {
		e.Reasons = strings.Split(reasons, "\n")
	}
	return e, errors.Join(errs[:]...)
}

// Receive keeps an entry that has come in, unless one of that id is here already.
func (s *Store) Receive(ctx context.Context, e outbox.Entry) (there outbox.Entry, before bool, err error) {
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		there, err = scanEntry(tx.QueryRow(`SELECT `+entryColumns+` FROM outbox_entry WHERE entry = $1`, e.ID[:]).Scan, false)
		if before = err == nil; before || !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		there = e
		_, err = tx.Exec(`INSERT INTO outbox_entry (`+entryColumns+`, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, '', '', 0, 0, '', $15, $16)`,
			e.ID[:], e.Device[:], e.Account, e.Says, e.Owner[:], e.Stream[:], e.Path, e.Title, e.Initials, micros(e.Made), e.Behind.Milliseconds(), micros(e.Received), string(e.State), e.Late,
			e.Digest[:], e.Sealed)
		return err
	})
	if err != nil {
		return there, before, fmt.Errorf("keeping an entry that came in: %w", err)
	}
	return there, before, nil
}

// Settle keeps what became of an entry. What is in the record stays so: two people may have dealt with it at once.
func (s *Store) Settle(ctx context.Context, e outbox.Entry) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE outbox_entry SET state = $2, late = $3, status = $4, answered = $5, reasons = $6, moment = $7, settled = $8,
			settled_by = $9, owner = $10, sealed = CASE $2 WHEN 'done' THEN NULL ELSE sealed END WHERE entry = $1 AND state <> 'done'`,
			e.ID[:], string(e.State), e.Late, e.Status, e.Where, strings.Join(e.Reasons, "\n"), e.Moment, micros(e.Settled), e.SettledBy, e.Owner[:])
		switch {
		case err != nil:
			return fmt.Errorf("keeping what became of an entry: %w", err)
		case n == 0 && e.State != outbox.Done:
			return &standard.Fault{Kind: standard.Gone, Message: "Somebody has dealt with this entry already: it is in the record.", Hint: "Look at what stands there."}
		}
		return nil
	})
}

// Find gives one entry with what is sealed in it.
func (s *Store) Find(ctx context.Context, id uuid.UUID) (outbox.Entry, error) {
	e, err := scanEntry(s.db.QueryRow(ctx, `SELECT `+entryColumns+`, sealed FROM outbox_entry WHERE entry = $1`, id[:]).Scan, true)
	if errors.Is(err, sql.ErrNoRows) {
		return e, &standard.Fault{Kind: standard.NotFound, Message: "There is no such entry."}
	}
	if err != nil {
		return e, fmt.Errorf("entry: %w", err)
	}
	return e, nil
}

// Waiting lists the entries of a state, the oldest first.
func (s *Store) Waiting(ctx context.Context, state outbox.State, account string) ([]outbox.Entry, error) {
	rows, err := s.db.Query(ctx, `SELECT `+entryColumns+` FROM outbox_entry WHERE state = $1 AND ($2 = '' OR account = $2) ORDER BY id`, string(state), account)
	if err != nil {
		return nil, fmt.Errorf("entries that wait: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []outbox.Entry
	for rows.Next() {
		e, err := scanEntry(rows.Scan, false)
		if err != nil {
			return nil, fmt.Errorf("entries that wait: %w", err)
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

// Count tells how many entries wait for a person.
func (s *Store) Count(ctx context.Context, account string) (n int, err error) {
	err = s.db.QueryRow(ctx, `SELECT count(*) FROM outbox_entry WHERE state = 'person' AND ($1 = '' OR account = $1)`, account).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting entries: %w", err)
	}
	return n, nil
}

// Forget lets go of what is sealed of entries about a stream that is destroyed, or about records of which versions are, and of their titles: they may hold
// their words.
func (s *Store) Forget(ctx context.Context, stream uuid.UUID, versions []record.DestroyedVersion) error {
	forget := func(rec string) error {
		return s.write(ctx, "forgetting entries", `UPDATE outbox_entry SET sealed = NULL, title = '', initials = '', says = '', path = '', answered = '', reasons = '',
			state = CASE state WHEN 'done' THEN 'done' ELSE 'aside' END WHERE stream = $1 AND instr(path, $2) > 0`, stream[:], rec)
	}
	if len(versions) == 0 {
		return forget("/")
	}
	var errs []error
	for _, rec := range access.RecordsOf(versions) {
		errs = append(errs, forget(rec.String()))
	}
	return errors.Join(errs...)
}
