package standard

import "encoding/hex"

// rawScore is a score file as it was written, before anything is looked up.
type rawScore struct {
	*yamlFile
	hash                                                                                   string
	at                                                                                     pos
	name, id, version, summary, use, owner, licence, thanks, source, evidence, from, round word
	least                                                                                  word
	chosen                                                                                 []*rawScoreChoice
	items                                                                                  []*rawScoreItem
	bands                                                                                  []*rawScoreBand
}

type rawScoreChoice struct {
	at                              pos
	id, name, class, element, usual word
}

type rawScoreItem struct {
	at                                                   pos
	id, name, hint, reading, unit, places, element, most word
	several                                              bool
	tables                                               []*rawScoreTable
}

type rawScoreTable struct {
	at     pos
	when   []rawScoreWhen
	points []rawScorePoints
}

type rawScoreWhen struct {
	at pos
	id word
	is []word
}

type rawScorePoints struct {
	at                        pos
	upTo, code, words, points word
}

type rawScoreBand struct {
	at                                                          pos
	id, name, from, upTo, any, without, colour, repeat, minutes word
	urgent                                                      bool
	do                                                          []word
}

// read reads a score file.
func (raw *rawScore) read(data []byte) {
	f := raw.yamlFile
	raw.hash = hex.EncodeToString(f.sum[:])
	body, ok := f.parse(data)
	if !ok {
		return
	}
	raw.at = body.at
	f.object(body, "a score", fields{
		"score": f.word(&raw.name), "id": f.word(&raw.id), "version": f.word(&raw.version), "summary": f.word(&raw.summary), "use": f.word(&raw.use),
		"owner": f.word(&raw.owner), "licence": f.word(&raw.licence), "thanks": f.word(&raw.thanks), "source": f.word(&raw.source), "evidence": f.word(&raw.evidence),
		"from": f.word(&raw.from), "round": f.word(&raw.round), "least": f.word(&raw.least),
		"chosen": f.list(func(n node) {
			c := &rawScoreChoice{at: n.at}
			raw.chosen = append(raw.chosen, c)
			f.object(n, "a choice", fields{"id": f.word(&c.id), "name": f.word(&c.name), "class": f.word(&c.class), "element": f.word(&c.element), "usual": f.word(&c.usual)},
				"id", "name", "class", "element", "usual")
		}),
		"items": f.list(func(n node) { raw.items = append(raw.items, raw.readItem(n)) }),
		"bands": f.list(func(n node) { raw.bands = append(raw.bands, raw.readBand(n)) }),
	}, "score", "id", "version", "summary", "owner", "licence", "evidence", "items", "bands")
	f.title = raw.name.s
}

func (raw *rawScore) readItem(n node) *rawScoreItem {
	i := &rawScoreItem{at: n.at}
	plain := &rawScoreTable{at: n.at}
	raw.object(n, "an item", fields{
		"id": raw.word(&i.id), "name": raw.word(&i.name), "hint": raw.word(&i.hint), "reading": raw.word(&i.reading), "unit": raw.word(&i.unit), "places": raw.word(&i.places),
		"element": raw.word(&i.element), "most": raw.word(&i.most), "several": raw.yesNo(&i.several),
		"points": raw.list(func(n node) { plain.points = append(plain.points, raw.readPoints(n)) }),
		"tables": raw.list(func(n node) {
			t := &rawScoreTable{at: n.at}
			i.tables = append(i.tables, t)
			raw.object(n, "a table", fields{
				"when": raw.list(func(n node) {
					w := rawScoreWhen{at: n.at}
					raw.object(n, "a condition", fields{"id": raw.word(&w.id), "is": raw.words(&w.is)}, "id", "is")
					t.when = append(t.when, w)
				}),
				"points": raw.list(func(n node) { t.points = append(t.points, raw.readPoints(n)) }),
			}, "points")
		}),
	}, "id", "name")
	switch {
	case len(plain.points) > 0 && len(i.tables) > 0:
		raw.fault(i.at, `an item has "points" or "tables", not both`)
	case len(i.tables) == 0:
		i.tables = append(i.tables, plain)
	}
	return i
}

func (raw *rawScore) readPoints(n node) rawScorePoints {
	p := rawScorePoints{at: n.at}
	raw.object(n, "points", fields{"upto": raw.word(&p.upTo), "code": raw.word(&p.code), "words": raw.word(&p.words), "points": raw.word(&p.points)}, "points")
	return p
}

func (raw *rawScore) readBand(n node) *rawScoreBand {
	b := &rawScoreBand{at: n.at}
	raw.object(n, "a band", fields{
		"id": raw.word(&b.id), "name": raw.word(&b.name), "from": raw.word(&b.from), "upto": raw.word(&b.upTo), "any": raw.word(&b.any), "without": raw.word(&b.without),
		"colour": raw.word(&b.colour), "urgent": raw.yesNo(&b.urgent), "repeat": raw.word(&b.repeat), "minutes": raw.word(&b.minutes), "do": raw.words(&b.do),
	}, "id", "name", "colour", "repeat", "do")
	return b
}
