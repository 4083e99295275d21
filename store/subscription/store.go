// Package subscription keeps, in the embedded database, which programs want to be told of what is committed, and what they are still to be told.
//
// It implements subscription.Book. It sends nothing and decides nothing. None of it is part of the log, its proof or an export.
package subscription

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/subscription"
	"rosemary/record"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS // go:embed needs a variable of the package; nothing writes to it

// Store keeps subscriptions and events.
type Store struct {
	db            *sqlite.DB
	subscriptions sqlite.Documents[subscription.Subscription]
}

var (
	_ subscription.Book = (*Store)(nil)
	_ access.Forgetter  = (*Store)(nil)
)

// Open brings the tables up to date.
func Open(ctx context.Context, db *sqlite.DB) (*Store, error) {
	if err := db.Migrate(ctx, "subscription", migrations); err != nil {
		return nil, err
	}
	return &Store{db, sqlite.Documents[subscription.Subscription]{
		DB: db, Table: "subscription", Key: "subscription", Order: "created, subscription", What: "subscription",
	}}, nil
}

// Add keeps a new one. See subscription.Book.
func (s *Store) Add(ctx context.Context, one *subscription.Subscription) error {
	body, err := s.subscriptions.Encode(one)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO subscription (subscription, created, body) VALUES ($1, $2, $3)`, one.ID[:], one.Created.UnixMicro(), body)
		return err
	})
}

// Subscription gives one. See subscription.Book.
func (s *Store) Subscription(ctx context.Context, id uuid.UUID) (*subscription.Subscription, error) {
	return s.subscriptions.One(ctx, id)
}

// All gives all. See subscription.Book.
func (s *Store) All(ctx context.Context) ([]*subscription.Subscription, error) {
	return s.subscriptions.All(ctx)
}

// Change changes one. See subscription.Book.
func (s *Store) Change(ctx context.Context, id uuid.UUID, fn func(*subscription.Subscription) error) (*subscription.Subscription, error) {
	return s.subscriptions.Change(ctx, id, fn)
}

// Advance keeps what was found on the way to a moment. See subscription.Book.
func (s *Store) Advance(ctx context.Context, id uuid.UUID, from, upTo record.Moment, found []subscription.Event) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := s.subscriptions.ChangeIn(tx, id, func(one *subscription.Subscription) error {
			if one.Moment != from {
				return nil
			}
			one.Moment = upTo
			for _, e := range found {
				one.Number++
				_, err := tx.Exec(`INSERT INTO subscription_event (subscription, number, at, moment, stream, record, class, change) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
					id[:], one.Number, e.At.UnixMicro(), int64(e.Moment), e.Stream[:], e.Record[:], e.Class, e.Change)
				if err != nil {
					return err
				}
			}
			return nil
		})
		return err
	})
}

// Events gives some. See subscription.Book.
func (s *Store) Events(ctx context.Context, id uuid.UUID, from, upTo int64, most int) ([]subscription.Event, error) {
	rows, err := s.db.Query(ctx, `SELECT number, at, moment, stream, record, class, change FROM subscription_event WHERE subscription = $1 AND number BETWEEN $2 AND $3 ORDER BY number LIMIT $4`,
		id[:], from, upTo, most)
	if err != nil {
		return nil, fmt.Errorf("events: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []subscription.Event
	for rows.Next() {
		var e subscription.Event
		var at, moment int64
		var stream, rec []byte
		if err := rows.Scan(&e.Number, &at, &moment, &stream, &rec, &e.Class, &e.Change); err != nil {
			return nil, fmt.Errorf("events: %w", err)
		}
		e.At, e.Moment = time.UnixMicro(at).UTC(), record.Moment(moment)
		var errs [2]error
		e.Stream, errs[0] = uuid.FromBytes(stream)
		e.Record, errs[1] = uuid.FromBytes(rec)
		if err := errors.Join(errs[:]...); err != nil {
			return nil, fmt.Errorf("events: %w", err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// Trim forgets what was acknowledged long ago. See subscription.Book.
func (s *Store) Trim(ctx context.Context, before time.Time) error {
	all, err := s.All(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		err := s.db.WritePatiently(ctx, func(tx *sqlite.Tx) error {
			_, err := tx.Exec(`DELETE FROM subscription_event WHERE subscription = $1 AND number <= $2 AND at < $3`, one.ID[:], one.Delivered, before.UnixMicro())
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Remove lets go of one. See subscription.Book.
func (s *Store) Remove(ctx context.Context, id uuid.UUID) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`DELETE FROM subscription_event WHERE subscription = $1`, id[:]); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM subscription WHERE subscription = $1`, id[:])
		return err
	})
}

// Forget takes out of the events about a stream that is destroyed whose they were: their numbers stay, or the receiver would miss some. See access.Forgetter.
func (s *Store) Forget(ctx context.Context, stream uuid.UUID, versions []record.DestroyedVersion) error {
	if len(versions) > 0 {
		return nil // an event names a record, not what a version says
	}
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE subscription_event SET stream = zeroblob(16), record = zeroblob(16), class = '' WHERE stream = $1`, stream[:])
		return err
	})
}

// TakenOver reports whether the log of who saw what names the subscriptions that were there before it was told of any.
func (s *Store) TakenOver(ctx context.Context) (done bool, err error) {
	if err = s.db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM subscription_taken_over)`).Scan(&done); err != nil {
		return false, fmt.Errorf("subscriptions taken over: %w", err)
	}
	return done, nil
}

// KeepTakenOver keeps that it does.
func (s *Store) KeepTakenOver(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT OR IGNORE INTO subscription_taken_over (only) VALUES (1)`)
		return err
	})
}

// Verify reports whether each event is of a subscription and has a number that it has given out, whether all that were not acknowledged yet are there, and whether the time by which a subscription
// is found is that of its making. Its error names the first place. Each question is one, so that what is changed meanwhile is seen whole or not at all.
func (s *Store) Verify(ctx context.Context) error {
	for _, ask := range []struct{ text, what string }{
		{`SELECT hex(e.subscription) FROM subscription_event e LEFT JOIN subscription s ON s.subscription = e.subscription
			WHERE s.subscription IS NULL OR e.number NOT BETWEEN 1 AND json_extract(s.body, '$.Number') LIMIT 1`, "an event was put in for the subscription %s: nothing was found under that number"},
		{`SELECT hex(s.subscription) FROM subscription s WHERE json_extract(s.body, '$.Number') - json_extract(s.body, '$.Delivered') <>
			(SELECT count(*) FROM subscription_event e WHERE e.subscription = s.subscription AND e.number > json_extract(s.body, '$.Delivered')) LIMIT 1`,
			"an event that the subscription %s is still to be told was taken out"},
		{`SELECT hex(s.subscription) FROM subscription s WHERE s.subscription <> unhex(replace(json_extract(s.body, '$.ID'), '-', '')) LIMIT 1`, "the subscription %s is filed under another id than its own"},
	} {
		var id string
		err := s.db.QueryRow(ctx, ask.text).Scan(&id)
		if err == nil {
			return fmt.Errorf(ask.what, id)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("what programs are told: %w", err)
		}
	}
	all, err := s.All(ctx)
	if err != nil {
		return err
	}
	for _, one := range all { // when it was made never changes
		var created int64
		err := s.db.QueryRow(ctx, `SELECT created FROM subscription WHERE subscription = $1`, one.ID[:]).Scan(&created)
		if err == nil && created != one.Created.UnixMicro() {
			return fmt.Errorf("the subscription %s is filed under another time than that of its making", one.ID)
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("subscription %s: %w", one.ID, err)
		}
	}
	return nil
}
