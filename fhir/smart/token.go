package smart

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/standard"
)

// tokens is what a client is given.
type tokens struct {
	Access  string `json:"access_token"`
	Type    string `json:"token_type"`
	Seconds int    `json:"expires_in"`
	Scope   string `json:"scope"`
	Refresh string `json:"refresh_token,omitempty"`
	Patient string `json:"patient,omitempty"`
	Banner  *bool  `json:"need_patient_banner,omitempty"`
}

func tokensOf(g access.Given) tokens {
	t := tokens{Access: g.Access, Type: "Bearer", Seconds: int(g.Life / time.Second), Scope: g.Scopes, Refresh: g.Refresh}
	if g.Person != uuid.Nil {
		yes := true // an app that shows somebody's record shows who it is
		t.Patient, t.Banner = g.Person.String(), &yes
	}
	return t
}

// token answers POST to the token endpoint.
func (s *service) token(a *asked) (any, error) {
	switch kind := a.values.Get("grant_type"); kind {
	case "client_credentials":
		return s.forSystem(a)
	case "authorization_code":
		return s.forCode(a)
	case "refresh_token":
		return s.forRefresh(a)
	case "":
		return nil, invalidRequest("Say in grant_type what is asked for: client_credentials, authorization_code or refresh_token.")
	default:
		return nil, &fault{status: http.StatusBadRequest, Code: "unsupported_grant_type", Words: "grant_type may be client_credentials, authorization_code or refresh_token."}
	}
}

// forSystem gives a system access (Backend Services).
func (s *service) forSystem(a *asked) (any, error) {
	c, err := s.prove(a)
	if err != nil {
		return nil, err
	}
	if c.Kind != access.SystemClient {
		return nil, &fault{status: http.StatusBadRequest, Code: "unauthorized_client", Words: "This client is an app: it gets tokens by authorization_code."}
	}
	given, err := s.Guard.GiveSystem(a.ctx, c, a.values.Get("scope"), s.SystemLife)
	if standard.KindOf(err) == standard.Unauthenticated {
		return nil, &fault{status: http.StatusBadRequest, Code: "unauthorized_client", Words: "The account that this client acts for is closed."}
	}
	if err != nil {
		return nil, err
	}
	return tokensOf(given), nil
}

// forCode gives an app the tokens that its user has allowed.
func (s *service) forCode(a *asked) (any, error) {
	c, err := s.clientOf(a)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"code", "redirect_uri", "code_verifier"} {
		if a.values.Get(name) == "" {
			return nil, invalidRequest("The parameter " + name + " is missing.")
		}
	}
	given, err := s.Guard.ExchangeCode(a.ctx, c.ID, a.values.Get("code"), a.values.Get("redirect_uri"), a.values.Get("code_verifier"))
	return s.orCount(a, given, err)
}

// forRefresh gives an app new tokens for a refresh token.
func (s *service) forRefresh(a *asked) (any, error) {
	c, err := s.clientOf(a)
	if err != nil {
		return nil, err
	}
	if a.values.Get("refresh_token") == "" {
		return nil, invalidRequest("The parameter refresh_token is missing.")
	}
	given, err := s.Guard.Refresh(a.ctx, c.ID, a.values.Get("refresh_token"), a.values.Get("scope"))
	return s.orCount(a, given, err)
}

// orCount gives tokens; a wrong code or token counts against the address that it came from.
func (s *service) orCount(a *asked, given access.Given, err error) (any, error) {
	if standard.KindOf(err) == standard.Unauthenticated && !s.tries.Allow(a.r.RemoteAddr, s.Now()) {
		return nil, tooManyTries()
	}
	if err != nil {
		return nil, err
	}
	return tokensOf(given), nil
}

// introspected is what a token is good for.
type introspected struct {
	Active  bool   `json:"active"`
	Scope   string `json:"scope,omitempty"`
	Client  string `json:"client_id,omitempty"`
	User    string `json:"username,omitempty"`
	Type    string `json:"token_type,omitempty"`
	Expires int64  `json:"exp,omitempty"`
	Issued  int64  `json:"iat,omitempty"`
	Issuer  string `json:"iss,omitempty"`
	Patient string `json:"patient,omitempty"`
}

// introspect answers RFC 7662. A client learns of its own tokens only: of another's it hears what it would hear of none.
func (s *service) introspect(a *asked) (any, error) {
	c, err := s.prove(a)
	if err != nil {
		return nil, err
	}
	if a.values.Get("token") == "" {
		return nil, invalidRequest("The parameter token is missing.")
	}
	p, good, err := s.Guard.Introspect(a.ctx, a.values.Get("token"))
	if err != nil {
		return nil, err
	}
	if !good || p.Client != c.ID {
		return introspected{}, nil
	}
	out := introspected{Active: true, Scope: p.Scopes, Client: p.Client, User: p.Account, Expires: p.Expires.Unix(), Issued: p.Issued.Unix(), Issuer: a.base}
	if p.Kind == access.AccessPaper {
		out.Type = "Bearer"
	}
	if p.Person != uuid.Nil && slices.ContainsFunc(strings.Fields(p.Scopes), func(word string) bool {
		return strings.HasPrefix(word, "patient/") || strings.HasPrefix(word, "launch")
	}) {
		out.Patient = p.Person.String()
	}
	return out, nil
}

// revoke answers RFC 7009: the token, and all that came of the same decision, is good for nothing from this moment. It says the same of one that never was.
func (s *service) revoke(a *asked) (any, error) {
	c, err := s.clientOf(a)
	if err != nil {
		return nil, err
	}
	if a.values.Get("token") == "" {
		return nil, invalidRequest("The parameter token is missing.")
	}
	if err := s.Guard.EndToken(a.ctx, c.ID, a.values.Get("token")); err != nil {
		return nil, err
	}
	return struct{}{}, nil
}
