package web_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/browser"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// types types into the field in focus as a keyboard, a paste or dictation does: what stood there stays.
func (b *tab) types(selector, words string) {
	b.T.Helper()
	browser.Evaluate[bool](b.Tab, `(() => { const e = document.querySelector(`+strconv.Quote(selector)+`); e.focus(); return document.execCommand("insertText", false, `+quotedJS(words)+`) })()`)
}

func quotedJS(s string) string {
	var out strings.Builder
	for _, r := range s {
		if r < 0x80 && r != '"' && r != '\\' && r >= ' ' {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, `\u{%x}`, r)
		}
	}
	return `"` + out.String() + `"`
}

// mishaps is a shift on which things go otherwise than they should, with one browser.
type mishaps struct {
	*shiftWorld
	*hand
	t *testing.T
}

// task plans one more thing for the morning, and gives its slot.
func (m *mishaps) task(words string) (uid uuid.UUID, path string) {
	m.t.Helper()
	uid = m.shiftWorld.Write("senior", m.Person, "task", `{"description":"`+words+`","status":{"code":"accepted"},"intent":{"code":"plan"},"date":"2026-03-09","requestedPeriod":{"start":"2026-03-15","timeOfDay":["07:45"]}}`)
	return uid, m.slotPath(uid, "2026-03-16T07:45")
}

// done are the actions that were recorded for a task.
func (m *mishaps) done(task uuid.UUID) []string {
	m.t.Helper()
	var list []string
	for _, content := range m.current(m.t, "action") {
		if strings.Contains(content, task.String()) {
			list = append(list, content)
		}
	}
	return list
}

const saveTask = ".rm-savebar button"

// TestWhatGoesWrongOnAShift: what happens to somebody who gives care, in a real browser on a phone: two at one task, somebody else was faster, the session ended, a double tap, back and sent
// again, strange and long words, a person who moved, a picture that no browser can draw, only a keyboard, no script. Nothing that was typed is lost, and nothing is there twice.
func TestWhatGoesWrongOnAShift(t *testing.T) {
	w := newShift(t)
	m := &mishaps{shiftWorld: w, hand: &hand{tab: openBrowser(t, w.world)}, t: t}
	m.signIn(w.world, "carer")
	m.Do(chromedp.EmulateViewport(phone, 844))
	for _, step := range []struct {
		name string
		try  func(*testing.T, *mishaps)
	}{
		{"two carers on one task", twoAtOneTask}, {"somebody else was faster", somebodyWasFaster}, {"the session ended", sessionEnded}, {"a double tap, and back and sent again", sentAgain},
		{"strange and long words", strangeWords}, {"a picture that cannot be drawn", undrawable}, {"by the keyboard alone", byKeyboard}, {"without script", withoutScript}, {"somebody moved", somebodyMoved},
	} {
		t.Run(step.name, func(t *testing.T) {
			m.t, m.T = t, t
			step.try(t, m)
		})
	}
}

func twoAtOneTask(t *testing.T, m *mishaps) {
	m.Open(m.slotPath(m.wash, "2026-03-16T07:30"))
	m.Says("It takes 2 people")
	m.choose("outcome", "done")
	m.Fill("#helper", m.Workers["senior"].String())
	m.touch(saveTask)
	m.did("a task of two", 2, "Saved for Margaret: Wash and dress, done")
	done := m.done(m.wash)
	if len(done) != 1 || !strings.Contains(done[0], m.Workers["carer"].String()) || !strings.Contains(done[0], m.Workers["senior"].String()) {
		t.Errorf("recorded: %v", done)
	}
}

func somebodyWasFaster(t *testing.T, m *mishaps) {
	task, path := m.task("Hair washed")
	m.Open(path)
	m.choose("outcome", "done")
	m.types("#note", "I did it too.")
	senior := m.as(t, "senior")
	sent := senior.get(path).fields(path)
	sent.Set("outcome", "done")
	sent.Set("act", "save")
	senior.post(path, sent).want(http.StatusSeeOther)
	m.touch(saveTask)
	m.Says("Somebody recorded this while you had it open", "Ruth Abara", "Yours is not saved yet")
	if note := browser.Evaluate[string](m.Tab, `document.querySelector("#note").value`); note != "I did it too." {
		t.Errorf("what was typed: %q", note)
	}
	if n := len(m.done(task)); n != 1 {
		t.Errorf("%d are recorded", n)
	}
	m.hand.look("76-overtaken")
	m.Do(chromedp.EmulateViewport(phone, 844))
	m.touch(saveTask)
	if n := len(m.done(task)); n != 2 {
		t.Errorf("%d are recorded: both were to be kept", n)
	}
}

