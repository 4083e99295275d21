package access

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Licence is what a client, a program or an app of somebody else's, was allowed to do for the account that it acts for.
type Licence struct {
	Client string // its id
	Name   string // what people call it
	Scopes Scopes
	Person uuid.UUID // whom scopes about one person are about; zero where there are none
	Waits  bool      // what it writes waits until a person ratifies it
	System bool      // a program that acts by itself: nobody sits before it
}

// cut is a licence at work. Classes are called by their kinds of resource, as scopes call them.
type cut struct {
	Licence
	people []uuid.UUID // the person whom it is bound to, in all records that are about them; none: it is not bound
	kind   func(class string) string
}

// Within gives the same session cut down to what a licence allows: whatever the session reads or writes passes here, whichever door it came by. Kind tells which
// kind of resource a class of records is, in the words of the scopes; a class without one is never seen.
func (s *Session) Within(ctx context.Context, l Licence, kind func(class string) string) (*Session, error) {
	narrow := *s
	narrow.cut = &cut{Licence: l, kind: kind}
	narrow.why = "for " + l.Name + " (" + l.Client + ")"
	if !l.Scopes.Bound() {
		return &narrow, nil
	}
	if l.Person == uuid.Nil {
		return nil, forbidden("Nobody was chosen whose record may be seen.", "Start the app again, and choose the person.")
	}
	head, _, err := s.guard.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	together, err := s.guard.config.Register.Together(ctx, []uuid.UUID{l.Person}, head)
	if err != nil {
		return nil, err
	}
	narrow.cut.people = append([]uuid.UUID{l.Person}, together[l.Person]...)
	return &narrow, nil
}

// Licence gives what the session was cut down to, and whether it was: to keep with work that goes on behind the request.
func (s *Session) Licence() (Licence, bool) {
	if s.cut == nil {
		return Licence{}, false
	}
	return s.cut.Licence, true
}

// MayWith reports whether the scopes of the session allow any of some interactions with a kind of resource; with AnyKind, with all kinds. Without scopes only the
// role decides.
func (s *Session) MayWith(any Interaction, kind string) bool {
	return s.cut == nil || s.cut.Scopes.Allow(any, kind)
}

// MustWith refuses what MayWith does not allow, in words, and logs it.
func (s *Session) MustWith(ctx context.Context, any Interaction, kind string) error {
	if s.MayWith(any, kind) {
		return nil
	}
	what := kind
	if kind == AnyKind {
		what = "every kind of resource"
	}
	return s.denied(ctx, Entry{Action: "scope"}, outOfScope(any, what))
}

// MustWithSome refuses what the scopes allow with no kind of resource at all, and logs it.
func (s *Session) MustWithSome(ctx context.Context, any Interaction) error {
	if s.cut == nil || s.cut.Scopes.AllowSome(any) {
		return nil
	}
	return s.denied(ctx, Entry{Action: "scope"}, outOfScope(any, "some kind of resource"))
}

// outOfScope refuses what the scopes of a token do not allow.
func outOfScope(any Interaction, what string) error {
	return forbidden("The scopes of this token do not allow this: it needs "+any.String()+" on "+what+".",
		"Ask for the scope when the token is asked for. Whoever registered the client decides whether it may have it.")
}

// permits says whether the scopes leave an action of the policy at all, with a person or, with the zero id, with somebody who is new or with nobody in particular.
func (c *cut) permits(action Action, person uuid.UUID) bool {
	if len(c.people) > 0 && person != uuid.Nil && !slices.Contains(c.people, person) {
		return false
	}
	switch action {
	case ToRead, ToReadDirectory, ToExport, ToSeeRestricted:
		return c.Scopes.AllowSome(Looks)
	case ToRecord:
		return c.Scopes.AllowSome(Writes)
	case ToRegister, ToEditDirectory:
		return c.Scopes.AllowSome(Writes) && len(c.people) == 0
	case ToAttest: // as FHIR has it: a signature stands in a Provenance
		return c.Scopes.Allow(Creates, "Provenance")
	case ToReadAccessLog:
		return c.Scopes.Allow(Looks, "AuditEvent")
	}
	return false // what scopes have no word for
}

// looks says whether the scopes let a class of records be seen.
func (s *Session) looks(class string) bool { return s.cut == nil || s.cut.may(Looks, class) }

// looksAtPeople says whether the scopes let be seen who somebody is.
func (s *Session) looksAtPeople() bool {
	return s.cut == nil || slices.ContainsFunc(s.guard.config.Catalogue.ClassesWithRole(standard.ClassRolePerson), func(c *standard.Class) bool { return s.looks(c.ID) })
}

func (c *cut) may(any Interaction, class string) bool {
	kind := c.kind(class)
	return kind != "" && c.Scopes.Allow(any, kind)
}

// scope gives the rule of access for lists, cut down to the people of the licence.
func (s *Session) scope(action Action) record.Scope {
	scope := s.guard.config.Policy.Scope(s.principal, action, s.guard.today())
	if s.cut == nil {
		return scope
	}
	scope.Only = s.cut.people
	if !s.cut.permits(action, uuid.Nil) {
		scope.Clauses = nil
	}
	return scope
}

// reach is Policy.reach, cut down.
func (s *Session) reach(action Action) (record.Sensitivity, bool) {
	if s.cut != nil && !s.cut.permits(action, uuid.Nil) {
		return 0, false
	}
	return s.guard.config.Policy.reach(s.principal.Role, action)
}

// within refuses what a contribution would do that the scopes do not allow.
func (g *gate) within(p *record.Prepared) error {
	c := g.session.cut
	if c == nil {
		return nil
	}
	for _, v := range p.Sent() {
		need := Updates
		switch {
		case v.Status == record.EnteredInError:
			need = Deletes
		case v.Number == 1:
			need = Creates
		}
		if !c.may(need, v.Class) {
			return outOfScope(need, c.kind(v.Class))
		}
	}
	if p.Opens == "" {
		return nil
	}
	if len(c.people) > 0 {
		return forbidden("A token that is bound to one person opens no other record.", "Use a client of its own for this, with user or system scopes.")
	}
	return nil
}
