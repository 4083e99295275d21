package fhir_test

import (
	"fmt"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestXProvenance: who wrote it, who told it, when and why go into the log of the record and come back; what there is no place for is refused, and nothing is written.
func TestXProvenance(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "senior")
	said := `{"resourceType":"Provenance","recorded":"2026-03-16T07:45:00Z","reason":[{"text":"Told at the door"}],"agent":[
		{"type":{"coding":[{"code":"author"}]},"who":{"reference":"Practitioner/` + w.Workers["carer"].String() + `"}},{"type":{"coding":[{"code":"informant"}]},"who":{"display":"Her daughter"}}]}`
	said = strings.ReplaceAll(said, "\n\t\t", "")
	path := strings.TrimPrefix(mustPath(t, c.Post("/fhir/R4/Observation", note(w, "Ate well"), "X-Provenance", said).Want(201)), "/fhir/R4/")
	about := func(query string) []tree {
		var all []tree
		for next := "/fhir/R4/Provenance?" + query; next != ""; {
			b := bundleOf(t, c.Get(next))
			for _, e := range b.Entry {
				all = append(all, e.Resource)
			}
			next = b.link("next")
		}
		return all
	}
	found := about("target=" + path)
	if len(found) != 1 {
		t.Fatalf("%v", found)
	}
	text := fmt.Sprint(found[0])
	for _, want := range []string{"Told at the door", "Her daughter", "Practitioner/" + w.Workers["carer"].String(), "Practitioner/" + w.Workers["senior"].String(), "author", "informant", "enterer"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is lost: %s", want, text)
		}
	}
	// The same is found in every way, and told alike.
	for _, query := range []string{"patient=" + w.Person.String() + "&agent=Practitioner/" + w.Workers["carer"].String(), "agent=" + w.Workers["carer"].String() + "&recorded=ge2026-03-16", "patient=Patient/" +
		w.Person.String() + "&target=" + path, "patient=" + w.Person.String() + "&recorded=2026-03-16&agent=" + w.Workers["senior"].String() + "&_count=1"} {
		some := about(query)
		if len(some) != 1 || fmt.Sprint(some[0]) != text {
			t.Errorf("%s: %v", query, some)
		}
	}
	if all, paged := about("patient="+w.Person.String()), about("patient="+w.Person.String()+"&_count=1"); len(all) < 3 || len(all) != len(paged) {
		t.Errorf("%d and %d", len(all), len(paged))
	}
	if some := about("recorded=lt2020-01-01"); len(some) != 0 {
		t.Errorf("%v", some)
	}
	if got := read(t, c.Get("/fhir/R4/Provenance/"+found[0]["id"].(string)).Want(200)); fmt.Sprint(got) != text {
		t.Errorf("read by itself: %v", got)
	}
	before := len(about("patient=" + w.Person.String()))
	for header, place := range map[string]string{
		`{"resourceType":"Provenance","location":{"display":"Hall"},"agent":[{"who":{"reference":"Practitioner/` + w.Workers["carer"].String() + `"},"onBehalfOf":{"display":"x"}}]}`: "X-Provenance.location",
		`{"resourceType":"Provenance","agent":[{"who":{"reference":"Practitioner/` + w.Stranger.String() + `"}}]}`:                                                                    "X-Provenance",
		`{"resourceType":"Provenance"}`: "X-Provenance",
	} {
		r := c.Post("/fhir/R4/Observation", note(w, "Not written"), "X-Provenance", header).Want(422)
		if !strings.Contains(faults(t, r), place) {
			t.Errorf("%s: %s", header, faults(t, r))
		}
	}
	c.Post("/fhir/R4/Observation", note(w, "Not written"), "X-Provenance", "{nonsense").Want(400)
	if after := len(about("patient=" + w.Person.String())); after != before {
		t.Errorf("%d, and %d before", after, before)
	}
}

// TestAnAuthorIsCalledWhatTheyAre: the person may have written it, but not as a worker, nor a worker as the person; in a transaction as in the header.
func TestAnAuthorIsCalledWhatTheyAre(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "senior")
	said := func(who string) string {
		return `{"resourceType":"Provenance","agent":[{"type":{"coding":[{"code":"author"}]},"who":{"reference":"` + who + `"}}]}`
	}
	person, carer := w.Person.String(), w.Workers["carer"].String()
	for _, wrong := range []string{"Practitioner/" + person, "RelatedPerson/" + person, "Patient/" + carer, "RelatedPerson/" + carer, "Practitioner/" + strings.ReplaceAll(person+carer, "-", "")} {
		r := c.Post("/fhir/R4/Observation", note(w, "Not written"), "X-Provenance", said(wrong)).Want(422)
		if text := faults(t, r); !strings.Contains(text, "X-Provenance.agent.who.reference") {
			t.Errorf("%s: %s", wrong, text)
		}
		about := strings.Replace(said(wrong), `"agent"`, `"target":[{"reference":"urn:uuid:018f0000-0000-7000-8000-000000000001"}],"recorded":"2026-03-16T07:45:00Z","agent"`, 1)
		r = c.Post("/fhir/R4", `{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:018f0000-0000-7000-8000-000000000001","request":{"method":"POST","url":"Observation"},"resource":`+note(w, "Not written")+
			`},{"request":{"method":"POST","url":"Provenance"},"resource":`+about+`}]}`).Want(422)
		if text := faults(t, r); !strings.Contains(text, "Bundle.entry[1].resource.agent.who.reference") {
			t.Errorf("%s: %s", wrong, text)
		}
	}
	for _, right := range []string{"Patient/" + person, "Practitioner/" + carer} {
		c.Post("/fhir/R4/Observation", note(w, "Written"), "X-Provenance", said(right)).Want(201)
	}
}