func sessionEnded(t *testing.T, m *mishaps) {
	task, path := m.task("Nails cut")
	m.Open(path)
	m.choose("outcome", "partly")
	m.types("#whynot", "One hand only")
	m.Do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, network.ClearBrowserCookies, cdp.Empty{})
		return err
	}))
	m.touch(saveTask)
	m.Says("Sign in again", "What you typed is not lost")
	if n := len(m.done(task)); n != 0 {
		t.Errorf("%d are recorded for nobody", n)
	}
	m.hand.look("77-again")
	m.Do(chromedp.EmulateViewport(phone, 844))
	m.Fill("#again_password", fixture.Password)
	m.touch("form[action='" + path + "'] button.nhsuk-button:not(.nhsuk-password-input__toggle)")
	m.Says("Saved for Margaret: Nails cut")
	if done := m.done(task); len(done) != 1 || !strings.Contains(done[0], "One hand only") {
		t.Errorf("recorded: %v", done)
	}
}

func sentAgain(t *testing.T, m *mishaps) {
	task, path := m.task("Shave")
	m.Open(path)
	m.choose("outcome", "done")
	browser.Evaluate[bool](m.Tab, `(() => { const b = document.querySelector("`+saveTask+`"); b.click(); b.click(); return true })()`)
	m.Until("saved", `document.body.innerText.includes("Saved for Margaret: Shave")`)
	if n := len(m.done(task)); n != 1 {
		t.Errorf("%d are recorded after a double tap", n)
	}
	browser.Evaluate[bool](m.Tab, "(history.back(), true)")
	m.Until("back", `location.pathname.includes("/due/") && !!document.querySelector("`+saveTask+`")`)
	m.Says("Recorded already")
	m.touch(saveTask)
	m.Says("There is a problem", "Say how it went")
	if n := len(m.done(task)); n != 1 {
		t.Errorf("%d are recorded after back and sent again", n)
	}
	m.choose("outcome", "done") // it really was done again
	m.touch(saveTask)
	if n := len(m.done(task)); n != 2 {
		t.Errorf("%d are recorded of two", n)
	}
}

func strangeWords(t *testing.T, m *mishaps) {
	for name, words := range map[string]string{
		"emoji": "Happy 😀 with her 👩🏽‍🦽 and 🐈", "Word": "“Smart” quotes – and a dash…\n•\tA point with\u00a0space\u00adand hy\u2011phen", "60,000 characters": strings.Repeat("Long talk. ", 5500) + "The end.", "markup": "<script>alert(1)</script> & <b>bold</b>",
	} {
		task, path := m.task("Talk: " + name)
		m.Open(path)
		m.choose("outcome", "done")
		m.types("#note", words)
		m.touch(saveTask)
		m.Says("Saved for Margaret: Talk: " + name)
		done := m.done(task)
		if len(done) != 1 || !strings.Contains(done[0], `"freeText":`+quotedText(t, words)) {
			t.Errorf("%s: recorded %.300v", name, done)
		}
	}
	m.Open("/people/" + m.Person.String() + "/timeline")
	m.Says("😀", "“Smart” quotes – and a dash…", "<script>alert(1)</script> & <b>bold</b>")
	m.hand.look("78-strange-words")
	m.Do(chromedp.EmulateViewport(phone, 844))
}

