package fhir

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/standard"
)

// narrowed is what a search among the records of many asks of the bytes of each before a resource is made of it: a home has a hundred thousand, and of most classes none can say
// a code of LOINC. What passes is held against all that was asked nevertheless.
type narrowed struct {
	says []string // one of these texts is in the bytes
	free []string // or it is of a class that may say so in other words
}

// narrow finds a condition that can be asked of the bytes: a code, which stands there as it is searched for unless the mapping writes it by itself.
func (c *call) narrow(kind string, classes []*mapping.Class, all []criterion) (n narrowed) {
	t, _ := c.m.Definitions.ResourceType(kind)
	if t == nil || c.Beside.Any() { // what was kept apart from the log is not in the bytes
		return n
	}
	for i := range all {
		codes := c.codesOf(t, &all[i])
		if len(codes) == 0 {
			continue
		}
		for _, code := range codes {
			n.says = append(n.says, telling(code))
		}
		for _, m := range classes {
			for _, code := range codes {
				if m.Makes(code) {
					n.free = append(n.free, m.ID)
					break
				}
			}
		}
		return n
	}
	return n
}

// codesOf gives the codes of which a resource must say one; none where it need not.
func (c *call) codesOf(t *resource.Type, one *criterion) (codes []string) {
	if one.modifier != "" {
		return nil
	}
	for _, v := range one.values {
		token, is := tokenOf(t, one.p, v, "CodeableConcept", "Coding")
		if !is {
			return nil
		}
		_, code, _ := cutBar(token)
		if telling(code) == "" {
			return nil
		}
		codes = append(codes, plainly(code))
	}
	return codes
}

// tokenOf gives the token that a value asks for, or begins with; false where the parameter does not look for one in elements of these types alone.
func tokenOf(t *resource.Type, p *resource.Parameter, v string, types ...string) (string, bool) {
	ends := endsOf(t, p)
	if p.Type == "composite" && len(p.Parts) > 0 {
		p, v = p.Parts[0], splitOn(v, '$')[0]
		var inner []*resource.Type
		for _, end := range ends {
			inner = append(inner, endsOf(end, p)...)
		}
		ends = inner
	}
	return v, p.Type == "token" && len(ends) > 0 && !slices.ContainsFunc(ends, func(end *resource.Type) bool { return !slices.Contains(types, end.Name) })
}

// noCodes says which values can be no code whatever is recorded: nothing is looked through for them.
func (c *call) noCodes(kind string, one *criterion, key string) (problems []standard.Problem) {
	t, _ := c.m.Definitions.ResourceType(kind)
	if t == nil || one.modifier != "" && one.modifier != "not" {
		return nil
	}
	for _, v := range one.values {
		token, is := tokenOf(t, one.p, v, "CodeableConcept", "Coding", "code")
		if !is || v == "" {
			continue
		}
		system, code, _ := cutBar(token)
		_, _, more := cutBar(code)
		code = plainly(code)
		odd := func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }
		if more || system == "" && code == "" || strings.ContainsFunc(system, unicode.IsSpace) || strings.ContainsFunc(token, odd) || code != strings.Join(strings.Fields(code), " ") {
			problems = append(problems, badParameter(key, v, "This can be no code. Write the code, or its system and the code: http://loinc.org|8867-4."))
		}
	}
	return problems
}

// endsOf gives the types of the elements that a parameter looks at.
func endsOf(t *resource.Type, p *resource.Parameter) (ends []*resource.Type) {
	for _, way := range p.Paths {
		at := []*resource.Type{t}
		for _, step := range way.Steps {
			var next []*resource.Type
			for _, one := range at {
				for _, f := range one.Fields {
					if f.Base == step.Base && (step.As == "" || f.Type.Name == step.As) {
						next = append(next, f.Type)
					}
				}
			}
			at = next
		}
		ends = append(ends, at...)
	}
	return ends
}

// telling gives the part of a code that is long enough to tell something, has a digit, as the words that the program itself puts into resources have not, and stands in JSON as it is: all of it, as a
// rule. "" where it has no such part.
func telling(code string) string {
	longest := ""
	for _, part := range strings.FieldsFunc(code, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '.' || r == '_' || r == ':')
	}) {
		if len(part) >= 4 && len(part) > len(longest) && strings.ContainsAny(part, "0123456789") {
			longest = part
		}
	}
	return longest
}
