// Package subscription tells other programs, at an address that they gave, of what was committed: FHIR R4 subscriptions by topic, over the rest-hook channel.
//
// The change log is the outbox. A subscription keeps up to which moment it has looked, in one transaction with the events that it found on the way; events wait, numbered, until the
// other side has acknowledged them, in their order. So a kill at any time loses nothing that was committed and tells nothing that was not; what was told when the acknowledgement was lost is
// told again under the same number.
//
// The package knows nothing of resources: the door finds events and writes notifications (a Source). It holds the rules of where something may be sent.
package subscription

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// State is FHIR's status of a subscription.
type State string

// The states.
const (
	Requested State = "requested" // the other side has not answered the handshake yet
	Active    State = "active"
	Failing   State = "error" // too much went wrong in a row; nothing is sent until it is asked for again
	Off       State = "off"
)

// Content says how much a notification tells.
type Content string

// The contents.
const (
	Empty        Content = "empty"
	IDOnly       Content = "id-only"
	FullResource Content = "full-resource"
)

// Asked is what somebody wants to be told, and where.
type Asked struct {
	Account   string
	Purpose   string
	Licence   string // what the client that asked may do for the account, as the door wrote it; "": all that the account may
	Base      string // of the door, as the asker reaches it
	Topic     string // its address
	Filters   []string
	Endpoint  string
	Headers   []string // "Name: value", kept and never shown
	XML       bool
	Content   Content
	Heartbeat int // seconds; 0: none
	Timeout   int // seconds of one attempt; 0: the usual
	Most      int // events in one notification; 0: the usual
	End       time.Time
	Said      string // the resource as it was sent, without what is kept secret
}

// Subscription is all there is to know of one.
type Subscription struct {
	ID uuid.UUID
	Asked
	State     State
	Version   int
	Created   time.Time
	Changed   time.Time
	Moment    record.Moment // up to where the log was looked through
	Number    int64         // of the last event that was found
	Delivered int64         // of the last event that was acknowledged
	Trouble   string        // why it failed last; "": it did not
	Tries     int           // how often in a row
	Next      time.Time     // when it is tried again
	Sent      time.Time     // when something last arrived
}

// Event is one thing to be told.
type Event struct {
	Number int64
	At     time.Time // when it was committed
	Moment record.Moment
	Stream uuid.UUID
	Record uuid.UUID
	Class  string
	Change string // create, update or delete
}

// Kind is what a notification is for.
type Kind string

// The kinds.
const (
	Handshake Kind = "handshake"
	Heartbeat Kind = "heartbeat"
	Notice    Kind = "event-notification"
	Status    Kind = "query-status"
	Query     Kind = "query-event"
)

// Source finds events and writes notifications, in the name of whoever subscribed, as they may see the world now.
type Source interface {
	// Look goes through what was committed behind the moment of a subscription, and says how far it has come: it may be short of now.
	Look(ctx context.Context, s *Subscription) (found []Event, upTo record.Moment, err error)
	// Write writes a notification. What it tells is logged before it gives it back.
	Write(ctx context.Context, s *Subscription, kind Kind, events []Event) (body []byte, err error)
}

// Book is what the desk needs of a store. Kinds of error: NotFound, Busy, Unavailable.
type Book interface {
	// Add keeps a new subscription.
	Add(ctx context.Context, s *Subscription) error
	// Subscription gives one. NotFound when there is none.
	Subscription(ctx context.Context, id uuid.UUID) (*Subscription, error)
	// All gives all, the oldest first.
	All(ctx context.Context) ([]*Subscription, error)
	// Change lets fn change one, in one transaction. NotFound when there is none; an error of fn changes nothing.
	Change(ctx context.Context, id uuid.UUID, fn func(*Subscription) error) (*Subscription, error)
	// Advance moves a subscription from one moment on to another and keeps what was found on the way under the next numbers, in one transaction; it does nothing where the subscription is no
	// longer at that moment.
	Advance(ctx context.Context, id uuid.UUID, from, upTo record.Moment, found []Event) error
	// Events gives events with numbers from one up to another, in order, at most so many.
	Events(ctx context.Context, id uuid.UUID, from, upTo int64, most int) ([]Event, error)
	// Trim forgets events that were acknowledged and committed before a time.
	Trim(ctx context.Context, before time.Time) error
	// Remove lets go of a subscription and its events, whether there is one or not.
	Remove(ctx context.Context, id uuid.UUID) error
}
