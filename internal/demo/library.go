package demo

// library is everything the others are made of, as the files tell it.
type library struct {
	lives []life
	slots []slot
	days  daysText
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
	Draw    int      `yaml:"draw"`
	Options []option `yaml:"options"`
}

// option is one way a side of somebody's needs can be.
type option struct {
	ID     string              `yaml:"id"`
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
}

// orderText is a medicine somebody takes.
type orderText struct {
	Name    string  `yaml:"name"`
	Chance  float64 `yaml:"chance"` // of a dose on a day, for one that is given when needed
	Content tree    `yaml:"content"`
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
	By       string       `yaml:"by"`       // "": the carer on duty; night, senior, nurse, manager
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
	Arrive     []changeText        `yaml:"arrive"`
	Order      tree                `yaml:"order"`
	Check      tree                `yaml:"check"`
	Plan       []changeText        `yaml:"plan"`
	CarePlan   changeText          `yaml:"care-plan"`
	Words      map[string][]string `yaml:"words"`
	Daily      []item              `yaml:"daily"`
	Dose       item                `yaml:"dose"`
	WhenNeeded item                `yaml:"when-needed"`
}

func readLibrary() (*library, error) {
	l := &library{}
	if err := readData("lives.yaml", &l.lives); err != nil {
		return nil, err
	}
	if err := readData("care.yaml", &l.slots); err != nil {
		return nil, err
	}
	return l, readData("days.yaml", &l.days)
}
