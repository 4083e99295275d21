package access

import (
	"context"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"rosemary/access/keyset"
	"rosemary/standard"
)

// NewClient is a client to be registered.
type NewClient struct {
	ID, Name  string
	Kind      ClientKind
	Account   string
	Scopes    string
	Redirects []string
	Launch    string
	Keys      string
	KeysAt    string
	Waits     bool
}

// AddClient registers a client, for whoever may. It reports every fault at once.
func (s *Session) AddClient(ctx context.Context, n NewClient) (Client, error) {
	entry := Entry{Action: "add-client", To: clientID(n.ID)}
	if err := s.mayManageClients(ctx, entry); err != nil {
		return Client{}, err
	}
	c, err := s.guard.addClient(ctx, n, s.principal.Account)
	if err == nil {
		s.note(ctx, entry)
	}
	return c, err
}

// RegisterClient registers a client for the operator of the installation.
func (g *Guard) RegisterClient(ctx context.Context, n NewClient) (Client, error) {
	c, err := g.addClient(ctx, n, "")
	if err == nil {
		g.book.add(ctx, Entry{Action: "add-client", To: c.ID, Outcome: Done})
	}
	return c, err
}

func clientID(typed string) string { return strings.ToLower(strings.TrimSpace(typed)) }

func (g *Guard) addClient(ctx context.Context, n NewClient, by string) (Client, error) {
	c := Client{
		ID: clientID(n.ID), Name: strings.TrimSpace(n.Name), Kind: n.Kind, KeysAt: strings.TrimSpace(n.KeysAt), Launch: strings.TrimSpace(n.Launch),
		Waits: n.Waits, Created: g.config.Now(), CreatedBy: by,
	}
	var problems []standard.Problem
	fault := func(path, value, message string) {
		problems = append(problems, standard.Problem{Path: path, Rule: "client", Value: shortened(value), Message: message})
	}
	if ok, _ := regexp.MatchString(`^[a-z0-9][a-z0-9._-]{1,63}$`, c.ID); !ok {
		fault("/id", n.ID, "The id of a client is 2 to 64 letters a to z and digits, with dots, dashes or underscores between them.")
	}
	if c.Name == "" || len(c.Name) > 200 {
		fault("/name", "", "Say what people call it.")
	}
	scopes, words, wrong := ParseScopes(n.Scopes)
	problems = append(problems, wrong...)
	if c.Scopes = scopes; len(scopes) == 0 && len(wrong) == 0 {
		fault("/scope", n.Scopes, "Say what it may have at most, for example "+exampleScopes(c.Kind)+".")
	}
	keys, wrong := clientKeys(n)
	c.Keys, problems = keys, append(problems, wrong...)
	if c.KeysAt != "" {
		if wrong := clientAddress(c.KeysAt); wrong != "" {
			fault("/keysAt", c.KeysAt, wrong)
		}
	}
	var err error
	switch c.Kind {
	case SystemClient:
		wrong, err = g.systemProblems(ctx, &c, n)
	case AppClient:
		wrong = appProblems(&c, n, words)
	default:
		fault("/kind", string(n.Kind), "A client is a system, which acts by itself, or an app, which a worker uses.")
		wrong = nil
	}
	if err != nil {
		return Client{}, err
	}
	if err := standard.Refuse("The client was not registered.", append(problems, wrong...)); err != nil {
		return Client{}, err
	}
	return c, g.config.Clients.AddClient(ctx, c)
}

func exampleScopes(kind ClientKind) string {
	if kind == AppClient {
		return "patient/*.rs"
	}
	return "system/*.rs"
}

func clientKeys(n NewClient) ([]byte, []standard.Problem) {
	text := strings.TrimSpace(n.Keys)
	switch {
	case text == "":
		return nil, nil
	case strings.TrimSpace(n.KeysAt) != "":
		return nil, []standard.Problem{{Path: "/keys", Rule: "client", Message: "Give the keys themselves, or the address where they are, not both."}}
	}
	set, problems := keyset.Read([]byte(text))
	if len(problems) > 0 {
		for i := range problems {
			problems[i].Path = "/keys"
		}
		return nil, problems
	}
	return set.JSON(), nil
}

// systemProblems checks what only a system has: an account that it acts for, and keys.
func (g *Guard) systemProblems(ctx context.Context, c *Client, n NewClient) (problems []standard.Problem, err error) {
	fault := func(path, value, message string) {
		problems = append(problems, standard.Problem{Path: path, Rule: "client", Value: shortened(value), Message: message})
	}
	for _, s := range c.Scopes {
		if s.Context != SystemContext {
			fault("/scope", s.String(), "A system has system scopes only: nobody is there who could choose a person.")
		}
	}
	if len(n.Redirects) > 0 || c.Launch != "" {
		fault("/redirects", "", "A system has no user who could be sent anywhere.")
	}
	if strings.TrimSpace(n.Keys) == "" && c.KeysAt == "" {
		fault("/keys", "", "Give its public keys, or the address where they are: it proves itself by them.")
	}
	a, err := g.config.Accounts.Find(ctx, accountName(n.Account))
	switch {
	case standard.KindOf(err) == standard.NotFound:
		fault("/account", n.Account, "There is no account of this name. The system acts for it: it sees whom that account sees.")
	case err != nil:
		return nil, err
	case !a.Until.IsZero():
		fault("/account", n.Account, "This account was opened by a pass and ends with it.")
	}
	c.Account = a.Account
	return problems, nil
}

