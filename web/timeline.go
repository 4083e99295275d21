package web

import (
	"time"

	"rosemary/access"
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
	if page.Frame, err = c.personFrame(a, c.word("Timeline")); err != nil {
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
	if c.words.Day(local) != day {
		return c.word("{day} (day not known)", "day", day)
	}
	switch today := c.today(); c.words.Day(local) {
	case c.words.Day(today):
		return c.word("Today, {day}", "day", c.words.Weekday(local))
	case c.words.Day(today.AddDate(0, 0, -1)):
		return c.word("Yesterday, {day}", "day", c.words.Weekday(local))
	}
	return c.words.Weekday(local)
}
