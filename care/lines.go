package care

import (
	"strconv"
	"strings"

	"rosemary/standard"
)

// statement is what an allergy record says instead of naming an allergy, as a meaning; "" when it names one.
func (x fact) statement() string {
	if _, named := x.coded(standard.RoleAllergen); named { // a substance is named: whatever else the record says, it is shown
		return x.means(standard.RoleAllergen)
	}
	return x.means(standard.RoleAllergyStatus)
}

// allergies tells four things apart: recorded, none known, asked and not known, never asked.
func (f *facts) allergies() Line {
	line := Line{Heading: "Allergies"}
	said, saidBy := "", fact{}
	var names []string
	for _, x := range f.of(standard.ClassRoleAllergy) {
		if s := x.statement(); s != "" {
			if said == "" { // the latest statement counts
				said, saidBy = s, x
			}
			continue
		}
		line.Items = append(line.Items, x.item(x.content.Title()))
		names = append(names, firstOf(x.word(standard.RoleAllergen), x.content.Title()))
	}
	switch {
	case len(line.Items) > 0:
		line.Mark, line.Short = Danger, "Allergy: "+strings.Join(names, ", ")
		if said == standard.MeansNoneKnown {
			line.Note = "Another record says that no allergies are known. Ask, and put one of the two right."
		}
	case said == standard.MeansNoneKnown:
		line.Mark, line.Items = Clear, []Item{saidBy.item("No known allergies")}
		line.Short = "No known allergies"
	case said == standard.MeansNotKnown:
		line.Mark, line.Items = Unknown, []Item{saidBy.item("Asked, not known: nobody could say")}
		line.Short = "Allergies not known"
	case said == standard.MeansNotAsked:
		line.Mark, line.Items = Missing, []Item{saidBy.item("Not asked yet. Ask before any medicine or meal.")}
		line.Short = "Allergies not asked"
	default:
		line.Mark, line.Items = Missing, []Item{{Text: "Never asked: nothing is recorded. Ask before any medicine or meal."}}
		line.Short, line.silence = "Allergies never asked", standard.ClassRoleAllergy
	}
	return line
}

// resuscitation states the decision, or says in so many words that there is none. Decisions are never merged.
func (f *facts) resuscitation() Line {
	line := Line{Heading: "Resuscitation (CPR)", Mark: Danger}
	first, differs := "", false
	for _, x := range f.live(standard.ClassRoleCPRDecision) {
		decision := firstOf(x.word(standard.RoleDecision), x.content.Title())
		if first == "" {
			first = decision
		}
		differs = differs || decision != first
		item := x.item(decision)
		if when := x.word(standard.RoleEventDate); when != "" {
			item.Text += ", decided " + standard.Display(standard.Date(when), nil)
		}
		line.Items = append(line.Items, item)
	}
	if len(line.Items) == 0 {
		return Line{Heading: line.Heading, Short: "No CPR decision", Mark: Missing, Items: []Item{{Text: "No CPR decision recorded"}}, silence: standard.ClassRoleCPRDecision}
	}
	line.Short = first
	if differs {
		line.Short = "CPR: two decisions, check"
		line.Note = "The decisions on record differ. Look at the signed form, and cancel the one that does not hold."
	}
	return line
}

func (f *facts) alerts() Line {
	line := Line{Heading: "Alerts", Mark: Danger}
	for _, x := range f.live(standard.ClassRoleAlert) {
		text := firstOf(strings.Join(x.words(standard.RoleStatement), " "), x.content.Title())
		line.Items = append(line.Items, until(x, x.item(text)))
	}
	switch n := len(line.Items); {
	case n == 1:
		line.Short = "1 alert"
	case n > 1:
		line.Short = strconv.Itoa(n) + " alerts"
	}
	return line
}

// eating states the risk of choking and the food and drink that is safe.
func (f *facts) eating() Line {
	line := Line{Heading: "Choking, food and drink", Mark: Notice}
	for _, x := range f.live(standard.ClassRoleEatingAndDrinking) {
		var parts []string
		for _, p := range []struct{ before, role string }{
			{"", standard.RoleChokingRisk}, {"food ", standard.RoleFoodTexture}, {"drinks ", standard.RoleDrinkThickness},
		} {
			if w := x.word(p.role); w != "" {
				parts = append(parts, p.before+lowerFirst(w, p.before != ""))
			}
		}
		if x.means(standard.RoleChokingRisk) == standard.MeansAtRisk {
			line.Mark, line.Short = Danger, "Choking risk"
		}
		line.Items = append(line.Items, x.item(firstOf(strings.Join(parts, "; "), x.content.Title())))
	}
	return line
}

