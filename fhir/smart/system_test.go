package smart_test

import (
	"crypto/hmac"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"rosemary/access"
	"rosemary/fhir/smart"
)

func note(person, words string) string {
	return `{"resourceType":"Observation","meta":{"profile":["urn:rosemary:class:daily-note"]},"status":"final",
		"category":[{"coding":[{"system":"urn:rosemary:class","code":"daily-note"}]}],"code":{"coding":[{"system":"urn:rosemary:class","code":"daily-note"}]},
		"subject":{"reference":"Patient/` + person + `"},"effectiveDateTime":"2026-03-16T07:30:00Z","valueString":"` + words + `"}`
}

// TestASystemGetsWhatItsScopesAndItsOwnerAllow goes through the whole of Backend Services, with both ways of signing.
func TestASystemGetsWhatItsScopesAndItsOwnerAllow(t *testing.T) {
	t.Parallel()
	d := open(t)
	ec, rsa := newEC(t, "ec-1"), signer{rsaKey(), jose.RS384, "rsa-1"}
	d.system("gp", "manager", "system/Patient.rs system/Observation.cruds system/Provenance.s", ec, rsa)

	found := d.send("GET", smart.Discovery, "").want(200, `"token_endpoint":"`+d.server.URL+smart.Token, "S256", "ES384", "permission-v2")
	if found.header.Get("Content-Type") != "application/json" {
		t.Error(found.header)
	}
	d.send("GET", "/fhir/R4/metadata", "", "Accept", "application/json").want(200, "oauth-uris", d.server.URL+smart.Token, "SMART-on-FHIR")

	for _, s := range []signer{ec, rsa} {
		reply := d.ask(s.sign(t, d.claims("gp")), "system/*.read").want(200, `"token_type":"Bearer"`, `"expires_in":300`)
		if reply.text("scope") != "system/Patient.rs system/Observation.rs system/Provenance.s" || reply.header.Get("Cache-Control") != "no-store" {
			t.Error(reply.body, reply.header)
		}
		token := reply.text("access_token")
		person := d.Person.String()
		d.fhir(token, "GET", "/Patient/"+person, "").want(200, "Whitlock")
		d.fhir(token, "GET", "/Patient/"+d.Stranger.String(), "").want(404)
		d.fhir(token, "POST", "/Observation", note(person, "x")).want(403, "OperationOutcome", "needs c on Observation")
	}
	token := d.token("gp", ec, "system/Observation.crus")
	made := d.fhir(token, "POST", "/Observation", note(d.Person.String(), "Ate well")).want(201)
	path := strings.TrimPrefix(made.header.Get("Location"), d.server.URL+"/fhir/R4")
	path, _, _ = strings.Cut(path, "/_history/")
	d.fhir(token, "GET", path, "").want(200, "Ate well", "Patient/"+d.Person.String())
	d.fhir(token, "DELETE", path, "").want(403, "needs d on Observation")
	wrong := strings.Replace(d.fhir(token, "GET", path, "").body, `"final"`, `"entered-in-error"`, 1)
	d.fhir(token, "PUT", path, wrong).want(403)
	d.fhir(token, "GET", path, "").want(200, "Ate well")

	// Every other way to what the scopes leave out.
	person := d.Person.String()
	for _, one := range []string{
		"/Patient/" + person, "/Patient", "/Patient?_id=" + person, "/Patient/" + person + "/_history", "/Patient/" + person + "/_history/1", "/Patient/_history",
		"/Patient/" + person + "/$everything", "/Organization/" + d.Home.String(), "/EpisodeOfCare?patient=" + person, "/Provenance?target=" + path[1:],
	} {
		d.fhir(token, "GET", one, "").want(403, "scopes of this token")
	}
	if got := d.fhir(token, "GET", "/Observation?patient="+person+"&_include=Observation:patient&_revinclude=Provenance:target", "").want(200, "Ate well"); strings.Contains(got.body, "Whitlock") || strings.Contains(got.body, `"Provenance"`) {
		t.Errorf("more is included than the scopes show: %s", got.body)
	}
	if got := d.fhir(token, "GET", "/_history", "").want(200, "Ate well"); strings.Contains(got.body, "Whitlock") {
		t.Error("the history of all shows more than the scopes")
	}
	everything := d.fhir(d.token("gp", ec, "system/Patient.r"), "GET", "/Patient/"+person+"/$everything", "").want(200, "Whitlock")
	if strings.Contains(everything.body, "Ate well") || strings.Contains(everything.body, "EpisodeOfCare") {
		t.Error("everything shows more than the scopes")
	}
	d.fhir(token, "POST", "", `{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Observation"},"resource":`+note(person, "In a transaction")+`},
		{"request":{"method":"DELETE","url":"`+path[1:]+`"}}]}`).want(403)
	if got := d.fhir(token, "GET", "/Observation?patient="+person, ""); strings.Contains(got.body, "In a transaction") {
		t.Error("half a transaction was written")
	}
	d.fhir(token, "POST", "", `{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/`+person+`"}},{"request":{"method":"GET","url":"`+path[1:]+`"}}]}`).
		want(200, `"403 Forbidden"`, `"200 OK"`)
	d.fhir(d.token("gp", ec, "system/Observation.c"), "POST", "/Observation", note(person, "Write only")).want(201)

	// What the owner may not, no scope opens.
	carer := newEC(t, "c")
	d.system("all", "carer", "system/*.cruds", carer)
	d.fhir(d.token("all", carer, "system/*.cruds"), "GET", "/Patient/"+d.Stranger.String(), "").want(404)
}

