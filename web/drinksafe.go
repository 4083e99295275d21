package web

import (
	"errors"
	"html/template"
	"slices"

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
	return nhsuk.Textarea(nhsuk.TextareaOptions{ID: fieldInSpite, Name: fieldInSpite, Value: why, Rows: 2, ErrorMessage: nhsuk.ErrorMessageOptions{Text: fault},
		Label: nhsuk.LabelOptions{Text: "If they had it all the same: why?", Size: "s"}, Hint: nhsuk.HintOptions{Text: "Who decided it, and how the person is now. It is kept with the entry."}})
}

// commitIntake commits it. What a device brings later has been eaten: it is kept, with that as the reason.
func (c *call) commitIntake(d *doing, content *standard.Content, food bool) error {
	commit := func() error {
		slices.SortStableFunc(content.Entries, func(a, b standard.Entry) int { return a.Element.Order - b.Element.Order })
		_, err := c.session.Commit(c.ctx, &record.Proposal{ID: uidOr(d.values, fieldContribution), Stream: d.about.uid, Description: map[bool]string{true: "Food", false: "Drink"}[food], Changes: []record.ProposedChange{
			{Path: "/intake", Type: record.Create, Record: uidOr(d.values, fieldRecord), Class: d.action.ID, Content: content.AppendJSON(nil)},
		}})
		return err
	}
	err := commit()
	var fault *standard.Fault
	if c.afterwards() && errors.As(err, &fault) && slices.ContainsFunc(fault.Problems, func(p standard.Problem) bool { return p.Path == inSpitePath(d.action) }) && len(content.All(standard.RoleOverrideReason)) == 0 {
		set(content, standard.RoleOverrideReason, standard.Text("It was had, and written down on a device without a network. The warning came when the device reached the server."))
		return commit()
	}
	return err
}

// inSpitePath is where a warning stands that says that it is not safe.
func inSpitePath(class *standard.Class) string {
	e := class.ByRole(standard.RoleOverrideReason)
	if e == nil {
		return ""
	}
	return "/intake/content/" + e.ID
}
