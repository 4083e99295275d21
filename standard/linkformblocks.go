package standard

import "slices"

// blockAsk compiles an ask for building blocks of the person.
func (l *formLinker) blockAsk(a *rawAsk) *Ask {
	ask := &Ask{ID: a.id.s, Text: a.ask.s, Hint: a.hint.s, Blocks: &BlockAsk{}}
	l.raw.checkID(a.id, camel, "lowerCamel, like mainNeeds")
	if !a.id.given() {
		l.raw.fault(a.at, `an ask for records of the person needs an "id"`)
	}
	if !a.ask.given() {
		l.raw.fault(a.place(), `an ask for records of the person needs its question: "ask"`)
	}
	for _, w := range []struct {
		word
		key string
	}{{a.must, "must"}, {a.fixed, "fixed"}} {
		if w.given() {
			l.raw.fault(w.at, `%q is only for an element; say how many records there must be with "occurs"`, w.key)
		}
	}
	if a.limited {
		l.raw.fault(a.place(), `"elements" of a record of the person stand under "add"`)
	}
	b := ask.Blocks
	l.linkKnown(b, a)
	l.linkWhere(b, a)
	if a.add != nil {
		l.linkAdd(ask, a)
	}
	l.linkOccurs(b, a)
	l.linkLink(b, a)
	return ask
}

// linkKnown looks up which records are shown. An abstract class stands for all that extend it.
func (l *formLinker) linkKnown(b *BlockAsk, a *rawAsk) {
	for _, w := range a.known {
		c, ok := l.cat.classByID[w.s]
		if !ok || c.Kind != KindAbstract {
			if c = l.recordClass(w); c != nil {
				b.Known = l.knowing(b.Known, c, w)
			}
			continue
		}
		if len(c.Concrete()) == 0 {
			l.raw.fault(w.at, "no record is a %q", w.s)
		}
		for _, concrete := range c.Concrete() {
			b.Known = l.knowing(b.Known, concrete, w)
		}
	}
}

func (l *formLinker) knowing(known []*Class, c *Class, w word) []*Class {
	if slices.Contains(known, c) {
		l.raw.fault(w.at, "class %q stands here twice", c.ID)
		return known
	}
	return append(known, c)
}

// linkWhere compiles the conditions on what is shown.
func (l *formLinker) linkWhere(b *BlockAsk, a *rawAsk) {
	for _, rc := range a.where {
		c := &Condition{Element: rc.element.s}
		b.Where = append(b.Where, c)
		var sets []*ValueSet
		has := false
		for _, class := range b.Known {
			e, ok := class.Element(rc.element.s)
			has = has || ok
			switch {
			case !ok:
			case e.Value != CodedValue:
				l.raw.fault(rc.element.at, "%q of class %q holds a %s; only what holds a code can be a condition", e.ID, class.ID, e.Value)
				return
			default:
				sets = append(sets, e.ValueSet)
			}
		}
		switch {
		case rc.element.s == "":
			continue
		case len(a.known) == 0:
			l.raw.fault(rc.at, `"where" limits what is known; there is no "known" here`)
			continue
		case len(b.Known) == 0:
			continue
		case !has:
			l.raw.fault(rc.element.at, "none of the classes shown here has an element %q", rc.element.s)
			continue
		case len(rc.codes)+len(rc.without)+len(rc.means)+len(rc.notMeans) == 0:
			l.raw.fault(rc.at, `a condition needs "codes", "without", "means" or "not-means"`)
		}
		c.Codes, c.Without = l.codes(rc.codes, sets), l.codes(rc.without, sets)
		c.Means, c.NotMeans = l.meanings(rc.means), l.meanings(rc.notMeans)
	}
}

