package access

import (
	"context"
	"math"
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Contribution gives one contribution. What it did to records that the reader may not see is left out, and with it the stored header, which
// names them all; when nothing is left it is NotFound.
func (s *Session) Contribution(ctx context.Context, id uuid.UUID) (*record.Sealed, error) {
	return s.contribution(ctx, id, "contribution")
}

func (s *Session) contribution(ctx context.Context, id uuid.UUID, action string) (*record.Sealed, error) {
	entry := Entry{Action: action}
	sealed, err := s.guard.config.Log.Contribution(ctx, id)
	if standard.KindOf(err) == standard.NotFound {
		err = notFound()
	}
	if err != nil {
		return nil, s.denied(ctx, entry, err)
	}
	entry.Stream, entry.Moment = sealed.Stream, sealed.Moment
	sub, err := s.subject(ctx, sealed.Stream)
	if err == nil && !sub.reads {
		err = notFound()
	}
	if err != nil {
		return nil, s.denied(ctx, entry, err)
	}
	shown, err := s.part(ctx, sub, sealed)
	if err != nil {
		return nil, s.denied(ctx, entry, err)
	}
	entry.Count = len(shown.Changes)
	s.note(ctx, entry)
	return shown, nil
}

// part is what the reader may see of a contribution.
func (s *Session) part(ctx context.Context, sub *subject, sealed *record.Sealed) (*record.Sealed, error) {
	head, _, err := s.guard.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	shown := &record.Sealed{Contribution: sealed.Contribution}
	shown.Changes = nil
	made := map[record.VersionID]*record.Version{}
	for _, v := range sealed.Versions {
		made[v.VersionID] = v
	}
	visible := map[uuid.UUID]bool{}
	for _, ch := range sealed.Changes {
		rec := ch.Version.Record
		sees, asked := visible[rec]
		if !asked {
			if sees, err = sub.visible(ctx, rec, head); err != nil {
				return nil, err
			}
			visible[rec] = sees
		}
		v := made[ch.Version]
		switch {
		case sees && v != nil:
			sees, err = sub.sees(ctx, ToRead, v)
		case sees:
			sees, err = sub.names(ctx, ch.Version, head)
		}
		if err != nil {
			return nil, err
		}
		if !sees {
			continue
		}
		shown.Changes = append(shown.Changes, ch)
		if v != nil {
			shown.Versions = append(shown.Versions, v)
		}
	}
	if len(shown.Changes) == 0 {
		return nil, notFound()
	}
	if len(shown.Changes) < len(sealed.Changes) {
		shown.Header = nil
	}
	return shown, nil
}

// Export takes a whole stream out, in order, up to a moment (zero: now). It is a disclosure: the entry in the log of who saw what has reached the
// disk before fn sees the first contribution. A record is exported whole or not at all: it is refused when it holds anything that the
// exporter may not see. Each file that it names goes out in front of the first contribution that names it.
func (s *Session) Export(ctx context.Context, stream uuid.UUID, upTo record.Moment, out Export) error {
	entry := Entry{Action: "export", Stream: stream, To: out.To, Why: out.Why}
	if out.Transfer {
		entry.Action = transferAction
	}
	if err := asides(out); err != nil {
		return err
	}
	sub, err := s.subject(ctx, stream)
	if err == nil && !sub.reads {
		err = notFound()
	}
	if err == nil && !sub.may(ToExport, record.Normal) {
		err = forbidden("With the role "+s.principal.RoleName+" you cannot export a record.", "Ask the manager of the home.")
	}
	log := s.guard.config.Log
	head, _, headErr := log.Head(ctx)
	if headErr != nil {
		return headErr
	}
	if upTo <= 0 || upTo > head {
		upTo = head
	}
	entry.Moment = upTo
	if err == nil {
		entry.Count, err = s.exportable(ctx, sub, head, upTo)
	}
	if err != nil {
		return s.denied(ctx, entry, err)
	}
	if err := s.guard.book.disclose(ctx, s.entry(entry)); err != nil {
		return err
	}
	files, err := FilesOf(ctx, s.guard.config.Register, s.guard.config.Attachments, stream, upTo, nil)
	if err != nil {
		return err
	}
	var certificates []uuid.UUID
	entries := &referred{guard: s.guard, upTo: upTo}
	err = log.Contributions(ctx, stream, 0, upTo, func(sealed *record.Sealed) error {
		if err := entries.note(sealed, out.Directory); err != nil {
			return err
		}
		if sealed.Moment <= out.After {
			files.Skip(sealed.Moment)
			return nil
		}
		if err := files.Before(ctx, sealed.Moment, out.Attachment); err != nil {
			return err
		}
		for _, v := range sealed.Versions {
			if v.Destroyed != uuid.Nil && !slices.Contains(certificates, v.Destroyed) {
				certificates = append(certificates, v.Destroyed)
			}
		}
		return out.Contribution(sealed)
	})
	if err != nil {
		return err
	}
	if err := s.guard.Certificates(ctx, certificates, out.Contribution); err != nil {
		return err
	}
	return entries.send(ctx, append(certificates, stream), out.Contribution)
}

// exportable checks every version of the stream, and counts the contributions that will go out. Versions up to now decide, for rules of
// access are today's.
func (s *Session) exportable(ctx context.Context, sub *subject, head, upTo record.Moment) (count int, err error) {
	err = s.guard.config.Log.Contributions(ctx, sub.info.UID, 0, head, func(sealed *record.Sealed) error {
		if sealed.Moment <= upTo {
			count++
		}
		for _, v := range sealed.Versions {
			sees, err := sub.sees(ctx, ToExport, v)
			if err != nil {
				return err
			}
			if !sees {
				return forbidden("You cannot export this record as a whole.", "Ask another manager, or whoever is responsible for the provider.")
			}
		}
		return nil
	})
	return count, err
}

// AccessLog tells who looked at a stream, the newest first, before an entry's id (zero: from the newest). Entries about records that
// the reader may not see are withheld, and so is how many records a list showed.
func (s *Session) AccessLog(ctx context.Context, stream uuid.UUID, before int64, limit int) ([]Entry, error) {
	entry := Entry{Action: "access-log", Stream: stream}
	sub, err := s.subject(ctx, stream)
	if err == nil && !sub.reads {
		err = notFound()
	}
	if err == nil && !sub.may(ToReadAccessLog, record.Normal) {
		err = forbidden("With the role "+s.principal.RoleName+" you cannot see who has looked at this record.", "Ask the manager of the home.")
	}
	if err != nil {
		return nil, s.denied(ctx, entry, err)
	}
	if before <= 0 {
		before = math.MaxInt64
	}
	_ = s.guard.book.flush(ctx) // what was seen a moment ago belongs here too; the alarm is raised where it fails
	head, _, err := s.guard.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	look := &looking{sub: sub, head: head, before: before, limit: bounded(limit, 100, 1000), visible: map[uuid.UUID]bool{uuid.Nil: true}}
	err = s.guard.config.Trail.About(ctx, stream, before/linesPerSeq, func(b Batch) (bool, error) { return look.batch(ctx, b) })
	if err != nil {
		return nil, err
	}
	entry.Count = len(look.found)
	s.note(ctx, entry)
	return look.found, nil
}

// looking gathers entries about one stream, newest first.
type looking struct {
	sub     *subject
	head    record.Moment
	before  int64
	limit   int
	visible map[uuid.UUID]bool
	found   []Entry
}

func (l *looking) batch(ctx context.Context, b Batch) (more bool, err error) {
	entries, err := b.Entries()
	if err != nil {
		return false, damagedTrail(err)
	}
	for i := len(entries) - 1; i >= 0; i-- {
		e := entries[i]
		if e.Stream != l.sub.info.UID || e.ID >= l.before {
			continue
		}
		shown, err := l.shown(ctx, &e)
		if err != nil {
			return false, err
		}
		if shown {
			l.found = append(l.found, e)
		}
		if len(l.found) == l.limit {
			return false, nil
		}
	}
	return true, nil
}

func damagedTrail(err error) error {
	return &standard.Fault{Kind: standard.Broken, Message: "The log of who saw what is damaged.", Hint: "Run `rosemary verify`.", Err: err}
}

// shown decides about one entry, and takes out what would tell of records that may not be seen.
func (l *looking) shown(ctx context.Context, e *Entry) (bool, error) {
	if e.Record == uuid.Nil {
		if !e.Merged {
			e.Count = 0
		}
		return true, nil
	}
	visible, asked := l.visible[e.Record]
	if !asked {
		var err error
		if visible, err = l.sub.visible(ctx, e.Record, l.head); err != nil {
			return false, err
		}
		l.visible[e.Record] = visible
	}
	return visible, nil
}
