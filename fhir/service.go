package fhir

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/bulk"
	"rosemary/fhir/definition"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/fhir/subscription"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer/exchange"
)

// Root is where the door is.
const Root = "/fhir/R4"

// OAuth is where clients get tokens for it, where SMART on FHIR is served.
const OAuth = "/oauth"

// Beside holds what resources said and records have no place for, as programs kept it that had no place for it in the log.
type Beside interface {
	// Any reports whether there is anything.
	Any() bool
	// Kept calls fn with what stands beside versions of some records of a stream, each with its number, in rising order of that.
	Kept(ctx context.Context, stream uuid.UUID, recs []uuid.UUID, fn func(rec uuid.UUID, number int, body []byte)) error
}

// Config is what the door is made of. Guard, Catalogue, System, Beside and Now must be given.
type Config struct {
	Guard     *access.Guard
	Catalogue *standard.Catalogue
	System    string // identifier of this installation
	Beside    Beside
	Zone      *time.Location
	Now       func() time.Time
	Log       *slog.Logger
	// Address is where the service is reached from outside; "": it answers who names this machine, or the address that it listens at, and nobody else.
	Address string
	// SMART says that clients get tokens under OAuth.
	SMART bool
	// Session proves who asks in another way than by a token of this installation. Nil: by such tokens only. It gives nil, nil for what it does not know.
	Session func(*http.Request) (*access.Session, error)
	// Bulk does exports of many people; nil: there are none.
	Bulk *bulk.Desk
	// Exchange asks other systems for people; nil: nobody can be asked for.
	Exchange *exchange.Exchange
	// Subscriptions tells other programs of what is committed; nil: nobody can subscribe.
	Subscriptions *subscription.Desk
	// Timeout is how long one request may take; zero: 30 seconds.
	Timeout time.Duration
}

// service is the door at work.
type service struct {
	Config
	routes  []*route
	tries   *access.Tries
	mapper  func() (*mapping.Mapper, error) // made when it is first asked for: most installations start without a FHIR client waiting
	library func() (*definition.Library, error)
	// conditional is held while it is found out whether there is such a resource, and something is done because of the answer: two at once would both find none.
	conditional sync.Mutex
	entries     sync.Map // uuid.UUID of a directory entry to its class, which never changes
}

// Door is the handler of /fhir/R4, and what goes on behind it by itself.
type Door struct{ service *service }

// ServeHTTP answers one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.service.serve(w, r) }

// Run does what goes on by itself, until the context ends.
func (d *Door) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	if d.service.Bulk != nil {
		running.Go(func() { d.service.Bulk.Run(ctx, d.service.writeExport) })
	}
	if d.service.Subscriptions != nil {
		running.Go(func() { d.service.Subscriptions.Run(ctx, announcer{d.service}) })
	}
}

// New returns the door. What goes on by itself needs its Run.
func New(c Config) *Door {
	s := &service{Config: c, tries: access.NewTries()}
	if s.Zone == nil {
		s.Zone = time.UTC
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Timeout == 0 {
		s.Timeout = 30 * time.Second
	}
	s.mapper = sync.OnceValues(func() (*mapping.Mapper, error) {
		definitions, err := resource.Load()
		if err != nil {
			return nil, err
		}
		return mapping.New(c.Catalogue, definitions)
	})
	s.library = sync.OnceValues(func() (*definition.Library, error) {
		m, err := s.mapper()
		if err != nil {
			return nil, err
		}
		return definition.New(c.Catalogue, m)
	})
	s.routes = table()
	return &Door{s}
}

// versionID is what a version is called in FHIR: its number; with a word for the system, where that is another.
func (s *service) versionID(v *record.Version) string { return versionName(s.System, v.VersionID) }
