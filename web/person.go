package web

import (
	"slices"

	"rosemary/access"
	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
)

// personPage is the summary of one person: in their own words, what needs attention, what was written last, what there is.
type personPage struct {
	Frame
	Words      []OwnWords
	WordsBy    string // who wrote them, and when
	WordsHref  string // the record
	AddWords   string // where to write them, when there are none
	Attention  []Attention
	Latest     []Entry
	Categories []CategoryCount
	Add        string
	Copy       string // where the person is given their own copy
	File       string // where the record is given to another provider as a file
	Apps       string // where apps of others are started about them, when there are any
	Hospital   string // where they are sent to hospital from, and taken back
	Print      string // what can be printed
	Belongings string // money that the home holds, and lists of property
}

// OwnWords is one part of About Me.
type OwnWords struct {
	Heading string
	Text    []string
}

// Attention is one thing that somebody should look at.
type Attention struct {
	Words string
	Title string
	Href  string
	Tag   Tag
}

// CategoryCount says how many records of a category there are, by class.
type CategoryCount struct {
	Name    string
	Summary string
	Href    string
	Total   int
	Classes []ClassCount
}

// ClassCount says how many records of a class there are.
type ClassCount struct {
	Name  string
	Href  string
	Count int
}

// showPerson shows the summary.
func (c *call) showPerson() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	if own, ok := c.soleOwn(); ok { // whose page that is is calmer, and says the same
		return c.redirect(withPast(own, a.past))
	}
	page := personPage{Belongings: a.href("/belongings"), Print: a.href("/print")}
	if page.Frame, err = c.personFrame(a, c.word("Summary")); err != nil {
		return err
	}
	if page.Person.MayWrite {
		page.Add = a.base + "/new"
		page.Hospital = a.base + "/hospital"
	}
	if a.past == "" && c.session.MayDo(c.ctx, access.ToExport, a.uid) {
		page.Copy = a.base + "/copy"
		if c.config.Exchange != nil {
			page.File = a.base + "/file"
		}
	}
	if a.past == "" && c.config.Issuer != nil {
		apps, err := c.session.Launchable(c.ctx)
		if err != nil {
			return err
		}
		if len(apps) > 0 {
			page.Apps = a.base + "/apps"
		}
	}
	for _, step := range []func(*about, *personPage) error{c.ownWords, c.attention, c.latest, c.counts} {
		if err := step(a, &page); err != nil {
			return err
		}
	}
	return c.render("person", page)
}

// classIDs are the ids of the classes with a role.
func (c *call) classIDs(role string) []string {
	var ids []string
	for _, class := range c.config.Catalogue.ClassesWithRole(role) {
		ids = append(ids, class.ID)
	}
	return ids
}

// ownWords fills in the latest About Me.
func (c *call) ownWords(a *about, page *personPage) error {
	classes := c.classIDs(standard.ClassRoleAboutMe)
	if len(classes) == 0 {
		return nil
	}
	versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: classes, Limit: 1})
	if err != nil {
		return err
	}
	if len(versions) == 0 {
		if page.Person.MayWrite {
			page.AddWords = a.base + "/new/" + classes[0]
		}
		return nil
	}
	content, err := versions[0].Decoded(c.config.Catalogue)
	if err != nil {
		return err
	}
	for _, entry := range content.Entries {
		if entry.Element.Role != standard.RoleStatement {
			continue
		}
		words := OwnWords{Heading: c.word(entry.Element.Name)}
		for _, v := range entry.Values {
			words.Text = append(words.Text, c.words.Value(v, c.config.Zone))
		}
		page.Words = append(page.Words, words)
	}
	n, err := c.namer(a, nil, versions[0].Author)
	if err != nil {
		return err
	}
	page.WordsHref = a.recordHref(versions[0])
	page.WordsBy = c.word("Written down")
	if who := n.name(versions[0].Author); who != "" {
		page.WordsBy += c.word(" by {who}", "who", who)
	}
	page.WordsBy += c.word(" on {day}", "day", c.words.Day(versions[0].Committed.In(c.config.Zone)))
	return nil
}

// attention lists what somebody should look at. It is flagged and never stops anybody.
func (c *call) attention(a *about, page *personPage) error {
	classes := care.AttentionClasses(c.config.Catalogue)
	if len(classes) == 0 {
		return nil
	}
	versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: classes, Limit: 1000})
	if err != nil {
		return err
	}
	day := c.today()
	if a.past != "" {
		at, _, _ := c.place()
		day = at.Time.In(c.config.Zone)
	}
	for _, flag := range care.Attention(c.config.Catalogue, versions, day) {
		if !a.person.Placed && flag.Kind != care.NotFinished {
			continue // nobody here reviews the plan of somebody who has left
		}
		words := c.attentionWords(a, flag)
		if i := slices.IndexFunc(versions, func(v *record.Version) bool { return v.Record == flag.Record }); i >= 0 {
			words.Href = a.recordHref(versions[i])
		}
		page.Attention = append(page.Attention, words)
	}
	return nil
}

func (c *call) attentionWords(a *about, flag care.Flag) Attention {
	out := Attention{Title: flag.Class + ": " + flag.Title, Href: a.href("/records/" + flag.Record.String())}
	if flag.Title == flag.Class {
		out.Title = flag.Title
	}
	switch flag.Kind {
	case care.ReviewOverdue:
		out.Tag, out.Words = Tag{c.word("Review overdue"), "red"}, c.word("was due on {when}", "when", c.words.DateTime(flag.Date, c.config.Zone))
	case care.ReviewSoon:
		out.Tag, out.Words = Tag{c.word("Review soon"), "blue"}, c.word("due on {when}", "when", c.words.DateTime(flag.Date, c.config.Zone))
	case care.ConsentMissing:
		out.Tag, out.Words = Tag{c.word("No consent recorded"), "orange"}, c.word("ask, and record the answer")
	case care.NotFinished:
		out.Tag, out.Words = Tag{c.word("Not finished"), "yellow"}, c.word("something is still to be filled in")
	}
	return out
}

func (c *call) latest(a *about, page *personPage) error {
	versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Order: record.CommittedDesc, Limit: 6})
	if err != nil {
		return err
	}
	page.Latest, err = c.entries(a, versions)
	return err
}

// counts lists the categories that have something in them.
func (c *call) counts(a *about, page *personPage) error {
	counts, err := a.view.Counts(c.ctx, a.uid)
	if err != nil {
		return err
	}
	for _, category := range c.config.Catalogue.Categories() {
		out := CategoryCount{Name: category.Name, Summary: category.Summary, Href: a.href("/records?category=" + category.ID)}
		for _, class := range c.config.Catalogue.Classes() {
			if n := counts[class.ID]; class.Category == category && n > 0 {
				out.Total += n
				out.Classes = append(out.Classes, ClassCount{Name: class.Name, Href: a.href("/records?class=" + class.ID), Count: n})
			}
		}
		if out.Total > 0 {
			page.Categories = append(page.Categories, out)
		}
	}
	return nil
}
