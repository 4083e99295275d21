package demo

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// library is everything the others are made of, as the files tell it.
type library struct {
	lives  []life
	slots  []slot
	days   daysText
	places []place
	cast   []castText
	plots  map[string]*happening
}

// life is who somebody was before anybody looked after them.
type life struct {
	Life   string              `yaml:"life"`
	Tags   []string            `yaml:"tags"`
	She    bool                `yaml:"she"`
	Kin    []kin               `yaml:"kin"`
	Given  []string            `yaml:"given"` // "Joseph/Joe": the given name, and what they are called
	Family []string            `yaml:"family"`
	Born   int                 `yaml:"born"`
	Place  string              `yaml:"place"`
	Street []string            `yaml:"street"`
	Vars   map[string]string   `yaml:"vars"`
	Arrive []changeText        `yaml:"arrive"`
	Words  map[string][]string `yaml:"words"`
	// Instead replaces lists of words that do not suit the life, such as what is for lunch.
	Instead map[string][]string `yaml:"instead"`
	// The shorter form: see more-lives.yaml.
	About    []string `yaml:"about"`
	GoodAt   []string `yaml:"good-at"`
	Prefers  []string `yaml:"prefers"`
	Wishes   []string `yaml:"wishes"`
	Pastimes []string `yaml:"pastimes"`
	Talk     []string `yaml:"talk"`
}

// kin is somebody who belongs to a life.
type kin struct {
	First        string `yaml:"first"`
	Family       string `yaml:"family"` // "": drawn
	Relationship string `yaml:"relationship"`
	Same         bool   `yaml:"same"` // the person's own family name
}

// slot is one side of what somebody needs; each person gets one of its options, or as many as draw says.
type slot struct {
	Slot    string   `yaml:"slot"`
	Where   string   `yaml:"where"` // "": everywhere
	Draw    int      `yaml:"draw"`
	Options []option `yaml:"options"`
}

// option is one way a side of somebody's needs can be.
type option struct {
	ID     string              `yaml:"id"`
	Named  bool                `yaml:"named"` // given by the cast alone
	Times  int                 `yaml:"times"` // how often it lies in the pack
	Not    []string            `yaml:"not"`   // options it does not go with
	Needs  []string            `yaml:"needs"` // tags of the life it goes with
	Vars   map[string]string   `yaml:"vars"`
	Arrive []changeText        `yaml:"arrive"`
	Orders []orderText         `yaml:"orders"`
	Plan   []changeText        `yaml:"plan"`
	Later  []changeText        `yaml:"later"`
	Daily  []item              `yaml:"daily"`
	Words  map[string][]string `yaml:"words"`
	// Instead replaces lists of words that do not suit what somebody needs.
	Instead map[string][]string `yaml:"instead"`
}

// orderText is a medicine somebody takes.
type orderText struct {
	Name    string  `yaml:"name"`
	Chance  float64 `yaml:"chance"` // of a dose on a day, for one that is given when needed
	Content tree    `yaml:"content"`
	From    *int    `yaml:"from"`  // day from the present on which it begins, of a happening
	Until   *int    `yaml:"until"` // its last day

	begins, ends time.Time // zero: as long as the person is there
}

// item is something that happens day by day.
type item struct {
	ID       string       `yaml:"id"`
	At       []string     `yaml:"at"`       // times of the day
	Every    int          `yaml:"every"`    // days; 0: daily
	Weekdays []string     `yaml:"weekdays"` // only on these
	Chance   float64      `yaml:"chance"`   // 0: always
	Always   int          `yaml:"always"`   // every so many days since the plan was made, not only in the days of daily care
	Past     bool         `yaml:"past"`     // of those, only before the days of daily care
	Takes    int          `yaml:"takes"`    // minutes; it is written down afterwards
	Not      []string     `yaml:"not"`      // options with which it does not happen
	Any      []string     `yaml:"any"`      // options or tags of which one is needed
	Where    string       `yaml:"where"`    // own, both; "": in a care home
	From     *int         `yaml:"from"`     // days from the present, of a happening
	Until    *int         `yaml:"until"`
	By       string       `yaml:"by"` // "": the carer on duty; night, senior, nurse, manager
	Why      string       `yaml:"why"`
	Records  []recordText `yaml:"records"`
	Then     []step       `yaml:"then"`
}

// step is what follows an item.
type step struct {
	After   int          `yaml:"after"` // minutes
	By      string       `yaml:"by"`
	Why     string       `yaml:"why"`
	Records []recordText `yaml:"records"`
}

// recordText is one record of an item: made, or changed, with one of the variants over it.
type recordText struct {
	Create   string `yaml:"create"`
	Modify   string `yaml:"modify"`
	Class    string `yaml:"class"`
	Content  tree   `yaml:"content"`
	Variants []tree `yaml:"variants"`
}

