package api

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// call is one request being answered.
type call struct {
	*service
	w       http.ResponseWriter
	r       *http.Request
	ctx     context.Context
	route   *route
	session *access.Session
	query   query
	status  int // of the reply; 0 while nothing has been written
}

// serve answers one request: every reply of the API passes here.
func (s *service) serve(rt *route, w http.ResponseWriter, r *http.Request) {
	began := s.Now()
	c := &call{service: s, w: w, r: r, ctx: r.Context(), route: rt}
	if !rt.long {
		var done context.CancelFunc
		c.ctx, done = context.WithTimeout(c.ctx, s.Timeout)
		defer done()
	}
	maps.Copy(w.Header(), s.security)
	s.meter.begin()
	defer func() {
		s.meter.end(rt, c.status, s.Now().Sub(began))
		if s.Log.Enabled(c.ctx, levelOf(c.status)) {
			s.Log.Log(c.ctx, levelOf(c.status), "request", "method", rt.method, "route", rt.path, "status", c.status, "took", s.Now().Sub(began))
		}
	}()
	if err := c.run(); err != nil {
		c.fail(err)
	}
}

// run proves, checks and answers. A panic becomes an error that says where it was, never what it was about.
func (c *call) run() (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if e, ok := p.(error); ok && errors.Is(e, http.ErrAbortHandler) {
			panic(p)
		}
		what := fmt.Sprintf("%T", p)
		if e, ok := p.(runtime.Error); ok {
			what = e.Error()
		}
		c.Log.Error("the program failed while answering", "route", c.route.path, "what", what, "where", string(debug.Stack()))
		err = &standard.Fault{Kind: internal, Message: "Something went wrong inside Rosemary. Nothing that was not acknowledged is saved.", Err: errors.New(what)}
	}()
	if !c.route.open {
		if err := c.prove(); err != nil {
			return err
		}
	}
	if err := c.accepts(); err != nil {
		return err
	}
	if err := c.readQuery(); err != nil {
		return err
	}
	return c.route.answer(c)
}

// security is what every reply carries. A handler that says otherwise replaces a header, never adds to it.
func security() map[string][]string {
	return map[string][]string{
		"Cache-Control":                {"no-store"},
		"Content-Security-Policy":      {"default-src 'none'; frame-ancestors 'none'"},
		"X-Content-Type-Options":       {"nosniff"},
		"Referrer-Policy":              {"no-referrer"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
	}
}

// The media types of replies.
const (
	mediaJSON    = "application/json"
	mediaProblem = "application/problem+json"
	mediaSchema  = "application/schema+json"
	mediaLines   = "application/x-ndjson"
)

// accepts refuses a request for a form that the route does not have.
func (c *call) accepts() error {
	given := c.r.Header["Accept"]
	if len(given) == 0 {
		return nil
	}
	gives := c.route.gives
	if gives == "" {
		return nil
	}
	for _, line := range given {
		for part := range strings.SplitSeq(line, ",") {
			media, parameters, _ := strings.Cut(part, ";")
			if takes(strings.ToLower(strings.TrimSpace(media)), gives) && !refusedOutright(parameters) {
				return nil
			}
		}
	}
	return &standard.Fault{Kind: notAcceptable, Message: "This resource comes as " + gives + " only.", Hint: "Leave the Accept header out, or accept that."}
}

func takes(media, gives string) bool {
	switch media {
	case gives, "*/*", "application/*", "":
		return true
	}
	return media == mediaJSON && strings.HasSuffix(gives, "+json")
}

// refusedOutright reports the quality 0, which means: not this one.
func refusedOutright(parameters string) bool {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(name, "q") {
			q, err := strconv.ParseFloat(value, 64)
			return err == nil && q == 0
		}
	}
	return false
}

// buffer lends a buffer for a reply; reply takes it back.
func (c *call) buffer() []byte {
	p, _ := c.buffers.Get().(*[]byte)
	return (*p)[:0]
}

// keptBuffer is the largest buffer that is kept for the next reply.
const keptBuffer = 256 << 10

// reply writes one reply whole and takes its buffer back.
func (c *call) reply(status int, b []byte) error { return c.replyAs(status, c.route.gives, b) }

func (c *call) replyAs(status int, media string, b []byte) error {
	h := c.w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Length", strconv.Itoa(len(b)))
	c.status = status
	c.w.WriteHeader(status)
	_, err := c.w.Write(b)
	if cap(b) <= keptBuffer {
		c.buffers.Put(&b)
	}
	if err != nil {
		c.Log.Debug("the reply did not reach the asker", "route", c.route.path)
	}
	return nil
}

// uid reads an id from the path. What is no id names nothing.
func (c *call) uid(name string) (uuid.UUID, error) {
	id, ok := parseUID(c.r.PathValue(name))
	if !ok {
		return uuid.Nil, errNothingHere()
	}
	return id, nil
}

// parseUID reads an id in the one form that the API writes.
func parseUID(s string) (uuid.UUID, bool) {
	if len(s) != 36 {
		return uuid.Nil, false
	}
	id, err := uuid.Parse(s)
	return id, err == nil && id != uuid.Nil
}

// stream reads which person, or entry of the directory, the path is about.
func (c *call) stream() (uuid.UUID, error) { return c.uid(c.route.of.parameter) }

// view fixes the moment that the request looks at: of the cursor, of the query, or now.
func (c *call) view(after *place) (*access.View, error) {
	at := access.At{}
	switch {
	case after != nil:
		at.Moment = after.moment
	case c.query.has(paramMoment):
		at.Moment = record.Moment(get[int64](c.query, paramMoment))
	case c.query.has(paramAsAt):
		at.Time = get[time.Time](c.query, paramAsAt)
	}
	v, err := c.session.View(c.ctx, at)
	if standard.KindOf(err) != standard.Invalid {
		return v, err
	}
	asked := paramMoment
	if !at.Time.IsZero() {
		asked = paramAsAt
	}
	problems := fault(err).Problems
	for i := range problems {
		problems[i].Path = "?" + asked
	}
	return nil, badQuery(problems)
}

// nowhen is the view of now.
func nowhen() access.At { return access.At{} }

// onStream gives the view that the query asks for, and the stream that the path names.
func (c *call) onStream() (view *access.View, stream uuid.UUID, err error) {
	if stream, err = c.stream(); err != nil {
		return nil, stream, err
	}
	if view, err = c.view(nil); err != nil {
		return nil, stream, err
	}
	return view, stream, c.mustBeOf(view, stream)
}

// onRecord gives the view that the query asks for, and the stream and record that the path names.
func (c *call) onRecord() (view *access.View, stream, rec uuid.UUID, err error) {
	if stream, err = c.stream(); err != nil {
		return nil, stream, rec, err
	}
	if rec, err = c.uid("record"); err != nil {
		return nil, stream, rec, err
	}
	if view, err = c.view(nil); err != nil {
		return nil, stream, rec, err
	}
	return view, stream, rec, c.mustBeOf(view, stream)
}

// mustBeOf refuses a stream of another kind than the address says, as if it did not exist.
func (c *call) mustBeOf(view *access.View, stream uuid.UUID) error {
	kind, err := view.Kind(c.ctx, stream)
	if err == nil && kind != c.route.of.stream {
		err = errNothingHere()
	}
	return err
}