func (f *facts) anticoagulants() Line {
	line := Line{Heading: "Blood thinner (anticoagulant)", Mark: Danger}
	for _, x := range f.all {
		if yes, _ := x.content.First(standard.RoleAnticoagulant); yes != standard.Boolean(true) || x.over(f.today) {
			continue
		}
		line.Items = append(line.Items, x.item(x.firstOfTitle()))
		line.Short = "Blood thinner"
	}
	return line
}

func (f *facts) diabetes() Line {
	line := Line{Heading: "Diabetes", Mark: Notice}
	for _, x := range f.all {
		if yes, _ := x.content.First(standard.RoleDiabetes); yes != standard.Boolean(true) || x.over(f.today) {
			continue
		}
		line.Items = append(line.Items, x.item(x.firstOfTitle()))
		line.Short = "Diabetes"
	}
	return line
}

// moving states the equipment and how many people it takes.
func (f *facts) moving() Line {
	line := Line{Heading: "Moving and handling", Mark: Notice}
	for _, x := range f.live(standard.ClassRoleMovingAndHandling) {
		var parts []string
		if v, ok := x.content.First(standard.RoleHelpers); ok {
			parts = append(parts, people(standard.Display(v, nil)))
		}
		if equipment := x.words(standard.RoleEquipment); len(equipment) > 0 {
			parts = append(parts, lowerFirst(strings.Join(equipment, ", "), len(parts) > 0))
		}
		line.Items = append(line.Items, x.item(firstOf(strings.Join(parts, ", "), x.content.Title())))
	}
	return line
}

func people(n string) string {
	switch n {
	case "0":
		return "Moves without help"
	case "1":
		return "1 person helps"
	}
	if _, err := strconv.Atoi(n); err != nil {
		return n
	}
	return n + " people help"
}

// liberty states what authority there is to deprive the person of their liberty, and when it ends.
func (f *facts) liberty() Line {
	line := Line{Heading: "Deprivation of liberty (DoLS)", Mark: Notice}
	for _, x := range f.of(standard.ClassRoleDoLS) {
		status, _ := x.coded(standard.RoleStatus)
		end, means := x.word(standard.RoleValidUntil), x.means(standard.RoleStatus)
		switch {
		case means == standard.MeansEnded:
			continue
		case means == standard.MeansRanOut || end != "" && day(end) < f.today:
			item := x.item("Ran out. Whatever it allowed is no longer authorised")
			item.Until = end
			line.Items, line.Mark, line.Short = append(line.Items, item), Danger, "DoLS ran out"
		case means == standard.MeansInForce:
			line.Items = append(line.Items, until(x, x.item("In force")))
		default:
			line.Items = append(line.Items, until(x, x.item(firstOf(standard.Display(status, nil), x.content.Title()))))
		}
	}
	return line
}

func (f *facts) communication() Line {
	line := Line{Heading: "Communication", Mark: Notice}
	for _, x := range f.live(standard.ClassRoleCommunicationNeed) {
		text := firstOf(strings.Join(x.words(standard.RoleStatement), " "), x.content.Title())
		line.Items = append(line.Items, x.item(text))
	}
	return line
}

// unreadable says that there is more than could be read: never silently less.
func (f *facts) unreadable() Line {
	line := Line{Heading: "Cannot be read", Mark: Danger}
	for _, v := range f.blind {
		line.Items = append(line.Items, Item{Text: "A safety record cannot be read. Tell the manager.", Record: v.Record})
	}
	return line
}

// firstOfTitle is the first part of a record's title: the medicine, the problem.
func (x fact) firstOfTitle() string {
	for _, e := range x.content.Class.Title {
		for _, v := range x.content.Get(e.ID) {
			switch v.(type) {
			case standard.Absent, standard.Reference, *standard.Group:
			default:
				return standard.Display(v, nil)
			}
		}
	}
	return x.content.Title()
}

func until(x fact, item Item) Item {
	item.Until = x.word(standard.RoleValidUntil)
	return item
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// lowerFirst makes a display fit into a sentence, unless it is an abbreviation.
func lowerFirst(s string, inSentence bool) string {
	if !inSentence || len(s) < 2 || s[1] >= 'A' && s[1] <= 'Z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
