package installation_test

import (
	"strings"
	"testing"

	"rosemary/fhir"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// TestWhatWasInErrorThereIsInErrorInADocument: what another system had entered in error before it was ratified here says so in every document that it is in, as what is marked here does.
func TestWhatWasInErrorThereIsInErrorInADocument(t *testing.T) {
	t.Parallel()
	w := newTwo(t)
	m := w.margaret()
	slip := w.old.Commit("carer", &record.Proposal{Stream: m.person, Changes: []record.ProposedChange{
		{Type: record.Create, Path: "/changes/0", Class: "daily-note", Content: []byte(fixture.NoteContent("Somebody else's note"))},
	}})[0].Changes[0].Version.Record
	w.old.Commit("manager", &record.Proposal{Stream: m.person, Changes: []record.ProposedChange{
		{Type: record.MarkError, Path: "/changes/0", Record: slip, Expected: 1, Description: "Written in the wrong record"},
	}})
	w.admits(w.received(w.sends(m.person)))
	c := w.new.Nobody()
	c.Token = w.new.Token("manager")
	c.Handler = fhir.New(fhir.Config{Guard: w.new.Guard, Catalogue: w.new.Catalogue, System: w.new.Identity.System, Beside: w.new.BesideFHIR, Zone: w.new.Zone, Now: w.new.Clock.Now})
	var found struct {
		Entry []struct{ Resource struct{ ID, Status string } }
	}
	c.Get("/fhir/R4/Composition?patient=" + m.person.String()).Want(200).Read(&found)
	told := 0
	for _, e := range found.Entry {
		document := string(c.Get("/fhir/R4/Composition/" + e.Resource.ID + "/$document").Want(200).Body)
		told += strings.Count(document, "Somebody else&#39;s note (entered in error)")
		var b struct {
			Entry []struct {
				Resource struct{ ResourceType, Status, ValueString string }
			}
		}
		c.Get("/fhir/R4/Composition/" + e.Resource.ID + "/$document").Want(200).Read(&b)
		for _, one := range b.Entry {
			if r := one.Resource; r.ValueString == "Somebody else's note" && r.Status != "entered-in-error" {
				t.Errorf("%s holds it as %s", e.Resource.ID, r.Status)
			}
		}
	}
	if told == 0 {
		t.Error("no document tells of it")
	}
}
