package demo

import (
	"sync"
	"time"
)

// Clock is the clock of an installation while the demonstration is made in it: it stands where it was set.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock makes a clock that stands before the demonstration's first day.
func NewClock() *Clock { return &Clock{at: time.Date(2025, time.September, 1, 7, 0, 0, 0, time.UTC)} }

// Now is what the clock says.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Set lets the clock stand at an instant.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}
