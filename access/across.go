package access

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// AcrossQuery says which records of many people are to be listed at once: what a page about a whole home is made of.
type AcrossQuery struct {
	Streams     []uuid.UUID // whose: as a list of people gave them
	Classes     []string    // at least one
	From, Until time.Time   // when they happened; zero: any
	Errors      bool        // those entered in error too
	Limit       int         // of all of them together; 0 and at most: 20,000
}

// acrossMost bounds what is read at once.
const acrossMost = 20_000

// Across lists records of many people as they stand now, in the order of the streams, of each the latest first. It is for pages about a home: one question instead
// of one for each person and class. Every record stands in its own stream; those who may not be read are left out, and logged as refused. More reports that there were
// too many: then nothing may be counted from the list.
func (v *View) Across(ctx context.Context, q AcrossQuery) (versions []*record.Version, more bool, err error) {
	if v.past {
		return nil, false, &standard.Fault{Kind: standard.Invalid, Message: "A whole home can only be shown as it is now.", Hint: "Look back in each person’s record."}
	}
	if _, _, err := v.classes(RecordsQuery{Classes: q.Classes}); err != nil || len(q.Classes) == 0 {
		return nil, false, err
	}
	open, narrowed, err := v.sorted(ctx, q)
	if err != nil {
		return nil, false, err
	}
	ask := record.Across{Classes: q.Classes, From: q.From, Until: q.Until, Errors: q.Errors, At: v.moment, Limit: bounded(q.Limit, acrossMost, acrossMost)}
	ask.Scope = v.session.guard.config.Policy.Scope(v.session.principal, ToRead, v.session.guard.today())
	for _, part := range []struct {
		streams []uuid.UUID
		classes []string
	}{{open, q.Classes}, {narrowed, v.unplaced(q.Classes)}} {
		if len(part.streams) == 0 || len(part.classes) == 0 {
			continue
		}
		ask.Streams, ask.Classes = part.streams, part.classes
		some, behind, err := v.session.guard.config.Register.Across(ctx, ask)
		if err != nil {
			return nil, false, err
		}
		versions, more = append(versions, some...), more || behind
	}
	v.noteAcross(ctx, q, open, narrowed, versions)
	return versions, more, nil
}

// sorted parts those who may be read from those of whom nothing may be told that says where they live.
func (v *View) sorted(ctx context.Context, q AcrossQuery) (open, narrowed []uuid.UUID, err error) {
	for _, stream := range q.Streams {
		sub, err := v.readable(ctx, Entry{Action: "records", Stream: stream})
		switch standard.KindOf(err) {
		case standard.NotFound, standard.Forbidden, standard.Gone:
			continue // the refusal is logged
		}
		if err != nil {
			return nil, nil, err
		}
		conceals, err := sub.conceals(ctx)
		if err != nil {
			return nil, nil, err
		}
		if conceals {
			narrowed = append(narrowed, stream)
		} else {
			open = append(open, stream)
		}
	}
	return open, narrowed, nil
}

// unplaced leaves out the classes that tell where somebody lives.
func (v *View) unplaced(classes []string) []string {
	return slices.DeleteFunc(slices.Clone(classes), func(id string) bool { return v.session.guard.placement[id] })
}

// noteAcross logs for each person that their records were looked at.
func (v *View) noteAcross(ctx context.Context, q AcrossQuery, open, narrowed []uuid.UUID, versions []*record.Version) {
	counts := map[uuid.UUID]int{}
	for _, version := range versions {
		counts[version.Stream]++
	}
	for _, stream := range slices.Concat(open, narrowed) {
		entry := Entry{Action: "records", Stream: stream, Count: counts[stream]}
		if len(q.Classes) == 1 {
			entry.Class = q.Classes[0]
		}
		v.note(ctx, entry)
	}
}
