package care

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/standard"
)

// why is the going to hospital in the order in which it is told: situation, background, assessment, recommendation.
func (p *packing) why() PackPart {
	part := PackPart{Heading: "Why they are going"}
	if p.transfer == nil {
		return part
	}
	x := *p.transfer
	for _, row := range []struct{ label, role string }{
		{"Situation", standard.RoleSituation}, {"Background", standard.RoleBackground}, {"Assessment", standard.RoleAssessment}, {"Recommendation", standard.RoleRecommendation},
		{"In a few words", standard.RoleReason}, {"Left", standard.RoleEventDate}, {"Going to", standard.RoleTransferTo}, {"Kind", standard.RoleTransferKind}, {"Taken by", standard.RoleTakenBy},
		{"Handed over to", standard.RoleHandedOverTo},
	} {
		if text := p.said(x, row.role); text != "" {
			part.Rows = append(part.Rows, PackRow{Label: row.label, Text: text})
		} else if row.role == standard.RoleSituation || row.role == standard.RoleTransferTo {
			part.Rows = append(part.Rows, PackRow{Label: row.label, Text: "not recorded"})
		}
	}
	part.Rows = append(part.Rows, p.rows(p.besides(x))...) // who was called, when, and what they advised
	return part
}

// besides is what a transfer says besides what stands under a heading of its own.
func (p *packing) besides(x fact) *standard.Group {
	rest := &standard.Group{}
	for _, entry := range x.content.Entries {
		e := entry.Element
		switch {
		case e.Block != nil && (e.Block.HasRole(standard.ClassRoleSBAR) || e.Block.HasRole(standard.ClassRoleChangedFromUsual)):
		case e.Role != "" && e.Role != standard.RolePerformer, p.isPapers(e):
		default:
			rest.Entries = append(rest.Entries, entry)
		}
	}
	return rest
}

// person is who it is, where they live, and their surgery. What may not be told is said to be held back.
func (p *packing) person() PackPart {
	part := PackPart{Heading: "The person"}
	add := func(label, text string) {
		if text == "" {
			text = "not recorded"
		}
		part.Rows = append(part.Rows, PackRow{Label: label, Text: text})
	}
	add("Name", FullName(p.Card))
	add("Likes to be called", CalledName(p.Card))
	born := plain.Date(p.Card.Born)
	if age := Age(p.Card.Born, p.Now); born != "" && age != "" {
		born += " (age " + age + ")"
	}
	add("Born", born)
	nhs := plain.NHSNumber(p.Card.NHSNumber)
	if nhs != "" && p.Card.NHSNumberStatus != "" {
		nhs += " (" + p.Card.NHSNumberStatus + ")"
	}
	add("NHS number", nhs)
	for _, x := range p.of(standard.ClassRolePerson) {
		add("Language", p.said(x, standard.RoleLanguage))
		if text := p.said(x, standard.RoleInterpreter); text != "" {
			add("Needs an interpreter", text)
		}
		if p.Hidden {
			break
		}
		for _, entry := range x.content.Entries {
			if entry.Element.Role != standard.RoleWhereabouts {
				continue
			}
			for _, v := range entry.Values {
				add(entry.Element.Name, p.say(v))
			}
		}
	}
	switch home := strings.Trim(p.Place+", "+p.Room, ", "); {
	case p.Hidden:
		add("Address", "Restricted. Where this person lives must not be told to anybody. Ask the manager of the home.")
	default:
		add("Comes from", home)
	}
	return part
}

// called are the people to call, first the first.
func (p *packing) called() PackPart {
	part := PackPart{Heading: "People to call, and who decides with them"}
	people := append(p.live(standard.ClassRolePersonalContact), p.live(standard.ClassRoleProxy)...)
	slices.SortStableFunc(people, func(a, b fact) int { return order(a) - order(b) })
	for _, x := range people {
		var parts []string
		for _, role := range []string{standard.RoleRelationship, standard.RoleContactRole, standard.RoleTelephone} {
			if text := p.said(x, role); text != "" {
				parts = append(parts, text)
			}
		}
		if text := p.said(x, standard.RoleMayBeTold); text != "" {
			parts = append(parts, "may be told: "+lowerFirst(text, true))
		}
		part.Rows = append(part.Rows, PackRow{Label: firstOf(x.word(standard.RoleName), x.content.Title()), Text: firstOf(strings.Join(parts, "; "), x.content.Class.Name)})
	}
	return part
}

