package smart_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
)

// TestAClientSendsAgain under the same key what a person has decided about meanwhile: it hears what became of it, and nothing is written twice.
func TestAClientSendsAgain(t *testing.T) {
	t.Parallel()
	d := open(t)
	ec := newEC(t, "k")
	for _, id := range []string{"gp", "other"} {
		_, err := d.Guard.RegisterClient(t.Context(), access.NewClient{ID: id, Name: "Harbour GP", Kind: access.SystemClient, Account: d.Account("nurse"), Scopes: "system/*.cruds", Keys: jwks(t, ec), Waits: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	token := d.token("gp", ec, "system/*.cruds")
	person, manager := d.Person.String(), d.Session("manager")
	decide := func(ratified bool) {
		t.Helper()
		list, _, err := manager.HeldWaiting(t.Context(), access.HeldPlace{}, 0)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d wait, %v", len(list), err)
		}
		if ratified {
			_, err = manager.RatifyHeld(t.Context(), list[0].ID)
		} else {
			err = manager.DeclineHeld(t.Context(), list[0].ID, "Somebody else's: Ivy Stone")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	versions := func() int {
		t.Helper()
		v, err := d.Session("manager").View(t.Context(), access.At{})
		if err != nil {
			t.Fatal(err)
		}
		all, _, err := v.Records(t.Context(), access.RecordsQuery{Stream: d.Person, Classes: []string{"daily-note"}, Which: record.All, Errors: true})
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	sends := func(method, path, body, key string) said {
		t.Helper()
		return d.send(method, "/fhir/R4"+path, body, "Authorization", "Bearer "+token, "Content-Type", "application/fhir+json", "Idempotency-Key", key)
	}
	key := func() string { return uuid.Must(uuid.NewV7()).String() }

	made := key()
	sends("POST", "/Observation", note(person, "Walked to the gate"), made).want(202)
	decide(true)
	first := sends("POST", "/Observation", note(person, "Walked to the gate"), made).want(201, "Walked to the gate")
	path := strings.TrimPrefix(first.header.Get("Location"), d.server.URL+"/fhir/R4")
	path, _, _ = strings.Cut(path, "/_history")
	if n := versions(); n != 1 {
		t.Fatalf("there are %d versions", n)
	}
	sends("POST", "/Observation", note(person, "Something else"), made).want(409)
	other := d.token("other", ec, "system/*.cruds")
	d.send("POST", "/fhir/R4/Observation", note(person, "Walked to the gate"), "Authorization", "Bearer "+other, "Content-Type", "application/fhir+json", "Idempotency-Key", made).want(409)

	// A change, sent without the version that it was made on: again it is the same change, also when others have changed the record in between.
	changed, under := strings.Replace(d.fhir(token, "GET", path, "").want(200).body, "to the gate", "to the shop", 1), key()
	for range 2 {
		sends("PUT", path, changed, under).want(202)
	}
	decide(true)
	sends("PUT", path, changed, under).want(200, "to the shop")
	byHand := strings.Replace(changed, "to the shop", "to the shop and back", 1)
	d.fhir(d.Token("nurse"), "PUT", path, byHand).want(200)
	sends("PUT", path, changed, under).want(200)
	if n := versions(); n != 3 {
		t.Errorf("there are %d versions", n)
	}
	whole := `{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Observation"},"resource":` + note(d.MoveIn("manager", d.Home, "Una", "Reid", "9990000034", "9").String(), "Slept") + `},{"request":{"method":"PUT","url":"` + path[1:] + `"},"resource":` + strings.Replace(byHand, "and back", "and home", 1) + `}]}`
	both := key()
	sends("POST", "", whole, both).want(202)
	decide(true)
	sends("POST", "", whole, both).want(200, "200 OK")
	gone := key()
	sends("DELETE", path, "", gone).want(202)
	decide(true)
	sends("DELETE", path, "", gone).want(204)

	no := key()
	sends("POST", "/Observation", note(person, "Not hers"), no).want(202)
	decide(false)
	for range 2 {
		if r := sends("POST", "/Observation", note(person, "Not hers"), no).want(409, "did not take it into the record"); strings.Contains(r.body, "Ivy Stone") {
			t.Errorf("the client is told why: %s", r.body)
		}
	}
	if n := versions(); n != 5 {
		t.Errorf("there are %d versions", n)
	}
	if list, _, err := manager.HeldWaiting(t.Context(), access.HeldPlace{}, 0); err != nil || len(list) != 0 {
		t.Errorf("%d wait, %v", len(list), err)
	}
}
