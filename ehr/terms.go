package ehr

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// The lists of terms that the model uses.
const (
	SubjectCategory  = "SUBJECT_CATEGORY" // Entry.SubjectKind
	ItemCategory     = "ITEM_CATEGORY"    // ItemDetail.Category
	VersionStatus    = "VERSION_STATUS"   // Audit.VersionStatus
	Mode             = "MODE"             // Role.Mode
	ActStatus        = "ACT_STATUS"       // Entry.ActStatus
	LinkNature       = "LINK_NATURE"      // Link.Nature
	LinkRole         = "LINK_ROLE"        // Link.Role: its letter is that of the nature
	StructureType    = "STRUCTURE_TYPE"   // Cluster.Structure
	SensitivityLevel = "SENSITIVITY"      // Component.Sensitivity
	NullFlavours     = "NullFlavours"     // every Null
)

// Term is one code of a list, and what it means.
type Term struct {
	Code  string `yaml:"code"`
	Label string `yaml:"label"`
}

// List is a term list.
type List struct {
	Name    string `yaml:"list"`
	Scheme  string `yaml:"scheme"` // codingSchemeName; "" for lists that are no part of part 3
	Source  string `yaml:"source"`
	Closed  bool   `yaml:"closed"`  // it takes no other codes
	Default string `yaml:"default"` // what is meant when nothing is said; "" for none
	Terms   []Term `yaml:"terms"`

	byWord map[string]int
}

//go:embed terms.yaml
var termsFile []byte

// termLists reads the embedded lists once; they never change.
var termLists = sync.OnceValue(func() map[string]*List {
	lists, err := readTerms(termsFile)
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return lists
})

func readTerms(file []byte) (map[string]*List, error) {
	var all []*List
	if err := yaml.UnmarshalWithOptions(file, &all, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("reading the term lists: %w", err)
	}
	lists := map[string]*List{}
	for _, l := range all {
		l.byWord = map[string]int{}
		for i, t := range l.Terms {
			for _, word := range []string{t.Code, t.Label} {
				if at, taken := l.byWord[plain(word)]; taken && at != i {
					return nil, fmt.Errorf("list %s: %q is there twice", l.Name, word)
				}
				l.byWord[plain(word)] = i
			}
		}
		if lists[l.Name] != nil {
			return nil, fmt.Errorf("list %s is there twice", l.Name)
		}
		lists[l.Name] = l
	}
	return lists, nil
}

// plain makes words of different spelling alike: in_progress, In progress and in-progress are one.
func plain(word string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(word), func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), " ")
}

// ListOf gives a term list by its name, and reports whether there is one.
func ListOf(name string) (*List, bool) {
	l, ok := termLists()[name]
	return l, ok
}

// Find gives the term that a code or a word means, however it is spelt.
func (l *List) Find(codeOrWord string) (Term, bool) {
	i, ok := l.byWord[plain(codeOrWord)]
	if !ok {
		return Term{}, false
	}
	return l.Terms[i], true
}

// Has reports whether a code is in the list as it stands.
func (l *List) Has(code string) bool {
	i, ok := l.byWord[plain(code)]
	return ok && l.Terms[i].Code == code
}

// CodeOf is the CS for a code or a word of a list. What is not in the list is kept as it is: Validate will tell.
func CodeOf(list, codeOrWord string) Code {
	l, ok := ListOf(list)
	if !ok {
		return Code{Code: codeOrWord}
	}
	if t, ok := l.Find(codeOrWord); ok {
		return Code{Code: t.Code, Scheme: l.Scheme}
	}
	return Code{Code: codeOrWord, Scheme: l.Scheme}
}

// CodedOf is the CV for a code or a word of a list, with its label.
func CodedOf(list, codeOrWord string) Coded {
	c := CodeOf(list, codeOrWord)
	coded := Coded{Code: c.Code, Scheme: c.Scheme}
	if l, ok := ListOf(list); ok {
		if t, ok := l.Find(codeOrWord); ok {
			coded.Display = t.Label
		}
	}
	return coded
}

// Label is what a code of a list means, or the code itself when it is not in the list.
func Label(list, code string) string {
	if l, ok := ListOf(list); ok {
		if t, ok := l.Find(code); ok {
			return t.Label
		}
	}
	return code
}

// LinkLetter is the letter that a link's nature and its role share: A for LINK-A0 and for LINK-A2i; "" when there is none.
func LinkLetter(code string) string {
	if rest, ok := strings.CutPrefix(strings.ToUpper(code), "LINK-"); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'E' {
		return rest[:1]
	}
	return ""
}

// String is the sensitivity in words.
func (s Sensitivity) String() string {
	if s == 0 {
		return "not stated"
	}
	return Label(SensitivityLevel, fmt.Sprint(int(s)))
}
