package subscription

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"rosemary/standard"
)

//go:embed topics.yaml
var topicsFile []byte // go:embed needs a variable of the package; nothing writes to it

// TopicPrefix begins the address of every topic.
const TopicPrefix = "urn:rosemary:topic:"

// What was done to a record.
const (
	Created = "create"
	Updated = "update"
	Deleted = "delete"
)

// Topic is one thing that a program can be told of.
type Topic struct {
	ID      string   `yaml:"id"`
	Title   string   `yaml:"title"`
	About   string   `yaml:"about"`
	Changes []string `yaml:"changes"`
	Roles   []string `yaml:"roles"`
	Says    string   `yaml:"says"`
	Newly   bool     `yaml:"newly"`
}

// URL is the address of the topic.
func (t *Topic) URL() string { return TopicPrefix + t.ID }

// Takes reports whether the topic is about records of a class, and about what was done to one.
func (t *Topic) Takes(c *standard.Class, change string) bool {
	return slices.Contains(t.Changes, change) && (len(t.Roles) == 0 || slices.ContainsFunc(t.Roles, c.HasRole))
}

// Topics gives all topics, in the order of their file.
var Topics = sync.OnceValues(func() ([]*Topic, error) {
	var file struct {
		Topics []*Topic `yaml:"topics"`
	}
	if err := yaml.UnmarshalWithOptions(topicsFile, &file, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("topics.yaml: %w", err)
	}
	for _, t := range file.Topics {
		if t.ID == "" || t.Title == "" || len(t.Changes) == 0 || t.Newly && t.Says == "" {
			return nil, fmt.Errorf("topics.yaml: the topic %q needs id, title and changes, and what it newly says", t.ID)
		}
		for _, c := range t.Changes {
			if c != Created && c != Updated && c != Deleted {
				return nil, fmt.Errorf("topics.yaml: the topic %q has the change %q", t.ID, c)
			}
		}
	}
	return file.Topics, nil
})

// FindTopic gives the topic of an address; nil for none.
func FindTopic(url string) *Topic {
	all, err := Topics()
	if err != nil {
		return nil
	}
	for _, t := range all {
		if strings.TrimSpace(url) == t.URL() {
			return t
		}
	}
	return nil
}
