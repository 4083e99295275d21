package web_test

import (
	"net/http"
	"strings"
	"testing"

	"rosemary/internal/fixture"
	"rosemary/record"
)

func TestAnExtractIsShownThenGivenAndStandsInWhoLooked(t *testing.T) {
	w := newWorld(t)
	w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Slept well"))
	path := "/people/" + w.Person.String() + "/extract"
	w.as(t, "carer").get(path).want(http.StatusForbidden)
	v := w.as(t, "manager")
	v.get("/people/" + w.Person.String()).says("Give an extract of the record")
	sent := v.get(path).want(http.StatusOK).says("Give an extract", "Which parts?").keepsQuiet("What would go").fields(path)
	sent.Set("act", "look")
	v.post(path, sent).want(http.StatusOK).says("What would go", "Daily note", "How each record stands now", "Files are named, not held")
	sent.Set("act", "give")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Say to whom it goes", "Say what it is for")
	sent.Set("from", "16/03/2026")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Write the day as year-month-day")
	sent.Del("from")
	sent.Set("to", "Elm Court")
	sent.Set("why", "moves there")
	sent.Set("dialect", "native-xml")
	given := v.post(path, sent).want(http.StatusOK)
	if !strings.Contains(string(given.body), "Slept well") || !strings.Contains(given.header.Get("Content-Disposition"), ".xml") {
		t.Errorf("what was given is %s", given.body[:min(len(given.body), 500)])
	}
	v.get("/people/"+w.Person.String()+"/looked").says("gave an extract of the record", "to Elm Court: moves there")
}

// TestWordsThatNameWhatIsLeftOutAreShownAndDecidedAbout: nothing goes before that, and what was decided is kept while other faults are put right.
func TestWordsThatNameWhatIsLeftOutAreShownAndDecidedAbout(t *testing.T) {
	w := newWorld(t)
	note := w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Zoe rang about the money"))
	w.Commit("manager", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{
		Type: record.Create, Path: "/changes/0", Class: "personal-contact", Sensitivity: "confidential", Content: []byte(`{"name":"Zoë Brandt"}`),
	}}})
	path := "/people/" + w.Person.String() + "/extract"
	v := w.as(t, "manager")
	sent := v.get(path).want(http.StatusOK).fields(path)
	sent.Set("act", "look")
	shown := v.post(path, sent).want(http.StatusOK).says("Words that name what is left out", "Zoe rang about the money", "which names: Zoe", "Leave it out")
	sent = shown.fields(path)
	sent.Set("act", "give")
	sent.Set("to", "Elm Court")
	sent.Set("why", "moves there")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Look at each, and say what to do", "Zoe rang about the money")
	version := note.String() + "::" + w.Identity.System + "::1"
	sent.Set("decide-"+version, "let")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("If it goes, say why", "Zoe rang about the money")
	sent.Set("let-why-"+version, "Her daughter agrees")
	if given := v.post(path, sent).want(http.StatusOK); !strings.Contains(string(given.body), "rang about the money") {
		t.Error("it did not go")
	}
	sent.Set("decide-"+version, "leave")
	if given := v.post(path, sent).want(http.StatusOK); strings.Contains(string(given.body), "rang about the money") || !strings.Contains(string(given.body), "Its words name") {
		t.Error("it went")
	}
	v.get("/people/" + w.Person.String() + "/looked").says("although it names what is left out: Her daughter agrees")
}
