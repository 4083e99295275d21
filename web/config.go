package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/klauspost/compress/gzhttp"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/care/merge"
	"rosemary/care/oversight"
	"rosemary/care/quick"
	"rosemary/standard"
	"rosemary/standard/conformance"
	"rosemary/transfer/exchange"
	"rosemary/web/assets"
)

// Config is what the pages are made of.
type Config struct {
	Guard     *access.Guard
	System    string // the system's identifier, and the public keys that it signs with: they stand on copies that leave
	Keys      []string
	Catalogue *standard.Catalogue
	Assets    *assets.Assets
	Sessions  scs.Store // where signed-in sessions of browsers are kept
	Now       func() time.Time
	Zone      *time.Location
	Log       *slog.Logger
	Exchange  *exchange.Exchange // the conversation with other systems; nil: there is none
	Outbox    *outbox.Desk       // where devices report; nil: none may keep work without a network
	Own       OwnFiles           // the provider's own forms and classes; nil: there are none to manage
	Downtime  Downtime           // how the making of the downtime pack goes; nil: none is made
	FileLimit int64              // how many bytes a record may have that is taken in as a file; 0: maxSent
	Secure    bool               // the pages are reached by HTTPS only
	Demo      *DemoNotice        // only for the demonstration
	// Issuer gives the address of the FHIR service as this request may trust it, "" where there is none; nil: no app of others can be allowed.
	Issuer func(*http.Request) string
}

// Downtime tells how the making of the downtime pack goes.
type Downtime interface {
	// On reports whether packs are made.
	On() bool
	// State tells when the last one was made (zero: never), and whether the last attempt failed.
	State() (made time.Time, failing bool)
	// Often tells how long it is from one to the next.
	Often() time.Duration
}

// DemoNotice is shown on the sign-in page of the demonstration, where everybody and everything is invented.
type DemoNotice struct {
	Text     string
	Password string // everybody's
	Accounts []DemoAccount
}

// DemoAccount is somebody the visitor can sign in as.
type DemoAccount struct {
	Account string
	Name    string
	Role    string
	Try     string // what to look at as them
}

// maxPosted is how much one form may hold: a note of 60,000 characters many times over.
const maxPosted = 8 << 20

// server is the pages.
type server struct {
	config   Config
	sessions *scs.SessionManager
	tongues  []*tongue                    // the languages that pages can be read in, English first
	duties   []oversight.Duty             // what the law asks a service to decide about
	mux      *http.ServeMux               // all pages, without what stands around them
	posters  map[string]func(*call) error // the pages by their patterns
	merging  *merge.Rules                 // which kinds of record are put together field by field
	bundling chan struct{}                // held by the device that fetches its pages
	offline  *offline                     // what devices keep
	resumed  func()                       // writes, once, what had come in from devices when the program ended
	// declaration of conformance, made when it is first asked for
	declaration func() (*conformance.Declaration, error)

	tables              // of the pages about a whole home
	quick  *quick.Lists // what is chosen with one touch
}

// New makes the pages.
func New(c Config) (http.Handler, error) {
	if c.Guard == nil || c.Catalogue == nil || c.Assets == nil || c.Sessions == nil || c.Now == nil || c.Zone == nil {
		return nil, fmt.Errorf("web: the configuration is not complete")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.FileLimit == 0 {
		c.FileLimit = maxSent
	}
	if err := c.Assets.Check(); err != nil {
		c.Log.Warn(err.Error())
	}
	tongues, err := readTongues(c)
	if err != nil {
		return nil, err
	}
	if _, err := tongues[0].pages(); err != nil {
		return nil, err
	}
	duties, err := oversight.StandardDuties()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	lists, err := quick.Standard()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s := &server{config: c, sessions: newSessions(c), tongues: tongues, duties: duties, quick: lists}
	if s.tables, err = readTables(c.Catalogue); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s.mux, s.resumed = s.routes(), sync.OnceFunc(s.resume)
	if s.merging, err = merge.StandardRules(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s.bundling = make(chan struct{}, 1)
	if c.Outbox != nil {
		known := func(pattern string) bool { return s.posters[pattern] != nil }
		class := func(id string) bool { _, ok := c.Catalogue.Class(id); return ok }
		if s.offline, err = readOffline(offlineFile, known, class); err != nil {
			return nil, err
		}
	}
	s.declaration = sync.OnceValues(func() (*conformance.Declaration, error) { return conformance.Declare(c.Catalogue) })
	compressed, err := gzhttp.NewWrapper(gzhttp.RandomJitter(64, 0, false)) // padding hides what a secret beside a search word would compress to
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/assets/", compressed(c.Assets))
	s.appFiles(mux, compressed)
	s.deviceDoors(mux, compressed)
	mux.Handle("/", s.guarded(compressed(s.sessions.LoadAndSave(s.mux))))
	return mux, nil
}

// contentPolicy is what a page may load, and where it may post to.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded keeps other sites from posting here, bounds what is posted and says what a page may load.
func (s *server) guarded(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(s.crossOrigin))
	return protection.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		safeHeaders(w.Header())
		if unsafeMethod(r.Method) && r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
			s.crossOrigin(w, r) // every browser that we support says where a form comes from
			return
		}
		most := int64(maxPosted)
		switch {
		case r.URL.Path == takeFilePath:
			most = s.config.FileLimit
		case withFiles(r):
			most = maxSent
		case r.URL.Path == pathEntries:
			most = outbox.MaxEnvelope
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		next.ServeHTTP(w, r)
	}))
}

// safeHeaders say what a page may load and do, and that nobody keeps it.
func safeHeaders(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
}

func unsafeMethod(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}
