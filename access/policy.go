package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/record"
)

// Policy is the table of who may do what, read from policy.yaml. It never changes once it is loaded.
type Policy struct {
	roles         []RoleName
	bannerRoles   []string
	packRoles     []string
	downtimeRoles []string
	passes        []PassKind
	shown         map[Role][]string // class roles; a role that is not here sees every class
	grants        []Grant
	byRole        map[Role]map[Action][]Grant
}

// RoleName is a role and what to call it.
type RoleName struct {
	ID   Role
	Name string
}

// Grant is one row of the table.
type Grant struct {
	Role   Role
	Action Action
	Ground record.Ground
	UpTo   record.Sensitivity
	Note   string // why
}

// Decision is the answer of the policy, with its reason in words.
type Decision struct {
	Allowed bool
	Why     string
}

// Roles gives the roles in the order of the table.
func (p *Policy) Roles() []RoleName { return slices.Clone(p.roles) }

// Grants gives the rows of the table.
func (p *Policy) Grants() []Grant { return slices.Clone(p.grants) }

// BannerRoles gives the roles of the classes that the safety banner is made of.
func (p *Policy) BannerRoles() []string { return slices.Clone(p.bannerRoles) }

// PackRoles gives the roles of the classes that go to hospital with somebody beside those of the banner.
func (p *Policy) PackRoles() []string { return slices.Clone(p.packRoles) }

// passKind gives the kind of pass that lets somebody in with a role.
func (p *Policy) passKind(role Role) (PassKind, bool) {
	for _, k := range p.passes {
		if k.Role == role {
			return k, true
		}
	}
	return PassKind{}, false
}

// DowntimeRoles gives the roles of the classes that are in the downtime pack beside those of the pack for hospital.
func (p *Policy) DowntimeRoles() []string { return slices.Clone(p.downtimeRoles) }

// RoleName gives what to call a role, and whether there is one.
func (p *Policy) RoleName(role Role) (string, bool) {
	for _, r := range p.roles {
		if r.ID == role {
			return r.Name, true
		}
	}
	return "", false
}

// May reports whether the role has the action on any ground.
func (p *Policy) May(role Role, action Action) bool { return len(p.byRole[role][action]) > 0 }

// Decide answers for one record of one person, or for the person as such.
func (p *Policy) Decide(who Principal, action Action, facts record.Facts) Decision {
	grants := p.byRole[who.Role][action]
	if len(grants) == 0 {
		return Decision{Why: fmt.Sprintf("the role %s has no right to %s", who.Role, action)}
	}
	if who.Worker != uuid.Nil && slices.Contains(facts.Excluded, who.Worker) {
		return Decision{Why: "the record excludes this care worker"}
	}
	var grounds []string
	for _, g := range grants {
		if !holds(g.Ground, who, facts) {
			continue
		}
		if facts.Sensitivity <= g.UpTo {
			return Decision{Allowed: true, Why: g.Note}
		}
		grounds = append(grounds, fmt.Sprintf("%s reaches only %s", g.Ground, g.UpTo))
	}
	if len(grounds) > 0 {
		return Decision{Why: fmt.Sprintf("the record is %s and %s", facts.Sensitivity, strings.Join(grounds, ", "))}
	}
	return Decision{Why: "no ground connects this care worker with this person"}
}

// holds tells whether a ground is there. It is written apart from record.Scope on purpose: a test compares the two.
func holds(ground record.Ground, who Principal, facts record.Facts) bool {
	here := func(places []uuid.UUID) bool {
		return slices.ContainsFunc(who.Places, func(own uuid.UUID) bool { return slices.Contains(places, own) })
	}
	switch ground {
	case record.PlacedNow:
		return here(facts.PlacesNow)
	case record.PlacedEver:
		return here(facts.PlacesEver)
	case record.LetIn:
		return slices.Contains(who.LetIn, facts.Stream)
	case record.WorksWith:
		return who.Worker != uuid.Nil && slices.Contains(facts.Workers, who.Worker)
	}
	return false
}

// Scope gives the same rule as a value, for lists. Rules of access are always today's.
func (p *Policy) Scope(who Principal, action Action, today string) record.Scope {
	scope := record.Scope{Worker: who.Worker, Today: today}
	for _, g := range p.byRole[who.Role][action] {
		clause := record.Clause{By: g.Ground, Limit: g.UpTo}
		switch g.Ground {
		case record.PlacedNow, record.PlacedEver:
			clause.Places = who.Places
		case record.LetIn:
			clause.People = who.LetIn
		case record.WorksWith:
		default:
			continue // always: not about people
		}
		scope.Clauses = append(scope.Clauses, clause)
	}
	return scope
}

// reach is the highest sensitivity that a role's action reaches where no person is concerned: the directory.
func (p *Policy) reach(role Role, action Action) (record.Sensitivity, bool) {
	var limit record.Sensitivity
	for _, g := range p.byRole[role][action] {
		if g.Ground == always {
			limit = max(limit, g.UpTo)
		}
	}
	return limit, limit > 0
}
