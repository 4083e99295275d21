package access

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// Unsaved is a form that was filled in without a network, has arrived and is in no record yet.
type Unsaved struct {
	ID      uuid.UUID
	Stream  uuid.UUID // whom it is about; zero: nobody, or not known
	Account string    // whose it is
	Says    string    // who wrote it on that account's device, as they said themselves; "" where the account did
	Form    string    // the address it was sent to
	At      time.Time // when it was written, by our clock as far as it is known
}

// Unwritten lists what waits to be written about a person and their other records: whoever is about to do something must know that it may have been done. It shows no content.
func (s *Session) Unwritten(ctx context.Context, stream uuid.UUID) ([]record.Unwritten, error) {
	sub, err := s.subject(ctx, stream)
	if err == nil && !sub.may(ToRecord, record.Normal) {
		err = notFound()
	}
	if err != nil {
		return nil, s.denied(ctx, Entry{Action: "unwritten", Stream: stream}, err)
	}
	head, _, err := s.guard.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	others, err := s.guard.config.Register.Together(ctx, []uuid.UUID{stream}, head)
	if err != nil {
		return nil, err
	}
	return s.unwritten(ctx, append([]uuid.UUID{stream}, others[stream]...))
}

// unwritten lists it for the records of one person, without the entry that is being written itself.
func (s *Session) unwritten(ctx context.Context, streams []uuid.UUID) ([]record.Unwritten, error) {
	if s.guard.config.Unwritten == nil {
		return nil, nil
	}
	all, err := s.guard.config.Unwritten(ctx)
	if err != nil {
		return nil, err
	}
	var found []record.Unwritten
	for _, w := range all {
		if !slices.Contains(streams, w.Stream) || s.late != nil && s.late.Entry == w.ID {
			continue
		}
		name, err := s.guard.Called(ctx, w.Account)
		if err != nil {
			return nil, err
		}
		if w.Says != "" {
			name = w.Says + " (a name that nobody proved, on a device of " + name + ")"
		}
		found = append(found, record.Unwritten{ID: w.ID, Form: w.Form, By: name, At: w.At})
	}
	return found, nil
}
