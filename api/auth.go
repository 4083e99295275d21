package api

import (
	"net/http"
	"strings"

	"rosemary/access"
	"rosemary/standard"
)

// challenge tells a program how to prove itself.
const challenge = `Bearer realm="rosemary"`

// purposeHeader says why a program asks; without it, for direct care.
const purposeHeader = "Rosemary-Purpose"

// prove finds out who asks: by the bearer token, or by the cookie of a signed-in page.
func (c *call) prove() error {
	if given, ok := c.r.Header["Authorization"]; ok {
		return c.proveToken(given)
	}
	if c.SessionFromRequest == nil {
		return unproved("Send a bearer token in the Authorization header.")
	}
	session, err := c.SessionFromRequest(c.r)
	if standard.KindOf(err) == "" && (err != nil || session == nil) {
		return unproved("Sign in, or send a bearer token in the Authorization header.")
	}
	if err != nil {
		return err
	}
	if err := c.sameSite(); err != nil {
		return err
	}
	c.session = session
	return nil
}

func (c *call) proveToken(given []string) error {
	scheme, token, _ := strings.Cut(given[0], " ")
	if len(given) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
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
	session, err := c.service.Guard.TokenSession(c.ctx, token, purpose)
	if standard.KindOf(err) == standard.Unauthenticated {
		// A right token is never turned away: behind one address there can be a whole home, and no token can be guessed.
		if !c.tries.Allow(c.r.RemoteAddr, c.Now()) {
			return &standard.Fault{Kind: tooManyRequests, Message: "Too many wrong tokens came from this address.", Hint: "Wait half a minute, then try again."}
		}
		c.meter.rejected.Inc()
		c.w.Header().Set("WWW-Authenticate", challenge+`, error="invalid_token"`)
		return unproved("This token is not valid, or no longer.")
	}
	c.session = session
	return err
}

func unproved(hint string) error {
	return &standard.Fault{Kind: standard.Unauthenticated, Message: "Nobody is signed in.", Hint: hint}
}

// sameSite refuses a changing request that another site had the browser send: the browser adds the cookie by itself.
func (c *call) sameSite() error {
	if c.r.Method == http.MethodGet || c.r.Method == http.MethodHead {
		return nil
	}
	silent := c.r.Header.Get("Origin") == "" && c.r.Header.Get("Sec-Fetch-Site") == ""
	if silent || c.crossing.Check(c.r) != nil {
		return &standard.Fault{Kind: standard.Forbidden, Message: "This request did not come from a page of Rosemary. Nothing was changed.",
			Hint: "A program sends a bearer token instead of a cookie."}
	}
	return nil
}
