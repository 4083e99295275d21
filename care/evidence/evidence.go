// Package evidence knows which records show how a service meets each quality statement of the Care Quality Commission. Which they are is data (statements.yaml); the names of the
// statements are the Commission's, everything else is ours.
package evidence

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"rosemary/standard"
)

//go:embed statements.yaml
var standardStatements []byte

// Statement is one quality statement with what stands for it.
type Statement struct {
	Key   string  `yaml:"key"`
	Name  string  `yaml:"statement"`
	Shows []Shows `yaml:"shows"`
	Pages []Page  `yaml:"pages"`
	Else  string  `yaml:"else"` // what has to be shown by other means
}

// Shows is one kind of records that shows it.
type Shows struct {
	What    string   `yaml:"what"`
	Roles   []string `yaml:"roles"`
	Classes []string `yaml:"classes"`
	IDs     []string `yaml:"-"` // of the classes, found by Load
}

// Page is a page of the program that shows it.
type Page struct {
	Name string `yaml:"name"`
	Href string `yaml:"href"`
}

// Standard is the table that comes with the program.
func Standard(catalogue *standard.Catalogue) ([]Statement, error) {
	return Load(catalogue, standardStatements)
}

// Load reads a table strictly: what it names must be there.
func Load(catalogue *standard.Catalogue, text []byte) ([]Statement, error) {
	var table []Statement
	if err := yaml.UnmarshalWithOptions(text, &table, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("statements.yaml: %w", err)
	}
	for i := range table {
		s := &table[i]
		if s.Name == "" || s.Key == "" || len(s.Shows)+len(s.Pages) == 0 && s.Else == "" {
			return nil, fmt.Errorf("statements.yaml: %q needs a key, a name, and what shows it or why nothing does", s.Name)
		}
		for k := range s.Shows {
			show := &s.Shows[k]
			for _, role := range show.Roles {
				if !slices.Contains(standard.ClassRoles(), role) {
					return nil, fmt.Errorf("statements.yaml: %s: there is no role of classes %q", s.Name, role)
				}
				for _, class := range catalogue.ClassesWithRole(role) {
					show.add(class)
				}
			}
			for _, id := range show.Classes {
				class, ok := catalogue.Class(id)
				if !ok {
					return nil, fmt.Errorf("statements.yaml: %s: there is no class %q", s.Name, id)
				}
				show.add(class)
			}
			if len(show.IDs) == 0 || show.What == "" {
				return nil, fmt.Errorf("statements.yaml: %s: %q names no records", s.Name, show.What)
			}
		}
	}
	return table, nil
}

// add adds a class of records, or those that an abstract class stands for.
func (s *Shows) add(class *standard.Class) {
	for _, c := range append([]*standard.Class{class}, class.Concrete()...) {
		if c.Kind == standard.KindRecord && !slices.Contains(s.IDs, c.ID) {
			s.IDs = append(s.IDs, c.ID)
		}
	}
}

// Classes are all classes of a table.
func Classes(table []Statement) []string {
	var ids []string
	for _, s := range table {
		for _, show := range s.Shows {
			ids = append(ids, show.IDs...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
