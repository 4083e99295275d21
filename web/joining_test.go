package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// deputy is another manager of the home.
func (w *world) deputy(t *testing.T) *visitor {
	t.Helper()
	err := w.Guard.CreateAccount(t.Context(), access.NewAccount{Account: "deputy", Name: "Dora", Password: fixture.Password, Role: "registered-manager",
		Worker: w.Workers["senior"], Places: []uuid.UUID{w.Home}})
	if err != nil {
		t.Fatal(err)
	}
	v := w.visitor(t)
	sent := v.get("/sign-in").fields("/sign-in")
	sent.Set("account", "deputy")
	sent.Set("password", fixture.Password)
	v.post("/sign-in", sent).want(http.StatusSeeOther)
	return v
}

// TestTwoRecordsAreJoinedAndTakenApart on the pages, from the search to the list that shows both.
func TestTwoRecordsAreJoinedAndTakenApart(t *testing.T) {
	w := newWorld(t)
	twin := w.MoveIn("manager", w.Home, "Margaret", "Whitlok", "9990000034", "Room 9")
	w.Write("carer", twin, "daily-note", fixture.NoteContent("Sang all morning."))
	base := "/people/" + w.Person.String()
	v := w.as(t, "manager")
	v.get(base).says("There is another record of this person")
	path := base + "/join?q=Whitlok"
	v.get(base + "/join?q=Nobody").says("Nobody else was found")
	sent := v.get(path).want(http.StatusOK).says("Margaret Whitlok", "999 000 0034").fields(base + "/join")
	v.post(base+"/join", sent).want(http.StatusUnprocessableEntity).says("Choose the other record")
	sent.Set("other", twin.String())
	sent.Set("why", "Her daughter says so")
	v.post(base+"/join", sent).want(http.StatusUnprocessableEntity).says("NHS numbers differ")
	sent.Set("differences", "One was typed wrongly")
	v.follow(v.post(base+"/join", sent).want(http.StatusSeeOther)).says("Also held as", "Margaret Whitlok")
	v.get(base+"/timeline").says("Sang all morning.", "From the other record")
	v.get("/people").says("Also held as")
	w.as(t, "carer").get(base + "/join").want(http.StatusForbidden)

	apart := base + "/apart/" + twin.String()
	v.get(base + "/join").says("Take apart again")
	end := v.get(apart).want(http.StatusOK).fields(apart)
	v.post(apart, end).want(http.StatusUnprocessableEntity)
	end.Set("why", "Two sisters")
	v.follow(v.post(apart, end).want(http.StatusSeeOther)).keepsQuiet("Also held as")
	v.get(base + "/timeline").keepsQuiet("Sang all morning.")
}

func TestAnEntryMovesToWhomItIsAbout(t *testing.T) {
	w := newWorld(t)
	agnes := w.MoveIn("manager", w.Home, "Agnes", "Pike", "9990000034", "Room 9")
	note := w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Agnes slept badly."))
	path := "/people/" + w.Person.String() + "/records/" + note.String()
	v := w.as(t, "carer")
	v.get(path).says("This belongs to somebody else")
	sent := v.get(path + "/refile?q=Pike").want(http.StatusOK).says("Agnes Pike").fields(path + "/refile")
	v.post(path+"/refile", sent).want(http.StatusUnprocessableEntity).says("Choose whom it is about")
	sent.Set("other", agnes.String())
	v.post(path+"/refile", sent).want(http.StatusUnprocessableEntity).says("Say how you know")
	sent.Set("why", "She told me")
	v.follow(v.post(path+"/refile", sent).want(http.StatusSeeOther)).says("Agnes slept badly.", "Agnes Pike", "entered in error")
	v.get(path).says("Entered in error", "She told me")
}

// TestDestroyedOnTwoPeoplesWord on the pages: one asks, another approves, and the place says what became of it.
func TestDestroyedOnTwoPeoplesWord(t *testing.T) {
	w := newWorld(t)
	note := w.Write("carer", w.Person, "daily-note", fixture.NoteContent("About somebody else."))
	w.Commit("carer", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{
		{Type: record.Correct, Record: note, Expected: 1, Description: "Wrong", Content: []byte(fixture.NoteContent("Slept well."))},
	}})
	old := "/people/" + w.Person.String() + "/records/" + note.String() + "?version=1"
	v := w.as(t, "manager")
	v.get(old).says("Ask for its destruction")
	ask := "/people/" + w.Person.String() + "/destroy"
	sent := v.get(ask + "?record=" + note.String() + "&version=1").want(http.StatusOK).says("Version 1 of one record").fields(ask)
	v.post(ask, sent).want(http.StatusUnprocessableEntity).says("Say why it must go")
	sent.Set("why", "It is about somebody else")
	sent.Set("basis", "another-person")
	asked := v.post(ask, sent).want(http.StatusSeeOther)
	v.follow(asked).says("You asked for this").keepsQuiet("Destroy it for good")
	v.get("/destructions").says("Waiting for a second person", "One version of a record")
	deputy := w.deputy(t)
	page := deputy.get(asked.location).want(http.StatusOK).says("It cannot be brought back", "Or refuse it")
	approve := page.fields(asked.location + "/approve")
	deputy.post(asked.location+"/approve", approve).want(http.StatusUnprocessableEntity).says("The password is wrong")
	approve.Set("password", fixture.Password)
	deputy.follow(deputy.post(asked.location+"/approve", approve).want(http.StatusSeeOther)).says("This is the certificate")
	v.get(old).want(http.StatusOK).says("lawfully destroyed", "approved by Dora", "Destroyed").keepsQuiet("About somebody else.")
	carer := w.as(t, "carer").get(old).want(http.StatusOK).says("lawfully destroyed").keepsQuiet("approved by")
	if strings.Contains(carer.text(), "About somebody else.") {
		t.Error("the content is still there")
	}
	w.as(t, "carer").get("/destructions").want(http.StatusForbidden)
	v.get(ask).want(http.StatusOK).says("The whole record")
}
