package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"rosemary/internal/browser"
)

// TestTheStoryInABrowser: a carer writes a note, is told what is missing, and saves it; a senior corrects it with a reason, compares the versions,
// and turns the record back to before the correction. With script, as staff use it.
func TestTheStoryInABrowser(t *testing.T) {
	w := newWorld(t)
	b := openBrowser(t, w)
	b.Do(chromedp.EmulateViewport(phone, 844))
	b.signIn(w, "carer")
	b.Says("My shift", "Whitlock")
	b.Open("/people")
	b.Click(".rm-people__names a")
	b.Says("Allergies never asked", "No CPR decision recorded")
	b.Click(".rm-tabs__add a")
	b.Click("a[href$='/new/daily-note']")

	b.Click("button.nhsuk-button[value=save]")
	b.Says("There is a problem", "When is missing", "Free text is missing")
	if on := browser.Evaluate[bool](b.Tab, "document.activeElement.classList.contains('nhsuk-error-summary')"); !on {
		t.Error("the focus is not on the error summary")
	}
	b.look("20-error-summary")
	b.Do(chromedp.EmulateViewport(phone, 844))
	b.Do(chromedp.Click(chromedp.CSS(".nhsuk-error-summary a")))
	if on := browser.Evaluate[string](b.Tab, "document.activeElement.id"); on != "f-when_day" {
		t.Errorf("the link of the error summary leads to %q", on)
	}
	covered := browser.Evaluate[bool](b.Tab, `(() => { const r = document.activeElement.getBoundingClientRect();
		return document.elementFromPoint(r.left + 4, r.top + 4) !== document.activeElement })()`)
	if covered {
		t.Error("what is in focus lies under the strip that stays in sight")
	}
	b.Fill("#f-when_day", "16")
	b.Fill("#f-when_month", "March")
	b.Fill("#f-when_year", "2026")
	b.Fill("#f-when_time", "0320")
	b.Fill("#f-freeText", "Graze on the right elbow, 2 cm")
	b.Says("This will be saved for Margaret, born March 1941")
	b.Click("button.nhsuk-button[value=save]")
	b.Says("Saved: Daily note", "Graze on the right elbow", "16 March 2026 at 03:20")
	written := strings.TrimPrefix(browser.Evaluate[string](b.Tab, "location.pathname"), "")
	b.Click(".rm-signout")
	b.Says("You are signed out")

	before := w.moment()
	b.signIn(w, "senior")
	b.Open(written)
	b.Click("a[href$='change?how=correct']")
	b.Fill("#f-freeText", "Graze on the left elbow, 2 cm")
	b.Fill("#reason", "I looked again in daylight")
	b.Click("button.nhsuk-button[value=save]")
	b.Says("Corrected: Daily note", "Graze on the left elbow", "I looked again in daylight")
	b.Click(".rm-noscroll button")
	b.Says("1 answer differs", "Graze on the right elbow", "Graze on the left elbow")
	if marked := browser.Evaluate[string](b.Tab, "[...document.querySelectorAll('mark.rm-diff')].map(m => m.textContent.trim()).join(' ')"); !strings.HasSuffix(marked, "right left") {
		t.Errorf("marked as different: %q", marked)
	}

	b.Open(written + "?at=" + before)
	b.Says("This is the record as it stood on", "You cannot change it", "Graze on the right elbow")
	if strings.Contains(b.Words(), "left elbow") {
		t.Error("the correction shows in the past")
	}
	b.Click(".rm-then a")
	b.Says("Graze on the left elbow")
}

// TestQuickAnswersInABrowser: the button Now fills in date and time without leaving the page.
func TestQuickAnswersInABrowser(t *testing.T) {
	w := newWorld(t)
	b := openBrowser(t, w)
	b.signIn(w, "carer")
	b.Open("/people/" + w.Person.String() + "/new/daily-note")
	b.Do(chromedp.SetValue(chromedp.CSS("#f-freeText"), "Typed before"))
	b.Do(chromedp.Click(chromedp.CSS("button[value='now:f-when']")))
	if year := browser.Evaluate[string](b.Tab, "document.getElementById('f-when_year').value"); len(year) != 4 {
		t.Errorf("the year is %q", year)
	}
	if clock := browser.Evaluate[string](b.Tab, "document.getElementById('f-when_time').value"); len(clock) != 5 {
		t.Errorf("the time is %q", clock)
	}
	if words := browser.Evaluate[string](b.Tab, "document.getElementById('f-freeText').value"); words != "Typed before" {
		t.Errorf("what was typed is %q", words)
	}
	// Without script the same button asks the server; the form comes back with its answer.
	b.Click("button[value='me:f-careActor-0']")
	if me := browser.Evaluate[string](b.Tab, "document.getElementById('f-careActor-0').value"); me != w.Workers["carer"].String() {
		t.Errorf("me is %q", me)
	}
}

// TestOnPaperInABrowser: whom it is about stands on every sheet, the past says that it is, and what is only for the screen is gone.
func TestOnPaperInABrowser(t *testing.T) {
	w := newWorld(t)
	f := w.furnish(t)
	b := openBrowser(t, w)
	b.signIn(w, "manager")
	b.Open("/people/" + w.Person.String() + "/records/" + f.note.String() + "?at=" + f.before)
	b.printing(true)
	shown := func(selector string) bool {
		return browser.Evaluate[bool](b.Tab, "getComputedStyle(document.querySelector('"+selector+"')).display !== 'none'")
	}
	for selector, want := range map[string]bool{
		".rm-printhead": true, ".rm-then": true, ".rm-watermark": true, ".rm-lines": true, ".rm-header": false, ".rm-tabs": false, ".rm-footer": false,
	} {
		if shown(selector) != want {
			t.Errorf("%s on paper: shown %v", selector, !want)
		}
	}
	b.Says("born March 1941, NHS number 999 000 0018. AS IT STOOD ON")
	b.picture("30-print.png")

	w.Write("carer", w.Person, "intake", `{"when":"2026-03-16T07:40:00+00:00","kind":{"code":"drink"},"what":"Tea","amountTaken":{"value":200,"unit":"mL"}}`)
	b.Open("/people/" + w.Person.String() + "/charts/fluids")
	if !browser.Evaluate[bool](b.Tab, `[...document.querySelectorAll("main details table")].every(t => t.getBoundingClientRect().height > 0 && t.checkVisibility({contentVisibilityAuto: true}))`) {
		t.Error("the tables of a chart stay folded on paper")
	}
	b.printing(false)
	// On a screen they are folded; and what matters to the person is one touch away, however far one has read.
	if browser.Evaluate[bool](b.Tab, `document.querySelector("main details table").checkVisibility()`) {
		t.Error("the tables stand open on the screen")
	}
	b.Do(chromedp.EmulateViewport(phone, 844))
	b.Open("/people/" + w.Person.String())
	if !browser.Evaluate[bool](b.Tab, `(() => { scrollTo(0, 900); const r = document.querySelector(".rm-strip__me a").getBoundingClientRect(); return scrollY > 300 && r.top >= 0 && r.bottom < 250 && r.height >= 44 && r.width >= 44 })()`) {
		t.Error("About me is out of sight, or too small to touch")
	}
	b.Click(".rm-strip__me a")
	b.Says("The piano, the cat")
}

// printing shows pages as they are printed, or on the screen again.
func (b *tab) printing(yes bool) {
	b.T.Helper()
	media := ""
	if yes {
		media = "print"
	}
	b.Do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media})
		return err
	}))
}
