package standard

import (
	"encoding/hex"
)

// rawForm is a form file as it was written, before anything is looked up.
type rawForm struct {
	*yamlFile
	hash                                     string
	at                                       pos
	name, id, summary, own, source, evidence word
	once                                     bool
	sections                                 []*rawSection
}

// rawSection is one section of a form as it was written.
type rawSection struct {
	title, intro word
	asks         []*rawAsk
}

// rawAsk is one ask of a form as it was written: about an element of the own record, or about building blocks of the person.
type rawAsk struct {
	rawQuestion
	id, link, occurs word
	known            []word
	where            []*rawCondition
	add              *rawAdd
}

// rawQuestion is one element as a form asks for it, as it was written.
type rawQuestion struct {
	at                             pos
	element, ask, hint, same, must word
	fixed                          word
	from                           []word
	parts                          []*rawQuestion
	limited                        bool // the file names the parts
}

// rawCondition is one limit on what is shown, as it was written.
type rawCondition struct {
	at                              pos
	element                         word
	codes, without, means, notMeans []word
}

// rawAdd is how a new building block is asked for, as it was written.
type rawAdd struct {
	at               pos
	class, ask, back word
	questions        []*rawQuestion
}

// read reads a form file.
func (raw *rawForm) read(data []byte) {
	f := raw.yamlFile
	raw.hash = hex.EncodeToString(f.sum[:])
	body, ok := f.parse(data)
	if !ok {
		return
	}
	raw.at = body.at
	f.object(body, "a form", fields{
		"form":     f.word(&raw.name),
		"id":       f.word(&raw.id),
		"summary":  f.word(&raw.summary),
		"own":      f.word(&raw.own),
		"once":     f.yesNo(&raw.once),
		"source":   f.word(&raw.source),
		"evidence": f.word(&raw.evidence),
		"sections": f.list(func(n node) { raw.readSection(n) }),
	}, "form", "id", "summary", "own", "evidence", "sections")
	f.title = raw.name.s
}

func (raw *rawForm) readSection(n node) {
	s := &rawSection{}
	raw.sections = append(raw.sections, s)
	raw.object(n, "a section", fields{
		"title": raw.word(&s.title),
		"intro": raw.word(&s.intro),
		"asks": raw.list(func(n node) {
			a := &rawAsk{}
			s.asks = append(s.asks, a)
			raw.readAsk(n, a)
		}),
	}, "title", "asks")
}

func (raw *rawForm) readAsk(n node, a *rawAsk) {
	a.at = n.at
	if n.kind == plainNode { // an element by its id alone
		a.element = raw.scalar(n)
		return
	}
	keys := raw.questionKeys(&a.rawQuestion)
	delete(keys, "same")
	delete(keys, "from")
	keys["id"] = raw.word(&a.id)
	keys["known"] = raw.words(&a.known)
	keys["link"] = raw.word(&a.link)
	keys["occurs"] = raw.word(&a.occurs)
	keys["where"] = raw.list(func(n node) { a.where = append(a.where, raw.readCondition(n)) })
	keys["add"] = func(n node) { a.add = raw.readAdd(n) }
	raw.object(n, "an ask", keys)
}

// questionKeys gives the keys of a question wherever it stands.
func (raw *rawForm) questionKeys(q *rawQuestion) fields {
	return fields{
		"element": raw.word(&q.element),
		"ask":     raw.word(&q.ask),
		"hint":    raw.word(&q.hint),
		"must":    raw.word(&q.must),
		"fixed":   raw.word(&q.fixed),
		"same":    raw.word(&q.same),
		"from":    raw.words(&q.from),
		"elements": func(n node) {
			q.limited = true
			raw.list(func(n node) { q.parts = append(q.parts, raw.readQuestion(n)) })(n)
		},
	}
}

func (raw *rawForm) readQuestion(n node) *rawQuestion {
	q := &rawQuestion{at: n.at}
	if n.kind == plainNode {
		q.element = raw.scalar(n)
		return q
	}
	raw.object(n, "a question", raw.questionKeys(q), "element")
	return q
}

func (raw *rawForm) readCondition(n node) *rawCondition {
	c := &rawCondition{at: n.at}
	raw.object(n, "a condition", fields{
		"element":   raw.word(&c.element),
		"codes":     raw.words(&c.codes),
		"without":   raw.words(&c.without),
		"means":     raw.words(&c.means),
		"not-means": raw.words(&c.notMeans),
	}, "element")
	return c
}

func (raw *rawForm) readAdd(n node) *rawAdd {
	a := &rawAdd{at: n.at}
	raw.object(n, "add", fields{
		"class":    raw.word(&a.class),
		"ask":      raw.word(&a.ask),
		"back":     raw.word(&a.back),
		"elements": raw.list(func(n node) { a.questions = append(a.questions, raw.readQuestion(n)) }),
	}, "ask", "elements")
	return a
}
