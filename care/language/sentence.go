package language

import (
	"regexp"
	"slices"
	"strings"
)

// Sentence is one sentence that the program says, in English.
type Sentence struct {
	English string // what it is found by; of one that counts, what is said of many
	One     string // of one that counts, what is said of one; "" where it counts nothing
	Place   string // where it is said, for the translator
}

// Known are all sentences, by their English.
type Known map[string]Sentence

// Add takes in sentences; where one is said at several places the first is told.
func (k Known) Add(sentences ...Sentence) {
	for _, s := range sentences {
		was, ok := k[s.English]
		if !ok || was.One == "" && s.One != "" {
			k[s.English] = s
		}
	}
}

// Sorted gives them by place, and there by their words.
func (k Known) Sorted() []Sentence {
	all := make([]Sentence, 0, len(k))
	for _, s := range k {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Sentence) int {
		if n := strings.Compare(a.Place, b.Place); n != 0 {
			return n
		}
		return strings.Compare(a.English, b.English)
	})
	return all
}

var nameOf = regexp.MustCompile(`\{[A-Za-z][A-Za-z0-9]*\}`)

// Names are the {names} in a sentence, sorted, each once.
func Names(sentence string) []string {
	names := nameOf.FindAllString(sentence, -1)
	slices.Sort(names)
	return slices.Compact(names)
}
