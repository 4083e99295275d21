package access

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// AuditChange is one entry of the change logs of the people of a home.
type AuditChange struct {
	Moment    record.Moment
	At        time.Time
	Stream    uuid.UUID
	Committer record.Committer
	Change    record.Change
}

// changesAtOnce is how many contributions are read at a time, and changesMost how many batches of them one question looks through: it goes on where it stopped.
const (
	changesAtOnce = 500
	changesMost   = 200
)

// AuditChanges looks through what was changed, the newest first: as Audit does, of the people whose log the reader may see and of the records that the reader may see. What was
// changed is in the log itself, with who did it and why. Before and Next are moments.
func (s *Session) AuditChanges(ctx context.Context, q AuditQuery) (found []AuditChange, next int64, err error) {
	entry := Entry{Action: "access-log", Stream: q.Person}
	if !s.May(ToReadAccessLog) {
		return nil, 0, s.denied(ctx, entry, forbidden("With the role "+s.principal.RoleName+" you cannot see who changed what.", "Ask the manager of the home."))
	}
	log := s.guard.config.Log
	head, _, err := log.Head(ctx)
	if err != nil {
		return nil, 0, err
	}
	upTo, first := head, record.Moment(0)
	if !q.Until.IsZero() {
		if upTo, err = log.MomentAt(ctx, q.Until.Add(-time.Microsecond)); err != nil {
			return nil, 0, err
		}
	}
	if !q.From.IsZero() {
		if first, err = log.MomentAt(ctx, q.From.Add(-time.Microsecond)); err != nil {
			return nil, 0, err
		}
	}
	if q.Before > 0 {
		upTo = min(upTo, record.Moment(q.Before)-1)
	}
	a := &auditing{session: s, q: q, head: head, limit: bounded(q.Limit, 100, 5000), looks: map[uuid.UUID]*looking{}}
	for batches := 0; upTo > first; batches++ {
		after := max(first, upTo-changesAtOnce)
		some, err := a.changes(ctx, after, upTo)
		if err != nil {
			return nil, 0, err
		}
		for _, c := range some {
			if len(found) >= a.limit && c.Moment != found[len(found)-1].Moment { // what was saved together stands together
				next = int64(found[len(found)-1].Moment)
				break
			}
			found = append(found, c)
		}
		if upTo = after; next > 0 {
			break
		}
		if batches == changesMost && upTo > first {
			next = int64(upTo) + 1
			break
		}
	}
	entry.Count = len(found)
	s.note(ctx, entry)
	return found, next, nil
}

// changes reads what was changed after one moment and up to another, the newest first. Whether it may be seen is asked when the log has been read.
func (a *auditing) changes(ctx context.Context, after, upTo record.Moment) ([]AuditChange, error) {
	var all []AuditChange
	err := a.session.guard.config.Log.Contributions(ctx, a.q.Person, after, upTo, func(c *record.Sealed) error {
		if a.q.Worker != uuid.Nil && c.Committer.Actor != a.q.Worker || a.q.Account != "" && c.Committer.Account != a.q.Account {
			return nil
		}
		for _, change := range c.Changes {
			all = append(all, AuditChange{Moment: c.Moment, At: c.Committed, Stream: c.Stream, Committer: c.Committer, Change: change})
		}
		return nil
	})
	if err != nil && standard.KindOf(err) != standard.NotFound {
		return nil, err
	}
	var list []AuditChange
	for _, c := range slices.Backward(all) {
		shown, err := a.shown(ctx, &Entry{Stream: c.Stream, Record: c.Change.Version.Record})
		if err != nil {
			return nil, err
		}
		if shown {
			list = append(list, c)
		}
	}
	return list, nil
}
