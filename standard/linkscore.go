package standard

import (
	"slices"
	"strconv"
)

// mostPoints bounds a total, so that all of them can be looked through.
const mostPoints = 1000

// linkScores compiles every score. It runs when the classes are finished.
func (l *linker) linkScores() {
	for _, raw := range l.rawScores {
		s := l.linkScore(raw)
		for _, other := range l.cat.scores {
			switch {
			case other.ID == s.ID && s.ID != "":
				raw.taken(raw.id, "score", other.Provider)
			case other.Name == s.Name && s.Name != "":
				raw.fault(raw.name.at, "score %q is called %q too; names must differ", other.ID, other.Name)
			}
		}
		if len(raw.faults) == 0 {
			l.cat.scores = append(l.cat.scores, s)
		}
	}
}

func (l *linker) linkScore(raw *rawScore) *Score {
	raw.checkID(raw.id, kebab, "lower-kebab, like abbey-pain")
	raw.checkFileName(raw.id)
	raw.known(raw.evidence)
	s := &Score{
		ID: raw.id.s, Name: raw.name.s, Version: raw.version.s, Summary: raw.summary.s, Use: raw.use.s, Owner: raw.owner.s, Licence: raw.licence.s, Thanks: raw.thanks.s,
		Source: raw.source.s, Evidence: Evidence(raw.evidence.s), Provider: raw.provider, Hash: raw.hash,
		Round: raw.whole(raw.round, 1, 24*60, 30), Least: raw.whole(raw.least, 1, 100, 1),
	}
	if raw.from.given() {
		s.From = l.scoredClass(raw, raw.from)
	}
	for _, c := range raw.chosen {
		s.Chosen = append(s.Chosen, l.linkChoice(raw, c))
	}
	for _, item := range raw.items {
		if _, twice := s.Item(item.id.s); twice {
			raw.fault(item.id.at, "there are two items %q", item.id.s)
		}
		s.Items = append(s.Items, l.linkItem(raw, s, item))
	}
	for i, item := range s.Items {
		raw.checkConditions(s, item, raw.items[i])
	}
	raw.linkBands(s)
	return s
}

// scoredClass looks up a class whose records can stand in a person's record.
func (l *linker) scoredClass(raw *rawScore, w word) *Class {
	c, ok := l.cat.classByID[w.s]
	switch {
	case !ok:
		raw.fault(w.at, "%s", l.missing(classDir, "class", w.s, ""))
	case c.Kind != KindRecord || c.Stream == DirectoryStream:
		raw.fault(w.at, "%q holds no records of a person", w.s)
	default:
		return c
	}
	return nil
}

func (l *linker) linkChoice(raw *rawScore, c *rawScoreChoice) *ScoreChoice {
	out := &ScoreChoice{ID: c.id.s, Name: c.name.s, Default: c.usual.s}
	class := l.scoredClass(raw, c.class)
	if class == nil {
		return out
	}
	out.Element = raw.codedElement(class, c.element)
	if out.Element != nil {
		raw.aCode(out.Element, c.usual)
	}
	return out
}

// codedElement looks up an element that holds a code.
func (f *yamlFile) codedElement(class *Class, w word) *Element {
	e, ok := class.Element(w.s)
	switch {
	case !ok:
		f.fault(w.at, "class %q has no element %q", class.ID, w.s)
	case e.Value != CodedValue:
		f.fault(w.at, "%q of class %q holds a %s; a code is needed here", w.s, class.ID, e.Value)
	default:
		return e
	}
	return nil
}

func (f *yamlFile) aCode(e *Element, w word) {
	if _, ok := e.ValueSet.Code(w.s); !ok && w.s != "" {
		f.fault(w.at, "%q is no code of value set %q", w.s, e.ValueSet.ID)
	}
}

// whole reads a whole number between two; without one it is the usual.
func (f *yamlFile) whole(w word, least, most, usual int) int {
	if !w.given() {
		return usual
	}
	n, err := strconv.Atoi(w.s)
	if err != nil || n < least || n > most {
		f.fault(w.at, "%q must be a whole number from %d to %d", w.s, least, most)
		return usual
	}
	return n
}