func (l *formLinker) codes(words []word, sets []*ValueSet) []string {
	var codes []string
	for _, w := range words {
		if !slices.ContainsFunc(sets, func(s *ValueSet) bool { _, ok := s.Code(w.s); return ok }) {
			l.raw.fault(w.at, "%q is no code that this element can have", w.s)
			continue
		}
		codes = append(codes, w.s)
	}
	return codes
}

func (l *formLinker) meanings(words []word) []string {
	var meanings []string
	for _, w := range words {
		if l.raw.oneOf(w, "meaning", Meanings()...) {
			meanings = append(meanings, w.s)
		}
	}
	return meanings
}

// linkOccurs says how many records there must, should or could be.
func (l *formLinker) linkOccurs(b *BlockAsk, a *rawAsk) {
	b.Occurs = "Could occur once or more"
	if l.raw.oneOf(a.occurs, "way to occur", occursWords()...) {
		b.Occurs = a.occurs.s
	}
	b.Must, b.Should, b.Many = occursMeans(b.Occurs)
}

// linkLink finds the element of the own record that pins what is ticked or added.
func (l *formLinker) linkLink(b *BlockAsk, a *rawAsk) {
	own := l.form.Own
	if a.link.s == "" || own == nil {
		if b.Must && b.Add == nil {
			l.raw.fault(a.occurs.at, `it must occur, yet nothing can be ticked or added here: it needs "link" or "add"`)
		}
		return
	}
	e, ok := own.Element(a.link.s)
	switch {
	case !ok:
		l.raw.fault(a.link.at, "class %q has no element %q", own.ID, a.link.s)
		return
	case e.Value != ReferenceValue || e.Role == RoleSubject:
		l.raw.fault(a.link.at, "%q of class %q cannot be a link: it points at no such records", e.ID, own.ID)
		return
	case !e.Many && b.Many:
		l.raw.fault(a.link.at, "%q of class %q can point at one record only, but this asks for more; set occurs", e.ID, own.ID)
	case !e.Many && l.links[e.ID]:
		l.raw.fault(a.link.at, "%q of class %q can point at one record only, and another ask of this form fills it in already", e.ID, own.ID)
	}
	classes := slices.Clone(b.Known)
	if b.Add != nil && !slices.Contains(classes, b.Add.Class) {
		classes = append(classes, b.Add.Class)
	}
	for _, c := range classes {
		if !e.Accepts(c) {
			l.raw.fault(a.link.at, "%q of class %q cannot point at records of class %q", e.ID, own.ID, c.ID)
		}
	}
	b.Link = e
	l.links[e.ID] = true
}

// linkAdd compiles how a new record is asked for.
func (l *formLinker) linkAdd(ask *Ask, a *rawAsk) {
	class := l.addedClass(ask.Blocks, a)
	if class == nil {
		return
	}
	add := &Added{Class: class, Text: a.add.ask.s}
	ask.Blocks.Add = add
	l.linkBack(add, a.add)
	seen := map[*Element]bool{}
	for _, rq := range a.add.questions {
		q := l.question(class, rq)
		switch {
		case q == nil:
			continue
		case seen[q.Element]:
			l.raw.fault(rq.element.at, "%q is asked for twice", q.Element.ID)
			continue
		case q.Element == add.Back:
			l.raw.fault(rq.element.at, "%q is the way back to the form, and not asked", q.Element.ID)
			continue
		}
		seen[q.Element] = true
		l.linkSame(rq, q)
		l.linkFrom(rq, q)
		add.Questions = append(add.Questions, q)
	}
	l.askAll(class, a.add.at, func(e *Element) bool { return seen[e] || e == add.Back })
	if len(add.Questions) > 0 && !slices.ContainsFunc(add.Questions, (*Question).Shown) {
		l.raw.fault(a.add.at, "the form answers everything by itself, so there would be nothing to fill in")
	}
}

