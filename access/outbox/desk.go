package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Desk is where devices report and their entries arrive. One process has one.
type Desk struct {
	Key   *Key
	Store Store
	Now   func() time.Time
	// State tells the installation's epoch, the end of its log, and up to where a backup holds it; whether there are backups at all.
	State func(ctx context.Context) (Standing, error)

	one sync.Mutex // entries are written one after the other: a device that sends one twice at once gets one answer
}

// Standing is how the installation stands, as a device must know it.
type Standing struct {
	Epoch    int
	Head     int64
	BackedUp int64
	Backups  bool
}

// Writer writes an entry in its author's name, as the page itself would have. Waits says that it must wait for a person instead, and why.
// An error says that it could not be tried now, and is to be tried again.
type Writer func(ctx context.Context, e *Envelope) (outcome Outcome, waits string, err error)

// Receive takes an envelope in: it is kept before it is written, and what became of it is the answer, however often it is sent. Carrier is the
// account that is signed in where it comes from, "" when nobody is.
func (d *Desk) Receive(ctx context.Context, sealed []byte, carrier string, write Writer) (Entry, error) {
	e, err := d.Key.Open(sealed)
	if err != nil {
		return Entry{}, refusal(err)
	}
	late, err := d.sender(ctx, e, carrier)
	if err != nil {
		return Entry{}, err
	}
	d.one.Lock()
	defer d.one.Unlock()
	entry, before, err := d.Store.Receive(ctx, entryOf(e, sealed, d.Now(), late))
	switch {
	case err != nil:
		return Entry{}, err
	case before && (entry.Digest != e.Digest || entry.Device != e.Device || entry.Account != e.Account):
		return Entry{}, &standard.Fault{Kind: standard.Reused, Message: "This entry has come before with something else in it. It was not changed.",
			Hint: "Write what is missing in a new entry."}
	case before && entry.State != Received:
		return entry, nil
	}
	return d.write(ctx, entry, e, write)
}

// write tries to write an entry that is here.
func (d *Desk) write(ctx context.Context, entry Entry, e *Envelope, write Writer) (Entry, error) {
	if entry.Late == "" {
		outcome, waits, err := write(ctx, e)
		if err != nil {
			return Entry{}, err
		}
		entry.Outcome, entry.Late = outcome, waits
	}
	entry.State = Person
	if entry.Late == "" && entry.Status < 400 {
		entry.State = Done
		s, err := d.State(ctx)
		if err != nil {
			return Entry{}, err
		}
		entry.Moment = s.Head
	}
	return entry, d.Store.Settle(ctx, entry)
}

// Resume writes what was taken in before the process ended and is not written yet.
func (d *Desk) Resume(ctx context.Context, write Writer) error {
	d.one.Lock()
	defer d.one.Unlock()
	list, err := d.Store.Waiting(ctx, Received, "")
	if err != nil {
		return err
	}
	var errs []error
	for _, listed := range list {
		entry, e, err := d.opened(ctx, listed.ID)
		if err == nil {
			_, err = d.write(ctx, entry, e, write)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Opened gives an entry that waits for a person, with what is in it.
func (d *Desk) Opened(ctx context.Context, id uuid.UUID) (Entry, *Envelope, error) {
	return d.opened(ctx, id)
}

func (d *Desk) opened(ctx context.Context, id uuid.UUID) (Entry, *Envelope, error) {
	entry, err := d.Store.Find(ctx, id)
	if err != nil {
		return entry, nil, err
	}
	if len(entry.Sealed) == 0 {
		return entry, nil, &standard.Fault{Kind: standard.Gone, Message: "This entry has been dealt with already."}
	}
	e, err := d.Key.Open(entry.Sealed)
	if err != nil {
		return entry, nil, &standard.Fault{Kind: standard.Broken, Message: "This entry cannot be opened any more.", Err: err}
	}
	return entry, e, nil
}

// sender says whether the entry may be written in its author's name, or why a person must look at it first. What nobody has signed who is known here is
// refused, unless somebody signed in brings it: then it may be what a restored backup has forgotten.
func (d *Desk) sender(ctx context.Context, e *Envelope, carrier string) (late string, err error) {
	device, err := d.Store.FindDevice(ctx, e.Device)
	known := err == nil
	if err != nil && standard.KindOf(err) != standard.NotFound {
		return "", err
	}
	signed := false
	if known {
		keys, err := d.Store.Keys(ctx, e.Device, e.Account)
		if err != nil {
			return "", err
		}
		for _, key := range keys {
			signed = signed || e.SignedBy(key)
		}
	}
	switch {
	case signed && !device.Revoked.IsZero():
		return LateRevoked, nil
	case e.Says != "" && (signed || carrier != ""):
		return LateNamed, nil
	case signed, carrier != "" && carrier == e.Account:
		return "", nil
	case carrier != "":
		return LateUnknown, nil
	}
	return "", &standard.Fault{Kind: standard.Unauthenticated, Message: "This entry comes from a device that is not known here. It stays on the device.",
		Hint: "Sign in on the device: then it is sent."}
}

func entryOf(e *Envelope, sealed []byte, now time.Time, late string) Entry {
	return Entry{ID: e.ID, Device: e.Device, Account: e.Account, Says: e.Says, Stream: streamOf(e.Path), Path: e.Path, Title: e.Title, Initials: e.Initials,
		Made: e.MadeAt(), Behind: e.ClockBehind(), Received: now, State: Received, Late: late, Digest: e.Digest, Sealed: sealed}
}

func refusal(err error) error {
	f := &standard.Fault{Kind: standard.Invalid, Message: "What the device sent could not be opened. It stays on the device.", Hint: "Tell whoever looks after Rosemary.", Err: err}
	if errors.Is(err, ErrKey) {
		f.Kind, f.Message = standard.Conflict, "What the device sent was sealed for another system, or before its key was replaced. It stays on the device."
	}
	return f
}

// Newcomer gives a device that is first in touch its id.
func Newcomer() (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return id, fmt.Errorf("an id for a device: %w", err)
	}
	return id, nil
}

// streamOf finds in the address of a form whom it is about; the zero uid where it does not say.
func streamOf(path string) uuid.UUID {
	for part := range strings.SplitSeq(path, "/") {
		if id, err := uuid.Parse(part); err == nil && len(part) == 36 {
			return id
		}
	}
	return uuid.Nil
}