func undrawable(t *testing.T, m *mishaps) {
	file := filepath.Join(t.TempDir(), "IMG_2.heic")
	if err := os.WriteFile(file, append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 500)...), 0o600); err != nil {
		t.Fatal(err)
	}
	_, path := m.task("Look at the heel")
	m.Open(path)
	m.choose("outcome", "done")
	browser.Evaluate[bool](m.Tab, `(document.querySelector("#form details").open = true)`)
	chosen := browser.Evaluate[string](m.Tab, `document.querySelector("input[type=file]").name`)
	m.Do(chromedp.SetUploadFiles(chromedp.CSS(`input[name="`+chosen+`"]`), []string{file}))
	m.touch(saveTask)
	m.Says("Saved for Margaret: Look at the heel")
	view, err := m.Session("manager").View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	acts, _, err := view.Records(t.Context(), access.RecordsQuery{Stream: m.Person, Classes: []string{"action"}, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range acts {
		if strings.Contains(string(v.Content), "IMG_2.heic") {
			m.Open("/people/" + m.Person.String() + "/records/" + v.Record.String())
			m.Says("IMG_2.heic")
			if broken := browser.Evaluate[int](m.Tab, `[...document.images].filter(i => i.complete && i.naturalWidth === 0 && i.getAttribute("src")).length`); broken != 0 {
				t.Errorf("%d pictures are broken", broken)
			}
			m.hand.look("79-heic")
			m.Do(chromedp.EmulateViewport(phone, 844))
			return
		}
	}
	t.Error("the picture is in no record")
}

// tabTo goes on from field to field until one is in focus.
func (m *mishaps) tabTo(selector string) {
	m.t.Helper()
	for range 60 {
		if browser.Evaluate[bool](m.Tab, `document.activeElement.matches(`+strconv.Quote(selector)+`)`) {
			return
		}
		m.Do(chromedp.KeyEvent("\t"))
	}
	m.t.Fatalf("%s is never in focus", selector)
}

func byKeyboard(t *testing.T, m *mishaps) {
	task, path := m.task("Music")
	m.Open("/people/" + m.Person.String() + "/today")
	m.tabTo("a[href='" + path + "?from=today']")
	if _, err := chromedp.RunResponse(m.Ctx, chromedp.KeyEvent("\r")); err != nil {
		t.Fatal(err)
	}
	m.tabTo("input[name=outcome]")
	m.Do(chromedp.KeyEvent(" "))
	m.tabTo("#note")
	m.Do(chromedp.KeyEvent("Sang along"))
	m.tabTo(saveTask)
	if _, err := chromedp.RunResponse(m.Ctx, chromedp.KeyEvent("\r")); err != nil {
		t.Fatal(err)
	}
	m.Says("Saved for Margaret: Music")
	if done := m.done(task); len(done) != 1 || !strings.Contains(done[0], "Sang along") {
		t.Errorf("recorded: %v", done)
	}
}

func withoutScript(t *testing.T, m *mishaps) {
	script := func(off bool) {
		m.Do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off})
			return err
		}))
	}
	script(true)
	defer script(false)
	base := "/people/" + m.Person.String()
	m.Open(base + "/drink")
	m.choose("what", "Tea")
	m.choose("offered", "200")
	m.touch("button[name=taken][value='2']")
	m.Says("Saved for Margaret: Tea, 100 mL")
	m.Open(base + "/incident")
	m.choose("kind", "fall")
	m.touch(saveTask)
	m.Says("The incident is kept for Margaret")
	m.Open(base + "/new/daily-note")
	m.touch("button[value='now:f-when']")
	m.Fill("#f-freeText", "Written without script")
	m.touch("#form button.nhsuk-button[value=save]")
	m.Says("Saved: Daily note", "Written without script")
	if drinks := m.current(t, "intake"); len(drinks) != 1 {
		t.Errorf("%d drinks", len(drinks))
	}
}

func somebodyMoved(t *testing.T, m *mishaps) {
	_, path := m.task("Settled")
	m.Open(path)
	m.choose("outcome", "done")
	m.types("#note", "Settled before she left.")
	view, err := m.Session("manager").View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	places, _, err := view.Records(t.Context(), access.RecordsQuery{Stream: m.Person, Classes: []string{"placement"}})
	if err != nil || len(places) != 1 {
		t.Fatalf("%v, %v", places, err)
	}
	m.Commit("manager", &record.Proposal{Stream: m.Person, Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.Modify, Record: places[0].Record, Expected: 1, Description: "Moved",
		Content: fmt.Appendf(nil, `{"serviceProvider":{"ref":"%s"},"from":"2026-03-02","until":"2026-03-15"}`, m.Home)}}})
	m.touch(saveTask)
	m.Says("This was not saved", "moved to another home", "Settled before she left.")
	m.hand.look("79b-moved")
}

func quotedText(t *testing.T, words string) string {
	t.Helper()
	text, err := jsontext.AppendQuote(nil, words)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestAClockThatIsTwoHoursWrong: what is written on such a device without a network says when it was, by the home's clock, and which time the device had.
func TestAClockThatIsTwoHoursWrong(t *testing.T) {
	h := newHouse(t)
	h.Clock.Advance(-2 * time.Hour) // the device is two hours ahead
	d := h.device(t)
	d.ready("carer")
	h.cut()
	d.Open("/people/" + h.Person.String() + "/new/daily-note")
	d.Do(chromedp.Click(chromedp.CSS("button[value='now:f-when']")))
	browser.Evaluate[bool](d.Tab, `(document.querySelector("#f-freeText").value = "Written at the wrong time.", true)`)
	d.Do(chromedp.Click(chromedp.CSS(save)))
	d.says("Kept on this device, waiting.")
	h.connect()
	d.empties()
	notes := h.notes(t)
	if len(notes) != 1 {
		t.Fatalf("%d notes in the record", len(notes))
	}
	for what, text := range map[string]string{"written down": notes[0].Recorded, "happened": happenedText(t, h, notes[0])} {
		at, err := time.Parse(time.RFC3339, text)
		if away := h.Clock.Now().Sub(at).Abs(); err != nil || away > 10*time.Minute {
			t.Errorf("%s at %s: %s away from the home's clock (%v)", what, text, away, err)
		}
	}
	d.Open("/people/" + h.Person.String() + "/records/" + notes[0].Record.String())
	d.Says("clock was wrong", "2 hours ahead")
}

func happenedText(t *testing.T, h *house, v *record.Version) string {
	t.Helper()
	content, err := v.Decoded(h.Catalogue)
	if err != nil {
		t.Fatal(err)
	}
	at, ok := content.At(h.Zone)
	if !ok {
		t.Fatalf("it does not say when: %s", v.Content)
	}
	return at.Format(time.RFC3339)
}
