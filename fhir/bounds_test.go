package fhir_test

import (
	"fmt"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestAPatchOfManyOperationsIsRefused: a patch of a few megabytes must not keep the machine busy for minutes.
func TestAPatchOfManyOperationsIsRefused(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	path := mustPath(t, c.Post("/fhir/R4/Observation", note(w, "Ate well")).Want(201))
	add := `{"op":"add","path":"/note/0","value":{"text":"x"}}`
	few := `[{"op":"add","path":"/note","value":[]}` + strings.Repeat(","+add, 1000) + `]`
	if s := string(c.Send("PATCH", path, strings.NewReader(few), "Content-Type", "application/json-patch+json").Want(413).Body); !strings.Contains(s, "1000 operations") {
		t.Errorf("%s", s)
	}
	operation := `{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Observation"},{"name":"name","valueString":"note"},
		{"name":"value","valueAnnotation":{"text":"x"}}]}`
	paths := `{"resourceType":"Parameters","parameter":[` + operation + strings.Repeat(","+operation, 1000) + `]}`
	if s := string(c.Send("PATCH", path, strings.NewReader(paths), "Content-Type", "application/fhir+json").Want(413).Body); !strings.Contains(s, "1000 operations") {
		t.Errorf("%s", s)
	}
	if s := string(c.Get(path).Want(200).Body); strings.Contains(s, `"note"`) {
		t.Errorf("it was changed: %s", s)
	}
}

// TestWhatABundleCannotHoldIsSaid: an answer has an end, what comes behind it is not done, and what is no resource is never passed over as if it were empty.
func TestWhatABundleCannotHoldIsSaid(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "senior")
	var many []string
	for i := range 100 {
		many = append(many, fmt.Sprintf(`{"request":{"method":"POST","url":"Observation"},"resource":%s}`, note(w, fmt.Sprint("Ate well ", i))))
	}
	c.Post("/fhir/R4", `{"resourceType":"Bundle","type":"transaction","entry":[`+strings.Join(many, ",")+`]}`).Want(200)
	search := `{"request":{"method":"GET","url":"Observation?patient=` + w.Person.String() + `&_count=200"}},`
	made := bundleOf(t, c.Post("/fhir/R4", `{"resourceType":"Bundle","type":"batch","entry":[`+strings.Repeat(search, 120)+many[0]+`]}`).Want(200))
	if n := len(made.Entry); n != 121 {
		t.Fatalf("%d entries", n)
	}
	if first, last := made.Entry[0].Response.Status, made.Entry[120].Response.Status; !strings.HasPrefix(first, "200") || !strings.HasPrefix(last, "413") {
		t.Errorf("first %s, last %s", first, last)
	}
	if s := string(c.Get("/fhir/R4/Observation?_summary=count&patient=" + w.Person.String()).Want(200).Body); !strings.Contains(s, `"total":100`) {
		t.Errorf("what was not done was: %s", s)
	}
	whole := bundleOf(t, c.Post("/fhir/R4", `{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/`+w.Person.String()+`/$everything"}}]}`).Want(200))
	if s := whole.Entry[0].Response.Status; !strings.HasPrefix(s, "400") {
		t.Errorf("all of a record, of which nothing can stand here: %s", s)
	}
}

// TestTooManyHeadersAreRefusedInWords: a refusal says what is wrong.
func TestTooManyHeadersAreRefusedInWords(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c, _, _ := hooked(t, w, "manager")
	many := strings.Replace(subscriptionTo("https://records.example.org/hook", "record-changed", "empty", "Observation?status=final"), `"header":[`, `"header":[`+strings.Repeat(`"X-A: b",`, 20), 1)
	if s := string(c.Post("/fhir/R4/Subscription", many).Want(422).Body); !strings.Contains(s, "At most 20 headers") {
		t.Errorf("%s", s)
	}
}
