package web

import (
	"time"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/standard"
)

// timelinePage shows what happened when, by day, the latest first.
type timelinePage struct {
	Frame
	Days []TimelineDay
	More Pager
}

// TimelineDay is what happened on one day, or in a month or year where no more is known.
type TimelineDay struct {
	Heading string
	Entries []Entry
}

// timeline shows the records of a person in the order in which things happened.
func (c *call) timeline() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := timelinePage{}
	if page.Frame, err = c.personFrame(a, "Timeline"); err != nil {
		return err
	}
	values := c.r.URL.Query()
	versions, more, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Limit: listed, After: cursorOf(values.Get("after"))})
	if err != nil {
		return err
	}
	entries, err := c.entries(a, versions)
	if err != nil {
		return err
	}
	for i, e := range entries {
		heading := c.dayHeading(e.Day, time.Unix(versions[i].Happened, 0))
		if n := len(page.Days); n == 0 || page.Days[n-1].Heading != heading {
			page.Days = append(page.Days, TimelineDay{Heading: heading})
		}
		last := &page.Days[len(page.Days)-1]
		last.Entries = append(last.Entries, e)
	}
	page.More = pagerOf(a, "/timeline", values, versions, more)
	return c.render("timeline", page)
}

// dayHeading says a day with its weekday, today and yesterday as such; what is less than a day as it is known.
func (c *call) dayHeading(day string, happened time.Time) string {
	local := happened.In(c.config.Zone)
	if plain.Day(local) != day {
		return day + " (day not known)"
	}
	switch today := c.today(); plain.Day(local) {
	case plain.Day(today):
		return "Today, " + plain.Weekday(local)
	case plain.Day(today.AddDate(0, 0, -1)):
		return "Yesterday, " + plain.Weekday(local)
	}
	return plain.Weekday(local)
}