// appProblems checks what only an app has: where its user is sent back to.
func appProblems(c *Client, n NewClient, words []string) (problems []standard.Problem) {
	fault := func(path, value, message string) {
		problems = append(problems, standard.Problem{Path: path, Rule: "client", Value: shortened(value), Message: message})
	}
	for _, s := range c.Scopes {
		if s.Context == SystemContext {
			fault("/scope", s.String(), "An app has patient or user scopes: it acts for the worker who uses it.")
		}
	}
	for _, w := range words {
		c.Stays = c.Stays || w == OfflineAccess
	}
	if strings.TrimSpace(n.Account) != "" {
		fault("/account", n.Account, "An app acts for the worker who uses it: leave the account out.")
	}
	for _, at := range n.Redirects {
		at = strings.TrimSpace(at)
		if wrong := redirectAddress(at); wrong != "" {
			fault("/redirects", at, wrong)
		}
		c.Redirects = append(c.Redirects, at)
	}
	if len(c.Redirects) == 0 || len(c.Redirects) > 10 {
		fault("/redirects", "", "Give 1 to 10 addresses that its user is sent back to.")
	}
	if c.Launch != "" {
		if wrong := clientAddress(c.Launch); wrong != "" {
			fault("/launch", c.Launch, wrong)
		}
	}
	return problems
}

// clientAddress says what is wrong with an address of a client's; "" for nothing. Plain HTTP is for what runs on the same machine.
func clientAddress(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || len(text) > 500 || strings.ContainsAny(text, " \t\r\n"):
		return "This is no whole address. It looks like https://app.example/path."
	case u.Scheme == "https" || u.Scheme == "http" && IsLoopback(u.Hostname()):
		return ""
	}
	return "The address must begin with https://."
}

// redirectAddress is clientAddress, for where somebody is sent back to: an app of a telephone may have a scheme of its own, which holds a dot (RFC 8252).
func redirectAddress(text string) string {
	u, err := url.Parse(text)
	if err == nil && strings.Contains(u.Scheme, ".") && u.Host == "" && u.Opaque == "" && u.Fragment == "" && len(text) <= 500 && strings.HasPrefix(u.Path, "/") {
		return ""
	}
	return clientAddress(text)
}

// IsLoopback reports whether a host is this machine.
func IsLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func (s *Session) mayManageClients(ctx context.Context, e Entry) error {
	if s.May(ToManageClients) {
		return nil
	}
	return s.denied(ctx, e, forbidden("With the role "+s.principal.RoleName+" you cannot say which programs may sign in.", "Ask the administrator."))
}

// Clients lists the clients, for whoever may manage them.
func (s *Session) Clients(ctx context.Context) ([]Client, error) {
	if err := s.mayManageClients(ctx, Entry{Action: "clients"}); err != nil {
		return nil, err
	}
	return s.guard.config.Clients.ClientList(ctx)
}

// ClientList lists the clients for the operator.
func (g *Guard) ClientList(ctx context.Context) ([]Client, error) {
	return g.config.Clients.ClientList(ctx)
}

// RevokeClient closes a client for ever: its tokens are worth nothing from this moment.
func (s *Session) RevokeClient(ctx context.Context, id string) error {
	entry := Entry{Action: "revoke-client", To: clientID(id)}
	if err := s.mayManageClients(ctx, entry); err != nil {
		return err
	}
	err := s.guard.revokeClient(ctx, id, s.principal.Account)
	if err == nil {
		s.note(ctx, entry)
	}
	return err
}

// CloseClient is RevokeClient for the operator.
func (g *Guard) CloseClient(ctx context.Context, id string) error {
	err := g.revokeClient(ctx, id, "")
	if err == nil {
		g.book.add(ctx, Entry{Action: "revoke-client", To: clientID(id), Outcome: Done})
	}
	return err
}

func (g *Guard) revokeClient(ctx context.Context, id, by string) error {
	err := g.config.Clients.RevokeClient(ctx, clientID(id), by, g.config.Now())
	if standard.KindOf(err) == standard.NotFound {
		return &standard.Fault{Kind: standard.NotFound, Message: "There is no client " + strconv.Quote(shortened(id)) + ".", Hint: "`rosemary client list` shows the clients there are.", Err: err}
	}
	return err
}

// Client gives a client that is open. NotFound else.
func (g *Guard) Client(ctx context.Context, id string) (Client, error) {
	c, err := g.config.Clients.FindClient(ctx, id)
	if err == nil && !c.Open() {
		err = notFound()
	}
	return c, err
}

// HeardBefore remembers that a client used an assertion, until that expires; it reports whether it did before.
func (g *Guard) HeardBefore(ctx context.Context, client, id string, expires time.Time) (bool, error) {
	return g.config.Clients.Hear(ctx, client, id, expires, g.config.Now())
}
