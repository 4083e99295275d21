package exchange

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/standard"
)

// This file is what people do about other systems and about requests of their own. Every method is decided by the policy.

// Peers gives the systems that records are exchanged with, for whoever keeps them or asks them for somebody.
func (x *Exchange) Peers(ctx context.Context, s *access.Session) ([]Peer, error) {
	if !s.May(access.ToManagePeers) && !s.May(access.ToRatify) && !s.May(access.ToExport) {
		return nil, s.Permit(ctx, access.ToManagePeers, access.Entry{Action: "peers"})
	}
	all, err := x.Book.Peers(ctx)
	return slices.DeleteFunc(all, func(p Peer) bool { return p.Gone() }), err
}

// Named gives what to call a system, also one that was removed.
func (x *Exchange) Named(ctx context.Context, system string) (Peer, error) {
	return x.Book.Peer(ctx, system)
}

// Look asks which system answers at an address, so that two people can compare its fingerprint. Nothing is kept, and nothing is believed.
func (x *Exchange) Look(ctx context.Context, s *access.Session, address string) (Card, string, error) {
	if err := s.Permit(ctx, access.ToManagePeers, access.Entry{Action: "look-for-peer"}); err != nil {
		return Card{}, "", err
	}
	address, wrong := addressOf(address)
	if wrong != "" {
		return Card{}, "", standard.Refuse("Nobody was asked.", []standard.Problem{{Path: "/address", Rule: "bad-address", Message: wrong}})
	}
	card, err := x.look(ctx, address)
	if err != nil {
		return Card{}, "", err
	}
	if card.System == x.System {
		return Card{}, "", standard.Refuse("Nothing was added.", []standard.Problem{{Path: "/address", Rule: "own-address", Message: "This very system answers there. Write the address of the other one."}})
	}
	return card, address, nil
}

// AddPeer keeps a system whose fingerprint was compared, or another address or key of one that is known.
func (x *Exchange) AddPeer(ctx context.Context, s *access.Session, n NewPeer) (Peer, error) {
	if err := standard.Refuse("The system was not added.", n.problems(x.System)); err != nil {
		return Peer{}, err
	}
	p, err := x.peerOf(ctx, n)
	if err != nil {
		return p, err
	}
	if err := s.Permit(ctx, access.ToManagePeers, access.Entry{Action: "add-peer", To: oneLine(p.Name), What: p.Fingerprint()}); err != nil {
		return p, err
	}
	p.Added, p.AddedBy = x.Now().UTC(), s.Principal().Name
	return p, x.Book.KeepPeer(ctx, p)
}

func (x *Exchange) peerOf(ctx context.Context, n NewPeer) (Peer, error) {
	p := n.with(nil)
	before, err := x.Book.Peer(ctx, p.System)
	switch {
	case standard.KindOf(err) == standard.NotFound:
		return p, nil
	case err != nil:
		return p, err
	}
	if before.Configured && !before.Gone() {
		return before, standard.Refuse("The system was not added.", []standard.Problem{{Path: "/key", Rule: "configured", Message: before.Name + " stands in the configuration of this system. Whoever looks after this computer changes it there."}})
	}
	return n.with(&before), nil
}

func inConfiguration(p *Peer) error {
	return &standard.Fault{Kind: standard.Conflict, Message: p.Name + " stands in the configuration of this system.", Hint: "Whoever looks after this computer takes it out there, and starts Rosemary again."}
}

// RemovePeer ends the exchange with a system. What goes on with it stops; what it has signed can still be verified.
func (x *Exchange) RemovePeer(ctx context.Context, s *access.Session, system string) error {
	p, err := x.known(ctx, system)
	if err != nil {
		return err
	}
	if err := s.Permit(ctx, access.ToManagePeers, access.Entry{Action: "remove-peer", To: oneLine(p.Name), What: p.Fingerprint()}); err != nil {
		return err
	}
	if p.Configured {
		return inConfiguration(&p)
	}
	p.Removed = x.Now().UTC()
	return x.Book.KeepPeer(ctx, p)
}

// OperatorAdds keeps a system on the word of the operator, by a command on the computer itself. It is for the program's commands only.
func (x *Exchange) OperatorAdds(ctx context.Context, n NewPeer) (Peer, error) {
	if err := standard.Refuse("The system was not added.", n.problems(x.System)); err != nil {
		return Peer{}, err
	}
	p, err := x.peerOf(ctx, n)
	if err != nil {
		return p, err
	}
	if err := x.Guard.Exchanged(ctx, access.Entry{Action: "add-peer", To: oneLine(p.Name), What: p.Fingerprint()}); err != nil {
		return p, err
	}
	p.Added, p.AddedBy = x.Now().UTC(), "the operator"
	return p, x.Book.KeepPeer(ctx, p)
}

// OperatorRemoves ends the exchange with a system likewise.
func (x *Exchange) OperatorRemoves(ctx context.Context, system string) (Peer, error) {
	p, err := x.known(ctx, system)
	if err != nil {
		return p, err
	}
	if p.Configured {
		return p, inConfiguration(&p)
	}
	if err := x.Guard.Exchanged(ctx, access.Entry{Action: "remove-peer", To: oneLine(p.Name), What: p.Fingerprint()}); err != nil {
		return p, err
	}
	p.Removed = x.Now().UTC()
	return p, x.Book.KeepPeer(ctx, p)
}

