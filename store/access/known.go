package access

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"rosemary/access"
	"rosemary/record"
	"rosemary/store/sqlite"
)

// known remembers accounts and tokens that were looked up. What it remembers holds for one state of the tables: every look asks for the
// count of their changes first, whichever process made them, so that a closed account or a token that was taken back counts at once: one that
// this process closed with the next look, one that a command beside it closed within asksAgain.
type known struct {
	mu       sync.RWMutex
	changes  int64
	asked    time.Time // when the count was asked for that gave changes; zero: it is to be asked for
	made     int64     // changes by this process: a count that was asked for before one of them is no news
	accounts map[string]access.Account
	tokens   map[record.Hash]access.Token
}

const (
	knownMost = 10_000           // how many of each are remembered; beyond, all are forgotten
	asksAgain = time.Millisecond // how long a count is good for: a fifth of reading a record was asking for it
)

func newKnown() *known {
	return &known{accounts: map[string]access.Account{}, tokens: map[record.Hash]access.Token{}}
}

// changed counts a change of accounts or tokens. Every transaction that makes one calls it.
func (s *Store) changed(tx *sqlite.Tx) error {
	if _, err := tx.Exec(`UPDATE account_change SET n = n + 1 WHERE one = 1`); err != nil {
		return fmt.Errorf("counting the changes of accounts: %w", err)
	}
	tx.AfterCommit(s.known.change)
	return nil
}

// change makes the next look ask.
func (k *known) change() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked, k.made = time.Time{}, k.made+1
}

// count is the count of changes if it was asked for a moment ago, and how many changes this process had made by then.
func (k *known) count(now time.Time) (changes, made int64, good bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.changes, k.made, now.Sub(k.asked) < asksAgain
}

// counted takes note of a count that was asked for; what was remembered of an earlier state is forgotten.
func (k *known) counted(n int64, asked time.Time, made int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changes < n {
		k.changes = n
		clear(k.accounts)
		clear(k.tokens)
	}
	if k.changes == n && k.made == made {
		k.asked = asked
	}
}

// current is the count of changes now.
func (s *Store) current(ctx context.Context) (int64, error) {
	now := s.ticks()
	n, made, good := s.known.count(now)
	if good {
		return n, nil
	}
	if err := s.db.QueryRow(ctx, `SELECT n FROM account_change WHERE one = 1`).Scan(&n); err != nil {
		return 0, fmt.Errorf("changes of accounts: %w", err)
	}
	s.known.counted(n, now, made)
	return n, nil
}

func (k *known) account(name string, at int64) (a access.Account, ok bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.changes == at {
		a, ok = k.accounts[name]
	}
	a.Places = slices.Clone(a.Places)
	return a, ok
}

// keepAccount remembers an account that was read after the count of changes, if that has not moved on.
func (k *known) keepAccount(a access.Account, at int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changes != at {
		return
	}
	if len(k.accounts) >= knownMost {
		clear(k.accounts)
	}
	a.Places = slices.Clone(a.Places)
	k.accounts[a.Account] = a
}

func (k *known) token(hash record.Hash, at int64) (t access.Token, ok bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.changes == at {
		t, ok = k.tokens[hash]
	}
	return t, ok
}

func (k *known) keepToken(t access.Token, at int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changes != at {
		return
	}
	if len(k.tokens) >= knownMost {
		clear(k.tokens)
	}
	k.tokens[t.Hash] = t
}

// use notes that a remembered token is used in a minute, and reports whether that is news.
func (k *known) use(hash record.Hash, minute time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	t, ok := k.tokens[hash]
	if ok && !minute.After(t.LastUsed) {
		return false
	}
	if ok {
		t.LastUsed = minute
		k.tokens[hash] = t
	}
	return true
}
