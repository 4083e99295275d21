package definition

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/standard"
	"rosemary/terminology"
)

// The resources that definitions are.
const (
	Structure  = "StructureDefinition"
	ValueSet   = "ValueSet"
	CodeSystem = "CodeSystem"
)

// Types lists them.
func Types() []string { return []string{CodeSystem, Structure, ValueSet} }

// ModelPrefix begins the address of a logical model; the id of its class follows.
const ModelPrefix = "urn:rosemary:model:"

// Definition is one resource that can be made.
type Definition struct {
	Type, ID, URL string
	write         func(n *resource.Node)
	library       *Library
}

// Library is every definition there is. It never changes once it is made.
type Library struct {
	Terms     *terminology.Terminology
	mapper    *mapping.Mapper
	catalogue *standard.Catalogue
	byType    map[string][]*Definition
	byID      map[string]*Definition // type, slash, id
}

// New gathers what can be defined: it writes nothing yet.
func New(catalogue *standard.Catalogue, m *mapping.Mapper) (*Library, error) {
	terms, err := terminology.New(catalogue)
	if err != nil {
		return nil, err
	}
	l := &Library{Terms: terms, mapper: m, catalogue: catalogue, byType: map[string][]*Definition{}, byID: map[string]*Definition{}}
	for _, class := range catalogue.Classes() {
		l.add(Structure, "model-"+class.ID, ModelPrefix+class.ID, func(n *resource.Node) { l.model(n, class) })
		if mapped, ok := m.ByClass(class.ID); ok {
			l.add(Structure, "profile-"+class.ID, mapping.ClassPrefix+class.ID, func(n *resource.Node) { l.profile(n, mapped) })
			l.extensionsOf(mapped.Places(m), mapped.Resource.Name)
		}
	}
	for _, x := range general {
		l.add(Structure, strings.TrimPrefix(x.url, "urn:rosemary:"), x.url, func(n *resource.Node) { l.generalExtension(n, x) })
	}
	for _, s := range terms.Sets() {
		l.add(ValueSet, s.ID, s.URL, func(n *resource.Node) { l.valueSet(n, s) })
	}
	for _, s := range terms.Systems() {
		if s.Withheld == "" {
			l.add(CodeSystem, strings.TrimPrefix(s.URL, "urn:rosemary:"), s.URL, func(n *resource.Node) { l.codeSystem(n, s) })
		}
	}
	for _, list := range l.byType {
		slices.SortFunc(list, func(a, b *Definition) int { return strings.Compare(a.URL, b.URL) })
	}
	return l, nil
}

// add notes a definition. What has the address of another is the same thing in another place: a block stands in many classes.
func (l *Library) add(kind, id, url string, write func(n *resource.Node)) {
	if id = plainID(id); l.byID[kind+"/"+id] != nil {
		return
	}
	d := &Definition{Type: kind, ID: id, URL: url, write: write, library: l}
	l.byType[kind] = append(l.byType[kind], d)
	l.byID[kind+"/"+id] = d
}

// plainID makes of a name an id that FHIR allows: up to 64 letters, digits, dashes and dots.
func plainID(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "https://"), "http://")
	id := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '-'
	}, name)
	if len(id) > 64 {
		digest := sha256.Sum256([]byte(name))
		id = id[:55] + "-" + hex.EncodeToString(digest[:4])
	}
	return id
}

// All gives every definition of a type, by address.
func (l *Library) All(kind string) []*Definition { return l.byType[kind] }

// ByID gives a definition.
func (l *Library) ByID(kind, id string) (*Definition, bool) {
	d, ok := l.byID[kind+"/"+id]
	return d, ok
}

// Resource writes the definition.
func (d *Definition) Resource() *resource.Node {
	t, _ := d.library.mapper.Definitions.ResourceType(d.Type)
	n := resource.New(t)
	n.Set("id", d.ID)
	n.Set("url", d.URL)
	n.Set("status", "active")
	d.write(n)
	return n
}

// head says what every definition says of itself.
func head(n *resource.Node, name, title, version, description, publisher string) {
	n.Set("name", name)
	n.Set("title", title)
	if version != "" {
		n.Set("version", version)
	}
	n.Set("publisher", publisher)
	if description != "" {
		n.Set("description", description)
	}
}

// publisher says whose definition it is.
func publisher(provider bool) string {
	if provider {
		return "The provider that runs this installation"
	}
	return "Rosemary"
}

// camel makes of an id a name as programs have them: riskCategory and risk-category are RiskCategory.
func camel(id string) string {
	var b strings.Builder
	upper := true
	for _, r := range id {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		switch {
		case letter && upper:
			b.WriteString(strings.ToUpper(string(r)))
			upper = false
		case letter || r >= '0' && r <= '9':
			b.WriteRune(r)
		default:
			upper = true
		}
	}
	if s := b.String(); s != "" && s[0] >= 'A' && s[0] <= 'Z' {
		return s
	}
	return "N" + b.String()
}

// item appends an element of several and gives it back.
func item(n *resource.Node, name, value string) *resource.Node {
	e := n.Add(name)
	e.Value, e.Has = value, true
	return e
}

func bounds(n *resource.Node, must, many bool) {
	n.Set("min", strconv.Itoa(map[bool]int{true: 1}[must]))
	n.Set("max", map[bool]string{true: "*", false: "1"}[many])
}
