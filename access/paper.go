package access

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// How long what clients are given is good for.
const (
	launchLife = 5 * time.Minute
	codeLife   = time.Minute
	appLife    = 15 * time.Minute    // an app's access, until it is refreshed
	onlineLife = 12 * time.Hour      // of all that came of one decision while its user is there: no longer than a shift
	stayLife   = 90 * 24 * time.Hour // or when the user need not be there
)

// SystemLife is how long a system's access is good for where nothing else is configured.
const SystemLife = 5 * time.Minute

// The words beside scopes that mean something here.
const (
	OfflineAccess = "offline_access"
	OnlineAccess  = "online_access"
	LaunchWord    = "launch"
	LaunchPatient = "launch/patient"
)

// paperPrefix lets a person, and a scanner of leaked secrets, see what each is.
var paperPrefix = map[PaperKind]string{
	LaunchPaper: "rosemary_launch_", CodePaper: "rosemary_code_", AccessPaper: "rosemary_client_", RefreshPaper: "rosemary_refresh_",
}

// IsClientToken reports whether a bearer token looks like one that a client was given.
func IsClientToken(bearer string) bool { return strings.HasPrefix(bearer, paperPrefix[AccessPaper]) }

// Given is what a client gets: secrets that are kept nowhere, and what they are good for.
type Given struct {
	Access  string
	Refresh string // "": none
	Life    time.Duration
	Scopes  string
	Person  uuid.UUID // whom the app was started about, or who was chosen; zero: nobody
}

// secret draws one.
func secret(kind PaperKind) (string, record.Hash) {
	text := paperPrefix[kind] + base64.RawURLEncoding.EncodeToString(randomBytes(32))
	return text, sha256.Sum256([]byte(text))
}

func hashOfPaper(kind PaperKind, text string) (record.Hash, bool) {
	return sha256.Sum256([]byte(text)), strings.HasPrefix(text, paperPrefix[kind]) && len(text) < 200
}

// refusedPaper is the one answer for what is no paper, no longer, or another client's.
func refusedPaper() error {
	return &standard.Fault{Kind: standard.Unauthenticated, Message: "This is not valid, or no longer.", Hint: "Begin again."}
}

// GiveSystem gives a system that has proved itself access for its owner's account, within what it was registered for. Invalid when nothing of what it asks for is.
func (g *Guard) GiveSystem(ctx context.Context, c Client, asked string, life time.Duration) (Given, error) {
	scopes, _, problems := ParseScopes(asked)
	if len(problems) == 0 && len(scopes) == 0 {
		problems = []standard.Problem{{Path: "/scope", Rule: "scope", Message: "Say in scope what is wanted, for example system/Patient.rs."}}
	}
	granted := scopes.Within(c.Scopes)
	if len(problems) == 0 && len(granted) == 0 {
		problems = []standard.Problem{{Path: "/scope", Rule: "scope", Message: "The client was not registered for any of these scopes."}}
	}
	if err := standard.Refuse("No token was given.", problems); err != nil {
		return Given{}, err
	}
	if _, err := g.Session(ctx, c.Account, DirectCare); err != nil {
		return Given{}, refusedPaper() // the account was closed
	}
	now := g.config.Now()
	text, hash := secret(AccessPaper)
	p := Paper{Hash: hash, Kind: AccessPaper, Client: c.ID, Account: c.Account, Scopes: granted.String(), Grant: uuid.Must(uuid.NewV7()), Issued: now, Expires: now.Add(life), Until: now.Add(life)}
	if err := g.config.Clients.KeepPapers(ctx, now, p); err != nil {
		return Given{}, err
	}
	g.book.add(ctx, Entry{Action: "client-token", Account: c.Account, To: c.ID, What: p.Scopes, Outcome: Done})
	return Given{Access: text, Life: life, Scopes: p.Scopes}, nil
}

// Consent is what a worker has allowed an app.
type Consent struct {
	Client    Client
	Scopes    Scopes
	Words     []string
	Person    uuid.UUID
	Redirect  string
	Challenge string
}

