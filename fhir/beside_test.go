package fhir_test

import (
	"strings"
	"testing"

	"rosemary/fhir/mapping"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// sentThenChanged sends a note through the door with something that records have no place for, and then changes the record elsewhere, so that nothing new stands beside it.
func sentThenChanged(t *testing.T, w *fixture.World, meta string, change record.ProposedChange) (path string) {
	t.Helper()
	sent := strings.Replace(note(w, "Ate well"), `"meta":{`, `"extension":[{"url":"urn:app","valueString":"only in version 1"}],
		"text":{"status":"additional","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Ate very well</div>"},"meta":{`+meta, 1)
	path = mustPath(t, at(w, "manager").Post("/fhir/R4/Observation", sent).Want(201))
	_, rec, _ := mapping.ParseID(strings.TrimPrefix(path, "/fhir/R4/Observation/"))
	change.Type, change.Record, change.Expected, change.Description = record.Correct, rec, 1, "A test"
	w.Commit("manager", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{change}})
	return path
}

const label = `"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"X"}],`

const ateWell = `{"when":"2026-03-16T07:30:00Z","freeText":"Ate well"}`

// TestWhatWasSaidBesideAShutVersionStaysShut: who may read the record as it stands by now, and not the version that was sent, is shown nothing of what was said beside that.
func TestWhatWasSaidBesideAShutVersionStaysShut(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	path := sentThenChanged(t, w, strings.Replace(label, "X", "V", 1), record.ProposedChange{Sensitivity: "normal", Content: []byte(ateWell)})
	r := at(w, "carer").Get(path).Want(200)
	if s := string(r.Body); !strings.Contains(s, "Ate well") || strings.Contains(s, "only in version 1") || strings.Contains(s, "Ate very well") {
		t.Errorf("the carer is shown %s", s)
	}
	for _, of := range []string{path + "/_history", "/fhir/R4/Observation?patient=" + w.Person.String(), "/fhir/R4/Patient/" + w.Person.String() + "/$everything"} {
		if s := string(at(w, "carer").Get(of).Want(200).Body); !strings.Contains(s, "Ate well") || strings.Contains(s, "only in version 1") {
			t.Errorf("%s: the carer is shown %s", of, s)
		}
	}
	if s := string(at(w, "manager").Get(path + "/_history/1").Want(200).Body); !strings.Contains(s, "only in version 1") {
		t.Errorf("the manager is shown %s", s)
	}
	if s := string(at(w, "manager").Get(path).Want(200).Body); strings.Contains(s, "only in version 1") {
		t.Errorf("what was said to few stands beside what is for all: %s", s)
	}
}

// TestALabelIsTheRecordsOwn: a label says who may see the version that it stands at, not who might see an earlier one.
func TestALabelIsTheRecordsOwn(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	for _, c := range []struct{ sent, now, want, not string }{{"V", "normal", "", "V"}, {"N", "confidential", "V", "N"}, {"R", "confidential", "V", "R"}, {"N", "normal", "N", "V"}} {
		path := sentThenChanged(t, w, strings.Replace(label, "X", c.sent, 1), record.ProposedChange{Sensitivity: c.now, Content: []byte(ateWell)})
		s := string(at(w, "manager").Get(path).Want(200).Body)
		if c.want != "" && !strings.Contains(s, `"code":"`+c.want+`"`) || strings.Contains(s, `"code":"`+c.not+`"`) {
			t.Errorf("sent as %s and %s by now: %s", c.sent, c.now, s)
		}
	}
}

// TestANarrativeGoesWithWhatItTold: when a record was changed since, a client's own words for it are no longer shown as if they were true.
func TestANarrativeGoesWithWhatItTold(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	path := sentThenChanged(t, w, "", record.ProposedChange{Content: []byte(strings.Replace(ateWell, "Ate well", "Ate nothing", 1))})
	if s := string(at(w, "manager").Get(path).Want(200).Body); !strings.Contains(s, "Ate nothing") || strings.Contains(s, "Ate very well") || !strings.Contains(s, "only in version 1") {
		t.Errorf("it says %s", s)
	}
	if s := string(at(w, "manager").Get(path + "/_history/1").Want(200).Body); !strings.Contains(s, "Ate very well") {
		t.Errorf("version 1 says %s", s)
	}
}
