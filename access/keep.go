package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// adds lets the keepers work out what is kept beside what is to be committed. It sees what the writer may see, and nothing else: what it keeps is read by others.
// Like judging it shows nothing, and is not logged.
func (g *gate) adds(ctx context.Context, p *record.Prepared) ([]record.ProposedChange, error) {
	if p.Opens != "" {
		return nil, nil
	}
	var changes []record.ProposedChange
	for _, keeper := range g.session.guard.config.Keepers {
		needs := keeper.Needs(p.Versions)
		if len(needs) == 0 {
			continue
		}
		sub, err := g.subject(ctx, p.Stream)
		if err != nil || !sub.person {
			return nil, err
		}
		standing, err := g.standing(ctx, p.Stream, needs)
		if err != nil {
			return nil, err
		}
		changes = append(changes, keeper.Keep(standing, p.Versions)...)
	}
	return changes, g.freely(ctx, p.Stream, changes)
}

// freely leaves an id that somebody has taken already to the recorder: else whoever reckons it could keep others from recording.
func (g *gate) freely(ctx context.Context, stream uuid.UUID, changes []record.ProposedChange) error {
	ids := make([]uuid.UUID, len(changes))
	for i := range changes {
		ids[i] = changes[i].Record
	}
	taken, err := g.session.guard.config.Log.Targets(ctx, stream, ids)
	if err != nil {
		return err
	}
	for i := range changes {
		if _, is := taken[changes[i].Record]; is {
			changes[i].Record = uuid.Nil
		}
	}
	return nil
}

// standing gives the records of a person that the session may see and somebody needs, those of another record of the same person among them.
func (g *gate) standing(ctx context.Context, person uuid.UUID, needs []record.Need) ([]*record.Version, error) {
	head, _, err := g.Head(ctx)
	if err != nil {
		return nil, err
	}
	others, err := g.session.guard.config.Register.Together(ctx, []uuid.UUID{person}, head)
	if err != nil {
		return nil, err
	}
	var standing []*record.Version
	for _, stream := range append([]uuid.UUID{person}, others[person]...) {
		sub, err := g.subject(ctx, stream)
		if standard.KindOf(err) == standard.NotFound || err == nil && !sub.reads {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, need := range needs {
			found, _, err := g.Log.Versions(ctx, record.Query{Stream: stream, Classes: need.Classes, From: need.From, Until: need.Until, At: head, Limit: mostJudged, Scope: sub.scope})
			if err != nil {
				return nil, err
			}
			standing = append(standing, found...)
		}
	}
	return standing, nil
}
