package access

import (
	"cmp"
	"context"
	"errors"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Late says of what a session commits when and by whom it was written, where that was not just now by the committer: what was written without a network.
type Late struct {
	Author   uuid.UUID // who wrote it; zero: the committer
	Recorded string    // instant with offset at which it was written
	Entry    uuid.UUID // the entry of a device that is being written: it does not wait behind itself; zero: none
	Note     string    // for the change log, where no reason is given: what the device's clock said
}

// OnDevice is why a page is read that a device keeps for when there is no network: nobody may have looked at it yet.
const OnDevice = "kept on a device to be read without a network"

// Late gives the same session for committing what was written earlier. What a proposal says itself of author and time counts.
func (s *Session) Late(l Late) *Session {
	late := *s
	late.late = &l
	return &late
}

// ForDevice gives the same session for reading what a device keeps.
func (s *Session) ForDevice() *Session {
	device := *s
	device.why = OnDevice
	return &device
}

// ErrTrial is the answer to what a session on trial would have committed.
var ErrTrial = errors.New("this would have been saved: it was only tried")

// Trial gives the same session for finding out what is wrong with what would be committed: it checks everything, and commits nothing.
func (s *Session) Trial() *Session {
	trial := *s
	trial.trial = true
	return &trial
}

// apply fills in what the changes of the proposals do not say themselves.
func (l *Late) apply(proposals []*record.Proposal) {
	for _, p := range proposals {
		for i := range p.Changes {
			ch := &p.Changes[i]
			if !ch.Type.MakesVersion() {
				continue
			}
			if ch.Author == uuid.Nil {
				ch.Author = l.Author
			}
			if ch.Recorded == "" {
				ch.Recorded = l.Recorded
			}
			if ch.Description == "" && p.Description == "" && ch.Type != record.Correct && ch.Type != record.MarkError {
				ch.Description = l.Note
			}
		}
	}
}

// WorkerOf gives the entry of the directory of whoever has, or had, an account. NotFound when there is none.
func (g *Guard) WorkerOf(ctx context.Context, account string) (uuid.UUID, error) {
	a, err := g.config.Accounts.Find(ctx, accountName(account))
	return a.Worker, err
}

// Called is what whoever has, or had, an account is called: by the directory, else by the account; the account itself where nothing is known of it.
func (g *Guard) Called(ctx context.Context, account string) (string, error) {
	a, err := g.config.Accounts.Find(ctx, accountName(account))
	if standard.KindOf(err) == standard.NotFound {
		return account, nil
	}
	if err != nil {
		return "", err
	}
	if a.Worker != uuid.Nil {
		head, _, err := g.config.Log.Head(ctx)
		if err != nil {
			return "", err
		}
		names, err := g.config.Register.Names(ctx, uuid.Nil, []uuid.UUID{a.Worker}, head, record.Scope{})
		if err != nil {
			return "", err
		}
		if names[a.Worker] != "" {
			return names[a.Worker], nil
		}
	}
	return cmp.Or(a.Name, account), nil
}

// Closed reports whether an account can no longer be signed in with.
func (g *Guard) Closed(ctx context.Context, account string) (bool, error) {
	a, err := g.config.Accounts.Find(ctx, accountName(account))
	if standard.KindOf(err) == standard.NotFound {
		return true, nil
	}
	return a.Disabled || g.over(a) || !g.hasRole(a), err
}

// LastChange tells at which moment something was last written in a stream that the reader may see. It shows no content.
func (v *View) LastChange(ctx context.Context, stream uuid.UUID) (record.Moment, error) {
	sub, err := v.readable(ctx, Entry{Action: "person", Stream: stream})
	if err != nil {
		return 0, err
	}
	return sub.info.Last, nil
}