// order is when somebody is to be called; whoever has no number comes last.
func order(x fact) int {
	n, err := strconv.Atoi(x.word(standard.RoleOrderToCall))
	if err != nil {
		return 1000
	}
	return n
}

// legal are capacity, powers of attorney, deprivation of liberty and what was decided in advance. Each says that it is not recorded where it is not.
func (p *packing) legal() PackPart {
	part := PackPart{Heading: "Legal"}
	for _, kind := range []struct{ label, role string }{
		{"Mental capacity", standard.ClassRoleCapacity}, {"Power of attorney", standard.ClassRolePowerOfAttorney},
		{"Advance decision to refuse treatment", standard.ClassRoleAdvanceRefusal}, {"Advance statement", standard.ClassRoleAdvanceStatement},
		{"Mental Health Act", standard.ClassRoleMentalHealthAct},
	} {
		found := p.live(kind.role)
		for _, x := range found {
			part.Rows = append(part.Rows, PackRow{Label: kind.label, Text: x.item(x.content.Title()).Text, When: p.when(x)})
		}
		if len(found) == 0 {
			part.Rows = append(part.Rows, PackRow{Label: kind.label, Text: "not recorded"})
		}
	}
	liberty := p.fromLines("", p.liberty(), false).Rows
	if len(liberty) == 0 {
		liberty = []PackRow{{Text: "not recorded"}}
	}
	for _, row := range liberty {
		row.Label = "Deprivation of liberty (DoLS)"
		part.Rows = append(part.Rows, row)
	}
	return part
}

// dangers are alerts, and what a hospital must know before it treats.
func (p *packing) dangers() PackPart {
	part := PackPart{Heading: "Alerts", Danger: true}
	for _, line := range []Line{p.alerts(), p.anticoagulants(), p.diabetes(), p.unreadable()} {
		for _, row := range p.fromLines("", line, true).Rows {
			row.Label = line.Heading
			part.Rows = append(part.Rows, row)
		}
	}
	return part
}

// compared is each part of daily care, how it is now beside how it usually is.
func (p *packing) compared() PackPart {
	part := PackPart{Heading: "Care needs: now, and usually", Wide: true}
	var silent []string
	for _, area := range p.areas() {
		row := NowBesideUsual{Area: area.Display}
		row.Now, row.Usual = p.changed(area.Means)
		if usual := p.usually(area.Means); usual != "" {
			row.Usual = strings.TrimPrefix(row.Usual+"; "+usual, "; ")
		}
		if row.Now == "" && row.Usual == "" {
			silent = append(silent, lowerFirst(area.Display, len(silent) > 0))
			continue
		}
		part.Compare = append(part.Compare, row)
	}
	if len(silent) > 0 {
		part.Rows = append(part.Rows, PackRow{Label: "Nothing recorded about", Text: strings.Join(silent, "; ")})
	}
	return part
}

// changed is what the transfer says about one part of daily care.
func (p *packing) changed(means string) (now, usual string) {
	if p.transfer == nil {
		return "", ""
	}
	var nows, usuals []string
	p.transfer.content.Walk("", func(_ string, e *standard.Element, v standard.Value) {
		block, ok := v.(*standard.Group)
		if !ok || e.Block == nil || !e.Block.HasRole(standard.ClassRoleChangedFromUsual) || meansOf(e.Block, block, standard.RoleArea) != means {
			return
		}
		for _, v := range block.All(standard.RoleNow) {
			nows = append(nows, p.say(v))
		}
		for _, v := range block.All(standard.RoleUsual) {
			usuals = append(usuals, p.say(v))
		}
	})
	return strings.Join(nows, "; "), strings.Join(usuals, "; ")
}

// meansOf is what the code that plays a role in a block means.
func meansOf(class *standard.Class, block *standard.Group, role string) string {
	v, _ := block.First(role)
	c, coded := v.(standard.Coded)
	e := class.ByRole(role)
	if !coded || e == nil || e.ValueSet == nil {
		return ""
	}
	if code, ok := e.ValueSet.Code(c.Code); ok {
		return code.Means
	}
	return ""
}

