package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Session is one actor with one role and one purpose: the only way to the record. Every method decides by the policy, and logs.
type Session struct {
	guard     *Guard
	principal Principal
	purpose   Purpose
	sender    string // the account that sent what the session commits for it: files that it sent may be named; "": its own
	late      *Late  // of what is committed; nil: written now, by the committer
	trial     bool   // what would be committed is only checked
	why       string // of what is read, for the log of who saw what
	cut       *cut   // what a client was allowed to do for the actor; nil: all that the role allows
}

// Principal is who acts.
func (s *Session) Principal() Principal { return s.principal }

// Purpose is why.
func (s *Session) Purpose() Purpose { return s.purpose }

// May reports whether the actor may do something at all, for anybody: whether to show a button.
func (s *Session) May(action Action) bool {
	return s.guard.config.Policy.May(s.principal.Role, action) && (s.cut == nil || s.cut.permits(action, uuid.Nil))
}

// MayRecord reports whether the actor may write a record of normal sensitivity in a stream. It shows no content and is not logged.
func (s *Session) MayRecord(ctx context.Context, stream uuid.UUID) bool {
	return s.may(ctx, ToRecord, stream)
}

// MayDo reports whether the actor may do something about one person: export, attest, read the access log. It shows no content and is not logged.
func (s *Session) MayDo(ctx context.Context, action Action, stream uuid.UUID) bool {
	return s.may(ctx, action, stream)
}

func (s *Session) may(ctx context.Context, action Action, stream uuid.UUID) bool {
	sub, err := s.subject(ctx, stream)
	if err != nil {
		return false
	}
	return sub.may(action, record.Normal)
}

// may decides about the stream as such, at a sensitivity.
func (sub *subject) may(action Action, at record.Sensitivity) bool {
	s := sub.session
	if sub.person {
		facts := sub.facts
		facts.Sensitivity = at
		return s.decide(action, facts)
	}
	switch action {
	case ToRecord:
		action = ToEditDirectory
	case ToRead:
		action = ToReadDirectory
	case ToExport:
		if !s.May(ToExport) {
			return false
		}
		action = ToReadDirectory
	case ToAttest:
		if !s.May(ToAttest) {
			return false
		}
		action = ToReadDirectory
	}
	limit, ok := s.reach(action)
	return ok && at <= limit
}

// note logs what the session did.
func (s *Session) note(ctx context.Context, e Entry) { s.guard.book.add(ctx, s.entry(e)) }

func (s *Session) entry(e Entry) Entry {
	e.Account, e.Worker, e.Role, e.Purpose = s.principal.Account, s.principal.Worker, s.principal.Role, s.purpose
	if e.Outcome == "" {
		e.Outcome = Done
	}
	if e.Why == "" {
		e.Why = s.why
	}
	return e
}

// denied logs an attempt that got nowhere because nothing may be known of its object, or it may not be done; other errors it leaves alone.
func (s *Session) denied(ctx context.Context, e Entry, err error) error {
	switch standard.KindOf(err) {
	case standard.NotFound, standard.Forbidden:
		e.Outcome, e.Count = Refused, 0
		s.note(ctx, e)
	}
	return err
}

// View fixes a moment. A moment that does not exist is Invalid.
func (s *Session) View(ctx context.Context, at At) (*View, error) {
	log := s.guard.config.Log
	head, committed, err := log.Head(ctx)
	if err != nil {
		return nil, err
	}
	v := &View{session: s, head: head, moment: head, committed: committed, subjects: map[uuid.UUID]*subject{}, noted: map[Entry]bool{}}
	switch {
	case at.Moment != 0 && !at.Time.IsZero():
		return nil, unknownMoment("Give a moment or a time, not both.")
	case at.Moment < 0 || at.Moment > head:
		return nil, unknownMoment("There is no such moment yet. Leave it out to see what is there now.")
	case !at.Time.IsZero() && at.Time.After(s.guard.config.Now()) && at.Time.After(committed):
		return nil, unknownMoment("This time lies in the future. Leave it out to see what is there now.")
	case at.Moment != 0:
		v.moment = at.Moment
	case !at.Time.IsZero():
		if v.moment, err = log.MomentAt(ctx, at.Time); err != nil {
			return nil, err
		}
	}
	if v.moment < head {
		v.past = true
		if v.committed, err = s.committed(ctx, v.moment); err != nil {
			return nil, err
		}
		if v.asked = at.Time; v.asked.IsZero() {
			v.asked = v.committed
		}
	}
	return v, nil
}

func unknownMoment(message string) error {
	return standard.Refuse("The record cannot be shown as it was then.", []standard.Problem{{Path: "/at", Rule: "unknown-moment", Message: message}})
}

// committed tells when a moment was committed; the zero time for the moment before the first.
func (s *Session) committed(ctx context.Context, m record.Moment) (at time.Time, err error) {
	if m == 0 {
		return time.Time{}, nil
	}
	err = s.guard.config.Log.Contributions(ctx, uuid.Nil, m-1, m, func(c *record.Sealed) error {
		at = c.Committed
		return nil
	})
	return at, err
}
