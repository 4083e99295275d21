package care

import (
	"reflect"
	"slices"
	"time"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// EatingRule holds at every door that nobody is given by mouth what their plan says is not safe, unless the record says why they had it all the same.
type EatingRule struct{ Catalogue *standard.Catalogue }

var _ record.Rule = EatingRule{}

// Needs says what must be seen to judge what somebody had: their plans for eating and drinking.
func (r EatingRule) Needs(written []record.Written) []record.Need {
	if !slices.ContainsFunc(written, func(w record.Written) bool { return r.had(w.Version) }) {
		return nil
	}
	var classes []string
	for _, class := range r.Catalogue.ClassesWithRole(standard.ClassRoleEatingAndDrinking) {
		classes = append(classes, class.ID)
	}
	return []record.Need{{Classes: classes}}
}

func (r EatingRule) had(v *record.Version) bool {
	class, ok := r.Catalogue.Class(v.Class)
	return ok && class.HasRole(standard.ClassRoleIntake) && v.Status != record.EnteredInError
}

// Judge compares what was had with the plans that held at that time.
func (r EatingRule) Judge(standing record.Standing, written []record.Written, _ record.Committer, now time.Time) []standard.Problem {
	var found []standard.Problem
	plans := gather(r.Catalogue, standing.Versions, now).live(standard.ClassRoleEatingAndDrinking)
	for _, w := range written {
		if !r.had(w.Version) {
			continue
		}
		content, err := w.Decoded(r.Catalogue)
		if err != nil || content.Words(standard.RoleOverrideReason) != "" || r.judgedBefore(w, content) {
			continue
		}
		path := w.Path + "/content"
		if e := content.Class.ByRole(standard.RoleOverrideReason); e != nil {
			path += "/" + e.ID
		}
		for _, words := range against(plans, content, w.Happened) {
			found = append(found, standard.Problem{Path: path, Rule: RuleNotSafeToEat, Message: words + " If they had it all the same, say why."})
		}
	}
	return found
}

// RuleNotSafeToEat is what a problem says that stands where the reason is missing why somebody had what their plan says is not safe.
const RuleNotSafeToEat = "not-safe-to-eat"

// against says what is wrong with something that was had at a time, by the plans that held then.
func against(plans []fact, had *standard.Content, happened int64) []string {
	var words []string
	for _, plan := range plans {
		if plan.version.Happened <= happened { // else it was planned later
			words = append(words, Unsafe(plan.content, had)...)
		}
	}
	return words
}

// judgedBefore reports whether a changed record says the same about what was had and how: then only a word was added.
func (r EatingRule) judgedBefore(w record.Written, content *standard.Content) bool {
	if w.Before == nil || w.Before.Happened != w.Happened {
		return false
	}
	before, err := w.Before.Decoded(r.Catalogue)
	if err != nil {
		return false
	}
	for _, role := range []string{standard.RoleKind, standard.RoleFoodTexture, standard.RoleDrinkThickness, standard.RoleRoute, standard.RoleAmountTaken, standard.RolePartEaten} {
		if !reflect.DeepEqual(before.All(role), content.All(role)) {
			return false
		}
	}
	return true
}

// Unsafe says what is wrong with something that was had, by a plan for eating and drinking: it was had although there is to be nothing by mouth, or it was modified less than planned.
func Unsafe(plan, had *standard.Content) []string {
	if route := had.Means(standard.RoleRoute); route != standard.MeansByMouth && len(had.All(standard.RoleRoute)) > 0 || nothingHad(had) {
		return nil
	}
	roles := []string{standard.RoleFoodTexture, standard.RoleDrinkThickness}
	switch had.Means(standard.RoleKind) {
	case standard.MeansDrink:
		roles = roles[1:]
	case standard.MeansMeal, standard.MeansSnack:
		if len(had.All(standard.RoleDrinkThickness)) == 0 {
			roles = roles[:1]
		}
	}
	var found []string
	for _, role := range roles {
		if plan.Means(role) == standard.MeansNothingByMouth {
			found = append(found, "Stop. The plan for eating and drinking says: nothing by mouth. Ask a nurse or a senior now.")
			continue
		}
		planned, ok := place(plan, plan, role)
		given, said := place(plan, had, role)
		if ok && said && given < planned {
			found = append(found, plain.Say("Stop. The plan for eating and drinking says: {planned}. This was {given}, which may make them choke. Ask a nurse or a senior now.",
				"planned", plan.Words(role), "given", had.Words(role)))
		}
	}
	return slices.Compact(found)
}

// nothingHad reports whether something was only offered.
func nothingHad(had *standard.Content) bool {
	if had.Means(standard.RolePartEaten) == standard.MeansNothingHad {
		return true
	}
	v, _ := had.First(standard.RoleAmountTaken)
	q, ok := v.(standard.Quantity)
	return ok && q.Number.Decimal.IsZero()
}

// place is where a texture stands in the list of those that can be planned, which goes from what is as it comes to what is modified most.
func place(plan, of *standard.Content, role string) (int, bool) {
	e := plan.Class.ByRole(role)
	v, _ := of.First(role)
	code, ok := v.(standard.Coded)
	if !ok || e == nil || e.ValueSet == nil {
		return 0, false
	}
	i := slices.IndexFunc(e.ValueSet.Codes, func(c standard.Code) bool { return c.Code == code.Code })
	return i, i >= 0 && e.ValueSet.Codes[i].Means != standard.MeansNothingByMouth && e.ValueSet.Codes[i].Means != standard.MeansNotKnown
}
