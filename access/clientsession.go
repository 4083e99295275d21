package access

import (
	"context"
	"crypto/sha256"
	"strings"

	"rosemary/record"
	"rosemary/standard"
)

// ClientSession begins a session for whoever holds a token of a client: for the account that it acts for, cut down to its scopes. Kind is as Within wants it.
func (g *Guard) ClientSession(ctx context.Context, bearer string, p Purpose, kind func(class string) string) (*Session, error) {
	paper, c, err := g.paper(ctx, AccessPaper, bearer)
	if err != nil {
		return nil, err
	}
	a, err := g.config.Accounts.Find(ctx, paper.Account)
	s, err := g.session(ctx, a, err, p)
	if standard.KindOf(err) == standard.Unauthenticated {
		return nil, refusedPaper()
	}
	if err != nil {
		return nil, err
	}
	return s.Within(ctx, g.licence(paper, c), kind)
}

func (g *Guard) licence(p Paper, c Client) Licence {
	scopes, _, _ := ParseScopes(p.Scopes)
	return Licence{Client: c.ID, Name: c.Name, Scopes: scopes.Within(c.Scopes), Person: p.Person, Waits: c.Waits, System: c.Kind == SystemClient}
}

// paper finds one that is good.
func (g *Guard) paper(ctx context.Context, kind PaperKind, text string) (Paper, Client, error) {
	hash, ok := hashOfPaper(kind, text)
	if !ok {
		return Paper{}, Client{}, refusedPaper()
	}
	p, c, err := g.config.Clients.FindPaper(ctx, hash)
	if standard.KindOf(err) == standard.NotFound {
		return p, c, refusedPaper()
	}
	if err != nil {
		return p, c, err
	}
	if now := g.config.Now(); p.Kind != kind || !c.Open() || !now.Before(p.Expires) {
		return p, c, refusedPaper()
	}
	return p, c, nil
}

// Introspect tells what a token is good for; ok is false for one that is good for nothing.
func (g *Guard) Introspect(ctx context.Context, token string) (p Paper, ok bool, err error) {
	kind := AccessPaper
	if strings.HasPrefix(token, paperPrefix[RefreshPaper]) {
		kind = RefreshPaper
	}
	p, _, err = g.paper(ctx, kind, token)
	if standard.KindOf(err) == standard.Unauthenticated {
		return Paper{}, false, nil
	}
	if err != nil {
		return Paper{}, false, err
	}
	if _, err := g.Session(ctx, p.Account, DirectCare); err != nil { // the account was closed
		return Paper{}, false, nil
	}
	return p, true, nil
}

// EndToken revokes a token of a client, and all that came of the same decision. One that is not there, or another client's, changes nothing.
func (g *Guard) EndToken(ctx context.Context, client, token string) error {
	p, _, err := g.config.Clients.FindPaper(ctx, record.Hash(sha256.Sum256([]byte(token))))
	switch {
	case standard.KindOf(err) == standard.NotFound:
		return nil
	case err != nil:
		return err
	case p.Client != client:
		return nil
	}
	if err := g.config.Clients.EndGrant(ctx, p.Grant); err != nil {
		return err
	}
	g.book.add(ctx, Entry{Action: "end-client-token", Account: p.Account, To: client, Outcome: Done})
	return nil
}

// Behind begins a session for work that goes on behind a request of a client, as its licence said then, within what the client may by now. A client that was closed gets none.
func (g *Guard) Behind(ctx context.Context, account string, p Purpose, l Licence, kind func(class string) string) (*Session, error) {
	c, err := g.config.Clients.FindClient(ctx, l.Client)
	if standard.KindOf(err) == standard.NotFound || err == nil && !c.Open() {
		return nil, refusedPaper()
	}
	if err != nil {
		return nil, err
	}
	s, err := g.Session(ctx, account, p)
	if err != nil {
		return nil, err
	}
	l.Name, l.Scopes, l.Waits = c.Name, l.Scopes.Within(c.Scopes), c.Waits
	return s.Within(ctx, l, kind)
}
