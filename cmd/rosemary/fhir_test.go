package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestTheFHIRDoorIsOpen: the server answers FHIR at its own address, over a real connection, and what was written there is in the directory.
func TestTheFHIRDoorIsOpen(t *testing.T) {
	in, token := opening(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out heard
	done := make(chan error, 1)
	go func() { done <- serve(ctx, in, serving{listen: "127.0.0.1:0"}, &out) }()
	base := out.wait(t, `ready: (http://\S+)`)
	ask := func(method, path, body string) (*http.Response, string) {
		t.Helper()
		r, _ := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/fhir+json")
		reply, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = reply.Body.Close() }()
		text, _ := io.ReadAll(reply.Body)
		return reply, string(text)
	}
	if reply, text := ask(http.MethodGet, "/fhir/R4/metadata", ""); reply.StatusCode != 200 || !strings.Contains(text, `"fhirVersion":"4.0.1"`) {
		t.Fatalf("%d %s", reply.StatusCode, text)
	}
	reply, text := ask(http.MethodPost, "/fhir/R4/Organization", `{"resourceType":"Organization","identifier":[{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"ZZ9"}],"name":"Harbour Surgery"}`)
	if reply.StatusCode != 201 {
		t.Fatalf("%d %s", reply.StatusCode, text)
	}
	path := strings.TrimPrefix(reply.Header.Get("Location"), base)
	if reply, again := ask(http.MethodGet, path, ""); reply.StatusCode != 200 || again != text {
		t.Errorf("%d %s", reply.StatusCode, again)
	}
	if _, text := ask(http.MethodGet, "/api/directory", ""); !strings.Contains(text, "Harbour Surgery") {
		t.Errorf("the directory knows nothing of it: %s", text)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
}
