package care

import (
	"slices"
	"time"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// unratified gives what other providers say of the person that nobody here has decided about yet: a line for each of them, apart from what this provider says, so that
// neither is taken for the other (hazards: imported taken for ours, a hidden allergy). Silence of theirs is not told.
func unratified(in *plain.Words, catalogue *standard.Catalogue, versions []*record.Version, today time.Time) []Line {
	var lines []Line
	for _, by := range sayers(versions) {
		theirs := make([]*record.Version, 0, len(versions))
		for _, v := range versions {
			if v.SaidBy == by {
				own := *v
				own.SaidBy = ""
				theirs = append(theirs, &own)
			}
		}
		f := gather(catalogue, theirs, today)
		f.speak(in)
		line := Line{
			Heading: in.Both("Said by {system}, not ratified", "system", by), Short: in.Both("Not ratified: see what {system} says", "system", by), Mark: Danger,
			Note: in.Both("Not part of our record yet. Do not give or do anything on an order that is not ratified. Ask the manager to decide about it."),
		}
		said := []Line{f.alerts(), f.eating(), f.anticoagulants(), f.diabetes(), f.moving(), f.liberty(), f.communication(), f.unreadable()}
		if len(f.of(standard.ClassRoleCPRDecision)) > 0 {
			said = append([]Line{f.resuscitation()}, said...)
		}
		if len(f.of(standard.ClassRoleAllergy)) > 0 {
			said = append([]Line{f.allergies()}, said...)
		}
		for _, l := range said {
			for _, item := range l.Items {
				item.Text = l.Heading + ": " + item.Text
				line.Items = append(line.Items, item)
			}
		}
		for _, x := range f.live(standard.ClassRoleMedicineOrder) {
			line.Items = append(line.Items, x.item(in.Both("Medicine order: {order}", "order", x.content.Title())))
		}
		if len(line.Items) > 0 {
			lines = append(lines, line)
		}
	}
	return lines
}

// sayers are the other providers, in the order of their names.
func sayers(versions []*record.Version) []string {
	var names []string
	for _, v := range versions {
		if v.SaidBy != "" && !slices.Contains(names, v.SaidBy) {
			names = append(names, v.SaidBy)
		}
	}
	slices.Sort(names)
	return names
}
