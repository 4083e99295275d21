package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"rosemary/internal/browser"
	"rosemary/internal/fixture"
)

// The widths at which every page is looked at: a phone, a computer.
const (
	phone    = 390
	computer = 1280
)

// tab is one tab of a real browser, with what looks for barriers in it.
type tab struct {
	*browser.Tab
	axe string
	who string
}

// openBrowser starts a browser with the pages of a world before it.
func openBrowser(t *testing.T, w *world) *tab {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join("..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is not installed: run `npm ci`: %v", err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.pages.ServeHTTP(rw, r) }))
	t.Cleanup(server.Close)
	return &tab{Tab: browser.Open(t, server.URL), axe: string(axe)}
}

func (b *tab) signIn(w *world, account string) {
	b.T.Helper()
	b.Open("/sign-in")
	b.SignIn(w.Account(account), fixture.Password)
	b.who = account
}

// look checks the page that is open at both widths: nothing to scroll sideways for, nothing that axe finds; and takes a picture where one is wanted.
func (b *tab) look(name string) {
	b.T.Helper()
	if h1 := browser.Evaluate[string](b.Tab, `(document.querySelector("h1") || {}).innerText || ""`); h1 == "" || h1 == "Something went wrong" {
		b.T.Errorf("%s: the page could not be made: %q", name, h1)
	}
	for _, width := range []int64{phone, computer} {
		height := int64(844)
		b.Do(chromedp.EmulateViewport(width, height))
		if wide := browser.Evaluate[int64](b.Tab, "document.documentElement.scrollWidth"); wide > width {
			culprit := browser.Evaluate[string](b.Tab, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".rm-watermark"))
				.slice(0, 3).map(e => e.tagName + "." + e.className + " " + (e.textContent || "").trim().slice(0, 40)).join(" | ")`)
			b.T.Errorf("%s at %d: the page is %d wide: %s", name, width, wide, culprit)
		}
		b.axeAt(name, width)
		b.picture(fmt.Sprintf("%s-%d.png", name, width))
	}
}

// axeAt lets axe look at the page.
func (b *tab) axeAt(name string, width int64) {
	b.T.Helper()
	browser.Evaluate[bool](b.Tab, "(() => { if (!window.axe) {"+b.axe+"\n} return true })()")
	found := browser.Evaluate[[]string](b.Tab, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r =>
		r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + n.failureSummary).join(" || ")))`, chromedp.EvalAwaitPromise)
	for _, f := range found {
		b.T.Errorf("%s at %d: %s", name, width, f)
	}
}

// picture keeps a picture of the whole page in the folder that ROSEMARY_PICTURES names.
func (b *tab) picture(name string) {
	folder := os.Getenv("ROSEMARY_PICTURES")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(b.Ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name), png, 0o644)
	}
	if err != nil {
		b.T.Errorf("picture %s: %v", name, err)
	}
}

// TestEveryPageInABrowser looks at every page, empty and full, at both widths.
func TestEveryPageInABrowser(t *testing.T) {
	w := newWorld(t)
	f := w.furnish(t)
	b := openBrowser(t, w)
	b.Open("/sign-in")
	b.look("01-sign-in")
	b.signIn(w, "manager")
	base, rec := "/people/"+w.Person.String(), "/people/"+w.Person.String()+"/records/"
	for _, page := range []struct{ name, path string }{
		{"02-people", "/people"},
		{"02b-people-left", "/people?left=yes"},
		{"03-person", base},
		{"04-records", base + "/records"},
		{"04b-records-class", base + "/records?class=daily-note"},
		{"04c-search", "/search"},
		{"04d-search-found", "/search?q=the"},
		{"04e-search-person", base + "/search?q=the&from=2020-01-01"},
		{"04f-search-short", base + "/search?q=x"},
		{"05-timeline", base + "/timeline"},
		{"06-record", rec + f.note.String()},
		{"06b-record-consent", rec + f.consent.String()},
		{"06c-record-old", rec + f.note.String() + "?version=1"},
		{"07-compare", rec + f.note.String() + "/compare"},
		{"08-look-back", base + "/look-back"},
		{"08b-person-then", base + "?at=" + f.before},
		{"08c-record-then", rec + f.note.String() + "?at=" + f.before},
		{"09-choose", base + "/new"},
		{"10-new-note", base + "/new/daily-note"},
		{"10b-new-risk", base + "/new/risk"},
		{"10c-new-order", base + "/new/medicine-order"},
		{"10d-new-allergy", base + "/new/allergies-and-adverse-reactions"},
		{"11-correct", rec + f.note.String() + "/change?how=correct"},
		{"12-error", rec + f.note.String() + "/error"},
		{"13-sign", rec + f.note.String() + "/sign"},
		{"13b-refile", rec + f.note.String() + "/refile?q=a"},
		{"13c-join", base + "/join?q=a"},
		{"13f-extract", base + "/extract"},
		{"13d-destroy", base + "/destroy"},
		{"13e-destroy-version", base + "/destroy?record=" + f.note.String() + "&version=1"},
		{"13f-destructions", "/destructions"},
		{"14-register", "/people/new"},
		{"15-directory", "/directory"},
		{"15b-directory-entry", "/directory/" + w.Home.String()},
		{"15c-directory-new", "/directory/new/care-worker"},
		{"16-standard", "/standard"},
		{"16b-class", "/standard/classes/risk"},
		{"16d-conformance", "/standard/conformance"},
		{"16e-declared", "/standard/conformance/risk"},
		{"16f-own", "/standard/own"},
		{"16g-form", "/standard/forms/incident"},
		{"16c-values", "/standard/values/allergy-status"},
		{"17-looked", base + "/looked"},
		{"17b-given", rec + f.note.String() + "/given"},
		{"17c-given-wrong", rec + f.given.String() + "/given"},
		{"18-not-found", "/people/0199b2f4-7a00-7000-8000-0000000000ff"},
	} {
		b.Open(page.path)
		b.look(page.name)
	}
}
