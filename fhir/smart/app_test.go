package smart_test

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/smart"
)

const (
	verifier = "a-verifier-that-is-long-enough-to-be-a-verifier"
	backAt   = "https://rounds.example/back"
)

// app registers an app; with keys where signers are given.
func (d *door) app(id, scopes string, signers ...signer) access.Client {
	d.t.Helper()
	n := access.NewClient{ID: id, Name: "The app " + id, Kind: access.AppClient, Scopes: scopes, Redirects: []string{backAt}}
	if len(signers) > 0 {
		n.Keys = jwks(d.t, signers...)
	}
	c, err := d.Guard.RegisterClient(d.t.Context(), n)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// allow gives the code that a worker's decision makes.
func (d *door) allow(account string, c access.Client, scopes string, person uuid.UUID) string {
	d.t.Helper()
	all, words, problems := access.ParseScopes(scopes)
	if len(problems) > 0 {
		d.t.Fatal(problems)
	}
	sum := sha256.Sum256([]byte(verifier))
	code, err := d.Session(account).Allow(d.t.Context(), access.Consent{
		Client: c, Scopes: all, Words: words, Person: person, Redirect: backAt, Challenge: base64.RawURLEncoding.EncodeToString(sum[:]),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return code
}

func (d *door) exchange(client, code string, more ...string) said {
	return d.post(smart.Token, append([]string{"grant_type", "authorization_code", "client_id", client, "code", code, "redirect_uri", backAt, "code_verifier", verifier}, more...)...)
}

func (d *door) refresh(client, token string, more ...string) said {
	return d.post(smart.Token, append([]string{"grant_type", "refresh_token", "client_id", client, "refresh_token", token}, more...)...)
}

// TestAnAppIsBoundToOnePerson and to what its user may see; a code and a refresh token are good once, and the second use ends all that came of the first.
func TestAnAppIsBoundToOnePerson(t *testing.T) {
	t.Parallel()
	d := open(t)
	other := d.MoveIn("manager", d.Home, "Grace", "Adeyemi", "9990000034", "Room 8")
	c := d.app("rounds", "patient/*.rs patient/Observation.cruds offline_access")
	code := d.allow("carer", c, "patient/*.rs patient/Observation.c launch/patient offline_access", d.Person)
	reply := d.exchange("rounds", code).want(200, `"patient":"`+d.Person.String()+`"`, `"need_patient_banner":true`, `"expires_in":900`)
	token, refresh := reply.text("access_token"), reply.text("refresh_token")

	person := d.Person.String()
	d.fhir(token, "GET", "/Patient/"+person, "").want(200, "Whitlock")
	d.fhir(token, "GET", "/Patient/"+other.String(), "").want(404)
	if got := d.fhir(token, "GET", "/Patient", "").want(200, "Whitlock"); strings.Contains(got.body, "Adeyemi") {
		t.Error("a bound token finds somebody else")
	}
	if got := d.fhir(token, "GET", "/_history", "").want(200); strings.Contains(got.body, other.String()) {
		t.Error("a bound token sees somebody else's changes")
	}
	d.fhir(token, "GET", "/Observation?patient="+other.String(), "").want(200, `"Bundle"`)
	d.fhir(token, "GET", "/Organization/"+d.Home.String(), "").want(200, "Harbour House")
	d.fhir(token, "POST", "/Observation", note(person, "By an app")).want(201)
	if r := d.fhir(token, "POST", "/Observation", note(other.String(), "x")); r.status < 400 {
		t.Error("written about somebody else", r.body)
	}
	entries, err := d.Session("manager").AccessLog(t.Context(), d.Person, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	through := false
	for _, e := range entries {
		through = through || e.Account == "carer" && strings.Contains(e.Why, "rounds")
	}
	if !through {
		t.Error("the log of who saw what does not say through which app")
	}

	again := d.refresh("rounds", refresh).want(200)
	d.refresh("rounds", again.text("refresh_token"), "scope", "user/*.cruds").want(400, "invalid_scope")
	third := d.exchange("rounds", d.allow("carer", c, "patient/*.rs offline_access", d.Person)).want(200)
	narrow := d.refresh("rounds", third.text("refresh_token"), "scope", "patient/Patient.r").want(200)
	d.fhir(narrow.text("access_token"), "GET", "/Observation?patient="+person, "").want(403)
	d.fhir(d.refresh("rounds", narrow.text("refresh_token")).want(200).text("access_token"), "GET", "/Observation?patient="+person, "").want(200)
	d.refresh("rounds", narrow.text("refresh_token")).want(400, "invalid_grant") // it was stolen, or is used twice
	d.fhir(narrow.text("access_token"), "GET", "/Patient/"+person, "").want(401)

	d.fhir(token, "GET", "/Patient/"+person, "").want(200)
	d.exchange("rounds", code).want(400, "invalid_grant")
	d.fhir(token, "GET", "/Patient/"+person, "").want(401) // the second use of a code ends all that came of the first
}

// TestWhoMayNotExchangeACode gets invalid_grant or invalid_client, and the code is worth nothing afterwards.
func TestWhoMayNotExchangeACode(t *testing.T) {
	t.Parallel()
	d := open(t)
	ec := newEC(t, "k")
	c, d2 := d.app("rounds", "user/*.rs"), d.app("other", "user/*.rs")
	secure := d.app("secure", "user/*.rs", ec)
	code := func() string { return d.allow("carer", c, "user/*.rs", uuid.Nil) }
	d.exchange(d2.ID, code()).want(400, "invalid_grant")
	d.exchange("rounds", code(), "code_verifier", verifier+"x").want(400, "invalid_grant")
	d.exchange("rounds", code(), "redirect_uri", "https://evil.example").want(400, "invalid_grant")
	d.exchange("rounds", "rosemary_code_guess").want(400, "invalid_grant")
	d.exchange("rounds", code(), "code_verifier", "").want(400, "invalid_request")
	late := code()
	d.Clock.Advance(2 * time.Minute)
	d.exchange("rounds", late).want(400, "invalid_grant")

	// A client with keys proves itself: its id alone is not enough.
	mine := d.allow("carer", secure, "user/*.rs", uuid.Nil)
	d.exchange("secure", mine).want(401, "invalid_client")
	proof := []string{"client_assertion_type", assertionType, "client_assertion", ec.sign(t, d.claims("secure"))}
	token := d.exchange("secure", mine, proof...).want(200).text("access_token")
	if got := d.fhir(token, "GET", "/Patient", "").want(200, "Whitlock"); strings.Contains(got.body, "Pell") {
		t.Error("an app sees more than its user")
	}
	d.ask(ec.sign(t, d.claims("secure")), "user/*.rs").want(400, "unauthorized_client")

	// A new password ends what apps were allowed.
	if err := d.Guard.SetPassword(t.Context(), "carer", "another long password"); err != nil {
		t.Fatal(err)
	}
	d.fhir(token, "GET", "/Patient", "").want(401)
}

// TestALaunchTellsAboutWhom: only the worker who started the app, and only for a while.
func TestALaunchTellsAboutWhom(t *testing.T) {
	t.Parallel()
	d := open(t)
	c, err := d.Guard.RegisterClient(t.Context(), access.NewClient{ID: "rounds", Name: "Rounds", Kind: access.AppClient, Scopes: "patient/*.rs", Redirects: []string{backAt}, Launch: "https://rounds.example/start"})
	if err != nil {
		t.Fatal(err)
	}
	s := d.Session("carer")
	if _, err := s.BeginLaunch(t.Context(), c, d.Stranger); err == nil {
		t.Error("started about somebody whom the worker may not see")
	}
	launch, err := s.BeginLaunch(t.Context(), c, d.Person)
	if err != nil {
		t.Fatal(err)
	}
	if who, err := s.LaunchedAbout(t.Context(), "rounds", launch); err != nil || who != d.Person {
		t.Error(who, err)
	}
	if _, err := d.Session("senior").LaunchedAbout(t.Context(), "rounds", launch); err == nil {
		t.Error("another worker's launch is told")
	}
	if _, err := s.LaunchedAbout(t.Context(), "other", launch); err == nil {
		t.Error("another app's launch is told")
	}
	d.Clock.Advance(6 * time.Minute)
	if _, err := s.LaunchedAbout(t.Context(), "rounds", launch); err == nil {
		t.Error("an old launch is told")
	}
}

// TestClientsAreRegisteredRight: all faults at once, in words.
func TestClientsAreRegisteredRight(t *testing.T) {
	t.Parallel()
	d := open(t)
	_, err := d.Guard.RegisterClient(t.Context(), access.NewClient{ID: "A b", Kind: access.AppClient, Scopes: "system/*.rs", Redirects: []string{"http://evil.example", "javascript:alert(1)"}, Account: "carer", Launch: "ftp://x"})
	for _, want := range []string{"/id", "/name", "/scope", "/redirects", "/account", "/launch"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not refused: %v", want, err)
		}
	}
	_, err = d.Guard.RegisterClient(t.Context(), access.NewClient{ID: "ok", Name: "x", Kind: access.SystemClient, Scopes: "user/*.rs", Account: "nobody", KeysAt: "http://keys.example/jwks"})
	for _, want := range []string{"/scope", "/account", "/keysAt"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not refused: %v", want, err)
		}
	}
	for _, redirect := range []string{"https://app.example/x", "http://127.0.0.1:7000/x", "example.rounds.app:/back"} {
		id := "app-" + uuid.NewString()[:8]
		if _, err := d.Guard.RegisterClient(t.Context(), access.NewClient{ID: id, Name: "x", Kind: access.AppClient, Scopes: "user/*.rs", Redirects: []string{redirect}}); err != nil {
			t.Errorf("%s: %v", redirect, err)
		}
	}
}
