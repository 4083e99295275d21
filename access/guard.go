package access

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Signer signs what somebody attests, with the installation's key.
type Signer interface {
	Sign(message []byte) (key string, signature []byte, err error)
}

// Config is what a guard is made of. Everything must be there but the Logger and the Searcher.
type Config struct {
	Catalogue     *standard.Catalogue
	Recorder      *record.Recorder
	Log           record.Log
	Register      Register
	Accounts      Accounts
	Trail         Trail
	Passes        Passes
	Holdings      Holdings // nil: nothing of theirs can wait
	Clients       Clients  // nil: no program or app of others can be registered
	Drafts        Drafts
	Attachments   Attachments
	Leases        Leases                                                 // nil: no planned dose can be held for one browser
	Searcher      Searcher                                               // nil: records cannot be searched
	Segments      Segments                                               // nil: nothing can be received, and nobody is asked whether something was
	Restorer      Restorer                                               // keeps the files that come with it
	Ratifier      Ratifier                                               // nil: nothing can be ratified
	Destroyer     Destroyer                                              // nil: nothing can be destroyed
	Retention     *Retention                                             // how long records are kept; nil: nothing can be destroyed
	Forgetters    []Forgetter                                            // who must forget what is destroyed
	Testify       func(ctx context.Context, certificate uuid.UUID) error // puts a certificate on the list outside the data folder; nil: there is none
	Rules         []record.Rule                                          // of care, that hold at every door
	Subscriptions Subscriptions                                          // what programs of others are told; nil: none can be
	Keepers       []record.Keeper                                        // work out what is kept beside what is recorded
	Unwritten     func(ctx context.Context) ([]Unsaved, error)           // what devices have sent and could not be saved; nil: nothing can be
	Signer        Signer
	Policy        *Policy
	Now           func() time.Time
	Zone          *time.Location // where today is decided
	Logger        *slog.Logger   // hears of alarms, never of content; nil: slog.Default()
	Waiting       int            // how many entries of the log of who saw what wait at most before they are merged; 0: 10,000
}

// Guard is the only maker of sessions. One process has one.
type Guard struct {
	config      Config
	hasher      *hasher
	book        *book
	banner      []string                 // classes of the safety banner
	pack        []string                 // classes that go to hospital with somebody beside those
	stranger    []string                 // those of them that are shown of a joined record that may not be read
	certificate map[string]bool          // classes that certify what was destroyed
	placement   map[string]bool          // classes that tell where a person lives
	turns       turns                    // whoever is judged by a rule of care is judged alone
	ratifies    sync.Map                 // segments that are being ratified at this moment
	shown       map[Role]map[string]bool // the classes that a role sees; a role that is not here sees all
}

// New makes a guard. Run must be called for the log of who saw what to be written while it is at work, and Close at the end.
func New(c Config) (*Guard, error) {
	if c.Catalogue == nil || c.Recorder == nil || c.Log == nil || c.Register == nil || c.Accounts == nil || c.Trail == nil || c.Passes == nil || c.Drafts == nil || c.Attachments == nil ||
		c.Signer == nil || c.Policy == nil || c.Now == nil || c.Zone == nil {
		return nil, errors.New("access: the configuration of the guard is incomplete")
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Searcher == nil {
		c.Searcher = noSearch{}
	}
	if c.Leases == nil {
		c.Leases = noLeases{}
	}
	if c.Holdings == nil {
		c.Holdings = noHoldings{}
	}
	if c.Clients == nil {
		c.Clients = noClients{}
	}
	if c.Waiting <= 0 {
		c.Waiting = 10_000
	}
	g := &Guard{config: c, hasher: newHasher(), placement: map[string]bool{}, certificate: map[string]bool{}}
	g.book = &book{trail: c.Trail, now: c.Now, logger: c.Logger, limit: c.Waiting, merged: map[Entry]*Entry{}}
	seen := map[string]bool{}
	for _, role := range c.Policy.BannerRoles() {
		for _, class := range c.Catalogue.ClassesWithRole(role) {
			if !seen[class.ID] {
				seen[class.ID] = true
				g.banner = append(g.banner, class.ID)
				if !class.HasRole(standard.ClassRolePerson) && !class.HasRole(standard.ClassRolePlacement) {
					g.stranger = append(g.stranger, class.ID)
				}
			}
		}
	}
	g.pack = g.packClasses()
	for _, class := range c.Catalogue.ClassesWithRole(standard.ClassRoleCertificate) {
		g.certificate[class.ID] = true
	}
	g.shown = g.shownClasses()
	for _, class := range c.Catalogue.ClassesWithRole(standard.ClassRolePlacement) {
		g.placement[class.ID] = true
	}
	return g, nil
}

// Run writes the log of who saw what, within a second of each reply, until the context ends; then it writes what is left.
func (g *Guard) Run(ctx context.Context) {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_ = g.book.flush(ctx) // it has raised the alarm itself
		case <-ctx.Done():
			_ = g.Close(context.WithoutCancel(ctx))
			return
		}
	}
}

// Close writes what is left of the log of who saw what.
func (g *Guard) Close(ctx context.Context) error { return g.book.flush(ctx) }

func (g *Guard) today() string { return g.config.Now().In(g.config.Zone).Format(time.DateOnly) }

// notFound is the one answer for what does not exist and for what may not be known of.
func notFound() error {
	return &standard.Fault{
		Kind: standard.NotFound, Message: "There is nothing here, or nothing that you may see.",
		Hint: "Check the address. If you should see it, ask your manager.",
	}
}

// forbidden refuses what may be known of but not done.
func forbidden(message, hint string) error {
	return &standard.Fault{Kind: standard.Forbidden, Message: message, Hint: hint}
}
