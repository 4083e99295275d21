package exchange

import (
	"sync"
	"time"

	"rosemary/access"
)

// Carried is how far a file is that somebody takes in or gives at this moment, or did last: what has come and was checked, or has gone out.
type Carried struct {
	Ref         string // as whoever began it called it
	Out         bool   // it is given
	Done, Total int64  // bytes; Total is 0 where it is not known
	Ended       time.Time
	Broken      bool // it did not come to its end
}

// hand is one of the two things that an account can do with files.
type hand struct {
	account string
	out     bool
}

// carriage counts what goes through.
type carriage struct {
	mu  sync.Mutex
	c   Carried
	now func() time.Time
}

// counted begins to count for an account; what it did before is forgotten.
func (x *Exchange) counted(s *access.Session, c Carried) *carriage {
	begun := &carriage{c: c, now: x.Now}
	x.mu.Lock()
	x.byHand[hand{s.Principal().Account, c.Out}] = begun
	x.mu.Unlock()
	return begun
}

// Write counts.
func (c *carriage) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.c.Done += int64(len(p))
	c.mu.Unlock()
	return len(p), nil
}

func (c *carriage) end(err error) {
	c.mu.Lock()
	c.c.Ended, c.c.Broken = c.now(), err != nil
	c.mu.Unlock()
}

// Carried tells how far what the reader takes in or gives by hand is, of a name; false where there is none of that name, or no longer.
func (x *Exchange) Carried(s *access.Session, ref string) (Carried, bool) {
	x.mu.Lock()
	both := [2]*carriage{x.byHand[hand{s.Principal().Account, false}], x.byHand[hand{s.Principal().Account, true}]}
	x.mu.Unlock()
	for _, c := range both {
		if c == nil {
			continue
		}
		c.mu.Lock()
		now := c.c
		c.mu.Unlock()
		if now.Ref == ref {
			return now, true
		}
	}
	return Carried{}, false
}