func part(v any) string {
	b, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(b)
}

// TestHostileAssertions: each gets the error code of OAuth and words, and no token.
func TestHostileAssertions(t *testing.T) {
	t.Parallel()
	d := open(t)
	ec, rsa, stranger := newEC(t, "ec-1"), signer{rsaKey(), jose.RS384, "rsa-1"}, newEC(t, "ec-1")
	d.system("gp", "manager", "system/*.rs", ec, rsa)
	d.system("other", "manager", "system/*.rs", stranger)
	set := func(name string, v any) func(map[string]any) {
		return func(c map[string]any) {
			if c[name] = v; v == nil {
				delete(c, name)
			}
		}
	}
	now := d.Clock.Now()
	body := part(d.claims("gp"))
	public, _ := x509.MarshalPKIXPublicKey(rsaKey().Public())
	confused := func(secret []byte) string {
		signed := part(map[string]any{"alg": "HS384", "typ": "JWT", "kid": "rsa-1"}) + "." + body
		mac := hmac.New(sha512.New384, secret)
		mac.Write([]byte(signed))
		return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
	good := ec.sign(t, d.claims("gp"))
	parts := strings.Split(good, ".")
	for name, one := range map[string]struct{ assertion, words string }{
		"none":             {part(map[string]any{"alg": "none", "kid": "ec-1"}) + "." + body + ".", "RS384 or ES384"},
		"HS384":            {confused([]byte("secret")), "RS384 or ES384"},
		"key confusion":    {confused(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})), "RS384 or ES384"},
		"RS256":            {signer{rsaKey(), jose.RS256, "rsa-1"}.sign(t, d.claims("gp")), "RS384 or ES384"},
		"another kid":      {signer{ec.key, ec.alg, "ec-9"}.sign(t, d.claims("gp")), "no key with the kid"},
		"alg of another":   {signer{rsaKey(), jose.RS384, "ec-1"}.sign(t, d.claims("gp")), "no key with the kid"},
		"no kid":           {signer{ec.key, ec.alg, ""}.sign(t, d.claims("gp")), "kid"},
		"another's key":    {stranger.sign(t, d.claims("gp")), "signature"},
		"changed":          {parts[0] + "." + body + "." + parts[2], "signature"},
		"another audience": {ec.sign(t, d.claims("gp", set("aud", "https://elsewhere.example/oauth/token"))), "another audience"},
		"no audience":      {ec.sign(t, d.claims("gp", set("aud", nil))), "another audience"},
		"expired":          {ec.sign(t, d.claims("gp", set("exp", now.Add(-time.Second).Unix()))), "expired"},
		"far":              {ec.sign(t, d.claims("gp", set("exp", now.Add(10*time.Minute).Unix()))), "five minutes"},
		"for ever":         {ec.sign(t, d.claims("gp", set("exp", nil))), "exp"},
		"exp of words":     {ec.sign(t, d.claims("gp", set("exp", "soon"))), "cannot be read"},
		"issued later":     {ec.sign(t, d.claims("gp", set("iat", now.Add(2*time.Minute).Unix()))), "future"},
		"not yet":          {ec.sign(t, d.claims("gp", set("nbf", now.Add(2*time.Minute).Unix()))), "not valid yet"},
		"iss is not sub":   {ec.sign(t, d.claims("gp", set("sub", "other"))), "iss and sub"},
		"no jti":           {ec.sign(t, d.claims("gp", set("jti", nil))), "jti"},
		"unknown client":   {ec.sign(t, d.claims("nobody")), "no client of this id"},
		"no token":         {"rubbish", "RS384 or ES384"},
		"long":             {strings.Repeat("a", 10_000), "too long"},
	} {
		reply := d.ask(one.assertion, "system/*.rs")
		if reply.status == 429 { // so many wrong ones are too many: after a while it goes on
			d.Clock.Advance(20 * time.Second)
			reply = d.ask(one.assertion, "system/*.rs")
		}
		if reply.status != 401 || reply.text("error") != "invalid_client" || !strings.Contains(reply.text("error_description"), one.words) {
			t.Errorf("%s: %d %s", name, reply.status, reply.body)
		}
	}
}

