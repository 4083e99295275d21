package standard

import (
	"slices"
	"strings"
)

// formLinker compiles one form against classes that are known to be right.
type formLinker struct {
	*linker
	raw   *rawForm
	form  *Form
	links map[string]bool // elements of the own record that carry a link
}

// linkForms compiles every form. It runs when the classes are finished.
func (l *linker) linkForms() {
	for _, raw := range l.rawForms {
		fl := &formLinker{linker: l, raw: raw, links: map[string]bool{}}
		fl.link()
		switch {
		case raw.id.s == "":
		case l.cat.formByID[raw.id.s] != nil:
			raw.taken(raw.id, "form", l.cat.formByID[raw.id.s].Provider)
		default:
			l.cat.formByID[raw.id.s] = fl.form
			l.cat.forms = append(l.cat.forms, fl.form)
		}
		for _, other := range l.cat.forms {
			if other.ID != fl.form.ID && other.Name == fl.form.Name && other.Name != "" {
				raw.fault(raw.name.at, "form %q is called %q too; names must differ", other.ID, other.Name)
			}
		}
	}
}

// finishForms leaves out the forms whose files were set aside in the end.
func (l *linker) finishForms() {
	kept := map[string]bool{}
	for _, raw := range l.rawForms {
		kept[raw.hash] = true
	}
	l.cat.forms = slices.DeleteFunc(l.cat.forms, func(f *Form) bool {
		if !kept[f.Hash] {
			delete(l.cat.formByID, f.ID)
		}
		return !kept[f.Hash]
	})
}

func (l *formLinker) link() {
	raw := l.raw
	raw.checkID(raw.id, kebab, "lower-kebab, like care-plan")
	raw.checkFileName(raw.id)
	raw.known(raw.evidence)
	l.form = &Form{
		ID: raw.id.s, Name: raw.name.s, Summary: raw.summary.s, Once: raw.once, Source: raw.source.s, Evidence: Evidence(raw.evidence.s),
		Provider: raw.provider, Hash: raw.hash, asks: map[string]*Ask{},
	}
	if raw.own.s != "" {
		l.form.Own = l.writable(raw.own)
	}
	titles := map[string]bool{}
	for _, s := range raw.sections {
		section := &FormSection{Title: s.title.s, Intro: s.intro.s}
		l.form.Sections = append(l.form.Sections, section)
		if titles[section.Title] && section.Title != "" {
			raw.fault(s.title.at, "there are two sections called %q", section.Title)
		}
		titles[section.Title] = true
		for _, a := range s.asks {
			l.linkAsk(section, a)
		}
	}
	if l.form.Own != nil {
		l.checkOwn()
	}
}

// recordClass looks up a class whose records can stand in a person's record.
func (l *formLinker) recordClass(w word) *Class {
	c, ok := l.cat.classByID[w.s]
	switch {
	case !ok:
		l.raw.fault(w.at, "%s", l.missing(classDir, "class", w.s, ""))
		return nil
	case c.Kind != KindRecord:
		l.raw.fault(w.at, "%q is of kind %s; only a class of kind record can be written", w.s, c.Kind)
		return nil
	case c.Stream == DirectoryStream:
		l.raw.fault(w.at, "%q belongs to the directory, not to a person's record", w.s)
		return nil
	}
	return c
}

// writable looks up a class whose records a form may write: some are written by actions of their own only.
func (l *formLinker) writable(w word) *Class {
	c := l.recordClass(w)
	if c != nil && c.Reserved() {
		l.raw.fault(w.at, "records of class %q are written by an action of their own, and by no form", c.ID)
		return nil
	}
	return c
}

// linkAsk compiles one ask of either kind.
func (l *formLinker) linkAsk(section *FormSection, a *rawAsk) {
	blocks := len(a.known) > 0 || a.add != nil
	var ask *Ask
	switch {
	case a.element.given() == blocks:
		l.raw.fault(a.at, `an ask needs either "element" (of the form's own record) or "known" and "add" (records of the person)`)
		return
	case blocks:
		ask = l.blockAsk(a)
	default:
		ask = l.ownAsk(a)
	}
	if ask == nil {
		return
	}
	if l.form.asks[ask.ID] != nil {
		l.raw.fault(a.place(), "%q is asked for twice", ask.ID)
		return
	}
	l.form.asks[ask.ID] = ask
	section.Asks = append(section.Asks, ask)
}

// place is where a fault of the whole ask is shown.
func (a *rawAsk) place() pos {
	switch {
	case a.id.given():
		return a.id.at
	case a.element.given():
		return a.element.at
	}
	return a.at
}

// ownAsk compiles an ask for an element of the own record.
func (l *formLinker) ownAsk(a *rawAsk) *Ask {
	for _, w := range []struct {
		word
		key string
	}{{a.id, "id"}, {a.link, "link"}, {a.occurs, "occurs"}} {
		if w.given() {
			l.raw.fault(w.at, "%q is only for records of the person; an element of the form's own record has none", w.key)
		}
	}
	if len(a.where) > 0 {
		l.raw.fault(a.where[0].at, `"where" is only for records of the person`)
	}
	if l.form.Own == nil {
		return nil
	}
	q := l.question(l.form.Own, &a.rawQuestion)
	if q == nil {
		return nil
	}
	return &Ask{ID: q.Element.ID, Text: q.Ask, Hint: q.Hint, Own: q}
}

