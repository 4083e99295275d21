package exchange

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// How the courier goes about.
const (
	atOnce      = 4                      // cases that it works on at the same time
	glance      = time.Second / 2        // how often it looks for work
	leastPause  = time.Second            // between two questions how a request stands
	mostPause   = time.Minute            // likewise, of an old one
	leastRetry  = 2 * time.Second        // after something did not work
	mostRetry   = 5 * time.Minute        // likewise, after it did not work many times
	reportEvery = 500 * time.Millisecond // how often it is kept how much of a package is here
	mostPackage = 64 << 30               // bytes of a package
)

// Run does what goes on by itself, until the context ends: it carries requests out, asks how they stand, packs, fetches, takes in, and brings receipts. Whatever was broken off, it goes on with.
func (x *Exchange) Run(ctx context.Context) {
	var working sync.WaitGroup
	defer working.Wait()
	tick := time.NewTicker(x.pulse)
	defer tick.Stop()
	for {
		x.glance(ctx, &working)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-x.wake:
		}
	}
}

// glance begins to work on what is due.
func (x *Exchange) glance(ctx context.Context, working *sync.WaitGroup) {
	cases, err := x.Book.Cases(ctx, true)
	if err != nil {
		if ctx.Err() == nil {
			x.Log.Error("the cases of the exchange with other systems cannot be read", "error", err)
		}
		return
	}
	for _, c := range cases {
		if !x.take(&c) {
			continue
		}
		working.Go(func() {
			pause := x.work(ctx, c.ID)
			x.mu.Lock()
			delete(x.running, c.ID)
			if pause > 0 {
				x.next[c.ID] = x.Now().Add(pause)
			} else {
				delete(x.next, c.ID)
			}
			x.mu.Unlock()
			if pause == 0 {
				x.stir(c.ID)
			}
		})
	}
}

// take reserves a case that is due.
func (x *Exchange) take(c *Case) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.Now()
	if _, busy := x.running[c.ID]; busy || len(x.running) >= atOnce || now.Before(x.next[c.ID]) || now.Before(c.Next) && now.After(c.Next.Add(-mostRetry)) {
		return false
	}
	x.running[c.ID] = &progress{}
	return true
}

func (x *Exchange) at(id uuid.UUID) *progress {
	x.mu.Lock()
	defer x.mu.Unlock()
	if p := x.running[id]; p != nil {
		return p
	}
	return &progress{}
}

// work does the next step of a case, and gives how long to wait before it is looked at again; zero: not at all.
func (x *Exchange) work(ctx context.Context, id uuid.UUID) time.Duration {
	c, err := x.Book.Case(ctx, id)
	if err != nil || c.settled() {
		return mostPause
	}
	peer, err := x.known(ctx, c.Peer)
	if err == nil {
		err = x.step(ctx, &c, &peer)
	}
	if ctx.Err() != nil {
		return mostPause // it stops: nothing is kept of what was broken off by that
	}
	if err == nil {
		now, err := x.Book.Case(ctx, id)
		if err != nil || now.settled() {
			return mostPause
		}
		if now.State != c.State {
			return 0
		}
		return min(max(x.Now().Sub(now.Changed)/10, leastPause), mostPause)
	}
	return x.troubled(ctx, &c, err)
}

// troubled keeps what is in the way, and when it is tried again. What will not get better by itself ends the case.
func (x *Exchange) troubled(ctx context.Context, c *Case, err error) time.Duration {
	words, lasting := "Something went wrong here. Whoever looks after this computer finds more in its log.", false
	var fault *standard.Fault
	if errors.As(err, &fault) {
		words = fault.Message
		for _, p := range fault.Problems {
			words += " " + p.Message
		}
		if fault.Hint != "" {
			words += " " + fault.Hint
		}
		lasting = fault.Kind != standard.Unavailable && fault.Kind != standard.Busy
	}
	pause := leastRetry
	kept, failed := x.Book.Change(ctx, c.ID, func(now *Case) error {
		if now.State != c.State {
			return nil // something else was decided meanwhile
		}
		now.Trouble, now.Tries = words, now.Tries+1
		pause = min(leastRetry<<min(now.Tries-1, 10), mostRetry)
		now.Next = x.Now().Add(pause)
		if lasting {
			now.State, now.Next, now.Changed = Failed, time.Time{}, x.Now()
		}
		return nil
	})
	if failed != nil || fault == nil || kept.Tries == 1 {
		x.Log.Warn("the exchange with another system does not get on", "case", c.ID, "state", string(c.State), "error", errors.Join(err, failed))
	}
	return pause
}

