package web

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"rosemary/access"
)

//go:embed scopes.yaml
var scopesFile []byte

// scopeWords are what each kind of resource holds, in words for whoever decides.
var scopeWords = sync.OnceValues(func() (map[string]string, error) {
	words := map[string]string{}
	if err := yaml.UnmarshalWithOptions(scopesFile, &words, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("web: scopes.yaml: %w", err)
	}
	return words, nil
})

// askedWords says in words what scopes allow: what may be seen, written and marked, each once.
func askedWords(scopes access.Scopes) (see, write, mark string, err error) {
	words, err := scopeWords()
	if err != nil {
		return "", "", "", err
	}
	list := func(any access.Interaction) string {
		var all []string
		for _, s := range scopes {
			if s.May&any == 0 {
				continue
			}
			word := words[s.Kind]
			if word == "" {
				word = s.Kind
			}
			if s.Kind == access.AnyKind {
				return word
			}
			if !slices.Contains(all, word) {
				all = append(all, word)
			}
		}
		return strings.Join(all, "; ")
	}
	return list(access.Looks), list(access.Creates | access.Updates), list(access.Deletes), nil
}
