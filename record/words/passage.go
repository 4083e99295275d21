package words

import (
	"rosemary/standard"
)

// Passage is a piece of text of a record, and what it answers.
type Passage struct {
	Name string // the element's name; "" for the title
	Text string
}

// Of gives what can be searched of a record: its title, then its texts and the words of its codes, in class order, then what today's class file has no place
// for. What a record points at is not part of it: names there change without it.
func Of(content *standard.Content) []Passage {
	passages := []Passage{{Text: content.Title()}}
	content.Walk("", func(_ string, e *standard.Element, v standard.Value) {
		if e.Role == standard.RoleOriginChain {
			return // packed: no words
		}
		switch v := v.(type) {
		case standard.Text:
			passages = append(passages, Passage{Name: e.Name, Text: string(v)})
		case standard.Coded:
			passages = append(passages, Passage{Name: e.Name, Text: standard.Display(v, nil)})
			if v.Text != "" && v.Display != "" && v.Text != v.Display {
				passages = append(passages, Passage{Name: e.Name, Text: v.Text})
			}
		}
	})
	for _, raw := range content.Unknown {
		passages = append(passages, Passage{Name: raw.Name, Text: raw.JSON})
	}
	return passages
}
