package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-json-experiment/json"

	"rosemary/access"
)

// How long somebody stays signed in: not longer than a shift, and not longer than a break without doing anything.
const (
	idleTime = 30 * time.Minute
	mostTime = 12 * time.Hour
)

// The values of a browser's session. None of them is content of a record.
const (
	keyAccount = "account"
	keyPurpose = "purpose"
	keyHolder  = "holder" // names the browser where it holds something open
	keySaid    = "said"   // what the next page says was done
)

func newSessions(c Config) *scs.SessionManager {
	m := scs.New()
	m.Store = c.Sessions
	m.Codec = cookieCodec{}
	m.IdleTimeout, m.Lifetime = idleTime, mostTime
	m.HashTokenInStore = false // the store hashes
	m.Cookie.Name = "rosemary"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = c.Secure
	m.Cookie.Persist = false // ends with the browser
	m.ErrorFunc = func(w http.ResponseWriter, _ *http.Request, err error) {
		c.Log.Error("session of a browser", "error", err)
		http.Error(w, "Rosemary cannot look up who is signed in just now. Nothing was changed. Try again in a moment.", http.StatusServiceUnavailable)
	}
	return m
}

// cookieCodec keeps the values of a session as JSON: strings only.
type cookieCodec struct{}

type cookieData struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// Encode writes a session's values.
func (cookieCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	d := cookieData{Deadline: deadline, Values: map[string]string{}}
	for key, v := range values {
		s, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("session value %s is no string", key)
		}
		d.Values[key] = s
	}
	return json.Marshal(d)
}

// Decode reads them.
func (cookieCodec) Decode(data []byte) (time.Time, map[string]any, error) {
	var d cookieData
	if err := json.Unmarshal(data, &d); err != nil {
		return time.Time{}, nil, fmt.Errorf("stored session: %w", err)
	}
	values := map[string]any{}
	for key, v := range d.Values {
		values[key] = v
	}
	return d.Deadline, values, nil
}

// AccountOf reads from a stored session whose it is; "" when nobody has signed in. Stores of sessions need it to end those of an account.
func AccountOf(data []byte) string {
	_, values, err := cookieCodec{}.Decode(data)
	if err != nil {
		return ""
	}
	account, _ := values[keyAccount].(string)
	return account
}

// purposeOf is what somebody uses the record for, by what they may do: who records gives care, who only reads inspects, who does neither administers.
func (s *server) purposeOf(ctx context.Context, account string) (access.Purpose, error) {
	session, err := s.config.Guard.Session(ctx, account, access.DirectCare)
	switch {
	case err != nil:
		return "", err
	case session.Principal().Guest():
		purpose, _ := session.PassPurpose()
		return purpose, nil
	case session.May(access.ToRecord):
		return access.DirectCare, nil
	case session.May(access.ToRead):
		return access.Inspection, nil
	}
	return access.Administration, nil
}

// ownPath is where to go after signing in: a page of ours, or the first one.
func ownPath(asked string) string {
	u, err := url.Parse(asked)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(asked, "/") ||
		strings.HasPrefix(asked, "//") || strings.ContainsAny(asked, "\\\r\n\t") || strings.HasPrefix(u.Path, "/sign-") {
		return "/"
	}
	return u.RequestURI()
}