func (l *linker) linkItem(raw *rawScore, s *Score, r *rawScoreItem) *ScoreItem {
	raw.checkID(r.id, kebab, "lower-kebab, like breathing")
	item := &ScoreItem{
		ID: r.id.s, Name: r.name.s, Hint: r.hint.s, Reading: r.reading.s, Unit: r.unit.s, Several: r.several,
		Places: raw.whole(r.places, 0, 6, 0), Most: raw.whole(r.most, 1, mostPoints, 0),
	}
	measured := r.reading.given() || r.element.given()
	switch {
	case r.reading.given() && r.element.given():
		raw.fault(r.at, `an item has "reading" or "element", not both`)
	case measured && !raw.from.given():
		raw.fault(r.at, `this item is read from what is recorded, and the score does not say "from" which records`)
	case !measured && raw.from.given():
		raw.fault(r.at, `a score that is worked out "from" records asks nothing: say which reading or element answers this item`)
	case s.From == nil:
	case r.reading.given():
		raw.checkReading(s.From, r)
	default:
		item.Element = raw.codedElement(s.From, r.element)
	}
	if r.several && measured {
		raw.fault(r.at, "only answers that are asked can be several")
	}
	for _, t := range r.tables {
		item.Tables = append(item.Tables, raw.linkTable(item, r, t))
	}
	return item
}

// checkReading looks whether the class has such readings, in such a unit.
func (raw *rawScore) checkReading(class *Class, r *rawScoreItem) {
	kind, value := class.ByRole(RoleReadingKind), class.ByRole(RoleReadingValue)
	switch {
	case kind == nil || kind.ValueSet == nil || value == nil:
		raw.fault(r.reading.at, "class %q has no readings", class.ID)
	case !r.unit.given():
		raw.fault(r.at, `a reading needs its "unit"`)
	case !slices.Contains(value.Units, r.unit.s):
		raw.fault(r.unit.at, "no reading of class %q can be in %q", class.ID, r.unit.s)
	}
	if kind != nil && kind.ValueSet != nil {
		raw.aCode(kind, r.reading)
	}
}

func (raw *rawScore) linkTable(item *ScoreItem, r *rawScoreItem, t *rawScoreTable) *ScoreTable {
	out := &ScoreTable{}
	for _, w := range t.when {
		cond := ScoreWhen{ID: w.id.s}
		for _, is := range w.is {
			cond.Is = append(cond.Is, is.s)
		}
		out.When = append(out.When, cond)
	}
	if len(t.points) == 0 {
		raw.fault(t.at, "nothing says how many points which answer gives")
	}
	for i, p := range t.points {
		row := ScorePoints{Code: p.code.s, Words: p.words.s, Points: raw.whole(p.points, 0, 100, 0)}
		last := i == len(t.points)-1
		if r.reading.given() {
			row.UpTo = raw.bound(out, p, last)
		} else {
			raw.answer(item, out, p)
		}
		out.Points = append(out.Points, row)
	}
	raw.everyCode(item, r, t)
	return out
}

// bound reads up to which reading a row goes. Rows rise, and the last has no end: so every reading falls in exactly one.
func (raw *rawScore) bound(t *ScoreTable, p rawScorePoints, last bool) *Number {
	if p.code.given() {
		raw.fault(p.code.at, `a reading has no code; say "upto"`)
	}
	switch {
	case last && p.upTo.given():
		raw.fault(p.upTo.at, "the last row takes everything beyond the one before, and has no \"upto\"")
	case !last && !p.upTo.given():
		raw.fault(p.at, `every row but the last says "upto" which reading it goes`)
	case !last:
		n, ok := ParseNumber(p.upTo.s)
		if !ok {
			raw.fault(p.upTo.at, "%q is no number", p.upTo.s)
			return nil
		}
		if k := len(t.Points); k > 0 && t.Points[k-1].UpTo != nil && n.Cmp(*t.Points[k-1].UpTo) <= 0 {
			raw.fault(p.upTo.at, "the rows must rise: %s comes after %s", p.upTo.s, t.Points[k-1].UpTo)
		}
		return &n
	}
	return nil
}

// answer checks a row about a code.
func (raw *rawScore) answer(item *ScoreItem, t *ScoreTable, p rawScorePoints) {
	switch {
	case p.upTo.given():
		raw.fault(p.upTo.at, `"upto" is for readings; this answer needs a "code"`)
	case !p.code.given():
		raw.fault(p.at, `this answer needs a "code"`)
	case slices.ContainsFunc(t.Points, func(q ScorePoints) bool { return q.Code == p.code.s }):
		raw.fault(p.code.at, "%q stands here twice", p.code.s)
	case item.Element != nil:
		raw.aCode(item.Element, p.code)
	case item.Asked() && !p.words.given():
		raw.fault(p.at, `an answer that is offered needs its "words"`)
	}
}

