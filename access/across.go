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
	Says        []string    // only those whose stored bytes hold one of these texts; none: any. Others may be among them
	Limit       int         // of all of them together; 0 and at most: 20,000
}

// acrossMost bounds what is read at once.
const acrossMost = 20_000

// Across lists records of many people as they stand now, in the order of the streams, of each the latest first. It is for pages about a home: one question instead
// of one for each person and class. Every record stands in its own stream; those who may not be read are left out, and logged as refused. More reports that there were
// too many: then nothing may be counted from the list.
func (v *View) Across(ctx context.Context, q AcrossQuery) (versions []*record.Version, more bool, err error) {
	parts, err := v.parted(ctx, q)
	if err != nil {
		return nil, false, err
	}
	ask := v.acrossAsk(q)
	for _, part := range parts {
		if len(part.classes) > 0 {
			ask.Streams, ask.Classes = part.streams, part.classes
			some, behind, err := v.session.guard.config.Register.Across(ctx, ask)
			if err != nil {
				return nil, false, err
			}
			versions, more = append(versions, some...), more || behind
		}
		v.noteAcross(ctx, q, part.streams, versions)
	}
	return versions, more, nil
}

// acrossAsk is what the store is asked, but for whose records and of which classes.
func (v *View) acrossAsk(q AcrossQuery) record.Across {
	ask := record.Across{From: q.From, Until: q.Until, Errors: q.Errors, Says: q.Says, At: v.moment, Limit: bounded(q.Limit, acrossMost, acrossMost)}
	ask.Scope = v.session.scope(ToRead)
	return ask
}

// CountAcross counts, per class, the records that Across would list, and of how many people they are. What the reader may not see is in no count.
func (v *View) CountAcross(ctx context.Context, q AcrossQuery) (map[string]record.Counted, error) {
	parts, err := v.parted(ctx, q)
	if err != nil {
		return nil, err
	}
	counts := map[string]record.Counted{}
	ask := v.acrossAsk(q)
	for _, part := range parts {
		ask.Streams, ask.Classes = part.streams, part.classes
		some, err := v.session.guard.config.Register.CountAcross(ctx, ask)
		if err != nil {
			return nil, err
		}
		for class, n := range some {
			counts[class] = record.Counted{Records: counts[class].Records + n.Records, People: counts[class].People + n.People}
		}
		v.noteAcross(ctx, q, part.streams, nil)
	}
	return counts, nil
}

// part is some people of whom the same classes may be shown.
type part struct {
	streams []uuid.UUID
	classes []string
}

// parted parts those who may be read by what may be shown of them: of somebody whose address is restricted, or to somebody who is let in to a part of a record, not every class.
func (v *View) parted(ctx context.Context, q AcrossQuery) ([]part, error) {
	if v.past {
		return nil, &standard.Fault{Kind: standard.Invalid, Message: "A whole home can only be shown as it is now.", Hint: "Look back in each person’s record."}
	}
	if _, _, err := v.classes(RecordsQuery{Classes: q.Classes}); err != nil || len(q.Classes) == 0 {
		return nil, err
	}
	var parts []part
	for _, stream := range q.Streams {
		sub, classes, err := v.visible(ctx, stream, q.Classes)
		if err != nil {
			return nil, err
		}
		if sub == nil {
			continue
		}
		i := slices.IndexFunc(parts, func(p part) bool { return slices.Equal(p.classes, classes) })
		if i < 0 {
			i, parts = len(parts), append(parts, part{classes: classes})
		}
		parts[i].streams = append(parts[i].streams, stream)
	}
	return parts, nil
}

// visible gives a stream and what of some classes may be shown of it: none, perhaps. Nil where nothing of it may; the refusal is logged then.
func (v *View) visible(ctx context.Context, stream uuid.UUID, classes []string) (*subject, []string, error) {
	sub, err := v.readable(ctx, Entry{Action: "records", Stream: stream})
	switch standard.KindOf(err) {
	case standard.NotFound, standard.Forbidden, standard.Gone:
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	classes, none, err := sub.classes(ctx, classes)
	if none {
		classes = nil
	}
	return sub, classes, err
}

// noteAcross logs for each person that their records were looked at.
func (v *View) noteAcross(ctx context.Context, q AcrossQuery, streams []uuid.UUID, versions []*record.Version) {
	counts := map[uuid.UUID]int{}
	for _, version := range versions {
		counts[version.Stream]++
	}
	for _, stream := range streams {
		entry := Entry{Action: "records", Stream: stream, Count: counts[stream], What: AmongMany}
		if len(q.Classes) == 1 {
			entry.Class = q.Classes[0]
		}
		v.note(ctx, entry)
	}
}
