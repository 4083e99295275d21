package subscription

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"rosemary/fhir/outside"
	"rosemary/standard"
)

// Rules say where notifications may go.
type Rules struct {
	Private bool // to addresses of this machine and of private networks too; plain HTTP to this machine alone
}

// Check says what is wrong with an address that somebody wants to be told at; "" for nothing. Where a name leads is held against the rules once more when it is called.
func (r Rules) Check(text string) string {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "Say where to send it: an address that begins with https://."
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return "This is no address that can be called: it begins with https:// and names a computer."
	case u.User != nil || u.Fragment != "":
		return "The address may hold no password and no #. A header (channel.header) can hold a token."
	}
	ip, err := netip.ParseAddr(strings.Trim(u.Hostname(), "[]"))
	here := u.Hostname() == "localhost" || err == nil && ip.Unmap().IsLoopback()
	switch {
	case u.Scheme == "http" && !(here && r.Private):
		return "It must begin with https://: what is sent is about people."
	case (here || err == nil && !outside.Public(ip)) && !r.Private:
		return private
	}
	return ""
}

const private = "This address is one of this machine or of a private network. Whoever looks after Rosemary can allow those: fhir.private-endpoints."

// errPrivate is what a call ends with whose name leads to where nothing may be sent.
var errPrivate = errors.New("the name leads to this machine or to a private network")

// client makes a client that follows nobody elsewhere, and calls no address that the rules forbid, whatever a name says when it is called. It takes no proxy: that would call for it.
func (r Rules) client() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if !r.Private && !outside.Public(to.Addr()) {
			return errPrivate
		}
		return nil
	}}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10},
	}
}

// notHeaders are what a client may not set: they say where and how it is sent.
var notHeaders = []string{"Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Te", "Trailer", "Upgrade", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "Expect"}

// MostHeaders is how many headers a client may set.
const MostHeaders = 20

// CheckHeader says what is wrong with a "Name: value"; "" for nothing. It never says the value.
func CheckHeader(text string) string {
	name, value, ok := strings.Cut(text, ":")
	name = strings.TrimSpace(name)
	token := name != "" && strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	}) < 0
	switch {
	case !ok || !token || len(text) > 8192 || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "A header is written as Name: value, in one line."
	case slices.Contains(notHeaders, http.CanonicalHeaderKey(name)):
		return "The header " + http.CanonicalHeaderKey(name) + " cannot be set."
	}
	return ""
}

// usualTimeout is how long one attempt may take.
const usualTimeout = 20 * time.Second

// send brings one notification. Whatever is not an answer of 2xx is an error, in words.
func (d *Desk) send(ctx context.Context, s *Subscription, body []byte) error {
	if wrong := d.Rules.Check(s.Endpoint); wrong != "" { // the rules may have become stricter
		return notSent(wrong, nil)
	}
	timeout := usualTimeout
	if s.Timeout > 0 {
		timeout = time.Duration(s.Timeout) * time.Second
	}
	ctx, done := context.WithTimeout(ctx, timeout)
	defer done()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Endpoint, bytes.NewReader(body))
	if err != nil {
		return notSent("The address cannot be called.", nil)
	}
	for _, h := range s.Headers {
		name, value, _ := strings.Cut(h, ":")
		r.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	r.Header.Set("Content-Type", "application/fhir+json")
	if s.XML {
		r.Header.Set("Content-Type", "application/fhir+xml")
	}
	reply, err := d.client.Do(r)
	switch {
	case errors.Is(err, errPrivate):
		return notSent(private, err)
	case err != nil && ctx.Err() != nil:
		return notSent("There was no answer in time.", err)
	case err != nil:
		return notSent("There is no answer at the address.", err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(reply.Body, 64<<10)) // so that the connection can be used again
	_ = reply.Body.Close()
	switch {
	case reply.StatusCode >= 300 && reply.StatusCode < 400:
		return notSent(fmt.Sprintf("The answer was %d: nothing is sent on to another address.", reply.StatusCode), nil)
	case reply.StatusCode < 200 || reply.StatusCode >= 400:
		return notSent(fmt.Sprintf("The answer was %d.", reply.StatusCode), nil)
	}
	return nil
}

// undelivered is the kind of what did not arrive.
const undelivered standard.Kind = "undelivered"

func notSent(words string, err error) error {
	return &standard.Fault{Kind: undelivered, Message: words, Err: err}
}
