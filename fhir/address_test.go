package fhir_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rosemary/fhir"
	"rosemary/internal/fixture"
)

// TestLinksLeadHere is the proof of the hazard "a link that leads a program with its token to somebody else": links are built on the configured address, or on one at which this is reached.
func TestLinksLeadHere(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	config := fhir.Config{Guard: w.Guard, Catalogue: w.Catalogue, System: w.Identity.System, Beside: w.BesideFHIR, Zone: w.Zone, Now: w.Clock.Now, Log: w.Logger}
	asks := func(door http.Handler, host, proto string) (status int, body string) {
		t.Helper()
		server := httptest.NewServer(door) // that a request was really received at an address counts
		defer server.Close()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/fhir/R4/Patient?_count=1", nil)
		if err != nil {
			t.Fatal(err)
		}
		if host != "" {
			r.Host = host
		}
		r.Header.Set("Authorization", "Bearer "+w.Token("carer"))
		if proto != "" {
			r.Header.Set("X-Forwarded-Proto", proto)
			r.Header.Set("X-Forwarded-Host", "evil.example")
		}
		reply, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = reply.Body.Close() }()
		var text strings.Builder
		if err := reply.Write(&text); err != nil {
			t.Fatal(err)
		}
		return reply.StatusCode, text.String()
	}
	unnamed := fhir.New(config)
	config.Address = "https://records.example/"
	named := fhir.New(config)
	for _, host := range []string{"evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.1.2.3", "[::2]:80"} {
		if status, body := asks(unnamed, host, ""); status != 421 || !strings.Contains(body, "OperationOutcome") || strings.Contains(body, "evil") || strings.Contains(body, "Whitlock") {
			t.Errorf("%s: %d %s", host, status, body)
		}
		if status, body := asks(named, host, "http"); status != 200 || !strings.Contains(body, `"https://records.example/fhir/R4/Patient/`) || strings.Contains(body, "evil") {
			t.Errorf("%s where the address is known: %d %s", host, status, body)
		}
	}
	for host, base := range map[string]string{"": `"http://127.0.0.1:`, "localhost:8080": `"http://localhost:8080/fhir/R4/Patient`, "[::1]:8080": `"http://[::1]:8080/fhir`} {
		if status, body := asks(unnamed, host, "https"); status != 200 || !strings.Contains(body, base) || strings.Contains(body, "evil") {
			t.Errorf("%q: %d %s", host, status, body)
		}
	}
}
