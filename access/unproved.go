package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Unproved tells of which of some records of the view, of however many people, somebody is named as a witness, or as a second person, and has not signed. The log is asked once for all of them.
func (v *View) Unproved(ctx context.Context, versions []*record.Version) (map[uuid.UUID]bool, error) {
	found, err := v.session.guard.unproved(ctx, versions, v.moment)
	if err != nil {
		return nil, err
	}
	received := map[uuid.UUID]bool{}
	for _, version := range versions { // they may have signed where it was written
		if !found[version.Record] {
			continue
		}
		from, known := received[version.Stream]
		if !known {
			sub, err := v.session.subject(ctx, version.Stream)
			if err != nil {
				return nil, err
			}
			from = sub.info.Received
			received[version.Stream] = from
		}
		if !from {
			continue
		}
		log, err := v.ChangeLog(ctx, version.Stream, version.Record)
		if err != nil {
			return nil, err
		}
		content, err := version.Decoded(v.session.guard.config.Catalogue)
		if err != nil {
			return nil, err
		}
		if len(Unproved(content, log)) == 0 {
			delete(found, version.Record)
		}
	}
	return found, nil
}

// unproved asks the log here.
func (g *Guard) unproved(ctx context.Context, versions []*record.Version, at record.Moment) (map[uuid.UUID]bool, error) {
	classes := map[string]bool{}
	for _, role := range []string{standard.ClassRoleDose, standard.ClassRoleStock} {
		for _, class := range g.config.Catalogue.ClassesWithRole(role) {
			classes[class.ID] = true
		}
	}
	naming := map[uuid.UUID]*standard.Content{}
	var asked []record.One
	for _, version := range versions {
		if !classes[version.Class] {
			continue
		}
		content, err := version.Decoded(g.config.Catalogue)
		if err != nil || len(SecondPeople(content)) == 0 {
			continue // what cannot be read is said where it is shown
		}
		naming[version.Record] = content
		asked = append(asked, record.One{Stream: version.Stream, Record: version.Record})
	}
	if len(asked) == 0 {
		return map[uuid.UUID]bool{}, nil
	}
	changes, err := g.config.Log.Changes(ctx, at, asked...)
	if err != nil {
		return nil, err
	}
	logs := map[uuid.UUID][]LogEntry{}
	for _, c := range changes {
		for _, ch := range c.Changes {
			if rec := ch.Version.Record; naming[rec] != nil {
				logs[rec] = append(logs[rec], LogEntry{Contribution: c, Change: ch})
			}
		}
	}
	found := map[uuid.UUID]bool{}
	for rec, content := range naming {
		if len(Unproved(content, logs[rec])) > 0 {
			found[rec] = true
		}
	}
	return found, nil
}
