package fhir_test

import (
	"encoding/json"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestWhoMaySeeItIsTakenOver: a label of confidentiality is who may see the record, and a change that leaves it out does not take it off.
func TestWhoMaySeeItIsTakenOver(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	manager := at(w, "manager")
	label := `"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"},{"system":"urn:app","code":"mine"}],`
	made := manager.Post("/fhir/R4/Observation", strings.Replace(note(w, "About a colleague"), `"meta":{`, `"meta":{`+label, 1), "Content-Type", "application/fhir+json").Want(201)
	if !strings.Contains(string(made.Body), `"code":"V"`) || !strings.Contains(string(made.Body), `"code":"mine"`) {
		t.Errorf("%s", made.Body)
	}
	at(w, "carer").Get(mustPath(t, made)).Want(404)
	manager.Put(mustPath(t, made), strings.Replace(string(made.Body), `{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"}`, `{"system":"urn:app","code":"more"}`, 1)).Want(200)
	at(w, "carer").Get(mustPath(t, made)).Want(404)
}

// TestWhatHasNoSubjectStandsInSomebodysRecord: a document is in the record of whom it refers to, a place in the record that the extension names, and both come back so.
func TestWhatHasNoSubjectStandsInSomebodysRecord(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "senior")
	document := c.Post("/fhir/R4/DocumentReference", `{"resourceType":"DocumentReference","status":"current","subject":{"reference":"Patient/`+w.Person.String()+`"},"description":"Letter",
		"content":[{"attachment":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}}]}`).Want(201)
	if !strings.Contains(mustPath(t, document), strings.ReplaceAll(w.Person.String(), "-", "")) {
		t.Errorf("%s", document.Body)
	}
	home := `{"resourceType":"Location","extension":[{"url":"urn:rosemary:person","valueReference":{"reference":"Patient/` + w.Person.String() + `"}}],"name":"Her own home"}`
	made := c.Post("/fhir/R4/Location", home).Want(201)
	if !strings.Contains(mustPath(t, made), strings.ReplaceAll(w.Person.String(), "-", "")) || !strings.Contains(string(made.Body), "urn:rosemary:person") {
		t.Errorf("%s", made.Body)
	}
	var sent map[string]any
	if err := json.Unmarshal(made.Body, &sent); err != nil {
		t.Fatal(err)
	}
	sent["name"] = "Her home"
	changed, _ := json.Marshal(sent)
	c.Put(mustPath(t, made), string(changed)).Want(200)
	if r := c.Put(mustPath(t, made), strings.Replace(string(changed), "Patient/"+w.Person.String(), "Patient/"+w.Stranger.String(), 1)).Want(422); !strings.Contains(string(r.Body), "urn:rosemary:person") {
		t.Errorf("%s", r.Body)
	}
	c.Post("/fhir/R4/Location", home[:len(home)-1]+`,"description":"x"}`).Want(201)
	if r := c.Post("/fhir/R4/Location", strings.Replace(home, "Patient/", "Group/", 1)).Want(422); !strings.Contains(string(r.Body), "urn:rosemary:person") {
		t.Errorf("%s", r.Body)
	}
}

// TestWhatWasMadeOnceIsNotShownToAnother: a resource that was made for one reader is made anew for another who may not know what its references point at, and cutting
// a resource for one reader takes nothing away for the next.
func TestWhatWasMadeOnceIsNotShownToAnother(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "senior")
	made := c.Post("/fhir/R4/Observation", note(w, "Ate well"), "Content-Type", "application/fhir+json").Want(201)
	path := mustPath(t, made)
	id := path[strings.LastIndexByte(path, '/')+1:]
	whole := string(c.Get(path).Want(200).Body)
	for range 2 {
		if r := c.Get("/fhir/R4/Observation?_id=" + id + "&_elements=status").Want(200); strings.Contains(string(r.Body), "Ate well") {
			t.Errorf("not cut: %s", r.Body)
		}
		if r := c.Get("/fhir/R4/Observation?_id=" + id + "&_summary=text").Want(200); strings.Contains(string(r.Body), "Ate well") {
			t.Errorf("not cut: %s", r.Body)
		}
		if again := string(c.Get(path).Want(200).Body); again != whole {
			t.Errorf("it was\n%s\nand is\n%s", whole, again)
		}
	}
	c.Send("PATCH", path, strings.NewReader(`[{"op":"replace","path":"/valueString","value":"Slept"}]`), "Content-Type", "application/json-patch+json").Want(200)
	if old := string(c.Get(path + "/_history/1").Want(200).Body); !strings.Contains(old, "Ate well") {
		t.Errorf("version 1 says %s", old)
	}
	at(w, "elm-carer").Get(path).Want(404)
}
