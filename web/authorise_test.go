package web_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"rosemary/access"
	"rosemary/internal/browser"
)

const verifier = "a-verifier-that-is-long-enough-to-be-a-verifier"

// appAddress is what an app asks for, as an address.
func appAddress(change ...string) string {
	sum := sha256.Sum256([]byte(verifier))
	v := url.Values{
		"response_type": {"code"}, "client_id": {"rounds"}, "redirect_uri": {"https://rounds.example/back?x=1"}, "scope": {"patient/*.rs launch/patient offline_access openid"}, "state": {"s t"},
		"aud": {"https://records.example/fhir/R4"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	for i := 0; i+1 < len(change); i += 2 {
		if v.Set(change[i], change[i+1]); change[i+1] == "" {
			v.Del(change[i])
		}
	}
	return "/oauth/authorize?" + v.Encode()
}

func (w *world) app(t *testing.T, n access.NewClient) access.Client {
	t.Helper()
	n.Kind = access.AppClient
	c, err := w.Guard.RegisterClient(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// back reads the address that a browser is sent back to.
func back(t *testing.T, p *page) url.Values {
	t.Helper()
	u, err := url.Parse(p.want(http.StatusSeeOther).location)
	if err != nil || u.Host != "rounds.example" || u.Path != "/back" || u.Query().Get("x") != "1" {
		t.Fatalf("sent to %s", p.location)
	}
	return u.Query()
}

// TestAWorkerAllowsAnApp: signs in, reads what is asked, chooses the person, allows; the app exchanges what it gets, once; what it holds is bound to that person.
func TestAWorkerAllowsAnApp(t *testing.T) {
	w := newWorld(t)
	w.app(t, access.NewClient{ID: "rounds", Name: "Rounds", Scopes: "patient/*.rs patient/Observation.c user/*.rs offline_access", Redirects: []string{"https://rounds.example/back?x=1"}})
	if p := w.visitor(t).get(appAddress()).want(http.StatusSeeOther); !strings.HasPrefix(p.location, "/sign-in?next=%2Foauth%2Fauthorize") {
		t.Error(p.location)
	}
	v := w.as(t, "carer")
	asked := v.get(appAddress()).want(http.StatusOK).says("Allow Rounds?", "everything in the record", "Whose record may it see?", "Margaret", "90 days", "Do not allow it").keepsQuiet("Arthur", "It may write")
	if policy := asked.header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' https://rounds.example;") {
		t.Error(policy)
	}
	v.get(appAddress("q", "nobody of this name")).says("Nobody was found").keepsQuiet("Margaret")
	sent := asked.fields("/oauth/authorize") // of all forms of the page: each field once, and no decision yet
	for name := range sent {
		sent[name] = sent[name][:1]
	}
	sent.Del("decision")
	v.post("/oauth/authorize", sent).want(http.StatusUnprocessableEntity).says("There is a problem", "Choose whose record the app may see")
	v.post("/oauth/authorize", with(sent, "person", w.Stranger.String())).want(http.StatusUnprocessableEntity).says("You cannot see the record")
	if got := back(t, v.post("/oauth/authorize", with(sent, "decision", "refuse"))); got.Get("error") != "access_denied" || got.Get("state") != "s t" {
		t.Error(got)
	}
	got := back(t, v.post("/oauth/authorize", with(sent, "person", w.Person.String())))
	if got.Get("state") != "s t" || got.Get("code") == "" {
		t.Fatal(got)
	}
	ctx := t.Context()
	if _, err := w.Guard.ExchangeCode(ctx, "another", got.Get("code"), "https://rounds.example/back?x=1", verifier); err == nil {
		t.Error("another app exchanged the code")
	}
	if _, err := w.Guard.ExchangeCode(ctx, "rounds", got.Get("code"), "https://rounds.example/back?x=1", verifier); err == nil {
		t.Error("a code that another app tried is good")
	}
	got = back(t, v.post("/oauth/authorize", with(sent, "person", w.Person.String())))
	given, err := w.Guard.ExchangeCode(ctx, "rounds", got.Get("code"), "https://rounds.example/back?x=1", verifier)
	if err != nil || given.Person != w.Person || given.Refresh == "" || given.Scopes != "patient/*.rs launch/patient offline_access" {
		t.Fatalf("%+v %v", given, err)
	}
	kind := func(string) string { return "Observation" }
	s, err := w.Guard.ClientSession(ctx, given.Access, access.DirectCare, kind)
	if err != nil || s.MayDo(ctx, access.ToRecord, w.Person) || !s.MayDo(ctx, access.ToRead, w.Person) {
		t.Error(err)
	}
}

// TestWhatIsWrongWithWhatAnAppAsks is said to the app where its address is known to be its own, and else on a page that leads nowhere.
func TestWhatIsWrongWithWhatAnAppAsks(t *testing.T) {
	w := newWorld(t)
	w.app(t, access.NewClient{ID: "rounds", Name: "Rounds", Scopes: "patient/*.rs", Redirects: []string{"https://rounds.example/back?x=1"}})
	v := w.as(t, "carer")
	for _, change := range [][]string{{"client_id", "nobody"}, {"redirect_uri", "https://evil.example/"}, {"redirect_uri", "https://rounds.example/back"}, {"redirect_uri", ""}} {
		p := v.get(appAddress(change...))
		if p.status != http.StatusUnprocessableEntity && p.status != http.StatusBadRequest || p.location != "" {
			t.Errorf("%v: %d %s", change, p.status, p.location)
		}
	}
	for _, one := range []struct {
		code   string
		change []string
	}{
		{"unsupported_response_type", []string{"response_type", "token"}}, {"invalid_request", []string{"aud", "https://elsewhere.example/fhir/R4"}}, {"invalid_request", []string{"aud", ""}},
		{"invalid_request", []string{"code_challenge", ""}}, {"invalid_request", []string{"code_challenge_method", "plain"}}, {"invalid_scope", []string{"scope", "user/*.rs"}},
		{"invalid_scope", []string{"scope", "patient/*.zz"}}, {"invalid_scope", []string{"scope", ""}}, {"invalid_request", []string{"launch", "rosemary_launch_guess"}},
		{"invalid_request", []string{"state", strings.Repeat("x", 3000)}},
	} {
		if got := back(t, v.get(appAddress(one.change...))); got.Get("error") != one.code || got.Get("error_description") == "" {
			t.Errorf("%v: %v", one.change, got)
		}
	}
	if got := back(t, v.get(appAddress()+"&scope=patient%2F*.rs")); got.Get("error") != "invalid_request" {
		t.Error(got)
	}
}

// TestAllowingAnAppInABrowser: the page has no barriers, and both decisions lead to the app.
func TestAllowingAnAppInABrowser(t *testing.T) {
	w := newWorld(t)
	app := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, _ = rw.Write([]byte("<!doctype html><title>App</title><h1>App: " + r.URL.Query().Get("error") + map[bool]string{true: "it has a code"}[r.URL.Query().Get("code") != ""] + "</h1>"))
	}))
	t.Cleanup(app.Close)
	w.app(t, access.NewClient{ID: "rounds", Name: "Rounds", Scopes: "patient/*.rs patient/Observation.cu", Redirects: []string{app.URL}, Waits: true})
	address := appAddress("redirect_uri", app.URL, "scope", "patient/Patient.rs patient/AllergyIntolerance.rs patient/Observation.cruds")
	b := openBrowser(t, w)
	b.signIn(w, "carer")
	b.Open(address)
	b.look("60-allow-an-app")
	heading := func() string { return browser.Evaluate[string](b.Tab, `document.querySelector("h1").innerText`) }
	b.Do(chromedp.Click(chromedp.CSS(`label[for="person"]`)))
	b.Do(chromedp.Click(chromedp.CSS(`#form button`)))
	b.Until("the app is there", `document.title === "App"`)
	if got := heading(); got != "App: it has a code" {
		t.Error(got)
	}
	b.Open(address)
	b.Do(chromedp.Click(chromedp.CSS(`#form ~ form button`)))
	b.Until("the app is there", `document.title === "App"`)
	if got := heading(); got != "App: access_denied" {
		t.Error(got)
	}
}
