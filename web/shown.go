package web

import (
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// Answer is one element of a record as a page shows it: its name, the question it answers, and its values.
type Answer struct {
	Name   string
	Ask    string
	Values []AnswerValue
}

// AnswerValue is one value: words, perhaps with a link; or a group of answers; or the reason why there is none.
type AnswerValue struct {
	Text   string
	Href   string
	Note   string // for example the code behind the words
	Absent bool
	Group  []Answer
	File   *FileShown
}

// namer knows what to call what references point at, and where it is shown.
type namer struct {
	names     map[uuid.UUID]string
	directory map[uuid.UUID]string
	about     *about
	record    uuid.UUID // whose answers are shown; zero where that does not matter
}

// namer finds the names of everything that the contents refer to, and of the people given.
func (c *call) namer(a *about, contents []*standard.Content, people ...uuid.UUID) (*namer, error) {
	asked := map[uuid.UUID]bool{}
	var uids []uuid.UUID
	add := func(uid uuid.UUID) {
		if uid != uuid.Nil && !asked[uid] {
			asked[uid] = true
			uids = append(uids, uid)
		}
	}
	for _, content := range contents {
		for _, ref := range content.References() {
			add(ref.UID)
		}
	}
	for _, uid := range people {
		add(uid)
	}
	n := &namer{about: a}
	var err error
	if n.directory, err = a.view.Names(c.ctx, uuid.Nil, uids); err != nil {
		return nil, err
	}
	n.names = n.directory
	if a.kind == standard.PersonStream {
		n.names, err = a.view.Names(c.ctx, a.uid, uids)
	}
	return n, err
}

// name is what to call something; "" when it is not known or not to be known.
func (n *namer) name(uid uuid.UUID) string {
	if uid == n.about.uid && n.about.name != "" {
		return n.about.name
	}
	if name := n.names[uid]; name != "" {
		return name
	}
	return n.directory[uid]
}

// href is where it is shown.
func (n *namer) href(uid uuid.UUID) string {
	switch _, inDirectory := n.directory[uid]; {
	case uid == n.about.uid:
		return n.about.href("")
	case inDirectory:
		return "/directory/" + uid.String()
	case n.names[uid] != "":
		return n.about.href("/records/" + uid.String())
	}
	return ""
}

// answers shows a group of values. Whom the record is about is not repeated.
func (c *call) answers(n *namer, g *standard.Group) []Answer {
	var list []Answer
	for _, entry := range g.Entries {
		if entry.Element.Role == standard.RoleSubject {
			continue
		}
		a := Answer{Name: c.word(entry.Element.Name), Ask: c.word(entry.Element.Ask)}
		if strings.EqualFold(strings.TrimSuffix(a.Ask, "?"), a.Name) {
			a.Ask = "" // the question says no more than the name
		}
		for _, v := range entry.Values {
			if block, ok := v.(*standard.Group); ok && entry.Element.NamesFile() {
				if file, ok := c.fileShown(n.about, block, n.record.String()); ok {
					a.Values = append(a.Values, AnswerValue{File: &file})
					continue
				}
			}
			a.Values = append(a.Values, c.value(n, v))
		}
		list = append(list, a)
	}
	return list
}

func (c *call) value(n *namer, v standard.Value) AnswerValue {
	switch v := v.(type) {
	case *standard.Group:
		return AnswerValue{Group: c.answers(n, v)}
	case standard.Absent:
		return AnswerValue{Text: c.words.Value(v, nil), Absent: true}
	case standard.Reference:
		name := n.name(v.UID)
		if name == "" {
			return AnswerValue{Text: c.word("A record that is not shown to you"), Absent: true}
		}
		out := AnswerValue{Text: name, Href: n.href(v.UID)}
		if v.Version > 0 {
			out.Note = c.word("as it stood in version {count}", "count", plain.Whole(v.Version))
		}
		return out
	}
	return AnswerValue{Text: c.words.Value(v, c.config.Zone)}
}

// unknown shows what the class file of today has no place for: kept, never lost.
func unknown(content *standard.Content) []Answer {
	var list []Answer
	for _, raw := range content.Unknown {
		list = append(list, Answer{Name: raw.Name, Ask: "Kept from an older form of this record", Values: []AnswerValue{{Text: raw.JSON}}})
	}
	return list
}

// Entry is one record as a list shows it.
type Entry struct {
	Href   string
	Class  string
	Title  string
	When   string // when it happened, in words
	Clock  string // the time of day alone
	Day    string // the day alone, or as much of it as is known
	Who    string
	Tags   []Tag
	Record uuid.UUID
}

// Tag marks a record; the words say what the colour means.
type Tag struct {
	Text   string
	Colour string
}

// entries shows versions as a list.
func (c *call) entries(a *about, versions []*record.Version) ([]Entry, error) {
	var people []uuid.UUID
	for _, v := range versions {
		people = append(people, v.Author)
	}
	n, err := c.namer(a, nil, people...)
	if err != nil {
		return nil, err
	}
	var list []Entry
	for _, v := range versions {
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return nil, err
		}
		e := Entry{Href: a.recordHref(v), Title: c.title(content), Who: n.name(v.Author), Tags: c.tagsOf(v), Record: v.Record}
		e.Class = c.className(content, v)
		if v.Stream != a.uid {
			e.Tags = append(e.Tags, Tag{c.word("From the other record"), "grey"})
		}
		e.When, e.Day, e.Clock = c.happened(content)
		if e.Day == "" { // the class has no date of its own
			e.Day = c.words.Day(v.Committed.In(c.config.Zone))
		}
		list = append(list, e)
	}
	return list, nil
}

