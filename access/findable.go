package access

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// findable refuses what would leave a person whom nobody can find: one without a name, or who they are, or their last placement, marked as entered in
// error. These are put right by correcting them.
func (g *gate) findable(ctx context.Context, p *record.Prepared) error {
	touched := map[uuid.UUID]bool{}
	lost, kept := false, false
	for i, v := range p.Versions {
		touched[v.Record] = true
		ix, wrong := p.Indexes[i], v.Status == record.EnteredInError
		if ix.Person != nil && wrong {
			return unfindable("person-stays", "Who a person is cannot be marked as entered in error: nobody could find the record again. Correct it instead.")
		}
		if c := ix.Person; c != nil && c.Given == "" && c.Family == "" && c.Preferred == "" {
			return unfindable("person-named", "The person would have no name any more: nobody could tell whose record it is. Keep a name, even an incomplete one.")
		}
		lost = lost || ix.Placement != nil && wrong
		kept = kept || ix.Placement != nil && !wrong
	}
	if !lost || kept {
		return nil
	}
	config := g.session.guard.config
	head, _, err := config.Log.Head(ctx)
	if err != nil {
		return err
	}
	stand, _, err := config.Log.Versions(ctx, record.Query{
		Stream: p.Stream, Classes: slices.Sorted(maps.Keys(g.session.guard.placement)), At: head, Scope: record.Scope{Everything: true},
	})
	if err != nil {
		return err
	}
	if slices.ContainsFunc(stand, func(v *record.Version) bool { return !touched[v.Record] }) {
		return nil
	}
	return unfindable("last-placement",
		"This is the only placement of this person: without it, nobody could find the record again. Correct it, or add the right placement at the same time.")
}

func unfindable(rule, message string) error {
	return standard.Refuse("This could not be saved. Nothing was changed.", []standard.Problem{{Path: "/changes", Rule: rule, Message: message}})
}
