package web_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/internal/browser"
	"rosemary/internal/fixture"
	"rosemary/standard"
)

// house is the pages of a world on a network that can be cut: the listener and every connection really go.
type house struct {
	*world
	t       *testing.T
	address string
	server  *http.Server
	lose    atomic.Bool // the next answer to a post is lost after the post was carried out
	axe     string

	unknown      atomic.Bool  // nobody knows the devices that send: they must sign in first
	entriesTaken atomic.Int64 // how many sealed entries have arrived
}

func newHouse(t *testing.T) *house {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join("..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is not installed: run `npm ci`: %v", err)
	}
	w := newWorld(t)
	w.Clock.Advance(time.Since(w.Clock.Now())) // devices have clocks of their own, and they show today
	h := &house{world: w, t: t, address: "127.0.0.1:0", axe: string(axe)}
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
		if r.URL.Path == "/outbox/entries" {
			h.entriesTaken.Add(1)
			if h.unknown.Load() {
				rw.WriteHeader(http.StatusUnauthorized)
				_, _ = rw.Write([]byte("{}"))
				return
			}
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
	d.becomes("")
}

const save = ".rm-confirm button[value='save']"

// note writes a note on the form that is open, and saves it.
func (d *device) note(words string) {
	d.T.Helper()
	d.today("f-when")
	browser.Evaluate[bool](d.Tab, `(document.querySelector("#f-freeText").value = `+strconv.Quote(words)+`, true)`)
	d.Do(chromedp.Click(chromedp.CSS(save)))
}

// TestADayWithoutANetwork: the pages are there, say how old they are, and take a note, which outlives a dead battery and goes by itself when there is a network again.
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
}

// kept tells how many pages the device keeps, and a thousand more while it has a key to them.
func (d *device) kept() int {
	d.T.Helper()
	return browser.Evaluate[int](d.Tab, `new Promise((done) => {
		const asked = indexedDB.open("rosemary", 1)
		asked.onsuccess = () => { const db = asked.result; const t = db.transaction(["pages", "state"]); const n = t.objectStore("pages").count(); const s = t.objectStore("state").get("now")
			t.oncomplete = () => { db.close(); done(s.result && s.result.pages ? n.result + 1000 : n.result) } }
	})`, chromedp.EvalAwaitPromise)
}

// says waits until the page says something.
func (d *device) says(words string) {
	d.T.Helper()
	d.Until("saying "+words, `document.body.innerText.replace(/\s+/g, " ").includes(`+strconv.Quote(words)+`)`)
}

// alter changes what the device knows of how things stand.
func (d *device) alter(script string) {
	d.T.Helper()
	browser.Evaluate[bool](d.Tab, `new Promise((done) => {
		const asked = indexedDB.open("rosemary", 1)
		asked.onsuccess = () => { const db = asked.result; const t = db.transaction("state", "readwrite"); const got = t.objectStore("state").get("now")
			got.onsuccess = () => { const s = got.result; `+script+`; t.objectStore("state").put(s, "now") }
			t.oncomplete = () => { db.close(); done(true) } }
	})`, chromedp.EvalAwaitPromise)
}

