package access

import (
	"net"
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

// Visitor is who is at the other end of a connection, by its address without the port.
func Visitor(remote string) string {
	if host, _, err := net.SplitHostPort(remote); err == nil {
		return host
	}
	return remote
}

// Allow notes a wrong token that came over a connection, and says whether its visitor may go on.
func (t *Tries) Allow(remote string, now time.Time) bool {
	who := Visitor(remote)
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
