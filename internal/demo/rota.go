package demo

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"rosemary/record"
)

// place is where people are looked after, and who is on which shift there.
type place struct {
	Place      string              `yaml:"place"`
	Kind       string              `yaml:"kind"` // home or own
	FirstRoom  int                 `yaml:"firstRoom"`
	Manager    string              `yaml:"manager"`
	Shifts     map[string][]string `yaml:"shifts"`
	Medicines  string              `yaml:"medicines"` // the shift that gives them
	Keyworkers []string            `yaml:"keyworkers"`
	Vars       map[string]string   `yaml:"vars"`

	people int // so far
}

// own tells whether care workers come to the person's own home.
func (p *place) own() bool { return p.Kind == "own" }

// room gives each their own; number 12 of the first home belongs to the story.
func (p *place) room() string {
	p.people++
	if p.own() {
		return ""
	}
	number := p.FirstRoom + p.people - 1
	if p.FirstRoom == 1 && number >= 12 {
		number++
	}
	return fmt.Sprintf("Room %d", number)
}

// onDuty is whoever is there at a time to do something.
func (o *other) onDuty(at time.Time, by string) string {
	p := o.place
	night := at.Hour() >= 21 || at.Hour() < 7
	shift := int(at.Unix()/86400) + o.index
	if at.Hour() < 7 {
		shift--
	}
	if by == "medicines" {
		by = p.Medicines
	}
	switch {
	case by == "manager":
		return p.Manager
	case by == "senior" && (at.Hour() >= 20 || at.Hour() < 7):
		by = "night-senior"
	case by == "nurse" && night && len(p.Shifts["night-nurse"]) > 0:
		by = "night-nurse"
	case by == "senior" || by == "nurse":
	case night && !p.own() || by == "night":
		if agency := p.Shifts["agency"]; len(agency) > 0 && shift%11 == 5 {
			return agency[0]
		}
		by = "night"
	case p.own():
		return o.caller(at)
	case slices.Contains(o.tags, "woman"):
		by = "women"
	default:
		by = "carer"
	}
	list := p.Shifts[by]
	if by == "senior" || by == "nurse" || by == "night-senior" || by == "night-nurse" {
		shift -= o.index // one is on for the whole house
	}
	if at.Hour() >= 14 {
		shift++
	}
	return list[shift%len(list)]
}

// caller is who calls on somebody at home: mostly their own care worker, another one on two days of the week.
func (o *other) caller(at time.Time) string {
	list := o.place.Shifts["carer"]
	mine := slices.Index(list, o.vars["keyworker"])
	if d := at.Weekday(); d == time.Saturday || d == time.Wednesday {
		mine++
	}
	return list[max(mine, 0)%len(list)]
}

// second is somebody else who is there to help, or to check.
func (o *other) second(at time.Time, who string) string {
	day := int(at.Unix() / 86400)
	list := o.place.Shifts["carer"]
	if at.Hour() >= 21 || at.Hour() < 7 {
		list = slices.Concat(o.place.Shifts["night"], o.place.Shifts["night-senior"])
	}
	for i := range len(list) {
		if s := list[(day+i)%len(list)]; s != who {
			return s
		}
	}
	return o.place.Manager
}

// checker is the second person for an order of medicines: one who may lead.
func (o *other) checker(at time.Time, who string) string {
	for _, shift := range []string{"nurse", "senior", "night-senior"} {
		for _, s := range o.place.Shifts[shift] {
			if s != who {
				return s
			}
		}
	}
	return o.second(at, who)
}

// staffText is one of the staff, or of the professionals who come, as staff.yaml tells it.
type staffText struct {
	ID       string   `yaml:"id"`
	Name     string   `yaml:"name"`
	Title    string   `yaml:"title"`
	Job      string   `yaml:"job"`
	Role     string   `yaml:"role"` // "": no account
	At       []string `yaml:"at"`
	Employer string   `yaml:"employer"`
	Since    string   `yaml:"since"`
	What     string   `yaml:"what"`
}

// readTeam reads the rest of the staff: their entries of the directory, and their accounts.
func readTeam(zone *time.Location) (entries []contribution, accounts []accountText, err error) {
	var team []staffText
	if err := readData("staff.yaml", &team); err != nil {
		return nil, nil, err
	}
	at := time.Date(2025, time.September, 1, 13, 0, 0, 0, zone)
	for i, s := range team {
		given, family, _ := cutLast(s.Name)
		content := []field{
			{"personName", tree{kind: fields, fields: []field{{"title", word(s.Title)}, {"personFirstName", word(given)}, {"personFamilyName", word(family)}}}},
			{"jobRole", word(s.Job)}, {"employer", word(cmp.Or(s.Employer, "harbour-care"))},
		}
		if s.Since != "" {
			content = append(content, field{"workingFrom", word(s.Since)})
		}
		ch := changeText{Create: s.ID, Class: "care-worker", Content: tree{kind: fields, fields: content}}
		entries = append(entries, contribution{at: at.Add(time.Duration(i) * time.Minute), by: "admin", why: "Who works here, and with us", changes: []change{{record.Create, s.ID, ch}}})
		if s.Role == "" {
			continue
		}
		purpose := "direct-care"
		if s.Role == "registered-manager" {
			purpose = "management"
		}
		accounts = append(accounts, accountText{Account: s.ID, Name: s.Name, Role: s.Role, Worker: s.ID, Places: s.At, Purpose: purpose, What: s.What})
	}
	at = at.Add(90 * time.Minute)
	for home, manager := range map[string]string{"moor-view": "yvonne", "harbour-at-home": "sanjay"} {
		ch := changeText{Modify: home, Content: tree{kind: fields, fields: []field{{"registeredManager", word(manager)}, {"nominatedIndividual", word("colin")}}}}
		entries = append(entries, contribution{at: at.Add(time.Duration(len(home)) * time.Minute), by: "admin", why: "The place has its manager", changes: []change{{record.Modify, home, ch}}})
	}
	return entries, accounts, nil
}

// cutLast parts a name before its last word.
func cutLast(name string) (given, family string, found bool) {
	for i := len(name) - 1; i > 0; i-- {
		if name[i] == ' ' {
			return name[:i], name[i+1:], true
		}
	}
	return name, "", false
}
