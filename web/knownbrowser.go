package web

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"
)

// A browser in which somebody has signed in is known by a secret of its own. Wrong tries there are counted by themselves: else whoever knows the names of the staff could shut all of
// them out, from anywhere, by trying passwords.
const (
	knownCookie = "rosemary-known"
	knownFor    = 90 * 24 * time.Hour
	knownMost   = 100      // accounts of one browser; beyond, all are forgotten
	knownSecret = "known " // before the secret, in the store of sessions: no secret of one kind is good for the other
	knownYes    = "yes"
)

// knownBrowser gives the secret of the browser if an account has signed in there before; "" else.
func (c *call) knownBrowser(account string) string {
	secret, accounts := c.signedInHere()
	if accounts[strings.ToLower(strings.TrimSpace(account))] == nil {
		return ""
	}
	return secret
}

// signedInHere gives the secret of the browser, and who has signed in there before.
func (c *call) signedInHere() (secret string, accounts map[string]any) {
	cookie, err := c.r.Cookie(knownCookie)
	if err != nil || cookie.Value == "" {
		return "", nil
	}
	data, found, err := c.config.Sessions.Find(knownSecret + cookie.Value)
	if err != nil || !found {
		return "", nil
	}
	if _, accounts, err = (cookieCodec{}).Decode(data); err != nil {
		return "", nil
	}
	return cookie.Value, accounts
}

// knowBrowser remembers that an account has signed in in this browser. Whoever has proved themselves is let in also where that cannot be kept.
func (c *call) knowBrowser(account string) {
	secret, accounts := c.signedInHere()
	if secret == "" {
		secret = rand.Text()
	}
	if accounts == nil || len(accounts) >= knownMost {
		accounts = map[string]any{}
	}
	accounts[account] = knownYes
	until := c.config.Now().Add(knownFor)
	data, err := cookieCodec{}.Encode(until, accounts)
	if err == nil {
		err = c.config.Sessions.Commit(knownSecret+secret, data, until)
	}
	if err != nil {
		c.config.Log.Warn("a browser cannot be remembered", "error", err)
		return
	}
	http.SetCookie(c.w, &http.Cookie{Name: knownCookie, Value: secret, Path: "/", MaxAge: int(knownFor / time.Second), HttpOnly: true, Secure: c.config.Secure, SameSite: http.SameSiteLaxMode})
}