// TestOfflineOnTwoDevices: what two carers write about the same person while there is no network is all there afterwards, once, in its order: a long note, one with a photograph,
// one whose answer was lost on its way. What somebody was typing when the network went is their unfinished work.
func TestOfflineOnTwoDevices(t *testing.T) {
	h := newHouse(t)
	one, two := h.device(t), h.device(t)
	one.ready("carer")
	two.ready("nurse")
	base := "/people/" + h.Person.String()

	one.Open(base + "/new/daily-note")
	h.lose.Store(true)
	one.note("The answer to this one is lost.")
	one.says("Kept on this device, waiting.")
	if n := len(h.notes(t)); n != 1 {
		t.Errorf("%d notes: it should have arrived", n)
	}
	h.lose.Store(false)
	one.empties()
	if n := len(h.notes(t)); n != 1 {
		t.Errorf("%d notes: it was written twice", n)
	}

	h.cut()
	long := strings.Repeat("0123456789", 6000)
	for _, words := range []string{"First.", long, "Third."} {
		one.Open(base + "/new/daily-note")
		one.note(words)
		one.says("Kept on this device, waiting.")
	}
	two.Open(base + "/new/daily-note")
	two.note("From the nurse.")
	two.says("Kept on this device, waiting.")
	two.Open(base + "/new/body-mark")
	file := filepath.Join(t.TempDir(), "IMG_0042.png")
	if err := os.WriteFile(file, aPhotograph(t), 0o600); err != nil {
		t.Fatal(err)
	}
	two.Do(chromedp.SetUploadFiles(chromedp.CSS(`input[name="f-pictures-0_file"]`), []string{file}))
	two.Fill("#f-pictures-0-caption", "Left forearm")
	two.today("f-when")
	browser.Evaluate[bool](two.Tab, `(() => { for (const s of document.querySelectorAll("select")) if (!s.value && /-(kind|bodySite)$/.test(s.name)) s.selectedIndex = 1;
		for (const n of ["f-kind", "f-bodySite"]) { const r = document.querySelector('input[type=radio][name="' + n + '"]'); if (r) r.checked = true;
			const i = document.querySelector('input[type=text][name="' + n + '"], input:not([type])[name="' + n + '"]'); if (i) i.value = "Bruise" } return true })()`)
	two.Do(chromedp.Click(chromedp.CSS(save)))
	two.says("Kept on this device, waiting.")
	one.Open(base + "/new/daily-note")
	one.Do(chromedp.SendKeys(chromedp.CSS("#f-freeText"), "Only begun"))
	one.says("No network. Kept on this device at")
	one.Open("/outbox")
	one.says("Daily note, not finished")
	one.look("30-outbox")
	if got := one.entries(); got != "waiting waiting waiting waiting" {
		t.Errorf("on the first device: %s", got)
	}

	h.connect()
	one.empties()
	two.empties()
	var words []string
	for _, v := range h.notes(t) {
		if content, err := v.Decoded(h.Catalogue); err == nil {
			words = append(words, standard.Display(content.Get("freeText")[0], nil))
		}
	}
	for _, want := range []string{"First.", long, "Third.", "From the nurse."} {
		if !slices.Contains(words, want) {
			t.Errorf("%.20q is not in the record", want)
		}
	}
	if len(words) != 5 {
		t.Errorf("%d notes in the record", len(words))
	}
	view, err := h.Session("manager").View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	marks, _, err := view.Records(t.Context(), access.RecordsQuery{Stream: h.Person, Classes: []string{"body-mark"}, Limit: 10})
	if err != nil || len(marks) != 1 || !strings.Contains(string(marks[0].Content), "Left forearm") {
		t.Errorf("body marks: %d (%v)", len(marks), err)
	}
	one.Open("/drafts")
	one.Says("Daily note")
}

// today fills in today's date.
func (d *device) today(name string) {
	d.T.Helper()
	for part, form := range map[string]string{"day": "2", "month": "1", "year": "2006"} {
		d.Fill("#"+name+"_"+part, d.house.Clock.Now().In(d.house.Zone).Format(form))
	}
}

// TestWhatADeviceForgets: what is kept to be read goes when its reader signs out, when somebody else signs in, when the device is revoked and when its time is over; what waits never goes
// but to the server.
func TestWhatADeviceForgets(t *testing.T) {
	h := newHouse(t)
	d := h.device(t)
	d.ready("carer")
	base := "/people/" + h.Person.String()
	write := func(words string) {
		t.Helper()
		h.cut()
		d.Open(base + "/new/daily-note")
		d.note(words)
		d.says("Kept on this device, waiting.")
	}

	write("Before its time was over.")
	d.alter(`s.expires = Date.now() - 1000`)
	d.Open(base)
	d.says("What was kept on this device is too old to be relied on.")
	d.look("31-too-old")
	if n := d.kept(); n != 0 {
		t.Errorf("%d pages are left behind their time", n)
	}
	if got := d.entries(); got != "waiting" {
		t.Errorf("what waits: %q", got)
	}
	h.connect()
	d.Open("/people")
	d.empties()
	d.keeps("carer")

	write("Before signing out without a network.")
	d.Do(chromedp.Click(chromedp.CSS(".rm-signout")))
	d.says("You are signed out on this device.")
	if n := d.kept(); n != 0 {
		t.Errorf("%d pages are left behind the signing out", n)
	}
	d.Open(base)
	d.says("You are signed out on this device.")
	h.connect()
	d.Open(base)
	d.says("Sign in")
	d.empties()

	d.ready("carer")
	write("Before somebody else used it.")
	d.Kill()
	h.connect()
	h.lose.Store(true) // nothing is sent yet
	d.start(t)
	d.Open("/sign-in")
	h.lose.Store(false)
	d.SignIn(h.Account("nurse"), fixture.Password)
	d.keeps("nurse")
	d.empties()

	d.Open("/people")
	write("Before it was revoked.")
	devices, err := h.Outbox.Store.Devices(t.Context())
	if err != nil || len(devices) != 1 {
		t.Fatalf("%d devices (%v)", len(devices), err)
	}
	if err := h.Outbox.Store.Revoke(t.Context(), devices[0].ID, time.Now(), "manager"); err != nil {
		t.Fatal(err)
	}
	h.connect()
	d.Open("/people")
	d.Until("forgetting", `new Promise((done) => { const asked = indexedDB.open("rosemary", 1)
		asked.onsuccess = () => { const db = asked.result; const got = db.transaction("state").objectStore("state").get("now"); got.onsuccess = () => { db.close(); done(!got.result.pages) } } })`)
	for end := 200; d.entries() == "waiting" && end > 0; end-- {
		time.Sleep(50 * time.Millisecond)
	}
	if n, got := d.kept(), d.entries(); n != 0 || got != "person" {
		t.Errorf("after it was revoked: %d pages, %q", n, got)
	}
	if n := len(h.notes(t)); n != 3 {
		t.Errorf("%d notes in the record", n)
	}
	if list, err := h.Outbox.Store.Waiting(t.Context(), outbox.Person, ""); err != nil || len(list) != 1 || list[0].Late != outbox.LateRevoked {
		t.Errorf("waiting for a senior: %v (%v)", list, err)
	}
}

