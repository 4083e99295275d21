package smart

import (
	"context"
	"mime"
	"net/http"
	"net/url"

	"rosemary/access"
	"rosemary/access/keyset"
	"rosemary/standard"
)

// mostForm is how long a request for a token may be.
const mostForm = 32 << 10

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// asked is a request that was read.
type asked struct {
	r      *http.Request
	ctx    context.Context
	values url.Values
	base   string
}

// form reads what was posted and refuses what cannot be read; each parameter may come once.
func (s *service) form(answer func(*asked) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Access-Control-Allow-Methods", "POST")
			w.Header().Set("Access-Control-Allow-Headers", "Content-Type, Authorization")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		a, err := s.read(w, r)
		if err != nil {
			s.refuse(w, err)
			return
		}
		body, err := answer(a)
		if err != nil {
			s.refuse(w, err)
			return
		}
		s.answer(w, http.StatusOK, body)
	}
}

func (s *service) read(w http.ResponseWriter, r *http.Request) (*asked, error) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		return nil, &fault{status: http.StatusMethodNotAllowed, Code: "invalid_request", Words: "This address takes POST only."}
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/x-www-form-urlencoded" {
		return nil, invalidRequest("Send a form: Content-Type: application/x-www-form-urlencoded.")
	}
	if r.URL.RawQuery != "" {
		return nil, invalidRequest("Nothing may stand in the address: addresses are written down in logs. Send everything in the form.")
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	if err := r.ParseForm(); err != nil {
		return nil, invalidRequest("The form cannot be read, or is longer than 32 KB.")
	}
	for name, values := range r.PostForm {
		if len(values) > 1 {
			return nil, invalidRequest("The parameter " + name + " came more than once.")
		}
	}
	base := s.base(r)
	if base == "" {
		return nil, notConfigured()
	}
	return &asked{r: r, ctx: r.Context(), values: r.PostForm, base: base}, nil
}

// prove finds out which client asks, by the assertion that it signed. A wrong one counts against the address that it came from.
func (s *service) prove(a *asked) (access.Client, error) {
	c, err := s.proveAssertion(a)
	if err == nil {
		return c, nil
	}
	if f := s.faultOf(err); f.Code == "invalid_client" && !s.tries.Allow(a.r.RemoteAddr, s.Now()) {
		return c, tooManyTries()
	}
	return c, err
}

func (s *service) proveAssertion(a *asked) (access.Client, error) {
	if a.values.Get("client_secret") != "" || a.r.Header.Get("Authorization") != "" {
		return access.Client{}, invalidClient("Shared secrets are not taken. A client signs an assertion with its private key (private_key_jwt).")
	}
	if a.values.Get("client_assertion_type") != assertionType || a.values.Get("client_assertion") == "" {
		return access.Client{}, invalidClient("Send client_assertion, and client_assertion_type=" + assertionType + ".")
	}
	said, err := keyset.Parse(a.values.Get("client_assertion"))
	if err != nil {
		return access.Client{}, invalidClient(err.Error())
	}
	if id := a.values.Get("client_id"); id != "" && id != said.Client {
		return access.Client{}, invalidClient("client_id and the iss of the assertion are not the same.")
	}
	c, err := s.Guard.Client(a.ctx, said.Client)
	if standard.KindOf(err) == standard.NotFound || err == nil && !c.Proves() {
		return access.Client{}, invalidClient("There is no client of this id with keys, or no longer.")
	}
	if err != nil {
		return access.Client{}, err
	}
	keys, err := s.keysOf(a.ctx, c, said.Key)
	if err != nil {
		return access.Client{}, err
	}
	claims, err := keys.Prove(said, c.ID, audiences(a.base), s.Now())
	if err != nil {
		return access.Client{}, invalidClient(err.Error())
	}
	again, err := s.Guard.HeardBefore(a.ctx, c.ID, claims.ID, claims.Expires)
	if err != nil {
		return access.Client{}, err
	}
	if again {
		return access.Client{}, invalidClient("An assertion with this jti was used before. Make a new one for each request.")
	}
	return c, nil
}

// clientOf finds out which client asks: by its assertion, or, of an app without keys, by what it says. Such an app proves itself by what it holds.
func (s *service) clientOf(a *asked) (access.Client, error) {
	if a.values.Get("client_assertion") != "" || a.values.Get("client_secret") != "" || a.r.Header.Get("Authorization") != "" {
		return s.prove(a)
	}
	c, err := s.Guard.Client(a.ctx, a.values.Get("client_id"))
	if standard.KindOf(err) == standard.NotFound || err == nil && c.Proves() {
		if !s.tries.Allow(a.r.RemoteAddr, s.Now()) {
			return c, tooManyTries()
		}
		return c, invalidClient("There is no public client of this id. A client that was registered with keys signs an assertion.")
	}
	return c, err
}
