package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// Account is what is kept of somebody who can sign in.
type Account struct {
	Account  string // what they sign in with, lower case
	Name     string // what to call them
	Role     Role
	Worker   uuid.UUID
	Places   []uuid.UUID
	Disabled bool
	Restored bool // it is disabled only because a backup was restored: a new password opens it again
	Created  time.Time
	Language string    // that they read pages in, a BCP 47 tag; "": they have not chosen
	Until    time.Time // opened by a pass that ends then; zero: an account of its own
	LetIn    []LetIn   // people whom it was let in to
	Password string    // encoded argon2id hash; never leaves this package and the store
}

// NewAccount is an account to be made.
type NewAccount struct {
	Account  string // 2 to 64 of a to z, 0 to 9, dot, dash, underscore and @
	Name     string
	Password string
	Role     Role
	Worker   uuid.UUID   // their entry in the directory; may be zero for roles that record nothing about people
	Places   []uuid.UUID // entries of the directory
}

// Token lets a program act for an account. Only the hash of its secret is kept.
type Token struct {
	Hash     record.Hash // SHA-256 of the secret
	Account  string
	Label    string
	Created  time.Time
	Expires  time.Time
	LastUsed time.Time // to the minute; zero when never
}

// Accounts is what access needs of a store of accounts. Kinds of error: NotFound, Conflict (the account exists), Busy, Unavailable.
type Accounts interface {
	// Create keeps a new account. Conflict when there is one of that name.
	Create(ctx context.Context, a Account) error
	// Find gives the account of that name. NotFound when there is none.
	Find(ctx context.Context, account string) (Account, error)
	// List gives all accounts by name.
	List(ctx context.Context) ([]Account, error)
	// SetPassword replaces the hash, forgets failed tries, ends all signed-in sessions of the account, and opens one that only a restore has closed.
	SetPassword(ctx context.Context, account, hash string) error
	// SetDisabled closes or opens the account; closing ends its signed-in sessions.
	SetDisabled(ctx context.Context, account string, disabled bool) error
	// SetLanguage keeps the language that the account's holder reads pages in.
	SetLanguage(ctx context.Context, account, tag string) error
	// Try counts one try to prove who one is before it is known how it ends, in one transaction, so that many tries at once are counted
	// too. Blocked reports that a pause is running; such a try is not counted. Otherwise pause tells how long the next try must wait
	// after that many tries. Name need not be an account. Tries older than a day are forgotten.
	Try(ctx context.Context, name string, now time.Time, pause func(tries int) time.Duration) (blocked bool, err error)
	// Proved forgets the tries of the name.
	Proved(ctx context.Context, name string) error
	// AddToken keeps a token.
	AddToken(ctx context.Context, t Token) error
	// UseToken gives the token with this hash and its account, and notes that it was used now, to the minute. NotFound when there is none.
	UseToken(ctx context.Context, hash record.Hash, now time.Time) (Token, Account, error)
	// RevokeTokens forgets all tokens of the account and says how many there were.
	RevokeTokens(ctx context.Context, account string) (int, error)
}
