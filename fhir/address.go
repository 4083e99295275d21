package fhir

import (
	"net"
	"net/http"
	"strings"

	"rosemary/access"
	"rosemary/standard"
)

// misdirected is the kind of a request that names a host that this is not known to be.
const misdirected standard.Kind = "misdirected"

// base is the address of the door: the configured one, or else the one that the request came to. Every link is built on it; "" where there is none that can be believed, for a
// caller, or a page that calls itself by another name, could have links lead anywhere.
func (c *call) base() string {
	if c.address == "" {
		if c.Address != "" {
			c.address = strings.TrimSuffix(c.Address, "/") + Root
		} else if reached(c.r) {
			scheme := "http"
			if c.r.TLS != nil {
				scheme = "https"
			}
			c.address = scheme + "://" + c.r.Host + Root
		}
	}
	return c.address
}

// reached reports whether a request names this machine as such, or the very address at which it arrived.
func reached(r *http.Request) bool {
	name := r.Host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.Trim(name, "[]")
	if access.IsLoopback(name) {
		return true
	}
	at, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return at != nil && at.IP.Equal(net.ParseIP(name))
}

func (c *call) notHere() error {
	return &standard.Fault{Kind: misdirected, Message: "The service is not known to be reached under the name that this request uses. Nothing was changed.",
		Hint: "Whoever runs it says in its configuration, as `address`, where it is reached from outside."}
}