// everyCode looks that no code that may be recorded is without points.
func (raw *rawScore) everyCode(item *ScoreItem, r *rawScoreItem, t *rawScoreTable) {
	if item.Element == nil {
		return
	}
	for _, code := range item.Element.ValueSet.Codes {
		if !slices.ContainsFunc(t.points, func(p rawScorePoints) bool { return p.code.s == code.Code }) {
			raw.fault(r.at, "nothing says how many points %q (%s) gives", code.Code, code.Display)
		}
	}
}

// checkConditions looks that each condition is about something that is known, and that one table always holds.
func (raw *rawScore) checkConditions(s *Score, item *ScoreItem, r *rawScoreItem) {
	for i, t := range r.tables {
		if last := i == len(r.tables)-1; last && len(t.when) > 0 {
			raw.fault(t.at, `the last table has no "when": it holds where no other does`)
		} else if !last && len(t.when) == 0 {
			raw.fault(t.at, `this table always holds, so those behind it never do; say "when"`)
		}
		for _, w := range t.when {
			raw.checkCondition(s, item, w)
		}
	}
}

func (raw *rawScore) checkCondition(s *Score, item *ScoreItem, w rawScoreWhen) {
	var codes []string
	if other, ok := s.Item(w.id.s); ok && other != item && other.Reading == "" && !other.Several {
		for _, t := range other.Tables {
			for _, p := range t.Points {
				codes = append(codes, p.Code)
			}
		}
	} else if i := slices.IndexFunc(s.Chosen, func(c *ScoreChoice) bool { return c.ID == w.id.s }); i >= 0 && s.Chosen[i].Element != nil {
		for _, c := range s.Chosen[i].Element.ValueSet.Codes {
			codes = append(codes, c.Code)
		}
	} else {
		raw.fault(w.id.at, "%q is neither another item that is answered with a code, nor a choice", w.id.s)
		return
	}
	for _, is := range w.is {
		if !slices.Contains(codes, is.s) {
			raw.fault(is.at, "%q is no answer of %q", is.s, w.id.s)
		}
	}
}

// linkBands compiles the bands, and looks that every total that can come about falls in exactly one of them.
func (raw *rawScore) linkBands(s *Score) {
	highest, most := s.Highest(), 0
	for _, item := range s.Items {
		most = max(most, item.Highest())
	}
	for _, r := range raw.bands {
		raw.checkID(r.id, kebab, "lower-kebab, like medium")
		raw.oneOf(r.colour, "colour", ScoreColours()...)
		b := &ScoreBand{
			ID: r.id.s, Name: r.name.s, Colour: r.colour.s, Urgent: r.urgent, Repeat: r.repeat.s,
			From: raw.whole(r.from, 0, mostPoints, 0), UpTo: raw.whole(r.upTo, 0, mostPoints, mostPoints),
			Any: raw.whole(r.any, 1, 100, 0), Without: raw.whole(r.without, 1, 100, 0), Minutes: raw.whole(r.minutes, 1, 60*24*400, 0),
		}
		for _, w := range r.do {
			b.Do = append(b.Do, w.s)
		}
		if slices.ContainsFunc(s.Bands, func(o *ScoreBand) bool { return o.ID == b.ID }) {
			raw.fault(r.id.at, "there are two bands %q", b.ID)
		}
		s.Bands = append(s.Bands, b)
	}
	if highest > mostPoints {
		raw.fault(raw.at, "the score can reach %d points; no score needs more than %d", highest, mostPoints)
		return
	}
	if len(raw.faults) > 0 {
		return
	}
	for total := 0; total <= highest; total++ {
		for one := 0; one <= min(most, total); one++ {
			if (one == 0) != (total == 0) {
				continue
			}
			if n := s.bandsOf(total, one); n != 1 {
				raw.fault(raw.bands[0].at, "a total of %d, with %d points for one item, falls in %d bands; it must be one", total, one, n)
				return
			}
		}
	}
}

func (s *Score) bandsOf(total, most int) int {
	n := 0
	for _, b := range s.Bands {
		if b.Fits(total, most) {
			n++
		}
	}
	return n
}
