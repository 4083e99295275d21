package standard

import (
	"slices"
	"strconv"

	"github.com/google/uuid"
)

// FilledForm is a form with what somebody filled in. Records makes of it the records of one contribution; the uids are given by whoever keeps the
// draft, so that sending it twice stays harmless.
type FilledForm struct {
	Form       *Form
	UID        uuid.UUID              // of the own record
	Expected   int                    // the version of the own record that was changed; 0: it is new
	Own        *Content               // the answers to the questions about the own record; when it is changed, what the form does not ask for too
	Known      map[string][]Reference // by ask: which known records are ticked, each with the version that was shown
	New        map[string][]NewRecord // by ask: what was added
	Incomplete bool                   // it is kept unfinished on purpose: what must be answered may be missing
}

// NewRecord is a building block that was added on a form.
type NewRecord struct {
	UID     uuid.UUID
	Content *Content
}

// FormRecord is one record that a filled-in form commits.
type FormRecord struct {
	UID      uuid.UUID
	Class    *Class
	Expected int // 0: new
	Content  *Content
	Ask      *Ask   // under which it was added; nil for the own record
	Path     string // where its problems are to be shown: /own, or /asks/{ask}/new/{place}; content stands under /content
}

// Records returns what the form commits, all at once: the own record first and then what was added. The own record pins every
// record that was ticked or added under an ask with a link, each with its version, in the order of the asks; the form's fixed answers are filled in. An added record in which
// nothing was written is left out. Problems are those that only the form knows; the content of each record has yet to be checked by its class.
func (f *FilledForm) Records() ([]FormRecord, []Problem) {
	a := assembly{filled: f, versions: map[uuid.UUID]Reference{}, own: copyContent(f.Form.Own, f.Own)}
	a.number()
	a.ownAnswers()
	records := []FormRecord{{UID: f.UID, Class: f.Form.Own, Expected: f.Expected, Content: a.own, Path: "/own"}}
	for _, ask := range f.Form.Asks() {
		if ask.Blocks != nil {
			records = append(records, a.block(ask)...)
		}
	}
	a.pin()
	return records, a.problems
}

// assembly is one filled-in form on its way to records.
type assembly struct {
	filled   *FilledForm
	own      *Content
	versions map[uuid.UUID]Reference // of what was ticked or added, with the version that is pinned
	problems []Problem
}

// number notes the version of everything that the form ticks or adds, so that the records can point at each other whatever their order.
func (a *assembly) number() {
	for _, ask := range a.filled.Form.Asks() {
		for _, known := range a.filled.Known[ask.ID] {
			a.versions[known.UID] = known
		}
		for _, added := range a.filled.New[ask.ID] {
			a.versions[added.UID] = Reference{UID: added.UID, Version: 1}
		}
	}
}

// ownAnswers fills in what the form answers by itself and looks for what it insists on.
func (a *assembly) ownAnswers() {
	for _, ask := range a.filled.Form.Asks() {
		if ask.Own == nil {
			continue
		}
		if ask.Own.Fixed != nil {
			a.own.set(ask.Own.Element, []Value{ask.Own.Fixed})
		}
		a.fixParts(&a.own.Group, ask.Own)
		a.insist(&a.own.Group, ask.Own, "/own/content")
	}
}

// fixParts fills in the fixed answers inside the blocks that were filled in.
func (a *assembly) fixParts(g *Group, q *Question) {
	for _, v := range g.Get(q.Element.ID) {
		inner, ok := v.(*Group)
		if !ok {
			continue
		}
		for _, part := range q.Parts {
			if part.Fixed != nil {
				inner.set(part.Element, []Value{part.Fixed})
			}
			a.fixParts(inner, part)
		}
	}
}

// insist notes a question of the form's without an answer, where the class itself would let it pass.
func (a *assembly) insist(g *Group, q *Question, path string) {
	at := path + "/" + q.Element.ID
	values := g.Get(q.Element.ID)
	if q.Must && !q.Element.Must && q.Shown() && len(values) == 0 && !a.filled.Incomplete {
		a.problems = append(a.problems, Problem{Path: at, Rule: RuleMustOccur, Message: missingMessage(q.Element)})
	}
	for i, v := range values {
		inner, ok := v.(*Group)
		if !ok {
			continue
		}
		place := at
		if q.Element.Many {
			place += "/" + strconv.Itoa(i)
		}
		for _, part := range q.Parts {
			a.insist(inner, part, place)
		}
	}
}

// block makes the records that were added under an ask, and counts what the form refers to there.
func (a *assembly) block(ask *Ask) []FormRecord {
	var records []FormRecord
	for i, added := range a.filled.New[ask.ID] {
		path := "/asks/" + escapePointer(ask.ID) + "/new/" + strconv.Itoa(i)
		if ask.Blocks.Add == nil {
			a.problems = append(a.problems, Problem{Path: path, Rule: RuleTooMany, Message: "Nothing can be added here."})
			continue
		}
		if added.Content == nil || len(added.Content.Entries) == 0 {
			delete(a.versions, added.UID)
			continue
		}
		records = append(records, a.added(ask, added, path))
	}
	known := a.filled.Known[ask.ID]
	at := "/asks/" + escapePointer(ask.ID)
	if ask.Blocks.Link == nil && len(known) > 0 {
		a.problems = append(a.problems, Problem{Path: at + "/known/0", Rule: RuleTooMany, Message: "What is shown here is to be read; the form does not refer to it."})
	}
	n := len(known) + len(records)
	switch {
	case n == 0 && ask.Blocks.Must && !a.filled.Incomplete:
		a.problems = append(a.problems, Problem{Path: at, Rule: RuleMustOccur, Message: "Tick or add at least one: " + ask.Text})
	case n > 1 && !ask.Blocks.Many:
		a.problems = append(a.problems, Problem{Path: at, Rule: RuleTooMany, Message: "Only one can be chosen or added: " + ask.Text})
	}
	return records
}

