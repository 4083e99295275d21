package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/subscription"
	"rosemary/internal/fixture"
	"rosemary/record"
)

var heldPath = regexp.MustCompile(`/programs/waiting/[0-9a-f-]{36}`)

// sendWaiting writes a note as a client whose writes wait.
func (w *world) sendWaiting(t *testing.T, words string) {
	t.Helper()
	all, _, _ := access.ParseScopes("system/*.cruds")
	s, err := w.Session("nurse").Within(t.Context(), access.Licence{Client: "gp", Name: "Harbour GP", Scopes: all, Waits: true}, func(string) string { return "Observation" })
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Commit(context.WithoutCancel(t.Context()), &record.Proposal{Stream: w.Person, Description: "Sent as FHIR", Changes: []record.ProposedChange{{Path: "/0", Type: record.Create, Class: "daily-note", Content: []byte(fixture.NoteContent(words))}}})
	if err == nil || !strings.Contains(err.Error(), "waits") {
		t.Fatal(err)
	}
}

// TestWhatAProgramSentIsRatifiedOrDeclinedOnAPage by the manager alone; declining needs a reason.
func TestWhatAProgramSentIsRatifiedOrDeclinedOnAPage(t *testing.T) {
	w := newWorld(t)
	w.sendWaiting(t, "Blood pressure was fine.")
	w.sendWaiting(t, "About another patient.")
	w.as(t, "carer").get("/programs").want(http.StatusForbidden)
	v := w.as(t, "manager")
	list := v.get("/programs").want(http.StatusOK).says("Waiting for you", "Margaret Whitlock: Daily note", "From Harbour GP").keepsQuiet("Register a program")
	paths := heldPath.FindAllString(string(list.body), -1)
	if len(paths) != 2 {
		t.Fatal(paths)
	}
	w.as(t, "carer").get(paths[0]).want(http.StatusForbidden)
	w.as(t, "elm-manager").get(paths[0]).want(http.StatusNotFound)
	sent := v.get(paths[0]).want(http.StatusOK).says("Sent by Harbour GP", "Blood pressure was fine.", "no part of the record yet", "Margaret Whitlock").fields(paths[0])
	v.follow(v.post(paths[0], sent).want(http.StatusSeeOther)).says("Ratified")
	v.post(paths[0], sent).want(http.StatusConflict).says("decided about this already")
	v.get("/people/" + w.Person.String() + "/timeline").says("Blood pressure was fine.").keepsQuiet("About another patient.")

	sent = v.get(paths[1]).fields(paths[1] + "/decline")
	v.post(paths[1]+"/decline", sent).want(http.StatusUnprocessableEntity).says("There is a problem", "Say why")
	v.follow(v.post(paths[1]+"/decline", with(sent, "why", "Not about her")).want(http.StatusSeeOther)).says("Declined", "Nothing waits")
}

// TestWhatWaitsComesInPages: of much that waits a page shows the oldest, and leads to the rest, each of it once.
func TestWhatWaitsComesInPages(t *testing.T) {
	w := newWorld(t)
	for i := range 53 {
		w.sendWaiting(t, "Number "+strconv.Itoa(i))
	}
	v := w.as(t, "manager")
	seen := map[string]bool{}
	first := v.get("/programs").want(http.StatusOK).says("What was sent later").keepsQuiet("Back to the oldest")
	next := regexp.MustCompile(`/programs\?after=[0-9a-f.-]+`).FindString(string(first.body))
	last := v.get(next).want(http.StatusOK).says("Back to the oldest").keepsQuiet("What was sent later")
	for i, page := range [][]byte{first.body, last.body} {
		paths := heldPath.FindAllString(string(page), -1)
		if want := []int{50, 3}[i]; len(paths) != want {
			t.Errorf("page %d shows %d, want %d", i+1, len(paths), want)
		}
		for _, path := range paths {
			seen[path] = true
		}
	}
	if len(seen) != 53 {
		t.Errorf("%d are shown", len(seen))
	}
	for _, bad := range []string{"1", "x.y", "1.00000000-0000-0000-0000-000000000000", "-5." + w.Person.String()} {
		v.get("/programs?after=" + bad).want(http.StatusUnprocessableEntity).says("Begin again")
	}
}

