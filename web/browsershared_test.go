package web_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"

	"rosemary/internal/browser"
	"rosemary/internal/fixture"
	"rosemary/standard"
)

// itIsMe asks for the page on which somebody says who they are, without a network.
func (d *device) itIsMe(account, password string) {
	d.T.Helper()
	d.Open("/sign-in?me=now")
	d.says("It is me now")
	d.Do(chromedp.Click(chromedp.CSS(`input[name="account"][value="` + account + `"]`)))
	d.Fill("#password", password)
	d.Do(chromedp.Click(chromedp.CSS(`[data-away="who"] form > button`)))
}

// noted are who wrote which note.
func (h *house) noted() map[string]string {
	h.t.Helper()
	said := map[string]string{}
	for _, v := range h.notes(h.t) {
		content, err := v.Decoded(h.Catalogue)
		if err != nil {
			h.t.Fatal(err)
		}
		for account, worker := range h.Workers {
			if worker == v.Author {
				said[standard.Display(content.Get("freeText")[0], nil)] = account
			}
		}
	}
	return said
}

// TestASharedPhone: two carers on one phone without a network. Each says with their own password that it is them, reads what is kept for them, and what they write is theirs; a wrong
// password costs time and nothing else; what the one wrote is not touched by the other. A form that the one opened is not kept in the other's name.
func TestASharedPhone(t *testing.T) {
	h := newHouse(t)
	d := h.device(t)
	d.ready("carer")
	d.Open("/sign-in?me=now")
	d.Says("Sam Okoro is signed in on this device.")
	d.SignIn(h.Account("nurse"), fixture.Password)
	d.keeps("nurse")
	base := "/people/" + h.Person.String()
	h.cut()
	write := func(words string) {
		t.Helper()
		d.Open(base + "/new/daily-note")
		d.note(words)
		d.says("Kept on this device, waiting.")
	}
	d.Open(base + "/new/daily-note")
	d.says("You write as Tomas Lindqvist.")
	d.says("Kept in the name of Tomas Lindqvist.")
	d.look("33-writing-as")
	write("From the nurse.")

	d.itIsMe("carer", "not the password")
	d.says("That is not the password.")
	d.look("34-who")
	d.alterAs("of carer", `s.again = Date.now() + 600e3`)
	d.itIsMe("carer", fixture.Password)
	d.says("Wait a little before you try again.")
	d.alterAs("of carer", `s.tries = 7; s.again = 0`)
	d.itIsMe("carer", "not the password either")
	d.says("Too many wrong passwords.")
	d.alterAs("of carer", `s.again = 0`)
	d.Open(base)
	d.itIsMe("carer", fixture.Password)
	d.says("Too many wrong passwords.")
	if got := d.entries(); got != "waiting" {
		t.Errorf("behind wrong passwords: %q", got)
	}
	d.alterAs("of carer", `s.tries = 7; s.again = 0`)
	d.Open(base + "/new/daily-note")
	d.says("You write as Tomas Lindqvist.") // still: nobody else has proved themselves
	d.itIsMe("carer", fixture.Password)
	d.says("You write as Sam Okoro.")
	write("From the carer.")
	d.itIsMe("nurse", fixture.Password)
	d.says("You write as Tomas Lindqvist.")
	d.Open(base + "/new/daily-note")
	d.today("f-when")
	browser.Evaluate[bool](d.Tab, `(document.querySelector("#f-freeText").value = "In whose name?", document.querySelector("input[name=by]").value = "carer", true)`)
	d.Do(chromedp.Click(chromedp.CSS(save)))
	d.says("this page was opened by somebody else than who writes on this device now")
	if got := d.entries(); got != "waiting waiting" {
		t.Errorf("kept: %q", got)
	}
	d.Kill()
	d.start(t)
	d.Open(base)
	d.says("You write as Tomas Lindqvist.")

	h.connect()
	d.Open("/people")
	d.says("Sign in") // the session of whoever was signed in before is not theirs
	d.empties()
	if got := h.noted(); len(got) != 2 || got["From the nurse."] != "nurse" || got["From the carer."] != "carer" {
		t.Errorf("in the record: %v", got)
	}
	d.SignIn(h.Account("carer"), fixture.Password)
	d.keeps("carer")
	h.cut()
	d.Open(base)
	d.says("You write as Sam Okoro.")
	d.Do(chromedp.Click(chromedp.CSS(".rm-signout")))
	d.says("You are signed out on this device.")
	d.Open(base)
	d.says("You are signed out on this device.")
	if n := d.kept(); n >= 1000 {
		t.Error("signed out, and a key to what is kept is open")
	}
}

