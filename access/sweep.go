package access

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// SweepQuery says which records of many people are to be gone through, page by page.
type SweepQuery struct {
	Streams     []uuid.UUID // whose: as a list of people gave them
	Classes     []string    // at least one
	From, Until time.Time   // when they happened; zero: any
	Says        []string    // only what holds one of these texts, as it is stored, or is of a class that is Free: to be held against what is asked. Others may be among them
	Free        []string
	After       *record.Cursor
	Limit       int // 0: 100; at most 1,000
	Bytes       int // a page ends behind the version with which it has as many bytes; 0: however many it has
}

// Sweep goes through the records of many people as they stood at the moment of the view, in the order of the streams, of each the latest first; After continues in the
// first stream behind a record of it. Those who may not be read are left out, and logged as refused. More reports that others follow behind the last one.
func (v *View) Sweep(ctx context.Context, q SweepQuery) (versions []*record.Version, more bool, err error) {
	if _, _, err := v.classes(RecordsQuery{Classes: q.Classes}); err != nil || len(q.Classes) == 0 {
		return nil, false, err
	}
	q.Limit = bounded(q.Limit, 100, 1000)
	runs, err := v.runs(ctx, q)
	if err != nil {
		return nil, false, err
	}
	left := q.Bytes
	for i, run := range runs {
		ask := q
		ask.Bytes = left
		ask.Limit = q.Limit - len(versions)
		if len(run.streams) == 0 || run.streams[0] != q.Streams[0] {
			ask.After = nil
		}
		some, behind, err := v.sweepRun(ctx, run, ask)
		if err != nil {
			return nil, false, err
		}
		versions = append(versions, some...)
		for _, version := range some {
			left -= len(version.Body)
		}
		v.noteSweep(ctx, q, run, some, behind)
		full := len(versions) >= q.Limit || q.Bytes > 0 && left <= 0
		if behind || full && i+1 < len(runs) {
			return versions, true, nil
		}
	}
	return versions, false, nil
}

// run is some people behind each other of whom the same can be asked in one question.
type run struct {
	streams []uuid.UUID
	classes []string // none: nothing of them may be seen
	sub     *subject // one stream whose records of other systems count as they were held then; nil: as they stand here
}

// runs parts the streams by what may be asked of them at once, without changing their order.
func (v *View) runs(ctx context.Context, q SweepQuery) ([]run, error) {
	var all []run
	for _, stream := range q.Streams {
		sub, classes, err := v.visible(ctx, stream, q.Classes)
		if err != nil {
			return nil, err
		}
		if sub == nil {
			continue
		}
		if v.abroad(sub) != 0 {
			all = append(all, run{[]uuid.UUID{stream}, classes, sub})
			continue
		}
		if last := len(all) - 1; last >= 0 && all[last].sub == nil && slices.Equal(all[last].classes, classes) {
			all[last].streams = append(all[last].streams, stream)
		} else {
			all = append(all, run{[]uuid.UUID{stream}, classes, nil})
		}
	}
	return all, nil
}

// sweepRun asks about one run.
func (v *View) sweepRun(ctx context.Context, r run, q SweepQuery) ([]*record.Version, bool, error) {
	switch {
	case len(r.classes) == 0:
		return nil, false, nil
	case r.sub != nil:
		return v.list(ctx, r.sub, RecordsQuery{Stream: r.streams[0], Classes: r.classes, From: q.From, Until: q.Until, After: q.After, Limit: q.Limit, Bytes: q.Bytes})
	}
	return v.session.guard.config.Register.Across(ctx, record.Across{
		Streams: r.streams, Classes: r.classes, From: q.From, Until: q.Until, At: v.moment, Says: q.Says, Free: q.Free, After: q.After, Limit: q.Limit, Bytes: q.Bytes, Scope: v.session.scope(ToRead),
	})
}

// noteSweep logs for each person who was come to that their records were looked at.
func (v *View) noteSweep(ctx context.Context, q SweepQuery, r run, versions []*record.Version, behind bool) {
	counts := map[uuid.UUID]int{}
	for _, version := range versions {
		counts[version.Stream]++
	}
	for _, stream := range r.streams {
		entry := Entry{Action: "records", Stream: stream, Count: counts[stream]}
		if len(q.Classes) == 1 {
			entry.Class = q.Classes[0]
		}
		v.note(ctx, entry)
		if behind && stream == versions[len(versions)-1].Stream { // the others were not come to
			return
		}
	}
}
