package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestWrongTriesAreCountedByVisitor: behind a proxy one visitor does not lock out the others; without one nobody gets more tries by writing a header.
func TestWrongTriesAreCountedByVisitor(t *testing.T) {
	in, _ := opening(t)
	now := in.Now()
	in.Now = func() time.Time { return now } // tries come back with time
	for proxied, want := range map[bool]int{true: http.StatusUnauthorized, false: http.StatusTooManyRequests} {
		handler, _, _, err := doors(in, in.Accounts.Cookies(in.Now, func([]byte) string { return "" }), serving{proxied: proxied})
		if err != nil {
			t.Fatal(err)
		}
		ask := func(from string) int {
			r := httptest.NewRequest(http.MethodGet, "/api/directory", nil)
			r.Header.Set("Authorization", "Bearer rosemary_wrong")
			r.Header.Set("X-Forwarded-For", from)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			return w.Code
		}
		tries := 0
		for ask("192.0.2.7") == http.StatusUnauthorized {
			if tries++; tries > 10_000 {
				t.Fatal("wrong tokens are not counted")
			}
		}
		if got := ask("192.0.2.8"); got != want {
			t.Errorf("behind a proxy %v: the other visitor gets %d", proxied, got)
		}
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
}
