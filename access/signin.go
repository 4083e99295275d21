package access

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"rosemary/record"
	"rosemary/standard"
)

// Failed tries to sign in: after the fifth, the next must wait, twice as long each time.
const (
	freeTries  = 5
	firstPause = 30 * time.Second
	longest    = 15 * time.Minute
)

// signedIn is where somebody proves themselves again who is signed in already.
const signedIn = "signed in"

// tokenPrefix lets a person, and a scanner of leaked secrets, see what a token is.
const tokenPrefix = "rosemary_"

// longestToken is how long a token may live.
const longestToken = 366 * 24 * time.Hour

// pauseAfter tells how long the next try must wait after this many.
func pauseAfter(tries int) time.Duration {
	if tries < freeTries {
		return 0
	}
	pause := firstPause
	for i := freeTries; i < tries && pause < longest; i++ {
		pause *= 2
	}
	return min(pause, longest)
}

// accountName is how an account is looked up: without capitals and spaces around it.
func accountName(typed string) string { return strings.ToLower(strings.TrimSpace(typed)) }

// tryName is what tries are counted under: a hash, for people type passwords into the wrong field.
func tryName(account string) string {
	sum := sha256.Sum256([]byte("rosemary tries " + account))
	return hex.EncodeToString(sum[:16])
}

// errSignIn is the one answer to every failure to sign in, so that it gives away neither accounts nor pauses.
func errSignIn() error {
	return &standard.Fault{
		Kind: standard.Unauthenticated, Message: "You could not be signed in. Check the account and the password.",
		Hint: "After five wrong tries you have to wait, up to 15 minutes, before the next one can work. Your manager can have a new password set.",
	}
}

// SignIn proves who somebody is. Every failure gets the same answer after the same work.
func (g *Guard) SignIn(ctx context.Context, account, password string) (Principal, error) {
	return g.SignInFrom(ctx, account, password, "")
}

// SignInFrom is SignIn in a browser in which this account has proved itself before, by a secret of that browser: wrong tries there are counted by themselves.
func (g *Guard) SignInFrom(ctx context.Context, account, password, browser string) (Principal, error) {
	name := accountName(account)
	a, good, err := g.prove(ctx, name, password, browser)
	if err != nil {
		return Principal{}, err
	}
	entry := Entry{Action: "sign-in", Account: a.Account, Worker: a.Worker, Role: a.Role, Outcome: Done}
	if !good {
		if entry.Outcome = Refused; a.Account != "" { // what was typed is logged only when it is an account
			g.book.add(ctx, entry)
		}
		return Principal{}, errSignIn()
	}
	g.book.add(ctx, entry)
	return g.principal(ctx, a)
}

// prove checks a password with constant work. Good is false for every reason not to let somebody in. From is a place
// where the account has proved itself before: what others try elsewhere does not shut it out there. "" is anywhere.
func (g *Guard) prove(ctx context.Context, name, password, from string) (a Account, good bool, err error) {
	leave, err := g.hasher.enter(ctx)
	if err != nil {
		return Account{}, false, err
	}
	defer leave()
	accounts, counted := g.config.Accounts, name
	if from != "" {
		counted += " from " + from
	}
	blocked, err := accounts.Try(ctx, tryName(counted), g.config.Now(), pauseAfter)
	if err != nil {
		return Account{}, false, err
	}
	a, err = accounts.Find(ctx, name)
	known := err == nil
	if err != nil && standard.KindOf(err) != standard.NotFound {
		return Account{}, false, err
	}
	encoded := a.Password
	if !known {
		a, encoded = Account{}, g.hasher.decoy
	}
	if len(password) > maxPassword {
		password = "" // no such password was ever set
	}
	right, err := checkPassword(encoded, password)
	if err != nil {
		return Account{}, false, err
	}
	if blocked || !known || !right || a.Disabled || g.over(a) || !g.hasRole(a) {
		return a, false, nil
	}
	return a, true, accounts.Proved(ctx, tryName(counted))
}

func (g *Guard) hasRole(a Account) bool {
	_, ok := g.config.Policy.RoleName(a.Role)
	return ok
}

