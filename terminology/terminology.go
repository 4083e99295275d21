package terminology

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"rosemary/standard"
)

const (
	// SetPrefix begins the address of a value set; its id follows.
	SetPrefix = "urn:rosemary:valueset:"
	// ours begins the address of a code system that is Rosemary's own.
	ours = "urn:rosemary:"
)

//go:embed systems.yaml
var others []byte

// other is a code system of somebody else of which there is something to say.
type other struct {
	System   string `yaml:"system"`
	Name     string `yaml:"name"`
	Withheld string `yaml:"withheld"`
}

// Terminology is all that is known of codes. It never changes once it is made.
type Terminology struct {
	sets    []*Set
	systems []*System
	byURL   map[string]*Set
	bySys   map[string]*System
}

// Set is a value set.
type Set struct {
	*standard.ValueSet
	URL string
}

// System is a code system.
type System struct {
	URL      string
	Name     string
	Version  string
	Whole    bool   // all of its codes are here
	Withheld string // why it is not given out as a code system; "" where it is
	Concepts []Concept
	index    map[string]int
}

// Concept is a code of a system.
type Concept struct {
	System, Code, Display, Note string
	Means                       string // what the program concludes from it, "" for nothing
}

// New gathers what a catalogue knows.
func New(catalogue *standard.Catalogue) (*Terminology, error) {
	var list []other
	if err := yaml.UnmarshalWithOptions(others, &list, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("terminology/systems.yaml: %w", err)
	}
	t := &Terminology{byURL: map[string]*Set{}, bySys: map[string]*System{}}
	for _, v := range catalogue.ValueSets() {
		s := &Set{ValueSet: v, URL: SetPrefix + v.ID}
		t.sets = append(t.sets, s)
		t.byURL[s.URL] = s
		t.system(v.System, v.Name, v.Version)
		for i := range v.Codes {
			of := t.system(v.SystemOf(&v.Codes[i]), v.Name, v.Version)
			of.add(s.concept(&v.Codes[i]))
		}
	}
	for _, o := range list {
		if s := t.bySys[o.System]; s != nil {
			s.Name, s.Withheld, s.Version = o.Name, o.Withheld, ""
		}
	}
	slices.SortFunc(t.systems, func(a, b *System) int { return strings.Compare(a.URL, b.URL) })
	return t, nil
}

// system gives the code system with an address, beginning it where it is new.
func (t *Terminology) system(url, name, version string) *System {
	s := t.bySys[url]
	if s == nil {
		s = &System{URL: url, Name: name, Version: version, Whole: strings.HasPrefix(url, ours), index: map[string]int{}}
		t.bySys[url] = s
		t.systems = append(t.systems, s)
	}
	return s
}

func (s *System) add(c Concept) {
	if _, there := s.index[c.Code]; !there {
		s.index[c.Code] = len(s.Concepts)
		s.Concepts = append(s.Concepts, c)
	}
}

func (s *Set) concept(c *standard.Code) Concept {
	return Concept{System: s.SystemOf(c), Code: c.Code, Display: c.Display, Note: c.Note, Means: c.Means}
}

// Sets gives every value set, by id.
func (t *Terminology) Sets() []*Set { return t.sets }

// Systems gives every code system, by address, those that are not given out among them.
func (t *Terminology) Systems() []*System { return t.systems }

// Set gives the value set with an address.
func (t *Terminology) Set(url string) (*Set, bool) {
	s, ok := t.byURL[url]
	return s, ok
}

// System gives the code system with an address.
func (t *Terminology) System(url string) (*System, bool) {
	s, ok := t.bySys[url]
	return s, ok
}

// Concept gives a code of the system.
func (s *System) Concept(code string) (Concept, bool) {
	i, ok := s.index[code]
	if !ok {
		return Concept{}, false
	}
	return s.Concepts[i], true
}

// Concept gives a member of the set. The system may be left out.
func (s *Set) Concept(system, code string) (Concept, bool) {
	c, ok := s.Code(code)
	if !ok || system != "" && s.SystemOf(c) != system {
		return Concept{}, false
	}
	return s.concept(c), true
}

// Expand gives the members of the set in which every word of a filter is found, in the order of the set: a part of them, and how many there are.
func (s *Set) Expand(filter string, offset, count int) (page []Concept, total int) {
	words := strings.Fields(strings.ToLower(filter))
	for i := range s.Codes {
		c := &s.Codes[i]
		text := strings.ToLower(c.Display + " " + c.Code)
		if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			continue
		}
		if total++; total > offset && len(page) < count {
			page = append(page, s.concept(c))
		}
	}
	return page, total
}
