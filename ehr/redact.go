package ehr

import (
	"slices"
	"strings"
)

// Cut says of a component whether it must go, and why, in words that may be told to whoever gets the rest. What it holds goes with it. It is asked twice, and
// must answer the same both times.
type Cut func(c Recorded) (reason string, gone bool)

// Redact gives an extract without what a cut takes out, and without what would betray it: links and attestations of it, what pointed at it (folders, versions,
// original parents, identifiers as values), policies that nothing kept has, and demographic entities that nothing kept names. What holds nothing any more goes
// too, since an entry without items would say that it was wrong. The view and the proof of an attestation of something that was cut into go: one may show what
// is gone, the other no longer fits. The header's omissions say why and how much, never what.
//
// Free text, and what is inside attachments, is not looked at: who cuts must know what it says.
//
// open gives the extract from its beginning; it is called twice. Memory grows with what is cut, sixteen bytes a component, and with the people named.
func Redact(open func() (Source, error), cut Cut) (Source, error) {
	first, err := open()
	if err != nil {
		return nil, err
	}
	r := &redaction{cut: cut, gone: map[key]struct{}{}, altered: map[key]struct{}{}, keptPolicies: map[key]struct{}{}, goneNames: map[key]struct{}{},
		keptNames: map[key]struct{}{}, reasons: map[string]int{}}
	if err := r.collect(first); err != nil {
		return nil, err
	}
	r.source, err = open()
	return r, err
}

// redaction is the source of what is left.
type redaction struct {
	source Source
	cut    Cut

	gone         map[key]struct{} // rc_ids, and policies, that must not occur
	altered      map[key]struct{} // rc_ids of what something was taken out of
	keptPolicies map[key]struct{}
	goneNames    map[key]struct{} // keys of entities that what is gone names
	keptNames    map[key]struct{} // and that what is kept names
	attested     []attested
	reasons      map[string]int
	counting     bool
}

// attested is an attestation in what is kept: it stays, with those whom it names, if one of its targets does.
type attested struct{ targets, names []ID }

// collect is the first pass: what goes, and who is still named.
func (r *redaction) collect(s Source) error {
	r.counting = true
	gonePolicies := map[key]struct{}{}
	look := func(c Recorded, kept bool) {
		names, policies := r.keptNames, r.keptPolicies
		if !kept {
			names, policies = r.goneNames, gonePolicies
			remember(r.gone, c.Record().RCID)
		}
		for _, id := range c.Record().PolicyIDs {
			remember(policies, id)
		}
		eachName(c, func(id *ID) { remember(names, *id) })
		for _, a := range attestationsOf(c) {
			if kept {
				r.laterAttested(a)
				continue
			}
			roleName(&a.Attester, func(id *ID) { remember(names, *id) })
		}
	}
	if h := s.Header(); h != nil {
		remember(r.keptNames, h.Subject)
		if h.Authorising != nil {
			remember(r.keptNames, *h.Authorising)
		}
	}
	err := s.Compositions(func(c *Composition) error { r.composition(c, look); return nil })
	if err == nil {
		err = s.Folders(func(f *Folder) error { r.folder(f, look); return nil })
	}
	for k := range gonePolicies {
		if _, kept := r.keptPolicies[k]; !kept {
			r.gone[k] = struct{}{}
		}
	}
	for _, a := range r.attested {
		names := r.keptNames
		if len(without(a.targets, r.gone)) == 0 {
			names = r.goneNames
		}
		for _, id := range a.names {
			remember(names, id)
		}
	}
	r.attested = nil
	if err == nil {
		err = r.collectNames(s)
	}
	r.counting = false
	return err
}

// laterAttested keeps an attestation until it is known whether its targets stay, when it names somebody whom nothing else kept names.
func (r *redaction) laterAttested(a Attestation) {
	var names []ID
	roleName(&a.Attester, func(id *ID) {
		if !in(r.keptNames, *id) {
			names = append(names, *id)
		}
	})
	if len(names) > 0 {
		r.attested = append(r.attested, attested{a.Target, names})
	}
}

// collectNames follows who is named by whom: the organisation of a worker who stays stays.
func (r *redaction) collectNames(s Source) error {
	named := map[key][]ID{}
	err := s.Demographics(func(d Demographic) error {
		k, ok := keyOf(d.Identified().Key)
		if !ok {
			return nil
		}
		named[k] = nil
		eachNameOfEntity(d, func(id *ID) { named[k] = append(named[k], *id) })
		if p, is := d.(*Person); is && p.Subject != nil {
			r.keptNames[k] = struct{}{}
		}
		return nil
	})
	follow(r.goneNames, named)
	for k := range named { // who was named by nobody stays
		if _, gone := r.goneNames[k]; !gone {
			r.keptNames[k] = struct{}{}
		}
	}
	follow(r.keptNames, named)
	for k := range r.goneNames {
		if _, kept := r.keptNames[k]; kept {
			delete(r.goneNames, k)
		}
	}
	return err
}

// follow adds to a set of names whom they name.
func follow(names map[key]struct{}, named map[key][]ID) {
	for again := true; again; {
		before := len(names)
		for k, ids := range named {
			if _, is := names[k]; !is {
				continue
			}
			for _, id := range ids {
				remember(names, id)
			}
		}
		again = len(names) > before
	}
}

func remember(set map[key]struct{}, id ID) {
	if k, ok := keyOf(id); ok {
		set[k] = struct{}{}
	}
}

