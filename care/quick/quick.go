// Package quick holds the short lists that somebody who gives care chooses from with one touch: cups, drinks, minutes, what is often done. They stand in a file that a
// home can correct without programming.
package quick

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed quick.yaml
var file []byte

// Lists are the lists.
type Lists struct {
	Minutes  []int               `yaml:"minutes"`
	Cups     []int               `yaml:"cups"` // mL
	Drinks   []string            `yaml:"drinks"`
	Care     []string            `yaml:"care"`
	Together []Together          `yaml:"together"`
	Never    []string            `yaml:"never"`  // words that are no entry for several people at once
	Checks   map[string][]string `yaml:"checks"` // elements of a check that are asked, by its kind
	Measures map[string]Measure  `yaml:"measures"`
}

// Together is what several people may have at once.
type Together struct {
	Words string `yaml:"words"`
	Food  bool   `yaml:"food"` // something is eaten or drunk
}

// Measure is how something is measured.
type Measure struct {
	Unit string  `yaml:"unit"`
	From float64 `yaml:"from"` // what lies outside is a slip of the finger
	To   float64 `yaml:"to"`
}

// Standard are the lists that come with the program, read once.
var Standard = sync.OnceValues(func() (*Lists, error) { return Read(file) })

// Read reads lists. What they do not know is a fault.
func Read(text []byte) (*Lists, error) {
	l := &Lists{}
	if err := yaml.UnmarshalWithOptions(text, l, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("quick.yaml: %w", err)
	}
	for code, m := range l.Measures {
		if m.Unit == "" || m.From >= m.To {
			return nil, fmt.Errorf("quick.yaml: the measure %s has no unit, or no numbers between which it can be believed", code)
		}
	}
	return l, nil
}
