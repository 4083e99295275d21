package care

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// PackOf is what a pack for hospital is made of.
type PackOf struct {
	Catalogue *standard.Catalogue
	Versions  []*record.Version // what may go, current
	Card      record.PersonCard
	Place     string // the home, and the room there
	Room      string
	Hidden    bool // where the person lives must not be told
	Names     func(uuid.UUID) string
	Now       time.Time // in the zone in which times are said
}

// Pack is what goes to hospital with somebody: two pages that are read first, and the records behind them. What nobody has recorded is said: an empty part stands
// there as "not recorded".
type Pack struct {
	Banner  Banner
	Made    time.Time
	Hidden  bool
	Stay    *HospitalStay // why they go; nil where nobody has written it down yet
	Front   []PackPart
	Details []PackPart
}

// PackPart is one heading of a pack.
type PackPart struct {
	Heading string
	Danger  bool
	Wide    bool // a table that needs the width of the page
	Rows    []PackRow
	Compare []NowBesideUsual
	Records []PackRecord
}

// Empty reports that nothing is recorded under the heading.
func (p PackPart) Empty() bool { return len(p.Rows)+len(p.Compare)+len(p.Records) == 0 }

// PackRow is one line: what it is, what it says, and when that was.
type PackRow struct{ Label, Text, When string }

// NowBesideUsual is one part of daily care: how it is now, and how it usually is. An empty text is not recorded.
type NowBesideUsual struct{ Area, Now, Usual string }

// PackRecord is one record with all that it says.
type PackRecord struct {
	Class, Title, When string
	Rows               []PackRow
}

// packing is a pack on its way.
type packing struct {
	PackOf
	*facts
	transfer *fact // the going to hospital that it is for; nil where there is none
}

// HospitalPack assembles the pack of a person. It reads by roles, never by the name of a class or an element.
func HospitalPack(of PackOf) Pack {
	p := &packing{PackOf: of, facts: gather(of.Catalogue, of.Versions, of.Now)}
	pack := Pack{Banner: BannerOf(of.Catalogue, of.Versions, of.Card, of.Now), Made: of.Now, Hidden: of.Hidden, Stay: InHospital(of.Catalogue, of.Versions, of.Now)}
	if pack.Stay != nil {
		for i := range p.all {
			if p.all[i].version.Record == pack.Stay.Record {
				p.transfer = &p.all[i]
			}
		}
	}
	pack.Front = []PackPart{
		p.why(), p.person(), p.called(),
		p.fromLines("Allergies and bad reactions", p.allergies(), true), p.fromLines("Resuscitation (CPR)", p.resuscitation(), true), p.dangers(),
		p.medicines(), p.observations(), p.problems(), p.infection(), p.legal(), p.compared(), p.skin(),
		p.eatingAndDrinking(), p.movingAbout(), p.continence(), p.communicating(), p.aboutMe(), p.belongings(),
	}
	pack.Details = p.details()
	return pack
}

// say words a value; what points at a record is called by its name.
func (p *packing) say(v standard.Value) string {
	switch v := v.(type) {
	case standard.Reference:
		return p.Names(v.UID)
	case *standard.Group:
		var parts []string
		for _, row := range p.rows(v) {
			parts = append(parts, row.Label+": "+row.Text)
		}
		return strings.Join(parts, "; ")
	}
	return plain.Value(v, p.Now.Location())
}

// said is all that a record says under a role, in words.
func (p *packing) said(x fact, role string) string {
	var parts []string
	for _, v := range x.content.All(role) {
		if text := p.say(v); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "; ")
}

// when is when a fact happened, in words.
func (p *packing) when(x fact) string {
	if s := x.word(standard.RoleEventDate); s != "" {
		return plain.DateTime(s, p.Now.Location())
	}
	return plain.Day(x.version.Committed.In(p.Now.Location()))
}

// rows is all that a group says, but whom it is about, and where a person lives whose address is restricted.
func (p *packing) rows(g *standard.Group) (rows []PackRow) {
	for _, entry := range g.Entries {
		e := entry.Element
		if e.Role == standard.RoleSubject || e.Role == standard.RoleWhereabouts && p.Hidden || e.NamesFile() {
			continue
		}
		var parts []string
		for _, v := range entry.Values {
			if text := p.say(v); text != "" {
				parts = append(parts, text)
			}
		}
		if len(parts) > 0 {
			rows = append(rows, PackRow{Label: e.Name, Text: strings.Join(parts, "; ")})
		}
	}
	return rows
}

// fromLines takes over lines of the banner. A line that says only that nothing is recorded says so here too, in the banner's own words.
func (p *packing) fromLines(heading string, line Line, danger bool) PackPart {
	part := PackPart{Heading: heading, Danger: danger}
	for _, item := range line.Items {
		text := item.Text
		if item.Until != "" {
			text += ", until " + plain.Date(item.Until[:min(10, len(item.Until))])
		}
		part.Rows = append(part.Rows, PackRow{Text: text})
	}
	if line.Note != "" {
		part.Rows = append(part.Rows, PackRow{Text: line.Note})
	}
	return part
}

