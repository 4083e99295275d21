package outbox

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Device is a browser that keeps work while there is no network.
type Device struct {
	ID        uuid.UUID
	Name      string        // what it says it is: "Chrome on Android"
	Account   string        // who signed in on it last
	First     time.Time     // when it was first in touch
	Last      time.Time     // when it was last in touch
	Waiting   int           // how many entries it said were waiting on it
	Oldest    time.Time     // of those, when the oldest was made by our clock; zero: none
	Refused   int           // how many it holds that need a person
	Behind    time.Duration // by how much its clock was behind; negative: ahead
	Revoked   time.Time     // zero: it is not
	RevokedBy string        // the account
}

// State is what became of an entry.
type State string

// The states of an entry.
const (
	Received State = "received" // it is here, and it is not known yet what became of it
	Done     State = "done"     // it is in the record
	Person   State = "person"   // it could not be saved, or comes from somebody who has left: it waits for a person
	SetAside State = "aside"    // a person said why it is not needed; it is kept
)

// Entry is one entry that has come in.
type Entry struct {
	ID       uuid.UUID
	Device   uuid.UUID
	Account  string    // whose device it was written on
	Says     string    // who wrote it, as they said themselves without being signed in; "" where the account did
	Owner    uuid.UUID // who that was, in the directory, as a person has said since; zero: nobody has
	Stream   uuid.UUID // whom it is about; zero: nobody, or not known
	Path     string
	Title    string
	Initials string
	Made     time.Time     // as the device said
	Behind   time.Duration // by how much its clock was behind
	Received time.Time
	State    State
	Late     string // why it was not written at once in its author's name: see the Late words; "" for every other
	Outcome
	Settled   time.Time // by a person; zero: not
	SettledBy string    // the account
	Digest    [32]byte
	Sealed    []byte // while it is not in the record
}

// Outcome is how an attempt to write an entry ended.
type Outcome struct {
	Status  int      // of HTTP
	Where   string   // where the record is shown
	Reasons []string // why it was refused, in words
	Moment  int64    // up to where the log holds it
}

// Why an entry was not written at once in its author's name.
const (
	LateClosed  = "closed"  // the account is closed
	LateRevoked = "revoked" // the device was revoked
	LateUnknown = "unknown" // the device is not known: it was first in touch after the backup that was restored
	LateNamed   = "named"   // whoever wrote it was not signed in, and only said who they are
	LateOpened  = "opened"  // the form was shown to somebody else than whose name is on it
	LateOther   = "other"   // a step that needs a person: it is not among those that a device may take by itself
)

// Store is what the outbox needs of a store. What a method has kept has reached the disk when it returns. Kinds: NotFound, Busy, Unavailable.
type Store interface {
	// KeepDevice keeps what a device says of itself now; First, Revoked and RevokedBy stay as they were.
	KeepDevice(ctx context.Context, d Device) error
	// FindDevice gives one device. NotFound when there is none.
	FindDevice(ctx context.Context, id uuid.UUID) (Device, error)
	// Devices lists all devices, those last that were in touch longest ago.
	Devices(ctx context.Context) ([]Device, error)
	// Revoke notes that a device is revoked, or, with the zero time, that it is no longer.
	Revoke(ctx context.Context, id uuid.UUID, at time.Time, by string) error
	// KeepKey keeps a public key with which a device signs for an account. It may be kept already.
	KeepKey(ctx context.Context, device uuid.UUID, account string, public []byte, at time.Time) error
	// Keys gives the public keys of a device for an account.
	Keys(ctx context.Context, device uuid.UUID, account string) ([][]byte, error)
	// Receive keeps an entry that has come in, unless one of that id is here already; it gives what is here then, and whether it was before.
	Receive(ctx context.Context, e Entry) (there Entry, before bool, err error)
	// Settle keeps what became of an entry: its state, lateness, owner, outcome, settling; what was sealed is forgotten when it is done. Gone where it was done
	// before and would not be any more; what is done stays as it was.
	Settle(ctx context.Context, e Entry) error
	// Find gives one entry with what is sealed in it. NotFound when there is none.
	Find(ctx context.Context, id uuid.UUID) (Entry, error)
	// Waiting lists the entries of a state, the oldest first, without what is sealed in them; of one account or all ("").
	Waiting(ctx context.Context, state State, account string) ([]Entry, error)
	// Count tells how many entries of an account, or of all (""), wait for a person.
	Count(ctx context.Context, account string) (int, error)
}
