package smart_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir"
	"rosemary/fhir/smart"
	"rosemary/internal/fixture"
)

// door is both the FHIR door and the protocol, over real HTTP.
type door struct {
	*fixture.World
	t      *testing.T
	server *httptest.Server
}

func open(t *testing.T) *door {
	t.Helper()
	d := &door{World: fixture.New(t), t: t}
	d.start()
	return d
}

// start serves anew: what a process remembers is gone, what the store keeps is there.
func (d *door) start() {
	if d.server != nil {
		d.server.Close()
	}
	mux := http.NewServeMux()
	tokens := smart.New(smart.Config{Guard: d.Guard, Now: d.Clock.Now, Log: d.Logger})
	mux.Handle(smart.Root+"/", tokens)
	mux.Handle(smart.Discovery, tokens)
	mux.Handle(fhir.Root+"/", fhir.New(fhir.Config{Guard: d.Guard, Catalogue: d.Catalogue, System: d.Identity.System, Beside: d.BesideFHIR, SMART: true, Zone: d.Zone, Now: d.Clock.Now, Log: d.Logger}))
	mux.Handle(fhir.Root, fhir.New(fhir.Config{Guard: d.Guard, Catalogue: d.Catalogue, System: d.Identity.System, Beside: d.BesideFHIR, SMART: true, Zone: d.Zone, Now: d.Clock.Now, Log: d.Logger}))
	d.server = httptest.NewServer(mux)
	d.t.Cleanup(d.server.Close)
}

// said is an answer.
type said struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

func (s said) want(status int, words ...string) said {
	s.t.Helper()
	if s.status != status {
		s.t.Errorf("answered %d, not %d: %s", s.status, status, s.body)
	}
	for _, w := range words {
		if !strings.Contains(s.body, w) {
			s.t.Errorf("it does not say %q: %s", w, s.body)
		}
	}
	return s
}

func (s said) fields() map[string]any {
	s.t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(s.body), &m); err != nil {
		s.t.Fatalf("%v: %s", err, s.body)
	}
	return m
}

func (s said) text(name string) string {
	text, _ := s.fields()[name].(string)
	return text
}

func (d *door) send(method, path, body string, headers ...string) said {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.server.URL+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return said{d.t, reply.StatusCode, reply.Header, string(text)}
}

func (d *door) post(path string, fields ...string) said {
	d.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	return d.send("POST", path, v.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

func (d *door) fhir(token, method, path, body string) said {
	d.t.Helper()
	return d.send(method, fhir.Root+path, body, "Authorization", "Bearer "+token, "Content-Type", "application/fhir+json")
}

// signer is a private key with its name.
type signer struct {
	key  crypto.Signer
	alg  jose.SignatureAlgorithm
	name string
}

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func newEC(t *testing.T, name string) signer {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signer{k, jose.ES384, name}
}

func jwks(t *testing.T, signers ...signer) string {
	t.Helper()
	var set jose.JSONWebKeySet
	for _, s := range signers {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: s.key.Public(), KeyID: s.name, Use: "sig"})
	}
	b, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sign signs claims as a token.
func (s signer) sign(t *testing.T, claims map[string]any) string {
	t.Helper()
	made, err := jose.NewSigner(jose.SigningKey{Algorithm: s.alg, Key: s.key}, (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", s.name))
	if err != nil {
		t.Fatal(err)
	}
	payload, _ := json.Marshal(claims)
	signed, err := made.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// claims are right ones of a client.
func (d *door) claims(client string, change ...func(map[string]any)) map[string]any {
	now := d.Clock.Now()
	c := map[string]any{
		"iss": client, "sub": client, "aud": d.server.URL + smart.Token, "exp": now.Add(4 * time.Minute).Unix(), "iat": now.Unix(), "jti": uuid.NewString(),
	}
	for _, f := range change {
		f(c)
	}
	return c
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// system registers a system of an account.
func (d *door) system(id, account, scopes string, signers ...signer) {
	d.t.Helper()
	_, err := d.Guard.RegisterClient(d.t.Context(), access.NewClient{ID: id, Name: "The system " + id, Kind: access.SystemClient, Account: d.Account(account), Scopes: scopes, Keys: jwks(d.t, signers...)})
	if err != nil {
		d.t.Fatal(err)
	}
}

// ask asks for a system's token.
func (d *door) ask(assertion, scopes string) said {
	d.t.Helper()
	return d.post(smart.Token, "grant_type", "client_credentials", "client_assertion_type", assertionType, "client_assertion", assertion, "scope", scopes)
}

// token gets a system's token.
func (d *door) token(id string, s signer, scopes string) string {
	d.t.Helper()
	return d.ask(s.sign(d.t, d.claims(id)), scopes).want(200).text("access_token")
}
