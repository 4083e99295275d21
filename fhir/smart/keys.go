package smart

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"

	"rosemary/access"
	"rosemary/access/keyset"
	"rosemary/fhir/outside"
	"rosemary/standard"
)

// Keys that stand at an address are fetched again after a while, and at once when an assertion names one that is not among them, but not more often than every so often.
const (
	keysFresh    = 10 * time.Minute
	keysPatience = 30 * time.Second
	mostShelved  = 1000
	fetchTime    = 5 * time.Second
)

// keysOf gives a client's keys.
func (s *service) keysOf(ctx context.Context, c access.Client, name string) (*keyset.Set, error) {
	if c.KeysAt != "" {
		return s.keys.at(ctx, c.KeysAt, name)
	}
	set, problems := keyset.Read(c.Keys)
	if len(problems) > 0 {
		return nil, fmt.Errorf("the keys of the client %s are damaged", c.ID)
	}
	return set, nil
}

// shelf remembers keys that were fetched.
type shelf struct {
	fetch func(context.Context, string) ([]byte, error)
	now   func() time.Time
	mu    sync.Mutex
	by    map[string]*shelved
}

type shelved struct {
	sync.Mutex // held while it is fetched: many who ask at once fetch once
	set        *keyset.Set
	fetched    time.Time // or tried
	why        error
}

func newShelf(fetch func(context.Context, string) ([]byte, error), now func() time.Time) *shelf {
	return &shelf{fetch: fetch, now: now, by: map[string]*shelved{}}
}

// at gives the keys at an address, which should have one of a name.
func (s *shelf) at(ctx context.Context, address, name string) (*keyset.Set, error) {
	s.mu.Lock()
	one := s.by[address]
	if one == nil {
		if len(s.by) >= mostShelved {
			clear(s.by)
		}
		one = &shelved{}
		s.by[address] = one
	}
	s.mu.Unlock()
	one.Lock()
	defer one.Unlock()
	age := s.now().Sub(one.fetched)
	if one.fetched.IsZero() || age >= keysFresh || age >= keysPatience && (one.set == nil || !one.set.Has(name)) {
		one.fetched = s.now()
		one.set, one.why = s.get(ctx, address)
	}
	return one.set, one.why
}

func (s *shelf) get(ctx context.Context, address string) (*keyset.Set, error) {
	text, err := s.fetch(ctx, address)
	if err != nil {
		return nil, invalidClient("The keys of the client cannot be fetched from its address: " + plainFetch(err))
	}
	set, problems := keyset.Read(text)
	if len(problems) > 0 {
		return nil, invalidClient("What stands at the address of the client's keys cannot be taken. " + problems[0].Message)
	}
	return set, nil
}

// plainFetch says why a fetch failed without naming what was found inside a network.
func plainFetch(err error) string {
	var f *standard.Fault
	if errors.As(err, &f) {
		return f.Message
	}
	return "it did not answer as it should."
}

// fetcher fetches keys: by HTTPS, from a public address, without following anybody elsewhere, no more and no longer than is needed. An installation that is reached on its own machine only
// may fetch from there.
type fetcher struct{ loopback bool }

func refusedFetch(message string) error {
	return &standard.Fault{Kind: standard.Invalid, Message: message}
}

func (f *fetcher) fetch(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && !(f.loopback && u.Scheme == "http" && access.IsLoopback(u.Hostname())) {
		return nil, refusedFetch("it must begin with https://.")
	}
	dialer := &net.Dialer{Timeout: fetchTime, Control: f.mayReach}
	client := &http.Client{
		Timeout:   fetchTime,
		Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: fetchTime, ResponseHeaderTimeout: fetchTime, MaxResponseHeaderBytes: 16 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return refusedFetch("it sends elsewhere, and that is not followed.")
		},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	reply, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusOK {
		return nil, refusedFetch(fmt.Sprintf("it answered %d.", reply.StatusCode))
	}
	text, err := io.ReadAll(io.LimitReader(reply.Body, keyset.MostBytes+1))
	if err == nil && len(text) > keyset.MostBytes {
		err = refusedFetch("what stands there is longer than 64 KB.")
	}
	return text, err
}

// mayReach refuses addresses inside of networks, after the name was looked up: a public name can point there too.
func (f *fetcher) mayReach(_, at string, _ syscall.RawConn) error {
	host, err := netip.ParseAddrPort(at)
	if err != nil {
		return refusedFetch("it is no address of the internet.")
	}
	if ip := host.Addr(); !outside.Public(ip) && !(f.loopback && ip.Unmap().IsLoopback()) {
		return refusedFetch("it lies inside a network, and only public addresses are asked. Register the keys themselves instead.")
	}
	return nil
}
