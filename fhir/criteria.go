package fhir

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// criterion is one search parameter as it was asked: one of the values must hold.
type criterion struct {
	p        *resource.Parameter
	modifier string
	values   []string
}

// modifiers that each type of parameter takes; a reference also takes a type of resource.
var modifiers = map[string][]string{
	"string": {"missing", "exact", "contains"}, "token": {"missing", "not", "text"}, "reference": {"missing", "identifier"}, "date": {"missing"},
	"number": {"missing"}, "quantity": {"missing"}, "uri": {"missing", "below"},
}

// resultParameters say how a result is to be shown, not what is in it.
var resultParameters = []string{"_count", "_after", "_format", "_pretty", "_sort", "_total", "_summary", "_elements", "_include", "_revinclude"}

// criteria reads what is searched for. What is not known is refused, unless the client says that it prefers to be lenient: then it is left out of what was
// asked, and so of the self link.
func (c *call) criteria(kind string, values url.Values) ([]criterion, error) {
	var all []criterion
	var problems []standard.Problem
	lenient := strings.Contains(c.r.Header.Get("Prefer"), "handling=lenient")
	for key, given := range values {
		if slices.Contains(resultParameters, key) {
			continue
		}
		name, modifier, _ := strings.Cut(key, ":")
		p := c.parameter(kind, name)
		switch {
		case p == nil && lenient:
			values.Del(key)
		case p == nil:
			problems = append(problems, standard.Problem{Path: key, Rule: "unknown-parameter", Value: name,
				Message: kind + " has no search parameter of this name here. The CapabilityStatement lists those that there are."})
		case modifier != "" && !takes(c.m.Definitions, p, modifier):
			problems = append(problems, standard.Problem{Path: key, Rule: "unknown-parameter", Value: modifier,
				Message: "The parameter " + name + " does not take this modifier here. It takes " + strings.Join(modifiers[p.Type], ", ") + "."})
		default:
			for _, v := range given {
				one := criterion{p, modifier, splitValues(v)}
				problems = append(problems, one.check(key)...)
				all = append(all, one)
			}
		}
	}
	slices.SortFunc(problems, func(a, b standard.Problem) int { return strings.Compare(a.Path, b.Path) })
	return all, badQuery(problems)
}

// parameter gives a search parameter of a resource that can be looked at here; nil for others.
func (c *call) parameter(kind, name string) *resource.Parameter {
	for _, p := range c.m.Definitions.Parameters(kind) {
		if p.Code == name && modifiers[p.Type] != nil {
			return p
		}
	}
	return nil
}

func takes(d *resource.Definitions, p *resource.Parameter, modifier string) bool {
	if slices.Contains(modifiers[p.Type], modifier) {
		return true
	}
	_, isType := d.ResourceType(modifier)
	return p.Type == "reference" && isType
}

// splitValues parts values at their commas; a backslash takes away what a comma, a bar or a dollar sign means.
func splitValues(s string) []string {
	var parts []string
	from := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ',':
			parts = append(parts, s[from:i])
			from = i + 1
		}
	}
	return append(parts, s[from:])
}

// plainly takes the backslashes off a value.
func plainly(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// cutBar parts a value at its first bar.
func cutBar(s string) (before, after string, has bool) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '|':
			return plainly(s[:i]), s[i+1:], true
		}
	}
	return "", s, false
}

// check refuses values that cannot be compared.
func (c *criterion) check(key string) []standard.Problem {
	var problems []standard.Problem
	for _, v := range c.values {
		wrong := ""
		switch {
		case v == "":
			wrong = "A search parameter needs a value."
		case c.modifier == "missing":
			if v != "true" && v != "false" {
				wrong = "Say :missing=true or :missing=false."
			}
		case c.p.Type == "date":
			prefix, s := cutPrefix(v)
			if _, _, ok := standard.Interval(standard.DateTime(s), nil, time.UTC); !ok || prefix == "?" {
				wrong = "Write a date or a date and time with its offset, with a prefix such as ge or lt where it is needed: ge2026-03-04."
			}
		case c.p.Type == "number" || c.p.Type == "quantity":
			_, s := cutPrefix(v)
			number, _, _ := strings.Cut(s, "|")
			if _, ok := standard.ParseNumber(number); !ok {
				wrong = "Write a number, with a prefix such as ge or lt where it is needed: ge71.4."
			}
		}
		if wrong != "" {
			problems = append(problems, badParameter(key, v, wrong))
		}
	}
	return problems
}

// cutPrefix takes eq, ge and their like off a value.
func cutPrefix(s string) (prefix, rest string) {
	if len(s) > 2 && s[0] >= 'a' && s[0] <= 'z' {
		switch p := s[:2]; p {
		case "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap":
			return p, s[2:]
		}
		return "?", s
	}
	return "eq", s
}
