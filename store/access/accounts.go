package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// triesKept is how long failed tries are remembered.
const triesKept = 24 * time.Hour

// Create keeps a new account.
func (s *Store) Create(ctx context.Context, a access.Account) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO account (account, name, role, worker, places, disabled, created, password) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			a.Account, a.Name, string(a.Role), a.Worker[:], packPlaces(a.Places), a.Disabled, micros(a.Created), a.Password)
		if err != nil {
			return err
		}
		return s.changed(tx)
	})
	if sqlite.IsTaken(err) {
		return &standard.Fault{Kind: standard.Conflict, Message: "There is an account " + a.Account + " already.", Hint: "Choose another name for the account.", Err: err}
	}
	if err != nil {
		return fmt.Errorf("new account: %w", err)
	}
	return nil
}

func packPlaces(places []uuid.UUID) []byte {
	b := make([]byte, 0, 16*len(places))
	for _, p := range places {
		b = append(b, p[:]...)
	}
	return b
}

// closedByRestore is what the column disabled says of an account that stood open when a backup was restored; 0: open, 1: closed on purpose.
const closedByRestore = 2

const accountColumns = `account, name, role, worker, places, disabled <> 0, disabled = 2, created, until, language, password`

func scanAccount(scan func(...any) error) (access.Account, error) {
	var a access.Account
	var worker, places []byte
	var created, until int64
	if err := scan(&a.Account, &a.Name, &a.Role, &worker, &places, &a.Disabled, &a.Restored, &created, &until, &a.Language, &a.Password); err != nil {
		return a, err
	}
	a.Created, a.Until = timeOf(created), timeOf(until)
	if len(worker) != 16 || len(places)%16 != 0 {
		return a, fmt.Errorf("the account %s is damaged", a.Account)
	}
	copy(a.Worker[:], worker)
	a.Places = unpackPlaces(places)
	return a, nil
}

// Find gives the account of that name.
func (s *Store) Find(ctx context.Context, account string) (access.Account, error) {
	at, err := s.current(ctx)
	if err != nil {
		return access.Account{}, err
	}
	return s.find(ctx, account, at)
}

// find gives an account that is remembered, or reads it.
func (s *Store) find(ctx context.Context, account string, at int64) (access.Account, error) {
	if a, ok := s.known.account(account, at); ok {
		return a, nil
	}
	a, err := scanAccount(s.db.QueryRow(ctx, `SELECT `+accountColumns+` FROM account WHERE account = $1`, account).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return access.Account{}, notFound("There is no such account.")
	}
	if err != nil {
		return access.Account{}, fmt.Errorf("account: %w", err)
	}
	if a.LetIn, err = s.ways(ctx, account); err != nil {
		return access.Account{}, err
	}
	s.known.keepAccount(a, at)
	return a, nil
}

// List gives all accounts by name.
func (s *Store) List(ctx context.Context) ([]access.Account, error) {
	rows, err := s.db.Query(ctx, `SELECT `+accountColumns+` FROM account ORDER BY account`)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []access.Account
	for rows.Next() {
		a, err := scanAccount(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("accounts: %w", err)
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

// SetPassword replaces the hash, ends all signed-in sessions of the account, and opens one that only a restore has closed.
func (s *Store) SetPassword(ctx context.Context, account, hash string) error {
	return s.change(ctx, account, `UPDATE account SET password = $2, disabled = CASE disabled WHEN 2 THEN 0 ELSE disabled END WHERE account = $1`, true, hash)
}

// SetDisabled closes or opens the account; closing ends its signed-in sessions.
func (s *Store) SetDisabled(ctx context.Context, account string, disabled bool) error {
	return s.change(ctx, account, `UPDATE account SET disabled = $2 WHERE account = $1`, disabled, disabled)
}

func (s *Store) change(ctx context.Context, account, update string, signOut bool, value any) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(update, account, value)
		if err != nil {
			return fmt.Errorf("changing an account: %w", err)
		}
		if n == 0 {
			return notFound("There is no such account.")
		}
		if err := s.changed(tx); err != nil {
			return err
		}
		if !signOut {
			return nil
		}
		if _, err := tx.Exec(`DELETE FROM cookie_session WHERE account = $1`, account); err != nil {
			return fmt.Errorf("ending sessions: %w", err)
		}
		if _, err := tx.Exec(`DELETE FROM client_paper WHERE account = $1`, account); err != nil {
			return fmt.Errorf("ending what apps were allowed: %w", err)
		}
		return nil
	})
}

