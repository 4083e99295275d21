package web

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// reviewsPage lists, for everybody who is here, what seniors have to see to: reviews, consents, decisions about capacity, deprivation of liberty.
type reviewsPage struct {
	Frame
	Groups []ReviewGroup
	Which  []Link
}

// ReviewGroup is one kind of what is to be seen to.
type ReviewGroup struct {
	ID, Heading string
	Rows        []ReviewRow
}

// ReviewRow is one thing.
type ReviewRow struct {
	Name, PersonHref, Title, Href, When string
	sort                                string
}

// reviewGroup says under which heading a flag stands. A review of a decision about capacity, and of a deprivation of liberty, has a heading of its own.
func reviewGroup(flag care.Flag, class *standard.Class) string {
	switch {
	case flag.Kind == care.ConsentMissing:
		return "consents"
	case flag.Kind == care.NotFinished:
		return "unfinished"
	case class != nil && class.HasRole(standard.ClassRoleCapacity):
		return "capacity"
	case flag.Kind == care.ReviewOverdue:
		return "overdue"
	}
	return "soon"
}

// reviews shows the lists.
func (c *call) reviews() error {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	home := &homeRead{versions: map[uuid.UUID][]*record.Version{}}
	if home.people, err = c.everybody(view); err != nil {
		return err
	}
	classes := append(care.AttentionClasses(c.config.Catalogue), append(c.classIDs(standard.ClassRoleDoLS), c.classIDs(standard.ClassRoleCapacity)...)...)
	if err := c.readAcross(view, home, classes, time.Time{}); err != nil {
		return err
	}
	page := reviewsPage{Frame: c.frame("Reviews and consents")}
	page.Back = &Link{Text: "Round of the floor", Href: "/floor"}
	groups := []ReviewGroup{{ID: "overdue", Heading: "Reviews overdue"}, {ID: "liberty", Heading: "Deprivation of liberty (DoLS) ending or run out"}, {ID: "capacity", Heading: "Capacity decisions to look at again"},
		{ID: "consents", Heading: "Consents missing"}, {ID: "unfinished", Heading: "Not finished"}, {ID: "soon", Heading: "Reviews due within 14 days"}}
	add := func(id string, row ReviewRow) {
		i := slices.IndexFunc(groups, func(g ReviewGroup) bool { return g.ID == id })
		groups[i].Rows = append(groups[i].Rows, row)
	}
	for _, p := range home.people {
		c.reviewsOf(p, home.versions[p.UID], add)
	}
	for _, g := range groups {
		slices.SortStableFunc(g.Rows, func(a, b ReviewRow) int { return strings.Compare(a.sort, b.sort) })
		if len(g.Rows) > 0 {
			page.Groups = append(page.Groups, g)
			page.Which = append(page.Which, Link{Text: g.Heading + " (" + plain.Whole(len(g.Rows)) + ")", Href: "#" + g.ID})
		}
	}
	return c.render("reviews", page)
}

// reviewsOf lists what is to be seen to for one person.
func (c *call) reviewsOf(p access.Person, versions []*record.Version, add func(string, ReviewRow)) {
	base := "/people/" + p.UID.String()
	name := care.CalledName(p.Card) + " " + p.Card.Family
	byRecord := map[uuid.UUID]*record.Version{}
	for _, v := range versions {
		byRecord[v.Record] = v
	}
	for _, flag := range care.Attention(c.config.Catalogue, versions, c.today()) {
		row := ReviewRow{Name: name, PersonHref: base, Title: flag.Class + ": " + flag.Title, Href: base + "/records/" + flag.Record.String(), sort: flag.Date}
		if flag.Title == flag.Class {
			row.Title = flag.Title
		}
		if flag.Date != "" {
			row.When = "Due " + plain.DateTime(flag.Date, c.config.Zone)
		}
		var class *standard.Class
		if v := byRecord[flag.Record]; v != nil {
			class, _ = c.config.Catalogue.Class(v.Class)
		}
		if class != nil && class.HasRole(standard.ClassRoleDoLS) {
			continue // told by its end, below
		}
		add(reviewGroup(flag, class), row)
	}
	for _, end := range care.LibertyEnding(c.config.Catalogue, versions, c.today()) {
		when := "Ends " + plain.Date(end.Date)
		if end.Over {
			when = "Ran out " + plain.Date(end.Date)
		}
		add("liberty", ReviewRow{Name: name, PersonHref: base, Title: "Deprivation of liberty", Href: base + "/records/" + end.Record.String(), When: when, sort: end.Date})
	}
}
