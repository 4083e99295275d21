package standard

import "encoding/hex"

// rawChart is a chart file as it was written, before anything is looked up.
type rawChart struct {
	*yamlFile
	hash                                        string
	at                                          pos
	name, id, summary, source, evidence, period word
	panels                                      []*rawPanel
}

type rawPanel struct {
	at                                                 pos
	name, draw, unit, least, most, target, score, item word
	floor                                              *rawFloor
	change                                             bool
	series                                             []*rawSeries
}

type rawFloor struct {
	at                        pos
	name, show, hours, asleep word
	planned                   bool
}

type rawSeries struct {
	at                        pos
	name, class, block, value word
	where                     []rawChartWhere
	say                       []word
}

type rawChartWhere struct {
	at      pos
	element word
	is      []word
}

// read reads a chart file.
func (raw *rawChart) read(data []byte) {
	f := raw.yamlFile
	raw.hash = hex.EncodeToString(f.sum[:])
	body, ok := f.parse(data)
	if !ok {
		return
	}
	raw.at = body.at
	f.object(body, "a chart", fields{
		"chart": f.word(&raw.name), "id": f.word(&raw.id), "summary": f.word(&raw.summary), "source": f.word(&raw.source), "evidence": f.word(&raw.evidence), "period": f.word(&raw.period),
		"panels": f.list(func(n node) { raw.panels = append(raw.panels, raw.readPanel(n)) }),
	}, "chart", "id", "summary", "evidence", "period", "panels")
	f.title = raw.name.s
}

func (raw *rawChart) readPanel(n node) *rawPanel {
	p := &rawPanel{at: n.at}
	raw.object(n, "a panel", fields{
		"name": raw.word(&p.name), "draw": raw.word(&p.draw), "unit": raw.word(&p.unit), "least": raw.word(&p.least), "most": raw.word(&p.most),
		"target": raw.word(&p.target), "change": raw.yesNo(&p.change),
		"shade": func(n node) {
			raw.object(n, "shade", fields{"score": raw.word(&p.score), "item": raw.word(&p.item)}, "score", "item")
		},
		"floor": func(n node) {
			p.floor = &rawFloor{at: n.at}
			raw.object(n, "floor", fields{"name": raw.word(&p.floor.name), "show": raw.word(&p.floor.show), "hours": raw.word(&p.floor.hours), "asleep": raw.word(&p.floor.asleep), "planned": raw.yesNo(&p.floor.planned)}, "name", "show")
		},
		"series": raw.list(func(n node) {
			s := &rawSeries{at: n.at}
			p.series = append(p.series, s)
			raw.object(n, "a series", fields{
				"name": raw.word(&s.name), "class": raw.word(&s.class), "block": raw.word(&s.block), "value": raw.word(&s.value), "say": raw.words(&s.say),
				"where": raw.list(func(n node) {
					w := rawChartWhere{at: n.at}
					raw.object(n, "a condition", fields{"element": raw.word(&w.element), "is": raw.words(&w.is)}, "element", "is")
					s.where = append(s.where, w)
				}),
			}, "name", "class")
		}),
	}, "name", "draw", "series")
	return p
}
