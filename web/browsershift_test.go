package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"rosemary/internal/browser"
)

// hand touches the pages of a phone, and counts.
type hand struct {
	*tab
	touches int
	bytes   int64
}

// touch follows a link or presses a button, and waits for the page that comes.
func (h *hand) touch(selector string) {
	h.T.Helper()
	h.touches++
	browser.Evaluate[bool](h.Tab, `(() => { document.querySelector("`+selector+`").scrollIntoView({block: "center"}); return true })()`)
	h.Click(selector)
	h.bytes += browser.Evaluate[int64](h.Tab, "performance.getEntriesByType('navigation')[0].transferSize")
}

// choose touches a choice of the page that is open.
func (h *hand) choose(name, value string) {
	h.T.Helper()
	h.touches++
	id := browser.Evaluate[string](h.Tab, `document.querySelector("input[name='`+name+`'][value='`+value+`']").id`)
	h.Do(chromedp.Click(chromedp.CSS("label[for='" + id + "']")))
}

// did ends a task: it took so many touches at most, and is told in the output.
func (h *hand) did(what string, most int, says ...string) {
	h.T.Helper()
	h.Says(says...)
	h.T.Logf("%s: %d touches, %d bytes", what, h.touches, h.bytes)
	if h.touches > most {
		h.T.Errorf("%s took %d touches; %d are enough", what, h.touches, most)
	}
	h.touches, h.bytes = 0, 0
}

// TestACarersDayOnAPhone: each thing that is recorded, from the tile to done, with its touches and bytes counted; every page at both widths, and by the keyboard alone.
func TestACarersDayOnAPhone(t *testing.T) {
	w := newShift(t)
	h := &hand{tab: openBrowser(t, w.world)}
	h.signIn(w.world, "carer")
	h.Open("/shift") // the styles and scripts are here from now on
	h.look("60-shift")
	h.Do(chromedp.EmulateViewport(phone, 844))

	h.touch("a[href='" + w.slotPath(w.wash, "2026-03-16T07:30") + "']")
	h.choose("outcome", "done")
	h.touch(".rm-savebar button")
	h.did("a planned task", 3, "Saved for Margaret: Wash and dress, done")

	base := "/people/" + w.Person.String()
	h.touch("a[href='" + base + "/drink']")
	h.choose("offered", "200")
	h.touch("button[name=taken][value='4']")
	h.did("a drink", 3, "200 mL of 1500 mL")

	h.touch("a[href='" + base + "/care-now']")
	h.choose("what", "Walked together")
	h.touch(".rm-savebar button")
	h.did("care that was not planned", 3, "Saved for Margaret: Walked together, done")

	h.touch("a[href='" + base + "/incident']")
	h.choose("kind", "fall")
	h.touch(".rm-savebar button")
	h.did("an incident at once", 3, "Observations after a fall", "Finish the incident")

	h.touch("a[href='" + base + "/about-me']")
	h.did("About me", 1, "About me")
	h.look("61-about-me")

	h.Open("/shift/together")
	h.look("62-together")
	h.Do(chromedp.EmulateViewport(phone, 844))
	h.choose("what", "Music or singing")
	h.choose("person", w.Person.String())
	h.choose("person", w.second.String())
	h.touch(".rm-savebar button")
	h.did("several people at once", 4, "Saved for George and Margaret")

	for _, page := range []struct{ name, path string }{
		{"63-task", w.slotPath(w.weigh, "2026-03-16T07:00")}, {"64-look", w.slotPath(w.look, "2026-03-15T22:00")}, {"65-drink", base + "/drink"}, {"66-food", base + "/food"},
		{"67-incident", base + "/incident"}, {"68-today", base + "/today"}, {"69-handover", "/shift/handover"}, {"70-handover-note", base + "/handover"}, {"71-my-people", "/shift/people"},
	} {
		h.Open(page.path)
		h.look(page.name)
	}

	h.Open(w.slotPath(w.weigh, "2026-03-16T07:00")) // by the keyboard alone
	h.Do(chromedp.Focus(chromedp.CSS("#outcome")), chromedp.KeyEvent(" "))
	h.Do(chromedp.Focus(chromedp.CSS("#reading-weight")), chromedp.KeyEvent("60.9"))
	if _, err := chromedp.RunResponse(h.Ctx, chromedp.KeyEvent("\r")); err != nil {
		t.Fatal(err)
	}
	h.Says("Saved for Margaret: Weigh, done")
}
