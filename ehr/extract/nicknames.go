package extract

import (
	"bytes"
	_ "embed"
	"fmt"

	"github.com/goccy/go-yaml"

	wording "rosemary/record/words"
)

//go:embed nicknames.yaml
var nicknamesFile []byte // go:embed needs a variable of the package; nothing writes to it

// nicknames gives, for a first name as search compares words, what else people of it are called.
type nicknames map[string][]string

// standardNicknames reads nicknames.yaml.
func standardNicknames() (nicknames, error) {
	var sets [][]string
	if err := yaml.NewDecoder(bytes.NewReader(nicknamesFile), yaml.Strict()).Decode(&sets); err != nil {
		return nil, fmt.Errorf("nicknames.yaml: %w", err)
	}
	n := nicknames{}
	for _, set := range sets {
		for _, name := range set {
			words := wording.Split(name)
			if len(words) != 1 || len(set) < 2 {
				return nil, fmt.Errorf("nicknames.yaml: %q must be one word, and not alone", name)
			}
			n[words[0].Plain] = append(n[words[0].Plain], set...)
		}
	}
	return n, nil
}

// nicknames takes what else the bearers of the names in a text may be called.
func (t terms) nicknames(text string, known nicknames) {
	for _, w := range wording.Split(text) {
		for _, other := range known[w.Plain] {
			t.add(other, leastName)
		}
	}
}
