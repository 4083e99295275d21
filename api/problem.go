package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"rosemary/standard"
)

// The kinds of failure that only a door over HTTP knows.
const (
	badRequest           standard.Kind = "bad-request"
	methodNotAllowed     standard.Kind = "method-not-allowed"
	notAcceptable        standard.Kind = "not-acceptable"
	unsupportedMedia     standard.Kind = "unsupported-media-type"
	preconditionRequired standard.Kind = "precondition-required"
	preconditionFailed   standard.Kind = "precondition-failed"
	tooManyRequests      standard.Kind = "too-many-requests"
	timedOut             standard.Kind = "timed-out"
	internal             standard.Kind = "internal"
)

// outcome is how a kind of failure shows over HTTP.
type outcome struct {
	status int
	title  string
	retry  int // seconds after which trying again makes sense; 0: it does not
}

// outcomeOf is the one table of kinds.
func outcomeOf(kind standard.Kind) (outcome, bool) {
	o, ok := map[standard.Kind]outcome{
		standard.Invalid:         {422, "What was sent has faults", 0},
		standard.Conflict:        {409, "The record has moved on", 0},
		standard.Reused:          {409, "The contribution id was used before", 0},
		standard.NotFound:        {404, "Nothing here", 0},
		standard.Gone:            {410, "No longer here", 0},
		standard.Unauthenticated: {401, "Not signed in", 0},
		standard.Forbidden:       {403, "Not allowed", 0},
		standard.TooLarge:        {413, "Too large", 0},
		standard.Busy:            {503, "Busy", 1},
		standard.Broken:          {500, "Stored data does not prove itself", 0},
		standard.Unavailable:     {503, "Not available", 10},
		badRequest:               {400, "The request could not be understood", 0},
		methodNotAllowed:         {405, "Method not allowed", 0},
		notAcceptable:            {406, "Not available in that form", 0},
		preconditionFailed:       {412, "The record has moved on", 0},
		unsupportedMedia:         {415, "Not in a form that is understood", 0},
		preconditionRequired:     {428, "Say which version was changed", 0},
		tooManyRequests:          {429, "Too many tries", 30},
		timedOut:                 {503, "It took too long", 5},
		internal:                 {500, "Something went wrong", 0},
	}[kind]
	return o, ok
}

// errNothingHere is the one answer for what does not exist and for what the asker may not know of.
func errNothingHere() error {
	return &standard.Fault{Kind: standard.NotFound, Message: "There is nothing here, or nothing that you may see."}
}

// badQuery refuses query parameters.
func badQuery(problems []standard.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &standard.Fault{Kind: badRequest, Message: "The address has query parameters that cannot be used. Nothing was done.", Problems: problems}
}

// problemSent is an error with what the sender sent, for showing both sides of a conflict.
type problemSent struct {
	error
	current func(b []byte) []byte // appends the versions that stand there now
	sent    func(b []byte) []byte // appends the changes that were refused
}

func (p *problemSent) Unwrap() error { return p.error }

// fault finds what an error says about itself. What it does not say is never shown.
func fault(err error) *standard.Fault {
	var f *standard.Fault
	switch {
	case errors.As(err, &f):
		if f.Kind == standard.NotFound { // one answer, whatever the reason
			return &standard.Fault{Kind: standard.NotFound, Message: "There is nothing here, or nothing that you may see.", Err: f.Err}
		}
		return f
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &standard.Fault{Kind: timedOut, Message: "The request took too long and was given up.", Hint: "If it was to save something, send it again with the same contribution id: it is saved once at most.", Err: err}
	}
	return &standard.Fault{Kind: internal, Message: "Something went wrong inside Rosemary.", Hint: "If it was to save something, send it again with the same contribution id: it is saved once at most.", Err: err}
}

// fail writes an error as an RFC 9457 problem.
func (c *call) fail(err error) {
	f := fault(err)
	o, ok := outcomeOf(f.Kind)
	if !ok {
		f = fault(errors.New("an error of the unknown kind " + string(f.Kind)))
		o, _ = outcomeOf(f.Kind)
	}
	h := c.w.Header()
	h.Del("ETag")
	h.Del("Last-Modified")
	h.Set("Cache-Control", "no-store")
	if o.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(o.retry))
	}
	if o.status == http.StatusUnauthorized && h.Get("WWW-Authenticate") == "" {
		h.Set("WWW-Authenticate", challenge)
	}
	instance := ""
	if o.status >= 500 {
		instance = uuid.New().URN()
		c.Log.Error("request failed", "route", c.route.path, "method", c.route.method, "kind", string(f.Kind), "instance", instance, "error", f.Error())
	}
	b := c.appendProblem(c.buffer(), f, o, instance)
	var both *problemSent
	if errors.As(err, &both) {
		b = b[:len(b)-1]
		b = append(both.current(append(appendKey(b, "current"), '[')), ']')
		b = append(both.sent(append(appendKey(b, "sent"), '[')), ']')
		b = append(b, '}')
	}
	_ = c.replyAs(o.status, mediaProblem, b)
}

func (c *call) appendProblem(b []byte, f *standard.Fault, o outcome, instance string) []byte {
	b = append(b, '{')
	b = appendText(b, "type", "urn:rosemary:problem:"+string(f.Kind))
	b = appendText(b, "title", o.title)
	b = appendInt(b, "status", int64(o.status))
	detail := f.Message
	if f.Hint != "" {
		detail += " " + f.Hint
	}
	b = appendText(b, "detail", detail)
	if instance != "" {
		b = appendText(b, "instance", instance)
	}
	if len(f.Problems) > 0 {
		b = append(appendKey(b, "problems"), '[')
		for _, p := range f.Problems {
			b = append(appendComma(b), '{')
			b = appendText(b, "path", p.Path)
			b = appendText(b, "rule", p.Rule)
			if p.Value != "" {
				b = appendText(b, "value", p.Value)
			}
			b = append(appendText(b, "message", p.Message), '}')
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// levelOf says how loudly a reply is logged.
func levelOf(status int) slog.Level {
	if status >= 500 {
		return slog.LevelError
	}
	return slog.LevelDebug
}
