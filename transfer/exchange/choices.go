package exchange

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"rosemary/standard"
)

//go:embed choices.yaml
var choicesFile []byte // go:embed needs a variable of the package; nothing writes to it

// Choice is one thing that can be chosen.
type Choice struct {
	Code    string `yaml:"code"`
	Display string `yaml:"display"`
	Hint    string `yaml:"hint"`
	// Articles says of a basis where the law says so.
	Articles string `yaml:"articles"`
}

// Choices are what can be chosen by whoever asks, and what goes only with a reason. They are read from choices.yaml.
type Choices struct {
	Purposes []Choice `yaml:"purposes"`
	Bases    []Choice `yaml:"bases"`
	Closely  []string `yaml:"closely_held"` // roles of classes
}

// StandardChoices reads the file.
func StandardChoices() (*Choices, error) {
	c := &Choices{}
	if err := yaml.NewDecoder(bytes.NewReader(choicesFile), yaml.Strict()).Decode(c); err != nil {
		return nil, fmt.Errorf("choices.yaml: %w", err)
	}
	for _, basis := range c.Bases {
		if basis.Articles == "" {
			return nil, fmt.Errorf("choices.yaml: the basis %q does not say where the law says so", basis.Code)
		}
	}
	for _, role := range c.Closely {
		if !slices.Contains(standard.ClassRoles(), role) {
			return nil, fmt.Errorf("choices.yaml: %q is not a role of classes", role)
		}
	}
	return c, nil
}

// Purpose is what to call a purpose; "" when there is none of this code.
func (c *Choices) Purpose(code string) string { return display(c.Purposes, code) }

// Basis is what to call a basis; "" when there is none of this code.
func (c *Choices) Basis(code string) string { return display(c.Bases, code) }

// Articles says where the law says so; "" when there is no basis of this code.
func (c *Choices) Articles(code string) string {
	for _, one := range c.Bases {
		if one.Code == code {
			return one.Articles
		}
	}
	return ""
}

func display(list []Choice, code string) string {
	for _, one := range list {
		if one.Code == code {
			return one.Display
		}
	}
	return ""
}
