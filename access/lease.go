package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// Lease says who has the form of a planned dose open.
type Lease struct {
	Stream       uuid.UUID
	Slot         string // the id of the planned time
	Holder       string // one browser, signed in once
	Account      string
	Name         string
	Since, Until time.Time
}

// leaseTime is how long a form holds its dose when nothing more is heard of it: long enough to walk to the bed, short enough for a device that was dropped.
const leaseTime = 5 * time.Minute

// Leases is what access needs of a store of leases. Kinds: Busy, Unavailable.
type Leases interface {
	// Take takes a slot, or goes on holding it; one that somebody else holds, whose time has not run out at now, is left to them, and theirs is the answer.
	Take(ctx context.Context, l Lease, now time.Time) (Lease, error)
	// Release gives up what the holder holds; where that is nothing, nothing happens.
	Release(ctx context.Context, stream uuid.UUID, slot, holder string) error
}

// HoldSlot takes a planned dose for one browser of the actor while its form is open. Held is false where somebody else has it open: the lease is theirs. It keeps two
// people from giving the same dose at once; that it is not given twice all the same is a rule of its own, which no door goes round.
func (s *Session) HoldSlot(ctx context.Context, stream uuid.UUID, slot, holder string) (l Lease, held bool, err error) {
	sub, err := s.subject(ctx, stream)
	if err == nil && !sub.may(ToRecord, record.Normal) {
		err = notFound()
	}
	if err != nil {
		return Lease{}, false, s.denied(ctx, Entry{Action: "lease", Stream: stream}, err)
	}
	now := s.guard.config.Now()
	l, err = s.guard.config.Leases.Take(ctx, Lease{
		Stream: stream, Slot: slot, Holder: holder, Account: s.principal.Account, Name: s.principal.Name, Since: now, Until: now.Add(leaseTime),
	}, now)
	return l, err == nil && l.Holder == holder, err
}

// ReleaseSlot gives it up again.
func (s *Session) ReleaseSlot(ctx context.Context, stream uuid.UUID, slot, holder string) error {
	return s.guard.config.Leases.Release(ctx, stream, slot, holder)
}

// noLeases holds nothing for anybody: every form has its dose.
type noLeases struct{}

func (noLeases) Take(_ context.Context, l Lease, _ time.Time) (Lease, error) { return l, nil }

func (noLeases) Release(context.Context, uuid.UUID, string, string) error { return nil }
