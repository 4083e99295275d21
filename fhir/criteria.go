package fhir

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rosemary/fhir/resource"
	"rosemary/standard"
	"rosemary/terminology"
)

// criterion is one search parameter as it was asked: one of the values must hold.
type criterion struct {
	p        *resource.Parameter
	modifier string
	values   []string
	sets     []*terminology.Set // of :in and :not-in
}

// modifiers that each type of parameter takes; a reference also takes a type of resource.
var modifiers = map[string][]string{
	"string": {"missing", "exact", "contains"}, "token": {"missing", "not", "text", "in", "not-in", "of-type"}, "reference": {"missing", "identifier"}, "date": {"missing"},
	"number": {"missing"}, "quantity": {"missing"}, "uri": {"missing", "below", "above"}, "composite": {"missing"},
}

// refusedModifiers are those that FHIR has and that cannot be answered here, each with the reason.
var refusedModifiers = map[string]string{
	"token:above":     "No code system with a hierarchy is installed here, so what a code includes or belongs to cannot be told. List the codes, or name a value set with :in.",
	"token:below":     "No code system with a hierarchy is installed here, so what a code includes or belongs to cannot be told. List the codes, or name a value set with :in.",
	"reference:above": "Nothing that is kept here stands in a hierarchy that could be followed.",
	"reference:below": "Nothing that is kept here stands in a hierarchy that could be followed.",
}

// resultParameters say how a result is to be shown, not what is in it.
var resultParameters = []string{
	"_count", "_after", "_format", "_pretty", "_sort", "_total", "_summary", "_elements", "_include", "_include:iterate", "_revinclude", "_revinclude:iterate",
}

// lenient says that the client would rather have less done than be refused.
func (c *call) lenient() bool {
	return strings.Contains(c.r.Header.Get("Prefer"), "handling=lenient")
}

// criteria reads what is searched for, of what the resources say themselves. What is not known is refused, unless the client says that it prefers to be lenient: then it
// is left out of what was asked, and so of the self link.
func (c *call) criteria(kind string, values url.Values) ([]criterion, error) {
	var all []criterion
	var problems []standard.Problem
	for key, given := range values {
		if slices.Contains(resultParameters, key) {
			continue
		}
		some, faults := c.criterion(kind, key, key, given)
		switch {
		case len(faults) > 0 && faults[0].Rule == "unknown-parameter" && c.lenient():
			values.Del(key)
		default:
			all, problems = append(all, some...), append(problems, faults...)
		}
	}
	slices.SortFunc(problems, byPath)
	return all, badQuery(problems)
}

func byPath(a, b standard.Problem) int { return strings.Compare(a.Path, b.Path) }

// criterion reads one parameter with its modifier, as often as it was given. Key is what the client wrote.
func (c *call) criterion(kind, text, key string, given []string) (all []criterion, problems []standard.Problem) {
	name, modifier, _ := strings.Cut(text, ":")
	p := c.parameter(kind, name)
	switch {
	case p == nil:
		return nil, []standard.Problem{{Path: key, Rule: "unknown-parameter", Value: name,
			Message: kind + " has no search parameter of this name here. The CapabilityStatement lists those that there are."}}
	case refusedModifiers[p.Type+":"+modifier] != "":
		return nil, []standard.Problem{{Path: key, Rule: "unknown-parameter", Value: modifier, Message: refusedModifiers[p.Type+":"+modifier]}}
	case modifier != "" && !takes(c.m.Definitions, p, modifier):
		return nil, []standard.Problem{{Path: key, Rule: "unknown-parameter", Value: modifier,
			Message: "The parameter " + name + " does not take this modifier here. It takes " + strings.Join(modifiers[p.Type], ", ") + "."}}
	}
	for _, v := range given {
		one := criterion{p: p, modifier: modifier, values: splitValues(v)}
		if faults := append(one.check(key), c.noCodes(kind, &one, key)...); len(faults) > 0 {
			problems = append(problems, faults...)
			continue
		}
		if modifier == "in" || modifier == "not-in" {
			if fault := c.sets(&one, key); fault != nil {
				problems = append(problems, *fault)
				continue
			}
		}
		all = append(all, one)
	}
	return all, problems
}

// sets finds the value sets that a criterion names.
func (c *call) sets(one *criterion, key string) *standard.Problem {
	library, err := c.library()
	if err != nil {
		return &standard.Problem{Path: key, Rule: "bad-parameter", Message: "The value sets of this installation cannot be read."}
	}
	for _, v := range one.values {
		set, ok := library.Terms.Set(plainly(v))
		if !ok || len(set.Codes) == 0 {
			fault := badParameter(key, v, "There is no value set with this address here whose codes are known. GET ValueSet lists those that there are.")
			return &fault
		}
		one.sets = append(one.sets, set)
	}
	return nil
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
func splitValues(s string) []string { return splitOn(s, ',') }

// splitOn parts a text at a sign that no backslash stands before.
func splitOn(s string, at byte) []string {
	var parts []string
	from := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case at:
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
		if wrong := c.wrong(v); wrong != "" {
			problems = append(problems, badParameter(key, v, wrong))
		}
	}
	return problems
}

// wrong says why a value cannot be compared; "" when it can.
func (c *criterion) wrong(v string) string {
	switch {
	case v == "":
		return "A search parameter needs a value."
	case c.modifier == "missing":
		if v != "true" && v != "false" {
			return "Say :missing=true or :missing=false."
		}
		return ""
	case c.modifier == "of-type" && len(splitOn(v, '|')) != 3:
		return "Write the system and the code of the type, and the value: system|code|value."
	case c.p.Type == "composite":
		parts := splitOn(v, '$')
		if len(parts) != len(c.p.Parts) {
			return "Write " + strconv.Itoa(len(c.p.Parts)) + " values with $ between them, such as http://loinc.org|8480-6$gt140."
		}
		for i, part := range c.p.Parts {
			if wrong := wrongValue(part.Type, parts[i]); wrong != "" {
				return wrong
			}
		}
		return ""
	}
	return wrongValue(c.p.Type, v)
}

// wrongValue says why a value is none of a type of parameter; "" when it is.
func wrongValue(kind, v string) string {
	switch kind {
	case "date":
		prefix, s := cutPrefix(v)
		if _, _, ok := standard.Interval(standard.DateTime(s), nil, time.UTC); !ok || prefix == "?" {
			return "Write a date or a date and time with its offset, with a prefix such as ge or lt where it is needed: ge2026-03-04."
		}
	case "number", "quantity":
		_, s := cutPrefix(v)
		number, _, _ := strings.Cut(s, "|")
		if _, ok := standard.ParseNumber(number); !ok {
			return "Write a number, with a prefix such as ge or lt where it is needed: ge71.4."
		}
	}
	if v == "" {
		return "A search parameter needs a value."
	}
	return ""
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