func (g *Guard) principal(ctx context.Context, a Account) (Principal, error) {
	role, _ := g.config.Policy.RoleName(a.Role)
	p := Principal{Account: a.Account, Name: a.Name, Worker: a.Worker, Role: a.Role, RoleName: role, Places: a.Places, Until: a.Until, Returns: a.Password != "", Language: a.Language}
	var err error
	if len(a.LetIn) > 0 {
		p.LetIn, err = g.letIn(ctx, a)
	}
	return p, err
}

// over says whether an account was opened by a pass whose time has come.
func (g *Guard) over(a Account) bool { return !a.Until.IsZero() && !g.config.Now().Before(a.Until) }

// Session begins a session for an account that has proved itself before. A disabled account gets none.
func (g *Guard) Session(ctx context.Context, account string, p Purpose) (*Session, error) {
	a, err := g.config.Accounts.Find(ctx, accountName(account))
	return g.session(ctx, a, err, p)
}

// session begins a session for an account as it was found, or not.
func (g *Guard) session(ctx context.Context, a Account, err error, p Purpose) (*Session, error) {
	if !p.Known() {
		return nil, standard.Refuse("This could not be opened.", []standard.Problem{{
			Path: "/purpose", Rule: "unknown-purpose", Value: string(p),
			Message: "The purpose must be direct-care, management, inspection, administration, own-request or visit.",
		}})
	}
	if err != nil && standard.KindOf(err) != standard.NotFound {
		return nil, err
	}
	if err != nil || a.Disabled || g.over(a) || !g.hasRole(a) {
		return nil, &standard.Fault{Kind: standard.Unauthenticated, Message: "You are not signed in.", Hint: "Sign in again. If that does not work, ask your manager."}
	}
	principal, err := g.principal(ctx, a)
	if err != nil {
		return nil, err
	}
	return &Session{guard: g, principal: principal, purpose: p}, nil
}

// TokenSession begins a session for whoever holds a token. Bearer is the token alone, without a scheme before it.
func (g *Guard) TokenSession(ctx context.Context, bearer string, p Purpose) (*Session, error) {
	invalid := &standard.Fault{
		Kind: standard.Unauthenticated, Message: "This token is not valid, or has expired.",
		Hint: "Ask whoever looks after Rosemary for a new one.",
	}
	if !strings.HasPrefix(bearer, tokenPrefix) || len(bearer) > 200 {
		return nil, invalid
	}
	now := g.config.Now()
	t, a, err := g.config.Accounts.UseToken(ctx, record.Hash(sha256.Sum256([]byte(bearer))), now)
	if standard.KindOf(err) == standard.NotFound {
		return nil, invalid
	}
	if err != nil {
		return nil, err
	}
	if !now.Before(t.Expires) {
		return nil, invalid
	}
	s, err := g.session(ctx, a, nil, p)
	if standard.KindOf(err) == standard.Unauthenticated {
		return nil, invalid
	}
	return s, err
}

// NewToken makes a token for an account and gives its secret, which is kept nowhere.
func (g *Guard) NewToken(ctx context.Context, account, label string, validFor time.Duration) (string, error) {
	if validFor <= 0 || validFor > longestToken {
		return "", standard.Refuse("No token was made.", []standard.Problem{{
			Path: "/validFor", Rule: "token-life", Value: validFor.String(), Message: "A token can be valid for at most 366 days.",
		}})
	}
	a, err := g.config.Accounts.Find(ctx, accountName(account))
	if err != nil {
		return "", noAccount(err, account)
	}
	secret := tokenPrefix + base64.RawURLEncoding.EncodeToString(randomBytes(32))
	now := g.config.Now()
	err = g.config.Accounts.AddToken(ctx, Token{
		Hash: sha256.Sum256([]byte(secret)), Account: a.Account, Label: label, Created: now, Expires: now.Add(validFor),
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// RevokeTokens ends all tokens of an account and says how many there were.
func (g *Guard) RevokeTokens(ctx context.Context, account string) (int, error) {
	a, err := g.config.Accounts.Find(ctx, accountName(account))
	if err != nil {
		return 0, noAccount(err, account)
	}
	return g.config.Accounts.RevokeTokens(ctx, a.Account)
}

// noAccount puts an operator's unknown account into words.
func noAccount(err error, account string) error {
	if standard.KindOf(err) != standard.NotFound {
		return err
	}
	return &standard.Fault{Kind: standard.NotFound, Message: "There is no account " + account + ".", Hint: "`rosemary user list` shows the accounts there are.", Err: err}
}
