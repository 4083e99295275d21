package serving_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"rosemary/internal/serving"
)

// TestBehindAProxyVisitorsAreToldApart: by the address that the proxy saw itself, and by nothing that a visitor wrote before it.
func TestBehindAProxyVisitorsAreToldApart(t *testing.T) {
	var came string
	handler := serving.Forwarded(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { came = r.RemoteAddr }))
	for _, tt := range []struct {
		lines []string
		want  string
	}{
		{nil, "127.0.0.1:99"},
		{[]string{"192.0.2.7"}, "192.0.2.7:0"},
		{[]string{"198.51.100.1, 192.0.2.7"}, "192.0.2.7:0"},
		{[]string{"198.51.100.1", "192.0.2.7"}, "192.0.2.7:0"},
		{[]string{" 192.0.2.7:4711 "}, "192.0.2.7:4711"},
		{[]string{"2001:db8::7"}, "[2001:db8::7]:0"},
		{[]string{"[2001:db8::7]"}, "[2001:db8::7]:0"},
		{[]string{"[2001:db8::7]:4711"}, "[2001:db8::7]:4711"},
		{[]string{"192.0.2.7, unknown"}, "127.0.0.1:99"},
		{[]string{""}, "127.0.0.1:99"},
		{[]string{"192.0.2.7,"}, "127.0.0.1:99"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/pass", nil)
		r.RemoteAddr = "127.0.0.1:99"
		for _, line := range tt.lines {
			r.Header.Add("X-Forwarded-For", line)
		}
		handler.ServeHTTP(httptest.NewRecorder(), r)
		if came != tt.want || r.RemoteAddr != "127.0.0.1:99" {
			t.Errorf("%q: %s, and the request says %s", tt.lines, came, r.RemoteAddr)
		}
	}
}
