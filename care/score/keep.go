package score

import (
	"cmp"
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Content makes the record that keeps a result: every answer with its points, the total where there is one, what was shown with it (the band, its colour, what is to be done), and by which definition it was worked out. From names the records that it was worked
// out from. Nil where the standard has no class for it.
func Content(catalogue *standard.Catalogue, r Result, from []uuid.UUID) *standard.Content {
	classes := catalogue.ClassesWithRole(standard.ClassRoleScoreResult)
	if len(classes) == 0 {
		return nil
	}
	class := classes[0]
	content := &standard.Content{Class: class}
	set := func(role string, values ...standard.Value) {
		if e := class.ByRole(role); e != nil && e.Class == class && len(values) > 0 {
			content.Entries = append(content.Entries, standard.Entry{Element: e, Values: values})
		}
	}
	set(standard.RoleEventDate, standard.DateTime(r.When.Format(time.RFC3339)))
	set(standard.RoleScoreID, standard.Text(r.Score.ID))
	set(standard.RoleName, standard.Text(r.Score.Name))
	set(standard.RoleScoreDefinition, standard.Text(Definition(r.Score)))
	if r.Complete() {
		set(standard.RoleScoreTotal, standard.NewNumber(int64(r.Total)))
	}
	if r.Band != nil {
		set(standard.RoleScoreBand, standard.Text(r.Band.Name))
		if r.Band.Minutes > 0 {
			set(standard.RoleReviewDue, standard.DateTime(r.When.Add(time.Duration(r.Band.Minutes)*time.Minute).Format(time.RFC3339)))
		}
	}
	if r.AtLeast != nil {
		set(standard.RoleScoreAtLeast, standard.Text(r.AtLeast.Name))
	}
	if shown := cmp.Or(r.Band, r.AtLeast); shown != nil {
		set(standard.RoleScoreColour, standard.Text(shown.Colour))
		set(standard.RoleScoreUrgent, standard.Boolean(shown.Urgent))
		var advice []standard.Value
		for _, words := range shown.Do {
			advice = append(advice, standard.Text(words))
		}
		set(standard.RoleScoreAdvice, advice...)
		if shown.Repeat != "" {
			set(standard.RoleScoreAgain, standard.Text(shown.Repeat))
		}
	}
	var refs []standard.Value
	for _, uid := range from {
		refs = append(refs, standard.Reference{UID: uid})
	}
	set(standard.RoleScoreFrom, refs...)
	answers(content, r)
	content.Sort()
	return content
}

// Definition names the version of a definition, and the file, that a result was worked out by.
func Definition(s *standard.Score) string { return s.Version + ", file " + s.Hash[:16] }

// answers writes every answer into the block that holds them.
func answers(content *standard.Content, r Result) {
	path := content.Class.Path(standard.RoleScoreItem)
	if len(path) != 2 {
		return
	}
	var blocks []standard.Value
	for _, a := range r.Answers {
		if a.Item == nil {
			continue
		}
		block := &standard.Group{}
		for _, v := range []struct {
			role  string
			value standard.Value
		}{
			{standard.RoleScoreItem, standard.Text(a.Item.ID)}, {standard.RoleScoreQuestion, standard.Text(a.Name)},
			{standard.RoleScoreFound, standard.Text(said(a))}, {standard.RoleScorePoints, pointsValue(a)},
		} {
			if e := path[0].Block.ByRole(v.role); e != nil && v.value != nil {
				block.Entries = append(block.Entries, standard.Entry{Element: e, Values: []standard.Value{v.value}})
			}
		}
		blocks = append(blocks, block)
	}
	for _, c := range r.Score.Chosen { // what was decided counts like an answer, and gives no points
		block := &standard.Group{}
		for role, text := range map[string]string{standard.RoleScoreItem: c.ID, standard.RoleScoreQuestion: c.Name, standard.RoleScoreFound: chosenWords(c, r.Chosen[c.ID])} {
			block.Entries = append(block.Entries, standard.Entry{Element: path[0].Block.ByRole(role), Values: []standard.Value{standard.Text(text)}})
		}
		block.Sort()
		blocks = append(blocks, block)
	}
	if len(blocks) > 0 {
		content.Entries = append(content.Entries, standard.Entry{Element: path[0], Values: blocks})
	}
}

func said(a Answer) string {
	if a.Given {
		return a.Words
	}
	return "Not measured"
}

func pointsValue(a Answer) standard.Value {
	if !a.Given {
		return nil
	}
	return standard.NewNumber(int64(a.Points))
}

func chosenWords(c *standard.ScoreChoice, code string) string {
	if known, ok := c.Element.ValueSet.Code(code); ok {
		return known.Display
	}
	return code
}
