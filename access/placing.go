package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// placing guards what says where a person lives, because it decides who may see them: only those who may register people write it, and the place of a
// placement never changes. Somebody who moves gets a new placement; the old one keeps the record open to the home that answers for the care it gave.
func (g *gate) placing(ctx context.Context, stream uuid.UUID, v *record.Version, ix record.Index) error {
	if !g.session.guard.placement[v.Class] {
		return nil
	}
	if !g.session.May(ToRegister) {
		return forbidden("With the role "+g.session.principal.RoleName+" you cannot change where a person lives.", "Ask a senior carer, a nurse or the manager.")
	}
	if v.Status == record.EnteredInError {
		return nil // it repeats what stood; findable decides
	}
	config := g.session.guard.config
	head, _, err := config.Log.Head(ctx)
	if err != nil {
		return err
	}
	before, _, err := config.Log.Versions(ctx, record.Query{
		Stream: stream, Record: v.Record, At: head, Which: record.Current, Errors: true, Limit: 1, Scope: record.Scope{Everything: true},
	})
	if err != nil || len(before) == 0 {
		return err
	}
	content, err := before[0].Decoded(config.Catalogue)
	if err != nil {
		return err // what cannot be compared is not changed
	}
	stood := placeOf(record.IndexOf(content, before[0].Recorded, config.Zone))
	if stood == uuid.Nil || stood == placeOf(ix) {
		return nil
	}
	return standard.Refuse("This could not be saved. Nothing was changed.", []standard.Problem{{
		Path: "/changes", Rule: "place-stays",
		Message: "A placement keeps its place. Say until when they stayed here, and write a new placement for the other home.",
	}})
}

// placeOf is where a placement places somebody; zero when it does not say.
func placeOf(ix record.Index) uuid.UUID {
	if ix.Placement == nil {
		return uuid.Nil
	}
	return ix.Placement.Place
}
