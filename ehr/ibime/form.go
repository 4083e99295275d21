package ibime

import (
	"strconv"

	"rosemary/ehr"
	"rosemary/ehr/kept"
)

// form goes through the items of an ENTRY or CLUSTER that is made up for what the schema has no class for, in one of two directions: attributes become items
// that carry the attribute's name, or are found again by it.
type form struct {
	reading bool
	items   []ehr.Item
	of      ehr.ID // what the ids of the items are derived from
	path    string
	wrong   *string // the first attribute that is not what it should be
}

func (f *form) component(name string) ehr.Component {
	what := f.path + "/" + name + "/" + strconv.Itoa(len(f.items))
	return ehr.Component{Name: &ehr.SimpleText{Text: name}, ArchetypeID: name, RCID: kept.ID(f.of, what), Synthesised: true}
}

func (f *form) put(name string, v ehr.Value) {
	f.items = append(f.items, &ehr.Element{Component: f.component(name), Value: v})
}

// take gives the next item of a name, or nil.
func (f *form) take(name string) ehr.Item {
	for i, x := range f.items {
		if x != nil && x.Record().ArchetypeID == name {
			f.items[i] = nil
			return x
		}
	}
	return nil
}

// value is an attribute whose type is a DATA_VALUE; it reports whether it is there.
func value[T any, P interface {
	*T
	ehr.Value
}](f *form, name string, x *T) bool {
	if !f.reading {
		held := *x
		f.put(name, P(&held))
		return true
	}
	item := f.take(name)
	if item == nil {
		return false
	}
	if e, ok := item.(*ehr.Element); ok {
		if v, ok := e.Value.(P); ok && v != nil {
			*x = *v
			return true
		}
	}
	f.bad(name)
	return false
}

func (f *form) bad(name string) {
	if *f.wrong == "" {
		*f.wrong = f.path + "/" + name
	}
}

// maybe is one that may be there.
func maybe[T any, P interface {
	*T
	ehr.Value
}](f *form, name string, x **T) {
	switch {
	case f.reading:
		var held T
		if value[T, P](f, name, &held) {
			*x = &held
		}
	case *x != nil:
		value[T, P](f, name, *x)
	}
}

// values is one that may be there more than once.
func values[T any, P interface {
	*T
	ehr.Value
}](f *form, name string, x *[]T) {
	if !f.reading {
		for i := range *x {
			value[T, P](f, name, &(*x)[i])
		}
		return
	}
	var held T
	for value[T, P](f, name, &held) {
		*x = append(*x, held)
	}
}

// word is a text; none when it is empty.
func (f *form) word(name string, x *string) {
	held := ehr.SimpleText{Text: *x}
	if (f.reading || *x != "") && value(f, name, &held) && f.reading {
		*x = held.Text
	}
}

// words are texts.
func (f *form) words(name string, x *[]string) {
	if !f.reading {
		for _, s := range *x {
			f.put(name, &ehr.SimpleText{Text: s})
		}
		return
	}
	var held ehr.SimpleText
	for value(f, name, &held) {
		*x = append(*x, held.Text)
	}
}

// number is a whole number; none when it is 0.
func (f *form) number(name string, x *int) {
	held := ehr.Integer{Digits: strconv.Itoa(*x)}
	if !f.reading && *x == 0 || !value(f, name, &held) || !f.reading {
		return
	}
	n, err := strconv.Atoi(held.Digits)
	if *x = n; err != nil {
		f.bad(name)
	}
}

// choice is true, false or not there.
func (f *form) choice(name string, x **bool) {
	var held ehr.Boolean
	if !f.reading {
		if *x == nil {
			return
		}
		held.Value = **x
	}
	if value(f, name, &held) && f.reading {
		*x = &held.Value
	}
}

// groups are CLUSTERs, one for each of what is described.
func groups[T any](f *form, name string, x *[]T, describe func(*form, *T)) {
	if !f.reading {
		for i := range *x {
			c := &ehr.Cluster{Component: f.component(name), Structure: ehr.Code{Scheme: "CEN/TC251/EN13606-3:STRUCTURE_TYPE", Code: "STRC01"}}
			in := &form{of: f.of, path: f.path + "/" + name + "/" + strconv.Itoa(i), wrong: f.wrong}
			describe(in, &(*x)[i])
			c.Parts = in.items
			f.items = append(f.items, c)
		}
		return
	}
	for item := f.take(name); item != nil; item = f.take(name) {
		c, ok := item.(*ehr.Cluster)
		if !ok {
			f.bad(name)
			return
		}
		var one T
		describe(&form{reading: true, items: c.Parts, of: f.of, path: f.path + "/" + name, wrong: f.wrong}, &one)
		*x = append(*x, one)
	}
}
