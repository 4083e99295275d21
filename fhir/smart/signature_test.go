package smart_test

import (
	"strings"
	"testing"

	"rosemary/access"
	"rosemary/internal/fixture"
)

// TestOnlyAPersonSigns: an app signs for whoever has opened it and gives their password again, where its scopes let it; a program that acts by itself never signs, nor does one whose writes wait.
func TestOnlyAPersonSigns(t *testing.T) {
	t.Parallel()
	d := open(t)
	ec := newEC(t, "k")
	var waits access.Client
	for _, n := range []access.NewClient{
		{ID: "gp", Name: "Harbour GP", Kind: access.SystemClient, Account: d.Account("nurse"), Scopes: "system/*.cruds", Keys: jwks(t, ec)},
		{ID: "waits", Name: "Waiting", Kind: access.AppClient, Scopes: "user/*.cruds", Redirects: []string{backAt}, Waits: true},
	} {
		c, err := d.Guard.RegisterClient(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		waits = c
	}
	person := d.Person.String()
	program := d.token("gp", ec, "system/*.cruds")
	made := d.fhir(program, "POST", "/Observation", note(person, "Seen by the GP")).want(201)
	target := "Observation/" + made.text("id") + "/_history/1"
	nurse := "Practitioner/" + d.Workers["nurse"].String()
	sign := func(token, password string) said {
		return d.send("POST", "/fhir/R4/Provenance", `{"resourceType":"Provenance","target":[{"reference":"`+target+`"}],"recorded":"2026-03-16T09:00:00Z","reason":[{"text":"Checked"}],
			"agent":[{"who":{"reference":"`+nurse+`"}}],"signature":[{"type":[{"code":"1.2.840.10065.1.12.1.5"}],"when":"2026-03-16T09:00:00Z","who":{"reference":"`+nurse+`"}}]}`,
			"Authorization", "Bearer "+token, "Content-Type", "application/fhir+json", "Rosemary-Password", password)
	}
	sign(program, fixture.Password).want(403, "A program cannot sign")
	allowed := func(c access.Client, scopes string) string {
		return d.exchange(c.ID, d.allow("nurse", c, scopes, d.Person)).want(200).text("access_token")
	}
	reads := allowed(d.app("reads", "user/*.rs"), "user/*.rs")
	sign(reads, fixture.Password).want(403, "Provenance")
	sign(allowed(waits, "user/*.cruds"), fixture.Password).want(403, "cannot wait")
	signs := allowed(d.app("signs", "user/*.rs user/Provenance.c"), "user/*.rs user/Provenance.c")
	sign(signs, "wrong").want(422, "Rosemary-Password")
	sign(signs, fixture.Password).want(201, `"signature"`, nurse)
	if got := d.fhir(signs, "GET", "/Provenance?target="+strings.TrimSuffix(target, "/_history/1"), "").want(200); strings.Count(got.body, `"signature"`) != 1 {
		t.Errorf("not one signature: %s", got.body)
	}
}

// TestAFileWaitsWithWhatNamesIt: whoever ratifies what a client sent need not have sent its file.
func TestAFileWaitsWithWhatNamesIt(t *testing.T) {
	t.Parallel()
	d := open(t)
	ec := newEC(t, "k")
	if _, err := d.Guard.RegisterClient(t.Context(), access.NewClient{
		ID: "gp", Name: "Harbour GP", Kind: access.SystemClient, Account: d.Account("nurse"), Scopes: "system/*.cruds", Keys: jwks(t, ec), Waits: true,
	}); err != nil {
		t.Fatal(err)
	}
	token, person := d.token("gp", ec, "system/*.cruds"), d.Person.String()
	d.fhir(token, "POST", "/DocumentReference", `{"resourceType":"DocumentReference","status":"current","description":"From the practice","subject":{"reference":"Patient/`+person+`"},
		"content":[{"attachment":{"contentType":"text/plain","data":"RGVhciBjb2xsZWFndWVz"}}]}`).want(202)
	manager := d.Session("manager")
	waiting, _, err := manager.HeldWaiting(t.Context(), access.HeldPlace{}, 0)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%d wait: %v", len(waiting), err)
	}
	if _, err := manager.RatifyHeld(t.Context(), waiting[0].ID); err != nil {
		t.Fatal(err)
	}
	d.fhir(token, "GET", "/DocumentReference?patient="+person, "").want(200, "From the practice", `"url":"Binary/`)
}
