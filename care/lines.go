package care

import (
	"strconv"
	"strings"

	"rosemary/care/plain"
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
	line := Line{Heading: f.in.Both("Allergies")}
	said, saidBy := "", fact{}
	var names, english []string
	for _, x := range f.of(standard.ClassRoleAllergy) {
		if s := x.statement(); s != "" {
			if said == "" { // the latest statement counts
				said, saidBy = s, x
			}
			continue
		}
		line.Items = append(line.Items, x.item(x.title()))
		agent, _ := x.content.First(standard.RoleAllergen)
		names, english = append(names, firstOf(x.in.Value(agent, nil), x.content.Title())), append(english, firstOf(standard.Display(agent, nil), x.content.Title()))
	}
	switch {
	case len(line.Items) > 0:
		line.Mark, line.Short = Danger, f.in.Beside(f.in.Say("Allergy: {names}", "names", strings.Join(names, ", ")), "Allergy: "+strings.Join(english, ", "))
		if said == standard.MeansNoneKnown {
			line.Note = f.in.Both("Another record says that no allergies are known. Ask, and put one of the two right.")
		}
	case said == standard.MeansNoneKnown:
		line.Mark, line.Items = Clear, []Item{saidBy.item(f.in.Both("No known allergies"))}
		line.Short = f.in.Both("No known allergies")
	case said == standard.MeansNotKnown:
		line.Mark, line.Items = Unknown, []Item{saidBy.item(f.in.Both("Asked, not known: nobody could say"))}
		line.Short = f.in.Both("Allergies not known")
	case said == standard.MeansNotAsked:
		line.Mark, line.Items = Missing, []Item{saidBy.item(f.in.Both("Not asked yet. Ask before any medicine or meal."))}
		line.Short = f.in.Both("Allergies not asked")
	default:
		line.Mark, line.Items = Missing, []Item{{Text: f.in.Both("Never asked: nothing is recorded. Ask before any medicine or meal.")}}
		line.Short, line.silence = f.in.Both("Allergies never asked"), standard.ClassRoleAllergy
	}
	return line
}

// resuscitation states the decision, or says in so many words that there is none. Decisions are never merged.
func (f *facts) resuscitation() Line {
	line := Line{Heading: f.in.Both("Resuscitation (CPR)"), Mark: Danger}
	first, differs := "", false
	for _, x := range f.live(standard.ClassRoleCPRDecision) {
		decision := firstOf(x.word(standard.RoleDecision), x.content.Title())
		if first == "" {
			first = decision
		}
		differs = differs || decision != first
		item := x.item(decision)
		if when := x.word(standard.RoleEventDate); when != "" {
			item.Text += ", " + f.in.Beside(f.in.Say("decided {day}", "day", f.in.Date(when)), "decided "+plain.Date(when))
		}
		line.Items = append(line.Items, item)
	}
	if len(line.Items) == 0 {
		return Line{Heading: line.Heading, Short: f.in.Both("No CPR decision"), Mark: Missing, Items: []Item{{Text: f.in.Both("No CPR decision recorded")}}, silence: standard.ClassRoleCPRDecision}
	}
	line.Short = first
	if differs {
		line.Short = f.in.Both("CPR: two decisions, check")
		line.Note = f.in.Both("The decisions on record differ. Look at the signed form, and cancel the one that does not hold.")
	}
	return line
}

func (f *facts) alerts() Line {
	line := Line{Heading: f.in.Both("Alerts"), Mark: Danger}
	for _, x := range f.live(standard.ClassRoleAlert) {
		text := firstOf(strings.Join(x.words(standard.RoleStatement), " "), x.content.Title())
		line.Items = append(line.Items, until(x, x.item(text)))
	}
	switch n := len(line.Items); {
	case n == 1:
		line.Short = f.in.Beside(f.in.Counted(n, "{count} alert", "{count} alerts"), "1 alert")
	case n > 1:
		line.Short = f.in.Beside(f.in.Counted(n, "{count} alert", "{count} alerts"), strconv.Itoa(n)+" alerts")
	}
	return line
}

