package ehrtest

import (
	"fmt"
	"strconv"

	"rosemary/ehr"
)

// Many is an extract of n compositions of a usual size (about one kilobyte of content in fourteen components), made one at a time and always the same.
// Nobody holds it: it proves that a dialect does not either.
func Many(n int) ehr.Source { return many(n) }

type many int

func (n many) Header() *ehr.Header {
	return &ehr.Header{System: ehr.ID{Root: "1.2.3.4", Extension: "care-home-1"}, EHR: ehr.ID{Root: UUID(1)}, Subject: ehr.ID{Root: UUID(2)},
		Created: ehr.Moment{Text: "2026-03-09T11:30:00Z"}, Model: "EN 13606"}
}

func (n many) Folders(yield func(*ehr.Folder) error) error {
	return yield(&ehr.Folder{Component: ehr.Component{Name: &ehr.SimpleText{Text: "Daily notes"}, RCID: ehr.ID{Root: UUID(3)}}, Compositions: []ehr.ID{{Root: UUID(100)}}})
}

func (n many) Compositions(yield func(*ehr.Composition) error) error {
	for i := range int(n) {
		if err := yield(note(i)); err != nil {
			return err
		}
	}
	return nil
}

func (n many) Demographics(yield func(ehr.Demographic) error) error {
	err := yield(&ehr.Person{Entity: ehr.Entity{Key: ehr.ID{Root: UUID(2)}}, Names: []ehr.Name{{Use: "L", Parts: []ehr.NamePart{{Type: "GIV", Text: "Ada"}, {Type: "FAM", Text: "Example"}}}},
		Subject: &ehr.SubjectDetail{Gender: ehr.Code{Code: "2"}, Birth: ehr.Moment{Text: "1938-01-04"}}})
	if err != nil {
		return err
	}
	return yield(&ehr.Person{Entity: ehr.Entity{Key: ehr.ID{Root: UUID(4)}}, Names: []ehr.Name{{Use: "L", Parts: []ehr.NamePart{{Type: "GIV", Text: "Sam"}, {Type: "FAM", Text: "Sample"}}}}})
}

func note(i int) *ehr.Composition {
	first := 100 + 20*i
	next := 0
	component := func(name, archetype string) ehr.Component {
		next++
		return ehr.Component{Name: &ehr.SimpleText{Text: name}, ArchetypeID: archetype, RCID: ehr.ID{Root: UUID(first + next - 1)}, Sensitivity: 3}
	}
	at := ehr.Moment{Text: fmt.Sprintf("2026-%02d-%02dT%02d:%02d:00Z", 1+i/40320%12, 1+i/1440%28, i/60%24, i%60)}
	c := &ehr.Composition{Component: component("Daily note", "daily-note"), Session: &ehr.Interval{Low: &at, High: &at, LowClosed: true, HighClosed: true}}
	set := c.RCID
	c.Committal = ehr.Audit{System: ehr.ID{Root: "1.2.3.4", Extension: "care-home-1"}, Committed: at, Committer: ehr.ID{Root: UUID(4)}, VersionSet: &set,
		VersionStatus: &ehr.Code{Code: "VER01", Scheme: "CEN/TC251/EN13606-3:VERSION_STATUS"}}
	c.Composer = &ehr.Role{Performer: ehr.ID{Root: UUID(4)}}
	e := &ehr.Entry{Component: component("Daily note", "daily-note"), InfoProvider: &ehr.Role{Performer: ehr.ID{Root: UUID(2)}}}
	g := &ehr.Cluster{Component: component("What was drunk", "/content/intake"), Structure: ehr.Code{Code: "STRC01", Scheme: "CEN/TC251/EN13606-3:STRUCTURE_TYPE"}}
	for k := range 4 {
		g.Parts = append(g.Parts, &ehr.Element{Component: component("Drink "+strconv.Itoa(k+1), "/content/intake/amount"), Value: &ehr.Quantity{Digits: strconv.Itoa(150+k) + ".0", Unit: "mL"}})
	}
	e.Items = append(e.Items, g)
	for _, words := range []string{"Had breakfast in the dining room with Joan & Peter, ate well.", "Chose the blue cardigan. Walked to the garden with one person beside her.",
		"Slept after lunch; woken at three for tea. Said her hip was \"no worse than usual\"."} {
		e.Items = append(e.Items, &ehr.Element{Component: component("Note", "/content/text"), Value: &ehr.SimpleText{Text: words}})
	}
	e.Items = append(e.Items, &ehr.Element{Component: component("Mood", "/content/mood"), Value: &ehr.Coded{Code: "112080002", System: "http://snomed.info/sct", Display: "Happy"}})
	c.Content = []ehr.Content{e}
	return c
}
