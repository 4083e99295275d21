package ehr

import (
	"slices"
	"strings"
)

// Here: the second pass of a redaction, over copies of the components that stay.

// masked stands in a value's place when the value would betray what is gone.
const masked = "MSK"

func (r *redaction) scrubFolder(f *Folder) {
	r.scrub(&f.Component)
	f.Compositions = without(f.Compositions, r.gone)
	f.Attestations = r.scrubAttestations(f.Attestations)
	for _, sub := range f.Folders {
		r.scrubFolder(sub)
	}
}

func (r *redaction) scrubComposition(c *Composition) {
	r.scrub(&c.Component)
	r.scrubAudit(&c.Committal)
	if c.Contribution != nil && in(r.gone, *c.Contribution) {
		c.Contribution = nil
	}
	c.Attestations = r.scrubAttestations(c.Attestations)
	r.scrubContent(c.Content)
}

func (r *redaction) scrubContent(all []Content) {
	for _, c := range all {
		r.scrub(c.Record())
		switch x := c.(type) {
		case *Section:
			r.scrubContent(x.Members)
		case *Entry:
			if r.betrays(x.ActID) {
				x.ActID = ""
			}
			r.scrubItems(x.Items)
		}
	}
}

func (r *redaction) scrubItems(all []Item) {
	for _, i := range all {
		r.scrub(i.Record())
		switch x := i.(type) {
		case *Cluster:
			r.scrubItems(x.Parts)
		case *Element:
			x.Value = r.scrubValue(x.Value)
		}
	}
}

// scrub takes out of a component what points at what is gone.
func (r *redaction) scrub(c *Component) {
	c.PolicyIDs = without(c.PolicyIDs, r.gone)
	if c.OrigParent != nil && in(r.gone, *c.OrigParent) {
		c.OrigParent = nil
	}
	if c.FeederAudit != nil {
		audit := *c.FeederAudit
		r.scrubAudit(&audit)
		c.FeederAudit = &audit
	}
	if !slices.ContainsFunc(c.Links, func(l Link) bool { return r.anyGone(l.Target) }) {
		return
	}
	var links []Link
	for _, l := range c.Links {
		if r.anyGone(l.Target) {
			l.Target = without(l.Target, r.gone)
		}
		if len(l.Target) > 0 {
			links = append(links, l)
		}
	}
	c.Links = links
}

func (r *redaction) scrubAudit(a *Audit) {
	if a.Previous != nil && in(r.gone, *a.Previous) {
		a.Previous = nil
	}
	if a.VersionSet != nil && in(r.gone, *a.VersionSet) { // the first version is gone, and this is its id
		a.VersionSet = nil
	}
}

func (r *redaction) scrubAttestations(all []Attestation) []Attestation {
	var left []Attestation
	for _, a := range all {
		if r.anyGone(a.Target) || slices.ContainsFunc(a.Target, func(id ID) bool { return in(r.altered, id) }) {
			a.View, a.Proof = nil, nil
			a.Target = without(a.Target, r.gone)
		}
		if len(a.Target) > 0 {
			left = append(left, a)
		}
	}
	return left
}

func (r *redaction) anyGone(ids []ID) bool {
	return slices.ContainsFunc(ids, func(id ID) bool { return in(r.gone, id) })
}

// without gives the ids that are not in a set; the same slice when all stay.
func without(ids []ID, gone map[key]struct{}) []ID {
	if !slices.ContainsFunc(ids, func(id ID) bool { return in(gone, id) }) {
		return ids
	}
	var left []ID
	for _, id := range ids {
		if !in(gone, id) {
			left = append(left, id)
		}
	}
	return left
}

// scrubValue masks a value that says what is gone.
func (r *redaction) scrubValue(v Value) Value {
	switch x := v.(type) {
	case *ID:
		if in(r.gone, *x) || in(r.goneNames, *x) {
			return &Null{Flavour: masked}
		}
	case *URI:
		if r.betrays(x.Value) {
			return &Null{Flavour: masked}
		}
	case *Encapsulated:
		if r.betrays(x.Reference) {
			return &Null{Flavour: masked}
		}
	}
	return v
}

// betrays reports whether an identifier of what is gone stands in a text: as the whole of it, as root::extension, or as a UUID anywhere in it.
func (r *redaction) betrays(text string) bool {
	if text == "" {
		return false
	}
	root, extension, _ := strings.Cut(text, "::")
	if id := (ID{Root: root, Extension: extension}); in(r.gone, id) || in(r.goneNames, id) {
		return true
	}
	for i := 0; i+36 <= len(text); i++ {
		if text[i+8] != '-' || text[i+13] != '-' {
			continue
		}
		var k key
		if !uuid(text[i:i+36], &k) {
			continue
		}
		if _, is := r.gone[k]; is {
			return true
		}
		if _, is := r.goneNames[k]; is {
			return true
		}
	}
	return false
}

// eachName gives every key of an entity that a component names itself, values among them; attestations are for attestationsOf.
func eachName(c Recorded, name func(*ID)) {
	if a := c.Record().FeederAudit; a != nil {
		name(&a.Committer)
	}
	switch x := c.(type) {
	case *Composition:
		name(&x.Committal.Committer)
		roleName(x.Composer, name)
		for i := range x.Participation {
			roleName(&x.Participation[i], name)
		}
	case *Entry:
		roleName(x.InfoProvider, name)
		for i := range x.Participation {
			roleName(&x.Participation[i], name)
		}
		if x.Subject != nil && x.Subject.Party != nil {
			name(x.Subject.Party)
		}
	case *Element:
		if id, is := x.Value.(*ID); is {
			name(id)
		}
	}
}

func roleName(r *Role, name func(*ID)) {
	if r == nil {
		return
	}
	name(&r.Performer)
	if r.Facility != nil {
		name(r.Facility)
	}
}

func attestationsOf(c Recorded) []Attestation {
	switch x := c.(type) {
	case *Folder:
		return x.Attestations
	case *Composition:
		return x.Attestations
	}
	return nil
}

// eachNameOfEntity gives the keys of entities that an entity names.
func eachNameOfEntity(d Demographic, name func(*ID)) {
	switch x := d.(type) {
	case *Person:
		for i := range x.Roles {
			if x.Roles[i].Organisation != nil {
				name(x.Roles[i].Organisation)
			}
		}
	case *Device:
		if x.Owner != nil {
			name(x.Owner)
		}
	}
}
