package exchange

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
)

// goesAt is when it goes from a case whom it was about; the zero time where that stays: what led to something is proof of what went.
func (c *Case) goesAt(keep access.RequestRule) time.Time {
	switch c.State {
	case Refused, Withdrawn:
	case Failed:
		if c.Decision != nil || c.Person != uuid.Nil || c.Segment != uuid.Nil {
			return time.Time{}
		}
	default:
		return time.Time{}
	}
	return keep.Until(c.Changed)
}

// GoesAt is when it goes from a case whom it was about; the zero time where that stays, or has gone.
func (x *Exchange) GoesAt(c *Case) time.Time {
	if c.Nameless() {
		return time.Time{}
	}
	return c.goesAt(x.Keep)
}

// Nameless reports whether it has gone from a case whom it was about.
func (c *Case) Nameless() bool { return !c.Forgotten.IsZero() }

// Sweep takes away whom requests were about that led to nothing, when their time is over (retention.yaml), and gives how many there were. Whatever people wrote in their own words may
// name the person, so it goes too.
func (x *Exchange) Sweep(ctx context.Context) (gone int, err error) {
	all, err := x.Book.Cases(ctx, false)
	if err != nil {
		return 0, err
	}
	now := x.Now().UTC()
	over := func(c *Case) bool {
		at := x.GoesAt(c)
		return !at.IsZero() && !now.Before(at)
	}
	for i := range all {
		if !over(&all[i]) {
			continue
		}
		_, err := x.Book.Change(ctx, all[i].ID, func(c *Case) error {
			if !over(c) {
				return nil // it was decided again meanwhile
			}
			c.Ask = Ask{By: c.Ask.By, Requestor: c.Ask.Requestor, Purpose: c.Ask.Purpose, Basis: c.Ask.Basis}
			c.Person, c.Decision, c.Reason, c.Trouble, c.Statement, c.Receipt, c.Forgotten = uuid.Nil, nil, "", "", "", "", now
			if c.State == Failed {
				c.State = Withdrawn // without a name nobody can try it again
			}
			gone++
			return nil
		})
		if err != nil {
			return gone, err
		}
	}
	return gone, nil
}
