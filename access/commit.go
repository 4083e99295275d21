package access

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Commit commits proposals, all or none, by the rules of the log and of access.
func (s *Session) Commit(ctx context.Context, proposals ...*record.Proposal) ([]record.Receipt, error) {
	for _, p := range proposals {
		if err := s.mayPropose(p); err != nil {
			return nil, s.denied(ctx, Entry{Action: "commit", Stream: p.Stream}, err)
		}
	}
	if receipts, answered, err := s.again(ctx, proposals); answered {
		return receipts, err
	}
	if s.late != nil {
		s.late.apply(proposals)
	}
	return s.commit(ctx, ToRecord, proposals)
}

// mayPropose refuses what can be refused before anything is looked up.
func (s *Session) mayPropose(p *record.Proposal) error {
	switch {
	case p.Opens == standard.PersonStream && !s.May(ToRegister):
		return forbidden("With the role "+s.principal.RoleName+" you cannot register a person.", "Ask a senior carer, a nurse or the manager.")
	case p.Opens == standard.DirectoryStream && !s.May(ToEditDirectory):
		return forbidden("With the role "+s.principal.RoleName+" you cannot change the directory.", "Ask the manager or the administrator.")
	}
	for _, ch := range p.Changes {
		if ch.Type == record.Attest || ch.Attestation != nil {
			return forbidden("A record can only be signed by somebody who has just proved who they are.", "Sign it on its own, with the password.")
		}
		if ch.Type == record.Ratify || ch.Type == record.Disclose {
			return standard.Refuse("This could not be saved. Nothing was changed.", []standard.Problem{{
				Path: ch.Path + "/type", Rule: "unknown-change", Value: string(ch.Type),
				Message: "The kind of change must be create, modify, correct, complete or enter-in-error.",
			}})
		}
	}
	return nil
}

// commit lets the recorder work on a log that shows it no more than the session may see.
func (s *Session) commit(ctx context.Context, action Action, proposals []*record.Proposal) ([]record.Receipt, error) {
	gate := &gate{Log: s.guard.config.Log, session: s, action: action, proposals: proposals, subjects: map[uuid.UUID]*subject{}}
	recorder := *s.guard.config.Recorder
	recorder.Log, recorder.Attachments, recorder.Adds = gate, gate, gate.adds
	by := record.Committer{Actor: s.principal.Worker, Account: s.principal.Account, Role: string(s.principal.Role)}
	receipts, err := recorder.Commit(ctx, by, proposals...)
	if err == nil {
		return receipts, nil
	}
	if standard.KindOf(err) == standard.Conflict {
		return nil, gate.filter(ctx, err)
	}
	return nil, s.denied(ctx, Entry{Action: "commit", Stream: gate.at}, err)
}

// gate is the log as one session may write to it. What the session may not see does not exist for the recorder; what it may not write
// is refused when it is about to be appended, by what will really be kept.
type gate struct {
	record.Log
	session   *Session
	action    Action             // record, or attest
	proposals []*record.Proposal // what is to be committed, as it was proposed
	subjects  map[uuid.UUID]*subject
	at        uuid.UUID // the stream that was looked at last: where a refusal happened
}

// Stream finds a stream that may be written to.
func (g *gate) Stream(ctx context.Context, uid uuid.UUID) (record.StreamInfo, error) {
	g.at = uid
	sub, err := g.subject(ctx, uid)
	if err != nil {
		return record.StreamInfo{}, err
	}
	if !sub.may(g.action, record.Normal) {
		if !sub.reads {
			return record.StreamInfo{}, notFound()
		}
		return record.StreamInfo{}, g.refusal(sub)
	}
	return sub.info, nil
}

func (g *gate) refusal(sub *subject) error {
	if sub.person {
		return forbidden("With the role "+g.session.principal.RoleName+" you can read this record, but not write in it.", "Ask somebody who cares for this person today, or the manager.")
	}
	return forbidden("With the role "+g.session.principal.RoleName+" you cannot change the directory.", "Ask the manager or the administrator.")
}

func (g *gate) subject(ctx context.Context, uid uuid.UUID) (*subject, error) {
	if sub := g.subjects[uid]; sub != nil {
		return sub, nil
	}
	sub, err := g.session.subject(ctx, uid)
	if err == nil {
		g.subjects[uid] = sub
	}
	return sub, err
}

