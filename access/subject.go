package access

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// subject is one stream as one session may deal with it, by today's rules.
type subject struct {
	session *Session
	info    record.StreamInfo
	person  bool
	facts   record.Facts // of a person
	scope   record.Scope // which of its records may be read
	reads   bool
}

// subject finds out about a stream. A stream that may be neither read nor written is notFound.
func (s *Session) subject(ctx context.Context, stream uuid.UUID) (*subject, error) {
	g := s.guard
	info, err := g.config.Log.Stream(ctx, stream)
	if kind := standard.KindOf(err); kind == standard.NotFound || kind == standard.Gone && !s.May(ToDestroy) {
		return nil, notFound() // that something was destroyed is known to those alone who could have decided it
	}
	if err != nil {
		return nil, err
	}
	sub := &subject{session: s, info: info, person: info.Kind == standard.PersonStream}
	if sub.person {
		return sub, sub.weigh(ctx)
	}
	limit, ok := s.reach(ToReadDirectory)
	if !ok {
		return nil, notFound()
	}
	sub.reads = true
	sub.scope = record.Scope{Worker: s.principal.Worker, Today: g.today(), Clauses: []record.Clause{{By: record.Always, Limit: limit}}}
	return sub, nil
}

// weigh decides what may be done with a person.
func (sub *subject) weigh(ctx context.Context) error {
	s := sub.session
	today := s.guard.today()
	facts, err := s.guard.config.Register.Facts(ctx, sub.info.UID, today)
	if standard.KindOf(err) == standard.NotFound {
		return notFound()
	}
	if err != nil {
		return err
	}
	if !facts.Restricted {
		if facts.Restricted, err = s.restrictedElsewhere(ctx, sub.info.UID, today); err != nil {
			return err
		}
	}
	facts.Sensitivity, facts.Excluded = record.Normal, nil
	sub.facts = facts
	sub.scope = s.scope(ToRead)
	sub.reads = s.decide(ToRead, facts)
	if !sub.reads && !s.decide(ToRecord, facts) {
		return notFound()
	}
	return nil
}

func (s *Session) decide(action Action, facts record.Facts) bool {
	return (s.cut == nil || s.cut.permits(action, facts.Stream)) && s.guard.config.Policy.Decide(s.principal, action, facts).Allowed
}

// conceals reports whether this reader must not learn where the person lives.
func (sub *subject) conceals(context.Context) (bool, error) {
	return sub.person && sub.facts.Restricted && !sub.session.decide(ToSeeRestricted, sub.facts), nil
}

// hides reports whether a record of the class is hidden: by the scopes of a client, or because it tells where the person lives.
func (sub *subject) hides(ctx context.Context, class string) (bool, error) {
	if !sub.session.looks(class) {
		return true, nil
	}
	return sub.roleHides(ctx, class)
}

// roleHides is hides by the role alone.
func (sub *subject) roleHides(ctx context.Context, class string) (bool, error) {
	if only := sub.only(); only != nil && !only[class] {
		return true, nil
	}
	if !sub.session.guard.placement[class] {
		return false, nil
	}
	return sub.conceals(ctx)
}

// sees decides for one version, by what it holds itself, what the store's scope decides in lists. The version that is current today decides too: visible
// asks for it.
func (sub *subject) sees(ctx context.Context, action Action, v *record.Version) (bool, error) {
	if hidden, err := sub.hides(ctx, v.Class); hidden || err != nil {
		return false, err
	}
	s := sub.session
	facts := sub.facts
	facts.Sensitivity = v.Sensitivity
	if len(v.Body) > 0 {
		content, err := v.Decoded(s.guard.config.Catalogue)
		if err != nil {
			return false, err // what cannot be decided is not shown
		}
		facts.Excluded = record.IndexOf(content, v.Recorded, s.guard.config.Zone).Excluded
	}
	if !sub.person {
		return sub.scope.Allows(facts), nil
	}
	return s.decide(action, facts), nil
}

// visible reports whether a record may be read today: its version that is current now decides about all of them.
func (sub *subject) visible(ctx context.Context, rec uuid.UUID, head record.Moment) (bool, error) {
	return sub.visibleBy(ctx, rec, head, sub.hides)
}

// visibleBy is visible by a rule of which classes are hidden.
func (sub *subject) visibleBy(ctx context.Context, rec uuid.UUID, head record.Moment, hides func(context.Context, string) (bool, error)) (bool, error) {
	if !sub.reads {
		return false, nil
	}
	now, _, err := sub.session.guard.config.Log.Versions(ctx, record.Query{
		Stream: sub.info.UID, Record: rec, At: head, Which: record.Current, Errors: true, Limit: 1, Scope: sub.scope,
	})
	if err != nil || len(now) == 0 {
		return false, err
	}
	hidden, err := hides(ctx, now[0].Class)
	return !hidden, err
}

// names reports whether the version that a change names may be read today: it may exclude this reader though no later one does.
func (sub *subject) names(ctx context.Context, id record.VersionID, head record.Moment) (bool, error) {
	after := record.Cursor{Number: id.Number - 1, From: record.Forever}
	near, _, err := sub.session.guard.config.Log.Versions(ctx, record.Query{
		Stream: sub.info.UID, Record: id.Record, At: head, Which: record.All, Errors: true, Order: record.NumberAsc, After: &after, Scope: sub.scope,
	})
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(near, func(v *record.Version) bool { return v.VersionID == id }), nil
}

// classes narrows the classes that are asked for (none: any) to those that this reader may see of the subject. None says that there are none.
func (sub *subject) classes(ctx context.Context, asked []string) (narrowed []string, none bool, err error) {
	conceals, err := sub.conceals(ctx)
	only := sub.only()
	if err != nil || !conceals && only == nil && sub.session.cut == nil {
		return asked, false, err
	}
	if len(asked) == 0 {
		for _, class := range sub.session.guard.config.Catalogue.Classes() {
			if class.Kind == standard.KindRecord {
				asked = append(asked, class.ID)
			}
		}
	}
	narrowed = slices.DeleteFunc(slices.Clone(asked), func(id string) bool {
		return conceals && sub.session.guard.placement[id] || only != nil && !only[id] || !sub.session.looks(id)
	})
	return narrowed, len(narrowed) == 0, nil
}

// only are the classes that this reader sees of a person; nil: all.
func (sub *subject) only() map[string]bool {
	if !sub.person {
		return nil
	}
	return sub.session.guard.shown[sub.session.principal.Role]
}

// Shows says whether the session is shown records of the classes with a role, about people whom it sees. Where it is not, nobody can tell it that there are none.
func (s *Session) Shows(classRole string) bool {
	return slices.ContainsFunc(s.guard.config.Catalogue.ClassesWithRole(classRole), func(c *standard.Class) bool { return s.ShowsAny(c.ID) })
}

// ShowsAny is Shows of some classes by their ids.
func (s *Session) ShowsAny(classes ...string) bool {
	only := s.guard.shown[s.principal.Role]
	return slices.ContainsFunc(classes, func(id string) bool { return (only == nil || only[id]) && s.looks(id) })
}

// shownClasses finds the classes of the roles that are let in to a part of a record only. Who somebody is belongs to every part.
func (g *Guard) shownClasses() map[Role]map[string]bool {
	all := map[Role]map[string]bool{}
	for role, classRoles := range g.config.Policy.shown {
		all[role] = map[string]bool{}
		for _, classRole := range append([]string{standard.ClassRolePerson}, classRoles...) {
			for _, class := range g.config.Catalogue.ClassesWithRole(classRole) {
				all[role][class.ID] = true
			}
		}
	}
	return all
}