// daysText is what everybody has in common.
type daysText struct {
	Register   []changeText        `yaml:"register"`
	Place      []changeText        `yaml:"place"`
	Assess     []changeText        `yaml:"assess"`
	Arrive     []changeText        `yaml:"arrive"`
	ArriveHome []changeText        `yaml:"arrive-home"`
	ArriveOwn  []changeText        `yaml:"arrive-own"`
	Order      tree                `yaml:"order"`
	Check      tree                `yaml:"check"`
	Plan       []changeText        `yaml:"plan"`
	PlanHome   []changeText        `yaml:"plan-home"`
	PlanOwn    []changeText        `yaml:"plan-own"`
	CarePlan   changeText          `yaml:"care-plan"`
	Words      map[string][]string `yaml:"words"`
	Daily      []item              `yaml:"daily"`
	Dose       item                `yaml:"dose"`
	WhenNeeded item                `yaml:"when-needed"`
}

// castText is one person of cast.yaml.
type castText struct {
	Place string   `yaml:"place"`
	Life  string   `yaml:"life"`
	Has   []string `yaml:"has"`
	Story string   `yaml:"story"`
}

func readLibrary() (*library, error) {
	l := &library{plots: map[string]*happening{}}
	for _, name := range []string{"lives.yaml", "more-lives.yaml"} {
		var lives []life
		if err := readData(name, &lives); err != nil {
			return nil, err
		}
		for _, v := range lives {
			v.spellOut()
			l.lives = append(l.lives, v)
		}
	}
	for _, name := range []string{"care.yaml", "more-care.yaml"} {
		var slots []slot
		if err := readData(name, &slots); err != nil {
			return nil, err
		}
		l.join(slots)
	}
	var plots []happening
	if err := readData("happenings.yaml", &plots); err != nil {
		return nil, err
	}
	for i := range plots {
		l.plots[plots[i].Happening] = &plots[i]
	}
	if err := readData("places.yaml", &l.places); err != nil {
		return nil, err
	}
	if err := readData("cast.yaml", &l.cast); err != nil {
		return nil, err
	}
	return l, readData("days.yaml", &l.days)
}

// join adds options to the slots that are there, and slots that are new.
func (l *library) join(slots []slot) {
	for _, s := range slots {
		i := slices.IndexFunc(l.slots, func(have slot) bool { return have.Slot == s.Slot })
		if i < 0 {
			l.slots = append(l.slots, s)
			continue
		}
		l.slots[i].Options = append(l.slots[i].Options, s.Options...)
	}
}

// place finds a place by name.
func (l *library) place(name string) *place {
	i := slices.IndexFunc(l.places, func(p place) bool { return p.Place == name })
	if i < 0 {
		return nil
	}
	return &l.places[i]
}

// spellOut writes the short form of a life as the records it stands for.
func (v *life) spellOut() {
	if len(v.About) == 0 {
		return
	}
	about := tree{kind: fields, fields: []field{{"dateLastUpdated", word("{date}")}}}
	for i, key := range []string{
		"whatIsMostImportantToMe", "peopleWhoAreImportantToMe", "howICommunicateAndHowToCommunicateWithMe", "myWellness",
		"pleaseDoAndPleaseDoNot", "howAndWhenToSupportMe", "alsoWorthKnowingAboutMe",
	} {
		if i < len(v.About) {
			about.fields = append(about.fields, field{key, word(v.About[i])})
		}
	}
	v.Arrive = append(v.Arrive, changeText{Create: "about-me", Class: "about-me", InformationProvider: "{name}, in {her} own words", Content: about})
	for i, text := range v.GoodAt {
		text, kind, _ := strings.Cut(text, "/")
		v.Arrive = append(v.Arrive, said("strength", i, "", field{"freeText", word(text)}, field{"codedValue", word(kind)}))
	}
	for i, text := range v.Prefers {
		v.Arrive = append(v.Arrive, said("preference", i, "{name}", field{"freeText", word(text)}))
	}
	for i, text := range v.Wishes {
		v.Arrive = append(v.Arrive, said("wish", i, "{name}", field{"freeText", word(text)}, field{"expressedBy", word("{person}")}, field{"status", word("agreed")}))
	}
	v.Words = map[string][]string{"pastime": v.Pastimes, "talk": v.Talk}
}

// said is a record of what somebody said of themself.
func said(class string, i int, provider string, content ...field) changeText {
	content = append(content, field{"date", word("{date}")}, field{"careActor", word("{who}")})
	return changeText{Create: class + "-" + strconv.Itoa(i+1), Class: class, InformationProvider: provider, Content: tree{kind: fields, fields: content}}
}

func word(text string) tree { return tree{kind: scalar, text: text} }