// alterAs changes a record of what the device knows.
func (d *device) alterAs(key, script string) {
	d.T.Helper()
	browser.Evaluate[bool](d.Tab, `new Promise((done) => {
		const asked = indexedDB.open("rosemary", 1)
		asked.onsuccess = () => { const db = asked.result; const t = db.transaction("state", "readwrite"); const got = t.objectStore("state").get(`+strconv.Quote(key)+`)
			got.onsuccess = () => { const s = got.result; `+script+`; t.objectStore("state").put(s, `+strconv.Quote(key)+`) }
			t.oncomplete = () => { db.close(); done(true) } }
	})`, chromedp.EvalAwaitPromise)
}

// TestOnAPhoneOfAColleague: whoever never signed in on the phone can record without a network, under a name that nobody has proved: it waits, and is never the colleague's. The colleague must say with
// their password that it is them again, and when the network is back the phone asks who it is and says what waits.
func TestOnAPhoneOfAColleague(t *testing.T) {
	h := newHouse(t)
	d := h.device(t)
	d.ready("carer")
	base := "/people/" + h.Person.String()
	h.cut()
	d.Open(base)
	d.says("You write as Sam Okoro.")
	d.Open("/sign-in?me=now")
	d.Fill("#says", "Tomas Lindqvist")
	d.Do(chromedp.Click(chromedp.CSS(`[data-away="says"] button`)))
	d.says("You write as Tomas Lindqvist, not signed in")
	d.Open(base + "/new/daily-note")
	d.says("Kept in the name of Tomas Lindqvist.")
	d.look("35-not-signed-in")
	d.note("By somebody on Sam's phone.")
	d.says("Kept on this device, waiting.")
	d.itIsMe("carer", fixture.Password)
	d.says("You write as Sam Okoro.")
	d.Open(base + "/new/daily-note")
	d.note("By Sam again.")
	d.says("Kept on this device, waiting.")
	h.connect()
	d.Open(base)
	d.says("Sign in")
	d.becomes("person")
	if got := h.noted(); len(got) != 1 || got["By Sam again."] != "carer" {
		t.Errorf("in the record: %v", got)
	}
	nurse := h.as(t, "nurse")
	entry := entryLink(t, nurse.get("/outbox").want(http.StatusOK).says("by somebody who said that they are Tomas Lindqvist", "Not proved"))
	nurse.post(entry, map[string][]string{"act": {"mine"}}).want(http.StatusSeeOther)
	if got := h.noted(); len(got) != 2 || got["By somebody on Sam's phone."] != "nurse" {
		t.Errorf("in the record: %v", got)
	}
	d.empties()
}

// TestWhatWaitsIsSaidAtSignIn: a phone whose entries cannot go without their writer says so where people sign in, with how many and whose.
func TestWhatWaitsIsSaidAtSignIn(t *testing.T) {
	h := newHouse(t)
	d := h.device(t)
	d.ready("carer")
	h.cut()
	for _, words := range []string{"One.", "Two."} {
		d.Open("/people/" + h.Person.String() + "/new/daily-note")
		d.note(words)
		d.says("Kept on this device, waiting.")
	}
	d.Do(chromedp.Click(chromedp.CSS(".rm-signout")))
	d.says("You are signed out on this device.")
	h.unknown.Store(true) // as behind a restored backup: the server does not know the device
	h.connect()
	d.Open("/people")
	d.says("Kept on this device and not sent yet: 2 by Sam Okoro.")
	d.look("36-sign-in-with-unsent")
	h.unknown.Store(false)
	d.SignIn(h.Account("carer"), fixture.Password)
	d.empties()
	if got := h.noted(); len(got) != 2 {
		t.Errorf("in the record: %v", got)
	}
}
