package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Unproved tells of which of some records of the view somebody is named as a witness, or as a second person, and has not signed. Few records name one: each of those is asked for by itself.
func (v *View) Unproved(ctx context.Context, versions []*record.Version) (map[uuid.UUID]bool, error) {
	return v.session.guard.unproved(ctx, versions, v.moment, func(version *record.Version) ([]LogEntry, error) {
		sub, err := v.session.subject(ctx, version.Stream)
		if err != nil || !sub.info.Received {
			return nil, err
		}
		return v.ChangeLog(ctx, version.Stream, version.Record) // they may have signed where it was written
	})
}

func (g *Guard) unproved(ctx context.Context, versions []*record.Version, at record.Moment, elsewhere func(*record.Version) ([]LogEntry, error)) (map[uuid.UUID]bool, error) {
	classes := map[string]bool{}
	for _, role := range []string{standard.ClassRoleDose, standard.ClassRoleStock} {
		for _, class := range g.config.Catalogue.ClassesWithRole(role) {
			classes[class.ID] = true
		}
	}
	found := map[uuid.UUID]bool{}
	for _, version := range versions {
		if !classes[version.Class] {
			continue
		}
		content, err := version.Decoded(g.config.Catalogue)
		if err != nil || len(SecondPeople(content)) == 0 {
			continue // what cannot be read is said where it is shown
		}
		log, err := elsewhere(version)
		if err != nil {
			return nil, err
		}
		changes, err := g.config.Log.Changes(ctx, version.Stream, version.Record, at)
		if err != nil {
			return nil, err
		}
		for _, c := range changes {
			for _, ch := range c.Changes {
				if ch.Version.Record == version.Record {
					log = append(log, LogEntry{Contribution: c, Change: ch})
				}
			}
		}
		if len(Unproved(content, log)) > 0 {
			found[version.Record] = true
		}
	}
	return found, nil
}
