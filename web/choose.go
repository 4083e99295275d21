package web

import (
	"slices"
	"strings"

	"rosemary/access"
	"rosemary/standard"
)

// choosePage asks what kind of record to add.
type choosePage struct {
	Frame
	Search     string
	Action     string
	Often      []ChoiceOfClass
	Categories []CategoryChoice
}

// CategoryChoice is the classes of one category.
type CategoryChoice struct {
	Name    string
	Summary string
	Classes []ChoiceOfClass
	Open    bool
}

// ChoiceOfClass is one kind of record that can be added.
type ChoiceOfClass struct {
	Name    string
	Summary string
	Href    string
}

// offered reports whether records of a class are added by a form of their own: who a person is is written when the person is registered.
func offered(class *standard.Class, stream standard.Stream) bool {
	return class.Kind == standard.KindRecord && (class.Stream == stream || class.Stream == standard.EitherStream) && !class.HasRole(standard.ClassRolePerson) && !class.Reserved()
}

// often is how many of the kinds that are recorded most stand first.
const often = 8

// choose lists the kinds of record: those that are recorded most for this person first, then the daily ones, then the rest by category.
func (c *call) choose() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	if err := c.mustWrite(a); err != nil {
		return err
	}
	page := choosePage{Search: strings.TrimSpace(c.query("q")), Action: a.base + "/new"}
	if page.Frame, err = c.personFrame(a, c.word("Add to the record")); err != nil {
		return err
	}
	counts, err := a.view.Counts(c.ctx, a.uid)
	if err != nil {
		return err
	}
	if page.Search == "" {
		page.Often = c.oftenUsed(a, counts)
	}
	for i, category := range c.dailyFirst() {
		out := CategoryChoice{Name: c.word(category.Name), Summary: c.word(category.Summary), Open: i == 0 || page.Search != ""}
		for _, class := range c.config.Catalogue.Classes() {
			if class.Category == category && c.offers(class) && matches(class, page.Search) {
				out.Classes = append(out.Classes, choiceOf(a, class))
			}
		}
		if len(out.Classes) > 0 {
			page.Categories = append(page.Categories, out)
		}
	}
	return c.render("choose", page)
}

// offers reports whether the reader may add a record of the class about a person: where somebody lives is written by those who may register people.
func (c *call) offers(class *standard.Class) bool {
	return offered(class, standard.PersonStream) && (!class.HasRole(standard.ClassRolePlacement) || c.session.May(access.ToRegister))
}

func choiceOf(a *about, class *standard.Class) ChoiceOfClass {
	return ChoiceOfClass{Name: class.Name, Summary: class.Summary, Href: a.base + "/new/" + class.ID}
}

// oftenUsed are the kinds that this person has most records of.
func (c *call) oftenUsed(a *about, counts map[string]int) []ChoiceOfClass {
	var used []*standard.Class
	for _, class := range c.config.Catalogue.Classes() {
		if counts[class.ID] > 1 && c.offers(class) {
			used = append(used, class)
		}
	}
	slices.SortStableFunc(used, func(x, y *standard.Class) int { return counts[y.ID] - counts[x.ID] })
	var list []ChoiceOfClass
	for _, class := range used[:min(often, len(used))] {
		list = append(list, choiceOf(a, class))
	}
	return list
}

// dailyFirst are the categories, those that hold nothing but our extensions for daily care first.
func (c *call) dailyFirst() []*standard.Category {
	extensionOnly := map[*standard.Category]bool{}
	for _, class := range c.config.Catalogue.Classes() {
		if class.Category == nil {
			continue
		}
		only, seen := extensionOnly[class.Category]
		extensionOnly[class.Category] = class.Extension && (only || !seen)
	}
	categories := slices.Clone(c.config.Catalogue.Categories())
	slices.SortStableFunc(categories, func(x, y *standard.Category) int {
		switch {
		case extensionOnly[x] == extensionOnly[y]:
			return 0
		case extensionOnly[x]:
			return -1
		}
		return 1
	})
	return categories
}

// matches reports whether every word of a search is somewhere in what a class is called, means or asks.
func matches(class *standard.Class, search string) bool {
	text := class.Name + " " + class.Summary
	for _, e := range class.Elements {
		text += " " + e.Name + " " + e.Ask
	}
	text = strings.ToLower(text)
	for _, word := range strings.Fields(strings.ToLower(search)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// mustWrite refuses those who may not write here, and anybody who looks back.
func (c *call) mustWrite(a *about) error {
	if a.past != "" {
		return &standard.Fault{Kind: standard.Forbidden, Message: c.word("This is the record as it stood in the past. You cannot change it."), Hint: c.word("Return to now first.")}
	}
	if !c.session.MayDo(c.ctx, access.ToRecord, a.uid) {
		return &standard.Fault{Kind: standard.Forbidden, Message: c.word("With the role {roleName} you cannot write here.", "roleName", c.session.Principal().RoleName),
			Hint: c.word("If you need to, ask the manager.")}
	}
	return nil
}
