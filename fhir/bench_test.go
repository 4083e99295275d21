package fhir_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// BenchmarkHotPaths measures the same work through FHIR and through the native API, without a network: write one note, read one, list twenty; and twenty notes at once.
func BenchmarkHotPaths(b *testing.B) {
	w := fixture.New(b)
	door, native := at(w, "carer"), w.As("carer")
	text := strings.Repeat("Sat with them after tea, talked about the garden. ", 18)
	path := ""
	for range 25 {
		path, _, _ = strings.Cut(door.Post("/fhir/R4/Observation", note(w, text)).Want(201).Header.Get("Location"), "/_history/")
	}
	path = strings.TrimPrefix(path, "http://localhost")
	own := "/api/people/" + w.Person.String() + "/records"
	plain := fmt.Sprintf(`{"class":"daily-note","content":{"when":"2026-03-16T07:30:00Z","freeText":%q}}`, text)
	ownPath := native.Post(own, plain).Want(201).Header.Get("Location")
	var entries []string
	for range 20 {
		entries = append(entries, `{"request":{"method":"POST","url":"Observation"},"resource":`+note(w, text)+`}`)
	}
	for _, one := range []struct {
		name, method, path, body string
		door                     *fixture.Caller
		status                   int
	}{
		{"native post", "POST", own, plain, native, 201},
		{"fhir post", "POST", "/fhir/R4/Observation", note(w, text), door, 201},
		{"native get", "GET", ownPath, "", native, 200},
		{"fhir get", "GET", path, "", door, 200},
		{"native list twenty", "GET", own + "?class=daily-note&limit=20&from=2026-03-01", "", native, 200},
		{"fhir search twenty", "GET", "/fhir/R4/Observation?patient=" + w.Person.String() + "&date=ge2026-03-01&_count=20", "", door, 200},
		{"fhir transaction of twenty", "POST", "/fhir/R4", `{"resourceType":"Bundle","type":"transaction","entry":[` + strings.Join(entries, ",") + `]}`, door, 200},
	} {
		b.Run(one.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(one.method, one.path, strings.NewReader(one.body))
				r.Host = "localhost"
				r.Header.Set("Authorization", "Bearer "+one.door.Token)
				r.Header.Set("Prefer", "return=minimal")
				if one.body != "" {
					r.Header.Set("Content-Type", "application/json")
				}
				reply := httptest.NewRecorder()
				one.door.Handler.ServeHTTP(reply, r)
				if reply.Code != one.status {
					b.Fatalf("%d: %s", reply.Code, reply.Body)
				}
			}
		})
	}
}
