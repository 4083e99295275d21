package access

import (
	"bytes"
	"context"
	"slices"

	"github.com/google/uuid"
)

// WorkRole is what a care worker does at one of the places of the service, by the accounts that there are: which role, and whether one of them is open today.
type WorkRole struct {
	Worker uuid.UUID
	Place  uuid.UUID // zero: at none in particular
	Roles  []Role
	Names  []string // of the roles
	Active bool
}

// WorkRoles tells who works where and as what, to whoever may see colleagues and places. What an account is called is not told, and nothing of those who were let in for a time.
func (v *View) WorkRoles(ctx context.Context) ([]WorkRole, error) {
	s := v.session
	entry := Entry{Action: "directory"}
	if _, may := s.reach(ToReadDirectory); !may {
		entry.Moment = v.moment
		return nil, s.denied(ctx, entry, forbidden("With the role "+s.principal.RoleName+" you cannot see the directory.", ""))
	}
	accounts, err := s.guard.config.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	var all []WorkRole
	for _, a := range accounts {
		if a.Worker == uuid.Nil || !a.Until.IsZero() || !s.guard.hasRole(a) {
			continue
		}
		places := a.Places
		if len(places) == 0 {
			places = []uuid.UUID{uuid.Nil}
		}
		name, _ := s.guard.config.Policy.RoleName(a.Role)
		for _, place := range places {
			i := slices.IndexFunc(all, func(w WorkRole) bool { return w.Worker == a.Worker && w.Place == place })
			if i < 0 {
				i, all = len(all), append(all, WorkRole{Worker: a.Worker, Place: place})
			}
			if w := &all[i]; !slices.Contains(w.Roles, a.Role) {
				w.Roles, w.Names = append(w.Roles, a.Role), append(w.Names, name)
			}
			all[i].Active = all[i].Active || !a.Disabled
		}
	}
	slices.SortFunc(all, func(a, b WorkRole) int {
		if c := bytes.Compare(a.Worker[:], b.Worker[:]); c != 0 {
			return c
		}
		return bytes.Compare(a.Place[:], b.Place[:])
	})
	entry.Count = len(all)
	v.note(ctx, entry)
	return all, nil
}
