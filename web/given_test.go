package web_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// takeOut takes the person's record out for somebody.
func (w *world) takeOut(t testing.TB, to string) {
	t.Helper()
	s, err := w.Guard.Session(context.Background(), w.Account("manager"), access.Management)
	if err == nil {
		err = s.Export(context.Background(), w.Person, 0, access.Export{To: to, Why: "Seen in casualty", Contribution: func(*record.Sealed) error { return nil }})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestWhoMustBeToldOfACorrection: whoever corrects what had been given away comes to a page that says so; the manager sees to whom, and who was told is kept.
func TestWhoMustBeToldOfACorrection(t *testing.T) {
	w := newWorld(t)
	write := func(words string) (uuid.UUID, string) {
		note := w.Write("carer", w.Person, "daily-note", fixture.NoteContent(words))
		return note, "/people/" + w.Person.String() + "/records/" + note.String()
	}
	_, path := write("The right elbow.")
	v := w.as(t, "carer")
	correct := func(path, words string) *page {
		sent := v.get(path + "/change?how=correct").want(http.StatusOK).fields(path + "/change")
		return v.post(path+"/change", with(sent, "f-freeText", words, "reason", "It was the other", "act", "save")).want(http.StatusSeeOther)
	}
	v.follow(correct(path, "The left elbow.")).says("Corrected: Daily note", "Who was given this").keepsQuiet("Who must be told?")
	v.get(path + "/given").want(http.StatusOK).says("This record was given to nobody")

	w.takeOut(t, "Dr Khan")
	v.get(path + "/given").want(http.StatusOK).says("Only the manager can see to whom").keepsQuiet("Dr Khan")
	v.follow(correct(path, "Both elbows.")).want(http.StatusOK).says("Corrected: Daily note", "Who must be told?", "Tell the manager now").keepsQuiet("Dr Khan", "Seen in casualty")
	m := w.as(t, "manager")
	m.get(path).says("Who was given this")
	page := m.get(path+"/given").want(http.StatusOK).says("Who must be told?", "Dr Khan", "Seen in casualty", "registered manager", "version 2", "Nobody has been told yet")
	sent := page.fields(path + "/given")
	m.post(path+"/given", sent).want(http.StatusUnprocessableEntity).says("There is a problem", "Say who was told, and how", "Dr Khan")
	m.follow(m.post(path+"/given", with(sent, "reason", "Rang Dr Khan, spoke to the duty doctor")).want(http.StatusSeeOther)).
		says("Told since it was corrected", "spoke to the duty doctor", "Given what was wrong").keepsQuiet("Nobody has been told yet")
	m.get(path).says("Sent to somebody else", "spoke to the duty doctor")
	w.as(t, "inspector").get(path + "/given").want(http.StatusOK).says("Dr Khan").keepsQuiet("Keep who was told")

	_, wrong := write("About somebody else.")
	w.takeOut(t, "")
	mark := v.get(wrong + "/error").want(http.StatusOK).fields(wrong + "/error")
	v.follow(v.post(wrong+"/error", with(mark, "reason", "Another person")).want(http.StatusSeeOther)).says("Marked as entered in error", "Who must be told?")
	m.get(wrong + "/given").says("It was not said to whom: ask")
	w.as(t, "carer").get("/directory/" + w.Person.String() + "/records/" + path[len(path)-36:] + "/given").want(http.StatusNotFound)
}
