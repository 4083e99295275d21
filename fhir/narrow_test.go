package fhir_test

import (
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestASearchOfEverybodyByCode finds what says a code in whatever way: in the record's own words, by a word of ours for it, or only beside the record.
func TestASearchOfEverybodyByCode(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "senior")
	person := w.Person.String()
	w.Write("senior", w.Person, "measurement", `{"when":"2026-03-16T07:30:00Z","reading":[{"kind":{"code":"pulse"},"value":{"value":104,"unit":"/min"}},{"kind":{"code":"systolic"},"value":{"value":151,"unit":"mm[Hg]"}}]}`)
	other := w.MoveIn("manager", w.Home, "Una", "Reid", "9990000034", "Room 9").String()
	sodium := `{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2951-2"}],"text":"Sodium"},"subject":{"reference":"Patient/` + other + `"},
		"effectiveDateTime":"2026-03-15T10:00:00Z","valueQuantity":{"value":140,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}`
	c.Post("/fhir/R4/Observation", sodium).Want(201)
	beside := strings.Replace(note(w, "Ate well"), `"code":{"coding":[`, `"code":{"coding":[{"system":"http://loinc.org","code":"34109-9"},`, 1)
	c.Post("/fhir/R4/Observation", beside).Want(201)
	plain := note(w, "Somebody said 2951-2 in a note, and pulse")
	c.Post("/fhir/R4/Observation", plain).Want(201)

	finds := func(kind, query string, want ...string) {
		t.Helper()
		b := bundleOf(t, c.Get("/fhir/R4/"+kind+"?"+strings.ReplaceAll(query, "|", "%7C")))
		var found []string
		for _, e := range b.Entry {
			found = append(found, e.FullURL)
		}
		if len(found) != len(want) {
			t.Errorf("%s finds %d, want %d", query, len(found), len(want))
			return
		}
		for i, part := range want {
			if !strings.Contains(found[i], part) {
				t.Errorf("%s finds %s, want %s", query, found[i], part)
			}
		}
	}
	hers, theirs := strings.ReplaceAll(person, "-", ""), strings.ReplaceAll(other, "-", "")
	finds("Observation", "code=http://loinc.org|2951-2", theirs)
	finds("Observation", "code=2951-2", theirs)
	finds("Observation", "code=2951-2,34109-9&_sort=date", theirs, hers)
	finds("Observation", "code=http://loinc.org|34109-9", hers)
	finds("Observation", "code=http://snomed.info/sct|34109-9")
	finds("Observation", "component-code=http://loinc.org|8867-4", hers)
	finds("Observation", "component-code-value-quantity=http://loinc.org|8867-4$gt100", hers)
	finds("Observation", "component-code-value-quantity=http://loinc.org|8867-4$gt110")
	finds("Observation", "code-value-quantity=http://loinc.org|2951-2$140", theirs)
	finds("Patient", "_has:Observation:patient:component-code=http://loinc.org|8480-6", person)
	finds("Patient", "_has:Observation:patient:code-value-quantity=http://loinc.org|2951-2$gt130", other)
	finds("Patient", "_has:Observation:patient:code=8867-4")
	finds("Observation", "code:not=2951-2&code:missing=false", hers, hers, hers)
}

// TestWhatCanBeNoCodeIsRefused at once, with what is wrong with it, and nothing is looked through for it; what can be one, however odd, is answered.
func TestWhatCanBeNoCodeIsRefused(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "senior")
	for _, code := range []string{"%7C", "a%7Cb%7Cc", "%7C%7C%7C", "2951-2%20", "%20", "29%20%2051-2", "2951%0A2", "http://loinc.org%20%7C2951-2", "%FF2951", "2951-2,a%7Cb%7Cc"} {
		for _, query := range []string{"Patient?_has:Observation:patient:code=", "Observation?code=", "Observation?code:not=", "Observation?subject:Patient._has:Observation:patient:code="} {
			if got := c.Get("/fhir/R4/" + query + code); got.Status != 400 {
				t.Errorf("%s%s: %d", query, code, got.Status)
			}
		}
	}
	for _, code := range []string{"2951-2%22", "http://loinc.org%7C", "%7C2951-2", "29%2051-2", "it%27s", "%C3%A9", "a%5C%7Cb"} {
		for _, query := range []string{"Patient?_has:Observation:patient:code=", "Observation?code="} {
			if b := bundleOf(t, c.Get("/fhir/R4/"+query+code)); len(b.Entry) != 0 {
				t.Errorf("%s%s finds %d", query, code, len(b.Entry))
			}
		}
	}
	c.Get("/fhir/R4/Patient?identifier=a%7Cb%20%20c").Want(200) // no code, but what somebody is called by: anything goes
}
