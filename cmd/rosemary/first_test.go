package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/access"
	"rosemary/internal/installation"
)

// TestTheFirstMinute: an empty installation says how the first account is made, and who has it is led through the first steps.
func TestTheFirstMinute(t *testing.T) {
	in, err := installation.Open(t.Context(), installation.Options{Dir: filepath.Join(t.TempDir(), "data"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var out heard
	done := make(chan error, 1)
	go func() { done <- serve(ctx, in, serving{listen: "127.0.0.1:0"}, &out) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	}()
	base := out.wait(t, `ready: (http://\S+)`)
	if said := out.wait(t, `(rosemary user add --data \S+ --role administrator)`); !strings.Contains(said, in.Dir) {
		t.Errorf("it is said for another folder: %s", said)
	}
	if err := in.Guard.CreateAccount(t.Context(), access.NewAccount{Account: "sam", Name: "Sam", Password: "long enough a password", Role: "administrator"}); err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/sign-in", strings.NewReader(url.Values{"account": {"sam"}, "password": {"long enough a password"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", base)
	reply, err := (&http.Client{Jar: jar}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	page, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"Begin here", `href="/directory/new/service-provider"`, `href="/directory/new/care-worker"`, "rosemary user add"} {
		if !strings.Contains(string(page), words) {
			t.Errorf("the first page, %s, lacks %q", reply.Request.URL, words)
		}
	}
}