// TestProgramsAreRegisteredOnAPage by the administrator alone.
func TestProgramsAreRegisteredOnAPage(t *testing.T) {
	w := newWorld(t)
	w.as(t, "manager").get("/programs/new/app").want(http.StatusForbidden)
	v := w.as(t, "admin")
	v.get("/programs").want(http.StatusOK).says("None is registered yet")
	v.get("/programs/new/other").want(http.StatusNotFound)
	sent := v.get("/programs/new/system").want(http.StatusOK).fields("/programs/new/system")
	v.post("/programs/new/system", with(sent, "id", "A b", "keys", `{"keys":[{"kty":"EC","crv":"P-384","kid":"a","d":"secret-part","x":"AA","y":"AA"}]}`)).want(http.StatusUnprocessableEntity).
		says("There is a problem", "The id of a client", "Say what people call it", "There is no account", "private or shared key", "Say what it may have")
	sent = v.get("/programs/new/app").want(http.StatusOK).fields("/programs/new/app")
	filled := with(sent, "id", "rounds", "name", "Rounds", "redirects", "https://rounds.example/back\r\nhttps://rounds.example/other", "scope", "patient/*.rs", "launch", "https://rounds.example/start")
	v.follow(v.post("/programs/new/app", filled).want(http.StatusSeeOther)).says("Rounds is registered", "patient/*.rs", "What it writes waits", "Registered", "by admin")
	v.post("/programs/new/app", filled).want(http.StatusUnprocessableEntity).says("There is a client rounds already")

	// A worker starts it about somebody.
	nurse := w.as(t, "nurse")
	base := "/people/" + w.Person.String()
	nurse.get(base).says("Open in an app")
	start := nurse.get(base + "/apps").want(http.StatusOK).says("Rounds").fields(base + "/apps")
	start.Del("app")
	nurse.post(base+"/apps", start).want(http.StatusUnprocessableEntity).says("Choose an app")
	u, err := url.Parse(nurse.post(base+"/apps", with(start, "app", "rounds")).want(http.StatusSeeOther).location)
	if err != nil || u.Host != "rounds.example" || u.Query().Get("iss") != "https://records.example/fhir/R4" || u.Query().Get("launch") == "" {
		t.Fatal(u, err)
	}
	asked := nurse.get(appAddress("redirect_uri", "https://rounds.example/back", "scope", "launch patient/*.rs", "launch", u.Query().Get("launch"))).want(http.StatusOK).says("Allow Rounds?", "Margaret Whitlock")
	if asked.fields("/oauth/authorize").Has("person") {
		t.Error("a person is to be chosen though the app was started about one")
	}

	revoke := v.get("/programs/revoke/rounds").want(http.StatusOK).fields("/programs/revoke/rounds")
	v.follow(v.post("/programs/revoke/rounds", revoke).want(http.StatusSeeOther)).says("Revoked")
	v.get("/programs/revoke/rounds").want(http.StatusNotFound)
	nurse.get(appAddress("redirect_uri", "https://rounds.example/back")).want(http.StatusUnprocessableEntity).says("not registered")
}

// TestProgramsInABrowser looks at the pages for barriers.
func TestProgramsInABrowser(t *testing.T) {
	w := newWorld(t)
	w.app(t, access.NewClient{ID: "rounds", Name: "Rounds", Scopes: "patient/*.rs", Redirects: []string{"https://rounds.example/back"}, Launch: "https://rounds.example/start"})
	w.sendWaiting(t, "Blood pressure was fine.")
	b := openBrowser(t, w)
	b.signIn(w, "manager")
	for _, page := range []struct{ name, path string }{{"61-programs", "/programs"}, {"62-apps", "/people/" + w.Person.String() + "/apps"}} {
		b.Open(page.path)
		b.look(page.name)
	}
	b.Open("/programs")
	b.Do(chromedp.Click(chromedp.CSS(".rm-entry__title")))
	b.Until("what waits is there", `document.querySelector("h1").innerText === "Sent by Harbour GP"`)
	b.look("63-sent-by-a-program")
	b.Click(".rm-signout")
	b.signIn(w, "admin")
	for _, page := range []struct{ name, path string }{{"64-programs-admin", "/programs"}, {"65-new-program", "/programs/new/system"}, {"66-new-app", "/programs/new/app"}} {
		b.Open(page.path)
		b.look(page.name)
	}
}

// TestWhatProgramsAreToldIsSeenAndStopped by the administrator alone: who asked, where it goes, how it stands, why it failed; and nothing goes there any more.
func TestWhatProgramsAreToldIsSeenAndStopped(t *testing.T) {
	w := newWorld(t)
	w.Account("nurse")
	asked := subscription.Asked{Account: "nurse", Purpose: string(access.DirectCare), Licence: `{"Client":"gp","Name":"Harbour GP"}`, Topic: "urn:rosemary:topic:death", Endpoint: "https://gp.example/told", Headers: []string{"X-Key: hush-hush"},
		Content: subscription.IDOnly, Filters: []string{"Patient?active=true"}, Said: "{}"}
	s := &subscription.Subscription{ID: uuid.Must(uuid.NewV7()), Asked: asked, State: subscription.Active, Version: 1, Created: w.Clock.Now(), Changed: w.Clock.Now(), Number: 3, Delivered: 1, Trouble: "gp.example answered 503.", Tries: 4, Next: w.Clock.Now().Add(time.Minute)}
	if err := w.Subscribed.Book.Add(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	path := "/programs/told/" + s.ID.String()
	for _, other := range []string{"carer", "manager"} {
		v := w.as(t, other)
		v.get(path).want(http.StatusForbidden)
		v.get("/programs").keepsQuiet("gp.example")
	}
	v := w.as(t, "admin")
	v.get("/programs").want(http.StatusOK).says("Told of what is saved", "Somebody died", "Failing", "Harbour GP, in the name of Tomas Lindqvist", "https://gp.example/told", "Which record was saved, without what it says", "Patient?active=true", "Nothing yet", "2 events", "gp.example answered 503. Failed 4 times in a row.", "Stop").
		keepsQuiet("hush-hush")
	sent := v.get(path).want(http.StatusOK).says("Stop telling: Somebody died", "https://gp.example/told", "can ask again").keepsQuiet("hush-hush").fields(path)
	v.follow(v.post(path, sent).want(http.StatusSeeOther)).says("Stopped. Nothing is sent there any more.", "It was stopped here by").keepsQuiet("Failing")
	v.get(path).want(http.StatusNotFound)
	v.get("/programs/told/nonsense").want(http.StatusNotFound)
	if now, err := w.Subscribed.Book.Subscription(t.Context(), s.ID); err != nil || now.State != subscription.Off {
		t.Errorf("%+v, %v", now, err)
	}
}
