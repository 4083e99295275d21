package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// The actions by which the log of who saw what tells that another program was told of something that was committed: only that, or what it says too.
const (
	hintAction     = "notification-hint"
	announceAction = "notification"
)

// SubscriptionAction is the action by which the log of who saw what tells what another program asked to be told from now on.
const SubscriptionAction = "subscription"

// NoteSubscription logs what a program of an account asked to be told at a place; what says it in the form of whoever keeps subscriptions. What is about to be done is on the disk when this
// returns, and must not be done when it could not be.
func (g *Guard) NoteSubscription(ctx context.Context, account, to, why, what string, done bool) error {
	entry := Entry{Action: SubscriptionAction, Account: account, To: to, Why: why, What: what, Outcome: Done}
	if done {
		g.book.add(ctx, entry)
		return nil
	}
	return g.book.disclose(ctx, entry)
}

// Following gives what was committed behind a moment to any stream that the reader may see, the oldest first, each with what of it may be seen, and up to which moment was looked. The work
// is bounded: it goes on behind that. Nothing is logged, for nothing of it is shown by this: whoever tells somebody of it logs that (Hint, Announce).
func (v *View) Following(ctx context.Context, after record.Moment) (list []*record.Sealed, upTo record.Moment, err error) {
	if upTo = min(after+lookedAt, v.moment); upTo <= after {
		return nil, after, nil
	}
	var found []*record.Sealed
	err = v.session.guard.config.Log.Contributions(ctx, uuid.Nil, after, upTo, func(sealed *record.Sealed) error {
		found = append(found, sealed)
		return nil
	})
	if err != nil {
		return nil, after, err
	}
	for _, sealed := range found {
		sub, err := v.known(ctx, sealed.Stream)
		if err != nil {
			return nil, after, err
		}
		if sub == nil || !sub.reads {
			continue
		}
		shown, err := v.session.part(ctx, sub, sealed)
		if standard.KindOf(err) == standard.NotFound {
			continue
		}
		if err != nil {
			return nil, after, err
		}
		list = append(list, shown)
	}
	return list, upTo, nil
}

// Before gives the version that stood before one that the reader may see, for telling whether what that says is new; nil where there was none. It is not shown, and so not logged.
func (v *View) Before(ctx context.Context, version *record.Version) (*record.Version, error) {
	after := record.Cursor{Number: version.Number - 2, From: record.Forever}
	near, _, err := v.session.guard.config.Log.Versions(ctx, record.Query{
		Stream: version.Stream, Record: version.Record, At: v.head, Which: record.All, Errors: true, Order: record.NumberAsc, After: &after, Scope: record.Scope{Everything: true}, Limit: 1,
	})
	if err != nil || len(near) == 0 || near[0].Number >= version.Number {
		return nil, err
	}
	return near[0], nil
}

// Hint logs, on the disk, that another program is about to be told that there is something new in a record. It reports false for a record that the reader may not see by now.
func (v *View) Hint(ctx context.Context, stream, rec uuid.UUID, to string) (bool, error) {
	version, err := v.announced(ctx, stream, rec, ToRead)
	if err != nil || version == nil {
		return false, err
	}
	return true, v.session.guard.book.disclose(ctx, v.session.entry(Entry{Action: hintAction, Stream: stream, Record: rec, Class: version.Class, Moment: v.moment, To: to}))
}

// Announce gives a record as it stands, to be sent to another program, once the log of who saw what has it on the disk; nil for one that the reader may not see or not export by now.
func (v *View) Announce(ctx context.Context, stream, rec uuid.UUID, to string) (*record.Version, error) {
	version, err := v.announced(ctx, stream, rec, ToExport)
	if err != nil || version == nil {
		return nil, err
	}
	return version, v.session.guard.book.disclose(ctx, v.session.entry(Entry{Action: announceAction, Stream: stream, Record: rec, Class: version.Class, Moment: v.moment, Count: 1, To: to}))
}

// announced finds a record as it stands, as far as it may be told of.
func (v *View) announced(ctx context.Context, stream, rec uuid.UUID, action Action) (*record.Version, error) {
	sub, err := v.known(ctx, stream)
	if err != nil || sub == nil || !sub.reads || !sub.may(action, record.Normal) {
		return nil, err
	}
	found, _, err := v.session.guard.config.Log.Versions(ctx, record.Query{Stream: stream, Record: rec, At: v.moment, Which: record.Current, Errors: true, Limit: 1, Scope: sub.scope})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if !sub.person {
		hidden, err := sub.hides(ctx, found[0].Class)
		if hidden || err != nil {
			return nil, err
		}
		return found[0], nil
	}
	sees, err := sub.sees(ctx, action, found[0])
	if err != nil || !sees {
		return nil, err
	}
	return found[0], nil
}
