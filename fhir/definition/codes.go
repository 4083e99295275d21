package definition

import (
	"strconv"

	"rosemary/fhir/resource"
	"rosemary/terminology"
)

// UnclosedURL is FHIR's extension for a list to which others may be added.
const UnclosedURL = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"

// valueSet writes a value set.
func (l *Library) valueSet(n *resource.Node, s *terminology.Set) {
	words := s.Source
	if s.Open {
		words += " The list is open: another code with its system, or words alone, will do."
	}
	head(n, camel(s.ID)+"ValueSet", s.Name, s.Version, words, publisher(s.Provider))
	n.Set("immutable", "false")
	n.Set("copyright", licence(l.Terms, s))
	if n.Text("copyright") == "" {
		n.Remove(func(e *resource.Node) bool { return e.Field.Name == "copyright" })
	}
	compose := n.Add("compose")
	if len(s.Codes) == 0 { // whatever the system has
		compose.Add("include").Set("system", s.System)
	}
	includes := map[string]*resource.Node{}
	for i := range s.Codes {
		system := s.SystemOf(&s.Codes[i])
		if includes[system] == nil {
			includes[system] = compose.Add("include")
			includes[system].Set("system", system)
		}
		c := includes[system].Add("concept")
		c.Set("code", s.Codes[i].Code)
		c.Set("display", s.Codes[i].Display)
	}
}

// licence says what is to be known of the systems that a set has codes of.
func licence(t *terminology.Terminology, s *terminology.Set) string {
	words := ""
	seen := map[string]bool{}
	for i := range s.Codes {
		system, ok := t.System(s.SystemOf(&s.Codes[i]))
		if !ok || system.Withheld == "" || seen[system.URL] {
			continue
		}
		seen[system.URL] = true
		if words != "" {
			words += " "
		}
		words += system.Withheld
	}
	return words
}

// codeSystem writes a code system: ours whole, of another's only the codes that a list names.
func (l *Library) codeSystem(n *resource.Node, s *terminology.System) {
	words, content := "All the codes that Rosemary has for this.", "complete"
	if !s.Whole {
		words, content = "A code system of somebody else: only the codes that Rosemary's lists name.", "fragment"
	}
	head(n, camel(plainID(s.URL)), s.Name, s.Version, words, publisher(false))
	n.Set("caseSensitive", "true")
	n.Set("content", content)
	n.Set("count", strconv.Itoa(len(s.Concepts)))
	for _, c := range s.Concepts {
		e := n.Add("concept")
		e.Set("code", c.Code)
		e.Set("display", c.Display)
		if c.Note != "" {
			e.Set("definition", c.Note)
		}
	}
}

// Expand puts an expansion into a value set that was written: the part of its members that was asked for.
func (l *Library) Expand(n *resource.Node, s *terminology.Set, filter string, offset, count int, at, id string) {
	page, total := s.Expand(filter, offset, count)
	x := n.Add("expansion")
	if s.Open {
		x.AddExtension(UnclosedURL).Set("valueBoolean", "true")
	}
	x.Set("identifier", id)
	x.Set("timestamp", at)
	x.Set("total", strconv.Itoa(total))
	x.Set("offset", strconv.Itoa(offset))
	parameter := func(name, kind, value string) {
		p := x.Add("parameter")
		p.Set("name", name)
		p.Set(kind, value)
	}
	if filter != "" {
		parameter("filter", "valueString", filter)
	}
	parameter("offset", "valueInteger", strconv.Itoa(offset))
	parameter("count", "valueInteger", strconv.Itoa(count))
	for _, c := range page {
		e := x.Add("contains")
		e.Set("system", c.System)
		e.Set("code", c.Code)
		e.Set("display", c.Display)
	}
}
