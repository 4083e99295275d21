package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/go-json-experiment/json"

	"rosemary/internal/demo"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/transfer"
)

const storyPassword = "peggy plays the piano"

// storyTold commits the story through sessions and opens the doors on it.
func storyTold(t *testing.T) (in *installation.Installation, told *demo.Summary, address string) {
	t.Helper()
	clock := demo.NewClock()
	in, err := installation.Open(t.Context(), installation.Options{
		Dir: filepath.Join(t.TempDir(), "data"), Now: clock.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	now := time.Now()
	told, err = demo.Build(t.Context(), demo.Options{
		Guard: in.Guard, Catalogue: in.Catalogue, Clock: clock, Seed: 1, Today: now, Password: storyPassword,
	})
	if err != nil {
		t.Fatal(err)
	}
	clock.Set(now)
	handler, err := doors(in, in.Accounts.Cookies(in.Now, func([]byte) string { return "" }), nil)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return in, told, server.URL
}

// caller asks the API with a bearer token.
type caller struct {
	t       *testing.T
	address string
	token   string
}

func (c caller) get(path string, into any) {
	c.t.Helper()
	body := c.raw(path)
	if err := json.Unmarshal(body, into); err != nil {
		c.t.Fatalf("%s: %v in %s", path, err, body)
	}
}

func (c caller) raw(path string) []byte {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.address+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(reply.Body)
	if err != nil || reply.StatusCode != http.StatusOK {
		c.t.Fatalf("%s: status %d, %v: %s", path, reply.StatusCode, err, body)
	}
	return body
}

// page is what the API says of some records, as far as the story needs it.
type page struct {
	Past  bool `json:"past"`
	Items []struct {
		Record  string `json:"record"`
		Content struct {
			Injury []struct {
				Side struct {
					Display string `json:"display"`
				} `json:"side"`
			} `json:"injury"`
			AmountTaken struct {
				Value float64 `json:"value"`
			} `json:"amountTaken"`
		} `json:"content"`
	} `json:"items"`
}

// TestTheStoryThroughEveryDoor: the fall of 21 March, its correction, and the record turned back, through API, export and a real browser.
func TestTheStoryThroughEveryDoor(t *testing.T) {
	in, told, address := storyTold(t)
	token, err := in.Guard.NewToken(t.Context(), "helen", "test", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	peggy := "/people/" + told.Story.String()
	var fall string
	t.Run("API", func(t *testing.T) { fall = throughTheAPI(t, caller{t, address, token}, peggy) })
	t.Run("export", func(t *testing.T) { throughTheExport(t, caller{t, address, token}.raw("/api"+peggy+"/export")) })
	t.Run("browser", func(t *testing.T) { throughTheBrowser(t, address, peggy, fall) })
	t.Run("proof", func(t *testing.T) {
		if _, err := in.Notary.Checkpoint(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := in.Verify(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

func throughTheAPI(t *testing.T, c caller, peggy string) (fall string) {
	var now, then, day page
	c.get("/api"+peggy+"/records?class=incident", &now)
	c.get("/api"+peggy+"/records?class=incident&as-at=2026-03-21T06:00:00Z", &then)
	if len(now.Items) != 1 || len(then.Items) != 1 {
		t.Fatalf("%d falls now, %d then", len(now.Items), len(then.Items))
	}
	if side := now.Items[0].Content.Injury[0].Side.Display; side != "Left" || now.Past {
		t.Errorf("now the elbow is the %s one", side)
	}
	if side := then.Items[0].Content.Injury[0].Side.Display; side != "Right" || !then.Past {
		t.Errorf("at 06:00 on 21 March the elbow is the %s one", side)
	}
	fall = now.Items[0].Record
	log := string(c.raw("/api" + peggy + "/records/" + fall + "/change-log"))
	if !strings.Contains(log, `"correct"`) || !strings.Contains(log, "left") {
		t.Errorf("the change log does not tell the correction and why: %s", log)
	}
	c.get("/api"+peggy+"/records?class=intake&from=2026-03-18&until=2026-03-19&limit=100", &day)
	drunk := 0.0
	for _, item := range day.Items {
		drunk += item.Content.AmountTaken.Value
	}
	if drunk != 1150 {
		t.Errorf("on 18 March she drank %v mL", drunk)
	}
	return fall
}

func throughTheExport(t *testing.T, text []byte) {
	versions, corrections := 0, 0
	err := transfer.Read(bytes.NewReader(text), func(transfer.Header) error { return nil }, func(s *record.Sealed) error {
		versions += len(s.Versions)
		for _, ch := range s.Changes {
			if ch.Type == record.Correct && ch.Description != "" {
				corrections++
			}
		}
		return nil
	})
	if err != nil || versions < 150 || corrections == 0 {
		t.Errorf("%d versions with %d corrections left, %v", versions, corrections, err)
	}
	for _, said := range []string{"Biscuit", "apixaban", "Graze on the right elbow", "Graze on the left elbow"} {
		if !bytes.Contains(text, []byte(said)) {
			t.Errorf("the export says nothing of %q", said)
		}
	}
}

func throughTheBrowser(t *testing.T, address, peggy, fall string) {
	b := openBrowser(t)
	b.do(chromedp.EmulateViewport(390, 844), chromedp.Navigate(address+peggy+"/records/"+fall))
	b.fill("#account", "helen")
	b.fill("#password", storyPassword)
	b.click("form[action='/sign-in'] button.nhsuk-button:not(.nhsuk-password-input__toggle)")
	if text := b.words(); !strings.Contains(text, "Graze on the left elbow") || strings.Contains(text, "You cannot change it") {
		t.Errorf("the fall now: %s", text)
	}
	b.do(chromedp.Navigate(address + peggy + "/look-back"))
	b.fill("#to_day", "21")
	b.fill("#to_month", "3")
	b.fill("#to_year", "2026")
	b.fill("#to_time", "06:00")
	b.click("main form button")
	where, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil || !strings.Contains(where, "at=") {
		t.Fatalf("looking back leads to %s, %v", where, err)
	}
	_, query, _ := strings.Cut(where, "?")
	b.do(chromedp.Navigate(address + peggy + "/records/" + fall + "?" + query))
	text := b.words()
	for _, said := range []string{"Graze on the right elbow", "21 March 2026", "You cannot change it", "Allergy: Penicillin"} {
		if !strings.Contains(text, said) {
			t.Errorf("the fall as at 06:00 does not say %q", said)
		}
	}
}

// browser is one tab of Debian's Chromium.
type browser struct {
	t   *testing.T
	ctx context.Context
}

func openBrowser(t *testing.T) *browser {
	t.Helper()
	const chromium = "/usr/bin/chromium"
	if _, err := os.Stat(chromium); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no browser: the story must be read in one")
		}
		t.Skip("no browser here: run make browser")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chromium), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(filepath.Join(t.TempDir(), "profile")),
	}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel() })
	ctx, timeout := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(timeout)
	return &browser{t, ctx}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) fill(selector, words string) {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.CSS(selector), words))
}

// click presses a button and waits for the page that comes.
func (b *browser) click(selector string) {
	b.t.Helper()
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.t.Fatalf("%s: %v", selector, err)
	}
}

func (b *browser) words() string {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.body.innerText"))
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.Join(strings.Fields(text), " ")
}
