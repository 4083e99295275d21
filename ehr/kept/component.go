package kept

import (
	"strconv"

	"rosemary/ehr"
	"rosemary/ehr/xmltext"
)

// InComposition writes the notes as a last entry of a composition.
func (n Notes) InComposition(c *ehr.Composition) (*ehr.Entry, error) {
	text, err := n.Text()
	if err != nil {
		return nil, err
	}
	e := entry(c.RCID, Archetype, "What this format has no place for")
	e.Items = []ehr.Item{element(c.RCID, Archetype+"/0", "Notes", &ehr.SimpleText{Text: text})}
	return e, nil
}

// Held gives the notes that stand in the last entry of a composition, and whether there are any.
func Held(c *ehr.Composition) (Notes, bool) {
	last := len(c.Content) - 1
	if last < 0 {
		return nil, false
	}
	e, ok := c.Content[last].(*ehr.Entry)
	if !ok || e.ArchetypeID != Archetype || len(e.Items) != 1 {
		return nil, false
	}
	held, ok := e.Items[0].(*ehr.Element)
	if !ok {
		return nil, false
	}
	text, ok := held.Value.(*ehr.SimpleText)
	if !ok {
		return nil, false
	}
	return Parse(text.Text)
}

// OutOfComposition takes the notes out of a composition that was read, and applies them.
func OutOfComposition(c *ehr.Composition) {
	n, ok := Held(c)
	if !ok {
		return
	}
	all, last := c.Content, len(c.Content)-1
	if c.Content = all[:last:last]; last == 0 {
		c.Content = nil
	}
	if !n.Apply(c) {
		c.Content = all
	}
}

// Mistakable reports whether a composition ends in what looks like notes already, left there because they did not fit. It then gets notes of its own, if
// only empty ones, so that the others are not taken for them.
func Mistakable(c *ehr.Composition) bool {
	last := len(c.Content) - 1
	return last >= 0 && c.Content[last] != nil && c.Content[last].Record().ArchetypeID == Archetype
}

// MistakableFolder says the same of a folder.
func MistakableFolder(f *ehr.Folder) bool {
	last := len(f.Folders) - 1
	return last >= 0 && f.Folders[last].ArchetypeID == Archetype
}

// InFolder writes the notes as a last sub-folder.
func (n Notes) InFolder(f *ehr.Folder) (*ehr.Folder, error) {
	text, err := n.Text()
	if err != nil {
		return nil, err
	}
	return &ehr.Folder{Component: component(f.RCID, Archetype, Archetype, text)}, nil
}

// OutOfFolder takes the notes out of a folder that was read, and applies them.
func OutOfFolder(f *ehr.Folder) {
	last := len(f.Folders) - 1
	if last < 0 || f.Folders[last].ArchetypeID != Archetype || f.Folders[last].Name == nil {
		return
	}
	n, ok := Parse(f.Folders[last].Name.Words())
	if !ok {
		return
	}
	all := f.Folders
	if f.Folders = all[:last:last]; last == 0 {
		f.Folders = nil
	}
	if !n.Apply(f) {
		f.Folders = all
	}
}

// Leftover is an element that means nothing here.
type Leftover struct {
	Path string
	Node *xmltext.Node
}

// Leftovers gives what nobody has taken of an element.
func Leftovers(root *xmltext.Node) []Leftover {
	var list []Leftover
	root.Left("/"+root.Name, func(path string, n *xmltext.Node) { list = append(list, Leftover{path, n}) })
	return list
}

// UnreadEntry keeps elements that mean nothing here.
func UnreadEntry(of ehr.ID, list []Leftover) *ehr.Entry {
	e := entry(of, Unread, "What came and could not be read")
	for i, l := range list {
		data := l.Node.XML()
		e.Items = append(e.Items, element(of, Unread+"/"+strconv.Itoa(i), l.Path, &ehr.Encapsulated{MediaType: "application/xml", Size: int64(len(data)), Data: data}))
	}
	return e
}

// UnreadComposition keeps, at the end of an extract, what could not be read of its top, folders and demographics.
func UnreadComposition(h *ehr.Header, list []Leftover) *ehr.Composition {
	c := Composition(h, h.EHR, Unread, "What came and could not be read")
	c.Content = []ehr.Content{UnreadEntry(c.RCID, list)}
	return c
}

// Composition makes up a composition that has no counterpart in the record: it says of itself what the top of the extract says.
func Composition(h *ehr.Header, of ehr.ID, archetype, name string) *ehr.Composition {
	return &ehr.Composition{Component: component(of, archetype, archetype, name), Committal: ehr.Audit{System: h.System, Committed: h.Created, Committer: h.System}}
}

func entry(of ehr.ID, archetype, name string) *ehr.Entry {
	return &ehr.Entry{Component: component(of, archetype+"/entry", archetype, name)}
}

func element(of ehr.ID, what, name string, v ehr.Value) *ehr.Element {
	return &ehr.Element{Component: component(of, what, "", name), Value: v}
}

// component is marked as synthesised; its id is derived from what it belongs to and what it is there.
func component(of ehr.ID, what, archetype, name string) ehr.Component {
	return ehr.Component{Name: &ehr.SimpleText{Text: name}, ArchetypeID: archetype, RCID: ID(of, what), Synthesised: true}
}
