package extract

import (
	"strconv"
	"strings"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

// items makes the elements and clusters of one version's content.
type items struct {
	id    ehr.ID // of the version
	links func(*standard.Element, standard.Reference) *ehr.Link
	file  func(record.NamedAttachment) *ehr.Encapsulated
}

// group makes the items of a group that stands at a place, in the order of the class.
func (m *items) group(g *standard.Group, place, archetype string) []ehr.Item {
	list := make([]ehr.Item, 0, len(g.Entries))
	for i := range g.Entries {
		entry := &g.Entries[i]
		e := entry.Element
		at, path := place+"/"+e.ID, archetype+"/"+e.ID
		for n, v := range entry.Values {
			own := at
			if e.Many {
				own = at + "/" + strconv.Itoa(n)
			}
			list = append(list, m.item(e, v, own, path))
		}
	}
	return list
}

func (m *items) item(e *standard.Element, v standard.Value, place, archetype string) ehr.Item {
	component := ehr.Component{Name: words(e.Name), ArchetypeID: archetype, RCID: within(m.id, place)}
	if g, ok := v.(*standard.Group); ok {
		cluster := &ehr.Cluster{Component: component, Structure: listed(ehr.StructureType, structureList), Parts: m.group(g, place, archetype)}
		if e.NamesFile() {
			if named, ok := record.AttachmentOf(g); ok {
				cluster.Parts = append(cluster.Parts, m.attached(named, place))
			}
		}
		return cluster
	}
	element := &ehr.Element{Component: component, Value: value(v)}
	if r, ok := v.(standard.Reference); ok {
		if link := m.links(e, r); link != nil {
			element.Links = []ehr.Link{*link}
		}
	}
	return element
}

// attached makes the element that holds a file, or says where it is. It repeats what its block says in the model's own terms.
func (m *items) attached(named record.NamedAttachment, place string) *ehr.Element {
	return &ehr.Element{
		Component: ehr.Component{Name: words("File"), ArchetypeID: fileArchetype, RCID: within(m.id, place+"@file"), Synthesised: true},
		Value:     m.file(named),
	}
}

// value makes a data value. What stands in the content is kept as it was entered.
func value(v standard.Value) ehr.Value {
	switch v := v.(type) {
	case standard.Text:
		return words(string(v))
	case standard.Number:
		digits := v.String()
		if strings.Contains(digits, ".") {
			return &ehr.Real{Digits: digits}
		}
		return &ehr.Integer{Digits: digits}
	case standard.Quantity:
		return &ehr.Quantity{Digits: v.Number.String(), Unit: v.Unit}
	case standard.Boolean:
		return &ehr.Boolean{Value: bool(v)}
	case standard.Date:
		return &ehr.Date{Text: string(v)}
	case standard.Time:
		return &ehr.Moment{Text: string(v)}
	case standard.DateTime:
		return &ehr.Moment{Text: string(v)}
	case standard.Coded:
		return &ehr.Coded{Code: v.Code, System: v.System, Display: v.Display, Text: v.Text}
	case standard.Reference:
		id := targetID(v)
		return &id
	case standard.Absent:
		return &ehr.Null{Flavour: flavourOf(v)}
	}
	return &ehr.Null{Flavour: "NI"}
}
