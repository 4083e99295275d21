package serving

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Forwarded takes from the proxy in front who asks, so that visitors are told apart where wrong tries are counted. Only for an installation that says it stands
// behind one: anybody else could write that header. The last address counts, the one that the proxy itself saw; those before it are what the visitor said.
func Forwarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lines := r.Header.Values("X-Forwarded-For")
		if len(lines) > 0 {
			last := lines[len(lines)-1]
			if at, ok := visitor(last[strings.LastIndexByte(last, ',')+1:]); ok {
				r = r.Clone(r.Context())
				r.RemoteAddr = at
			}
		}
		next.ServeHTTP(w, r)
	})
}

// visitor reads an address, with or without a port, and gives it as one of a connection.
func visitor(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if at, err := netip.ParseAddrPort(text); err == nil {
		return at.String(), true
	}
	at, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return net.JoinHostPort(at.String(), "0"), err == nil
}
