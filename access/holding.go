package access

import (
	"context"
	"crypto/sha256"
	"strings"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// mostWaiting is how many things of one client may wait.
const mostWaiting = 1000

// Waits reports whether what the session writes waits until a person ratifies it.
func (s *Session) Waits() bool { return s.cut != nil && s.cut.Waits }

// hold keeps what a client wrote until somebody decides. It comes here where it would be appended: everything that could be refused was.
func (g *gate) hold(ctx context.Context, batch []*record.Prepared) error {
	s := g.session
	h := Held{Client: s.cut.Client, Name: s.cut.Name, Account: s.principal.Account, Worker: s.principal.Worker, Stream: batch[0].Stream, Sent: s.guard.config.Now()}
	h.Digest = digestOf(g.proposals)
	for _, p := range g.proposals {
		own := *p
		if own.ID == uuid.Nil {
			own.ID = uuid.Must(uuid.NewV7())
		}
		h.Proposals = append(h.Proposals, &own)
	}
	h.ID = h.Proposals[0].ID
	for _, p := range batch {
		for _, v := range p.Sent() {
			h.Versions = append(h.Versions, HeldVersion{Stream: p.Stream, Record: v.Record, Number: v.Number, Class: v.Class, Status: v.Status, Sensitivity: v.Sensitivity, Content: v.Content})
		}
	}
	mine, err := s.guard.config.Holdings.HeldCount(ctx, h.Client, h.ID, mostWaiting)
	if err != nil {
		return err
	}
	if mine >= mostWaiting {
		return &standard.Fault{Kind: standard.Busy, Message: "Too much of what this client has sent waits already. Nothing was taken in.", Hint: "Somebody has to look at what waits first."}
	}
	if err := s.guard.config.Holdings.Hold(ctx, h); err != nil {
		return err
	}
	s.note(ctx, Entry{Action: "hold", Stream: h.Stream, To: h.Client, Count: len(h.Versions)})
	return waits(h.ID)
}

func waits(id uuid.UUID) error {
	return &standard.Fault{Kind: Waits, Message: "This was taken in, and waits until a person here ratifies it. It is no part of the record yet.", Hint: "It waits as " + id.String() + "."}
}

// digestOf is what makes two sendings of the same proposals the same.
func digestOf(proposals []*record.Proposal) (digest record.Hash) {
	digests := sha256.New()
	for _, p := range proposals {
		sum := p.Digest()
		digests.Write(sum[:])
	}
	copy(digest[:], digests.Sum(nil))
	return digest
}

// HeldWaiting lists what waits that the session may decide about, the oldest first, behind a place. Next is the place behind the last one; nil when nothing follows.
func (s *Session) HeldWaiting(ctx context.Context, after HeldPlace, limit int) (mine []Held, next *HeldPlace, err error) {
	if !s.May(ToRatify) {
		return nil, nil, s.denied(ctx, Entry{Action: "held"}, mayNotRatify(s))
	}
	limit = bounded(limit, 50, 100)
	for more := true; more; {
		page, err := s.guard.config.Holdings.HeldPage(ctx, after, limit)
		if err != nil {
			return nil, nil, err
		}
		more = len(page) == limit
		for _, h := range page {
			switch err := s.mayDecide(ctx, h); standard.KindOf(err) {
			case standard.NotFound, standard.Forbidden, standard.Gone:
			default:
				if err != nil {
					return nil, nil, err
				}
				if len(mine) == limit { // one more is there: a next page has something to show
					last := mine[limit-1]
					s.note(ctx, Entry{Action: "held", Count: limit})
					return mine, &HeldPlace{Sent: last.Sent, ID: last.ID}, nil
				}
				mine = append(mine, h)
			}
			after = HeldPlace{Sent: h.Sent, ID: h.ID}
		}
	}
	s.note(ctx, Entry{Action: "held", Count: len(mine)})
	return mine, nil, nil
}

// HeldOne gives one thing that waits, to somebody who may decide about it.
func (s *Session) HeldOne(ctx context.Context, id uuid.UUID) (Held, error) {
	h, err := s.guard.config.Holdings.Holding(ctx, id)
	if err != nil {
		return Held{}, err
	}
	entry := Entry{Action: "held", Stream: h.Stream, Count: len(h.Versions)}
	if err := s.mayDecide(ctx, h); err != nil {
		return Held{}, s.denied(ctx, entry, err)
	}
	s.note(ctx, entry)
	return h, nil
}

// mayDecide is nil for whoever may ratify for all whom it is about, however sensitive it is. About somebody who is new here, or an entry of the directory, the right to
// register or to change the directory decides.
func (s *Session) mayDecide(ctx context.Context, h Held) error {
	if !s.May(ToRatify) {
		return mayNotRatify(s)
	}
	for _, p := range h.Proposals {
		switch p.Opens {
		case standard.PersonStream:
			if !s.May(ToRegister) {
				return mayNotRatify(s)
			}
			continue
		case standard.DirectoryStream:
			if !s.May(ToEditDirectory) {
				return mayNotRatify(s)
			}
			continue
		}
		sub, err := s.subject(ctx, p.Stream)
		if err != nil {
			return err
		}
		if sub.person && !sub.may(ToRatify, record.Confidential) || !sub.person && !s.May(ToEditDirectory) {
			return mayNotRatify(s)
		}
	}
	return nil
}

// RatifyHeld commits what waits, in the name of the session's account, with the client's account as its author and the time when it was sent. It is judged once more: the record
// may have moved on.
func (s *Session) RatifyHeld(ctx context.Context, id uuid.UUID) (Held, error) {
	h, err := s.HeldOne(ctx, id)
	if err != nil {
		return Held{}, err
	}
	config := s.guard.config
	if _, err := config.Log.Contribution(ctx, h.Proposals[0].ID); standard.KindOf(err) == standard.NotFound {
		author := h.Worker
		late := s.Late(Late{Author: author, Recorded: h.Sent.In(config.Zone).Format("2006-01-02T15:04:05.000Z07:00")})
		late.sender = h.Account
		for _, p := range h.Proposals {
			p.Description = strings.TrimSpace(p.Description + ", by " + h.Name + " (" + h.Client + "), ratified by a person")
		}
		if _, err := late.Commit(ctx, h.Proposals...); err != nil {
			return h, err
		}
	} else if err != nil {
		return h, err
	}
	if err := config.Holdings.DecideHeld(ctx, id, HeldDecision{By: s.principal.Account, At: config.Now(), Ratified: true}); err != nil {
		return h, err
	}
	s.note(ctx, Entry{Action: "ratify-held", Stream: h.Stream, To: h.Client, Count: len(h.Versions)})
	return h, nil
}

// DeclineHeld lets go of what waits, for a reason that is kept.
func (s *Session) DeclineHeld(ctx context.Context, id uuid.UUID, reason string) error {
	h, err := s.HeldOne(ctx, id)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" || len(reason) > 1000 {
		return standard.Refuse("Nothing was declined.", []standard.Problem{{Path: "/why", Rule: standard.RuleMustOccur, Message: "Say why, in a few words."}})
	}
	if err := s.guard.config.Holdings.DecideHeld(ctx, id, HeldDecision{By: s.principal.Account, At: s.guard.config.Now(), Reason: reason}); err != nil {
		return err
	}
	s.note(ctx, Entry{Action: "decline-held", Stream: h.Stream, To: h.Client, Why: reason})
	return nil
}

// saidByClients gives what clients wrote about a person that waits, of the classes of the banner: an allergy hurts before anybody has looked at it.
func (v *View) saidByClients(ctx context.Context, stream uuid.UUID) (all []*record.Version, err error) {
	g := v.session.guard
	held, err := g.config.Holdings.HeldAbout(ctx, stream)
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		for _, one := range h.Versions {
			if one.Stream != stream || one.Status == record.EnteredInError || !g.strange(one.Class) || !v.session.looks(one.Class) {
				continue
			}
			all = append(all, &record.Version{
				VersionID: record.VersionID{Record: one.Record, System: g.config.Recorder.System, Number: one.Number}, Stream: one.Stream, Class: one.Class, Status: one.Status,
				Sensitivity: one.Sensitivity, Author: h.Worker, Recorded: h.Sent.In(g.config.Zone).Format("2006-01-02T15:04:05.000Z07:00"), Content: one.Content, Body: one.Content, SaidBy: h.Name,
			})
		}
	}
	return all, nil
}

// strange reports whether a class is in the banner of what is not ratified.
func (g *Guard) strange(class string) bool {
	for _, c := range g.stranger {
		if c == class {
			return true
		}
	}
	return false
}
