package fhir_test

import (
	"fmt"
	"strings"
	"testing"

	"rosemary/fhir/mapping"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// TestAPageOfHeavyResourcesIsShorter than was asked for: a client may have megabytes kept beside each, and a page of two hundred of them must not fill the memory. Every page goes on where the one
// before ended, and all together give each once.
func TestAPageOfHeavyResourcesIsShorter(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "manager")
	const each, sent = 3 << 20, 5 // bytes
	heavy := strings.Repeat(`{"url":"urn:app","valueString":"`+strings.Repeat("x", each/4)+`"},`, 4)
	want := map[string]bool{}
	for i := range sent {
		path := mustPath(t, c.Post("/fhir/R4/Observation", strings.Replace(note(w, fmt.Sprintf("Ate well %d", i)), `"meta":{`, `"extension":[`+strings.TrimSuffix(heavy, ",")+`],"meta":{`, 1)).Want(201))
		want[strings.TrimPrefix(path, "/fhir/R4/Observation/")] = true
	}
	person := w.Person.String()
	for _, query := range []string{"Observation?_count=200&patient=" + person, "Observation?_count=200", "Observation?_count=200&_sort=_id&patient=" + person, "Patient/" + person + "/$everything?_count=200&_type=Observation"} {
		found, pages := map[string]bool{}, 0
		for next := "/fhir/R4/" + query; next != ""; pages++ {
			r := c.Get(next).Want(200)
			if len(r.Body) > 5*each {
				t.Errorf("%s: a page of %d bytes", query, len(r.Body))
			}
			b := bundleOf(t, r)
			for _, e := range b.Entry {
				id := e.Resource["id"].(string)
				if found[id] {
					t.Errorf("%s: %s comes twice", query, id)
				}
				found[id] = true
			}
			next = b.link("next")
		}
		for id := range want {
			if !found[id] {
				t.Errorf("%s: %s is left out", query, id)
			}
		}
		if pages < 2 {
			t.Errorf("%s: %d pages", query, pages)
		}
	}
	for id := range want { // the versions of one
		_, rec, _ := mapping.ParseID(id)
		for n := range 3 {
			w.Commit("manager", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{Type: record.Correct, Record: rec, Expected: n + 1, Description: "A test",
				Content: []byte(strings.Replace(ateWell, "Ate well", fmt.Sprintf("Ate %d", n), 1))}}})
		}
		b := bundleOf(t, c.Get("/fhir/R4/Observation/"+id+"/_history?_count=200").Want(200))
		first := len(b.Entry)
		if next := b.link("next"); first == 4 || next == "" || first+len(bundleOf(t, c.Get(next).Want(200)).Entry) != 4 {
			t.Errorf("the first page of the history has %d", first)
		}
		break
	}
}