// Allow gives the code that an app exchanges for tokens of the session's account. A person must be one whom the session may see.
func (s *Session) Allow(ctx context.Context, c Consent) (code string, err error) {
	entry := Entry{Action: "allow-app", Stream: c.Person, To: c.Client.ID, What: c.Scopes.String()}
	if _, isCut := s.Licence(); isCut {
		return "", s.denied(ctx, entry, forbidden("An app cannot allow another app.", ""))
	}
	granted := c.Scopes.Within(c.Client.Scopes)
	if len(granted) == 0 || c.Client.Kind != AppClient || !slices.Contains(c.Client.Redirects, c.Redirect) {
		return "", s.denied(ctx, entry, forbidden("The app was not registered for this.", "Tell whoever looks after Rosemary."))
	}
	if granted.Bound() && c.Person == uuid.Nil {
		return "", standard.Refuse("The app was not allowed.", []standard.Problem{{Path: "/person", Rule: standard.RuleMustOccur, Message: "Choose whose record the app may see."}})
	}
	if c.Person != uuid.Nil && !s.MayDo(ctx, ToRead, c.Person) {
		return "", s.denied(ctx, entry, notFound())
	}
	now := s.guard.config.Now()
	until := now.Add(onlineLife)
	words := slices.DeleteFunc(slices.Clone(c.Words), func(w string) bool {
		return w != OnlineAccess && w != LaunchWord && w != LaunchPatient && !(w == OfflineAccess && c.Client.Stays)
	})
	if slices.Contains(words, OfflineAccess) {
		until = now.Add(stayLife)
	}
	code, hash := secret(CodePaper)
	err = s.guard.config.Clients.KeepPapers(ctx, now, Paper{
		Hash: hash, Kind: CodePaper, Client: c.Client.ID, Account: s.principal.Account, Scopes: strings.TrimSpace(granted.String() + " " + strings.Join(words, " ")), Person: c.Person,
		Grant: uuid.Must(uuid.NewV7()), Issued: now, Expires: now.Add(codeLife), Until: until, Redirect: c.Redirect, Challenge: c.Challenge,
	})
	if err != nil {
		return "", err
	}
	s.note(ctx, entry)
	return code, nil
}

// ExchangeCode gives tokens for a code, once: to the client that it was made for, which shows the address that it was sent to and the verifier of its challenge. A code
// that comes a second time ends all that came of it.
func (g *Guard) ExchangeCode(ctx context.Context, client, code, redirect, verifier string) (Given, error) {
	hash, ok := hashOfPaper(CodePaper, code)
	if !ok {
		return Given{}, refusedPaper()
	}
	p, c, err := g.spend(ctx, CodePaper, hash, client)
	if err != nil {
		return Given{}, err
	}
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	if p.Redirect != redirect || len(verifier) < 43 || len(verifier) > 128 || subtle.ConstantTimeCompare([]byte(challenge), []byte(p.Challenge)) != 1 {
		return Given{}, refusedPaper() // and it is spent
	}
	return g.giveApp(ctx, p, c, p.Scopes)
}

// Refresh gives new tokens for one that was given for that, once. One that comes a second time was stolen, or its answer was lost: all that came of the decision ends.
func (g *Guard) Refresh(ctx context.Context, client, token, narrower string) (Given, error) {
	hash, ok := hashOfPaper(RefreshPaper, token)
	if !ok {
		return Given{}, refusedPaper()
	}
	scopes, _, problems := ParseScopes(narrower)
	if err := standard.Refuse("No token was given.", problems); err != nil {
		return Given{}, err
	}
	p, c, err := g.spend(ctx, RefreshPaper, hash, client)
	if err != nil {
		return Given{}, err
	}
	if len(scopes) > 0 {
		had, words, _ := ParseScopes(p.Scopes)
		granted := scopes.Within(had)
		if len(granted) == 0 {
			return Given{}, standard.Refuse("No token was given.", []standard.Problem{{Path: "/scope", Rule: "scope", Message: "These scopes were not granted."}})
		}
		if had.Bound() && !granted.Bound() { // what was bound to one person stays so
			return Given{}, standard.Refuse("No token was given.", []standard.Problem{{Path: "/scope", Rule: "scope", Message: "Scopes about one person cannot be left out when a token is refreshed."}})
		}
		return g.giveApp(ctx, p, c, strings.TrimSpace(granted.String()+" "+strings.Join(words, " ")))
	}
	return g.giveApp(ctx, p, c, p.Scopes)
}