// eating states the risk of choking and the food and drink that is safe.
func (f *facts) eating() Line {
	line := Line{Heading: f.in.Both("Choking, food and drink"), Mark: Notice}
	for _, x := range f.live(standard.ClassRoleEatingAndDrinking) {
		var parts []string
		for _, p := range []struct{ before, sentence, role string }{
			{"", "{level}", standard.RoleChokingRisk}, {"food ", plain.Sentence("food {level}"), standard.RoleFoodTexture}, {"drinks ", plain.Sentence("drinks {level}"), standard.RoleDrinkThickness},
		} {
			if v, ok := x.content.First(p.role); ok {
				english := p.before + lowerFirst(standard.Display(v, nil), p.before != "")
				parts = append(parts, f.in.Beside(f.in.Say(p.sentence, "level", f.in.Value(v, nil)), english))
			}
		}
		if x.means(standard.RoleChokingRisk) == standard.MeansAtRisk {
			line.Mark, line.Short = Danger, f.in.Both("Choking risk")
		}
		line.Items = append(line.Items, x.item(firstOf(strings.Join(parts, "; "), x.content.Title())))
	}
	return line
}

func (f *facts) anticoagulants() Line {
	line := Line{Heading: f.in.Both("Blood thinner (anticoagulant)"), Mark: Danger}
	for _, x := range f.all {
		if yes, _ := x.content.First(standard.RoleAnticoagulant); yes != standard.Boolean(true) || x.over(f.today) {
			continue
		}
		line.Items = append(line.Items, x.item(x.firstOfTitle()))
		line.Short = f.in.Both("Blood thinner")
	}
	return line
}

func (f *facts) diabetes() Line {
	line := Line{Heading: f.in.Both("Diabetes"), Mark: Notice}
	for _, x := range f.all {
		if yes, _ := x.content.First(standard.RoleDiabetes); yes != standard.Boolean(true) || x.over(f.today) {
			continue
		}
		line.Items = append(line.Items, x.item(x.firstOfTitle()))
		line.Short = f.in.Both("Diabetes")
	}
	return line
}

// moving states the equipment and how many people it takes.
func (f *facts) moving() Line {
	line := Line{Heading: f.in.Both("Moving and handling"), Mark: Notice}
	for _, x := range f.live(standard.ClassRoleMovingAndHandling) {
		var parts []string
		if v, ok := x.content.First(standard.RoleHelpers); ok {
			parts = append(parts, people(f.in, standard.Display(v, nil)))
		}
		if equipment := x.words(standard.RoleEquipment); len(equipment) > 0 {
			parts = append(parts, lowerFirst(strings.Join(equipment, ", "), len(parts) > 0 && f.in == nil))
		}
		line.Items = append(line.Items, x.item(firstOf(strings.Join(parts, ", "), x.content.Title())))
	}
	return line
}

func people(in *plain.Words, n string) string {
	switch n {
	case "0":
		return in.Both("Moves without help")
	case "1":
		return in.Both("1 person helps")
	}
	if _, err := strconv.Atoi(n); err != nil {
		return n
	}
	return in.Both("{count} people help", "count", n)
}

// liberty states what authority there is to deprive the person of their liberty, and when it ends.
func (f *facts) liberty() Line {
	line := Line{Heading: f.in.Both("Deprivation of liberty (DoLS)"), Mark: Notice}
	for _, x := range f.of(standard.ClassRoleDoLS) {
		status, _ := x.coded(standard.RoleStatus)
		end, means := x.word(standard.RoleValidUntil), x.means(standard.RoleStatus)
		switch {
		case means == standard.MeansEnded:
			continue
		case means == standard.MeansRanOut || end != "" && day(end) < f.today:
			item := x.item(f.in.Both("Ran out. Whatever it allowed is no longer authorised"))
			item.Until = end
			line.Items, line.Mark, line.Short = append(line.Items, item), Danger, f.in.Both("DoLS ran out")
		case means == standard.MeansInForce:
			line.Items = append(line.Items, until(x, x.item(f.in.Both("In force"))))
		default:
			line.Items = append(line.Items, until(x, x.item(firstOf(x.display(status), x.content.Title()))))
		}
	}
	return line
}

func (f *facts) communication() Line {
	line := Line{Heading: f.in.Both("Communication"), Mark: Notice}
	for _, x := range f.live(standard.ClassRoleCommunicationNeed) {
		text := firstOf(strings.Join(x.words(standard.RoleStatement), " "), x.content.Title())
		line.Items = append(line.Items, x.item(text))
	}
	return line
}

// unreadable says that there is more than could be read: never silently less.
func (f *facts) unreadable() Line {
	line := Line{Heading: f.in.Both("Cannot be read"), Mark: Danger}
	for _, v := range f.blind {
		line.Items = append(line.Items, Item{Text: f.in.Both("A safety record cannot be read. Tell the manager."), Record: v.Record})
	}
	return line
}

// title is the record's title; what was chosen from a list has its English beside it.
func (x fact) title() string {
	return x.content.TitleBy(x.display, func(english string) string { return x.in.Both(english) })
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
