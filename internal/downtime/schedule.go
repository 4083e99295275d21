package downtime

import (
	"context"
	"sync"
	"time"

	"rosemary/internal/installation"
	"rosemary/standard"
)

// Schedule is when the server makes the pack by itself, and how that goes. The zero Schedule makes none.
type Schedule struct {
	Every time.Duration
	To    string

	mu      sync.Mutex
	made    time.Time
	failing bool
}

// tryAgain is how long a pack that failed waits, at most.
const tryAgain = 5 * time.Minute

// On reports whether packs are made; of no schedule they are not.
func (s *Schedule) On() bool { return s != nil && s.Every > 0 && s.To != "" }

// Often is how long it is from one pack to the next.
func (s *Schedule) Often() time.Duration { return s.Every }

// State tells when the last pack was made (zero: never) and whether the last attempt failed.
func (s *Schedule) State() (made time.Time, failing bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made, s.failing
}

func (s *Schedule) set(made time.Time, failing bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !made.IsZero() {
		s.made = made
	}
	s.failing = failing
}

// Run makes packs until the context ends, the first at once where the last one is old enough. What fails is told to the operator, to the manager and in the figures, and tried again.
func (s *Schedule) Run(ctx context.Context, in *installation.Installation) {
	if !s.On() {
		return
	}
	if folder, err := Folder(in.Dir, s.To); err == nil {
		if at, ok := Latest(folder); ok {
			s.set(at, false)
		}
	}
	for {
		timer := time.NewTimer(s.wait(in.Now()))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		made, err := Make(ctx, in, s.To, s.Every)
		if ctx.Err() != nil {
			return
		}
		s.set(made.At, err != nil)
		if err != nil {
			in.Logger.Error("no downtime pack could be made; it is tried again", "kind", string(standard.KindOf(err)), "cause", err.Error())
			continue
		}
		in.Logger.Info("a downtime pack was made", "people", made.People, "homes", made.Homes, "bytes", made.Bytes)
	}
}

// wait is how long the last pack is still young enough; the clock may have been set back.
func (s *Schedule) wait(now time.Time) time.Duration {
	made, failing := s.State()
	switch {
	case failing:
		return min(tryAgain, s.Every)
	case made.IsZero():
		return 0
	}
	return min(s.Every, max(0, s.Every-now.Sub(made)))
}
