package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
)

// This file is how a view of the past sees what other systems had recorded by then, and this provider ratified later: as they held it at that time. Of a record that stood
// here already at the moment, what stood here counts.

// abroad is the time up to which what other systems had committed counts; 0: nothing of it is to be looked at apart.
func (v *View) abroad(sub *subject) record.Instant {
	if !v.past || !sub.info.Received || v.session.guard.config.Ratifier == nil {
		return 0
	}
	return record.InstantOf(v.asked)
}

// count counts what one of the streams holds.
func (v *View) count(ctx context.Context, sub *subject) (map[string]int, error) {
	if then := v.abroad(sub); then != 0 {
		return v.session.guard.config.Ratifier.CountThen(ctx, record.Query{Stream: sub.info.UID, At: v.moment, Abroad: then, Scope: sub.scope})
	}
	return v.session.guard.config.Log.Count(ctx, sub.info.UID, v.moment, sub.scope)
}

// personAbroad gives who a person was at another system, before they came here. Where they lived there is not told.
func (v *View) personAbroad(ctx context.Context, sub *subject) ([]Person, error) {
	then := v.abroad(sub)
	if then == 0 {
		return nil, nil
	}
	config := v.session.guard.config
	versions, _, err := config.Log.Versions(ctx, record.Query{
		Stream: sub.info.UID, Record: sub.info.UID, At: v.moment, Abroad: then, Scope: sub.scope, Limit: 1,
	})
	if err != nil || len(versions) == 0 {
		return nil, err
	}
	content, err := versions[0].Decoded(config.Catalogue)
	if err != nil {
		return nil, err
	}
	ix := record.IndexOf(content, versions[0].Recorded, config.Zone)
	if ix.Person == nil {
		return nil, nil
	}
	return []Person{{UID: sub.info.UID, Card: *ix.Person}}, nil
}

// namesAbroad adds what to call those who had no name here yet at the moment: by today's.
func (v *View) namesAbroad(ctx context.Context, sub *subject, uids []uuid.UUID, names map[uuid.UUID]string) error {
	if v.abroad(sub) == 0 {
		return nil
	}
	var missing []uuid.UUID
	for _, uid := range uids {
		if _, ok := names[uid]; !ok {
			missing = append(missing, uid)
		}
	}
	found, err := v.session.guard.config.Register.Names(ctx, sub.info.UID, missing, v.head, sub.scope)
	for uid, name := range found {
		names[uid] = name
	}
	return err
}

// joinedThen are the streams that were joined with one at the moment of the view.
func (v *View) joinedThen(ctx context.Context, stream uuid.UUID) (map[uuid.UUID]bool, error) {
	together, err := v.session.guard.config.Register.Together(ctx, []uuid.UUID{stream}, v.moment)
	then := map[uuid.UUID]bool{}
	for _, uid := range together[stream] {
		then[uid] = true
	}
	return then, err
}