// spend uses up a code or refresh token that is good, for a client.
func (g *Guard) spend(ctx context.Context, kind PaperKind, hash record.Hash, client string) (Paper, Client, error) {
	p, c, err := g.config.Clients.SpendPaper(ctx, kind, hash)
	switch standard.KindOf(err) {
	case standard.NotFound, standard.Conflict:
		return p, c, refusedPaper()
	}
	if err != nil {
		return p, c, err
	}
	now := g.config.Now()
	if p.Client != client || !c.Open() || !now.Before(p.Expires) || !now.Before(p.Until) {
		return p, c, refusedPaper()
	}
	if _, err := g.Session(ctx, p.Account, DirectCare); err != nil {
		return p, c, refusedPaper()
	}
	return p, c, nil
}

// giveApp gives access for some scopes, and a refresh token for all that was granted, where that was.
func (g *Guard) giveApp(ctx context.Context, from Paper, c Client, scopes string) (Given, error) {
	now := g.config.Now()
	expires := now.Add(appLife)
	if from.Until.Before(expires) {
		expires = from.Until
	}
	text, hash := secret(AccessPaper)
	p := Paper{Hash: hash, Kind: AccessPaper, Client: c.ID, Account: from.Account, Scopes: scopes, Person: from.Person, Grant: from.Grant, Issued: now, Expires: expires, Until: from.Until, For: from.Hash}
	given := Given{Access: text, Life: expires.Sub(now), Scopes: scopes, Person: from.Person}
	papers := []Paper{p}
	words := strings.Fields(from.Scopes)
	if slices.Contains(words, OfflineAccess) || slices.Contains(words, OnlineAccess) {
		given.Refresh, p.Hash = secret(RefreshPaper)
		p.Kind, p.Scopes, p.Expires = RefreshPaper, from.Scopes, from.Until
		papers = append(papers, p)
	}
	err := g.config.Clients.KeepPapers(ctx, now, papers...)
	if standard.KindOf(err) == standard.NotFound {
		err = refusedPaper()
	}
	if err != nil {
		return Given{}, err
	}
	g.book.add(ctx, Entry{Action: "client-token", Account: from.Account, Stream: from.Person, To: c.ID, What: scopes, Outcome: Done})
	return given, nil
}

// BeginLaunch gives the word by which an app that is started from a page about somebody learns about whom.
func (s *Session) BeginLaunch(ctx context.Context, c Client, person uuid.UUID) (string, error) {
	if c.Kind != AppClient || c.Launch == "" || !s.MayDo(ctx, ToRead, person) {
		return "", s.denied(ctx, Entry{Action: "launch-app", Stream: person, To: c.ID}, notFound())
	}
	now := s.guard.config.Now()
	text, hash := secret(LaunchPaper)
	return text, s.guard.config.Clients.KeepPapers(ctx, now, Paper{
		Hash: hash, Kind: LaunchPaper, Client: c.ID, Account: s.principal.Account, Person: person, Grant: uuid.Must(uuid.NewV7()), Issued: now, Expires: now.Add(launchLife), Until: now.Add(launchLife),
	})
}

// LaunchedAbout tells about whom the session's own account started an app.
func (s *Session) LaunchedAbout(ctx context.Context, client, launch string) (uuid.UUID, error) {
	hash, ok := hashOfPaper(LaunchPaper, launch)
	if !ok {
		return uuid.Nil, notFound()
	}
	p, _, err := s.guard.config.Clients.FindPaper(ctx, hash)
	if err != nil {
		return uuid.Nil, err
	}
	if p.Kind != LaunchPaper || p.Client != client || p.Account != s.principal.Account || !s.guard.config.Now().Before(p.Expires) {
		return uuid.Nil, notFound()
	}
	return p.Person, nil
}

// Launchable lists the apps that can be started from a page about somebody.
func (s *Session) Launchable(ctx context.Context) ([]Client, error) {
	all, err := s.guard.config.Clients.ClientList(ctx)
	return slices.DeleteFunc(all, func(c Client) bool { return c.Kind != AppClient || c.Launch == "" || !c.Open() }), err
}
