package fhir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/definition"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/standard"
)

// call is one request being answered, or one entry of a Bundle.
type call struct {
	*service
	w       http.ResponseWriter
	r       *http.Request
	ctx     context.Context
	route   *route
	words   map[string]string // of the path
	session *access.Session
	query   url.Values
	address string // of the door, once it is known
	format  format
	m       *mapping.Mapper
	seen    *access.View         // one view for the whole request
	inner   bool                 // an entry of a Bundle: who asks is proved, and what was sent is read
	entry   *resource.Node       // what an entry holds
	targets map[uuid.UUID]target // what references of this request point at
	beside  map[uuid.UUID][]beside
	linked  mapping.Links             // see links
	modes   map[string]*resource.Node // why an entry is in a result, as a node for all entries
	date    askedDate                 // the last that something was held against
	bundled map[string]*sentFile      // files that entries of the Bundle bring, by what others of it call them
	broken  error                     // what went wrong while a resource was read
	passing bool                      // a whole record goes by: what is made of it is not left for others
}

// reply is what answers a call.
type reply struct {
	status int
	header http.Header
	node   *resource.Node // nil: no body
	plain  string         // a body that was written otherwise
	stream func(w http.ResponseWriter) error
	serve  func(w http.ResponseWriter, r *http.Request) // answers by itself, headers and all
	open   io.Closer                                    // what serve closes, and who does not let it serve
}

// serve answers one request: every reply of the door passes here.
func (s *service) serve(w http.ResponseWriter, r *http.Request) {
	c := &call{service: s, w: w, r: r}
	var done context.CancelFunc
	c.ctx, done = context.WithTimeout(r.Context(), s.Timeout)
	defer done()
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Vary", "Accept, Authorization")
	out, err := c.run()
	if err != nil {
		out = c.failure(err)
	}
	if err := c.send(out); err != nil {
		s.Log.Debug("the reply did not reach the asker", "route", c.routePath())
	}
}

func (c *call) routePath() string {
	if c.route == nil {
		return Root
	}
	return c.route.path
}

// run proves, checks and answers. A panic becomes an error that says where it was, never what it was about.
func (c *call) run() (out *reply, err error) {
	defer func() {
		if p := recover(); p != nil {
			c.Log.Error("the program failed while answering", "route", c.routePath(), "what", fmt.Sprintf("%T", p), "where", string(debug.Stack()))
			err = &standard.Fault{Kind: internal, Message: "Something went wrong inside Rosemary. Nothing that was not acknowledged is saved.", Err: errors.New("panic")}
		}
	}()
	if c.m, err = c.mapper(); err != nil {
		return nil, err
	}
	query, queryErr := url.ParseQuery(c.r.URL.RawQuery)
	c.query = query
	if err := c.negotiate(); err != nil {
		return nil, err
	}
	if c.base() == "" {
		return nil, c.notHere()
	}
	if queryErr != nil {
		return nil, &standard.Fault{Kind: badRequest, Message: "The parameters of the address cannot be read."}
	}
	path := strings.TrimSuffix(strings.TrimPrefix(c.r.URL.Path, Root), "/")
	var other []string
	if c.route, c.words, other = c.find(c.r.Method, path); c.route == nil {
		if len(other) > 0 {
			c.w.Header().Set("Allow", strings.Join(other, ", "))
			return nil, &standard.Fault{Kind: methodNotAllowed, Message: "This address does not take the method of the request.", Hint: "It takes " + strings.Join(other, ", ") + "."}
		}
		return nil, errNothingHere()
	}
	if !c.route.open && !c.inner {
		if err := c.prove(); err != nil {
			return nil, err
		}
	}
	if name := c.words["type"]; name != "" {
		if err := c.mustHold(name); err != nil {
			return nil, err
		}
	}
	if err := c.inScope(); err != nil {
		return nil, err
	}
	return c.route.answer(c)
}

// mustHold refuses types that no record is.
func (c *call) mustHold(name string) error {
	if _, is := c.m.Definitions.ResourceType(name); len(c.m.ClassesOf(name)) > 0 || is && c.route.name == "$validate" {
		return nil
	}
	if name == binaryType {
		return &standard.Fault{Kind: methodNotAllowed, Message: onlyByItself}
	}
	if slices.Contains(definition.Types(), name) {
		return &standard.Fault{Kind: methodNotAllowed, Message: "A " + name + " is made here from the class files and the mapping. It can be read and searched for, and nothing else."}
	}
	return &standard.Fault{Kind: standard.NotFound, Message: "No record is kept as " + name + " here."}
}

// bodies are buffers in which replies were written: a list of twenty is tens of kilobytes, which would be thrown away for each request.
var bodies = sync.Pool{New: func() any { return new([]byte) }}

const mostKept = 1 << 20

// send writes a reply.
func (c *call) send(out *reply) error {
	h := c.w.Header()
	for name, values := range out.header {
		h[name] = values
	}
	if out.serve != nil {
		out.serve(c.w, c.r)
		return nil
	}
	if out.stream != nil {
		h.Set("Content-Type", c.format.media())
		c.w.WriteHeader(out.status)
		return out.stream(c.w)
	}
	var body []byte
	switch {
	case out.plain != "":
		body = []byte(out.plain)
	case out.node != nil:
		room := bodies.Get().(*[]byte)
		body = c.format.append((*room)[:0], out.node)
		if cap(body) <= mostKept {
			defer func() { *room = body; bodies.Put(room) }()
		}
	}
	if body != nil {
		h.Set("Content-Type", c.format.media())
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	c.w.WriteHeader(out.status)
	if c.r.Method == http.MethodHead {
		return nil
	}
	_, err := c.w.Write(body)
	return err
}

// local takes the address of the door off a reference.
func (c *call) local(ref string) string {
	if rest, ours := strings.CutPrefix(ref, c.base()); ours && strings.HasPrefix(rest, "/") {
		return rest[1:]
	}
	return ref
}

// view is the one moment that the request looks at.
func (c *call) view() (*access.View, error) {
	if c.seen != nil {
		return c.seen, nil
	}
	v, err := c.session.View(c.ctx, access.At{})
	if err == nil {
		c.seen = v
	}
	return v, err
}
