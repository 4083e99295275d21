package care

import (
	"cmp"
	"slices"
	"strings"

	"rosemary/standard"
)

// Summary assembles what whoever cares for somebody must know of them on paper: who they are and whom to call, the safety banner, the parts of daily care, and what is planned.
// Medicines are not in it: they need a chart of their own.
func Summary(of PackOf) Pack {
	p := &packing{PackOf: of, facts: gather(of.Catalogue, of.Versions, of.Now)}
	pack := Pack{Banner: BannerOf(of.Catalogue, of.Versions, of.Card, of.Now), Made: of.Now, Hidden: of.Hidden, Stay: InHospital(of.Catalogue, of.Versions, of.Now)}
	pack.Front = []PackPart{
		p.fromLines("Allergies and bad reactions", p.allergies(), true), p.fromLines("Resuscitation (CPR)", p.resuscitation(), true), p.dangers(),
		p.eatingAndDrinking(), p.movingAbout(), p.communicating(), p.continence(), p.skin(), p.called(), p.legal(), p.problems(), p.observations(),
		p.planned(), p.toHandOver(), p.aboutMe(),
	}
	return pack
}

// PeopleToCall are whom to call about somebody, in the order in which they are to be called.
func PeopleToCall(of PackOf) PackPart {
	p := &packing{PackOf: of, facts: gather(of.Catalogue, of.Versions, of.Now)}
	return p.called()
}

// planned are the instructions and what is to be done at which time.
func (p *packing) planned() PackPart {
	part := PackPart{Heading: "What is planned"}
	for _, x := range p.all {
		if !plays(p.Catalogue, x.content.Class, []string{standard.ClassRoleInstruction, standard.ClassRoleActivity}) || x.content.Class.HasRole(standard.ClassRoleMedicineOrder) || x.over(p.today) {
			continue
		}
		var times []string
		for _, v := range x.content.All(standard.RoleTimeOfDay) {
			times = append(times, p.say(v))
		}
		part.Rows = append(part.Rows, PackRow{Label: strings.Join(times, ", "), Text: x.item(x.content.Title()).Text})
	}
	slices.SortStableFunc(part.Rows, func(a, b PackRow) int { // the day as it goes, then what has no time
		if (a.Label == "") != (b.Label == "") {
			return cmp.Compare(b.Label, a.Label)
		}
		return cmp.Compare(a.Label, b.Label)
	})
	return part
}

// toHandOver are the handover notes that still matter.
func (p *packing) toHandOver() PackPart {
	part := PackPart{Heading: "Handed over"}
	for _, x := range p.live(standard.ClassRoleHandoverNote) {
		part.Rows = append(part.Rows, PackRow{Text: firstOf(x.word(standard.RoleStatement), x.content.Title()), When: p.when(x)})
	}
	return part
}
