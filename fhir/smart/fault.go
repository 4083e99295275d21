package smart

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"rosemary/standard"
)

// fault is a refusal as OAuth has it.
type fault struct {
	status int
	Code   string `json:"error"`
	Words  string `json:"error_description,omitempty"`
	retry  string
}

func (f *fault) Error() string { return f.Code + ": " + f.Words }

func invalidRequest(words string) *fault {
	return &fault{status: http.StatusBadRequest, Code: "invalid_request", Words: words}
}
func invalidClient(words string) *fault {
	return &fault{status: http.StatusUnauthorized, Code: "invalid_client", Words: words}
}
func invalidGrant(words string) *fault {
	return &fault{status: http.StatusBadRequest, Code: "invalid_grant", Words: words}
}

func tooManyTries() *fault {
	return &fault{status: http.StatusTooManyRequests, Code: "invalid_client", Words: "Too many wrong tries came from this address. Wait half a minute, then try again.", retry: "30"}
}

func notConfigured() *fault {
	return &fault{status: http.StatusServiceUnavailable, Code: "temporarily_unavailable",
		Words: "This installation does not know its own address, so it cannot tell what is meant for it. Whoever looks after it sets address in its configuration."}
}

// faultOf gives the refusal that an error means. What access refuses in words is said in those.
func (s *service) faultOf(err error) *fault {
	var f *fault
	if errors.As(err, &f) {
		return f
	}
	var said *standard.Fault
	if errors.As(err, &said) {
		switch said.Kind {
		case standard.Invalid:
			f := &fault{status: http.StatusBadRequest, Code: "invalid_scope", Words: said.Message}
			for _, p := range said.Problems {
				f.Words += " " + p.Message
			}
			return f
		case standard.Unauthenticated:
			return invalidGrant("The code or token is not valid, or no longer: it may have been used, have expired, or belong to another client.")
		case standard.Busy, standard.Unavailable:
			return &fault{status: http.StatusServiceUnavailable, Code: "temporarily_unavailable", Words: said.Message, retry: "5"}
		}
	}
	instance := uuid.New().URN()
	s.Log.Error("token request failed", "instance", instance, "error", err.Error())
	return &fault{status: http.StatusInternalServerError, Code: "server_error", Words: "Something went wrong inside Rosemary. It was noted as " + instance + "."}
}

func (s *service) refuse(w http.ResponseWriter, err error) {
	f := s.faultOf(err)
	if f.retry != "" {
		w.Header().Set("Retry-After", f.retry)
	}
	s.answer(w, f.status, f)
}

// answer writes a reply. Nothing of it may be kept by what is on the way.
func (s *service) answer(w http.ResponseWriter, status int, body any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Access-Control-Allow-Origin", "*") // an app in a browser asks from its own address; nothing here goes by cookies
	b, err := json.Marshal(body)
	if err != nil {
		s.Log.Error("a reply to a client cannot be written", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(b)
}
