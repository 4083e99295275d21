package web

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/standard"
	"rosemary/web/form"
)

// targets knows what the references of a form may point at: entries of the directory and records of the same person, by name.
type targets struct {
	catalogue *standard.Catalogue
	byClass   map[string][]target
	names     map[uuid.UUID]string
}

// target is something that a reference may point at.
type target struct {
	uid     uuid.UUID
	version int // of ours that stands now; 0: it is another system's, or of the directory
	name    string
}

// mostTargets is how many records of a person a form offers; the latest, where there are more.
const mostTargets = 1000

// targetsFor looks up everything that forms of these classes may point at.
func (c *call) targetsFor(a *about, classes ...*standard.Class) (*targets, error) {
	t := &targets{catalogue: c.config.Catalogue, byClass: map[string][]target{}, names: map[uuid.UUID]string{}}
	directory, personal := map[string]bool{}, map[string]bool{}
	for _, class := range classes {
		referred(class, directory, personal, map[*standard.Class]bool{})
	}
	if len(directory) > 0 {
		if err := c.directoryTargets(a, t, directory); err != nil {
			return nil, err
		}
	}
	if len(personal) > 0 && a.kind == standard.PersonStream {
		if err := c.personTargets(a, t, personal); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// referred gathers the classes that references of a class, and of its blocks, may point at.
func referred(class *standard.Class, directory, personal map[string]bool, been map[*standard.Class]bool) {
	if been[class] {
		return
	}
	been[class] = true
	for _, e := range class.Elements {
		if e.Block != nil {
			referred(e.Block, directory, personal, been)
		}
		for _, to := range e.To {
			for _, target := range to.Concrete() {
				if target.Stream != standard.PersonStream {
					directory[target.ID] = true
				}
				if target.Stream != standard.DirectoryStream {
					personal[target.ID] = true
				}
			}
		}
	}
}

func (c *call) directoryTargets(a *about, t *targets, classes map[string]bool) error {
	if !c.session.May(access.ToReadDirectory) {
		return nil
	}
	entries, err := a.view.Directory(c.ctx, keys(classes))
	if err != nil {
		return err
	}
	for _, e := range entries {
		t.add(e.Class, target{uid: e.UID, name: e.Name})
	}
	return nil
}

func (c *call) personTargets(a *about, t *targets, classes map[string]bool) error {
	versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: keys(classes), Limit: mostTargets})
	if err != nil {
		return err
	}
	for _, v := range versions {
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return err
		}
		if content.Class != nil && content.Class.HasRole(standard.ClassRolePerson) {
			t.add(v.Class, target{uid: v.Record, name: c.word("{fullName} (the person)", "fullName", care.FullName(a.person.Card))})
			continue
		}
		title := content.Title()
		if _, day, _ := c.happened(content); day != "" {
			title += ", " + day
		}
		one := target{uid: v.Record, name: title}
		if v.System == c.config.System {
			one.version = v.Number
		}
		t.add(v.Class, one)
	}
	return nil
}

func keys(set map[string]bool) []string {
	var list []string
	for k := range set {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

func (t *targets) add(class string, one target) {
	t.names[one.uid] = one.name
	t.byClass[class] = append(t.byClass[class], one)
}

// choices lists what one reference may point at. Where it may be of several kinds, each says which it is.
func (t *targets) choices(e *standard.Element) []form.Choice {
	var classes []*standard.Class
	for _, class := range t.catalogue.Classes() {
		if class.Kind == standard.KindRecord && e.Accepts(class) && len(t.byClass[class.ID]) > 0 {
			classes = append(classes, class)
		}
	}
	var list []form.Choice
	for _, class := range classes {
		for _, one := range t.byClass[class.ID] {
			choice := form.Choice{Value: form.Pinned(e, one.uid, one.version), Text: one.name}
			if len(classes) > 1 && !strings.HasSuffix(choice.Text, "(the person)") {
				choice.Text += " – " + class.Name
			}
			list = append(list, choice)
		}
	}
	return list
}

// nameOf is what a reference that is not among the choices is called.
func (t *targets) nameOf(uid uuid.UUID) string { return t.names[uid] }
