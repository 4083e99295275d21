package web

import (
	"errors"
	"net/http"

	"rosemary/standard"
)

// problemPage says that something did not work: what happened, and what to do.
type problemPage struct {
	Frame
	Message string
	Hint    string
	Lines   []string // every fault, where there are several
}

// answer is what a kind of fault becomes on a page.
type answer struct {
	status int
	title  string
	hint   string // where the fault has none
}

// answers is the table of kinds. A kind that is not here is ours to put right.
func answerOf(kind standard.Kind) answer {
	switch kind {
	case standard.Invalid:
		return answer{http.StatusUnprocessableEntity, "That could not be done", "Go back and try again."}
	case standard.Conflict, standard.Reused:
		return answer{http.StatusConflict, "That could not be saved", "Go back to the record and look at what stands there now."}
	case standard.NotFound:
		return answer{http.StatusNotFound, "Page not found",
			"If you typed the address, check it. If you followed a link, the person may have moved to a home that is not yours: ask the manager."}
	case standard.Gone:
		return answer{http.StatusGone, "This is no longer held", "Ask the manager."}
	case standard.Unauthenticated:
		return answer{http.StatusUnauthorized, "You are not signed in", "Sign in and try again."}
	case standard.Forbidden:
		return answer{http.StatusForbidden, "You may not do this", "If you need to, ask the manager of the home."}
	case standard.TooLarge:
		return answer{http.StatusRequestEntityTooLarge, "That is too much at once", "Send less at once."}
	case standard.Busy:
		return answer{http.StatusServiceUnavailable, "Rosemary is busy", "Nothing was changed. Go back, wait a moment and try again."}
	case standard.Unavailable:
		return answer{http.StatusServiceUnavailable, "Rosemary cannot save just now",
			"Nothing was changed. Write down what matters on paper, and tell whoever looks after this computer."}
	}
	return answer{http.StatusInternalServerError, "Something went wrong",
		"It is not your fault. Go back and try again. If it happens again, tell whoever looks after Rosemary, and write down what matters on paper meanwhile."}
}

// fail shows a fault as a page. What only the operator can use goes to the log, never with content of a record.
func (c *call) fail(err error) {
	kind := standard.KindOf(err)
	a := answerOf(kind)
	if a.status >= http.StatusInternalServerError {
		c.config.Log.Error("page", "method", c.r.Method, "pattern", c.r.Pattern, "kind", string(kind), "error", err)
	}
	page := problemPage{Frame: c.frame(a.title), Message: "Rosemary could not do what you asked.", Hint: a.hint}
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind != standard.Broken {
		page.Message = fault.Message
		if fault.Hint != "" {
			page.Hint = fault.Hint
		}
		for _, p := range fault.Problems {
			page.Lines = append(page.Lines, p.Message)
		}
	}
	c.renderStatus(a.status, "problem", page)
}

// crossOrigin refuses a form that did not come from one of our own pages.
func (s *server) crossOrigin(w http.ResponseWriter, r *http.Request) {
	safeHeaders(w.Header())
	c := &call{server: s, w: w, r: r, ctx: r.Context()}
	c.listen()
	c.fail(&standard.Fault{
		Kind: standard.Forbidden, Message: "This was sent from another site, or by a browser that does not say where it comes from. Nothing was changed.",
		Hint: "Open Rosemary itself and try again.",
	})
}

func (c *call) notFound() error { return errNowhere() }
