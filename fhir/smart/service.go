package smart

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rosemary/access"
	"rosemary/fhir"
)

// Where everything is. The page where a worker allows an app is among the pages of web.
const (
	Root       = fhir.OAuth
	Token      = Root + "/token"
	Introspect = Root + "/introspect"
	Revoke     = Root + "/revoke"
	Authorise  = Root + "/authorize"
	Discovery  = fhir.Root + "/.well-known/smart-configuration"
)

// Config is what the protocol is made of. Guard and Now must be given.
type Config struct {
	Guard *access.Guard
	Now   func() time.Time
	Log   *slog.Logger
	// Address is where the installation is reached from outside, as https://records.example. What is signed for another address is refused, so without it only callers on this
	// machine get tokens.
	Address string
	// SystemLife is how long a system's token is good for; zero: five minutes.
	SystemLife time.Duration
	// Fetch gives the keys at an address; nil: by HTTPS, from public addresses only.
	Fetch func(ctx context.Context, address string) ([]byte, error)
}

type service struct {
	Config
	tries *access.Tries
	keys  *shelf
}

// New returns the handler of Discovery and of what is under Root, but Authorise.
func New(c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.SystemLife == 0 {
		c.SystemLife = access.SystemLife
	}
	if c.Fetch == nil {
		c.Fetch = (&fetcher{loopback: hereOnly(c.Address)}).fetch
	}
	s := &service{Config: c, tries: access.NewTries(), keys: newShelf(c.Fetch, c.Now)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Discovery, s.discover)
	mux.HandleFunc(Token, s.form(s.token))
	mux.HandleFunc(Introspect, s.form(s.introspect))
	mux.HandleFunc(Revoke, s.form(s.revoke))
	return mux
}

// hereOnly reports whether an installation is reached on its own machine only.
func hereOnly(address string) bool {
	u, err := url.Parse(address)
	return address == "" || err == nil && access.IsLoopback(u.Hostname())
}

// base is the address that everything is said to be at: the configured one; on this machine, the one that was asked. "" where there is none that can be trusted: a caller could
// name any host.
func (s *service) base(r *http.Request) string { return baseOf(s.Address, r) }

// Issuer gives the address of the FHIR service, as a request may trust it; "" where there is none.
func Issuer(address string) func(*http.Request) string {
	return func(r *http.Request) string {
		base := baseOf(address, r)
		if base == "" {
			return ""
		}
		return base + fhir.Root
	}
}

func baseOf(address string, r *http.Request) string {
	if address != "" {
		return strings.TrimSuffix(address, "/")
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if !access.IsLoopback(strings.Trim(host, "[]")) {
		return ""
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
