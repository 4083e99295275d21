package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// ClientKind is which of two ways a client comes by tokens.
type ClientKind string

// The kinds of clients.
const (
	SystemClient ClientKind = "system" // a program that acts by itself, for the account of its owner
	AppClient    ClientKind = "app"    // an app that a worker uses, for that worker's account
)

// Client is a program or an app of somebody else's that was registered. Only public keys are kept of it.
type Client struct {
	ID        string // 2 to 64 of a to z, 0 to 9, dot, dash and underscore
	Name      string
	Kind      ClientKind
	Account   string   // of a system: the account that it acts for
	Scopes    Scopes   // the most that it can be given
	Stays     bool     // of an app: it may go on when its user is not there (offline_access)
	Redirects []string // of an app: where its user is sent back to
	Launch    string   // of an app: where it is started from a page of ours; "": it starts by itself
	Keys      []byte   // a JSON Web Key Set
	KeysAt    string   // or where that is fetched
	Waits     bool     // what it writes waits until a person ratifies it
	Created   time.Time
	CreatedBy string // an account; "" for the operator
	Revoked   time.Time
	RevokedBy string
}

// Proves reports whether the client has keys to prove itself with; else it is public, and proves only that the same one asks that began (PKCE).
func (c *Client) Proves() bool { return len(c.Keys) > 0 || c.KeysAt != "" }

// Open reports whether the client can be given tokens.
func (c *Client) Open() bool { return c.Revoked.IsZero() }

// PaperKind is what one of the secrets that a client is given is good for.
type PaperKind string

// The kinds of papers.
const (
	LaunchPaper  PaperKind = "launch"  // says about whom an app was started from a page of ours
	CodePaper    PaperKind = "code"    // what an app exchanges for tokens, once
	AccessPaper  PaperKind = "access"  // reads and writes
	RefreshPaper PaperKind = "refresh" // gets further access, once
)

// Paper is one secret that a client was given: a code or a token. Only the hash of it is kept.
type Paper struct {
	Hash      record.Hash
	Kind      PaperKind
	Client    string
	Account   string // whom it acts for
	Scopes    string // as granted, with the words that are no scopes over resources
	Person    uuid.UUID
	Grant     uuid.UUID // all that came of one decision has the same: it is revoked together
	Issued    time.Time
	Expires   time.Time
	Until     time.Time   // when whatever comes of it ends at the latest: refreshing goes no further
	Redirect  string      // of a code: where it was sent
	Challenge string      // of a code: what its verifier must hash to
	For       record.Hash // the code or token that it is given for; zero: none
}

// Clients is what access needs of a store of clients and of what they were given. Kinds of error: NotFound, Conflict, Busy, Unavailable.
type Clients interface {
	// AddClient keeps a client. Conflict when there is one of that id, or was.
	AddClient(ctx context.Context, c Client) error
	// FindClient gives a client. NotFound when there is none.
	FindClient(ctx context.Context, id string) (Client, error)
	// ClientList gives all clients by id.
	ClientList(ctx context.Context) ([]Client, error)
	// RevokeClient closes a client for ever and forgets all that it was given, in one transaction. NotFound when there is none.
	RevokeClient(ctx context.Context, id, by string, now time.Time) error
	// KeepPapers keeps what was given, in one transaction, and forgets what expired an hour ago. NotFound, and none is kept, when what one is given for was revoked meanwhile.
	KeepPapers(ctx context.Context, now time.Time, papers ...Paper) error
	// FindPaper gives a paper that was not spent, with its client. NotFound when there is none. Whether it has expired, the caller judges.
	FindPaper(ctx context.Context, hash record.Hash) (Paper, Client, error)
	// SpendPaper uses a paper of a kind up and gives it, once. The second time is a Conflict, and everything of the same grant is forgotten.
	SpendPaper(ctx context.Context, kind PaperKind, hash record.Hash) (Paper, Client, error)
	// EndGrant forgets all papers of a grant.
	EndGrant(ctx context.Context, grant uuid.UUID) error
	// Hear remembers the id of an assertion of a client until it expires, on the disk. Again says that it was heard before.
	Hear(ctx context.Context, client, id string, expires, now time.Time) (again bool, err error)
}

// noClients is a store that keeps none.
type noClients struct{}

func (noClients) AddClient(context.Context, Client) error { return errNoClients() }
func (noClients) FindClient(context.Context, string) (Client, error) {
	return Client{}, notFound()
}
func (noClients) ClientList(context.Context) ([]Client, error) { return nil, nil }
func (noClients) RevokeClient(context.Context, string, string, time.Time) error {
	return notFound()
}
func (noClients) KeepPapers(context.Context, time.Time, ...Paper) error { return errNoClients() }
func (noClients) FindPaper(context.Context, record.Hash) (Paper, Client, error) {
	return Paper{}, Client{}, notFound()
}
func (noClients) SpendPaper(context.Context, PaperKind, record.Hash) (Paper, Client, error) {
	return Paper{}, Client{}, notFound()
}
func (noClients) EndGrant(context.Context, uuid.UUID) error { return nil }
func (noClients) Hear(context.Context, string, string, time.Time, time.Time) (bool, error) {
	return false, errNoClients()
}

func errNoClients() error {
	return &standard.Fault{Kind: standard.Unavailable, Message: "No program of others can be registered here."}
}