// Ask asks another system for a person. The same id again changes nothing.
func (x *Exchange) Ask(ctx context.Context, s *access.Session, id uuid.UUID, system string, ask Ask) (Case, error) {
	ask.By = strings.TrimSpace(s.Principal().Name + ", " + strings.ToLower(s.Principal().RoleName))
	problems := ask.problems(x.Choices)
	peer, err := x.known(ctx, system)
	if kind := standard.KindOf(err); kind == standard.NotFound || kind == standard.Forbidden {
		problems = append([]standard.Problem{{Path: "/peer", Rule: standard.RuleMustOccur, Message: "Choose whom you ask."}}, problems...)
	} else if err != nil {
		return Case{}, err
	}
	if err := standard.Refuse("Nobody was asked.", problems); err != nil {
		return Case{}, err
	}
	if err := s.Permit(ctx, access.ToRatify, access.Entry{Action: "ask-transfer", To: oneLine(peer.Name), Why: oneLine(x.Choices.Purpose(ask.Purpose)), What: id.String()}); err != nil {
		return Case{}, err
	}
	c, fresh, err := x.Book.Begin(ctx, Case{ID: id, Side: Ours, Peer: system, State: Asking, Ask: ask, Account: s.Principal().Account, Begun: x.Now().UTC(), Changed: x.Now().UTC()})
	if err == nil && !fresh && (c.Side != Ours || c.Peer != system || c.Ask != ask) {
		err = &standard.Fault{Kind: standard.Conflict, Message: "This form was sent before, for something else.", Hint: "Begin again."}
	}
	x.stir(id)
	return c, err
}

// TakeBack takes a request of ours back. What has arrived already stays in the waiting room.
func (x *Exchange) TakeBack(ctx context.Context, s *access.Session, id uuid.UUID, reason string) error {
	c, err := x.Case(ctx, s, id)
	if err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return standard.Refuse("The request stands.", []standard.Problem{{Path: "/reason", Rule: standard.RuleMustOccur, Message: "Say why it is taken back. The other provider reads it."}})
	}
	if c.Side != Ours {
		return nowhere()
	}
	if err := s.Permit(ctx, access.ToRatify, access.Entry{Action: "withdraw-transfer", Why: oneLine(reason), What: id.String()}); err != nil {
		return err
	}
	_, err = x.Book.Change(ctx, id, func(c *Case) error {
		switch c.State {
		case Arrived, Done, Checking:
			return &standard.Fault{Kind: standard.Conflict, Message: "It has arrived already.", Hint: "Refuse what is in the waiting room, if it is not wanted."}
		case Refused, Withdrawn, TakingBack:
			return nil
		}
		c.State, c.Reason, c.Trouble, c.Tries, c.Next, c.Changed, c.Decided = TakingBack, shortened(reason), "", 0, time.Time{}, x.Now().UTC(), x.Now().UTC()
		return nil
	})
	x.stir(id)
	return err
}

// Cases gives the requests that this reader may know of, the latest first: our own for whoever may accept records, those of others for whoever may send records, and once it is known
// whom they are about, for whoever may send that person's.
func (x *Exchange) Cases(ctx context.Context, s *access.Session) ([]Case, error) {
	all, err := x.Book.Cases(ctx, false)
	return slices.DeleteFunc(all, func(c Case) bool { return !x.shows(ctx, s, &c) }), err
}

func (x *Exchange) shows(ctx context.Context, s *access.Session, c *Case) bool {
	if c.Side == Ours {
		return s.May(access.ToRatify)
	}
	return s.May(access.ToExport) && (c.Person == uuid.Nil || s.MayDo(ctx, access.ToExport, c.Person))
}

func nowhere() error {
	return &standard.Fault{Kind: standard.NotFound, Message: "There is no such request, or none that you may see."}
}

// Case gives one of them.
func (x *Exchange) Case(ctx context.Context, s *access.Session, id uuid.UUID) (Case, error) {
	c, err := x.Book.Case(ctx, id)
	if standard.KindOf(err) == standard.NotFound || err == nil && !x.shows(ctx, s, &c) {
		return Case{}, nowhere()
	}
	return c, err
}

// Proof verifies the receipt of a case, and gives it with the system that signed it. Nil when there is none.
func (x *Exchange) Proof(ctx context.Context, c *Case) (*Receipt, Peer, error) {
	peer, err := x.Book.Peer(ctx, c.Peer)
	if err != nil || c.Receipt == "" {
		return nil, peer, err
	}
	keys := peer.Keys
	if c.Side == Ours {
		keys = x.AllKeys
	}
	r, err := OpenReceipt(c.Receipt, keys...)
	return r, peer, err
}

// last finds the latest delivery of a person to a system with its chain, of which there is a receipt.
func (x *Exchange) last(ctx context.Context, system string, person uuid.UUID) (*Case, error) {
	all, err := x.Book.Cases(ctx, false)
	if err != nil {
		return nil, err
	}
	var found *Case
	for i := range all {
		c := &all[i]
		if c.Side == Theirs && c.Peer == system && c.Person == person && c.State == Received && c.Decision != nil && c.Decision.Kind != Some && (found == nil || c.UpTo > found.UpTo) {
			found = c
		}
	}
	return found, nil
}

// Before tells when a person's chain was last delivered to a system; the zero time when it never was.
func (x *Exchange) Before(ctx context.Context, system string, person uuid.UUID) (time.Time, error) {
	c, err := x.last(ctx, system, person)
	if err != nil || c == nil {
		return time.Time{}, err
	}
	return c.Changed, nil
}