func (c *call) className(content *standard.Content, v *record.Version) string {
	if content.Class == nil {
		return c.word("Unknown class: {class}", "class", v.Class)
	}
	return c.word(content.Class.Name)
}

// tagsOf marks what is out of the ordinary about a version.
func (c *call) tagsOf(v *record.Version) []Tag {
	var tags []Tag
	if v.Destroyed != uuid.Nil {
		tags = append(tags, Tag{c.word("Destroyed"), "grey"})
	}
	switch v.Status {
	case record.Incomplete:
		tags = append(tags, Tag{c.word("Not finished"), "yellow"})
	case record.EnteredInError:
		tags = append(tags, Tag{c.word("Entered in error"), "red"})
	}
	switch v.Sensitivity {
	case record.Sensitive:
		tags = append(tags, Tag{c.word("Sensitive"), "purple"})
	case record.Confidential:
		tags = append(tags, Tag{c.word("Confidential"), "purple"})
	}
	return tags
}

// happened says when something happened: in full, the day alone, the time of day alone. All are empty where the record does not say.
func (c *call) happened(content *standard.Content) (full, day, clock string) {
	date, _ := content.First(standard.RoleEventDate)
	at, _ := content.First(standard.RoleEventTime)
	switch date := date.(type) {
	case standard.Date:
		day = c.words.Date(string(date))
	case standard.DateTime:
		full = c.words.DateTime(string(date), c.config.Zone)
		day = full
		if t, ok := plain.ParseInstant(string(date)); ok {
			local := t.In(c.config.Zone)
			_, clock, _ = strings.Cut(plain.Instant(t, c.config.Zone), " at ")
			day = c.words.Day(local)
		}
	default:
		return "", "", ""
	}
	if t, ok := at.(standard.Time); ok && clock == "" {
		clock = string(t)
	}
	if full = day; clock != "" {
		full += c.word(" at {clock}", "clock", clock)
	}
	return full, day, clock
}

// sensitivityWords say who may see a record.
func (c *call) sensitivityWords(s record.Sensitivity) string {
	switch s {
	case record.Sensitive:
		return c.word("Sensitive: seniors, nurses and managers")
	case record.Confidential:
		return c.word("Confidential: the manager")
	}
	return c.word("Normal: everybody who cares for the person")
}

// statusWords say how far a version can be relied on.
func (c *call) statusWords(s record.Status) string {
	switch s {
	case record.Incomplete:
		return c.word("Not finished")
	case record.EnteredInError:
		return c.word("Entered in error")
	}
	return c.word("Finished")
}

// may reports whether something may be done with what a page is about, now.
func (c *call) mayWrite(a *about) bool {
	return a.past == "" && c.session.MayDo(c.ctx, access.ToRecord, a.uid)
}