// details are the records behind the two pages, whole, by heading.
func (p *packing) details() (parts []PackPart) {
	shown := map[uuid.UUID]bool{}
	for _, group := range detailHeadings() {
		part := PackPart{Heading: group.heading}
		for _, role := range group.roles {
			for _, x := range p.of(role) {
				if shown[x.version.Record] || group.live && x.over(p.today) || len(part.Records) >= group.most {
					continue
				}
				shown[x.version.Record] = true
				r := PackRecord{Class: x.content.Class.Name, Title: x.content.Title(), When: p.when(x), Rows: p.rows(&x.content.Group)}
				if x.version.Status == record.Incomplete {
					r.Title += " (not finished)"
				}
				if x.content.Class.HasRole(standard.ClassRolePerson) {
					r.When = ""
				}
				part.Records = append(part.Records, r)
			}
		}
		parts = append(parts, part)
	}
	return parts
}

type detailHeading struct {
	heading string
	live    bool
	most    int
	roles   []string
}

// detailHeadings are the headings of the details, and what stands under each: of what lasts, what holds today; of what happens all day long, the latest.
func detailHeadings() []detailHeading {
	const all = 200
	return []detailHeading{
		{"The person", false, all, []string{standard.ClassRolePerson}},
		{"About me", false, 1, []string{standard.ClassRoleAboutMe}},
		{"Contacts and those who decide for the person", true, all, []string{standard.ClassRolePersonalContact, standard.ClassRoleProxy}},
		{"Allergies and bad reactions", false, all, []string{standard.ClassRoleAllergy}},
		{"Alerts and risks", true, all, []string{standard.ClassRoleAlert, standard.ClassRoleRisk}},
		{"Legal and advance decisions", true, all, legalRoles()},
		{"Health problems", true, all, []string{standard.ClassRoleProblem}},
		{"Medicine orders", true, all, []string{standard.ClassRoleMedicineOrder, standard.ClassRoleMedication}},
		{"Doses, the latest first", false, 40, []string{standard.ClassRoleDose}},
		{"Readings, the latest first", false, 20, []string{standard.ClassRoleReadings}},
		{"Eating, drinking and moving plans", true, all, []string{standard.ClassRoleEatingAndDrinking, standard.ClassRoleMovingAndHandling}},
		{"Communication", true, all, []string{standard.ClassRoleCommunicationNeed}},
		{"Needs and daily living", true, 60, []string{standard.ClassRoleNeed, standard.ClassRoleDailyLiving}},
		{"Skin", true, all, []string{standard.ClassRoleSkin}},
		{"Food and drink taken, the latest first", false, 20, []string{standard.ClassRoleIntake}},
		{"Bowels, bladder and other output, the latest first", false, 20, []string{standard.ClassRoleOutput}},
		{"Equipment and devices", true, all, []string{standard.ClassRoleDevice}},
	}
}

func legalRoles() []string {
	return []string{
		standard.ClassRoleCPRDecision, standard.ClassRoleAdvanceRefusal, standard.ClassRoleAdvanceStatement, standard.ClassRoleCapacity,
		standard.ClassRolePowerOfAttorney, standard.ClassRoleDoLS, standard.ClassRoleMentalHealthAct,
	}
}

// Missing are the headings of the first pages under which nothing is recorded.
func (p *Pack) Missing() (headings []string) {
	for _, part := range p.Front {
		if part.Empty() {
			headings = append(headings, part.Heading)
		}
	}
	return headings
}

// dated finds the rows of facts, each with its title, the latest first.
func (p *packing) dated(facts []fact, most int) (rows []PackRow) {
	for _, x := range facts[:min(most, len(facts))] {
		rows = append(rows, PackRow{Text: x.item(x.content.Title()).Text, When: p.when(x)})
	}
	return rows
}

// means reports whether any code that a fact holds means something.
func (x fact) anyMeans(meaning string) (found bool) {
	x.content.Walk("", func(_ string, e *standard.Element, v standard.Value) {
		c, coded := v.(standard.Coded)
		if !coded || e.ValueSet == nil || found {
			return
		}
		known, ok := e.ValueSet.Code(c.Code)
		found = ok && known.Means == meaning
	})
	return found
}

// areas are the parts of daily care in the order in which the value set has them, by meaning.
func (p *packing) areas() (areas []standard.Code) {
	for _, class := range p.Catalogue.ClassesWithRole(standard.ClassRoleChangedFromUsual) {
		e := class.ByRole(standard.RoleArea)
		if e == nil || e.ValueSet == nil {
			continue
		}
		for _, code := range e.ValueSet.Codes {
			if code.Means != "" && !slices.ContainsFunc(areas, func(a standard.Code) bool { return a.Means == code.Means }) {
				areas = append(areas, code)
			}
		}
	}
	return areas
}
