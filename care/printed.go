package care

import (
	"slices"

	"rosemary/record"
	"rosemary/standard"
)

// Paper is something of a person's record that is printed and handed over.
type Paper struct {
	ID    string
	Title string
	About string
	Safe  bool     // it repeats the safety information, which is always today's and whole
	roles []string // of the classes that it is made of; none: every class
}

// Papers are those that there are.
func Papers() []Paper {
	return []Paper{
		{"about-me", "About Me", "In the person’s own words, with how to talk with them and whom to call.", false,
			[]string{standard.ClassRoleAboutMe, standard.ClassRoleCommunicationNeed, standard.ClassRolePersonalContact, standard.ClassRoleProxy}},
		{"plan", "Care plan", "Needs, risks, goals, what is planned and when, with the safety information.", true, append(planRoles(),
			standard.ClassRoleCarePlan, standard.ClassRoleReview, standard.ClassRoleConsent, standard.ClassRoleProblem, standard.ClassRoleSkin, standard.ClassRoleDailyLiving)},
		{"record", "The whole record", "Everything that you may see of the record, by category.", false, nil},
	}
}

func planRoles() []string {
	return []string{standard.ClassRoleNeed, standard.ClassRoleRisk, standard.ClassRoleWish, standard.ClassRoleGoal, standard.ClassRoleInstruction, standard.ClassRoleActivity,
		standard.ClassRoleEatingAndDrinking, standard.ClassRoleMovingAndHandling, standard.ClassRoleEvacuationPlan}
}

// plays reports whether a class, or one that it extends, has one of the roles.
func plays(catalogue *standard.Catalogue, class *standard.Class, roles []string) bool {
	return slices.ContainsFunc(roles, func(role string) bool {
		return slices.ContainsFunc(catalogue.ClassesWithRole(role), func(root *standard.Class) bool { return class == root || class.IsA(root) })
	})
}

// FindPaper finds one.
func FindPaper(id string) (Paper, bool) {
	all := Papers()
	if i := slices.IndexFunc(all, func(p Paper) bool { return p.ID == id }); i >= 0 {
		return all[i], true
	}
	return Paper{}, false
}

// For says whether the paper is true for a reader: one that says what is not recorded is so only for whoever is shown all that it would say.
func (p Paper) For(sees func(classRole string) bool) bool {
	return !p.Safe || !slices.ContainsFunc(p.states(), func(role string) bool { return !sees(role) })
}

func (p Paper) states() []string {
	return append([]string{standard.ClassRoleAllergy, standard.ClassRoleCPRDecision, standard.ClassRoleCommunicationNeed}, p.roles...)
}

// Classes are the classes that a paper is made of: those of which there are few, and those of which a person has many each day.
func (p Paper) Classes(catalogue *standard.Catalogue) (few, many []string) {
	for _, class := range catalogue.Classes() {
		if class.Kind != standard.KindRecord || class.Stream == standard.DirectoryStream || class.Reserved() {
			continue
		}
		if p.roles != nil && !plays(catalogue, class, p.roles) {
			continue
		}
		if slices.ContainsFunc(manyEachDay(), class.HasRole) {
			many = append(many, class.ID)
		} else {
			few = append(few, class.ID)
		}
	}
	return few, many
}

// manyEachDay are the roles of classes of which a person has many each day.
func manyEachDay() []string {
	return []string{standard.ClassRoleDose, standard.ClassRoleIntake, standard.ClassRoleOutput, standard.ClassRoleReadings, standard.ClassRoleAction, standard.ClassRoleDailyNote, standard.ClassRoleCareCheck}
}

// PaperOf assembles a paper.
func (p Paper) PaperOf(of PackOf) Pack {
	k := &packing{PackOf: of, facts: gather(of.Catalogue, of.Versions, of.Now)}
	pack := Pack{Banner: BannerOf(of.Catalogue, of.Versions, of.Card, of.Now), Made: of.Now, Hidden: of.Hidden}
	switch p.ID {
	case "about-me":
		pack.Front = []PackPart{k.aboutMe(), k.communicating(), k.called()}
	case "plan":
		pack.Front = []PackPart{k.fromLines("Allergies and bad reactions", k.allergies(), true), k.fromLines("Resuscitation (CPR)", k.resuscitation(), true), k.dangers(),
			k.eatingAndDrinking(), k.movingAbout(), k.communicating(), k.continence(), k.skin()}
		for _, g := range []detailHeading{
			{"Needs, risks and wishes", true, 1000, []string{standard.ClassRoleNeed, standard.ClassRoleRisk, standard.ClassRoleWish}}, {"Goals", true, 1000, []string{standard.ClassRoleGoal}},
			{"What is planned, and how", true, 1000, []string{standard.ClassRoleInstruction, standard.ClassRoleEatingAndDrinking, standard.ClassRoleMovingAndHandling, standard.ClassRoleEvacuationPlan}},
			{"When", true, 1000, []string{standard.ClassRoleActivity}}, {"The plan, its reviews and consents", false, 1000, []string{standard.ClassRoleCarePlan, standard.ClassRoleReview, standard.ClassRoleConsent}},
		} {
			pack.Details = append(pack.Details, k.under(g))
		}
	default:
		pack.Details = k.byCategory()
	}
	return pack
}

// under gathers the records under a heading, whole.
func (p *packing) under(g detailHeading) PackPart {
	part := PackPart{Heading: g.heading}
	for _, x := range p.all {
		if !plays(p.Catalogue, x.content.Class, g.roles) || g.live && x.over(p.today) || len(part.Records) >= g.most {
			continue
		}
		part.Records = append(part.Records, p.whole(x))
	}
	return part
}

// whole is one record with all that it says.
func (p *packing) whole(x fact) PackRecord {
	r := PackRecord{Class: x.content.Class.Name, Title: x.content.Title(), When: p.when(x), Rows: p.rows(&x.content.Group)}
	if x.version.Status == record.Incomplete {
		r.Title += " (not finished)"
	}
	if who := p.Names(x.version.Author); who != "" {
		r.Rows = append(r.Rows, PackRow{Label: "Written by", Text: who})
	}
	return r
}

// byCategory is everything, in the order of the categories.
func (p *packing) byCategory() (parts []PackPart) {
	for _, category := range p.Catalogue.Categories() {
		part := PackPart{Heading: category.Name}
		for _, x := range p.all {
			if x.content.Class.Category == category {
				part.Records = append(part.Records, p.whole(x))
			}
		}
		if len(part.Records) > 0 {
			parts = append(parts, part)
		}
	}
	if len(p.blind) > 0 {
		parts = append(parts, PackPart{Heading: "Cannot be read", Danger: true, Rows: []PackRow{{Text: "Some records cannot be read and are not on this paper. Tell the manager."}}})
	}
	return parts
}
