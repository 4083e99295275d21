package web_test

import (
	"net"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/internal/browser"
	"rosemary/record"
)

// house is the pages of a world on a network that can be cut: the listener and every connection really go.
type house struct {
	*world
	t       *testing.T
	address string
	server  *http.Server
	lose    atomic.Bool // the next answer to a post is lost after the post was carried out
	axe     string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	w := newWorld(t)
	w.Clock.Advance(time.Since(w.Clock.Now())) // devices have clocks of their own, and they show today
	h := &house{world: w, t: t, address: "127.0.0.1:0"}
	h.connect()
	t.Cleanup(h.cut)
	return h
}

// connect brings the network back.
func (h *house) connect() {
	h.t.Helper()
	listener, err := net.Listen("tcp", h.address)
	if err != nil {
		h.t.Fatal(err)
	}
	h.address = listener.Addr().String()
	h.server = &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if h.lose.Load() && r.Method == http.MethodPost && r.URL.Path != "/outbox/hello" {
			h.pages.ServeHTTP(&lost{header: http.Header{}}, r)
			panic(http.ErrAbortHandler)
		}
		h.pages.ServeHTTP(rw, r)
	})}
	go func(s *http.Server) { _ = s.Serve(listener) }(h.server)
}

// cut cuts the network.
func (h *house) cut() { _ = h.server.Close() }

type lost struct{ header http.Header }

func (l *lost) Header() http.Header         { return l.header }
func (l *lost) Write(p []byte) (int, error) { return len(p), nil }
func (l *lost) WriteHeader(int)             {}

// device is a browser with a profile that outlives it.
type device struct {
	*tab
	house   *house
	profile string
}

func (h *house) device(t *testing.T) *device {
	t.Helper()
	d := &device{house: h, profile: filepath.Join(t.TempDir(), "profile")}
	d.start(t)
	return d
}

func (d *device) start(t *testing.T) {
	t.Helper()
	d.tab = &tab{Tab: browser.OpenProfile(t, "http://"+d.house.address, d.profile), axe: d.house.axe}
	d.Do(chromedp.EmulateViewport(phone, 844))
}

// ready signs in and waits until the device keeps what it needs.
func (d *device) ready(account string) {
	d.T.Helper()
	d.signIn(d.house.world, account)
	d.keeps(account)
}

// keeps waits until pages are kept for an account.
func (d *device) keeps(account string) {
	d.T.Helper()
	d.Until("keeping pages for "+account, `new Promise((done) => {
		const asked = indexedDB.open("rosemary", 1)
		asked.onupgradeneeded = () => asked.transaction.abort()
		asked.onerror = () => done(false)
		asked.onsuccess = () => { const db = asked.result; const got = db.transaction("state").objectStore("state").get("now")
			got.onsuccess = () => { db.close(); done(!!got.result && got.result.account === "`+account+`" && got.result.bundled > 0) } }
	})`)
}

// entries tells of how many entries the device holds, and in which state.
func (d *device) entries() string {
	d.T.Helper()
	return browser.Evaluate[string](d.Tab, `new Promise((done) => {
		const asked = indexedDB.open("rosemary", 1)
		asked.onsuccess = () => { const db = asked.result; const got = db.transaction("entries").objectStore("entries").getAll()
			got.onsuccess = () => { db.close(); done(got.result.map((e) => e.state).join(" ")) } }
	})`, chromedp.EvalAwaitPromise)
}

// empties waits until everything was sent.
func (d *device) empties() {
	d.T.Helper()
	for end := time.Now().Add(30 * time.Second); d.entries() != ""; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			d.T.Fatalf("still on the device: %s; %s", d.entries(), d.Words())
		}
		browser.Evaluate[bool](d.Tab, `(navigator.serviceWorker.controller.postMessage({do: "wake"}), true)`)
	}
}

const save = ".rm-confirm button[value='save']"

// note writes a note on the form that is open, and saves it.
func (d *device) note(words string) {
	d.T.Helper()
	d.Fill("#f-when_day", time.Now().Format("2"))
	d.Fill("#f-when_month", time.Now().Format("1"))
	d.Fill("#f-when_year", time.Now().Format("2006"))
	browser.Evaluate[bool](d.Tab, `(document.querySelector("#f-freeText").value = `+quoted(words)+`, true)`)
	d.Do(chromedp.Click(chromedp.CSS(save)))
}

func quoted(s string) string { return "\"" + s + "\"" }

// notes are the words of the notes about somebody, as the record has them.
func (h *house) notes(t *testing.T) []*record.Version {
	t.Helper()
	view, err := h.Session("manager").View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	versions, _, err := view.Records(t.Context(), access.RecordsQuery{Stream: h.Person, Classes: []string{"daily-note"}, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return versions
}

func TestADayWithoutANetwork(t *testing.T) {
	h := newHouse(t)
	d := h.device(t)
	d.ready("carer")
	base := "/people/" + h.Person.String()
	h.cut()
	d.Open(base)
	d.Says("No network. This page was kept on this device", "Margaret")
	d.Open(base + "/new/daily-note")
	d.note("Slept well, without a network.")
	d.Until("kept", `document.body.innerText.includes("Kept on this device, waiting.")`)
	d.Until("counted", `document.body.innerText.includes("Waiting to be sent 1")`)
	if got := d.entries(); got != "waiting" {
		t.Fatalf("on the device: %q", got)
	}
	d.Kill()
	d.start(t)
	d.Open(base)
	d.Says("No network.")
	d.Until("what waits is said", `document.body.innerText.includes("Waiting to be sent 1") && document.body.innerText.includes("Kept on this device and not in the record yet: Daily note")`)
	h.connect()
	d.empties()
	notes := h.notes(t)
	if len(notes) != 1 || notes[0].Author != h.Workers["carer"] {
		t.Fatalf("%d notes in the record", len(notes))
	}
	_ = outbox.Done
}