// Versions finds the versions of a record that is to be changed: none, as if it did not exist, when the session may not read it.
func (g *gate) Versions(ctx context.Context, q record.Query) ([]*record.Version, bool, error) {
	sub, err := g.subject(ctx, q.Stream)
	if err != nil {
		return nil, false, err
	}
	visible, err := sub.visible(ctx, q.Record, q.At)
	if err != nil || !visible {
		return nil, false, err
	}
	q.Scope = sub.scope
	return g.Log.Versions(ctx, q)
}

// Append lets through what may be written.
func (g *gate) Append(ctx context.Context, batch []*record.Prepared) ([]record.Receipt, error) {
	for _, p := range batch {
		if err := g.admit(ctx, p); err != nil {
			g.at = p.Stream
			return nil, err
		}
	}
	done, err := g.judge(ctx, batch)
	if err != nil {
		return nil, err
	}
	defer done()
	if g.session.trial {
		return nil, ErrTrial
	}
	if g.session.Waits() {
		return nil, g.hold(ctx, batch)
	}
	return g.Log.Append(ctx, batch)
}

func (g *gate) admit(ctx context.Context, p *record.Prepared) error {
	if err := g.reserved(ctx, p); err != nil {
		return err
	}
	if err := g.within(p); err != nil {
		return err
	}
	switch p.Opens {
	case standard.PersonStream:
		return g.register(p)
	case standard.DirectoryStream:
		return g.directory(p)
	}
	sub, err := g.subject(ctx, p.Stream)
	if err != nil {
		return err
	}
	for i, v := range p.Versions {
		if !sub.may(g.action, v.Sensitivity) {
			return tooSensitive(v)
		}
		if err := g.restriction(ctx, sub, p.Indexes[i]); err != nil {
			return err
		}
		if err := g.placing(ctx, p.Stream, v, p.Indexes[i]); err != nil {
			return err
		}
	}
	return g.findable(ctx, p)
}

func tooSensitive(v *record.Version) error {
	return forbidden(fmt.Sprintf("You cannot write a record that is marked %s.", v.Sensitivity), "Mark it less sensitive, or ask the manager to write it.")
}

// restriction lets only those who may know where a person lives lift the restriction on their address.
func (g *gate) restriction(ctx context.Context, sub *subject, ix record.Index) error {
	if ix.Person == nil || ix.Person.Restricted {
		return nil
	}
	conceals, err := sub.conceals(ctx)
	if err != nil || !conceals {
		return err
	}
	return forbidden("Only the manager can say that this person's address is no longer restricted.", "Ask the manager.")
}

func (g *gate) register(p *record.Prepared) error {
	facts := registration(p, g.session.guard.today())
	if !g.session.decide(ToRegister, facts) {
		return notPlaced()
	}
	for _, v := range p.Versions {
		if facts.Sensitivity = v.Sensitivity; !g.session.decide(ToRegister, facts) {
			return tooSensitive(v)
		}
	}
	return nil
}

func (g *gate) directory(p *record.Prepared) error {
	limit, ok := g.session.reach(ToEditDirectory)
	for _, v := range p.Versions {
		if !ok || v.Sensitivity > limit {
			return tooSensitive(v)
		}
	}
	return nil
}

// filter takes out of a conflict what the session may not read.
func (g *gate) filter(ctx context.Context, err error) error {
	fault, ok := asFault(err)
	if !ok {
		return err
	}
	own := *fault
	own.Detail = nil
	head, _, headErr := g.Head(ctx)
	if headErr != nil {
		return &own
	}
	versions, _ := fault.Detail.([]*record.Version)
	var shown []*record.Version
	for _, v := range versions {
		sub, err := g.subject(ctx, v.Stream)
		if err != nil || !sub.reads {
			continue
		}
		if sees, err := sub.sees(ctx, ToRead, v); err != nil || !sees {
			continue
		}
		if visible, err := sub.visible(ctx, v.Record, head); err != nil || !visible {
			continue
		}
		shown = append(shown, v)
		g.session.note(ctx, Entry{Action: "record", Stream: v.Stream, Record: v.Record, Class: v.Class, Moment: v.From, Count: 1})
	}
	if shown != nil {
		own.Detail = shown
	}
	return &own
}
