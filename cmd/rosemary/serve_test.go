package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/standard"
)

// heard gathers what a server prints.
type heard struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.Write(p)
}

// wait waits for something to be printed and gives what the expression's group found.
func (h *heard) wait(t *testing.T, expression string) string {
	t.Helper()
	wanted := regexp.MustCompile(expression)
	for range 500 {
		h.mu.Lock()
		found := wanted.FindStringSubmatch(h.b.String())
		h.mu.Unlock()
		if found != nil {
			return found[1]
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s was never printed", expression)
	return ""
}

func opening(t *testing.T) (*installation.Installation, string) {
	t.Helper()
	in, err := installation.Open(t.Context(), installation.Options{Dir: filepath.Join(t.TempDir(), "data"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Guard.CreateAccount(t.Context(), access.NewAccount{Account: "ada", Name: "Ada", Password: "long enough a password", Role: "administrator"}); err != nil {
		t.Fatal(err)
	}
	token, err := in.Guard.NewToken(t.Context(), "ada", "test", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return in, token
}

// TestAStopLetsGoOfNothing: a request that is under way finishes, and who looked at what is written.
func TestAStopLetsGoOfNothing(t *testing.T) {
	in, token := opening(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out heard
	done := make(chan error, 1)
	go func() { done <- serve(ctx, in, serving{listen: "127.0.0.1:0"}, &out) }()
	base := out.wait(t, `ready: (http://\S+)`)

	body, send := io.Pipe() // a request that takes its time
	answered := make(chan string, 1)
	go func() {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/directory", body)
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		reply, err := http.DefaultClient.Do(r)
		if err != nil {
			answered <- err.Error()
			return
		}
		defer func() { _ = reply.Body.Close() }()
		text, _ := io.ReadAll(reply.Body)
		answered <- fmt.Sprint(reply.StatusCode, " ", string(text))
	}()
	_, _ = io.WriteString(send, `{"changes": [{"type": "create", "class": "service-provider", `)
	time.Sleep(100 * time.Millisecond)
	stop()
	time.Sleep(100 * time.Millisecond)
	if _, err := http.Get(base + "/healthz"); err == nil {
		t.Error("a new request is answered while it stops")
	}
	_, _ = io.WriteString(send, `"content": {"name": "Harbour House", "organisationIdentifier": "ZZ1"}}]}`)
	_ = send.Close()
	if got := <-answered; !strings.HasPrefix(got, "201") {
		t.Errorf("the request under way: %s", got)
	}
	if err := <-done; err != nil {
		t.Errorf("serve: %v", err)
	}
	head, _, err := in.Log.Head(t.Context())
	if err != nil || head != 1 {
		t.Errorf("the log ends at %d, %v", head, err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestFiguresForTheOperator: they are there, from this machine only, and no label grows with what callers send.
func TestFiguresForTheOperator(t *testing.T) {
	in, token := opening(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out heard
	done := make(chan error, 1)
	go func() { done <- serve(ctx, in, serving{listen: "127.0.0.1:0", metrics: "127.0.0.1:0"}, &out) }()
	base, at := out.wait(t, `ready: (http://\S+)`), out.wait(t, `Figures: (http://\S+)`)
	ask := func(method, url string) (int, string) {
		t.Helper()
		r, _ := http.NewRequestWithContext(t.Context(), method, url, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		reply, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = reply.Body.Close() }()
		text, _ := io.ReadAll(reply.Body)
		return reply.StatusCode, string(text)
	}
	gather := func() string {
		t.Helper()
		code, text := ask(http.MethodGet, at)
		if code != 200 {
			t.Fatalf("figures: %d %s", code, text)
		}
		return text
	}
	if code, _ := ask(http.MethodGet, base+"/metrics"); code != 404 {
		t.Errorf("the main address gives figures too: %d", code)
	}
	ask(http.MethodGet, base+"/api/people")
	ask("BREW", base+"/api/people")
	ask("BREW", base+"/people/peggy")
	first := gather()
	for _, name := range []string{
		"rosemary_writes_total{outcome=\"kept\"}", "rosemary_writes_waiting", "rosemary_database_bytes", "rosemary_database_log_bytes",
		"rosemary_disk_free_bytes{folder=\"data\"}", "rosemary_moment", "rosemary_epoch 1", "rosemary_checkpoint_behind", "rosemary_backup_behind",
		"rosemary_access_log_waiting", "rosemary_api_request_seconds_bucket", "rosemary_pages_request_seconds_bucket", "process_resident_memory_bytes",
	} {
		if !strings.Contains(first, name) {
			t.Errorf("%s is missing", name)
		}
	}
	for n := range 50 {
		ask(http.MethodGet, fmt.Sprintf("%s/people/peggy-%d", base, n))
		ask(http.MethodGet, fmt.Sprintf("%s/api/people/peggy-%d", base, n))
		ask(fmt.Sprintf("BREW%d", n), base+"/api/people")
		ask(fmt.Sprintf("BREW%d", n), base+"/people")
	}
	second := gather()
	if more := strings.Count(second, "\n") - strings.Count(first, "\n"); more > 60 {
		t.Errorf("%d lines more after different requests", more)
	}
	for _, word := range []string{"peggy", "BREW", token, `"ada"`} {
		if strings.Contains(second, word) {
			t.Errorf("the figures hold %q", word)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAnAddressThatIsTaken(t *testing.T) {
	in, _ := opening(t)
	defer func() { _ = in.Close() }()
	var out heard
	err := serve(t.Context(), in, serving{listen: "192.0.2.1:1"}, &out)
	if standard.KindOf(err) != standard.Unavailable || !strings.Contains(err.Error(), "cannot listen on 192.0.2.1:1") {
		t.Errorf("serve says %v", err)
	}
}
