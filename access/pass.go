package access

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// PassKind is a kind of pass, a row of policy.yaml: what somebody without an account of their own can be let in as.
type PassKind struct {
	Role      Role
	Name      string
	Writes    bool // whoever comes in by it may write
	OnePerson bool // to one person's record; else to all of a home
	Usual     time.Duration
	Longest   time.Duration
	MadeBy    []Role
	Basis     []string // class roles, one of which the record must have that it rests on; none: it rests on nothing
	Purpose   Purpose
	Authority string // what that record must mean, in the words of its value set; "": nothing in particular
	About     string // what it was agreed to must mean this; "": nothing in particular
}

// Pass lets somebody in for a time. Its code works once and opens an account that ends when the pass does. It rests, where its kind demands, on a record of the
// person's: with that record, its end or the person's death it ends too.
type Pass struct {
	Account      string // that it opens
	Role         Role
	Holder       string // who is let in
	Organisation string // for whom they come; "": for nobody
	Purpose      string // why, in words
	People       []uuid.UUID
	Place        uuid.UUID
	Basis        uuid.UUID // a record of the person's; zero: none
	Worker       uuid.UUID // who they are in the directory, where they may write
	MadeBy       string    // an account
	Made         time.Time
	RedeemBy     time.Time // afterwards the code opens nothing
	Until        time.Time
	Redeemed     time.Time // zero: the code waits
	Ended        time.Time // zero: by its time alone
	EndedBy      string
}

// Waits says whether the code of the pass can still be used.
func (p *Pass) Waits(now time.Time) bool { return p.Open(now) && p.Redeemed.IsZero() }

// Open says whether somebody can be in by it, or still come in.
func (p *Pass) Open(now time.Time) bool {
	return p.Ended.IsZero() && now.Before(p.Until) && (!p.Redeemed.IsZero() || now.Before(p.RedeemBy))
}

// LetIn is one person whose record an account was let in to.
type LetIn struct {
	Stream uuid.UUID
	Until  time.Time
	Basis  uuid.UUID // a record of the person's that it rests on; zero: none
}

// BrokenGlass is one time that somebody opened a record in an emergency that they could not open otherwise.
type BrokenGlass struct {
	ID         int64
	Account    string
	Stream     uuid.UUID
	Reason     string
	Made       time.Time
	Until      time.Time
	Reviewed   time.Time // zero: it waits
	ReviewedBy string
	Right      bool   // what the review found
	Finding    string // in words
}

// Passes is what access needs of a store of passes and of what was opened in an emergency. Kinds: NotFound, Conflict, Busy, Unavailable.
type Passes interface {
	// MakePass keeps a pass with the hash of its code, and the account that it opens, closed until the code is used, in one transaction.
	MakePass(ctx context.Context, p Pass, code record.Hash, a Account) error
	// Redeem uses the code up: NotFound unless it waits, has not run out by now and its pass has not ended.
	Redeem(ctx context.Context, code record.Hash, now time.Time) (Pass, error)
	// EndPass ends a pass before its time, and all that it opened. NotFound when there is none; one that has ended stays as it is.
	EndPass(ctx context.Context, account, by string, now time.Time) error
	// PassList gives all passes, the newest first.
	PassList(ctx context.Context) ([]Pass, error)
	// BreakGlass lets an account in to a person and keeps why.
	BreakGlass(ctx context.Context, b BrokenGlass) error
	// GlassList gives all that was opened in an emergency, the newest first.
	GlassList(ctx context.Context) ([]BrokenGlass, error)
	// Review keeps what a review found. Conflict when it was reviewed before.
	Review(ctx context.Context, b BrokenGlass) error
}

// PassPrefix begins the name of every account that a pass opens.
const PassPrefix = "pass-"

// The letters of a code: none that is taken for another.
const (
	codeLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength  = 12
)

// newCode draws a code: twelve of thirty letters and digits, in three groups.
func newCode() string {
	var b strings.Builder
	for b.Len() < codeLength {
		for _, x := range randomBytes(codeLength) {
			if n := int(x); n < 240 && b.Len() < codeLength { // 240 = 8 × 30: each letter is as likely
				b.WriteByte(codeLetters[n%len(codeLetters)])
			}
		}
	}
	code := b.String()
	return code[:4] + "-" + code[4:8] + "-" + code[8:]
}

// plainCode reads a code as it was typed.
func plainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(codeLetters, r) {
			return r
		}
		return -1
	}, strings.ToUpper(typed))
}