// added makes one new record: its answers, the form's own for it, and its way back to the form.
func (a *assembly) added(ask *Ask, from NewRecord, path string) FormRecord {
	add := ask.Blocks.Add
	content := copyContent(add.Class, from.Content)
	for _, q := range add.Questions {
		switch {
		case q.Fixed != nil:
			content.set(q.Element, []Value{q.Fixed})
		case q.Same != nil:
			content.set(q.Element, sameValues(q, a.own.Get(q.Same.ID)))
		case len(q.From) > 0:
			content.set(q.Element, a.pinned(content.Get(q.Element.ID)))
		}
		a.fixParts(&content.Group, q)
		a.insist(&content.Group, q, path+"/content")
	}
	if add.Back != nil {
		back := Reference{UID: a.filled.UID}
		if a.filled.Expected == 0 {
			back.Version = 1
		}
		content.set(add.Back, []Value{back})
	}
	return FormRecord{UID: from.UID, Class: add.Class, Content: content, Ask: ask, Path: path}
}

// pinned gives references to what the form ticked or added the version that it shows.
func (a *assembly) pinned(values []Value) []Value {
	out := slices.Clone(values)
	for i, v := range out {
		if ref, ok := v.(Reference); ok {
			if pin, known := a.versions[ref.UID]; known {
				out[i] = pin
			}
		}
	}
	return out
}

// pin lets the own record point at everything that was ticked or added under an ask with a link.
func (a *assembly) pin() {
	var links []*Element
	pins := map[*Element][]Value{}
	for _, ask := range a.filled.Form.Asks() {
		if ask.Blocks == nil || ask.Blocks.Link == nil {
			continue
		}
		link := ask.Blocks.Link
		if !slices.Contains(links, link) {
			links = append(links, link)
		}
		for _, known := range a.filled.Known[ask.ID] {
			pins[link] = addPin(pins[link], known)
		}
		for _, added := range a.filled.New[ask.ID] {
			if pin, kept := a.versions[added.UID]; kept {
				pins[link] = addPin(pins[link], pin)
			}
		}
	}
	for _, link := range links {
		a.own.set(link, pins[link])
	}
}

// addPin adds a record once, whatever asks it stands under.
func addPin(pins []Value, pin Reference) []Value {
	for _, v := range pins {
		if there, ok := v.(Reference); ok && there.UID == pin.UID {
			return pins
		}
	}
	return append(pins, pin)
}

// Pinned tells, by ask, which records the own record of a form points at already: what is ticked when it is opened again. Look gives the content
// of a record that may be seen, as the pinned version has it. What belongs under no ask any more, because it changed or cannot be seen, stands under the first ask with that link.
func (f *Form) Pinned(own *Content, look func(Reference) (*Content, bool)) map[string][]Reference {
	pinned := map[string][]Reference{}
	for _, ref := range own.References() {
		var home *Ask
		for _, ask := range f.Asks() {
			if ask.Blocks == nil || ask.Blocks.Link == nil || ask.Blocks.Link.ID != ref.Element.ID {
				continue
			}
			content, seen := look(ref.Reference)
			if seen && ask.Blocks.Shows(content) {
				home = ask
				break
			}
			if home == nil {
				home = ask
			}
		}
		if home != nil {
			pinned[home.ID] = append(pinned[home.ID], ref.Reference)
		}
	}
	return pinned
}

// sameValues is the answer of the own record in the kind of value that the element holds: a date of an instant is its day.
func sameValues(q *Question, values []Value) []Value {
	out := slices.Clone(values)
	for i, v := range out {
		switch v := v.(type) {
		case DateTime:
			if q.Element.Value == DateValue {
				out[i] = Date(v[:min(len(v), len("2006-01-02"))])
			}
		case Date:
			if q.Element.Value == DateTimeValue {
				out[i] = DateTime(v)
			}
		}
	}
	if !q.Element.Many && len(out) > 1 {
		return out[:1]
	}
	return out
}

// copyContent copies content as deep as the form writes into it.
func copyContent(class *Class, from *Content) *Content {
	out := &Content{Class: class}
	if from != nil {
		out.Group, out.Unknown = *copyGroup(&from.Group), from.Unknown
	}
	return out
}

func copyGroup(g *Group) *Group {
	out := &Group{Entries: make([]Entry, len(g.Entries))}
	for i, e := range g.Entries {
		out.Entries[i] = Entry{Element: e.Element, Values: slices.Clone(e.Values)}
		for j, v := range out.Entries[i].Values {
			if inner, ok := v.(*Group); ok {
				out.Entries[i].Values[j] = copyGroup(inner)
			}
		}
	}
	return out
}

// set puts the values of an element in its place; none takes it away.
func (g *Group) set(e *Element, values []Value) {
	at, found := slices.BinarySearchFunc(g.Entries, e.Order, func(entry Entry, order int) int { return entry.Element.Order - order })
	switch {
	case found && len(values) == 0:
		g.Entries = slices.Delete(g.Entries, at, at+1)
	case found:
		g.Entries[at] = Entry{Element: e, Values: values}
	case len(values) > 0:
		g.Entries = slices.Insert(g.Entries, at, Entry{Element: e, Values: values})
	}
}
