package web

import (
	"slices"
	"strings"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/standard"
)

// ownPage is a person's record for themselves and for those whom they, or the law, have let in: calm, and no more than they may see.
type ownPage struct {
	Frame
	Words   []OwnWords
	WordsBy string
	Latest  []Entry
	Own     bool   // the reader is the person
	Until   string // until when the reader is let in, where no line above says so
	Agreed  []Entry
	Plan    []Entry
	Looked  []LookedRow // who has looked last
	MayLook bool
	Print   string // what can be printed
}

// soleOwn says whether the reader was let in to one person's record by that person, or for them, and leads there.
func (c *call) soleOwn() (string, bool) {
	p := c.session.Principal()
	if len(p.LetIn) != 1 || !c.session.OnTheirBehalf() {
		return "", false
	}
	return "/people/" + p.LetIn[0].String() + "/own", true
}

// ownTabs lead to what such a reader is shown, and to nothing that would be empty for them.
func (c *call) ownTabs(p *PersonFrame) (tabs, more []Link) {
	path := c.r.URL.Path
	tab := func(text, to string, classRoles ...string) {
		if len(classRoles) == 0 || slices.ContainsFunc(classRoles, c.session.Shows) {
			tabs = append(tabs, Link{Text: text, Href: p.Href(to), Current: path == p.Base+to || strings.HasPrefix(path, p.Base+to+"/")})
		}
	}
	tab("Summary", "/own")
	tab("Timeline", "/timeline")
	tab("Care plan", "/care", standard.ClassRoleNeed, standard.ClassRoleRisk)
	tab("Charts", "/charts", standard.ClassRoleReadings)
	tab("Medicines", "/medicines", standard.ClassRoleMedicineOrder)
	tab("Record", "/records")
	tab("Search", "/search")
	if c.session.May(access.ToReadAccessLog) {
		tabs = append(tabs, Link{Text: "Who looked", Href: p.Base + "/looked", Current: path == p.Base+"/looked"})
	}
	return tabs, nil
}

// own shows it.
func (c *call) own() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := ownPage{Own: c.session.Purpose() == access.OwnRequest, Print: a.href("/print")}
	title := a.name + "’s record"
	if page.Own {
		title = "Your record"
	}
	if page.Frame, err = c.personFrame(a, title); err != nil {
		return err
	}
	if p := c.session.Principal(); p.Guest() && p.Returns {
		page.Until = plain.Minute(p.Until, c.config.Zone)
	}
	page.MayLook = c.session.MayDo(c.ctx, access.ToReadAccessLog, a.uid)
	summary := personPage{Frame: page.Frame}
	for _, step := range []func(*about, *personPage) error{c.ownWords, c.latest} {
		if err := step(a, &summary); err != nil {
			return err
		}
	}
	page.Words, page.WordsBy, page.Latest = summary.Words, summary.WordsBy, summary.Latest
	for _, step := range []func(*about, *ownPage) error{c.ownAgreed, c.ownPlan, c.ownLooked} {
		if err := step(a, &page); err != nil {
			return err
		}
	}
	return c.render("own", page)
}

// ownAgreed lists what was agreed to, and what was not.
func (c *call) ownAgreed(a *about, page *ownPage) (err error) {
	page.Agreed, err = c.ownEntries(a, standard.ClassRoleConsent, standard.ClassRoleAdvanceStatement, standard.ClassRoleAdvanceRefusal)
	return err
}

// ownPlan lists what the person and the home want to reach.
func (c *call) ownPlan(a *about, page *ownPage) (err error) {
	page.Plan, err = c.ownEntries(a, standard.ClassRoleGoal, standard.ClassRoleWish, standard.ClassRoleCarePlan)
	return err
}

func (c *call) ownEntries(a *about, roles ...string) ([]Entry, error) {
	var classes []string
	for _, role := range roles {
		classes = append(classes, c.classIDs(role)...)
	}
	versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: classes, Limit: 20})
	if err != nil {
		return nil, err
	}
	return c.entries(a, versions)
}

// ownLooked says who has looked last, for whoever may know.
func (c *call) ownLooked(a *about, page *ownPage) error {
	if !page.MayLook || a.past != "" {
		return nil
	}
	entries, err := c.session.AccessLog(c.ctx, a.uid, 0, 100)
	if err != nil {
		return err
	}
	page.Looked, err = c.lookedRows(a, entries)
	page.Looked = page.Looked[:min(len(page.Looked), 5)]
	return err
}
