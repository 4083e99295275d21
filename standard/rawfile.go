package standard

import (
	"encoding/hex"
)

// rawClass is a class file as it was written, before anything is looked up.
type rawClass struct {
	*yamlFile
	hash                                               string
	extension                                          bool
	at                                                 pos
	name, id, category, kind, stream, extends, summary word
	roles, title                                       []word
	standard, version, classID, sourceNote             word
	complete                                           bool
	members                                            []*rawElement // elements, blocks and relationships, as the file has them
	class                                              *Class
}

// rawElement is an element, block or relationship as it was written.
type rawElement struct {
	origin                                                 Origin
	at                                                     pos
	name, id, typ, occurs, evidence, role, ask, hint, note word
	value, valueSet, class, cardinality, source            word
	lines, absence, check, pattern, min, max               word
	to, units                                              []word
}

// rawValueSet is a value set file as it was written.
type rawValueSet struct {
	*yamlFile
	at                                                   pos
	name, id, system, version, source, evidence, binding word
	codes                                                []rawCode
}

// rawCode is a member of a value set as it was written.
type rawCode struct{ code, display, system, means, note word }

// read reads a class file.
func (raw *rawClass) read(data []byte) {
	f := raw.yamlFile
	raw.hash = hex.EncodeToString(f.sum[:])
	body, ok := f.parse(data)
	if !ok {
		return
	}
	raw.at = body.at
	f.object(body, "a class", fields{
		"class":         f.word(&raw.name),
		"id":            f.word(&raw.id),
		"category":      f.word(&raw.category),
		"kind":          f.word(&raw.kind),
		"stream":        f.word(&raw.stream),
		"extends":       f.word(&raw.extends),
		"roles":         f.words(&raw.roles),
		"summary":       f.word(&raw.summary),
		"title":         f.words(&raw.title),
		"source":        func(n node) { raw.readSource(n) },
		"elements":      f.list(func(n node) { raw.readElement(n) }),
		"blocks":        f.list(func(n node) { raw.readBlock(n) }),
		"relationships": f.list(func(n node) { raw.readRelationship(n) }),
	}, "class", "id", "category", "kind", "summary", "source")
	f.title = raw.name.s
}

func (raw *rawClass) readSource(n node) {
	raw.object(n, "a source", fields{
		"standard": raw.word(&raw.standard),
		"version":  raw.word(&raw.version),
		"class_id": raw.word(&raw.classID),
		"complete": raw.yesNo(&raw.complete),
		"note":     raw.word(&raw.sourceNote),
	}, "standard")
}

// common gives the keys that elements, blocks and relationships share.
func (raw *rawClass) common(e *rawElement) fields {
	return fields{
		"name":     raw.word(&e.name),
		"id":       raw.word(&e.id),
		"occurs":   raw.word(&e.occurs),
		"evidence": raw.word(&e.evidence),
		"role":     raw.word(&e.role),
		"ask":      raw.word(&e.ask),
		"hint":     raw.word(&e.hint),
		"note":     raw.word(&e.note),
		"source":   raw.word(&e.source),
		"absence":  raw.word(&e.absence),
	}
}

func (raw *rawClass) readElement(n node) {
	e := &rawElement{origin: FromElements, at: n.at}
	raw.members = append(raw.members, e)
	keys := raw.common(e)
	keys["type"] = raw.word(&e.typ)
	keys["value"] = raw.word(&e.value)
	keys["valueset"] = raw.word(&e.valueSet)
	keys["to"] = raw.words(&e.to)
	keys["units"] = raw.words(&e.units)
	keys["min"] = raw.word(&e.min)
	keys["max"] = raw.word(&e.max)
	keys["lines"] = raw.word(&e.lines)
	keys["check"] = raw.word(&e.check)
	keys["pattern"] = raw.word(&e.pattern)
	raw.object(n, "an element", keys, "name", "id", "type", "occurs", "evidence")
}

func (raw *rawClass) readBlock(n node) {
	e := &rawElement{origin: FromBlocks, at: n.at}
	raw.members = append(raw.members, e)
	keys := raw.common(e)
	keys["class"] = raw.word(&e.class)
	raw.object(n, "a block", keys, "class", "occurs", "evidence")
}

func (raw *rawClass) readRelationship(n node) {
	e := &rawElement{origin: FromRelationships, at: n.at}
	raw.members = append(raw.members, e)
	keys := raw.common(e)
	keys["to"] = raw.words(&e.to)
	keys["cardinality"] = raw.word(&e.cardinality)
	raw.object(n, "a relationship", keys, "name", "id", "occurs", "evidence")
}

// read reads a value set file.
func (raw *rawValueSet) read(data []byte) {
	f := raw.yamlFile
	body, ok := f.parse(data)
	if !ok {
		return
	}
	raw.at = body.at
	f.object(body, "a value set", fields{
		"valueset": f.word(&raw.name),
		"id":       f.word(&raw.id),
		"system":   f.word(&raw.system),
		"version":  f.word(&raw.version),
		"source":   f.word(&raw.source),
		"evidence": f.word(&raw.evidence),
		"binding":  f.word(&raw.binding),
		"values": f.list(func(n node) {
			var c rawCode
			f.object(n, "a value", fields{
				"code": f.word(&c.code), "display": f.word(&c.display), "system": f.word(&c.system), "means": f.word(&c.means),
				"note": f.word(&c.note),
			}, "code", "display")
			raw.codes = append(raw.codes, c)
		}),
	}, "valueset", "id", "system", "source", "evidence", "binding")
	f.title = raw.name.s
}
