package web_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/access/outbox/outboxtest"
	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/standard"
)

// phoneOf is a device as the server knows it, without its browser.
type phoneOf struct {
	*outboxtest.Device
	t       *testing.T
	w       *world
	v       *visitor // whoever is signed in on it
	behind  time.Duration
	account string // who has signed in
}

// phone is a device on which somebody has signed in.
func (w *world) phone(t *testing.T, account string) *phoneOf {
	t.Helper()
	p := &phoneOf{Device: outboxtest.New(t), t: t, w: w, v: w.as(t, account), account: account}
	p.hello(account)
	return p
}

func (p *phoneOf) send(path, media string, body []byte) *page {
	p.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", media)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Rosemary-Device", p.ID.String())
	return p.v.do(r)
}

func (p *phoneOf) answer(got *page) map[string]any {
	p.t.Helper()
	var said map[string]any
	if err := json.Unmarshal(got.body, &said); err != nil {
		p.t.Fatalf("%d %s: %v", got.status, got.body, err)
	}
	return said
}

// hello says what the device says of itself.
func (p *phoneOf) hello(keepsFor string, ask ...string) map[string]any {
	p.t.Helper()
	said, err := json.Marshal(map[string]any{
		"device": p.ID.String(), "name": "Chrome on Android", "public": base64.RawURLEncoding.EncodeToString(p.Public()), "account": keepsFor, "signs": p.account,
		"now": p.w.Clock.Now().Add(-p.behind).UnixMilli(), "waiting": 2, "refused": len(ask), "oldest": p.w.Clock.Now().Add(-p.behind - time.Hour).UnixMilli(), "ask": ask,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.answer(p.send("/outbox/hello", "application/json", said).want(http.StatusOK))
}

// signOut leaves the device to nobody.
func (p *phoneOf) signOut() { p.v = p.w.visitor(p.t) }

// entry is an entry that posts values to a page as somebody.
func (p *phoneOf) entry(account, path string, values url.Values) (outbox.Header, string) {
	made := p.w.Clock.Now().Add(-p.behind - 30*time.Minute)
	return outbox.Header{ID: uuid.Must(uuid.NewV7()), Account: account, Path: path, Title: "Daily note", Initials: "MW", Made: made.UnixMilli(), Offset: p.behind.Milliseconds()}, values.Encode()
}

func (p *phoneOf) seal(h outbox.Header, body string) []byte {
	return p.Seal(p.w.Outbox.Key.Public(), h, body)
}

// note is what a form about Margaret Whitlock posts.
func (w *world) note(words string) (path string, values url.Values) {
	return "/people/" + w.Person.String() + "/new/daily-note", url.Values{
		"act": {"save"}, "contribution": {uuid.NewString()}, "record": {uuid.NewString()}, "f-when_day": {"16"}, "f-when_month": {"3"}, "f-when_year": {"2026"}, "f-freeText": {words},
	}
}

// notes are the notes about her.
func (w *world) notes(t testing.TB) []*record.Version {
	t.Helper()
	view, err := w.Session("manager").View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := view.Records(t.Context(), access.RecordsQuery{Stream: w.Person, Classes: []string{"daily-note"}, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func wantNotes(t *testing.T, w *world, n int) []*record.Version {
	t.Helper()
	list := w.notes(t)
	if len(list) != n {
		t.Fatalf("%d notes in the record, want %d", len(list), n)
	}
	return list
}

const octets = "application/octet-stream"

// TestAnEntryComesHomeOnce: written by its author's hand through the page that they wrote on, when they wrote it, however often it is sent; also when nobody
// is signed in any more, and also when the program ended between taking it in and writing it.
func TestAnEntryComesHomeOnce(t *testing.T) {
	w := newWorld(t)
	p := w.phone(t, "carer")
	path, values := w.note("Slept well.")
	sealed := p.seal(p.entry("carer", path, values))
	p.signOut()
	for range 3 {
		if said := p.answer(p.send("/outbox/entries", octets, sealed).want(http.StatusOK)); said["state"] != "done" || said["moment"].(float64) == 0 {
			t.Fatalf("answered %v", said)
		}
	}
	note := wantNotes(t, w, 1)[0]
	recorded, err := time.Parse(time.RFC3339, note.Recorded)
	if ago := note.Committed.Sub(recorded); err != nil || note.Author != w.Workers["carer"] || ago < 29*time.Minute || ago > 31*time.Minute {
		t.Errorf("written by %s, %s before it was committed (%v)", note.Author, ago, err)
	}

	path, values = w.note("Up at six.")
	h, body := p.entry("carer", path, values)
	h.Device = p.ID
	lost := p.seal(h, body)
	e, err := w.Outbox.Key.Open(lost)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Outbox.Store.Receive(t.Context(), outbox.Entry{ID: h.ID, Device: h.Device, Account: "carer", Stream: w.Person, Path: path, Made: e.MadeAt(), Received: w.Clock.Now(),
		State: outbox.Received, Digest: e.Digest, Sealed: lost}); err != nil {
		t.Fatal(err)
	}
	w.open(t) // the program starts again
	p.signOut()
	p.hello("")
	wantNotes(t, w, 2)
	p.send("/outbox/entries", octets, lost).want(http.StatusOK)
	wantNotes(t, w, 2)
}

// TestForeignEntriesAreRefused: nobody writes in another's name, from a device that is not known, with what was altered, or with another entry's id.
func TestForeignEntriesAreRefused(t *testing.T) {
	w := newWorld(t)
	w.Account("manager")
	p := w.phone(t, "carer")
	path, values := w.note("Slept well.")
	h, body := p.entry("carer", path, values)
	good := p.seal(h, body)
	inAnothersName := h
	inAnothersName.Account, inAnothersName.ID = "manager", uuid.New()
	stranger := outboxtest.New(t)
	forged := h
	forged.Device, forged.ID = p.ID, uuid.New()
	p.signOut()
	for name, c := range map[string]struct {
		sealed []byte
		status int
	}{
		"in another's name": {p.seal(inAnothersName, body), http.StatusUnauthorized}, "an unknown device": {stranger.Seal(w.Outbox.Key.Public(), h, body), http.StatusUnauthorized},
		"signed by another": {stranger.Seal(w.Outbox.Key.Public(), forged, body), http.StatusUnauthorized}, "altered": {append(bytes.Clone(good[:len(good)-1]), good[len(good)-1]^1), http.StatusUnprocessableEntity},
		"cut off": {good[:100], http.StatusUnprocessableEntity}, "nothing": {nil, http.StatusUnprocessableEntity}, "too large": {make([]byte, 33<<20), http.StatusRequestEntityTooLarge},
		"sealed for another system": {p.Seal(newOutboxKey(t), h, body), http.StatusConflict},
	} {
		if got := p.send("/outbox/entries", octets, c.sealed); got.status != c.status {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	wantNotes(t, w, 0)
	p.send("/outbox/entries", octets, good).want(http.StatusOK)
	values.Set("f-freeText", "Something else.")
	p.send("/outbox/entries", octets, p.seal(h, values.Encode())).want(http.StatusConflict)
	wantNotes(t, w, 1)
	// A device that is not known may send no more than a note by itself.
	p.Device = stranger
	p.send("/outbox/entries", octets, make([]byte, 2<<20)).want(http.StatusRequestEntityTooLarge)
}

func newOutboxKey(t *testing.T) []byte {
	t.Helper()
	key, err := outbox.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key.Public()
}

// TestWhatCannotBeSavedWaitsForAPerson: it is in the office with why, is opened on its form with all that was typed, put right and saved in its writer's name; then
// the device hears that it is done.
func TestWhatCannotBeSavedWaitsForAPerson(t *testing.T) {
	w := newWorld(t)
	p := w.phone(t, "carer")
	path, values := w.note("Slept <b>well</b>.")
	values.Set("f-when_month", "Mrch")
	h, body := p.entry("carer", path, values)
	said := p.answer(p.send("/outbox/entries", octets, p.seal(h, body)).want(http.StatusOK))
	if said["state"] != "person" || len(said["reasons"].([]any)) == 0 {
		t.Fatalf("answered %v", said)
	}
	wantNotes(t, w, 0)
	p.v.get("/outbox").want(http.StatusOK).says("Needs you 1", "Daily note", "Margaret", "by you")
	senior := w.as(t, "senior")
	waiting := "/outbox/waiting/" + h.ID.String()
	senior.get("/outbox").says("Needs you 1", "Daily note", "Sam Okoro")
	senior.get(waiting).want(http.StatusOK).says("It is not in the record", "Slept <b>well</b>.", "Mrch")
	for _, other := range []string{"elm-carer", "elm-manager", "admin"} {
		v := w.as(t, other)
		v.get(waiting).want(http.StatusNotFound)
		v.get(path + "?entry=" + h.ID.String()).want(http.StatusNotFound)
		v.get("/outbox").keepsQuiet("Daily note", "Needs you 1")
	}
	form := senior.get(path + "?entry=" + h.ID.String()).says("putting right what Sam Okoro wrote")
	action := path + "?entry=" + h.ID.String()
	sent := form.fields(action)
	if sent.Get("f-when_month") != "Mrch" || sent.Get("f-freeText") != "Slept <b>well</b>." {
		t.Fatalf("what was typed is gone: %v", sent)
	}
	sent.Set("act", "save")
	senior.post(action, sent).want(http.StatusUnprocessableEntity)
	sent.Set("f-when_month", "3")
	senior.post(action, sent).want(http.StatusSeeOther)
	note := wantNotes(t, w, 1)[0]
	if note.Author != w.Workers["carer"] {
		t.Errorf("written by %s", note.Author)
	}
	senior.get("/outbox").says("Everything that has arrived here is in the record.")
	if settled := p.hello("carer", h.ID.String())["settled"].([]any); len(settled) != 1 {
		t.Errorf("the device is not told that it is settled: %v", settled)
	}
}

// TestWhoHasLeft: what was written by somebody whose account is closed arrives, and waits for a senior, who saves it in their name or sets it aside with a reason.
func TestWhoHasLeft(t *testing.T) {
	w := newWorld(t)
	p := w.phone(t, "carer")
	path, values := w.note("Slept well.")
	first, firstBody := p.entry("carer", path, values)
	_, values = w.note("Up at six.")
	second, secondBody := p.entry("carer", path, values)
	if err := w.Accounts.SetDisabled(t.Context(), "carer", true); err != nil {
		t.Fatal(err)
	}
	p.signOut()
	for _, sealed := range [][]byte{p.seal(first, firstBody), p.seal(second, secondBody)} {
		if said := p.answer(p.send("/outbox/entries", octets, sealed).want(http.StatusOK)); said["state"] != "person" {
			t.Fatalf("answered %v", said)
		}
	}
	if !p.hello("carer")["forget"].(bool) {
		t.Error("the device may keep pages of an account that is closed")
	}
	wantNotes(t, w, 0)
	senior := w.as(t, "senior")
	waiting := "/outbox/waiting/" + first.ID.String()
	senior.get(waiting).says("account is closed", "Slept well.")
	senior.post(waiting, url.Values{"act": {"send"}}).want(http.StatusSeeOther)
	if note := wantNotes(t, w, 1)[0]; note.Author != w.Workers["carer"] {
		t.Errorf("written by %s", note.Author)
	}
	waiting = "/outbox/waiting/" + second.ID.String()
	senior.post(waiting, url.Values{"act": {"aside"}}).want(http.StatusUnprocessableEntity).says("Say why it is not needed")
	senior.post(waiting, url.Values{"act": {"aside"}, "reason": {"Entered from paper"}}).want(http.StatusSeeOther)
	senior.get("/outbox").says("Set aside (1)")
	senior.get(waiting).want(http.StatusOK).says("Up at six.", "Set aside: Entered from paper")
	wantNotes(t, w, 1)
}

// TestARevokedDevice: it is told to forget what it keeps, and what was written on it waits for a senior.
func TestARevokedDevice(t *testing.T) {
	w := newWorld(t)
	p := w.phone(t, "carer")
	senior := w.as(t, "senior")
	senior.get("/devices").want(http.StatusOK).says("Chrome on Android", "Sam Okoro", "2 entries not sent yet")
	w.as(t, "carer").get("/devices").want(http.StatusNotFound)
	senior.post("/devices/"+p.ID.String(), url.Values{"act": {"revoke"}}).want(http.StatusSeeOther)
	senior.get("/devices").says("Revoked", "Ruth Abara")
	if !p.hello("carer")["forget"].(bool) {
		t.Error("a revoked device may keep pages")
	}
	path, values := w.note("Slept well.")
	if said := p.answer(p.send("/outbox/entries", octets, p.seal(p.entry("carer", path, values)))); said["state"] != "person" {
		t.Errorf("answered %v", said)
	}
	wantNotes(t, w, 0)
	senior.post("/devices/"+p.ID.String(), url.Values{"act": {"allow"}}).want(http.StatusSeeOther)
	if p.hello("carer")["forget"].(bool) {
		t.Error("a device that is allowed again may not keep pages")
	}
}

// TestAWrongClock: what the clock of the device said is put right by how far it was off, and stands beside it in the change log.
func TestAWrongClock(t *testing.T) {
	w := newWorld(t)
	p := w.phone(t, "carer")
	p.behind = -2 * time.Hour
	p.hello("carer")
	w.as(t, "manager").get("/devices").says("Its clock is 2 hours ahead")
	path, values := w.note("Slept well.")
	h, body := p.entry("carer", path, values)
	p.send("/outbox/entries", octets, p.seal(h, body)).want(http.StatusOK)
	note := wantNotes(t, w, 1)[0]
	recorded, err := time.Parse(time.RFC3339, note.Recorded)
	if ago := note.Committed.Sub(recorded); err != nil || ago < 29*time.Minute || ago > 31*time.Minute {
		t.Errorf("recorded %s before it was committed (%v)", ago, err)
	}
	w.as(t, "manager").get("/people/"+w.Person.String()+"/records/"+note.Record.String()).says("clock was wrong", "2 hours ahead", h.MadeAt().In(w.Zone).Format("15:04"))
}

// TestWhatADeviceMayNotDoByItself: what gives something away, signs or takes back waits for a person.
func TestWhatADeviceMayNotDoByItself(t *testing.T) {
	w := newWorld(t)
	p := w.phone(t, "manager")
	for _, path := range []string{"/sign-out", "/people/new", "/people/" + w.Person.String() + "/destroy", "/people/" + w.Person.String() + "/copy", "/devices/" + p.ID.String(), "/nowhere", "/outbox/entries"} {
		h, body := p.entry("manager", path, url.Values{"act": {"revoke"}})
		if said := p.answer(p.send("/outbox/entries", octets, p.seal(h, body)).want(http.StatusOK)); said["state"] != "person" {
			t.Errorf("%s: %v", path, said)
		}
	}
}

// TestAfterARestore: a device that the restored backup does not know sends again, when its user has signed in.
func TestAfterARestore(t *testing.T) {
	w := newWorld(t)
	forgotten := &phoneOf{Device: outboxtest.New(t), t: t, w: w, v: w.visitor(t)}
	path, values := w.note("Slept well.")
	sealed := forgotten.seal(forgotten.entry("carer", path, values))
	forgotten.send("/outbox/entries", octets, sealed).want(http.StatusUnauthorized)
	forgotten.v = w.as(t, "carer")
	if said := forgotten.answer(forgotten.send("/outbox/entries", octets, sealed)); said["state"] != "done" {
		t.Errorf("answered %v", said)
	}
	wantNotes(t, w, 1)
	_, values = w.note("Up at six.")
	h, body := forgotten.entry("nurse", path, values)
	if said := forgotten.answer(forgotten.send("/outbox/entries", octets, forgotten.seal(h, body))); said["state"] != "person" {
		t.Errorf("brought by somebody else: %v", said)
	}
	wantNotes(t, w, 1)
}

// TestDestroyedContentIsForgottenByTheOutbox: an entry about a record that is destroyed keeps none of its words.
func TestDestroyedContentIsForgottenByTheOutbox(t *testing.T) {
	w := newWorld(t)
	p := w.phone(t, "carer")
	path, values := w.note("Slept well.")
	values.Set("f-when_month", "Mrch")
	h, body := p.entry("carer", path, values)
	p.send("/outbox/entries", octets, p.seal(h, body)).want(http.StatusOK)
	forgetter, ok := w.Outbox.Store.(access.Forgetter)
	if !ok {
		t.Fatal("the store of the outbox forgets nothing")
	}
	if err := forgetter.Forget(t.Context(), w.Person, nil); err != nil {
		t.Fatal(err)
	}
	e, err := w.Outbox.Store.Find(t.Context(), h.ID)
	if err != nil || len(e.Sealed) != 0 || e.Title != "" {
		t.Errorf("kept: %+v (%v)", e, err)
	}
	if _, _, err := w.Outbox.Opened(t.Context(), h.ID); standard.KindOf(err) != standard.Gone {
		t.Errorf("it can still be opened: %v", err)
	}
}

// TestWhatADeviceKeeps: the pages of the people whom somebody may see, and of nobody else; and the log says that a device keeps them.
func TestWhatADeviceKeeps(t *testing.T) {
	w := newWorld(t)
	w.visitor(t).do(httptest.NewRequest(http.MethodGet, "/outbox/bundle", nil)).want(http.StatusUnauthorized)
	text := string(w.as(t, "carer").do(httptest.NewRequest(http.MethodGet, "/outbox/bundle", nil)).want(http.StatusOK).body)
	for _, path := range []string{"", "/care", "/records", "/timeline", "/new/daily-note"} {
		if !strings.Contains(text, `"path":"/people/`+w.Person.String()+path+`"`) {
			t.Errorf("the page %s is not kept", path)
		}
	}
	if strings.Contains(text, w.Stranger.String()) || !strings.HasSuffix(text, "{\"end\":true}\n") {
		t.Error("somebody of another home is kept, or the end is missing")
	}
	if err := w.Guard.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.as(t, "manager").get("/people/" + w.Person.String() + "/looked").says("a device of theirs kept pages").keepsQuiet("read a list of records")
	// Nothing was written since: only what changes by the clock is fetched again.
	state, err := w.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again := "/outbox/bundle?since=" + strconv.Itoa(int(state.Head))
	if text := string(w.as(t, "carer").do(httptest.NewRequest(http.MethodGet, again, nil)).want(http.StatusOK).body); strings.Contains(text, "/new/daily-note\",\"html") {
		t.Error("pages of somebody about whom nothing was written are fetched again")
	}
	w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Slept well."))
	if text := string(w.as(t, "carer").do(httptest.NewRequest(http.MethodGet, again, nil)).want(http.StatusOK).body); !strings.Contains(text, "/new/daily-note\",\"html") {
		t.Error("what was written since is not fetched")
	}
	for _, reader := range []string{"admin", "inspector"} {
		w.as(t, reader).do(httptest.NewRequest(http.MethodGet, "/outbox/bundle", nil)).want(http.StatusUnauthorized)
		if said := w.phone(t, reader).hello(reader); said["account"] != "" {
			t.Errorf("a device keeps pages for %v", said["account"])
		}
	}
}

// change is what a form that changes a record posts, as it stands now.
func (p *phoneOf) change(rec uuid.UUID) (path string, values url.Values) {
	p.t.Helper()
	path = "/people/" + p.w.Person.String() + "/records/" + rec.String() + "/change"
	values = p.v.get(path + "?how=modify").want(http.StatusOK).fields(path)
	values.Set("act", "save")
	return path, values
}

// TestTwoChangesOfOneRecord: different answers of a plan are put together, and the change log says so; the same answer is a proposal that a senior sees with all three
// sides; orders and decisions are never put together.
func TestTwoChangesOfOneRecord(t *testing.T) {
	w := newWorld(t)
	p := w.phone(t, "senior")
	about := w.Write("senior", w.Person, "about-me", `{"dateLastUpdated":"2026-03-09T15:00:00+00:00","whatIsMostImportantToMe":"The piano.","myWellness":"If I go quiet I am poorly."}`)
	path, mine := p.change(about)
	_, second := p.change(about)
	w.modify("manager", about, 1, `{"dateLastUpdated":"2026-03-09T15:00:00+00:00","whatIsMostImportantToMe":"The piano, and the cat.","myWellness":"If I go quiet I am poorly."}`)
	mine.Set("f-myWellness", "If I go quiet, ask.")
	sealed := p.seal(p.entry("senior", path, mine))
	if said := p.answer(p.send("/outbox/entries", octets, sealed)); said["state"] != "done" {
		t.Fatalf("answered %v", said)
	}
	p.v.get("/people/"+w.Person.String()+"/records/"+about.String()).says("The piano, and the cat.", "If I go quiet, ask.", "Put together by the program with version 2")

	second.Set("f-whatIsMostImportantToMe", "The garden.")
	h, body := p.entry("senior", path, second)
	if said := p.answer(p.send("/outbox/entries", octets, p.seal(h, body))); said["state"] != "person" {
		t.Fatalf("answered %v", said)
	}
	w.as(t, "nurse").get("/outbox/waiting/"+h.ID.String()).says("Both changed it", "The piano.", "The piano, and the cat.", "The garden.")

	order := w.Write("nurse", w.Person, "medicine-order", `{"medicine":{"text":"Apixaban 5 mg tablets"},"dose":{"value":5,"unit":"mg"},"route":{"text":"by mouth"},`+
		`"status":{"code":"active"},"start":"2026-03-16","careActor":[{"ref":"`+w.Workers["nurse"].String()+`"}]}`)
	nurse := w.phone(t, "nurse")
	path, change := nurse.change(order)
	w.modify("nurse", order, 1, `{"medicine":{"text":"Apixaban 5 mg tablets"},"dose":{"value":5,"unit":"mg"},"route":{"text":"by mouth"},"anticoagulant":true,`+
		`"status":{"code":"active"},"start":"2026-03-16","careActor":[{"ref":"`+w.Workers["nurse"].String()+`"}]}`)
	change.Set("f-reason", "For the heart.")
	if said := nurse.answer(nurse.send("/outbox/entries", octets, nurse.seal(nurse.entry("nurse", path, change)))); said["state"] != "person" {
		t.Errorf("an order was put together: %v", said)
	}
}

// modify changes a record as an account of the staff.
func (w *world) modify(account string, rec uuid.UUID, expected int, content string) {
	w.Commit(account, &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.Modify, Record: rec, Expected: expected, Content: []byte(content)}}})
}
