package demo

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// player commits contributions in the order of time, each through the session of its author.
type player struct {
	Options
	register
	staff    map[string]accountText
	sessions map[string]*access.Session
	sent     map[uuid.UUID]int // contributions per stream
	done     int
	total    int
	versions int
}

// play commits all. The contributions stand in the order of time.
func (p *player) play(ctx context.Context, all []contribution) error {
	for len(all) > 0 {
		n := together(all)
		if err := p.commit(ctx, all[:n]); err != nil {
			return err
		}
		clear(all[:n]) // committed: nothing needs to remember it
		all = all[n:]
		if p.done += n; p.Progress != nil {
			p.Progress(p.done, p.total)
		}
	}
	return nil
}

// together tells how many contributions go into one commit: those of one account at one instant about different people.
func together(all []contribution) int {
	first := all[0]
	seen := map[string]bool{}
	for n, c := range all {
		alone := c.person == "" || c.changes[0].kind == record.Attest
		if n > 0 && (alone || !c.at.Equal(first.at) || c.by != first.by || seen[c.person]) {
			return n
		}
		if alone {
			return n + 1
		}
		seen[c.person] = true
	}
	return len(all)
}

// commit commits contributions of one account in one go.
func (p *player) commit(ctx context.Context, batch []contribution) error {
	first := batch[0]
	p.Clock.Set(first.at)
	session, err := p.session(ctx, first.by)
	if err != nil {
		return fmt.Errorf("%s at %s: %w", first.by, first.at.Format(instantForm), err)
	}
	if ch := first.changes[0]; ch.kind == record.Attest {
		k, ok := p.find(first.person, ch.name)
		if !ok {
			return fmt.Errorf("attesting %s: there is no such record", ch.name)
		}
		_, err := session.Attest(ctx, k.stream, k.uid, k.version, reason(first, ch), p.Password)
		return explained(err, first)
	}
	proposals := make([]*record.Proposal, len(batch))
	for i, c := range batch {
		if err := p.attach(ctx, session, c); err != nil {
			return err
		}
		if proposals[i], err = p.proposal(c); err != nil {
			return err
		}
	}
	_, err = session.Commit(ctx, proposals...)
	return explained(err, first)
}

func reason(c contribution, ch change) string {
	if ch.Why != "" {
		return ch.Why
	}
	return c.why
}

// explained adds to a refusal what was refused: the demonstration's own words, so they may be told.
func explained(err error, c contribution) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("contribution of %s about %s at %s (%s): %w", c.by, c.person, c.at.Format(instantForm), c.changes[0].name, err)
}

// proposal turns a contribution into what a session takes, and counts its versions as made.
func (p *player) proposal(c contribution) (*record.Proposal, error) {
	out := &record.Proposal{Description: c.why}
	for i, ch := range c.changes {
		k, ok := p.find(c.person, ch.name)
		if !ok {
			return nil, fmt.Errorf("at %s: there is no record %s of %s", c.at.Format(instantForm), ch.name, c.person)
		}
		out.Stream = k.stream
		class, ok := p.Catalogue.Class(k.class)
		if !ok {
			return nil, fmt.Errorf("%s: there is no class %s", ch.name, k.class)
		}
		if k.uid == k.stream && ch.kind == record.Create {
			if out.Opens = standard.PersonStream; c.person == "" {
				out.Opens = standard.DirectoryStream
			}
		}
		proposed, err := p.proposed(c.person, ch, k, class)
		if err != nil {
			return nil, fmt.Errorf("at %s: %s: %w", c.at.Format(instantForm), ch.name, err)
		}
		proposed.Path = "/changes/" + strconv.Itoa(i)
		out.Changes = append(out.Changes, proposed)
		p.versions++
	}
	p.sent[out.Stream]++
	out.ID = p.mint(c.at, "contribution "+out.Stream.String()+" "+strconv.Itoa(p.sent[out.Stream]))
	return out, nil
}

func (p *player) proposed(person string, ch change, k *known, class *standard.Class) (record.ProposedChange, error) {
	out := record.ProposedChange{
		Type: ch.kind, Record: k.uid, Expected: k.version, Class: k.class, Status: record.Status(ch.Status), Sensitivity: ch.Sensitivity,
		InformationProvider: ch.InformationProvider, Description: ch.Why,
	}
	if ch.Author != "" {
		author, ok := p.find(person, ch.Author)
		if !ok {
			return out, fmt.Errorf("there is no author %s", ch.Author)
		}
		out.Author = author.uid
	}
	if out.InformationProvider == "" { // who said so stays, unless somebody else says the new
		out.InformationProvider = k.provider
	}
	k.provider = out.InformationProvider
	k.version++
	if ch.kind != record.Create {
		k.later--
	}
	if ch.kind == record.MarkError {
		return out, nil
	}
	k.content = k.content.over(ch.Content)
	enc := encoder{resolve: func(name string) (uuid.UUID, bool) {
		target, ok := p.find(person, name)
		if !ok {
			return uuid.Nil, false
		}
		return target.uid, true
	}, current: func(name string) int {
		if target, ok := p.find(person, name); ok {
			return target.version
		}
		return 0
	}}
	var err error
	out.Content, err = enc.content(class, k.content)
	if k.later <= 0 {
		k.content = tree{}
	}
	return out, err
}

// session gives the session of an account, and makes the account when it first acts.
func (p *player) session(ctx context.Context, account string) (*access.Session, error) {
	if s := p.sessions[account]; s != nil {
		return s, nil
	}
	text, ok := p.staff[account]
	if !ok {
		return nil, fmt.Errorf("there is no account %q", account)
	}
	n := access.NewAccount{Account: account, Name: text.Name, Password: p.Password, Role: access.Role(text.Role)}
	if text.Worker != "" {
		worker, ok := p.find("", text.Worker)
		if !ok {
			return nil, fmt.Errorf("account %s: there is no care worker %s", account, text.Worker)
		}
		n.Worker = worker.uid
	}
	for _, name := range text.Places {
		place, ok := p.find("", name)
		if !ok {
			return nil, fmt.Errorf("account %s: there is no place %s", account, name)
		}
		n.Places = append(n.Places, place.uid)
	}
	if err := p.Guard.CreateAccount(ctx, n); err != nil {
		return nil, err
	}
	s, err := p.Guard.Session(ctx, account, access.Purpose(text.Purpose))
	if err != nil {
		return nil, err
	}
	p.sessions[account] = s
	return s, nil
}
