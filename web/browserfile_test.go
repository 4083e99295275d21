package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"rosemary/internal/browser"
)

// TestAPhotographFromAPhone: a carer adds a photograph to a body mark on a phone, is told what is missing and finds the photograph still there, saves it, and sees
// it small and large; then gives the person a photograph, which stands at the top of every page.
func TestAPhotographFromAPhone(t *testing.T) {
	w := newWorld(t)
	b := openBrowser(t, w)
	b.Do(chromedp.EmulateViewport(phone, 844))
	b.signIn(w, "carer")
	file := filepath.Join(t.TempDir(), "IMG_0042.png")
	if err := os.WriteFile(file, aPhotograph(t), 0o600); err != nil {
		t.Fatal(err)
	}
	base := "/people/" + w.Person.String()
	shown := func(selector string) bool {
		return browser.Evaluate[bool](b.Tab, `(() => { const p = document.querySelector("`+selector+`"); return !!p && p.complete && p.naturalWidth > 0 })()`)
	}
	settled := func(selector string) {
		t.Helper()
		browser.Evaluate[bool](b.Tab, `new Promise(done => { const p = document.querySelector("`+selector+`"); if (!p) return done(false); p.loading = "eager";
			if (p.complete) return done(true); p.onload = p.onerror = () => done(true) })`, chromedp.EvalAwaitPromise)
		if !shown(selector) {
			t.Errorf("%s is not shown", selector)
		}
	}
	b.Open(base + "/new/body-mark")
	b.Do(chromedp.SetUploadFiles(chromedp.CSS(`input[name="f-pictures-0_file"]`), []string{file}))
	b.Fill("#f-pictures-0-caption", "Left forearm, beside a ruler")
	b.Click("button.nhsuk-button[value=save]")
	b.Says("There is a problem", "Kept: IMG_0042.png")
	settled(".rm-file__picture")
	b.look("21-file-kept")
	b.Do(chromedp.EmulateViewport(phone, 844))
	b.Fill("#f-when_day", "16")
	b.Fill("#f-when_month", "3")
	b.Fill("#f-when_year", "2026")
	browser.Evaluate[bool](b.Tab, `(() => { for (const s of document.querySelectorAll("select")) if (!s.value && /-(kind|bodySite)$/.test(s.name)) s.selectedIndex = 1;
		for (const n of ["f-kind", "f-bodySite"]) { const r = document.querySelector('input[type=radio][name="' + n + '"]'); if (r) r.checked = true;
			const i = document.querySelector('input[type=text][name="' + n + '"], input:not([type])[name="' + n + '"]'); if (i) i.value = "Bruise" } return true })()`)
	b.Click("button.nhsuk-button[value=save]")
	b.Says("Saved: Body mark", "Left forearm, beside a ruler")
	settled(".rm-picture img")
	b.look("22-record-with-picture")
	b.Click(".rm-picture")
	b.Says("The record it belongs to")
	settled(".rm-figure__picture")
	b.look("23-picture")

	b.Open(base + "/photograph")
	b.look("24-photograph")
	b.Do(chromedp.EmulateViewport(phone, 844))
	b.Do(chromedp.SetUploadFiles(chromedp.CSS(`input[name="f-files-0_file"]`), []string{file}))
	b.Click("button.nhsuk-button[value=save]")
	b.Says("The photograph is kept")
	settled(".rm-strip .rm-photo")
	b.look("25-person-with-photograph")
	if src := browser.Evaluate[string](b.Tab, `document.querySelector(".rm-photo").getAttribute("src")`); !strings.HasSuffix(src, "/small") {
		t.Errorf("the banner shows %q", src)
	}
}
