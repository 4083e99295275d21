package web

import (
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/money"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// belongingsPage is the money that the home holds for somebody, added up, and the lists of what belongs to them.
type belongingsPage struct {
	Frame
	Balance    string
	Counted    string // when it was last counted
	Long       bool   // that is long ago
	Unreadable int
	Entries    []MoneyRow
	AddMoney   string // "" for whoever may not
	Lists      []Entry
	AddList    string
}

// MoneyRow is one entry of the book.
type MoneyRow struct {
	When, What, For, Amount, Balance string
	Href                             string
	Signed, Second                   string
	Wrong                            []string
	Why                              string
}

// belongings shows them.
func (c *call) belongings() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := belongingsPage{}
	if page.Frame, err = c.personFrame(a, "Money and belongings"); err != nil {
		return err
	}
	versions, err := c.allOf(a, money.Classes(c.config.Catalogue))
	if err != nil {
		return err
	}
	book := money.Add(c.config.Catalogue, versions)
	page.Balance, page.Unreadable = book.Balance, book.Unreadable
	counted, long := book.Since(c.now())
	page.Counted, page.Long = plain.DateTime(counted, c.config.Zone), long
	var signers []uuid.UUID
	for _, e := range book.Entries {
		signers = append(signers, e.Signed, e.Second)
	}
	n, err := c.namer(a, nil, signers...)
	if err != nil {
		return err
	}
	for _, e := range book.Entries {
		page.Entries = append(page.Entries, MoneyRow{When: plain.DateTime(e.When, c.config.Zone), What: e.What, For: e.For, Amount: e.Amount, Balance: e.Balance, Href: a.recordHref(e.Version),
			Signed: n.name(e.Signed), Second: n.name(e.Second), Wrong: e.Wrong, Why: e.Why})
	}
	lists, err := c.allOf(a, c.classIDs(standard.ClassRolePropertyList))
	if err != nil {
		return err
	}
	if page.Lists, err = c.entries(a, lists); err != nil {
		return err
	}
	if page.Person.MayWrite {
		page.AddMoney, page.AddList = c.newOf(a, standard.ClassRoleMoney), c.newOf(a, standard.ClassRolePropertyList)
	}
	return c.render("belongings", page)
}

// newOf is where a record of a class with a role is written; "" where there is no such class.
func (c *call) newOf(a *about, role string) string {
	for _, id := range c.classIDs(role) {
		return a.base + "/new/" + id
	}
	return ""
}

// allOf reads all records of some classes, in as many parts as it takes.
func (c *call) allOf(a *about, classes []string) ([]*record.Version, error) {
	if len(classes) == 0 {
		return nil, nil
	}
	var all []*record.Version
	q := access.RecordsQuery{Stream: a.uid, Classes: classes, Limit: 1000}
	for {
		some, more, err := a.view.Records(c.ctx, q)
		if err != nil {
			return nil, err
		}
		if all = append(all, some...); !more || len(some) == 0 {
			return all, nil
		}
		last := some[len(some)-1].Cursor()
		q.After = &last
	}
}

// since is a time some days ago, at midnight: today is the last of them.
func (c *call) since(days int) time.Time {
	now := c.now()
	return time.Date(now.Year(), now.Month(), now.Day()+1-days, 0, 0, 0, 0, c.config.Zone)
}
