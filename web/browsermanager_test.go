package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"rosemary/internal/browser"
)

// TestAManagersPagesInABrowser looks at the pages about a whole home at both widths, goes from a figure to the record behind it by the keyboard alone, and sees what is printed.
func TestAManagersPagesInABrowser(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	w.manage(t)
	w.Write("carer", w.Person, "output", `{"when":"2026-03-15T05:00:00+00:00","kind":{"code":"vomit"}}`)
	w.Write("senior", w.Person, "evacuation-plan", `{"howByDay":{"code":"wheelchair"},"helpersByDay":1,"date":"2026-03-01","wayAndMeetingPoint":"East stairs"}`)
	w.Write("senior", w.Person, "money-entry", `{"when":"2026-03-01T10:00:00+00:00","entry":{"code":"out"},"amount":3,"whatFor":"Paper","careActor":{"ref":"`+w.Workers["senior"].String()+
		`"},"secondSignature":{"ref":"`+w.Workers["nurse"].String()+`"}}`)
	b := openBrowser(t, w)
	b.signIn(w, "manager")
	base := "/people/" + w.Person.String()
	for _, page := range []struct{ name, path string }{
		{"m1-home", "/home"}, {"m2-decisions", "/home/decisions-waiting"}, {"m3-fire-roll", "/fire-roll"}, {"m4-trends", "/home/trends"}, {"m5-infection", "/home/infection"},
		{"m6-evidence", "/home/evidence"}, {"m7-audit", "/home/audit"}, {"m8-belongings", base + "/belongings"}, {"m9-papers", base + "/print"}, {"m10-plan", base + "/print/plan"},
	} {
		b.Open(page.path)
		b.look(page.name)
	}

	b.Open("/home")
	b.Do(chromedp.Focus(chromedp.CSS(`a[href="/home/alerts"]`)), chromedp.KeyEvent("\r"))
	b.Do(chromedp.WaitVisible(chromedp.CSS(".rm-found")))
	b.Do(chromedp.Focus(chromedp.CSS(".rm-entry__meta a")), chromedp.KeyEvent("\r"))
	b.Do(chromedp.WaitVisible(chromedp.CSS(".rm-answers")))
	if words := browser.Evaluate[string](b.Tab, `document.querySelector("main").innerText`); len(words) == 0 {
		t.Error("a figure did not lead to its record")
	}

	b.Open("/fire-roll")
	if hidden := browser.Evaluate[bool](b.Tab, `document.querySelector("[data-print]").hidden`); hidden {
		t.Error("the button that prints is not there")
	}
	printed := browser.Evaluate[bool](b.Tab, `(() => { let asked = false; window.print = () => { asked = true }; document.querySelector("[data-print]").click(); return asked })()`)
	if !printed {
		t.Error("the fire roll is not printed in one touch")
	}
}
