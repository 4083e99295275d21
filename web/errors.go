package web

import (
	"errors"
	"net/http"

	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/form"
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
		return answer{http.StatusUnprocessableEntity, plain.Sentence("That could not be done"), plain.Sentence("Go back and try again.")}
	case standard.Conflict, standard.Reused:
		return answer{http.StatusConflict, plain.Sentence("That could not be saved"), plain.Sentence("Go back to the record and look at what stands there now.")}
	case standard.NotFound:
		return answer{http.StatusNotFound, plain.Sentence("Page not found"),
			plain.Sentence("If you typed the address, check it. If you followed a link, the person may have moved to a home that is not yours: ask the manager.")}
	case standard.Gone:
		return answer{http.StatusGone, plain.Sentence("This is no longer held"), plain.Sentence("Ask the manager.")}
	case standard.Unauthenticated:
		return answer{http.StatusUnauthorized, plain.Sentence("You are not signed in"), plain.Sentence("Sign in and try again.")}
	case standard.Forbidden:
		return answer{http.StatusForbidden, plain.Sentence("You may not do this"), plain.Sentence("If you need to, ask the manager of the home.")}
	case standard.TooLarge:
		return answer{http.StatusRequestEntityTooLarge, plain.Sentence("That is too much at once"), plain.Sentence("Send less at once.")}
	case standard.Busy:
		return answer{http.StatusServiceUnavailable, plain.Sentence("Rosemary is busy"), plain.Sentence("Nothing was changed. Go back, wait a moment and try again.")}
	case standard.Unavailable:
		return answer{http.StatusServiceUnavailable, plain.Sentence("Rosemary cannot save just now"),
			plain.Sentence("Nothing was changed. Write down what matters on paper, and tell whoever looks after this computer.")}
	}
	return answer{http.StatusInternalServerError, plain.Sentence("Something went wrong"),
		plain.Sentence("It is not your fault. Go back and try again. If it happens again, tell whoever looks after Rosemary, and write down what matters on paper meanwhile.")}
}

// fail shows a fault as a page. What only the operator can use goes to the log, never with content of a record.
func (c *call) fail(err error) {
	kind := standard.KindOf(err)
	a := answerOf(kind)
	if a.status >= http.StatusInternalServerError {
		c.config.Log.Error("page", "method", c.r.Method, "pattern", c.r.Pattern, "kind", string(kind), "error", err)
	}
	page := problemPage{Frame: c.frame(c.word(a.title)), Message: c.word("Rosemary could not do what you asked."), Hint: c.word(a.hint)}
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind != standard.Broken {
		page.Message = c.fault(fault.Message)
		if fault.Hint != "" {
			page.Hint = c.fault(fault.Hint)
		}
		for _, p := range fault.Problems {
			page.Lines = append(page.Lines, c.fault(p.Message))
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

// fault words a fault that was made in English by another room, where it is a sentence that is known.
func (c *call) fault(english string) string { return form.Fault(c.words, english) }
