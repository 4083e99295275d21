package api_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// BenchmarkHotPaths measures what a busy home does all day, without a network: write one record, read one, list twenty, be refused.
func BenchmarkHotPaths(b *testing.B) {
	w := fixture.New(b)
	text := strings.Repeat("Sat with them after tea, talked about the garden. ", 18)
	var at string
	for range 25 {
		at = w.As("carer").Post(person(w)+"/records", note(text)).Want(201).Header.Get("Location")
	}
	token := "Bearer " + w.Token("carer")
	for _, one := range []struct {
		name, method, path, body string
		status                   int
	}{
		{"post one", "POST", person(w) + "/records", note(text), 201},
		{"get one", "GET", at, "", 200},
		{"list twenty", "GET", person(w) + "/records?class=daily-note&limit=20", "", 200},
		{"refused", "POST", person(w) + "/records", `{"class":"daily-note","content":{}}`, 422},
		{"who am I", "GET", "/api/session", "", 200},
		{"index", "GET", "/api", "", 200},
	} {
		b.Run(one.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(one.method, one.path, strings.NewReader(one.body))
				r.Header.Set("Authorization", token)
				if one.body != "" {
					r.Header.Set("Content-Type", "application/json")
				}
				reply := httptest.NewRecorder()
				w.API.ServeHTTP(reply, r)
				if reply.Code != one.status {
					b.Fatal(fmt.Sprint(reply.Code, reply.Body))
				}
			}
		})
	}
}
