package fhir

import (
	"strings"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
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
		n.says = codes
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
		p, ends := one.p, endsOf(t, one.p)
		if p.Type == "composite" && len(p.Parts) > 0 {
			p, v = p.Parts[0], splitOn(v, '$')[0]
			var inner []*resource.Type
			for _, end := range ends {
				inner = append(inner, endsOf(end, p)...)
			}
			ends = inner
		}
		if p.Type != "token" || len(ends) == 0 {
			return nil
		}
		for _, end := range ends {
			if end.Name != "CodeableConcept" && end.Name != "Coding" {
				return nil
			}
		}
		_, code, _ := cutBar(v)
		if !telling(code) {
			return nil
		}
		codes = append(codes, code)
	}
	return codes
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

// telling reports whether a code is long enough to tell something, has a digit, as the words that the program itself puts into resources have not, and stands in JSON as it is.
func telling(code string) bool {
	if len(code) < 4 || !strings.ContainsAny(code, "0123456789") {
		return false
	}
	for _, r := range code {
		if !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '.' || r == '_' || r == ':') {
			return false
		}
	}
	return true
}
