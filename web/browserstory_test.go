package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestTheStoryInABrowser: a carer writes a note, is told what is missing, and saves it; a senior corrects it with a reason, compares the versions,
// and turns the record back to before the correction. With script, as staff use it.
func TestTheStoryInABrowser(t *testing.T) {
	w := newWorld(t)
	b := openBrowser(t, w)
	b.do(chromedp.EmulateViewport(phone, 844))
	b.signIn(w, "carer")
	b.says("People", "Whitlock")
	b.click(".rm-people__names a")
	b.says("Allergies never asked", "No CPR decision recorded")
	b.click(".rm-tabs__add a")
	b.click("a[href$='/new/daily-note']")

	b.click("button.nhsuk-button[value=save]")
	b.says("There is a problem", "When is missing", "Free text is missing")
	if on := evaluate[bool](b, "document.activeElement.classList.contains('nhsuk-error-summary')"); !on {
		t.Error("the focus is not on the error summary")
	}
	b.look("20-error-summary")
	b.do(chromedp.EmulateViewport(phone, 844))
	b.do(chromedp.Click(chromedp.CSS(".nhsuk-error-summary a")))
	if on := evaluate[string](b, "document.activeElement.id"); on != "f-when_day" {
		t.Errorf("the link of the error summary leads to %q", on)
	}
	covered := evaluate[bool](b, `(() => { const r = document.activeElement.getBoundingClientRect();
		return document.elementFromPoint(r.left + 4, r.top + 4) !== document.activeElement })()`)
	if covered {
		t.Error("what is in focus lies under the strip that stays in sight")
	}
	b.fill("#f-when_day", "16")
	b.fill("#f-when_month", "March")
	b.fill("#f-when_year", "2026")
	b.fill("#f-when_time", "0320")
	b.fill("#f-freeText", "Graze on the right elbow, 2 cm")
	b.says("This will be saved for Margaret, born March 1941")
	b.click("button.nhsuk-button[value=save]")
	b.says("Saved: Daily note", "Graze on the right elbow", "16 March 2026 at 03:20")
	written := strings.TrimPrefix(evaluate[string](b, "location.pathname"), "")
	b.click(".rm-signout")
	b.says("You are signed out")

	before := w.moment()
	b.signIn(w, "senior")
	b.open(written)
	b.click("a[href$='change?how=correct']")
	b.fill("#f-freeText", "Graze on the left elbow, 2 cm")
	b.fill("#reason", "I looked again in daylight")
	b.click("button.nhsuk-button[value=save]")
	b.says("Corrected: Daily note", "Graze on the left elbow", "I looked again in daylight")
	b.click(".rm-noscroll button")
	b.says("1 answer differs", "Graze on the right elbow", "Graze on the left elbow")
	if marked := evaluate[string](b, "[...document.querySelectorAll('mark.rm-diff')].map(m => m.textContent.trim()).join(' ')"); !strings.HasSuffix(marked, "right left") {
		t.Errorf("marked as different: %q", marked)
	}

	b.open(written + "?at=" + before)
	b.says("This is the record as it stood on", "You cannot change it", "Graze on the right elbow")
	if strings.Contains(b.words(), "left elbow") {
		t.Error("the correction shows in the past")
	}
	b.click(".rm-then a")
	b.says("Graze on the left elbow")
}

// TestQuickAnswersInABrowser: the button Now fills in date and time without leaving the page.
func TestQuickAnswersInABrowser(t *testing.T) {
	w := newWorld(t)
	b := openBrowser(t, w)
	b.signIn(w, "carer")
	b.open("/people/" + w.Person.String() + "/new/daily-note")
	b.do(chromedp.SetValue(chromedp.CSS("#f-freeText"), "Typed before"))
	b.do(chromedp.Click(chromedp.CSS("button[value='now:f-when']")))
	if year := evaluate[string](b, "document.getElementById('f-when_year').value"); len(year) != 4 {
		t.Errorf("the year is %q", year)
	}
	if clock := evaluate[string](b, "document.getElementById('f-when_time').value"); len(clock) != 5 {
		t.Errorf("the time is %q", clock)
	}
	if words := evaluate[string](b, "document.getElementById('f-freeText').value"); words != "Typed before" {
		t.Errorf("what was typed is %q", words)
	}
	// Without script the same button asks the server; the form comes back with its answer.
	b.click("button[value='me:f-careActor-0']")
	if me := evaluate[string](b, "document.getElementById('f-careActor-0').value"); me != w.Workers["carer"].String() {
		t.Errorf("me is %q", me)
	}
}

// TestOnPaperInABrowser: whom it is about stands on every sheet, the past says that it is, and what is only for the screen is gone.
func TestOnPaperInABrowser(t *testing.T) {
	w := newWorld(t)
	f := w.furnish(t)
	b := openBrowser(t, w)
	b.signIn(w, "manager")
	b.open("/people/" + w.Person.String() + "/records/" + f.note.String() + "?at=" + f.before)
	b.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	shown := func(selector string) bool {
		return evaluate[bool](b, "getComputedStyle(document.querySelector('"+selector+"')).display !== 'none'")
	}
	for selector, want := range map[string]bool{
		".rm-printhead": true, ".rm-then": true, ".rm-watermark": true, ".rm-lines": true, ".rm-header": false, ".rm-tabs": false, ".rm-footer": false,
	} {
		if shown(selector) != want {
			t.Errorf("%s on paper: shown %v", selector, !want)
		}
	}
	b.says("born March 1941, NHS number 999 000 0018. AS IT STOOD ON")
	b.picture("30-print.png")
}
