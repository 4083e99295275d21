package subscription

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// The desk's measures.
const (
	atOnce     = 4 // subscriptions that are served at the same time
	usualMost  = 20
	leastRetry = time.Second
	mostRetry  = 5 * time.Minute
	usualTries = 20                 // about an hour
	keepEvents = 7 * 24 * time.Hour // behind their acknowledgement, for whoever asks for them again
	mostOfOne  = 50                 // subscriptions of one account
)

// Config is what a desk is made of. Book, Head and Now must be given.
type Config struct {
	Book  Book
	Head  func(ctx context.Context) (record.Moment, error) // the last moment that was committed
	Now   func() time.Time
	Log   *slog.Logger // hears of what is in the way, never of content; nil: slog.Default()
	Rules Rules
	Note  func(context.Context, Noted) error // tells the log of who saw what of a change; without an error it is on the disk. nil: nobody is told
	Tries int                                // how often in a row something may fail; 0: the usual
	Pulse time.Duration                      // how often it looks for work; 0: half a second
}

// Desk keeps subscriptions and serves them.
type Desk struct {
	Config
	client *http.Client

	mu      sync.Mutex
	running map[uuid.UUID]bool
}

// New makes a desk.
func New(c Config) *Desk {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Tries == 0 {
		c.Tries = usualTries
	}
	if c.Pulse == 0 {
		c.Pulse = time.Second / 2
	}
	return &Desk{Config: c, client: c.Rules.client(), running: map[uuid.UUID]bool{}}
}

// Begin keeps a new subscription. It tells of what is committed from now on.
func (d *Desk) Begin(ctx context.Context, a Asked) (*Subscription, error) {
	all, err := d.Book.All(ctx)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, s := range all {
		if s.Account == a.Account {
			n++
		}
	}
	if n >= mostOfOne {
		return nil, &standard.Fault{Kind: standard.TooLarge, Message: "This account has 50 subscriptions already.", Hint: "Delete some first."}
	}
	head, err := d.Head(ctx)
	if err != nil {
		return nil, err
	}
	now := d.Now().UTC()
	s := &Subscription{ID: uuid.Must(uuid.NewV7()), Asked: a, State: Requested, Version: 1, Created: now, Changed: now, Moment: head}
	return s, d.noted(ctx, s, "", false, func() error { return d.Book.Add(ctx, s) })
}

// Renew changes what is asked for. It is proved by a handshake again, and goes on where it was: what was committed meanwhile is told. Off stops it.
func (d *Desk) Renew(ctx context.Context, id uuid.UUID, version int, a Asked, off bool) (*Subscription, error) {
	now := d.Now().UTC()
	return d.amend(ctx, id, "", func(s *Subscription) error {
		if version != 0 && s.Version != version {
			return &standard.Fault{Kind: standard.Conflict, Message: "The subscription has changed since."}
		}
		s.Asked, s.State, s.Version, s.Changed = a, Requested, s.Version+1, now
		s.Trouble, s.Tries, s.Next = "", 0, time.Time{}
		if off {
			s.State = Off
		}
		return nil
	})
}

// Stop turns a subscription off: for whoever looks after the program.
func (d *Desk) Stop(ctx context.Context, id uuid.UUID, why string) (*Subscription, error) {
	now := d.Now().UTC()
	return d.amend(ctx, id, why, func(s *Subscription) error {
		s.State, s.Trouble, s.Version, s.Changed = Off, why, s.Version+1, now
		return nil
	})
}

// End lets go of a subscription.
func (d *Desk) End(ctx context.Context, s *Subscription) error {
	return d.noted(ctx, s, "", true, func() error { return d.Book.Remove(ctx, s.ID) })
}

