package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rosemary/access/outbox"
	"rosemary/internal/fixture"
	"rosemary/standard"
)

// TestSomebodyWhoOnlySaidWhoTheyAre: what was written on a colleague's device by somebody who was not signed in never becomes the colleague's. It waits, says so to both and to a senior, and goes into the
// record when the one with that name has said, signed in, that it is theirs, or a senior has said whose it is.
func TestSomebodyWhoOnlySaidWhoTheyAre(t *testing.T) {
	w := newWorld(t)
	p := w.phone(t, "carer")
	sealed := func(words, says string) []byte {
		path, values := w.note(words)
		h, body := p.entry("carer", path, values)
		h.Says = says
		return p.seal(h, body)
	}
	first, second := sealed("Ate half of her lunch.", "Tomas"), sealed("Walked to the garden.", "Tomas Lindqvist")
	p.signOut()
	for _, entry := range [][]byte{first, second} {
		if said := p.answer(p.send("/outbox/entries", octets, entry).want(http.StatusOK)); said["state"] != "person" {
			t.Fatalf("answered %v", said)
		}
	}
	wantNotes(t, w, 0)

	const said = "by somebody who said that they are Tomas"
	carer := w.as(t, "carer")
	page := carer.get("/outbox").want(http.StatusOK).says("Not proved", said, "a device of")
	entry := entryLink(t, page)
	carer.get(entry).want(http.StatusOK).says("Ate half of her lunch.", said, "Whoever wrote it, or a senior, says whose it is.").keepsQuiet("save it as mine", "Save it as it is", "It is not needed")
	for _, act := range []string{"mine", "send", "aside", "theirs"} {
		if got := carer.post(entry, url.Values{"act": {act}, "why": {"x"}, "reason": {"x"}}); got.status < 400 {
			t.Errorf("the first carer may %s it: %d", act, got.status)
		}
	}
	w.as(t, "elm-carer").get(entry).want(http.StatusNotFound)
	if n := strings.Count(string(carer.get("/shift").body), "Needs you"); n != 0 {
		t.Error("it is counted as the first carer's")
	}

	nurse := w.as(t, "nurse")
	nurse.get("/shift").says("Needs you 2")
	nurse.get(entry).want(http.StatusOK).says(said, "I wrote it: save it as mine")
	nurse.post(entry, url.Values{"act": {"mine"}}).want(http.StatusSeeOther)
	note := wantNotes(t, w, 1)[0]
	if note.Author != w.Workers["nurse"] {
		t.Errorf("written by %s", note.Author)
	}
	nurse.get("/people/"+w.Person.String()+"/records/"+note.Record.String()).want(http.StatusOK).says(said, "They have said since, signed in, that it is theirs.")

	manager := w.as(t, "manager")
	entry = entryLink(t, manager.get("/outbox").want(http.StatusOK).says("Not proved"))
	manager.get(entry).want(http.StatusOK).says("Whose is it?", "Walked to the garden.").keepsQuiet("save it as mine")
	manager.post(entry, url.Values{"act": {"theirs"}}).want(http.StatusUnprocessableEntity).says("Choose who wrote it")
	manager.post(entry, url.Values{"act": {"theirs"}, "who": {w.Workers["nurse"].String()}}).want(http.StatusSeeOther)
	for _, v := range wantNotes(t, w, 2) {
		if v.Author != w.Workers["nurse"] {
			t.Errorf("written by %s", v.Author)
		}
		if v.Record != note.Record {
			manager.get("/people/" + w.Person.String() + "/records/" + v.Record.String()).says("Not proved: a senior said whose it is.")
		}
	}
	manager.get("/outbox").says("Everything that has arrived here is in the record.")
}

// TestAnEntryThatTwoDealWithAtOnce: what is in the record already does not wait again, and is not set aside, because somebody else had its page open.
func TestAnEntryThatTwoDealWithAtOnce(t *testing.T) {
	w := newWorld(t)
	p := w.phone(t, "carer")
	path, values := w.note("Ate half of her lunch.")
	h, body := p.entry("carer", path, values)
	h.Says = "Tomas Lindqvist"
	p.answer(p.send("/outbox/entries", octets, p.seal(h, body)).want(http.StatusOK))
	store := w.Outbox.Store
	opened, err := store.Find(t.Context(), h.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.as(t, "nurse").post("/outbox/waiting/"+h.ID.String(), url.Values{"act": {"mine"}}).want(http.StatusSeeOther)
	for _, state := range []outbox.State{outbox.Person, outbox.SetAside} {
		opened.State = state
		if err := store.Settle(t.Context(), opened); standard.KindOf(err) != standard.Gone {
			t.Errorf("%s: %v", state, err)
		}
	}
	opened.State = outbox.Done
	if err := store.Settle(t.Context(), opened); err != nil {
		t.Errorf("said twice that it is done: %v", err)
	}
	if now, err := store.Find(t.Context(), h.ID); err != nil || now.State != outbox.Done || now.Owner != w.Workers["nurse"] {
		t.Errorf("%s of %s, %v", now.State, now.Owner, err)
	}
}

// TestAnEntryOnAFormThatSomebodyElseOpened: a device that was taken over between a form and its keeping does not put one carer's words under another's name.
func TestAnEntryOnAFormThatSomebodyElseOpened(t *testing.T) {
	w := newWorld(t)
	p := w.phone(t, "carer")
	path, values := w.note("Typed by the nurse.")
	values.Set("by", w.Account("nurse"))
	if said := p.answer(p.send("/outbox/entries", octets, p.seal(p.entry("carer", path, values))).want(http.StatusOK)); said["state"] != "person" {
		t.Errorf("answered %v", said)
	}
	wantNotes(t, w, 0)
	w.as(t, "carer").get("/outbox").want(http.StatusOK).says("was opened by somebody else")
	path, values = w.note("Typed by the carer.")
	values.Set("by", w.Account("carer"))
	p.answer(p.send("/outbox/entries", octets, p.seal(p.entry("carer", path, values))).want(http.StatusOK))
	wantNotes(t, w, 1)
}

// entryLink finds the first entry that a page leads to.
func entryLink(t *testing.T, p *page) string {
	t.Helper()
	for _, href := range p.links() {
		if strings.HasPrefix(href, "/outbox/waiting/") {
			return href
		}
	}
	t.Fatalf("no entry on %s", p.text())
	return ""
}

// TestAFormThatSomebodyElseOpened: a form that was shown to one carer is not saved as another's who has signed in meanwhile; its own carer can still save it.
func TestAFormThatSomebodyElseOpened(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	path, values := w.note("Typed by the first.")
	values.Set("by", "carer")
	v.post("/sign-in", url.Values{"account": {w.Account("nurse")}, "password": {fixture.Password}}).want(http.StatusSeeOther)
	v.post(path, values).want(http.StatusUnauthorized).says("was opened by", "What you typed is not lost")
	wantNotes(t, w, 0)
	values.Set("again_password", fixture.Password)
	v.post(path, values).want(http.StatusSeeOther)
	if note := wantNotes(t, w, 1)[0]; note.Author != w.Workers["carer"] {
		t.Errorf("written by %s", note.Author)
	}
}
