package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Subscribed is what a program of others has asked to be told of, whenever something is committed, and how it goes.
type Subscribed struct {
	ID       uuid.UUID
	Account  string // in whose name it asked
	Name     string // of that account, as people are called
	Program  string // the client that asked for it; "": whoever has the account, by themselves
	What     string // what it is told of, in words
	Filters  []string
	Endpoint string
	Tells    string // how much it is told, as FHIR names it: empty, id-only, full-resource
	State    string // as FHIR names it: requested, active, error, off
	Created  time.Time
	Sent     time.Time // when something last arrived; zero: nothing has
	Waiting  int64     // how many events have not arrived yet
	Trouble  string    // why it failed last, or was stopped; "": it did not
	Tries    int       // how often it failed in a row
	Next     time.Time // when it is tried again; zero: it is not
	End      time.Time // when it ends by itself; zero: never
}

// Off reports whether nothing is sent any more.
func (s *Subscribed) Off() bool { return s.State == "off" }

// Subscriptions are those of an installation.
type Subscriptions interface {
	// All gives all of them, the oldest first.
	All(ctx context.Context) ([]Subscribed, error)
	// Stop turns one off. NotFound when there is none.
	Stop(ctx context.Context, id uuid.UUID, why string) error
}

// Subscriptions lists what programs are told, for whoever may manage programs. No content of a record is in it.
func (s *Session) Subscriptions(ctx context.Context) ([]Subscribed, error) {
	if err := s.mayManageClients(ctx, Entry{Action: "subscriptions"}); err != nil || s.guard.config.Subscriptions == nil {
		return nil, err
	}
	all, err := s.guard.config.Subscriptions.All(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Name, err = s.guard.Called(ctx, all[i].Account); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// StopSubscription turns one off. Whoever asked for it sees that, and why, and can ask again.
func (s *Session) StopSubscription(ctx context.Context, id uuid.UUID) error {
	entry := Entry{Action: "stop-subscription", What: id.String()}
	if err := s.mayManageClients(ctx, entry); err != nil {
		return err
	}
	if s.guard.config.Subscriptions == nil {
		return &standard.Fault{Kind: standard.NotFound, Message: "There is no such subscription."}
	}
	if err := s.guard.config.Subscriptions.Stop(ctx, id, "It was stopped here by "+s.principal.Name+"."); err != nil {
		return err
	}
	s.note(ctx, entry)
	return nil
}
