package access

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// packAction is what the log of who saw what calls giving somebody's pack to a hospital or an ambulance crew.
const packAction = "hospital-pack"

// packLatest is how many of the latest records of one class a pack is made of: days of doses, drinks and readings, and more of all else than anybody has.
const packLatest = 300

// PackFor says to whom a pack goes and why.
type PackFor struct {
	To, Why     string // one line each; neither may be empty
	Whereabouts bool   // where a person with a restricted address lives goes along: for whoever may see it, and has decided so
}

// Pack is what may go to hospital with somebody, as it stands now: no more than is needed to treat them.
type Pack struct {
	Person   Person
	View     *View             // what it was taken from
	Versions []*record.Version // current ones, of all streams that are about the person
	Hidden   bool              // the address is restricted: where they live must not be told
	Moment   record.Moment
}

// GivePack gathers what goes to hospital with a person. It is a disclosure: the log of who saw what has it, with whom it goes to and why, on the disk before
// anything is given back. Whoever may write about the person may do it: nobody waits for the manager at night. So what goes is bounded by the policy's pack roles,
// and beside the safety banner by normal sensitivity, whoever asks: the pack tells nothing of what there is beyond.
func (s *Session) GivePack(ctx context.Context, stream uuid.UUID, to PackFor) (*Pack, error) {
	entry := Entry{Action: packAction, Stream: stream, To: to.To, Why: to.Why}
	if err := packFor(to); err != nil {
		return nil, err
	}
	view, err := s.View(ctx, At{})
	if err != nil {
		return nil, err
	}
	entry.Moment = view.Moment()
	sub, err := view.readable(ctx, entry)
	if err != nil {
		return nil, err
	}
	switch {
	case !sub.person:
		return nil, s.denied(ctx, entry, notFound())
	case !sub.may(ToRecord, record.Normal):
		return nil, s.denied(ctx, entry, forbidden("With the role "+s.principal.RoleName+" you cannot send a person to hospital.", "Ask whoever leads the shift."))
	case to.Whereabouts && !s.decide(ToSeeRestricted, sub.facts):
		return nil, s.denied(ctx, entry, forbidden("You cannot decide who is told where this person lives.", "Ask the manager of the home."))
	}
	pack := &Pack{View: view, Moment: view.Moment(), Hidden: sub.facts.Restricted && !to.Whereabouts}
	if pack.Person, err = view.Person(ctx, stream); err != nil {
		return nil, err
	}
	if pack.Versions, err = view.packed(ctx, stream); err != nil {
		return nil, err
	}
	streams, err := view.Streams(ctx, stream)
	if err != nil {
		return nil, err
	}
	for _, one := range streams {
		entry.Stream, entry.Count = one, 0
		for _, v := range pack.Versions {
			if v.Stream == one {
				entry.Count++
			}
		}
		if err := s.guard.book.disclose(ctx, s.entry(entry)); err != nil {
			return nil, err
		}
	}
	return pack, nil
}

// packFor refuses a pack for nobody, or for no reason.
func packFor(to PackFor) error {
	if err := asides(Export{To: to.To, Why: to.Why}); err != nil {
		return err
	}
	var problems []standard.Problem
	for _, a := range []struct{ path, text, message string }{
		{"/to", to.To, "Say who is given the pack, for example: ambulance crew, to the General."}, {"/why", to.Why, "Say why, in a few words."},
	} {
		if strings.TrimSpace(a.text) == "" {
			problems = append(problems, standard.Problem{Path: a.path, Rule: "missing", Message: a.message})
		}
	}
	return standard.Refuse("The pack was not made.", problems)
}

// packed gathers the records of a pack: the banner, and of the other classes what is of normal sensitivity and excludes nobody.
func (v *View) packed(ctx context.Context, stream uuid.UUID) ([]*record.Version, error) {
	all, err := v.Safety(ctx, stream)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(version *record.Version) bool { return v.session.guard.placement[version.Class] })
	have := map[uuid.UUID]bool{}
	for _, version := range all {
		have[version.Record] = version.SaidBy == ""
	}
	for _, class := range v.session.guard.pack {
		found, _, err := v.Records(ctx, RecordsQuery{Stream: stream, Classes: []string{class}, Limit: packLatest})
		if err != nil {
			return nil, err
		}
		for _, version := range found {
			goes, err := v.session.guard.packs(version)
			if err != nil {
				return nil, err
			}
			if goes && !have[version.Record] {
				have[version.Record] = true
				all = append(all, version)
			}
		}
	}
	return all, nil
}

// packs reports whether a version may be in a pack for hospital.
func (g *Guard) packs(version *record.Version) (bool, error) {
	switch {
	case g.placement[version.Class] || version.Destroyed != uuid.Nil:
		return false, nil
	case slices.Contains(g.banner, version.Class):
		return true, nil
	case !slices.Contains(g.pack, version.Class) || version.Sensitivity > record.Normal:
		return false, nil
	}
	content, err := version.Decoded(g.config.Catalogue)
	if err != nil {
		return false, err
	}
	return len(record.IndexOf(content, version.Recorded, g.config.Zone).Excluded) == 0, nil
}

// packClasses are the classes of a pack beside those of the banner.
func (g *Guard) packClasses() []string { return g.besideBanner(g.config.Policy.PackRoles()) }

// besideBanner are the classes with some roles that are not in the banner.
func (g *Guard) besideBanner(roles []string) (classes []string) {
	for _, role := range roles {
		for _, class := range g.config.Catalogue.ClassesWithRole(role) {
			for _, concrete := range append([]*standard.Class{class}, class.Concrete()...) {
				if concrete.Kind == standard.KindRecord && !slices.Contains(classes, concrete.ID) && !slices.Contains(g.banner, concrete.ID) {
					classes = append(classes, concrete.ID)
				}
			}
		}
	}
	return classes
}
