package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Targets tells what the records are that a record of the stream points at: entries of the directory, and records of the stream that the reader may see
// today. Others are missing.
func (v *View) Targets(ctx context.Context, stream uuid.UUID, uids []uuid.UUID) (map[uuid.UUID]record.Target, error) {
	entry := Entry{Action: "names", Stream: stream}
	sub, err := v.readable(ctx, entry)
	if err != nil {
		return nil, err
	}
	targets, err := v.session.guard.config.Log.Targets(ctx, stream, uids)
	if err != nil {
		return nil, err
	}
	for uid, target := range targets {
		if target.Stream != stream || uid == stream {
			continue
		}
		visible, err := sub.visibleBy(ctx, uid, v.head, sub.roleHides) // a resource keeps its references, whatever of what they point at the scopes show
		if err != nil {
			return nil, err
		}
		if !visible {
			delete(targets, uid)
		}
	}
	entry.Count = len(targets)
	v.note(ctx, entry)
	return targets, nil
}

// lookedAt is how many contributions are looked at in one go when the latest are wanted.
const lookedAt = 200

// Latest gives contributions to any stream that the reader may see, the latest first, up to a moment (zero: that of the view), each with what of it may be seen.
// Next is where to go on; zero at the end. The work is bounded: there may be more though few were found.
func (v *View) Latest(ctx context.Context, upTo record.Moment, limit int) (list []*record.Sealed, next record.Moment, err error) {
	if upTo <= 0 || upTo > v.moment {
		upTo = v.moment
	}
	limit = bounded(limit, 50, 500)
	for looked := 0; upTo > 0 && looked < 20; looked++ {
		from := max(upTo-lookedAt, 0)
		var found []*record.Sealed
		err := v.session.guard.config.Log.Contributions(ctx, uuid.Nil, from, upTo, func(sealed *record.Sealed) error {
			found = append(found, sealed)
			return nil
		})
		if err != nil {
			return nil, 0, err
		}
		for i := len(found) - 1; i >= 0; i-- {
			if len(list) == limit {
				return list, found[i].Moment, nil
			}
			shown, err := v.partly(ctx, found[i])
			if err != nil {
				return nil, 0, err
			}
			if shown != nil {
				list = append(list, shown)
			}
		}
		upTo = from
	}
	return list, upTo, nil
}

// partly gives what the reader may see of a contribution to any stream; nil for nothing.
func (v *View) partly(ctx context.Context, sealed *record.Sealed) (*record.Sealed, error) {
	sub, err := v.known(ctx, sealed.Stream)
	if err != nil || sub == nil || !sub.reads {
		return nil, err
	}
	shown, err := v.session.part(ctx, sub, sealed)
	if standard.KindOf(err) == standard.NotFound {
		return nil, nil
	}
	if err == nil {
		v.note(ctx, Entry{Action: "contributions", Stream: sealed.Stream, Count: len(shown.Versions)})
	}
	return shown, err
}

// known finds a stream without a word in the log when it may not be seen: nobody asked for it.
func (v *View) known(ctx context.Context, stream uuid.UUID) (*subject, error) {
	v.mu.Lock()
	sub := v.subjects[stream]
	v.mu.Unlock()
	if sub != nil {
		return sub, nil
	}
	sub, err := v.session.subject(ctx, stream)
	if standard.KindOf(err) == standard.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	v.subjects[stream] = sub
	v.mu.Unlock()
	return sub, nil
}
