// Package outbreak finds who has signs of an illness that may spread, since when, and where several fall ill together.
//
// Which signs belong to which illness is data (signs.yaml). Everything here is a pure function of records and of that table; it diagnoses nothing: it shows records that
// somebody should look at together.
package outbreak

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

//go:embed signs.yaml
var standardSigns []byte

// Illness is one row of the table.
type Illness struct {
	ID     string `yaml:"illness"`
	Name   string `yaml:"name"`
	Signs  []Sign `yaml:"signs"`
	People int    `yaml:"people"`
	Hours  int    `yaml:"hours"`
	Advice string `yaml:"advice"`
}

// Sign is one way in which a record can be a sign of it.
type Sign struct {
	Role  string   `yaml:"role"`  // of an element
	Codes []string `yaml:"codes"` // one of these
	Kind  string   `yaml:"kind"`  // of a reading: what was measured
	Least string   `yaml:"least"` // at least this high
	Unit  string   `yaml:"unit"`
	Words []string `yaml:"words"` // in the title of a problem
}

// StandardIllnesses is the table that comes with the program.
func StandardIllnesses() ([]Illness, error) { return LoadIllnesses(standardSigns) }

// LoadIllnesses reads a table strictly.
func LoadIllnesses(text []byte) ([]Illness, error) {
	var table []Illness
	if err := yaml.UnmarshalWithOptions(text, &table, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("signs.yaml: %w", err)
	}
	for _, ill := range table {
		if ill.ID == "" || ill.Name == "" || ill.People < 1 || ill.Hours < 1 || len(ill.Signs) == 0 {
			return nil, fmt.Errorf("signs.yaml: %q needs a name, signs, and how many people within how many hours", ill.ID)
		}
		for _, s := range ill.Signs {
			if s.Role != "" && !slices.Contains(standard.ElementRoles(), s.Role) {
				return nil, fmt.Errorf("signs.yaml: %s looks for the role %q, which no element has", ill.ID, s.Role)
			}
			if _, ok := standard.ParseNumber(s.Least); s.Kind != "" && !ok {
				return nil, fmt.Errorf("signs.yaml: %s does not say from which value on %s is a sign", ill.ID, s.Kind)
			}
			if len(s.Codes) == 0 && s.Kind == "" && len(s.Words) == 0 {
				return nil, fmt.Errorf("signs.yaml: a sign of %s has no codes, no reading and no words", ill.ID)
			}
		}
	}
	return table, nil
}

// Classes are the classes whose records Look is given.
func Classes(catalogue *standard.Catalogue) []string {
	var ids []string
	for _, role := range []string{standard.ClassRoleOutput, standard.ClassRoleReadings, standard.ClassRoleIncident, standard.ClassRoleProblem, standard.ClassRoleTestResult} {
		for _, class := range catalogue.ClassesWithRole(role) {
			ids = append(ids, class.ID)
		}
	}
	return ids
}

// Seen is one record that is a sign.
type Seen struct {
	Version *record.Version
	At      time.Time
	Words   string
}

// Case is one person with signs of one illness: the first and the last, and all between, the latest first.
type Case struct {
	Stream uuid.UUID
	Group  string // those of one group are together: a home, or a part of it
	Signs  []Seen
	First  time.Time
	Last   time.Time
	Tests  []Seen // results of tests in the same time, of whatever kind
}

// Found is one illness with whom it may have, those who fell ill first at the top.
type Found struct {
	Illness
	Cases []Case
	Alarm []string // the groups in which so many fell ill within so short a time
}

// Person is one person's records, and with whom they live.
type Person struct {
	Stream   uuid.UUID
	Group    string
	Versions []*record.Version // current ones, of Classes, since a while ago
}

