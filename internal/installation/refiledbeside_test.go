package installation_test

import (
	"slices"
	"strings"
	"testing"

	"rosemary/access"
	"rosemary/fhir/mapping"
)

// TestWhatWasSaidBesideIsRefiled with the record that it stood beside, and names whom the record is about now; what tells of the first person does not come along, and that is said.
func TestWhatWasSaidBesideIsRefiled(t *testing.T) {
	s := newStage(t)
	other := s.MoveIn("manager", s.Home, "Agnes", "Pike", "9990000034", "Room 9")
	refiled := func(more string) (string, access.Refiled) {
		t.Helper()
		said := strings.ReplaceAll(strings.ReplaceAll(sodium, "PERSON", s.Person.String()), "\n\t", "")
		said = strings.Replace(said, `"status":"final"`, `"status":"final"`+more, 1)
		made := door(s.World).Post("/fhir/R4/Observation", said).Want(201)
		_, path, _ := strings.Cut(made.Header.Get("Location"), "/fhir/R4/Observation/")
		path, _, _ = strings.Cut(path, "/_history")
		_, rec, ok := mapping.ParseID(path)
		if !ok {
			t.Fatalf("it stands at %s", path)
		}
		done, err := s.Session("manager").Refile(t.Context(), access.Refiling{From: s.Person, Record: rec, Expected: 1, To: other, Why: "The tube had the wrong label"})
		if err != nil {
			t.Fatal(err)
		}
		return string(door(s.World).Get("/fhir/R4/Observation/" + mapping.ID(other, done.Record)).Want(200).Body), done
	}
	body, done := refiled(`,"note":[{"text":"Sample a little old"}],"device":{"reference":"urn:uuid:5f0f4c1e-5b0e-4a0e-9c0a-0d7a3a0f0f0f"}`)
	says(t, "in the other record", body)
	if !strings.Contains(body, "Sample a little old") || !strings.Contains(body, "Patient/"+other.String()) || strings.Contains(body, s.Person.String()) || len(done.LeftOut) > 0 {
		t.Errorf("left out %v: %s", done.LeftOut, body)
	}
	for name, more := range map[string]string{
		"a name":         `,"contained":[{"resourceType":"Basic","id":"x","code":{"text":"Tube of Margaret"}}]`,
		"an NHS number":  `,"contained":[{"resourceType":"Basic","id":"x","identifier":[{"value":"999 000 0018"}],"code":{"text":"Tube"}}]`,
		"another record": `,"hasMember":[{"reference":"Observation/` + mapping.ID(s.Person, s.note("carer", s.Person, "Slept well")) + `"}]`,
	} {
		body, done := refiled(more)
		if strings.Contains(body, "Tube") || strings.Contains(body, s.Person.String()) || !slices.ContainsFunc(done.LeftOut, func(w string) bool { return strings.Contains(w, "said beside") }) {
			t.Errorf("%s: left out %v: %s", name, done.LeftOut, body)
		}
	}
}