// addedClass is the class of what can be added: the one that is named, or the only one that is shown.
func (l *formLinker) addedClass(b *BlockAsk, a *rawAsk) *Class {
	switch {
	case a.add.class.given():
		return l.writable(a.add.class)
	case len(a.known) == 0 || len(b.Known) > 1 || len(b.Known) == 1 && b.Known[0].ID != a.known[0].s:
		l.raw.fault(a.add.at, `"add" needs the "class" of what is added`)
		return nil
	case len(b.Known) == 0:
		return nil
	}
	return l.writable(a.known[0])
}

// linkBack finds the element of the new record that points at the own record.
func (l *formLinker) linkBack(add *Added, ra *rawAdd) {
	if ra.back.s == "" || l.form.Own == nil {
		return
	}
	e, ok := add.Class.Element(ra.back.s)
	switch {
	case !ok:
		l.raw.fault(ra.back.at, "class %q has no element %q", add.Class.ID, ra.back.s)
	case e.Value != ReferenceValue || !e.Accepts(l.form.Own):
		l.raw.fault(ra.back.at, "%q of class %q cannot point at records of class %q", e.ID, add.Class.ID, l.form.Own.ID)
	default:
		add.Back = e
	}
}

// linkSame finds the element of the own record whose answer the new record takes.
func (l *formLinker) linkSame(rq *rawQuestion, q *Question) {
	if rq.same.s == "" || l.form.Own == nil {
		return
	}
	e, ok := l.form.Own.Element(rq.same.s)
	day := func(k ValueKind) bool { return k == DateValue || k == DateTimeValue }
	switch {
	case !ok:
		l.raw.fault(rq.same.at, "class %q has no element %q", l.form.Own.ID, rq.same.s)
		return
	case e.Value != q.Element.Value && !(day(e.Value) && day(q.Element.Value)), e.Value == GroupValue,
		e.Value == CodedValue && e.ValueSet != q.Element.ValueSet, e.Value == ReferenceValue && !slices.Equal(e.To, q.Element.To):
		l.raw.fault(rq.same.at, "%q of class %q holds something else than %q and cannot answer it", e.ID, l.form.Own.ID, q.Element.ID)
		return
	case q.Element.Must && !l.asksFor(e):
		l.raw.fault(rq.same.at, "the form does not ask for %q, so there may be no answer to take for %q", e.ID, q.Element.ID)
	}
	if len(rq.from) > 0 {
		l.raw.fault(rq.same.at, `what is the same is not chosen; leave out "from"`)
	}
	q.Same = e
}

// asksFor says whether the file asks anywhere for the element of the own record.
func (l *formLinker) asksFor(e *Element) bool {
	for _, s := range l.raw.sections {
		for _, a := range s.asks {
			if a.element.s == e.ID {
				return true
			}
		}
	}
	return false
}

// linkFrom finds the asks among whose records a reference is chosen. They stand before it: nobody can choose from what has not been asked yet.
func (l *formLinker) linkFrom(rq *rawQuestion, q *Question) {
	for _, w := range rq.from {
		ask := l.form.asks[w.s]
		switch {
		case q.Element.Value != ReferenceValue:
			l.raw.fault(w.at, "%q points at no record, so there is nothing to choose from", q.Element.ID)
			return
		case ask == nil || ask.Blocks == nil:
			l.raw.fault(w.at, "no earlier ask of this form for records of the person has the id %q", w.s)
		case slices.Contains(q.From, ask):
			l.raw.fault(w.at, "%q stands here twice", w.s)
		case !accepted(q.Element, ask.Blocks):
			l.raw.fault(w.at, "%q of class %q cannot point at what %q asks for", q.Element.ID, q.Element.Class.ID, w.s)
		default:
			q.From = append(q.From, ask)
		}
	}
}

// accepted says whether a reference may point at everything that an ask shows or adds.
func accepted(e *Element, b *BlockAsk) bool {
	for _, c := range b.Known {
		if !e.Accepts(c) {
			return false
		}
	}
	return b.Add == nil || e.Accepts(b.Add.Class)
}
