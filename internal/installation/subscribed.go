package installation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/subscription"
	"rosemary/record"
)

// noteSubscription tells the log of who saw what of a subscription.
func (in *Installation) noteSubscription(ctx context.Context, n subscription.Noted) error {
	return in.Guard.NoteSubscription(ctx, n.Account, n.To, n.Why, n.What(), n.Done)
}

// takeOver notes once what an earlier version has left. A command beside a server leaves it to the server.
func (in *Installation) takeOver(ctx context.Context) error {
	if in.beside {
		return nil
	}
	done, err := in.subscriptions.TakenOver(ctx)
	if err != nil || done {
		return err
	}
	if err := in.Subscribed.TakeOver(ctx); err != nil {
		return err
	}
	return in.subscriptions.KeepTakenOver(ctx)
}

// notedSubscriptions are what the log of who saw what says of subscriptions.
type notedSubscriptions struct {
	digests map[uuid.UUID][]string // that each may have: the last that was done, and what was begun since. "" is none: there is no subscription
	closed  bool                   // those that there were before are all named
}

// add reads what a batch says of subscriptions.
func (n *notedSubscriptions) add(b access.Batch) error {
	if !bytes.Contains(b.Lines, []byte(`"action":"`+access.SubscriptionAction+`"`)) {
		return nil
	}
	entries, err := b.Entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Action != access.SubscriptionAction {
			continue
		}
		noted, err := subscription.ReadNoted(e.What)
		if err != nil {
			return err
		}
		before, known := n.digests[noted.ID]
		switch {
		case noted.Before && noted.ID == uuid.Nil:
			n.closed = true
		case noted.Before && n.closed && !slices.Contains(before, noted.Digest):
			return broken(fmt.Errorf("the subscription %s was put in behind the program's back, as if an earlier version had left it: those were all taken over before. Stop it: rosemary subscriptions stop %s", noted.ID, noted.ID))
		case noted.Before && known: // it was taken over when that was broken off, or somebody has asked for it since
		case noted.Done, noted.Before:
			n.digests[noted.ID] = []string{noted.Digest}
		case known:
			n.digests[noted.ID] = append(before, noted.Digest)
		default:
			n.digests[noted.ID] = []string{"", noted.Digest}
		}
	}
	return nil
}

// verifySubscriptions holds what other programs are told against what the log of who saw what, read up to a batch, says that they asked for. What is changed meanwhile by a server beside looks like
// a difference: then it is done again.
func (in *Installation) verifySubscriptions(ctx context.Context, asked *notedSubscriptions, upTo int64) error {
	for {
		differs := in.subscribedAs(ctx, asked)
		if differs == nil {
			return nil
		}
		before := upTo
		err := in.Accounts.Batches(ctx, upTo, func(b access.Batch) error {
			upTo = b.Seq
			return asked.add(b)
		})
		if err != nil || before == upTo {
			return errors.Join(err, differs)
		}
	}
}

func (in *Installation) subscribedAs(ctx context.Context, asked *notedSubscriptions) error {
	all, err := in.Subscribed.Book.All(ctx)
	if err != nil {
		return broken(err)
	}
	here := map[uuid.UUID]bool{}
	for _, s := range all {
		here[s.ID] = true
		digest, err := s.Digest()
		if err != nil {
			return err
		}
		if _, known := asked.digests[s.ID]; !known {
			return broken(fmt.Errorf("the subscription %s of %s, which tells %s of what is saved, was put in behind the program's back: nobody asked for it. Stop it: rosemary subscriptions stop %s", s.ID, s.Account, s.Endpoint, s.ID))
		}
		if !slices.Contains(asked.digests[s.ID], digest) {
			return broken(fmt.Errorf("the subscription %s of %s, which tells %s of what is saved, is not what was asked for: it was altered. Stop it: rosemary subscriptions stop %s", s.ID, s.Account, s.Endpoint, s.ID))
		}
		if s.Delivered > s.Number {
			return broken(fmt.Errorf("the subscription %s is said to have told more than there was to tell", s.ID))
		}
	}
	if err := in.subscriptions.Verify(ctx); err != nil {
		return broken(err)
	}
	for id, digests := range asked.digests {
		if !here[id] && !slices.Contains(digests, "") {
			return broken(fmt.Errorf("the subscription %s was taken out behind the program's back: a program waits to be told of what is saved, and is not", id))
		}
	}
	return nil
}

// told are the events that programs are told of, by the moment at which the log must hold them.
type told map[record.Moment][]subscription.Event

// toldOf reads them.
func (in *Installation) toldOf(ctx context.Context) (told, error) {
	const page = 1000
	all, err := in.Subscribed.Book.All(ctx)
	if err != nil {
		return nil, broken(err)
	}
	t := told{}
	for _, s := range all {
		for from := int64(1); from <= s.Number; {
			events, err := in.Subscribed.Book.Events(ctx, s.ID, from, s.Number, page)
			if err != nil {
				return nil, broken(err)
			}
			if len(events) == 0 {
				break
			}
			for _, e := range events {
				if e.Moment > s.Moment {
					return nil, broken(fmt.Errorf("event %d of the subscription %s is of moment %d, and the log was looked through up to %d", e.Number, s.ID, e.Moment, s.Moment))
				}
				t[e.Moment] = append(t[e.Moment], e)
			}
			from = events[len(events)-1].Number + 1
		}
	}
	return t, nil
}

// add holds the events of a moment against what was committed then.
func (t told) add(s *record.Sealed, committed record.Instant) error {
	for _, e := range t[s.Moment] {
		if !e.At.Equal(committed.Time()) && !e.At.Equal(s.Committed) {
			return &record.Broken{Moment: s.Moment, Stream: s.Stream, What: "a program is told that this was committed at another time"}
		}
		gone := s.Destroyed != uuid.Nil && e.Stream == uuid.Nil && e.Record == uuid.Nil && e.Class == ""
		is := slices.ContainsFunc(s.Versions, func(v *record.Version) bool {
			return v.Record == e.Record && v.Class == e.Class && subscription.ChangeOf(v) == e.Change
		})
		if !gone && (e.Stream != s.Stream || !is) {
			return &record.Broken{Moment: s.Moment, Stream: s.Stream, What: "a program is told of something else than what was committed"}
		}
	}
	delete(t, s.Moment)
	return nil
}

// allFound refuses events of moments that the log does not have.
func (t told) allFound() error {
	for moment := range t {
		return fmt.Errorf("a program is told of moment %d, which the log does not hold", moment)
	}
	return nil
}