// usually is what plans, needs and daily living say about one part of daily care.
func (p *packing) usually(means string) string {
	var parts []string
	lines := map[string]Line{standard.MeansAreaEating: p.eating(), standard.MeansAreaMoving: p.moving(), standard.MeansAreaCommunication: p.communication()}
	for _, item := range lines[means].Items {
		parts = append(parts, item.Text)
	}
	for _, role := range []string{standard.ClassRoleNeed, standard.ClassRoleDailyLiving} {
		seen := map[string]bool{}
		for _, x := range p.live(role) {
			if x.means(standard.RoleArea) != means {
				continue
			}
			aspect := ""
			if role == standard.ClassRoleDailyLiving { // of daily living the latest of each aspect
				if aspect = x.word(standard.RoleArea); seen[aspect] {
					continue
				}
				seen[aspect] = true
			}
			text := firstOf(p.said(x, standard.RoleStatement), aspect, x.content.Title())
			if support := p.said(x, standard.RoleSupport); support != "" {
				text += " (" + lowerFirst(support, true) + ")"
			}
			parts = append(parts, text)
		}
	}
	return strings.Join(parts[:min(4, len(parts))], "; ")
}

// medicines are the orders that hold, each with when it was given last.
func (p *packing) medicines() PackPart {
	part := PackPart{Heading: "Medicines, and when last given"}
	doses := p.of(standard.ClassRoleDose)
	for _, x := range p.live(standard.ClassRoleMedicineOrder) {
		var parts []string
		for _, role := range []string{standard.RoleDose, standard.RoleRoute, standard.RoleDirections, standard.RoleTimeOfDay} {
			if text := p.said(x, role); text != "" {
				parts = append(parts, text)
			}
		}
		if yes, _ := x.content.First(standard.RoleAsNeeded); yes == standard.Boolean(true) {
			parts = append(parts, "only when needed")
		}
		if yes, _ := x.content.First(standard.RoleTimeCritical); yes == standard.Boolean(true) {
			parts = append(parts, "TIME CRITICAL")
		}
		if why := p.said(x, standard.RoleReason); why != "" {
			parts = append(parts, "for "+lowerFirst(why, true))
		}
		part.Rows = append(part.Rows, PackRow{Label: x.item(firstOf(x.word(standard.RoleMedicine), x.content.Title())).Text, Text: strings.Join(parts, "; "), When: p.lastGiven(doses, x)})
	}
	for _, x := range p.live(standard.ClassRoleMedication) {
		part.Rows = append(part.Rows, PackRow{Label: "Said elsewhere", Text: x.content.Title(), When: p.when(x)})
	}
	return part
}

// lastGiven is when a dose of an order was given last. Doses come the latest first. A dose that names no order is one of this medicine if it names the same.
func (p *packing) lastGiven(doses []fact, order fact) string {
	medicine, _ := order.coded(standard.RoleMedicine)
	for _, dose := range doses {
		by, _ := dose.content.First(standard.RoleOrderedBy)
		ref, named := by.(standard.Reference)
		what, _ := dose.coded(standard.RoleMedicine)
		same := named && ref.UID == order.version.Record || !named && what == medicine
		if !same || dose.means(standard.RoleStatus) != standard.MeansGiven {
			continue
		}
		text := "last given " + p.when(dose)
		if amount := p.said(dose, standard.RoleDose); amount != "" {
			text += ", " + amount
		}
		return text
	}
	return "last given: not recorded"
}

// observations are the last reading of each kind with the three before it.
func (p *packing) observations() PackPart {
	part := PackPart{Heading: "Last readings, and those before"}
	type series struct {
		kind, last, when string
		before           []string
	}
	var list []*series
	add := func(kind, value, when string) {
		i := slices.IndexFunc(list, func(s *series) bool { return s.kind == kind })
		switch {
		case value == "":
		case i < 0:
			list = append(list, &series{kind: kind, last: value, when: when})
		case len(list[i].before) < 3:
			list[i].before = append(list[i].before, value)
		}
	}
	for _, x := range p.of(standard.ClassRoleReadings) {
		when := p.when(x)
		x.content.Walk("", func(_ string, e *standard.Element, v standard.Value) {
			block, ok := v.(*standard.Group)
			if !ok || e.Block == nil || !e.Block.HasRole(standard.ClassRoleReading) {
				return
			}
			kind, _ := block.First(standard.RoleReadingKind)
			value, _ := block.First(standard.RoleReadingValue)
			if kind != nil && value != nil {
				add(p.say(kind), p.say(value), when)
			}
		})
		add("NEWS2 score", p.said(x, standard.RoleEarlyWarning), when)
		add("Signs that something is not as usual", p.said(x, standard.RoleSoftSigns), when)
	}
	for _, s := range list {
		text := s.last
		if len(s.before) > 0 {
			text += " (before that " + strings.Join(s.before, ", ") + ")"
		}
		part.Rows = append(part.Rows, PackRow{Label: s.kind, Text: text, When: s.when})
	}
	return part
}

