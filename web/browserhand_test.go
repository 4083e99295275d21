package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	driver "rosemary/internal/browser"
)

// TestFilesByHandInABrowser: the pages on which a record is made into a file and taken in, at both widths, with the keyboard alone, empty and with what was wrong; and what they say of how far it is.
func TestFilesByHandInABrowser(t *testing.T) {
	p, person := byHand(t)
	p.old.letters(t, person, 2)
	give := "/people/" + person.String() + "/file"
	file := filepath.Join(t.TempDir(), "record.rosemary")
	keep := func(content []byte) {
		t.Helper()
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	o := openBrowser(t, p.old)
	o.signIn(p.old, "manager")
	o.Open(give)
	for _, more := range []string{"details:nth-of-type(1) summary", "details:nth-of-type(2) summary"} {
		o.Do(chromedp.Focus(chromedp.CSS("#form "+more)), chromedp.KeyEvent(" "))
	}
	o.look("94-give-file")
	o.press("#form button.nhsuk-button", "\r")
	o.Says("Choose the system that it is sealed for")
	o.look("95-give-file-refused")
	o.Do(chromedp.Focus(chromedp.CSS(`input[name=peer][value="`+p.new.Identity.System+`"]`)), chromedp.KeyEvent(" "))
	o.Do(chromedp.Focus(chromedp.CSS("#why")), chromedp.KeyEvent("She moves there."))
	folder := t.TempDir()
	_, err := chromedp.Call(o.Ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder})
	if err != nil {
		t.Fatal(err)
	}
	o.Do(chromedp.Focus(chromedp.CSS("#form button.nhsuk-button")), chromedp.KeyEvent("\r"))
	o.Until("what the page says when all has gone out", `document.querySelector("#now").innerText.includes("The whole file has gone out")`)
	o.look("97-give-file-gone")
	var saved string
	for range 600 {
		if names, _ := filepath.Glob(filepath.Join(folder, "*.rosemary")); len(names) == 1 {
			saved = names[0]
			break
		}
		o.Until("a moment", "new Promise(done => setTimeout(() => done(true), 50))")
	}
	content, err := os.ReadFile(saved)
	if err != nil || !strings.Contains(saved, "record-") {
		t.Fatal(saved, err)
	}

	p.new.fileLimit = 32 << 20
	p.new.open(t)
	n := openBrowser(t, p.new)
	n.signIn(p.new, "manager")
	n.Open("/transfers")
	n.press(`main a[href="/transfers/file"]`, "\r")
	n.Do(chromedp.Focus(chromedp.CSS("#form details summary")), chromedp.KeyEvent(" "))
	n.look("98-take-file")
	send := func(until string) {
		t.Helper()
		n.Do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}), chromedp.Focus(chromedp.CSS("#form button.nhsuk-button")), chromedp.KeyEvent("\r"))
		n.Until("the answer", "document.body.innerText.includes("+strconv.Quote(until)+")")
	}
	for _, bad := range []struct {
		content []byte
		says    string
	}{
		{content[:len(content)/2], "altered, or cut off"},
		{[]byte("PK\x03\x04 a letter\n"), "not an export"},
		{make([]byte, 48<<20), "larger than 32 MB"},
	} {
		keep(bad.content)
		send(bad.says)
		n.Says("There is a problem", "Nothing of it was kept")
		if focus := driver.Evaluate[string](n.Tab, "document.activeElement.className"); !strings.Contains(focus, "error-summary") {
			t.Errorf("%s: the problem is not where a reader is: %q", bad.says, focus)
		}
	}
	n.look("99-take-file-refused")
	keep(content)
	send("Taken in, and checked")
	n.Says("Not part of our record")

	v := p.new.as(t, "manager")
	v.get(takeIn + "/progress?ref=nobody").want(http.StatusOK).says("Nothing of it has come or gone yet")
	v.takes(url.Values{"ref": {"mine"}}, content).want(http.StatusSeeOther)
	v.get(takeIn + "/progress?ref=mine").want(http.StatusOK).says("All of it was taken in")
	v.takes(url.Values{"ref": {"bad"}}, content[:1000]).want(http.StatusUnprocessableEntity)
	v.get(takeIn + "/progress?ref=bad").want(http.StatusOK).says("It was not taken in. Nothing of it was kept.")
	p.new.as(t, "carer").get(takeIn + "/progress?ref=bad").want(http.StatusForbidden)
}

// press presses a key on what is focused, and waits for the page that comes.
func (b *tab) press(selector, key string) {
	b.T.Helper()
	b.Do(chromedp.Focus(chromedp.CSS(selector)))
	if _, err := chromedp.RunResponse(b.Ctx, chromedp.KeyEvent(key)); err != nil {
		b.T.Fatalf("%s: %v", selector, err)
	}
}
