package subscription

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/record"
)

// Noted is what the log of who saw what is told of a subscription: what is about to be asked for from now on, and then that it was done. So nobody can change behind the program's back what is
// sent where, nor put a subscription in or take one out, unnoticed.
type Noted struct {
	ID      uuid.UUID
	Account string // whose it is
	To      string // the computer that is told
	Why     string
	Digest  string // of what is asked for; "": nothing any more
	Done    bool
	Before  bool // it was there before subscriptions were noted; of no subscription: all such have been named
}

const notedNothing, notedDone, notedBefore = "nothing", " done", " taken over"

// What writes what was asked for and whether it was done, as ReadNoted reads it.
func (n Noted) What() string {
	text := n.ID.String() + " " + n.Digest
	if n.Digest == "" {
		text += notedNothing
	}
	if n.Before {
		text += notedBefore
	}
	if n.Done {
		text += notedDone
	}
	return text
}

// ReadNoted reads what What has written.
func ReadNoted(what string) (n Noted, err error) {
	what, n.Done = strings.CutSuffix(what, notedDone)
	what, n.Before = strings.CutSuffix(what, notedBefore)
	id, digest, _ := strings.Cut(what, " ")
	if n.ID, err = uuid.Parse(id); err != nil {
		return n, fmt.Errorf("a note about a subscription: %w", err)
	}
	if digest != notedNothing {
		n.Digest = digest
	}
	return n, nil
}

// Digest is of what was asked for, and of all else that only somebody's asking changes.
func (s *Subscription) Digest() (string, error) {
	text, err := json.Marshal(struct {
		ID      uuid.UUID
		Asked   Asked
		Version int
		Created time.Time
		Changed time.Time
		Off     bool
	}{s.ID, s.Asked, s.Version, s.Created, s.Changed, s.State == Off}, json.Deterministic(true), json.FormatNilSliceAsNull(false))
	if err != nil {
		return "", fmt.Errorf("subscription: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// noted does something that changes what is asked for, between two notes about it. When it fails, what was noted first remains as what was tried.
func (d *Desk) noted(ctx context.Context, s *Subscription, why string, gone bool, do func() error) error {
	if d.Note == nil {
		return do()
	}
	n := Noted{ID: s.ID, Account: s.Account, Why: why, To: s.host()}
	if !gone {
		var err error
		if n.Digest, err = s.Digest(); err != nil {
			return err
		}
	}
	if err := d.Note(ctx, n); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	n.Done = true
	return d.Note(ctx, n)
}

// host is the computer that is told; "" where the endpoint names none.
func (s *Subscription) host() string {
	at, err := url.Parse(s.Endpoint)
	if err != nil {
		return ""
	}
	return at.Host
}

// TakeOver notes the subscriptions that an earlier version made, which noted none, and then that these were all: what is named behind that as taken over is not believed. It may be done again
// when it was broken off.
func (d *Desk) TakeOver(ctx context.Context) error {
	all, err := d.Book.All(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		n := Noted{ID: s.ID, Account: s.Account, To: s.host(), Why: "It was there when Rosemary began to note this.", Before: true}
		if n.Digest, err = s.Digest(); err != nil {
			return err
		}
		if err := d.Note(ctx, n); err != nil {
			return err
		}
	}
	return d.Note(ctx, Noted{Before: true})
}

// ChangeOf tells what a version is to whoever is told of it.
func ChangeOf(v *record.Version) string {
	switch {
	case v.Status == record.EnteredInError:
		return Deleted
	case v.Number == 1:
		return Created
	}
	return Updated
}

// errChanged says that somebody else has changed a subscription since it was read.
var errChanged = errors.New("changed since")

// amend changes what is asked for by a subscription. Fn does the same each time that it is called.
func (d *Desk) amend(ctx context.Context, id uuid.UUID, why string, fn func(*Subscription) error) (kept *Subscription, err error) {
	for {
		s, err := d.Book.Subscription(ctx, id)
		if err != nil {
			return nil, err
		}
		before := s.Version
		if err := fn(s); err != nil {
			return nil, err
		}
		err = d.noted(ctx, s, why, false, func() (err error) {
			kept, err = d.Book.Change(ctx, id, func(now *Subscription) error {
				if now.Version != before {
					return errChanged
				}
				return fn(now)
			})
			return err
		})
		if !errors.Is(err, errChanged) {
			return kept, err
		}
	}
}
