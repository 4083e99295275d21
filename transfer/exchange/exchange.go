package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// Config is what an exchange is made of. Everything must be there but the Logger.
type Config struct {
	System    string
	Keys      *record.Keys
	AllKeys   []string // every public key that the system has signed with
	Book      Book
	Guard     *access.Guard
	Catalogue *standard.Catalogue
	Zone      *time.Location
	Now       func() time.Time
	Log       *slog.Logger // hears of what is in the way, never of content; nil: slog.Default()
	Dir       string       // where packages lie, sealed, until they have gone or are taken in
	// Prove proves the last contributions of streams under a signed checkpoint.
	Prove func(ctx context.Context, heads []record.StreamInfo) (transfer.Proof, error)
	Keep  access.RequestRule // how long requests that led to nothing tell whom they were about
}

// Exchange is this system's side of the conversation with others.
type Exchange struct {
	Config
	Choices *Choices
	door    http.Handler
	client  *http.Client
	wake    chan struct{}
	pulse   time.Duration // how often the courier looks for work

	mu      sync.Mutex
	running map[uuid.UUID]*progress
	next    map[uuid.UUID]time.Time // when a case is looked at again
	byHand  map[hand]*carriage      // what each account takes in or gives in a file, or did last
}

// progress is how far something is that goes on at this moment.
type progress struct {
	mu          sync.Mutex
	done, total int64
}

func (p *progress) set(done, total int64) {
	p.mu.Lock()
	p.done, p.total = done, total
	p.mu.Unlock()
}

// Write counts what goes through.
func (p *progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	p.done += int64(len(b))
	p.mu.Unlock()
	return len(b), nil
}

// New makes the exchange of a system.
func New(c Config) (*Exchange, error) {
	if c.System == "" || c.Keys == nil || c.Book == nil || c.Guard == nil || c.Catalogue == nil || c.Zone == nil || c.Now == nil || c.Dir == "" || c.Prove == nil || c.Keep.Days < 1 {
		return nil, errors.New("exchange: the configuration is not complete")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	choices, err := StandardChoices()
	if err != nil {
		return nil, err
	}
	x := &Exchange{Config: c, Choices: choices, wake: make(chan struct{}, 1), pulse: glance, running: map[uuid.UUID]*progress{}, next: map[uuid.UUID]time.Time{}, byHand: map[hand]*carriage{}, client: newClient()}
	x.door = x.routes()
	return x, nil
}

// Own is this system's public key, and its fingerprint, to be read to others.
func (x *Exchange) Own() (key, fingerprint string) {
	return x.Keys.Public(), record.Fingerprint(x.Keys.Public())
}

// Progress tells how far what goes on with a case at this moment is, in bytes; false when nothing does. Total is zero where it is not known.
func (x *Exchange) Progress(id uuid.UUID) (done, total int64, ok bool) {
	x.mu.Lock()
	p := x.running[id]
	x.mu.Unlock()
	if p == nil {
		return 0, 0, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done, p.total, true
}

// outgoing is the file of a package that was packed here.
func (x *Exchange) outgoing(id uuid.UUID) string {
	return filepath.Join(x.Dir, "out-"+id.String()+".sealed")
}

// incoming is the file of a package on its way in: another package has another name, so that the pieces of two never meet.
func (x *Exchange) incoming(id uuid.UUID, s *Statement) string {
	return filepath.Join(x.Dir, "in-"+id.String()+"-"+s.Hash.String()[:16]+".sealed")
}

// folder makes the folder of packages where there is none.
func (x *Exchange) folder() error {
	if err := os.MkdirAll(x.Dir, 0o700); err != nil {
		return &standard.Fault{Kind: standard.Unavailable, Message: "There is no place for packages.", Hint: "Tell whoever looks after this computer.", Err: err}
	}
	return nil
}

// drop removes the files of a case: its package has gone, was taken in, or is no longer wanted.
func (x *Exchange) drop(id uuid.UUID) {
	for _, pattern := range []string{"out-" + id.String() + ".*", "in-" + id.String() + "-*"} {
		names, _ := filepath.Glob(filepath.Join(x.Dir, pattern))
		for _, name := range names {
			if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
				x.Log.Warn("a package could not be removed", "error", err)
			}
		}
	}
}

// stir lets the courier look at once.
func (x *Exchange) stir(id uuid.UUID) {
	x.mu.Lock()
	delete(x.next, id)
	x.mu.Unlock()
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// known gives a system that something is exchanged with.
func (x *Exchange) known(ctx context.Context, system string) (Peer, error) {
	p, err := x.Book.Peer(ctx, system)
	if err == nil && p.Gone() {
		err = &standard.Fault{Kind: standard.Forbidden, Message: fmt.Sprintf("Nothing is exchanged with %s any more.", p.Name), Hint: "Add the system again, if that was a mistake."}
	}
	return p, err
}
