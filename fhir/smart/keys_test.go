package smart_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/fhir/smart"
)

// TestKeysAtAnAddress are fetched once, again when another is named, and never from where they should not be.
func TestKeysAtAnAddress(t *testing.T) {
	t.Parallel()
	d := open(t)
	first, second := newEC(t, "one"), newEC(t, "two")
	var served atomic.Value
	var fetched atomic.Int32
	served.Store(jwks(t, first))
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fetched.Add(1)
		switch r.URL.Path {
		case "/elsewhere":
			http.Redirect(w, r, "/jwks", http.StatusFound)
		case "/long":
			_, _ = w.Write([]byte(strings.Repeat(" ", 70_000)))
		case "/none":
			http.NotFound(w, r)
		default:
			_, _ = fmt.Fprint(w, served.Load())
		}
	}))
	t.Cleanup(keys.Close)
	register := func(id, at string) {
		if _, err := d.Guard.RegisterClient(t.Context(), access.NewClient{ID: id, Name: id, Kind: access.SystemClient, Account: d.Account("manager"), Scopes: "system/*.rs", KeysAt: at}); err != nil {
			t.Fatal(err)
		}
	}
	register("gp", keys.URL+"/jwks")
	for range 3 {
		d.ask(first.sign(t, d.claims("gp")), "system/*.rs").want(200)
	}
	if n := fetched.Load(); n != 1 {
		t.Errorf("fetched %d times", n)
	}
	served.Store(jwks(t, second))
	d.ask(second.sign(t, d.claims("gp")), "system/*.rs").want(401, "no key with the kid") // not so soon again
	d.Clock.Advance(31 * time.Second)
	d.ask(second.sign(t, d.claims("gp")), "system/*.rs").want(200)
	d.ask(first.sign(t, d.claims("gp")), "system/*.rs").want(401)
	for path, words := range map[string]string{"/elsewhere": "sends elsewhere", "/long": "64 KB", "/none": "answered 404"} {
		id := "gp-" + path[1:]
		register(id, keys.URL+path)
		d.ask(first.sign(t, d.claims(id)), "system/*.rs").want(401, "invalid_client", words)
	}
}

// TestKeysInsideANetworkAreNotFetched: an installation that others reach asks public addresses only, whatever a name says.
func TestKeysInsideANetworkAreNotFetched(t *testing.T) {
	t.Parallel()
	d := open(t)
	asked := atomic.Bool{}
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	t.Cleanup(inside.Close)
	tokens := httptest.NewServer(smart.New(smart.Config{Guard: d.Guard, Now: d.Clock.Now, Log: d.Logger, Address: "https://records.example"}))
	t.Cleanup(tokens.Close)
	d.server.Close()
	d.server = tokens
	ec := newEC(t, "k")
	for i, at := range []string{inside.URL, strings.Replace(inside.URL, "127.0.0.1", "localhost", 1), "https://10.0.0.1/jwks", "https://192.168.1.1/", "https://169.254.169.254/latest", "https://[::1]/", "https://[fd00::1]/", "https://100.64.0.1/", "https://0.0.0.0/"} {
		id := fmt.Sprintf("c%d", i)
		if _, err := d.Guard.RegisterClient(t.Context(), access.NewClient{ID: id, Name: id, Kind: access.SystemClient, Account: d.Account("manager"), Scopes: "system/*.rs", KeysAt: at}); err != nil {
			t.Fatal(err)
		}
		claims := d.claims(id)
		claims["aud"] = "https://records.example" + smart.Token
		d.ask(ec.sign(t, claims), "system/*.rs").want(401, "invalid_client", "public addresses")
	}
	if asked.Load() {
		t.Error("an address inside was asked")
	}
}

// TestAnAddressThatNobodyConfigured: a caller could name any host, so an assertion for another host proves nothing.
func TestAnAddressThatNobodyConfigured(t *testing.T) {
	t.Parallel()
	d := open(t)
	ec := newEC(t, "k")
	d.system("gp", "manager", "system/*.rs", ec)
	claims := d.claims("gp")
	claims["aud"] = "https://evil.example" + smart.Token
	r, err := http.NewRequestWithContext(t.Context(), "POST", d.server.URL+smart.Token, strings.NewReader("grant_type=client_credentials&scope=system/*.rs&client_assertion_type="+assertionType+"&client_assertion="+ec.sign(t, claims)))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "evil.example"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = reply.Body.Close()
	if reply.StatusCode != http.StatusServiceUnavailable {
		t.Error(reply.StatusCode)
	}
}