// question compiles one question about an element of the class; nil when there is no such element.
func (l *formLinker) question(class *Class, rq *rawQuestion) *Question {
	e, ok := class.Element(rq.element.s)
	switch {
	case rq.element.s == "":
		return nil
	case !ok:
		l.raw.fault(rq.element.at, "class %q has no element %q", class.ID, rq.element.s)
		return nil
	case e.Role == RoleSubject:
		l.raw.fault(rq.element.at, "%q is never asked: it is always the person whose record it is", e.ID)
		return nil
	}
	q := &Question{Element: e, Ask: rq.ask.s, Hint: rq.hint.s, Must: e.Must}
	if !rq.ask.given() {
		q.Ask = e.Ask
	}
	if !rq.hint.given() {
		q.Hint = e.Hint
	}
	if l.raw.oneOf(rq.must, "answer to must", "true", "false") && rq.must.s == "true" {
		q.Must = true
	} else if rq.must.s == "false" && e.Must {
		l.raw.fault(rq.must.at, "%q must be answered in class %q; a form cannot let it go", e.ID, class.ID)
	}
	l.fix(rq, q)
	if q.Shown() && q.Ask == "" && !rq.same.given() {
		l.raw.fault(rq.element.at, `%q has no question: neither the form nor class %q has "ask"`, e.ID, class.ID)
	}
	l.parts(rq, q)
	return q
}

// parts compiles the questions inside a block: those that the form names, or all.
func (l *formLinker) parts(rq *rawQuestion, q *Question) {
	block := q.Element.Block
	switch {
	case rq.limited && block == nil:
		l.raw.fault(rq.element.at, `%q is no block; only a block has "elements"`, q.Element.ID)
		return
	case block == nil:
		return
	case !rq.limited:
		q.Parts = allParts(block)
		return
	}
	seen := map[*Element]bool{}
	for _, p := range rq.parts {
		part := l.question(block, p)
		switch {
		case part == nil:
		case p.same.given() || len(p.from) > 0:
			l.raw.fault(p.element.at, `inside a block nothing is taken from elsewhere: leave out "same" and "from"`)
		case seen[part.Element]:
			l.raw.fault(p.element.at, "%q is asked for twice", p.element.s)
		default:
			seen[part.Element] = true
			q.Parts = append(q.Parts, part)
		}
	}
	l.askAll(block, rq.element.at, func(e *Element) bool { return seen[e] })
}

// allParts asks for a block as its class file has it.
func allParts(block *Class) []*Question {
	var all []*Question
	for _, e := range block.Elements {
		q := &Question{Element: e, Ask: e.Ask, Hint: e.Hint, Must: e.Must}
		if e.Block != nil {
			q.Parts = allParts(e.Block)
		}
		all = append(all, q)
	}
	return all
}

// askAll notes what a class insists on and the form has no question for: nobody could ever finish it.
func (l *formLinker) askAll(class *Class, at pos, asked func(*Element) bool) {
	var missing []string
	for _, e := range class.Elements {
		if e.Must && e.Role != RoleSubject && !asked(e) {
			missing = append(missing, e.ID)
		}
	}
	if len(missing) > 0 {
		l.raw.fault(at, "class %q must have %s, and the form asks no question for it", class.ID, strings.Join(missing, " and "))
	}
}

// fix reads the answer that the form gives by itself.
func (l *formLinker) fix(rq *rawQuestion, q *Question) {
	if rq.fixed.s == "" {
		return
	}
	e, s := q.Element, rq.fixed.s
	switch e.Value {
	case CodedValue:
		code, ok := e.ValueSet.Code(s)
		if !ok {
			l.raw.fault(rq.fixed.at, "%q is no code of value set %q", s, e.ValueSet.ID)
			return
		}
		q.Fixed = Coded{Code: code.Code, System: e.ValueSet.SystemOf(code), Display: code.Display}
	case BooleanValue:
		if l.raw.oneOf(rq.fixed, "answer to a yes-or-no question", "true", "false") {
			q.Fixed = Boolean(s == "true")
		}
	case TextValue:
		q.Fixed = Text(s)
	default:
		l.raw.fault(rq.fixed.at, "the form cannot answer %q by itself: it holds a %s; only codes, texts and yes or no can be fixed", e.ID, e.Value)
	}
	if rq.same.given() || len(rq.from) > 0 || rq.limited {
		l.raw.fault(rq.fixed.at, `what is fixed is not asked; leave out "same", "from" and "elements"`)
	}
}

// checkOwn looks at the own record as a whole.
func (l *formLinker) checkOwn() {
	own := l.form.Own
	for _, s := range l.raw.sections {
		for _, a := range s.asks {
			if a.element.given() && l.links[a.element.s] {
				l.raw.fault(a.element.at, "%q is the link of other asks of this form, and cannot be asked for by itself", a.element.s)
			}
		}
	}
	l.askAll(own, l.raw.own.at, func(e *Element) bool {
		return l.form.asks[e.ID] != nil && l.form.asks[e.ID].Own != nil || l.links[e.ID]
	})
}
