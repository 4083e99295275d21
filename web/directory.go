package web

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// directoryPage lists the provider's organisations, homes, workers and places.
type directoryPage struct {
	Frame
	Search string
	Groups []DirectoryGroup
	Add    []Link
	Found  int
	First  *FirstSteps // while there is no home or nobody who works there, for who can begin
}

// FirstSteps are the first three of an empty installation.
type FirstSteps struct {
	Places, Workers []Link
	Accounts        bool // the reader says who may sign in
}

// DirectoryGroup is the entries of one kind.
type DirectoryGroup struct {
	Name    string
	Summary string
	Entries []Link
}

// directory lists the entries by kind.
func (c *call) directory() error {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	entries, err := view.Directory(c.ctx, nil)
	if err != nil {
		return err
	}
	page := directoryPage{Frame: c.frame("Directory"), Search: strings.TrimSpace(c.query("q"))}
	for _, class := range c.config.Catalogue.Classes() {
		if class.Kind != standard.KindRecord || class.Stream == standard.PersonStream {
			continue
		}
		group := DirectoryGroup{Name: class.Name, Summary: class.Summary}
		for _, e := range entries {
			if e.Class == class.ID && strings.Contains(strings.ToLower(e.Name), strings.ToLower(page.Search)) {
				group.Entries = append(group.Entries, Link{Text: e.Name, Href: "/directory/" + e.UID.String()})
			}
		}
		if page.Found += len(group.Entries); len(group.Entries) > 0 {
			page.Groups = append(page.Groups, group)
		}
		if c.session.May(access.ToEditDirectory) && class.Stream == standard.DirectoryStream {
			page.Add = append(page.Add, Link{Text: class.Name, Href: "/directory/new/" + class.ID})
		}
	}
	if c.session.May(access.ToEditDirectory) && (!c.anyOf(entries, c.homes()) || !c.anyOf(entries, c.config.Catalogue.ClassesWithRole(standard.ClassRoleWorker))) {
		page.First = &FirstSteps{Places: c.newEntries(c.homes()), Workers: c.newEntries(c.config.Catalogue.ClassesWithRole(standard.ClassRoleWorker)), Accounts: c.session.May(access.ToManageAccounts)}
	}
	return c.render("directory", page)
}

// homes are the classes of what looks after people: where a placement can say that they are.
func (c *call) homes() (homes []*standard.Class) {
	for _, placement := range c.config.Catalogue.ClassesWithRole(standard.ClassRolePlacement) {
		if at := placement.ByRole(standard.RolePlacedAt); at != nil {
			homes = append(homes, at.To...)
		}
	}
	return homes
}

func (c *call) anyOf(entries []access.DirectoryEntry, classes []*standard.Class) bool {
	return slices.ContainsFunc(entries, func(e access.DirectoryEntry) bool {
		return slices.ContainsFunc(classes, func(class *standard.Class) bool { return e.Class == class.ID })
	})
}

// forAccounts is how the command that makes accounts names a worker, or a home or branch.
func (c *call) forAccounts(a *about, class *standard.Class) string {
	switch {
	case class == nil || a.kind != standard.DirectoryStream || !c.session.May(access.ToManageAccounts):
		return ""
	case class.HasRole(standard.ClassRoleWorker):
		return "--worker " + a.uid.String()
	case slices.ContainsFunc(c.homes(), func(home *standard.Class) bool { return class == home || class.IsA(home) }):
		return "--place " + a.uid.String()
	}
	return ""
}

func (c *call) newEntries(classes []*standard.Class) (links []Link) {
	for _, class := range classes {
		links = append(links, Link{Text: class.Name, Href: "/directory/new/" + class.ID})
	}
	return links
}

// entryPage shows one entry of the directory: its records, the one that it is about first.
type entryPage struct {
	Frame
	Name    string
	Entries []Entry
}

// showEntry leads to the entry's record; where it has several, it lists them.
func (c *call) showEntry() error {
	a, err := c.about(standard.DirectoryStream)
	if err != nil {
		return err
	}
	versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Limit: listed})
	if err != nil {
		return err
	}
	if len(versions) == 1 {
		return c.redirect(a.href("/records/" + versions[0].Record.String()))
	}
	page := entryPage{Name: a.name}
	if page.Frame, err = c.personFrame(a, a.name); err != nil {
		return err
	}
	if page.Entries, err = c.entries(a, versions); err != nil {
		return err
	}
	return c.render("entry", page)
}

// newEntry shows the empty form of a new entry.
func (c *call) newEntry() error {
	f, err := c.entryForm()
	if err != nil {
		return err
	}
	if rec := c.draftNamed(); rec != uuid.Nil {
		f.values.Set(fieldRecord, rec.String())
		opened, values, there, err := c.openDraft(f.draftable().key)
		if err != nil {
			return err
		}
		if !there {
			return c.draftGone("/directory/new/" + f.class.ID)
		}
		f.opened, f.values = opened, values
	}
	return c.showNewEntry(f)
}

// entryForm begins a new entry of the class in the address.
func (c *call) entryForm() (*filling, error) {
	class, err := c.class(standard.DirectoryStream)
	if err != nil {
		return nil, err
	}
	if !c.session.May(access.ToEditDirectory) {
		return nil, &standard.Fault{Kind: standard.Forbidden, Message: "With the role " + c.session.Principal().RoleName + " you cannot change the directory.",
			Hint: "Ask the manager or the administrator."}
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return nil, err
	}
	return begin(&about{kind: standard.DirectoryStream, view: view, name: "the directory", base: "/directory"}, class), nil
}

func (c *call) showNewEntry(f *filling) error {
	page, err := c.formFrame(f, "Add to the directory: "+f.class.Name)
	if err != nil {
		return err
	}
	page.Action, page.Cancel, page.Unfinished = "/directory/new/"+f.class.ID, "/directory", false
	return c.showForm(page)
}

// writeEntry does what a button of the form asks for: fill something in, or save the entry.
func (c *call) writeEntry() error {
	f, err := c.entryForm()
	if err != nil {
		return err
	}
	sent, act, err := c.filled(f.about, f.class)
	if err != nil {
		return err
	}
	switch {
	case isDraftAct(act):
		return c.keepDraft(sent.draftable())
	case act == actShow:
		return c.showNewEntry(sent)
	}
	uid, err := uuid.Parse(sent.values.Get(fieldRecord))
	if err != nil {
		uid = uuid.Must(uuid.NewV7())
	}
	sent.about.uid = uid
	receipt, ok, err := c.commitOpening(sent, record.ProposedChange{Type: record.Create, Record: uid, Class: f.class.ID})
	switch {
	case err != nil:
		return err
	case !ok:
		return c.showNewEntry(sent)
	}
	sent.about.base = "/directory/" + uid.String()
	return c.saved(sent.about, f.class, receipt, "Added to the directory")
}
