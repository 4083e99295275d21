package fhir

import (
	"strings"

	"rosemary/access"
	"rosemary/standard"
)

const (
	challenge     = `Bearer realm="rosemary"`
	purposeHeader = "Rosemary-Purpose" // why a program asks; without it, for direct care
)

// prove finds out who asks, by the bearer token.
func (c *call) prove() error {
	if c.service.Session != nil {
		session, err := c.service.Session(c.r)
		if err != nil || session != nil {
			c.session = session
			return err
		}
	}
	given := c.r.Header["Authorization"]
	if len(given) != 1 {
		return unproved("Send one bearer token in the Authorization header.")
	}
	scheme, token, _ := strings.Cut(given[0], " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return unproved("Send one bearer token in the Authorization header: Bearer, a space, the token.")
	}
	purpose := access.DirectCare
	if text := c.r.Header.Get(purposeHeader); text != "" {
		purpose = access.Purpose(text)
	}
	if !purpose.Known() {
		return &standard.Fault{Kind: badRequest, Message: "The header " + purposeHeader + " does not name a purpose that is known.",
			Hint: "It may be direct-care, management, inspection, administration or own-request."}
	}
	var session *access.Session
	var err error
	if access.IsClientToken(token) {
		session, err = c.Guard.ClientSession(c.ctx, token, purpose, c.kindOf)
	} else {
		session, err = c.Guard.TokenSession(c.ctx, token, purpose)
	}
	if standard.KindOf(err) == standard.Unauthenticated {
		// A right token is never turned away: behind one address there can be a whole home, and no token can be guessed.
		if !c.tries.Allow(c.r.RemoteAddr, c.Now()) {
			return &standard.Fault{Kind: tooMany, Message: "Too many wrong tokens came from this address.", Hint: "Wait half a minute, then try again."}
		}
		c.w.Header().Set("WWW-Authenticate", challenge+`, error="invalid_token"`)
		return unproved("This token is not valid, or no longer.")
	}
	c.session = session
	return err
}

func unproved(hint string) error {
	return &standard.Fault{Kind: standard.Unauthenticated, Message: "Nobody is signed in.", Hint: hint}
}
