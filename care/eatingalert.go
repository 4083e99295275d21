package care

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// EatingAlert tells everybody, in the banner, that somebody had by mouth what their plan says is not safe: whatever door it was recorded by, and whyever they had it.
type EatingAlert struct {
	Catalogue *standard.Catalogue
	Zone      *time.Location
}

var _ record.Keeper = EatingAlert{}

// chokingAlertStays is how long the banner tells of it: what goes down the wrong way shows in the chest within two days.
const chokingAlertStays = 48 * time.Hour

// Needs says what must be seen: the plans for eating and drinking, where something is written with a reason why it was had all the same.
func (a EatingAlert) Needs(written []*record.Version) []record.Need {
	if !slices.ContainsFunc(written, func(v *record.Version) bool { return a.overridden(v) != nil }) {
		return nil
	}
	var need record.Need
	for _, class := range a.Catalogue.ClassesWithRole(standard.ClassRoleEatingAndDrinking) {
		need.Classes = append(need.Classes, class.ID)
	}
	return []record.Need{need}
}

// overridden reads what somebody had though there was a reason not to; nil where it is nothing of that kind. A later version of the same entry alerts nobody again.
func (a EatingAlert) overridden(v *record.Version) *standard.Content {
	class, ok := a.Catalogue.Class(v.Class)
	if !ok || v.Number != 1 || v.Status == record.EnteredInError || !class.HasRole(standard.ClassRoleIntake) {
		return nil
	}
	content, err := v.Decoded(a.Catalogue)
	if err != nil || content.Words(standard.RoleOverrideReason) == "" {
		return nil
	}
	return content
}

// Keep makes an alert for each.
func (a EatingAlert) Keep(standing, written []*record.Version) []record.ProposedChange {
	var changes []record.ProposedChange
	for _, v := range written {
		content := a.overridden(v)
		if content == nil {
			continue
		}
		at, ok := content.At(a.Zone)
		if !ok {
			continue
		}
		plans := gather(a.Catalogue, standing, at).live(standard.ClassRoleEatingAndDrinking)
		if len(against(plans, content, at.Unix())) == 0 {
			continue
		}
		if alert := a.alert(content, at); alert != nil {
			changes = append(changes, record.ProposedChange{
				Path: "/alert", Type: record.Create, Record: uuid.NewSHA1(v.Record, []byte("had against the plan")), Class: alert.Class.ID, Sensitivity: v.Sensitivity.String(),
				Author: v.Author, InformationProvider: v.InformationProvider, Recorded: v.Recorded, Description: "Had in spite of the plan for eating and drinking", Content: alert.AppendJSON(nil),
			})
		}
	}
	return changes
}

// alert says what was had and when, and what is to be done; nil where the standard has no class for it.
func (a EatingAlert) alert(had *standard.Content, at time.Time) *standard.Content {
	classes := a.Catalogue.ClassesWithRole(standard.ClassRoleAlert)
	i := slices.IndexFunc(classes, func(c *standard.Class) bool { return c.Kind == standard.KindRecord })
	if i < 0 {
		return nil
	}
	class := classes[i]
	content := &standard.Content{Class: class}
	set := func(role string, v standard.Value) {
		if e := class.ByRole(role); e != nil && e.Class == class {
			content.Entries = append(content.Entries, standard.Entry{Element: e, Values: []standard.Value{v}})
		}
	}
	var said []string
	for _, role := range []string{standard.RoleWhat, standard.RoleFoodTexture, standard.RoleDrinkThickness} {
		if words := had.Words(role); words != "" {
			said = append(said, words)
		}
	}
	set(standard.RoleStatement, standard.Text(plain.Say("Had by mouth what the plan for eating and drinking says is not safe: {what}, {time}. Watch for coughing, a wet voice, fast breathing or a temperature. Ask a nurse or a senior now; call 999 if they cannot breathe.",
		"what", strings.Join(said, ", "), "time", plain.Minute(at, a.Zone))))
	set(standard.RoleValidFrom, standard.DateTime(at.Format(time.RFC3339)))
	set(standard.RoleValidUntil, standard.DateTime(at.Add(chokingAlertStays).Format(time.RFC3339)))
	if e := class.ByRole(standard.RoleStatus); e != nil && e.ValueSet != nil {
		for _, code := range e.ValueSet.Codes {
			if code.Means != standard.MeansEnded {
				set(standard.RoleStatus, standard.Coded{System: e.ValueSet.SystemOf(&code), Code: code.Code, Display: code.Display})
				break
			}
		}
	}
	content.Sort()
	return content
}
