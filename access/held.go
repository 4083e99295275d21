package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Waits is the kind of the answer to what a client wrote that waits until a person ratifies it: it was taken in, and is no part of the record yet.
const Waits standard.Kind = "waits"

// Declined is the kind of the answer to what a client sends again that a person has declined.
const Declined standard.Kind = "declined"

// Held is what a client wrote at once and what waits for a person. It was judged by all rules when it came; it is judged again when it is ratified.
type Held struct {
	ID        uuid.UUID
	Digest    record.Hash // of what was sent
	Client    string
	Name      string // of the client
	Account   string // that it acted for
	Worker    uuid.UUID
	Stream    uuid.UUID // whom or what it is about, first of all
	Proposals []*record.Proposal
	Versions  []HeldVersion
	Sent      time.Time
}

// HeldVersion is a version that it would make, for showing it.
type HeldVersion struct {
	Stream, Record uuid.UUID
	Number         int
	Class          string
	Status         record.Status
	Sensitivity    record.Sensitivity
	Content        []byte
}

// HeldPlace is a place among what waits: when one was sent, and which. The zero place is the beginning.
type HeldPlace struct {
	Sent time.Time
	ID   uuid.UUID
}

// HeldDecision is what somebody decided about it.
type HeldDecision struct {
	By       string // an account
	At       time.Time
	Ratified bool
	Reason   string // why it was declined
}

// HeldBefore is what is known for ever of something that a client wrote and that waited, or waits.
type HeldBefore struct {
	Digest   record.Hash
	Client   string
	Decided  bool
	Ratified bool
	Versions []HeldVersion // while it waits
}

// Holdings is what access needs of a store of what waits. Kinds of error: NotFound, Conflict, Reused, Busy, Unavailable.
type Holdings interface {
	// Hold keeps what a client wrote. The same again is kept once; another thing under the same id is Reused.
	Hold(ctx context.Context, h Held) error
	// HeldBefore tells what became of one. NotFound when nothing was ever kept under this id.
	HeldBefore(ctx context.Context, id uuid.UUID) (HeldBefore, error)
	// Holding gives one that nobody has decided about. NotFound when there is none, Conflict when somebody has.
	Holding(ctx context.Context, id uuid.UUID) (Held, error)
	// HeldAbout gives all that wait about a stream, the oldest first.
	HeldAbout(ctx context.Context, stream uuid.UUID) ([]Held, error)
	// HeldPage gives some that wait, the oldest first: those behind a place, or from the beginning.
	HeldPage(ctx context.Context, after HeldPlace, limit int) ([]Held, error)
	// HeldCount counts what waits of a client, up to a number, but for one.
	HeldCount(ctx context.Context, client string, but uuid.UUID, upTo int) (int, error)
	// DecideHeld keeps a decision, and lets go of what was written: what was ratified stands in the record, what was declined nowhere. Conflict when somebody has decided.
	DecideHeld(ctx context.Context, id uuid.UUID, d HeldDecision) error
}

// noHoldings is a store that keeps none.
type noHoldings struct{}

func (noHoldings) Hold(context.Context, Held) error { return errNoClients() }
func (noHoldings) HeldBefore(context.Context, uuid.UUID) (HeldBefore, error) {
	return HeldBefore{}, notFound()
}
func (noHoldings) Holding(context.Context, uuid.UUID) (Held, error) {
	return Held{}, notFound()
}
func (noHoldings) HeldAbout(context.Context, uuid.UUID) ([]Held, error)           { return nil, nil }
func (noHoldings) HeldPage(context.Context, HeldPlace, int) ([]Held, error)       { return nil, nil }
func (noHoldings) HeldCount(context.Context, string, uuid.UUID, int) (int, error) { return 0, nil }
func (noHoldings) DecideHeld(context.Context, uuid.UUID, HeldDecision) error {
	return notFound()
}
