// Package browser drives Debian's Chromium for tests: open a page, fill in, press, read the words. It knows nothing of what the pages are about.
package browser

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// chromium is where Debian has the browser.
const chromium = "/usr/bin/chromium"

// Tab is one tab of a real browser.
type Tab struct {
	T    *testing.T
	Ctx  context.Context
	base string
}

// Open starts a browser for the pages under an address. Where there is none, the test is skipped, but fails in continuous integration.
func Open(t *testing.T, base string) *Tab {
	t.Helper()
	return OpenProfile(t, base, filepath.Join(t.TempDir(), "profile"))
}

// OpenProfile starts a browser on a folder in which it keeps what it keeps: a device that is switched off and on again.
func OpenProfile(t *testing.T, base, profile string) *Tab {
	t.Helper()
	if _, err := os.Stat(chromium); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no browser: the pages must be looked at in one")
		}
		t.Skip("no browser here: run make browser")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chromium), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(profile),
	}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel() })
	ctx, timeout := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(timeout)
	return &Tab{T: t, Ctx: ctx, base: base}
}

// Kill ends the browser as a dead battery would, and waits until it is gone.
func (b *Tab) Kill() {
	b.T.Helper()
	process := chromedp.FromContext(b.Ctx).Browser.Process()
	if err := process.Kill(); err != nil {
		b.T.Fatal(err)
	}
	for process.Signal(syscall.Signal(0)) == nil {
		time.Sleep(10 * time.Millisecond)
	}
}

// Until waits until a script says yes.
func (b *Tab) Until(what, script string) {
	b.T.Helper()
	for left := 400; ; left-- {
		yes, err := chromedp.Run(b.Ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
		if err == nil && yes {
			return
		}
		if time.Sleep(50 * time.Millisecond); left == 0 {
			b.T.Fatalf("%s: waited in vain (%v): %s", what, err, b.Words())
		}
	}
}

// Do carries out steps, one after the other.
func (b *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.T.Helper()
	if err := chromedp.Do(b.Ctx, steps...); err != nil {
		b.T.Fatal(err)
	}
}

// Evaluate runs a script in the page and gives its value.
func Evaluate[V any](b *Tab, script string, options ...chromedp.EvaluateOption) V {
	b.T.Helper()
	v, err := chromedp.Run(b.Ctx, chromedp.Evaluate[V](script, options...))
	if err != nil {
		b.T.Fatalf("%s: %v", script[:min(80, len(script))], err)
	}
	return v
}

// Open goes to a path.
func (b *Tab) Open(path string) { b.Do(chromedp.Navigate(b.base + path)) }

// Click follows a link or presses a button, and waits for the page that comes.
func (b *Tab) Click(selector string) {
	b.T.Helper()
	if _, err := chromedp.RunResponse(b.Ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.T.Fatalf("%s: %v", selector, err)
	}
}

// Fill puts words into a field.
func (b *Tab) Fill(selector, words string) {
	b.T.Helper()
	b.Do(chromedp.SetValue(chromedp.CSS(selector), words))
}

// SignIn proves an account on the sign-in page that is open.
func (b *Tab) SignIn(account, password string) {
	b.T.Helper()
	b.Fill("#account", account)
	b.Fill("#password", password)
	b.Click("form[action='/sign-in'] button.nhsuk-button:not(.nhsuk-password-input__toggle)")
}

// Words are the words of the page as a reader sees them, in one line.
func (b *Tab) Words() string {
	return strings.Join(strings.Fields(Evaluate[string](b, "document.body.innerText")), " ")
}

// Says wants the page to say all of the words.
func (b *Tab) Says(words ...string) {
	b.T.Helper()
	text := b.Words()
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.T.Errorf("the page does not say %q: %s", w, text)
		}
	}
}
