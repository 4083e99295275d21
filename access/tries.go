package access

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Tries counts wrong tokens by where they come from, for every door that takes tokens.
type Tries struct {
	mu sync.Mutex
	by map[string]*rate.Limiter
}

const (
	triesAtOnce    = 20
	triesPerSecond = 1.0 / 3
	triesKept      = 10_000 // addresses; beyond, all are forgotten
)

// NewTries begins to count.
func NewTries() *Tries { return &Tries{by: map[string]*rate.Limiter{}} }

// Allow notes a wrong token, and says whether the address may go on.
func (t *Tries) Allow(who string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.by[who]
	if l == nil {
		if len(t.by) >= triesKept {
			clear(t.by)
		}
		l = rate.NewLimiter(triesPerSecond, triesAtOnce)
		t.by[who] = l
	}
	return l.AllowN(now, 1)
}
