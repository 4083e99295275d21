package web

import (
	"errors"
	"html/template"
	"slices"
	"strings"

	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// fieldInSpite says why somebody had what the plan says is not safe.
const fieldInSpite = "inspite"

// inSpiteField asks why, once there is a warning.
func inSpiteField(d *doing) template.HTML {
	fault, why := d.wrong(fieldInSpite), d.values.Get(fieldInSpite)
	if fault == "" && why == "" {
		return ""
	}
	return nhsuk.Textarea(nhsuk.TextareaOptions{ID: fieldInSpite, Name: fieldInSpite, Value: why, Rows: 2, ErrorMessage: wrongIn(d.in, fault),
		Label: nhsuk.LabelOptions{Text: d.in.Say("If they had it all the same: why?"), Size: "s"}, Hint: nhsuk.HintOptions{Text: d.in.Say("Who decided it, and how the person is now. It is kept with the entry.")}})
}

// commitIntake commits it.
func (c *call) commitIntake(d *doing, content *standard.Content, food bool) error {
	content.Sort()
	_, err := c.commitHad(&record.Proposal{ID: uidOr(d.values, fieldContribution), Stream: d.about.uid, Description: map[bool]string{true: "Food", false: "Drink"}[food], Changes: []record.ProposedChange{
		{Path: "/intake", Type: record.Create, Record: uidOr(d.values, fieldRecord), Class: d.action.ID, Content: content.AppendJSON(nil)},
	}})
	return err
}

// keptEaten is why something that a device brings later is in the record in spite of a plan.
const keptEaten = "It was had, and written down on a device without a network. The warning came when the device reached the server."

// commitHad commits what somebody had, whatever form it was written on. What a device brings later has been eaten or drunk: where nothing but the plan is against it, it is kept with that as the
// reason, for a queue helps nobody who chokes. What is wrong otherwise waits for a person, as always.
func (c *call) commitHad(p *record.Proposal) ([]record.Receipt, error) {
	receipts, err := c.session.Commit(c.ctx, p)
	var fault *standard.Fault
	if !c.afterwards() || !errors.As(err, &fault) || fault.Kind != standard.Invalid {
		return receipts, err
	}
	own := *p
	own.Changes = slices.Clone(p.Changes)
	for _, problem := range fault.Problems {
		i := slices.IndexFunc(own.Changes, func(ch record.ProposedChange) bool { return strings.HasPrefix(problem.Path, ch.Path+"/content/") })
		if problem.Rule != care.RuleNotSafeToEat || i < 0 || !c.reasoned(&own.Changes[i]) {
			return nil, err
		}
	}
	return c.session.Commit(c.ctx, &own)
}

// reasoned puts that reason into a change; false where its content cannot be read.
func (c *call) reasoned(ch *record.ProposedChange) bool {
	class := c.oneClass(standard.ClassRoleIntake)
	if known, ok := c.config.Catalogue.Class(ch.Class); ok {
		class = known
	}
	content, err := standard.ReadContent(class, ch.Content)
	if err != nil || class == nil || len(content.Unknown) > 0 || class.ByRole(standard.RoleOverrideReason) == nil {
		return false
	}
	set(content, standard.RoleOverrideReason, standard.Text(keptEaten))
	content.Sort()
	ch.Content = content.AppendJSON(nil)
	return true
}

// inSpitePath is where a warning stands that says that it is not safe.
func inSpitePath(class *standard.Class) string {
	e := class.ByRole(standard.RoleOverrideReason)
	if e == nil {
		return ""
	}
	return "/intake/content/" + e.ID
}
