package access

import (
	"context"
	"math"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// AuditQuery says what of the log of who saw what is looked through. What is left out is not asked for.
type AuditQuery struct {
	Person  uuid.UUID // about one person
	Worker  uuid.UUID // by one care worker
	Account string    // by one account
	From    time.Time // at or after
	Until   time.Time // before
	Kind    AuditKind
	Before  int64 // continue behind this entry
	Limit   int   // 0: 100; at most 5,000
}

// AuditKind is which entries are looked for.
type AuditKind string

// The kinds.
const (
	AuditAll       AuditKind = ""
	AuditRefused   AuditKind = "refused"   // what somebody tried and was not allowed
	AuditDisclosed AuditKind = "disclosed" // what was given to somebody outside
)

// auditMost bounds how many batches one question looks through: a question goes on where it stopped.
const auditMost = 5_000

// Audit looks through the log of who saw what, the newest first: entries about the people whose log the reader may see, never about anybody else, and never about records that
// the reader may not see. Next goes on behind the last that was looked at; zero: there is no more.
func (s *Session) Audit(ctx context.Context, q AuditQuery) (found []Entry, next int64, err error) {
	entry := Entry{Action: "access-log", Stream: q.Person}
	if !s.May(ToReadAccessLog) {
		return nil, 0, s.denied(ctx, entry, forbidden("With the role "+s.principal.RoleName+" you cannot see who looked at what.", "Ask the manager of the home."))
	}
	_ = s.guard.book.flush(ctx) // what was seen a moment ago belongs here too; the alarm is raised where it fails
	head, _, err := s.guard.config.Log.Head(ctx)
	if err != nil {
		return nil, 0, err
	}
	a := &auditing{session: s, q: q, head: head, limit: bounded(q.Limit, 100, 5000), looks: map[uuid.UUID]*looking{}}
	if a.before = q.Before; a.before <= 0 {
		a.before = math.MaxInt64
	}
	if !q.Until.IsZero() && q.Before <= 0 {
		if a.before, err = s.guard.beforeTime(ctx, q.Until); err != nil {
			return nil, 0, err
		}
	}
	trail := s.guard.config.Trail
	if q.Person != uuid.Nil {
		err = trail.About(ctx, q.Person, a.before/linesPerSeq, func(b Batch) (bool, error) { return a.batch(ctx, b) })
	} else {
		err = trail.Back(ctx, a.before/linesPerSeq, func(b Batch) (bool, error) { return a.batch(ctx, b) })
	}
	if err != nil {
		return nil, 0, err
	}
	entry.Count = len(a.found)
	s.note(ctx, entry)
	return a.found, a.next, nil
}

// auditing gathers entries about many people.
type auditing struct {
	session *Session
	q       AuditQuery
	head    record.Moment
	before  int64
	limit   int
	batches int
	looks   map[uuid.UUID]*looking // nil: the reader may not see who looked at them
	found   []Entry
	next    int64
}

func (a *auditing) batch(ctx context.Context, b Batch) (more bool, err error) {
	entries, err := b.Entries()
	if err != nil {
		return false, damagedTrail(err)
	}
	for i := len(entries) - 1; i >= 0; i-- {
		e := entries[i]
		switch {
		case e.ID >= a.before:
			continue
		case !a.q.From.IsZero() && e.At.Before(a.q.From):
			return false, nil // entries stand in the order in which they were made, but for a clock that was set back
		case !a.asked(&e):
			continue
		}
		shown, err := a.shown(ctx, &e)
		if err != nil {
			return false, err
		}
		if shown {
			if a.found = append(a.found, e); len(a.found) == a.limit {
				a.next = e.ID
				return false, nil
			}
		}
	}
	if a.batches++; a.batches == auditMost && len(entries) > 0 {
		a.next = entries[0].ID
		return false, nil
	}
	return true, nil
}

// asked reports whether an entry is one of those that are looked for.
func (a *auditing) asked(e *Entry) bool {
	q := &a.q
	switch {
	case e.Stream == uuid.Nil, q.Person != uuid.Nil && e.Stream != q.Person, q.Worker != uuid.Nil && e.Worker != q.Worker, q.Account != "" && e.Account != q.Account:
		return false
	case !q.Until.IsZero() && !e.At.Before(q.Until):
		return false
	case q.Kind == AuditRefused:
		return e.Outcome == Refused
	case q.Kind == AuditDisclosed:
		return e.Disclosed()
	}
	return true
}

// shown reports whether the reader may see an entry: whom it is about, and about which of their records.
func (a *auditing) shown(ctx context.Context, e *Entry) (bool, error) {
	look, known := a.looks[e.Stream]
	if !known {
		sub, err := a.session.subject(ctx, e.Stream)
		switch standard.KindOf(err) {
		case standard.NotFound, standard.Gone, standard.Forbidden:
			sub, err = nil, nil
		}
		if err != nil {
			return false, err
		}
		if sub != nil && sub.person && sub.reads && sub.may(ToReadAccessLog, record.Normal) {
			look = &looking{sub: sub, head: a.head, visible: map[uuid.UUID]bool{uuid.Nil: true}}
		}
		a.looks[e.Stream] = look
	}
	if look == nil {
		return false, nil
	}
	return look.shown(ctx, e)
}

// beforeTime finds the id of an entry behind which all are later than a time: the first batch that begins after it, found by halving.
func (g *Guard) beforeTime(ctx context.Context, t time.Time) (int64, error) {
	begins := func(seq int64) (at time.Time, there bool, err error) {
		err = g.config.Trail.Back(ctx, seq, func(b Batch) (bool, error) {
			entries, err := b.Entries()
			if err != nil {
				return false, damagedTrail(err)
			}
			if b.Seq == seq && len(entries) > 0 {
				at, there = entries[0].At, true
			}
			return false, nil
		})
		return at, there, err
	}
	var last int64
	err := g.config.Trail.Back(ctx, math.MaxInt64, func(b Batch) (bool, error) { last = b.Seq; return false, nil })
	if err != nil {
		return 0, err
	}
	low, high := int64(1), last+1 // the first batch that begins at or after the time lies between them
	for low < high {
		middle := (low + high) / 2
		at, there, err := begins(middle)
		if err != nil {
			return 0, err
		}
		if there && at.Before(t) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low * linesPerSeq, nil
}
