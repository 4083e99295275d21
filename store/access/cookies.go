package access

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"

	"rosemary/standard"
	"rosemary/store/sqlite"
)

// Cookies keeps the signed-in sessions of browsers for scs. The token of the cookie is kept hashed.
type Cookies struct {
	db      *sqlite.DB
	now     func() time.Time
	account func(data []byte) string
}

var _ scs.CtxStore = (*Cookies)(nil)

// Cookies gives the session store. Account reads from a session's data whose it is, "" when nobody has signed in: so that a new password
// or a closed account ends the sessions of that account.
func (s *Store) Cookies(now func() time.Time, account func(data []byte) string) *Cookies {
	return &Cookies{db: s.db, now: now, account: account}
}

func cookieHash(token string) []byte {
	sum := sha256.Sum256([]byte("rosemary session " + token))
	return sum[:]
}

// FindCtx finds the data of a session that has not expired.
func (c *Cookies) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = c.db.QueryRow(ctx, `SELECT data FROM cookie_session WHERE hash = $1 AND expires > $2`, cookieHash(token), micros(c.now())).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("session: %w", err)
	}
	return data, true, nil
}

// CommitCtx keeps the data of a session until it expires. When the disk is full, a session that is kept already with the same data goes on
// until its old expiry, so that whoever is signed in can go on reading.
func (c *Cookies) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	err := c.write(ctx, `INSERT INTO cookie_session (hash, account, data, expires) VALUES ($1, $2, $3, $4)
		ON CONFLICT (hash) DO UPDATE SET account = excluded.account, data = excluded.data, expires = excluded.expires`,
		cookieHash(token), c.account(data), data, micros(expiry))
	if standard.KindOf(err) != standard.Unavailable {
		return err
	}
	if kept, found, _ := c.FindCtx(ctx, token); found && bytes.Equal(kept, data) {
		return nil
	}
	return err
}

// DeleteCtx forgets a session.
func (c *Cookies) DeleteCtx(ctx context.Context, token string) error {
	return c.write(ctx, `DELETE FROM cookie_session WHERE hash = $1`, cookieHash(token))
}

// Clean forgets the sessions that have expired. It is to be called now and then.
func (c *Cookies) Clean(ctx context.Context) error {
	return c.write(ctx, `DELETE FROM cookie_session WHERE expires <= $1`, micros(c.now()))
}

// Run cleans every so often until the context ends.
func (c *Cookies) Run(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_ = c.Clean(ctx) // the next time will do as well
		case <-ctx.Done():
			return
		}
	}
}

func (c *Cookies) write(ctx context.Context, text string, args ...any) error {
	err := c.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(text, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return nil
}

// Find implements scs.Store for callers without a context.
func (c *Cookies) Find(token string) ([]byte, bool, error) {
	return c.FindCtx(context.Background(), token)
}

// Commit implements scs.Store for callers without a context.
func (c *Cookies) Commit(token string, data []byte, expiry time.Time) error {
	return c.CommitCtx(context.Background(), token, data, expiry)
}

// Delete implements scs.Store for callers without a context.
func (c *Cookies) Delete(token string) error { return c.DeleteCtx(context.Background(), token) }
