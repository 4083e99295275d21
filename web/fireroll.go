package web

import (
	"html/template"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/evacuation"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// fireRollPage is who is in the building now, and how each gets out: made to be printed and carried out of the door.
type fireRollPage struct {
	Frame
	PlaceField template.HTML
	As         string
	Home       string
	In         []RollRow
	Away       []RollRow
	Totals     []RollTotal
	NoPlan     int
	Blank      []string // empty lines for those whom the record does not know: staff, visitors
}

// RollRow is one person of the roll.
type RollRow struct {
	Name, Href, Room, Place string
	Away                    string
	Seen                    string // where they were last, by what was written
	Day, Night              RollHelp
	Planned                 bool
	PlanHref                string // the record that says how
	Add                     string // where a plan is written; "" for whoever may not
	Overdue                 bool
	Facts                   []RollFact
}

// RollHelp is how somebody gets out by day, or by night.
type RollHelp struct {
	How   string
	Staff string
	None  bool // nobody has to help
	Gap   bool // nobody has said it
}

// RollFact is one more thing that whoever fetches them must know.
type RollFact struct{ Label, Text string }

// RollTotal adds up a home by day, or by night.
type RollTotal struct {
	When    string
	Alone   int
	Helped  int
	Staff   int
	Unknown int
	Most    int
}

// seenWithin is how long what was written says where somebody is.
const seenWithin = 4 * time.Hour

// fireRoll shows it to everybody who may read about the people: nobody waits for a manager in a fire.
func (c *call) fireRoll() error {
	if !c.session.May(access.ToRead) || !c.session.May(access.ToReadDirectory) { // who is let in as a visitor of one person is not told of the others
		return errNowhere()
	}
	o, err := c.homeOf()
	if err != nil {
		return err
	}
	page := fireRollPage{Frame: c.frame("Fire roll"), As: plain.Minute(c.now(), c.config.Zone), Blank: make([]string, 6)}
	if page.PlaceField, err = c.placeField(o.view, o.place); err != nil {
		return err
	}
	where, err := c.whereabouts(o)
	if err != nil {
		return err
	}
	var day, night []evacuation.Help
	mayAdd := c.session.May(access.ToRecord)
	for _, p := range byRoom(o.people) {
		row, way := c.rollRow(p, where[p.UID], mayAdd)
		if row.Away != "" {
			page.Away = append(page.Away, row)
			continue
		}
		if !way.Planned {
			page.NoPlan++
		}
		day, night = append(day, way.Day), append(night, way.Night)
		page.In = append(page.In, row)
	}
	for _, x := range []struct {
		when  string
		helps []evacuation.Help
	}{{"By day", day}, {"At night", night}} {
		t := evacuation.Sum(x.helps)
		page.Totals = append(page.Totals, RollTotal{When: x.when, Alone: t.Alone, Helped: t.Helped, Staff: t.Staff, Unknown: t.Unknown, Most: t.Most})
	}
	return c.render("fireroll", page)
}

// whereIs is what the records say of where somebody is and how they get out.
type whereIs struct {
	stay *care.HospitalStay
	way  evacuation.Way
	seen string
}

// whereabouts reads it for everybody at once.
func (c *call) whereabouts(o *overview) (map[uuid.UUID]whereIs, error) {
	plans := evacuation.Classes(c.config.Catalogue)
	away := slices.Concat(c.classIDs(standard.ClassRoleTransfer), c.classIDs(standard.ClassRoleHospitalReturn))
	versions, err := c.across(o, slices.Concat(plans, away), time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	latest, err := c.across(o, slices.Concat(c.classIDs(standard.ClassRoleAction), c.classIDs(standard.ClassRoleIntake), c.classIDs(standard.ClassRoleOutput),
		c.classIDs(standard.ClassRoleDose), c.classIDs(standard.ClassRoleReadings)), c.now().Add(-seenWithin), c.now().Add(time.Minute))
	if err != nil {
		return nil, err
	}
	seen, err := c.lastSeen(o, latest)
	if err != nil {
		return nil, err
	}
	all := map[uuid.UUID]whereIs{}
	for _, p := range perPerson(versions) {
		all[p.Stream] = whereIs{stay: care.InHospital(c.config.Catalogue, p.Versions, c.now()), way: evacuation.WayOf(c.config.Catalogue, p.Versions, c.now()), seen: seen[p.Stream]}
	}
	for _, p := range o.people {
		if _, ok := all[p.UID]; !ok {
			all[p.UID] = whereIs{way: evacuation.WayOf(c.config.Catalogue, nil, c.now()), seen: seen[p.UID]}
		}
	}
	return all, nil
}

// lastSeen says when and where somebody was last, by the latest of what was written about them: the place only where it says one.
func (c *call) lastSeen(o *overview, versions []*record.Version) (map[uuid.UUID]string, error) {
	latest := map[uuid.UUID]*record.Version{}
	for _, v := range versions {
		if latest[v.Stream] == nil || latest[v.Stream].Happened < v.Happened {
			latest[v.Stream] = v
		}
	}
	var asked []uuid.UUID
	where := map[uuid.UUID]uuid.UUID{}
	for stream, v := range latest {
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil || content.Class == nil {
			continue // it is shown as unreadable on the manager's page
		}
		at, _ := content.First(standard.RoleLocation)
		if ref, ok := at.(standard.Reference); ok {
			where[stream], asked = ref.UID, append(asked, ref.UID)
		}
	}
	names, err := o.view.Names(c.ctx, uuid.Nil, asked)
	if err != nil {
		return nil, err
	}
	seen := map[uuid.UUID]string{}
	for stream, v := range latest {
		seen[stream] = plain.Clock(time.Unix(v.Happened, 0).In(c.config.Zone).Truncate(time.Minute))
		if name := names[where[stream]]; name != "" {
			seen[stream] += ", " + name
		}
	}
	return seen, nil
}

func (c *call) rollRow(p access.Person, is whereIs, mayAdd bool) (RollRow, evacuation.Way) {
	base := "/people/" + p.UID.String()
	way := is.way
	row := RollRow{Name: nameInFull(p.Card), Href: base, Room: p.Room, Place: p.PlaceName, Seen: is.seen, Planned: way.Planned, Overdue: way.Overdue, Day: rollHelp(way.Day), Night: rollHelp(way.Night)}
	if p.Concealed {
		row.Room, row.Place = "Room not shown", ""
	}
	if is.stay != nil {
		row.Away = is.stay.Words(c.config.Zone)
	}
	if way.Record != uuid.Nil {
		row.PlanHref = base + "/records/" + way.Record.String()
	}
	for _, id := range c.classIDs(standard.ClassRoleEvacuationPlan) {
		if mayAdd && !way.Planned {
			row.Add = base + "/new/" + id
		}
	}
	if way.Planned && way.Deaf {
		row.Facts = append(row.Facts, RollFact{"Alarm", "Does not hear it, or nobody knows: fetch them"})
	}
	for _, f := range []RollFact{{"Equipment", way.Equipment}, {"Tell them", way.Tell}, {"Steps", way.Steps}, {"To", way.Meeting}, {"Fire risk", way.Risk}} {
		if f.Text != "" {
			row.Facts = append(row.Facts, f)
		}
	}
	return row, way
}

func rollHelp(h evacuation.Help) RollHelp {
	out := RollHelp{How: h.How, Gap: h.Unsure || !h.Known, None: h.Known && h.Staff == 0}
	switch {
	case !h.Known:
		out.Staff = "not known"
	case h.Staff == 0:
		out.Staff = "nobody"
	default:
		out.Staff = plain.Whole(h.Staff) + " staff"
	}
	return out
}