// Look finds who has signs of what.
func Look(catalogue *standard.Catalogue, table []Illness, people []Person) []Found {
	found := make([]Found, len(table))
	for i := range table {
		found[i].Illness = table[i]
	}
	for _, p := range people {
		cases := make([]Case, len(table))
		var tests []Seen
		for _, v := range p.Versions {
			content, err := v.Decoded(catalogue)
			if err != nil || content.Class == nil || v.Status == record.EnteredInError {
				continue
			}
			if content.Class.HasRole(standard.ClassRoleTestResult) {
				tests = append(tests, Seen{v, time.Unix(v.Happened, 0), content.Title()})
			}
			for i := range table {
				if words := table[i].sign(content); words != "" {
					cases[i].Signs = append(cases[i].Signs, Seen{v, time.Unix(v.Happened, 0), words})
				}
			}
		}
		for i := range cases {
			if c := cases[i]; len(c.Signs) > 0 {
				found[i].Cases = append(found[i].Cases, c.of(p, tests))
			}
		}
	}
	for i := range found {
		found[i].judge()
	}
	return slices.DeleteFunc(found, func(f Found) bool { return len(f.Cases) == 0 })
}

func (c Case) of(p Person, tests []Seen) Case {
	slices.SortStableFunc(c.Signs, func(a, b Seen) int { return b.At.Compare(a.At) })
	c.Stream, c.Group, c.Last, c.First = p.Stream, p.Group, c.Signs[0].At, c.Signs[len(c.Signs)-1].At
	for _, t := range tests {
		if !t.At.Before(c.First.AddDate(0, 0, -1)) {
			c.Tests = append(c.Tests, t)
		}
	}
	return c
}

// sign says what in a record is a sign of the illness, "" when nothing is.
func (ill *Illness) sign(content *standard.Content) string {
	for _, s := range ill.Signs {
		switch {
		case len(s.Words) > 0:
			if content.Class.HasRole(standard.ClassRoleProblem) { // a test is shown beside the signs: that one was sent off is none
				title := strings.ToLower(content.Title())
				if slices.ContainsFunc(s.Words, func(w string) bool { return hasWord(title, strings.ToLower(w)) }) {
					return content.Title()
				}
			}
		case s.Kind != "":
			if words := s.reading(content); words != "" {
				return words
			}
		default:
			for _, v := range content.All(s.Role) {
				if c, ok := v.(standard.Coded); ok && slices.Contains(s.Codes, c.Code) {
					return standard.Display(v, nil)
				}
			}
		}
	}
	return ""
}

// hasWord reports whether words stand in a text, not in the middle of other words.
func hasWord(text, words string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], words)
		if i < 0 {
			return false
		}
		begin, end := from+i, from+i+len(words)
		if (begin == 0 || !letter(text[begin-1])) && (end == len(text) || !letter(text[end])) {
			return true
		}
		from = end
	}
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 0x80 }

// reading says which reading of the content is high enough.
func (s *Sign) reading(content *standard.Content) string {
	least, _ := standard.ParseNumber(s.Least)
	words := ""
	content.Walk("", func(_ string, _ *standard.Element, v standard.Value) {
		g, ok := v.(*standard.Group)
		if !ok || words != "" {
			return
		}
		kind, _ := g.First(standard.RoleReadingKind)
		value, _ := g.First(s.Role)
		k, _ := kind.(standard.Coded)
		q, ok := value.(standard.Quantity)
		if ok && k.Code == s.Kind && q.Unit == s.Unit && q.Number.Decimal.Cmp(&least.Decimal) >= 0 {
			words = standard.Display(kind, nil) + " " + standard.Display(value, nil)
		}
	})
	return words
}

// judge sorts the cases, and finds the groups in which it may be an outbreak: signs of so many people within so many hours.
func (f *Found) judge() {
	slices.SortStableFunc(f.Cases, func(a, b Case) int { return a.First.Compare(b.First) })
	for _, c := range f.Cases {
		for _, sign := range c.Signs {
			if !slices.Contains(f.Alarm, c.Group) && f.ill(c.Group, sign.At) >= f.People {
				f.Alarm = append(f.Alarm, c.Group)
			}
		}
	}
}

// ill counts the people of a group with a sign within the illness's hours from a time on.
func (f *Found) ill(group string, from time.Time) int {
	until, n := from.Add(time.Duration(f.Hours)*time.Hour), 0
	for _, c := range f.Cases {
		if c.Group == group && slices.ContainsFunc(c.Signs, func(s Seen) bool { return !s.At.Before(from) && !s.At.After(until) }) {
			n++
		}
	}
	return n
}