// Run serves all subscriptions until the context ends.
func (d *Desk) Run(ctx context.Context, source Source) {
	var working sync.WaitGroup
	defer working.Wait()
	tick := time.NewTicker(d.Pulse)
	defer tick.Stop()
	trimmed := time.Time{}
	for {
		if err := d.glance(ctx, source, &working); err != nil && ctx.Err() == nil {
			d.Log.Error("the subscriptions cannot be looked after", "error", err)
		}
		if now := d.Now(); now.Sub(trimmed) > time.Hour {
			trimmed = now
			if err := d.Book.Trim(ctx, now.Add(-keepEvents)); err != nil && ctx.Err() == nil {
				d.Log.Error("events of subscriptions cannot be let go of", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// glance begins to work for those for whom there is something to do.
func (d *Desk) glance(ctx context.Context, source Source, working *sync.WaitGroup) error {
	all, err := d.Book.All(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	head, err := d.Head(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if !d.due(s, head) || !d.take(s.ID) {
			continue
		}
		working.Go(func() {
			defer d.leave(s.ID)
			now, err := d.Book.Subscription(ctx, s.ID) // as it stands since it is ours: somebody may have been at work for it until just now
			if err == nil {
				if s = now; !d.due(s, head) {
					return
				}
				err = d.serve(ctx, s, source)
			}
			if err != nil && ctx.Err() == nil && standard.KindOf(err) != standard.NotFound {
				d.troubled(ctx, s, err)
			}
		})
	}
	return nil
}

func (d *Desk) due(s *Subscription, head record.Moment) bool {
	now := d.Now()
	ended := !s.End.IsZero() && !now.Before(s.End)
	switch {
	case s.State == Off || s.State == Failing:
		return false
	case ended:
		return true
	case now.Before(s.Next):
		return false
	}
	return s.State == Requested || s.Moment < head || s.Delivered < s.Number || d.silent(s, now)
}

func (d *Desk) silent(s *Subscription, now time.Time) bool {
	return s.Heartbeat > 0 && now.Sub(s.Sent) >= time.Duration(s.Heartbeat)*time.Second
}

func (d *Desk) take(id uuid.UUID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.running[id] || len(d.running) >= atOnce {
		return false
	}
	d.running[id] = true
	return true
}

func (d *Desk) leave(id uuid.UUID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.running, id)
}

// serve does one step for a subscription: shakes hands, looks further through the log, and sends what waits.
func (d *Desk) serve(ctx context.Context, s *Subscription, source Source) error {
	switch {
	case !s.End.IsZero() && !d.Now().Before(s.End):
		_, err := d.Stop(ctx, s.ID, "Its end has come.")
		return err
	case s.State == Requested:
		return d.bring(ctx, s, source, Handshake, nil)
	}
	found, upTo, err := source.Look(ctx, s)
	if err != nil {
		return err
	}
	if upTo > s.Moment {
		if err := d.Book.Advance(ctx, s.ID, s.Moment, upTo, found); err != nil {
			return err
		}
	}
	most := usualMost
	if s.Most > 0 {
		most = min(s.Most, usualMost)
	}
	waiting, err := d.Book.Events(ctx, s.ID, s.Delivered+1, s.Number+int64(len(found)), most)
	switch {
	case err != nil:
		return err
	case len(waiting) > 0:
		return d.bring(ctx, s, source, Notice, waiting)
	case d.silent(s, d.Now()):
		return d.bring(ctx, s, source, Heartbeat, nil)
	}
	return nil
}

// bring writes and sends one notification, and keeps that it arrived.
func (d *Desk) bring(ctx context.Context, s *Subscription, source Source, kind Kind, events []Event) error {
	now, err := d.Book.Subscription(ctx, s.ID)
	if err != nil {
		return err
	}
	body, err := source.Write(ctx, now, kind, events)
	if err != nil {
		return err
	}
	if err := d.send(ctx, s, body); err != nil {
		return err
	}
	_, err = d.Book.Change(ctx, s.ID, func(now *Subscription) error {
		if now.Version != s.Version { // it was changed or stopped meanwhile: what arrived has arrived
			if len(events) > 0 && now.Delivered < events[len(events)-1].Number {
				now.Delivered = events[len(events)-1].Number
			}
			return nil
		}
		now.Trouble, now.Tries, now.Next, now.Sent = "", 0, time.Time{}, d.Now().UTC()
		if kind == Handshake {
			now.State = Active
		}
		if len(events) > 0 {
			now.Delivered = events[len(events)-1].Number
		}
		return nil
	})
	return err
}

// troubled keeps what is in the way and when it is tried again; what has failed too often waits for somebody.
func (d *Desk) troubled(ctx context.Context, s *Subscription, err error) {
	words, lasting := "Something went wrong inside Rosemary. Whoever looks after it finds more in its log.", false
	var fault *standard.Fault
	if errors.As(err, &fault) {
		words = fault.Message
		lasting = fault.Kind == standard.Forbidden || fault.Kind == standard.Unauthenticated
	}
	ours := fault == nil || fault.Kind != undelivered
	kept, failed := d.Book.Change(ctx, s.ID, func(now *Subscription) error {
		if now.Version != s.Version {
			return nil
		}
		now.Trouble, now.Tries = words, now.Tries+1
		now.Next = d.Now().UTC().Add(min(leastRetry<<min(now.Tries-1, 20), mostRetry))
		if lasting || !ours && now.Tries >= d.Tries {
			now.State = Failing
		}
		return nil
	})
	if failed != nil || ours || kept.Tries == 1 || kept.State == Failing {
		d.Log.Warn("a subscription does not get on", "subscription", s.ID, "error", errors.Join(err, failed))
	}
}
