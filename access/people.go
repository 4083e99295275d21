package access

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// PeopleQuery says which people are to be listed.
type PeopleQuery struct {
	Search string    // words, each the beginning of a name, or an NHS number
	Place  uuid.UUID // one home or branch; zero: all
	Left   bool      // those who are no longer placed, instead of those who are
	All    bool      // both
	After  string    // continue behind this place
	Limit  int       // 0: 100; at most 500
}

// day is the day on which placements are looked at: that of the moment.
func (v *View) day() string {
	if v.past {
		return v.committed.In(v.session.guard.config.Zone).Format(time.DateOnly)
	}
	return v.session.guard.today()
}

// People lists the people the reader may see. Next continues behind the last; it is empty when no more follow.
func (v *View) People(ctx context.Context, q PeopleQuery) (people []Person, next string, err error) {
	s := v.session
	entry := Entry{Action: "people"}
	if !s.May(ToRead) {
		entry.Moment = v.moment
		err := forbidden("With the role "+s.principal.RoleName+" you cannot see the people who are cared for.", "Sign in with an account that gives care.")
		return nil, "", s.denied(ctx, entry, err)
	}
	if !s.looksAtPeople() {
		entry.Moment = v.moment
		return nil, "", s.denied(ctx, entry, forbidden("The scopes of this token do not show who people are.", ""))
	}
	people, next, err = s.guard.config.Register.People(ctx, Selection{
		Search: q.Search, Place: q.Place, RestrictedToo: !s.May(ToSeeRestricted), Left: q.Left, All: q.All, After: q.After, Limit: bounded(q.Limit, 100, 500),
		At: v.moment, Day: v.day(), Scope: s.scope(ToRead),
	})
	if err != nil {
		return nil, "", err
	}
	err = v.aliases(ctx, people, s.scope(ToRead))
	if err != nil {
		return nil, "", err
	}
	for i := range people {
		if err := v.conceal(ctx, &people[i], nil); err != nil {
			return nil, "", err
		}
	}
	entry.Count = len(people)
	v.note(ctx, entry)
	return people, next, nil
}

// conceal hides where a person lives from whoever must not learn it: by the card of the moment, or by today's.
func (v *View) conceal(ctx context.Context, p *Person, sub *subject) error {
	if !p.Card.Restricted && !v.past && !p.joined {
		return nil
	}
	if sub == nil {
		var err error
		if sub, err = v.session.subject(ctx, p.UID); err != nil {
			return err
		}
	}
	if v.session.decide(ToSeeRestricted, sub.facts) {
		return nil
	}
	hidden := p.Card.Restricted
	if !hidden {
		var err error
		if hidden, err = sub.conceals(ctx); err != nil {
			return err
		}
	}
	if hidden {
		p.Place, p.PlaceName, p.Room, p.Concealed = uuid.Nil, "", "", true
	}
	return nil
}

// Person gives one person as a list shows them.
func (v *View) Person(ctx context.Context, stream uuid.UUID) (Person, error) {
	entry := Entry{Action: "person", Stream: stream}
	sub, err := v.readable(ctx, entry)
	if err != nil {
		return Person{}, err
	}
	if !sub.person || !v.session.looksAtPeople() {
		return Person{}, v.refuse(ctx, entry)
	}
	people, _, err := v.session.guard.config.Register.People(ctx, Selection{
		UID: stream, At: v.moment, Day: v.day(), Scope: sub.scope, Limit: 1,
	})
	if err != nil {
		return Person{}, err
	}
	if len(people) == 0 {
		if people, err = v.personAbroad(ctx, sub); err != nil {
			return Person{}, err
		}
	}
	if len(people) == 0 {
		return Person{}, v.refuse(ctx, entry)
	}
	if err := v.aliases(ctx, people, sub.scope); err != nil {
		return Person{}, err
	}
	if err := v.conceal(ctx, &people[0], sub); err != nil {
		return Person{}, err
	}
	entry.Count = 1
	v.note(ctx, entry)
	return people[0], nil
}

