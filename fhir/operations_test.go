package fhir_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestMeta gives what stands on a resource; it is changed with the resource only.
func TestMeta(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	path := mustPath(t, c.Post("/fhir/R4/Observation", note(w, "x")).Want(201))
	if r := c.Get(path + "/$meta").Want(200); !strings.Contains(string(r.Body), `"valueMeta":{"versionId":"1"`) || !strings.Contains(string(r.Body), "urn:rosemary:class:daily-note") || strings.Contains(string(r.Body), "valueString") {
		t.Errorf("%s", r.Body)
	}
	if r := c.Post(path+"/$meta-add", `{"resourceType":"Parameters"}`).Want(405); !strings.Contains(string(r.Body), "version") {
		t.Errorf("%s", r.Body)
	}
	c.Send(http.MethodDelete, path, nil).Want(204)
	c.Get(path + "/$meta").Want(410)
	at(w, "elm-carer").Get(path + "/$meta").Want(404)
}

// TestEverythingInParts: by type, by time, in pages, with what it refers to.
func TestEverythingInParts(t *testing.T) {
	t.Parallel()
	w, c, second := household(t)
	body := strings.Replace(note(w, "With a performer"), `"status"`, `"performer":[{"reference":"Practitioner/`+w.Workers["carer"].String()+`"}],"status"`, 1)
	c.Post("/fhir/R4/Observation", strings.Replace(body, w.Person.String(), second, 1)).Want(201)
	base := "/fhir/R4/Patient/" + second + "/$everything"
	kinds := func(path string) string {
		found := map[string]int{}
		for next := path; next != ""; {
			b := bundleOf(t, c.Get(next))
			for i, e := range b.Entry {
				found[fmt.Sprint(e.Resource["resourceType"])]++
				if next == path && i == 0 && found["Patient"] != 1 && !strings.Contains(path, "_type=Obs") {
					t.Errorf("%s does not begin with the patient", path)
				}
			}
			next = b.link("next")
		}
		return strings.TrimPrefix(fmt.Sprint(found), "map")
	}
	for query, want := range map[string]string{
		"": "[EpisodeOfCare:1 Observation:5 Organization:1 Patient:1 Practitioner:1]", "?_count=2": "[EpisodeOfCare:1 Observation:5 Organization:1 Patient:1 Practitioner:1]",
		"?_type=Observation": "[Observation:5]", "?_type=Patient,Practitioner": "[Patient:1]", "?start=2026-03-15": "[EpisodeOfCare:1 Observation:2 Organization:1 Patient:1 Practitioner:1]",
		"?start=2026-03-11&end=2026-03-12": "[Observation:2 Patient:1]", "?_since=2036-03-11T00:00:00Z": "[]",
	} {
		if got := kinds(base + query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for query, want := range map[string]string{"?start=soon&end=late&_since=now": "_since business-rule; end business-rule; start business-rule", "?_type=Colour": "_type business-rule",
		"?_count=0": "_count business-rule", "?flavour=mint": "flavour not-supported"} {
		if r := c.Get(base + query).Want(400); faults(t, r) != want {
			t.Errorf("%s: %s", query, faults(t, r))
		}
	}
}

// TestValidateInModes: as new, as a change, as a deletion, by a profile; nothing is written.
func TestValidateInModes(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	made := c.Post("/fhir/R4/Observation", note(w, "x")).Want(201)
	path, whole := mustPath(t, made), string(made.Body)
	wrong := strings.Replace(whole, `"effectiveDateTime":"2026-03-16T07:30:00Z",`, "", 1)
	inside := func(resource string, parameters ...string) string {
		all := ""
		for i := 0; i < len(parameters); i += 2 {
			all += `,{"name":"` + parameters[i] + `","value` + parameters[i+1] + `}`
		}
		return `{"resourceType":"Parameters","parameter":[{"name":"resource","resource":` + resource + `}` + all + `]}`
	}
	for name, x := range map[string]struct {
		path, body string
		status     int
		want       string
	}{
		"new":              {"/fhir/R4/Observation/$validate", note(w, "y"), 200, "informational"},
		"a change":         {path + "/$validate", whole, 200, "informational"},
		"a bad change":     {path + "/$validate", wrong, 200, "Observation required"},
		"by parameter":     {path + "/$validate", inside(wrong, "mode", `Code":"update"`), 200, "Observation required"},
		"unknown mode":     {path + "/$validate?mode=shake", whole, 400, "mode business-rule"},
		"which one":        {"/fhir/R4/Observation/$validate?mode=update", whole, 400, "mode business-rule"},
		"a profile":        {"/fhir/R4/Observation/$validate?profile=urn:rosemary:class:risk", note(w, "y"), 200, "informational"},
		"another profile":  {"/fhir/R4/Observation/$validate?profile=https://fhir.hl7.org.uk/x", note(w, "y"), 200, "not-supported; informational"},
		"faults, profile":  {"/fhir/R4/Observation/$validate?profile=https://fhir.hl7.org.uk/x", wrong, 200, "Observation required; not-supported"},
		"another resource": {"/fhir/R4/Condition/$validate", note(w, "y"), 400, "resource business-rule"},
		"nothing":          {"/fhir/R4/Observation/$validate", `{"resourceType":"Parameters"}`, 400, "resource business-rule"},
	} {
		r := c.Post(x.path, x.body)
		if r.Status != x.status || !strings.Contains(faults(t, r), x.want) {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
	if r := c.Get(path + "/$validate?mode=delete").Want(200); faults(t, r) != "informational" {
		t.Errorf("%s", r.Body)
	}
	if history := bundleOf(t, c.Get(path+"/_history")); *history.Total != 1 {
		t.Errorf("validation wrote %d versions", *history.Total)
	}
	c.Send(http.MethodDelete, path, nil).Want(204)
	c.Get(path + "/$validate?mode=delete").Want(410)
}
