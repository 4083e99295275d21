package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus"

	"rosemary/access"
	"rosemary/standard"
	"rosemary/transfer/exchange"
)

// Config is what the API is made of. Guard, Catalogue, System and Now must be given.
type Config struct {
	Guard     *access.Guard
	Catalogue *standard.Catalogue
	System    string   // identifier of this installation
	Keys      []string // public keys that exports name, so that others can check them
	Zone      *time.Location
	Now       func() time.Time
	Log       *slog.Logger
	// Exchange is the conversation with other systems; nil: there is none.
	Exchange *exchange.Exchange
	// Ready tells whether the installation can serve; nil: always.
	Ready func(context.Context) error
	// State tells where the installation stands; nil: nobody can.
	State func(context.Context) (State, error)
	// SessionFromRequest gives the session of a signed-in page, for requests without a bearer token. Nil: tokens only. An error
	// without a kind counts as nobody signed in.
	SessionFromRequest func(*http.Request) (*access.Session, error)
	// Metrics is where figures are gathered; nil: a registry of the API's own.
	Metrics *prometheus.Registry
	// Timeout is how long one request may take, exports excepted; zero: 30 seconds.
	Timeout time.Duration
}

// service is the API at work.
type service struct {
	Config
	routes   []*route
	meter    *meter
	tries    *access.Tries
	buffers  sync.Pool                  // of *[]byte: replies
	standard func() (*published, error) // written when it is first asked for
	crossing *http.CrossOriginProtection
	security map[string][]string // headers of every reply
}

// compressFrom is the size from which replies are compressed.
const compressFrom = 2048

// New returns the handler of /api, /api/..., /healthz and /metrics.
func New(c Config) http.Handler {
	s := &service{Config: c.withDefaults(), tries: access.NewTries(), crossing: http.NewCrossOriginProtection(), security: security()}
	s.buffers.New = func() any { b := make([]byte, 0, 8<<10); return &b }
	s.meter = newMeter(s.Metrics)
	s.standard = sync.OnceValues(func() (*published, error) { return publish(s.Catalogue) })
	s.routes = s.table()
	mux := http.NewServeMux()
	for _, path := range s.paths() {
		mux.Handle(path, s.resource(path))
	}
	unknown := &route{method: "any", path: "/api/", open: true, answer: (*call).unknown}
	mux.Handle("/", s.only(unknown))
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(compressFrom), gzhttp.CompressionLevel(1), gzhttp.EnableZstd(false), gzhttp.RandomJitter(32, 0, false))
	if err != nil { // only options that contradict each other; these do not
		return mux
	}
	return compress(mux)
}

func (c Config) withDefaults() Config {
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	if c.State == nil {
		c.State = noState
	}
	if c.Metrics == nil {
		c.Metrics = prometheus.NewRegistry()
	}
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	return c
}

// paths lists the paths of the table, each once.
func (s *service) paths() []string {
	var paths []string
	for _, r := range s.routes {
		if !slices.Contains(paths, r.path) {
			paths = append(paths, r.path)
		}
	}
	return paths
}

// resource answers all methods of one path.
func (s *service) resource(path string) http.Handler {
	byMethod := map[string]*route{}
	var allow []string
	for _, r := range s.routes {
		if r.path != path {
			continue
		}
		byMethod[r.method] = r
		allow = append(allow, r.method)
		if r.method == http.MethodGet {
			byMethod[http.MethodHead] = r
			allow = append(allow, http.MethodHead)
		}
	}
	other := &route{method: "other", path: path, open: true, answer: refuseMethod(strings.Join(allow, ", "))}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := byMethod[r.Method]
		if at == nil {
			at = other
		}
		s.serve(at, w, r)
	})
}

func (s *service) only(r *route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { s.serve(r, w, req) })
}

func refuseMethod(allow string) func(*call) error {
	return func(c *call) error {
		c.w.Header().Set("Allow", allow)
		return &standard.Fault{Kind: methodNotAllowed, Message: "This resource does not take the method of the request.", Hint: "It takes " + allow + "."}
	}
}

// unknown answers every path that is not in the table.
func (c *call) unknown() error { return errNothingHere() }