// SetLanguage keeps the language that the account's holder reads pages in.
func (s *Store) SetLanguage(ctx context.Context, account, tag string) error {
	return s.change(ctx, account, `UPDATE account SET language = $2 WHERE account = $1`, false, tag)
}

// Try counts one try before it is known how it ends.
func (s *Store) Try(ctx context.Context, name string, now time.Time, pause func(tries int) time.Duration) (blocked bool, err error) {
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`DELETE FROM try WHERE last < $1`, micros(now.Add(-triesKept))); err != nil {
			return fmt.Errorf("forgetting old tries: %w", err)
		}
		var tries int
		var until int64
		err := tx.QueryRow(`SELECT tries, blocked FROM try WHERE name = $1`, name).Scan(&tries, &until)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("tries: %w", err)
		}
		if blocked = until > micros(now); !blocked {
			tries++
			until = micros(now.Add(pause(tries)))
		}
		_, err = tx.Exec(`INSERT INTO try (name, tries, last, blocked) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET tries = excluded.tries, last = excluded.last, blocked = excluded.blocked`, name, tries, micros(now), until)
		if err != nil {
			return fmt.Errorf("counting a try: %w", err)
		}
		return nil
	})
	return blocked, err
}

// Proved forgets the tries of the name.
func (s *Store) Proved(ctx context.Context, name string) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`DELETE FROM try WHERE name = $1`, name); err != nil {
			return fmt.Errorf("forgetting tries: %w", err)
		}
		return nil
	})
}

// AddToken keeps a token.
func (s *Store) AddToken(ctx context.Context, t access.Token) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`DELETE FROM token WHERE expires <= $1`, micros(t.Created)); err != nil {
			return fmt.Errorf("forgetting old tokens: %w", err)
		}
		_, err := tx.Exec(`INSERT INTO token (hash, account, label, created, expires, used) VALUES ($1, $2, $3, $4, $5, 0)`,
			t.Hash[:], t.Account, t.Label, micros(t.Created), micros(t.Expires))
		if err != nil {
			return fmt.Errorf("new token: %w", err)
		}
		return s.changed(tx)
	})
}

// UseToken gives the token with this hash and its account, and notes, once a minute, that it was used.
func (s *Store) UseToken(ctx context.Context, hash record.Hash, now time.Time) (access.Token, access.Account, error) {
	at, err := s.current(ctx)
	if err != nil {
		return access.Token{}, access.Account{}, err
	}
	t, ok := s.known.token(hash, at)
	if !ok {
		if t, err = s.readToken(ctx, hash); err != nil {
			return access.Token{}, access.Account{}, err
		}
		s.known.keepToken(t, at)
	}
	if minute := now.Truncate(time.Minute); minute.After(t.LastUsed) && s.known.use(hash, minute) {
		t.LastUsed = minute
		if err := s.noteUse(ctx, hash, minute); err != nil {
			return access.Token{}, access.Account{}, err
		}
	}
	a, err := s.find(ctx, t.Account, at)
	return t, a, err
}

func (s *Store) readToken(ctx context.Context, hash record.Hash) (access.Token, error) {
	t := access.Token{Hash: hash}
	var created, expires, used int64
	err := s.db.QueryRow(ctx, `SELECT account, label, created, expires, used FROM token WHERE hash = $1`, hash[:]).
		Scan(&t.Account, &t.Label, &created, &expires, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return access.Token{}, notFound("There is no such token.")
	}
	if err != nil {
		return access.Token{}, fmt.Errorf("token: %w", err)
	}
	t.Created, t.Expires, t.LastUsed = timeOf(created), timeOf(expires), timeOf(used)
	return t, nil
}

func (s *Store) noteUse(ctx context.Context, hash record.Hash, minute time.Time) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE token SET used = $2 WHERE hash = $1 AND used < $2`, hash[:], micros(minute))
		return err
	})
	if standard.KindOf(err) == standard.Unavailable {
		return nil // the disk is full: care goes on reading
	}
	return err
}

// RevokeTokens forgets all tokens of the account.
func (s *Store) RevokeTokens(ctx context.Context, account string) (n int, err error) {
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		gone, err := tx.Exec(`DELETE FROM token WHERE account = $1`, account)
		if n = int(gone); err != nil || n == 0 {
			return err
		}
		return s.changed(tx)
	})
	if err != nil {
		return 0, fmt.Errorf("revoking tokens: %w", err)
	}
	return n, nil
}
