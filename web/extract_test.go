package web_test

import (
	"net/http"
	"strings"
	"testing"

	"rosemary/internal/fixture"
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
