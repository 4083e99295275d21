package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/go-json-experiment/json"

	"rosemary/internal/browser"
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
	handler, _, _, err := doors(in, in.Accounts.Cookies(in.Now, func([]byte) string { return "" }), serving{})
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
	b := browser.Open(t, address)
	b.Do(chromedp.EmulateViewport(390, 844))
	b.Open(peggy + "/records/" + fall)
	b.SignIn("helen", storyPassword)
	if text := b.Words(); !strings.Contains(text, "Graze on the left elbow") || strings.Contains(text, "You cannot change it") {
		t.Errorf("the fall now: %s", text)
	}
	b.Open(peggy + "/look-back")
	b.Fill("#to_day", "21")
	b.Fill("#to_month", "3")
	b.Fill("#to_year", "2026")
	b.Fill("#to_time", "06:00")
	b.Click("main form button")
	where, err := chromedp.Run(b.Ctx, chromedp.Location())
	if err != nil || !strings.Contains(where, "at=") {
		t.Fatalf("looking back leads to %s, %v", where, err)
	}
	_, query, _ := strings.Cut(where, "?")
	b.Open(peggy + "/records/" + fall + "?" + query)
	b.Says("Graze on the right elbow", "21 March 2026", "You cannot change it", "Allergy: Penicillin")
}