func (p *packing) problems() PackPart {
	part := PackPart{Heading: "Health problems"}
	for _, row := range p.dated(p.live(standard.ClassRoleProblem), 30) {
		row.When = ""
		part.Rows = append(part.Rows, row)
	}
	return part
}

// infection is whatever says by a code that it is about an infection, and what the transfer says of one.
func (p *packing) infection() PackPart {
	part := PackPart{Heading: "Infection"}
	if now, _ := p.changed(standard.MeansAreaInfection); now != "" {
		part.Rows = append(part.Rows, PackRow{Label: "Now", Text: now})
	}
	for _, role := range []string{standard.ClassRoleAlert, standard.ClassRoleProblem, standard.ClassRoleRisk, standard.ClassRoleSkin} {
		for _, x := range p.live(role) {
			if x.anyMeans(standard.MeansAreaInfection) {
				part.Rows = append(part.Rows, PackRow{Label: x.content.Class.Name, Text: x.item(x.content.Title()).Text, When: p.when(x)})
			}
		}
	}
	return part
}

// skin tells of each mark as it was looked at last: earlier looks would hide the other marks, and one that is gone.
func (p *packing) skin() PackPart {
	earlier := map[uuid.UUID]bool{}
	for _, x := range p.of(standard.ClassRoleSkin) {
		if before, ok := x.content.First(standard.RoleEarlierLook); ok {
			if ref, ok := before.(standard.Reference); ok {
				earlier[ref.UID] = true
			}
		}
	}
	last := slices.DeleteFunc(p.live(standard.ClassRoleSkin), func(x fact) bool { return earlier[x.version.Record] })
	return PackPart{Heading: "Skin", Rows: p.dated(last, 12)}
}

func (p *packing) eatingAndDrinking() PackPart {
	part := p.fromLines("Eating and drinking (IDDSI)", p.eating(), true)
	if last := p.dated(p.of(standard.ClassRoleIntake), 1); len(last) > 0 {
		last[0].Label = "Last taken"
		part.Rows = append(part.Rows, last[0])
	}
	return part
}

func (p *packing) movingAbout() PackPart { return p.fromLines("Moving", p.moving(), false) }

// continence is what is usual, and the latest of each kind of output.
func (p *packing) continence() PackPart {
	part := PackPart{Heading: "Toilet and continence"}
	if usual := p.usually(standard.MeansAreaContinence); usual != "" {
		part.Rows = append(part.Rows, PackRow{Label: "Usually", Text: usual})
	}
	seen := map[string]bool{}
	for _, x := range p.of(standard.ClassRoleOutput) {
		if kind := x.firstOfTitle(); !seen[kind] {
			seen[kind] = true
			part.Rows = append(part.Rows, PackRow{Label: "Last", Text: x.content.Title(), When: p.when(x)})
		}
	}
	return part
}

func (p *packing) communicating() PackPart {
	return p.fromLines("Communication", p.communication(), false)
}

// frontWords is how much of each statement stands on the first pages. The whole is in the details.
const frontWords = 240

func (p *packing) aboutMe() PackPart {
	part := PackPart{Heading: "About me, in the person’s own words"}
	found := p.of(standard.ClassRoleAboutMe)
	if len(found) == 0 {
		return part
	}
	for _, entry := range found[0].content.Entries {
		if entry.Element.Role != standard.RoleStatement {
			continue
		}
		for _, v := range entry.Values {
			words := []rune(p.say(v))
			if len(words) > frontWords {
				words = append(words[:frontWords], []rune(" … (goes on in the details)")...)
			}
			part.Rows = append(part.Rows, PackRow{Label: entry.Element.Name, Text: string(words)})
		}
	}
	return part
}

func (p *packing) belongings() PackPart {
	part := PackPart{Heading: "Sent with them"}
	if p.transfer == nil {
		return part
	}
	for _, v := range p.transfer.content.All(standard.RoleBelongings) {
		part.Rows = append(part.Rows, PackRow{Text: p.say(v)})
	}
	for _, ref := range p.transfer.content.References() {
		if name := p.Names(ref.UID); name != "" && p.isPapers(ref.Element) {
			part.Rows = append(part.Rows, PackRow{Label: "Paper", Text: name})
		}
	}
	return part
}

// isPapers reports whether an element names papers, and nothing else.
func (p *packing) isPapers(e *standard.Element) bool {
	return len(e.To) == 1 && e.To[0].HasRole(standard.ClassRoleDocument)
}