func in(set map[key]struct{}, id ID) bool {
	k, ok := keyOf(id)
	if !ok {
		return false
	}
	_, is := set[k]
	return is
}

// Header is the top, with what was left out.
func (r *redaction) Header() *Header {
	h := r.source.Header()
	if h == nil || len(r.reasons) == 0 {
		return h
	}
	top := *h
	top.Omitted = slices.Clone(h.Omitted)
	for reason, n := range r.reasons {
		if i := slices.IndexFunc(top.Omitted, func(o Omission) bool { return o.Reason == reason }); i >= 0 {
			top.Omitted[i].Count += n
			continue
		}
		top.Omitted = append(top.Omitted, Omission{Reason: reason, Count: n})
	}
	slices.SortFunc(top.Omitted, func(a, b Omission) int { return strings.Compare(a.Reason, b.Reason) })
	return &top
}

// Folders gives the folders that are left.
func (r *redaction) Folders(yield func(*Folder) error) error {
	return r.source.Folders(func(f *Folder) error {
		if f = r.folder(f, nil); f == nil {
			return nil
		}
		r.scrubFolder(f)
		return yield(f)
	})
}

// Compositions gives the compositions that are left.
func (r *redaction) Compositions(yield func(*Composition) error) error {
	return r.source.Compositions(func(c *Composition) error {
		if c = r.composition(c, nil); c == nil {
			return nil
		}
		r.scrubComposition(c)
		return yield(c)
	})
}

// Demographics gives the entities that something kept names, and those that nothing did before.
func (r *redaction) Demographics(yield func(Demographic) error) error {
	return r.source.Demographics(func(d Demographic) error {
		if in(r.goneNames, d.Identified().Key) {
			return nil
		}
		return yield(d)
	})
}

// looker is told of every component whether it stays.
type looker func(c Recorded, kept bool)

// goes asks the cut.
func (r *redaction) goes(c Recorded, look looker) bool {
	reason, gone := r.cut(c)
	if !gone {
		return false
	}
	if r.counting {
		r.reasons[reason]++
	}
	lose(c, look)
	return true
}

// lose tells of a component that goes, and all that it holds.
func lose(c Recorded, look looker) {
	if look == nil {
		return
	}
	look(c, false)
	switch x := c.(type) {
	case *Folder:
		for _, f := range x.Folders {
			lose(f, look)
		}
	case *Composition:
		loseContent(x.Content, look)
	case *Section:
		loseContent(x.Members, look)
	case *Entry:
		loseItems(x.Items, look)
	case *Cluster:
		loseItems(x.Parts, look)
	}
}

func loseContent(all []Content, look looker) {
	for _, c := range all {
		lose(c, look)
	}
}

func loseItems(all []Item, look looker) {
	for _, i := range all {
		lose(i, look)
	}
}

// keep tells of a component that stays, and whether something was taken out of it.
func (r *redaction) keep(c Recorded, altered bool, look looker) {
	if look == nil {
		return
	}
	look(c, true)
	if altered {
		remember(r.altered, c.Record().RCID)
	}
}

// folder gives a copy of a folder without what goes, or nil.
func (r *redaction) folder(f *Folder, look looker) *Folder {
	if r.goes(f, look) {
		return nil
	}
	left := *f
	left.Folders = nil
	for _, sub := range f.Folders {
		if sub = r.folder(sub, look); sub != nil {
			left.Folders = append(left.Folders, sub)
		}
	}
	r.keep(f, len(left.Folders) < len(f.Folders), look)
	return &left
}

// composition gives a copy of a composition without what goes, or nil.
func (r *redaction) composition(c *Composition, look looker) *Composition {
	if r.goes(c, look) {
		return nil
	}
	left := *c
	var altered bool
	left.Content, altered = r.content(c.Content, look)
	if altered && len(left.Content) == 0 {
		if look != nil {
			look(c, false)
		}
		return nil
	}
	r.keep(c, altered, look)
	return &left
}

// content gives copies of what is left, and tells whether anything went, however deep.
func (r *redaction) content(all []Content, look looker) (left []Content, altered bool) {
	for _, c := range all {
		if r.goes(c, look) {
			altered = true
			continue
		}
		copied, empty, changed := r.contentOne(c, look)
		altered = altered || changed
		if empty {
			if look != nil {
				look(c, false)
			}
			continue
		}
		r.keep(c, changed, look)
		left = append(left, copied)
	}
	return left, altered
}

func (r *redaction) contentOne(c Content, look looker) (copied Content, empty, changed bool) {
	switch x := c.(type) {
	case *Section:
		s := *x
		s.Members, changed = r.content(x.Members, look)
		return &s, changed && len(s.Members) == 0, changed
	case *Entry:
		e := *x
		e.Items, changed = r.items(x.Items, look)
		return &e, changed && len(e.Items) == 0, changed
	}
	return c, false, false
}

func (r *redaction) items(all []Item, look looker) (left []Item, altered bool) {
	for _, it := range all {
		if r.goes(it, look) {
			altered = true
			continue
		}
		var copied Item
		changed, empty := false, false
		switch x := it.(type) {
		case *Cluster:
			c := *x
			c.Parts, changed = r.items(x.Parts, look)
			copied, empty = &c, changed && len(c.Parts) == 0
		case *Element:
			e := *x
			copied = &e
		}
		altered = altered || changed
		if empty {
			if look != nil {
				look(it, false)
			}
			continue
		}
		r.keep(it, changed, look)
		left = append(left, copied)
	}
	return left, altered
}