// TestAnAssertionIsHeardOnce, whatever happens to the process in between.
func TestAnAssertionIsHeardOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	ec := newEC(t, "ec-1")
	d.system("gp", "manager", "system/*.rs", ec)
	address := d.server.URL + smart.Token
	assertion := ec.sign(t, d.claims("gp"))
	d.ask(assertion, "system/*.rs").want(200)
	d.ask(assertion, "system/*.rs").want(401, "invalid_client", "used before")
	d.start()
	claims := d.claims("gp")
	claims["aud"] = []string{address, d.server.URL + smart.Token}
	again := ec.sign(t, claims)
	d.ask(again, "system/*.rs").want(200)
	d.start()
	claims["aud"] = d.server.URL + smart.Token
	d.ask(ec.sign(t, claims), "system/*.rs").want(401, "used before")
}

// TestTokensEnd: by time, by revoking the token, the client, or the account; and introspection tells.
func TestTokensEnd(t *testing.T) {
	t.Parallel()
	d := open(t)
	ec, other := newEC(t, "ec-1"), newEC(t, "o")
	d.system("gp", "manager", "system/*.rs", ec)
	d.system("other", "manager", "system/*.rs", other)
	introspect := func(id string, s signer, token string) said {
		return d.post(smart.Introspect, "client_assertion_type", assertionType, "client_assertion", s.sign(t, d.claims(id)), "token", token)
	}
	get := func(token string) said { return d.fhir(token, "GET", "/Patient/"+d.Person.String(), "") }

	token := d.token("gp", ec, "system/*.rs")
	introspect("gp", ec, token).want(200, `"active":true`, `"client_id":"gp"`, `"scope":"system/*.rs"`)
	if got := introspect("other", other, token).want(200); got.body != `{"active":false}` {
		t.Error("a client learns of another's token", got.body)
	}
	d.post(smart.Introspect, "token", token).want(401, "invalid_client")
	d.post(smart.Revoke, "client_assertion_type", assertionType, "client_assertion", other.sign(t, d.claims("other")), "token", token).want(200)
	get(token).want(200) // another client's word ends nothing
	d.post(smart.Revoke, "client_assertion_type", assertionType, "client_assertion", ec.sign(t, d.claims("gp")), "token", token).want(200)
	get(token).want(401)
	if got := introspect("gp", ec, token).want(200); got.body != `{"active":false}` {
		t.Error(got.body)
	}

	token = d.token("gp", ec, "system/*.rs")
	d.Clock.Advance(5*time.Minute + time.Second)
	get(token).want(401)

	token = d.token("gp", ec, "system/*.rs")
	if err := d.Guard.CloseClient(t.Context(), "gp"); err != nil {
		t.Fatal(err)
	}
	get(token).want(401)
	d.ask(ec.sign(t, d.claims("gp")), "system/*.rs").want(401, "no client of this id")
	if _, err := d.Guard.RegisterClient(t.Context(), access.NewClient{ID: "gp", Name: "x", Kind: access.SystemClient, Account: "manager", Scopes: "system/*.rs", Keys: jwks(t, ec)}); err == nil {
		t.Error("the id of a client that was revoked is given again")
	}

	token = d.token("other", other, "system/*.rs")
	if err := d.Guard.Disable(t.Context(), "manager"); err != nil {
		t.Fatal(err)
	}
	get(token).want(401)
	d.ask(other.sign(t, d.claims("other")), "system/*.rs").want(400, "unauthorized_client")
}

// TestWhatCannotBeAskedFor gets OAuth's code for it.
func TestWhatCannotBeAskedFor(t *testing.T) {
	t.Parallel()
	d := open(t)
	ec := newEC(t, "ec-1")
	d.system("gp", "manager", "system/Patient.rs", ec)
	for scopes, words := range map[string]string{"": "Say in scope", "system/Observation.rs": "not registered", "user/Patient.rs": "not registered", "system/Patient.rs?x=y": "not supported", "system/Patient.zz": "letters"} {
		d.ask(ec.sign(t, d.claims("gp")), scopes).want(400, "invalid_scope", words)
	}
	d.post(smart.Token, "scope", "x").want(400, "invalid_request", "grant_type")
	d.post(smart.Token, "grant_type", "password").want(400, "unsupported_grant_type")
	d.post(smart.Token, "grant_type", "client_credentials", "client_id", "gp", "client_secret", "x").want(401, "invalid_client", "Shared secrets")
	d.send("POST", smart.Token+"?grant_type=client_credentials", "", "Content-Type", "application/x-www-form-urlencoded").want(400, "addresses are written down")
	d.send("POST", smart.Token, "grant_type=a&grant_type=b", "Content-Type", "application/x-www-form-urlencoded").want(400, "more than once")
	d.send("POST", smart.Token, "{}", "Content-Type", "application/json").want(400, "invalid_request")
	d.send("GET", smart.Token, "").want(405)
	d.send("POST", smart.Token, "grant_type="+strings.Repeat("x", 40_000), "Content-Type", "application/x-www-form-urlencoded").want(400, "32 KB")
	for range 25 {
		d.ask("rubbish", "x")
	}
	d.ask("rubbish", "x").want(429, "Too many")
	d.ask(ec.sign(t, d.claims("gp")), "system/Patient.rs").want(200) // a right one is never turned away
}
