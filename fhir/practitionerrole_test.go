package fhir_test

import (
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestPractitionerRole: who works where and as what, by the accounts that there are, and never what an account is called.
func TestPractitionerRole(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	for _, account := range []string{"nurse", "elm-carer", "admin"} {
		w.Token(account)
	}
	c := at(w, "carer")
	b := bundleOf(t, c.Get("/fhir/R4/PractitionerRole?practitioner=Practitioner/"+w.Workers["nurse"].String()))
	if len(b.Entry) != 1 || !strings.Contains(string(c.Get("/fhir/R4/PractitionerRole").Want(200).Body), `"reference":"Practitioner/`+w.Workers["elm-carer"].String()) {
		t.Fatalf("%+v", b)
	}
	one := read(t, c.Get("/fhir/R4/PractitionerRole/"+b.Entry[0].Resource["id"].(string)).Want(200))
	organisation := one["organization"].(map[string]any)["reference"]
	if organisation != "Organization/"+w.Home.String() || one["active"] != true {
		t.Errorf("%v", one)
	}
	for query, want := range map[string]int{
		"organization=Organization/" + w.Home.String() + "&role=nurse": 1, "role=urn:rosemary:role|care-assistant&organization=" + w.Elm.String(): 1, "role=urn:other|nurse": 0, "active=false": 0,
		"_id=" + b.Entry[0].Resource["id"].(string): 1,
	} {
		if found := bundleOf(t, c.Get("/fhir/R4/PractitionerRole?"+query)); len(found.Entry) != want {
			t.Errorf("%s: %d, want %d", query, len(found.Entry), want)
		}
	}
	pages := 0
	for next := "/fhir/R4/PractitionerRole?_count=2"; next != ""; pages++ {
		page := bundleOf(t, c.Get(next))
		next = page.link("next")
	}
	if pages < 2 {
		t.Errorf("%d pages", pages)
	}
	c.Get("/fhir/R4/PractitionerRole?colour=red").Want(400)
	c.Get("/fhir/R4/PractitionerRole/nobody").Want(404)
}
