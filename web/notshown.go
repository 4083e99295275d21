package web

import (
	"slices"

	"rosemary/standard"
)

// notShownPage says that this reader is shown nothing of what a page is about: never that there is nothing.
type notShownPage struct {
	Frame
}

// shownTo is a page about records of classes with some roles, for readers who are shown any of them.
func shownTo(title string, page func(*call) error, classRoles ...string) func(*call) error {
	return func(c *call) error {
		if slices.ContainsFunc(classRoles, c.session.Shows) {
			return page(c)
		}
		a, err := c.about(standard.PersonStream)
		if err != nil {
			return err
		}
		return c.notShown(a, title)
	}
}

func (c *call) notShown(a *about, title string) (err error) {
	page := notShownPage{}
	if page.Frame, err = c.personFrame(a, title); err != nil {
		return err
	}
	return c.render("notshown", page)
}
