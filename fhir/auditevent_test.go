package fhir_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestAuditEvents: every look and every change is one, once, the latest first whatever the pages; by whoever, about whom, when, what; for those alone who may read the log.
func TestAuditEvents(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	carer, c := at(w, "carer"), at(w, "manager")
	path := mustPath(t, carer.Post("/fhir/R4/Observation", note(w, "Ate well")).Want(201))
	carer.Get(path).Want(200)
	at(w, "elm-carer").Get(path).Want(404)
	carer.Send(http.MethodDelete, path, nil).Want(204)
	all := func(query string) (found []tree) {
		t.Helper()
		pages := 0
		for next := "/fhir/R4/AuditEvent?" + query; next != ""; pages++ {
			b := bundleOf(t, c.Get(next))
			for _, e := range b.Entry {
				found = append(found, e.Resource)
			}
			if next = b.link("next"); pages > 200 {
				t.Fatal("pages without an end")
			}
		}
		return found
	}
	whose := "patient=" + w.Person.String() + "&date=lt2026-03-16T08:30:00Z"
	whole, some := all(whose+"&_count=200"), all(whose+"&_count=3")
	seen := map[string]bool{}
	last := "9"
	for _, e := range some {
		id, at := e["id"].(string), e["recorded"].(string)
		if seen[id] || at > last {
			t.Errorf("%s at %s comes behind %s, or twice", id, at, last)
		}
		seen[id], last = true, at
	}
	for _, e := range whole { // what was looked at meanwhile comes on top
		if !seen[e["id"].(string)] && e["subtype"].([]any)[0].(map[string]any)["code"] != "access-log" {
			t.Errorf("lost between the pages: %v", e)
		}
	}
	record := "entity=" + strings.TrimPrefix(path, "/fhir/R4/")
	for query, want := range map[string]string{
		record + "&action=C": "create", record + "&action=D": "enter-in-error", record + "&action=R&outcome=0&agent=Practitioner/" + w.Workers["carer"].String(): "record",
		"patient=" + w.Person.String() + "&outcome=4": "record",
	} {
		found := all(query)
		if len(found) == 0 || found[0]["subtype"].([]any)[0].(map[string]any)["code"] != want {
			t.Errorf("%s: %v", query, found)
		}
	}
	one := all(record + "&action=C")[0]
	if got := read(t, c.Get("/fhir/R4/AuditEvent/"+one["id"].(string)).Want(200)); got["recorded"] != one["recorded"] {
		t.Errorf("%v", got)
	}
	if found := all("patient=" + w.Person.String() + "&agent=" + w.Workers["nurse"].String()); len(found) != 0 {
		t.Errorf("the nurse did nothing: %v", found)
	}
	if found := all("patient=" + w.Person.String() + "&date=" + url.QueryEscape("lt2026-03-16T08:00:00Z")); len(found) != 0 {
		t.Errorf("before anything was: %v", found)
	}
	look := all("patient=" + w.Person.String() + "&action=R")[0]["id"].(string)
	c.Get("/fhir/R4/AuditEvent/" + look).Want(200)
	at(w, "elm-manager").Get("/fhir/R4/AuditEvent/" + look).Want(404)
	at(w, "elm-manager").Get("/fhir/R4/AuditEvent/" + one["id"].(string)).Want(404)
	if b := bundleOf(t, at(w, "elm-manager").Get("/fhir/R4/AuditEvent?patient="+w.Person.String())); len(b.Entry) != 0 {
		t.Error("another home's manager sees who looked")
	}
	carer.Get("/fhir/R4/AuditEvent").Want(403)
	c.Get("/fhir/R4/AuditEvent?colour=red&date=sometime&patient=x").Want(400)
	c.Get("/fhir/R4/AuditEvent/look-99999999999").Want(404)
}
