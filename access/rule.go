package access

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// turns lets one after the other commit what a rule of care judges, for each person: between the judging and the appending nothing comes in.
type turns struct {
	mu   sync.Mutex
	held map[uuid.UUID]*turn
}

type turn struct {
	sync.Mutex
	waiting int
}

// take waits for one's turn with a person. Done ends it.
func (t *turns) take(person uuid.UUID) (done func()) {
	t.mu.Lock()
	if t.held == nil {
		t.held = map[uuid.UUID]*turn{}
	}
	own := t.held[person]
	if own == nil {
		own = &turn{}
		t.held[person] = own
	}
	own.waiting++
	t.mu.Unlock()
	own.Lock()
	return func() {
		own.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if own.waiting--; own.waiting == 0 {
			delete(t.held, person)
		}
	}
}

// judge asks the rules of care about what is to be appended. Done must be called when it has been. What a rule looks at is never filtered by sensitivity or
// exclusion, as the safety banner is not: a dose that its writer may not read was given all the same. Judging shows nothing and is not logged; what a refusal says
// names no more than the time, the medicine and the amount.
func (g *gate) judge(ctx context.Context, batch []*record.Prepared) (done func(), err error) {
	done = func() {}
	rules := g.session.guard.config.Rules
	if len(rules) == 0 {
		return done, nil
	}
	written, streams, err := g.written(ctx, batch)
	if err != nil {
		return nil, err
	}
	needs := map[int]map[uuid.UUID][]record.Need{}
	var concerned []uuid.UUID
	for i, rule := range rules {
		needs[i] = map[uuid.UUID][]record.Need{}
		for _, stream := range streams {
			if all := rule.Needs(written[stream]); len(all) > 0 {
				needs[i][stream] = all
				concerned = append(concerned, stream)
			}
		}
	}
	together, ends, err := g.takeTurns(ctx, concerned)
	if err != nil || len(concerned) == 0 {
		return done, err
	}
	if written, err = g.notYet(ctx, batch, written); err != nil {
		ends()
		return nil, err
	}
	var problems []standard.Problem
	for i, rule := range rules {
		for _, stream := range streams {
			found, err := g.judgeBy(ctx, rule, needs[i][stream], together[stream], written[stream])
			if err != nil {
				ends()
				return nil, err
			}
			problems = append(problems, found...)
		}
	}
	if err := standard.Refuse("This was not saved. Nothing was changed.", problems); err != nil {
		ends()
		return nil, err
	}
	return ends, nil
}

// written lists what is to be appended to each person's record, with what it changes. A stream that is being opened has nothing in it that could be judged.
func (g *gate) written(ctx context.Context, batch []*record.Prepared) (map[uuid.UUID][]record.Written, []uuid.UUID, error) {
	all := map[uuid.UUID][]record.Written{}
	var streams []uuid.UUID
	for _, p := range batch {
		if p.Opens != "" || len(p.Versions) == 0 || len(p.Paths) != len(p.Versions) {
			continue
		}
		sub, err := g.subject(ctx, p.Stream)
		if err != nil {
			return nil, nil, err
		}
		if !sub.person {
			continue
		}
		if all[p.Stream] == nil {
			streams = append(streams, p.Stream)
		}
		for i, v := range p.Versions {
			all[p.Stream] = append(all[p.Stream], record.Written{Path: p.Paths[i], Version: v, Happened: p.Indexes[i].HappenedFrom})
		}
	}
	return all, streams, nil
}

// notYet leaves out what was committed while it waited for its turn: sent twice at once, it gets its first answer again and is not judged by itself.
func (g *gate) notYet(ctx context.Context, batch []*record.Prepared, written map[uuid.UUID][]record.Written) (map[uuid.UUID][]record.Written, error) {
	for _, p := range batch {
		if p.Minted || len(written[p.Stream]) == 0 {
			continue
		}
		_, err := g.Log.Contribution(ctx, p.ID)
		if standard.KindOf(err) == standard.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		written[p.Stream] = slices.DeleteFunc(written[p.Stream], func(w record.Written) bool { return slices.Contains(p.Versions, w.Version) })
	}
	return written, nil
}

// takeTurns takes the turn with each person, in an order that is the same for everybody. Two records of one person are one person.
func (g *gate) takeTurns(ctx context.Context, streams []uuid.UUID) (together map[uuid.UUID][]uuid.UUID, ends func(), err error) {
	ends = func() {}
	if len(streams) == 0 {
		return nil, ends, nil
	}
	head, _, err := g.Head(ctx)
	if err != nil {
		return nil, nil, err
	}
	others, err := g.session.guard.config.Register.Together(ctx, streams, head)
	if err != nil {
		return nil, nil, err
	}
	together = map[uuid.UUID][]uuid.UUID{}
	var people []uuid.UUID
	for _, stream := range streams {
		all := append([]uuid.UUID{stream}, others[stream]...)
		together[stream] = all
		people = append(people, slices.MinFunc(all, compareUIDs))
	}
	slices.SortFunc(people, compareUIDs)
	var held []func()
	for _, person := range slices.Compact(people) {
		held = append(held, g.session.guard.turns.take(person))
	}
	return together, func() {
		for _, end := range held {
			end()
		}
	}, nil
}

func compareUIDs(a, b uuid.UUID) int { return cmp.Compare(a.String(), b.String()) }

// judgeBy lets one rule judge what is written about one person.
func (g *gate) judgeBy(ctx context.Context, rule record.Rule, needs []record.Need, streams []uuid.UUID, written []record.Written) ([]standard.Problem, error) {
	if len(needs) == 0 || len(written) == 0 {
		return nil, nil
	}
	head, _, err := g.Head(ctx)
	if err != nil {
		return nil, err
	}
	var standing record.Standing
	if slices.ContainsFunc(needs, func(n record.Need) bool { return n.Unwritten }) {
		var err error
		if standing.Unwritten, err = g.session.unwritten(ctx, streams); err != nil {
			return nil, err
		}
	}
	for _, need := range needs {
		for _, stream := range streams {
			found, more, err := g.Log.Versions(ctx, record.Query{
				Stream: stream, Classes: need.Classes, From: need.From, Until: need.Until, At: head, Limit: mostJudged, Scope: record.Scope{Everything: true},
			})
			if err != nil {
				return nil, err
			}
			if more {
				return nil, &standard.Fault{Kind: standard.TooLarge, Message: "There are too many records to be sure that this is safe. Nothing was changed.", Hint: "Tell whoever looks after Rosemary."}
			}
			standing.Versions = append(standing.Versions, found...)
		}
	}
	for i := range written {
		if written[i].Number == 1 {
			continue
		}
		if at := slices.IndexFunc(standing.Versions, func(v *record.Version) bool { return v.Record == written[i].Record }); at >= 0 {
			written[i].Before = standing.Versions[at]
			continue
		}
		before, _, err := g.Log.Versions(ctx, record.Query{Stream: written[i].Stream, Record: written[i].Record, At: head, Errors: true, Limit: 1, Scope: record.Scope{Everything: true}})
		if err != nil {
			return nil, err
		}
		if len(before) > 0 {
			written[i].Before = before[0]
		}
	}
	by := record.Committer{Actor: g.session.principal.Worker, Account: g.session.principal.Account, Role: string(g.session.principal.Role)}
	return rule.Judge(standing, written, by, g.session.guard.config.Now()), nil
}

// mostJudged is how many records of one need a rule looks at.
const mostJudged = 5000