// TestADeviceThatIsFull: it says at once that nothing was kept, and what was typed stands where it was typed.
func TestADeviceThatIsFull(t *testing.T) {
	h := newHouse(t)
	d := h.device(t)
	d.ready("carer")
	h.cut()
	d.Kill()
	d.start(t) // a browser looks only now and then how much room there is
	full := 1.0
	d.quota(&full)
	d.Open("/people/" + h.Person.String() + "/new/daily-note")
	d.note("No room for this.")
	d.says("This was not kept. There is no network, and this device has no room.")
	d.look("32-full")
	if got := browser.Evaluate[string](d.Tab, `document.querySelector("#f-freeText").value`); got != "No room for this." {
		t.Errorf("what was typed: %q", got)
	}
	d.quota(nil)
	for left := 20; !browser.Evaluate[bool](d.Tab, `document.body.innerText.includes("Kept on this device, waiting.")`); left-- {
		if left == 0 {
			t.Fatal("there is room again, and nothing was kept")
		}
		if browser.Evaluate[bool](d.Tab, `!!document.querySelector("#f-freeText")`) {
			d.Do(chromedp.Click(chromedp.CSS(save))) // a browser looks only now and then how much room there is: somebody tries again
		}
		time.Sleep(3 * time.Second)
	}
	h.connect()
	d.empties()
	if n := len(h.notes(t)); n != 1 {
		t.Errorf("%d notes in the record", n)
	}
}

// TestARestoredBackup: what a device whose clock is wrong sent stays on it until a backup holds it, and is sent again when a backup is restored that does not.
func TestARestoredBackup(t *testing.T) {
	h := newHouse(t)
	if err := h.NoteBackup(t.Context(), 1, h.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.Clock.Advance(-2 * time.Hour) // the clock of the device is two hours ahead
	d := h.device(t)
	d.ready("carer")
	h.cut()
	d.Open("/people/" + h.Person.String() + "/new/daily-note")
	d.note("In no backup yet.")
	d.says("Kept on this device, waiting.")
	h.connect()
	d.becomes("sent")
	d.alter(`s.epoch = s.epoch - 1 || -1`) // the installation is in another epoch than the device knows
	sent := h.entriesTaken.Load()
	for left := 200; h.entriesTaken.Load() == sent; left-- {
		if d.wake(); left == 0 {
			t.Fatal("it was not sent again")
		}
		time.Sleep(50 * time.Millisecond)
	}
	d.becomes("sent")
	state, err := h.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.NoteBackup(t.Context(), state.Head, h.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	d.empties()
	note := wantNotes(t, h.world, 1)[0]
	recorded, err := time.Parse(time.RFC3339, note.Recorded)
	if off := note.Committed.Sub(recorded); err != nil || off.Abs() > 3*time.Minute {
		t.Errorf("recorded %s before it was committed (%v)", off, err)
	}
}

func (d *device) wake() {
	d.T.Helper()
	browser.Evaluate[bool](d.Tab, `(navigator.serviceWorker.controller.postMessage({do: "wake"}), true)`)
}

// becomes waits until the device's entries are in a state.
func (d *device) becomes(state string) {
	d.T.Helper()
	for left := 400; d.entries() != state; left-- {
		if d.wake(); left == 0 {
			d.T.Fatalf("on the device: %q, want %q; %s", d.entries(), state, d.Words())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// quota says how many bytes the browser may keep; nil: as many as it likes.
func (d *device) quota(most *float64) {
	d.T.Helper()
	if _, err := chromedp.Call(d.Ctx, storage.OverrideQuotaForOrigin, storage.OverrideQuotaForOriginParams{Origin: "http://" + d.house.address, QuotaSize: most}); err != nil {
		d.T.Fatal(err)
	}
}
