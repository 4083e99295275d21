package standard

import "strconv"

// Missing lists what must be in the record and is not, or is stated as not asked yet: the record shows as incomplete until somebody
// asks. The other stated absences are answers. Paths are inside the content.
func (c *Content) Missing() []Problem {
	if c.Class == nil {
		return nil
	}
	return c.Group.missing(c.Class, "", nil)
}

func (g *Group) missing(class *Class, path string, found []Problem) []Problem {
	next := 0
	for _, e := range class.Elements {
		for next < len(g.Entries) && g.Entries[next].Element.Order < e.Order {
			next++
		}
		at := path + "/" + e.ID
		if next == len(g.Entries) || g.Entries[next].Element.Order != e.Order {
			if e.Must {
				found = append(found, Problem{Path: at, Rule: RuleMustOccur, Message: missingMessage(e)})
			}
			continue
		}
		for i, v := range g.Entries[next].Values {
			place := at
			if e.Many {
				place += "/" + strconv.Itoa(i)
			}
			found = missingValue(e, v, place, found)
		}
	}
	return found
}

// missingValue looks at one value: an absence where an answer must be, or a group with gaps of its own.
func missingValue(e *Element, v Value, path string, found []Problem) []Problem {
	switch v := v.(type) {
	case *Group:
		return v.missing(e.Block, path, found)
	case Absent:
		switch {
		case e.Must && v == NotAsked:
			return append(found, Problem{Path: path, Rule: RuleNotAsked, Value: string(v), Message: e.Name + " has not been asked yet."})
		case e.NoAbsence:
			return append(found, Problem{Path: path, Rule: RuleNoAbsence, Value: string(v), Message: e.Name + " must have an answer: the record is not safe without it."})
		}
	}
	return found
}
