package fhir_test

import (
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestAMedicationInATransactionIsKeptInWhatRefersToIt: the medicine of an order, of a dose and of a statement is what the entry says, with its form and the rest of it; an entry that nobody
// refers to is refused, for nobody would ever see it.
func TestAMedicationInATransactionIsKeptInWhatRefersToIt(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "nurse")
	const medication = `{"fullUrl":"urn:uuid:018f0000-0000-7000-8000-0000000000aa","request":{"method":"POST","url":"Medication"},"resource":{"resourceType":"Medication","id":"x",META
		"contained":[{"resourceType":"Organization","id":"maker","name":"Acme Pharma"}],"manufacturer":{"reference":"#maker"},
		"code":{"text":"Paracetamol 500 mg tablets"},"form":{"text":"Tablet"},"batch":{"lotNumber":"X7"}}}`
	of := `"subject":{"reference":"Patient/` + w.Person.String() + `"},"medicationReference":{"reference":"urn:uuid:018f0000-0000-7000-8000-0000000000aa"}`
	order := `{"request":{"method":"POST","url":"MedicationRequest"},"resource":{"resourceType":"MedicationRequest","status":"draft","intent":"order",` + of + `,"requester":{"reference":"Practitioner/` + w.Workers["nurse"].String() + `"},
		"dosageInstruction":[{"text":"Two at night","asNeededBoolean":false,"route":{"coding":[{"system":"urn:rosemary:medicine-route","code":"oral"}],"text":"oral"},"doseAndRate":[{"doseQuantity":{"value":1000,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}],
		"timing":{"repeat":{"timeOfDay":["20:00:00"],"boundsPeriod":{"start":"2026-03-02"}}}}],"authoredOn":"2026-03-16"}}`
	statement := `{"request":{"method":"POST","url":"MedicationStatement"},"resource":{"resourceType":"MedicationStatement","status":"active","dateAsserted":"2026-03-16T07:30:00Z",` + of + `}}`
	dose := `{"request":{"method":"POST","url":"MedicationAdministration"},"resource":{"resourceType":"MedicationAdministration","status":"completed","extension":[{"url":"urn:rosemary:element:dose-event.reasonForOverride","valueString":"The nurse wrote the order just now"}],` + of + `,"effectiveDateTime":"2026-03-16T07:05:00Z",
		"performer":[{"actor":{"reference":"Practitioner/` + w.Workers["nurse"].String() + `"}}],"dosage":{"dose":{"value":1000,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}}}`
	send := func(entries ...string) *fixture.Reply {
		return c.Post("/fhir/R4", `{"resourceType":"Bundle","type":"transaction","entry":[`+strings.Join(entries, ",")+`]}`)
	}
	plain, restricted := strings.Replace(medication, "META", `"meta":{"versionId":"7"},`, 1), strings.Replace(medication, "META", `"meta":{"security":[{"code":"R"}]},`, 1)
	b := bundleOf(t, send(order, plain, statement, dose))
	for i, e := range b.Entry {
		if e.Response.Status != "201 Created" {
			t.Fatalf("entry %d: %+v", i, e)
		}
		_, path, _ := strings.Cut(e.Response.Location, "/fhir/R4")
		path, _, _ = strings.Cut(path, "/_history")
		text := string(c.Get("/fhir/R4" + path).Want(200).Body)
		for _, want := range []string{`"text":"Paracetamol 500 mg tablets"`, `"text":"Tablet"`, `"lotNumber":"X7"`, `"name":"Acme Pharma"`, `"reference":"#medication-1"`, `"reference":"#medication-1.0"`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %s: %s", path, want, text)
			}
		}
		if strings.Contains(text, "urn:uuid:") || strings.Contains(text, `"versionId":"7"`) {
			t.Errorf("%s: %s", path, text)
		}
	}
	if one, other := b.Entry[0].Response.Location, b.Entry[1].Response.Location; !strings.HasPrefix(one, other) {
		t.Errorf("the Medication is said to be at %s, and the order is at %s", other, one)
	}
	told := `{"request":{"method":"POST","url":"Provenance"},"resource":{"resourceType":"Provenance","target":[{"reference":"urn:uuid:018f0000-0000-7000-8000-0000000000aa"}],"recorded":"2026-03-16T07:45:00Z","agent":[{"who":{"display":"x"}}]}}`
	for name, entries := range map[string][]string{
		"Bundle.entry[0].resource":                     {plain},
		"Bundle.entry[1].resource.meta.security":       {statement, restricted},
		"Bundle.entry[2].resource.target[0].reference": {statement, plain, told},
		"Bundle.entry[1].resource.medicationReference": {strings.Replace(plain, `"code":{"text":"Paracetamol 500 mg tablets"},`, "", 1), order},
	} {
		if text := faults(t, send(entries...).Want(422)); !strings.Contains(text, strings.TrimSuffix(name, "Reference")) {
			t.Errorf("%s: %s", name, text)
		}
	}
}