// Directory lists entries of the directory: of the classes, or all.
func (v *View) Directory(ctx context.Context, classes []string) ([]DirectoryEntry, error) {
	s := v.session
	entry := Entry{Action: "directory"}
	if !s.May(ToReadDirectory) {
		entry.Moment = v.moment
		return nil, s.denied(ctx, entry, forbidden("With the role "+s.principal.RoleName+" you cannot see the directory.", ""))
	}
	entries, err := s.guard.config.Register.Directory(ctx, classes, v.moment)
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e DirectoryEntry) bool {
		return s.guard.certificate[e.Class] || e.Origin != "" || !s.looks(e.Class)
	}) // these have a page of their own; those are other providers'
	entry.Count = len(entries)
	v.note(ctx, entry)
	return entries, nil
}

// Names tells what to call what references point at: entries of the directory by name, records of the stream by title. What the reader
// may not see is missing. Stream may be zero: the directory only.
func (v *View) Names(ctx context.Context, stream uuid.UUID, uids []uuid.UUID) (map[uuid.UUID]string, error) {
	s := v.session
	if len(uids) == 0 {
		return map[uuid.UUID]string{}, nil
	}
	if stream == uuid.Nil {
		if !s.May(ToReadDirectory) {
			return map[uuid.UUID]string{}, nil
		}
		return s.guard.config.Register.Names(ctx, stream, uids, v.moment, record.Scope{})
	}
	entry := Entry{Action: "names", Stream: stream}
	subs, err := v.union(ctx, entry)
	if err != nil {
		return nil, err
	}
	all := map[uuid.UUID]string{}
	for _, sub := range subs {
		names, err := s.guard.config.Register.Names(ctx, sub.info.UID, uids, v.moment, sub.scope)
		if err != nil {
			return nil, err
		}
		if err := v.namesAbroad(ctx, sub, uids, names); err != nil {
			return nil, err
		}
		if err := v.forget(ctx, sub, names); err != nil {
			return nil, err
		}
		maps.Copy(all, names)
		entry.Stream, entry.Count = sub.info.UID, len(names)
		v.note(ctx, entry)
	}
	return all, nil
}

// forget leaves out the titles of records that tell where a person with a restricted address lives, and of those that the scopes of a client do not show.
func (v *View) forget(ctx context.Context, sub *subject, names map[uuid.UUID]string) error {
	conceals, err := sub.conceals(ctx)
	if err != nil || !conceals && v.session.cut == nil {
		return err
	}
	var uids []uuid.UUID
	for uid := range names {
		uids = append(uids, uid)
	}
	targets, err := v.session.guard.config.Log.Targets(ctx, sub.info.UID, uids)
	if err != nil {
		return err
	}
	for uid, target := range targets {
		if conceals && v.session.guard.placement[target.Class] || target.Stream == sub.info.UID && !v.session.looks(target.Class) {
			delete(names, uid)
		}
	}
	return nil
}

// registration reads from what is being registered what the policy asks about: where the person will be placed, and who will look after them.
func registration(p *record.Prepared, today string) record.Facts {
	facts := record.Facts{Sensitivity: record.Normal}
	for _, ix := range p.Indexes {
		if ix.Placement != nil && ix.Placement.Place != uuid.Nil && (ix.Placement.Until == "" || ix.Placement.Until >= today) {
			facts.PlacesNow = append(facts.PlacesNow, ix.Placement.Place)
		}
		if ix.WorksWith != nil && (ix.WorksWith.Until == "" || ix.WorksWith.Until >= today) {
			facts.Workers = append(facts.Workers, ix.WorksWith.Worker)
		}
	}
	facts.PlacesEver = facts.PlacesNow
	return facts
}

// notPlaced refuses the registration of somebody whom the registrar could not see afterwards.
func notPlaced() error {
	return standard.Refuse("The person was not registered. Nothing was changed.", []standard.Problem{{
		Path: "/changes", Rule: "not-placed",
		Message: "Say which home or branch looks after this person: add a placement at one of your own places, or name yourself as looking after them.",
	}})
}
