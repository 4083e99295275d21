package chart

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// Target is an amount that a goal or an instruction aims at.
type Target struct {
	Of     string // the code of what it is of
	Least  *standard.Quantity
	Most   *standard.Quantity
	Per    string // the code of the time; "" where none is said
	Words  string // for example: at least 1500 mL
	Record uuid.UUID
	Stream uuid.UUID
}

// TargetClasses lists the classes whose records set targets.
func TargetClasses(catalogue *standard.Catalogue) []string {
	var ids []string
	for _, class := range catalogue.Classes() {
		if class.Kind == standard.KindRecord && (class.ByRole(standard.RoleTargetOf) != nil || class.ByRole(standard.RoleFluidTarget) != nil) {
			ids = append(ids, class.ID)
		}
	}
	return ids
}

// Targets finds the amounts that are aimed at now: those of records that have not ended.
func Targets(catalogue *standard.Catalogue, versions []*record.Version, now time.Time) []Target {
	var targets, drinks []Target // those of a plan for eating and drinking count where no goal and no instruction says how much
	for _, v := range versions {
		content, err := v.Decoded(catalogue)
		if err != nil || content.Class == nil || v.Status == record.EnteredInError || v.SaidBy != "" || over(content, now) {
			continue
		}
		if aim, ok := content.First(standard.RoleFluidTarget); ok {
			if q, ok := aim.(standard.Quantity); ok {
				t := Target{Of: drinkCode(catalogue), Least: &q, Per: perDay, Record: v.Record, Stream: v.Stream}
				t.Words = targetWords(t)
				drinks = append(drinks, t)
			}
		}
		content.Walk("", func(_ string, e *standard.Element, value standard.Value) {
			g, ok := value.(*standard.Group)
			if !ok || !e.Block.HasRole(standard.ClassRoleTarget) {
				return
			}
			t := Target{Record: v.Record, Stream: v.Stream}
			if of, ok := g.First(standard.RoleTargetOf); ok {
				if c, ok := of.(standard.Coded); ok {
					t.Of = c.Code
				}
			}
			if per, ok := g.First(standard.RoleTargetPer); ok {
				if c, ok := per.(standard.Coded); ok {
					t.Per = c.Code
				}
			}
			t.Least, t.Most = amount(g, standard.RoleTargetLeast), amount(g, standard.RoleTargetMost)
			t.Words = targetWords(t)
			if t.Of != "" && t.Words != "" {
				targets = append(targets, t)
			}
		})
	}
	for _, t := range drinks {
		if !slices.ContainsFunc(targets, func(other Target) bool { return other.Of == t.Of }) {
			targets = append(targets, t)
		}
	}
	return targets
}

// drinkCode is the code by which a target says that it is of what is drunk.
func drinkCode(catalogue *standard.Catalogue) string {
	for _, class := range catalogue.ClassesWithRole(standard.ClassRoleTarget) {
		if of := class.ByRole(standard.RoleTargetOf); of != nil && of.ValueSet != nil {
			for _, code := range of.ValueSet.Codes {
				if code.Means == standard.MeansDrink {
					return code.Code
				}
			}
		}
	}
	return ""
}

// over says whether what a record states has ended.
func over(content *standard.Content, now time.Time) bool {
	ended := false
	content.Walk("", func(_ string, e *standard.Element, v standard.Value) {
		c, coded := v.(standard.Coded)
		if !coded || e.Role != standard.RoleStatus || e.ValueSet == nil {
			return
		}
		if code, ok := e.ValueSet.Code(c.Code); ok && code.Means == standard.MeansEnded {
			ended = true
		}
	})
	until := content.Words(standard.RoleValidUntil)
	return ended || len(until) >= 10 && until[:10] < now.Format(time.DateOnly)
}

func amount(g *standard.Group, role string) *standard.Quantity {
	v, _ := g.First(role)
	if q, ok := v.(standard.Quantity); ok {
		return &q
	}
	return nil
}

func targetWords(t Target) string {
	var words []string
	if t.Least != nil {
		words = append(words, "at least "+plain.Value(*t.Least, nil))
	}
	if t.Most != nil {
		words = append(words, "at most "+plain.Value(*t.Most, nil))
	}
	return plain.List(words)
}

// targetsOf are those that are of what a panel shows.
func targetsOf(p *standard.ChartPanel, all []Target) []Target {
	if p.Target == "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(all), func(t Target) bool { return t.Of != p.Target })
}