// step does what is to be done in a state.
func (x *Exchange) step(ctx context.Context, c *Case, peer *Peer) error {
	switch c.State {
	case Deciding:
		return x.resumes(ctx, c)
	case Granted:
		return x.pack(ctx, c, peer)
	case Asking:
		return x.carry(ctx, c, peer)
	case Waiting, Preparing:
		return x.inquire(ctx, c, peer)
	case Arriving:
		return x.receive(ctx, c, peer)
	case Checking:
		return x.check(ctx, c, peer)
	case Arrived:
		return x.bring(ctx, c, peer)
	case TakingBack:
		return x.takeBack(ctx, c, peer)
	}
	return nil
}

// move changes a case that still is where it was.
func (x *Exchange) move(ctx context.Context, c *Case, fn func(*Case)) error {
	_, err := x.Book.Change(ctx, c.ID, func(now *Case) error {
		if now.State != c.State {
			return nil
		}
		before := now.State
		now.Trouble, now.Tries, now.Next = "", 0, time.Time{}
		fn(now)
		if now.State != before {
			now.Changed = x.Now()
		}
		return nil
	})
	return err
}

// carry brings a request to the other system.
func (x *Exchange) carry(ctx context.Context, c *Case, peer *Peer) error {
	var said wireCase
	if err := x.say(ctx, peer, http.MethodPost, Root+"requests", wireAsk{Case: c.ID, Ask: c.Ask}, &said); err != nil {
		return err
	}
	return x.move(ctx, c, func(now *Case) { now.State = Waiting })
}

// takeBack tells the other system that a request is no longer wanted, whether that has heard of it or not.
func (x *Exchange) takeBack(ctx context.Context, c *Case, peer *Peer) error {
	var said wireCase
	err := x.say(ctx, peer, http.MethodPost, Root+"requests/"+c.ID.String()+"/withdraw", wireReason{Reason: c.Reason}, &said)
	if kind := standard.KindOf(err); kind == standard.NotFound || kind == standard.Conflict {
		err = nil
	}
	if err != nil {
		return err
	}
	x.drop(c.ID)
	return x.move(ctx, c, func(now *Case) { now.State = Withdrawn })
}

// inquire asks how a request stands.
func (x *Exchange) inquire(ctx context.Context, c *Case, peer *Peer) error {
	var said wireCase
	if err := x.say(ctx, peer, http.MethodGet, Root+"requests/"+c.ID.String(), nil, &said); err != nil {
		return err
	}
	var fault error
	err := x.move(ctx, c, func(now *Case) {
		switch said.State {
		case Refused, Withdrawn:
			now.State, now.Reason, now.Decided = said.State, shortened(said.Reason), x.Now()
		case Preparing:
			now.State = Preparing
		case Ready, Received:
			var s *Statement
			if s, fault = x.statement(said.Statement, c, peer); fault == nil {
				now.State, now.Statement, now.Size = Arriving, said.Statement, s.Size
			}
		}
	})
	return errors.Join(fault, err)
}

// statement verifies what the sender says of its package.
func (x *Exchange) statement(signed string, c *Case, peer *Peer) (*Statement, error) {
	s, err := OpenStatement(signed, peer.Keys...)
	switch {
	case err != nil:
		return nil, err
	case s.Case != c.ID || s.From != peer.System || s.To != x.System:
		return nil, &standard.Fault{Kind: standard.Invalid, Message: "What " + peer.Name + " sends was made for another request, or for another system.", Hint: "Tell them."}
	case s.Size > mostPackage:
		return nil, &standard.Fault{Kind: standard.Invalid, Message: "The package is larger than any record: more than 64 GB.", Hint: "Ask for a part of it."}
	}
	return s, nil
}

// bring brings the receipt to the sender.
func (x *Exchange) bring(ctx context.Context, c *Case, peer *Peer) error {
	var said wireCase
	err := x.say(ctx, peer, http.MethodPost, Root+"requests/"+c.ID.String()+"/receipt", wireReceipt{Receipt: c.Receipt}, &said)
	if kind := standard.KindOf(err); kind == standard.Conflict || kind == standard.NotFound {
		err = nil // they have let go of it: what is here is here
	}
	if err != nil {
		return err
	}
	x.drop(c.ID) // before anybody is told that it is done: nothing asks for the package any more
	return x.move(ctx, c, func(now *Case) {
		now.State = Done
		if now.Segment == uuid.Nil {
			now.State, now.Trouble = Failed, c.Reason
		}
	})
}
