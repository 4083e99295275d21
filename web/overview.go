package web

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/oversight"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// overview is one home, or all of the reader's, as one page sees it: at one moment, through one view.
type overview struct {
	view   *access.View
	place  uuid.UUID // zero: all
	query  string    // what keeps the place in an address: "?place=..." or ""
	people []access.Person
	byUID  map[uuid.UUID]*access.Person
	doses  int // of the last week, once the home was looked over
}

// overviewed finds who is looked after at the place that the address names. Only those who may oversee get this far.
func (c *call) overviewed() (*overview, error) {
	if !c.session.May(access.ToOversee) {
		return nil, errNowhere()
	}
	return c.homeOf()
}

// homeOf finds who is looked after at the place that the address names, for whoever may read about them.
func (c *call) homeOf() (*overview, error) {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return nil, err
	}
	o := &overview{view: view, byUID: map[uuid.UUID]*access.Person{}}
	if o.place, err = uuid.Parse(c.query("place")); err != nil || !slices.Contains(c.session.Principal().Places, o.place) {
		o.place = uuid.Nil
	}
	if o.place != uuid.Nil {
		o.query = "?place=" + o.place.String()
	}
	for after := ""; ; {
		people, next, err := view.People(c.ctx, access.PeopleQuery{Place: o.place, After: after, Limit: 500})
		if err != nil {
			return nil, err
		}
		o.people = append(o.people, people...)
		if after = next; next == "" {
			break
		}
	}
	for i := range o.people {
		o.byUID[o.people[i].UID] = &o.people[i]
	}
	return o, nil
}

// streams are the people's.
func (o *overview) streams() []uuid.UUID {
	list := make([]uuid.UUID, len(o.people))
	for i := range o.people {
		list[i] = o.people[i].UID
	}
	return list
}

// across reads records of all of them. Too many to be counted is said, and nothing is counted.
func (c *call) across(o *overview, classes []string, from, until time.Time) ([]*record.Version, error) {
	if len(classes) == 0 || len(o.people) == 0 {
		return nil, nil
	}
	versions, more, err := o.view.Across(c.ctx, access.AcrossQuery{Streams: o.streams(), Classes: classes, From: from, Until: until})
	if err == nil && more {
		err = &standard.Fault{Kind: standard.Invalid, Message: "There are too many records to be counted at once.", Hint: "Choose one home, or a shorter time."}
	}
	return versions, err
}

// findings looks over the home.
func (c *call) findings(o *overview) ([]oversight.Finding, error) {
	asked := oversight.Classes(c.config.Catalogue)
	var all []*record.Version
	for _, part := range []struct {
		classes []string
		since   time.Time
	}{{asked.Standing, time.Time{}}, {asked.Month, oversight.Month(c.now())}, {asked.Week, oversight.Week(c.now())}} {
		some, err := c.across(o, part.classes, part.since, time.Time{})
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	reasoned, _, err := o.view.Across(c.ctx, access.AcrossQuery{Streams: o.streams(), Classes: asked.Reasoned, Says: asked.Reason, From: oversight.Week(c.now())})
	if err != nil {
		return nil, err
	}
	all = append(all, reasoned...)
	record.KeepDecoded(all)
	doses := c.classIDs(standard.ClassRoleDose)
	for _, v := range all {
		if slices.Contains(doses, v.Class) {
			o.doses++
		}
	}
	people := perPerson(all)
	unproved, err := o.view.Unproved(c.ctx, all)
	if err != nil {
		return nil, err
	}
	for i := range people {
		people[i].Unproved = unproved
	}
	return oversight.Look(c.config.Catalogue, c.duties, people, c.now()), nil
}

// perPerson parts records by whose they are, in the order in which people come first.
func perPerson(versions []*record.Version) []oversight.Person {
	var people []oversight.Person
	place := map[uuid.UUID]int{}
	for _, v := range versions {
		i, ok := place[v.Stream]
		if !ok {
			i = len(people)
			place[v.Stream], people = i, append(people, oversight.Person{Stream: v.Stream})
		}
		people[i].Versions = append(people[i].Versions, v)
	}
	return people
}

// Found is one record behind a figure: whom it is about, what it says, who wrote it and in which minute.
type Found struct {
	Person     string
	PersonHref string
	Room       string
	Place      string
	Title      string
	Href       string
	Class      string
	Words      string
	Why        string
	By         string
	Urgent     bool
	Who        string
	Saved      string
	Do         *Link // what settles it
}

// found words findings, with the names of their authors.
func (c *call) found(o *overview, findings []oversight.Finding) ([]Found, error) {
	var authors []uuid.UUID
	for _, f := range findings {
		if !slices.Contains(authors, f.Version.Author) {
			authors = append(authors, f.Version.Author)
		}
	}
	names, err := o.view.Names(c.ctx, uuid.Nil, authors)
	if err != nil {
		return nil, err
	}
	var list []Found
	for _, f := range findings {
		row := Found{Class: f.Class, Title: f.Title, Words: f.Words, Why: f.Why, Urgent: f.Urgent, Who: names[f.Version.Author]}
		row.Href = "/people/" + f.Stream.String() + "/records/" + f.Version.Record.String()
		row.Saved = plain.Minute(f.Version.Committed, c.config.Zone)
		if f.By != "" {
			row.By = c.byWords(f.Kind, f.By)
		}
		c.whom(o, f.Stream, &row)
		if f.Duty != "" && c.session.MayDo(c.ctx, access.ToRecord, f.Stream) {
			row.Do = c.dutyLink(f)
		}
		list = append(list, row)
	}
	return list, nil
}

// whom fills in whom a row is about.
func (c *call) whom(o *overview, stream uuid.UUID, row *Found) {
	p := o.byUID[stream]
	if p == nil {
		return
	}
	row.Person, row.PersonHref, row.Room, row.Place = nameInFull(p.Card), "/people/"+stream.String(), p.Room, p.PlaceName
	if p.Concealed {
		row.Room, row.Place = "Room not shown", ""
	}
}

// byWords say the date of a finding, and what it means.
func (c *call) byWords(kind oversight.Kind, date string) string {
	on, plainly := plain.OnDate(date, c.config.Zone), plain.DateTime(date, c.config.Zone)
	switch kind {
	case oversight.Alerts, oversight.HandoverUnread:
		return plain.Say("until {date}", "date", plainly)
	case oversight.ReviewsOverdue:
		return plain.Say("review was due {on date}", "on date", on)
	case oversight.ReviewsSoon:
		return plain.Say("review due {on date}", "on date", on)
	case oversight.LibertyEnding:
		return plain.Say("ends {on date}", "on date", on)
	case oversight.Complaints:
		return plain.Say("answer due by {date}", "date", plainly)
	}
	return plain.Say("by {date}", "date", plainly)
}

// byRoom sorts people by place and room, then by name: numbers of rooms as numbers.
func byRoom(people []access.Person) []access.Person {
	sorted := slices.Clone(people)
	slices.SortStableFunc(sorted, func(a, b access.Person) int {
		return cmp.Or(strings.Compare(a.PlaceName, b.PlaceName), cmp.Compare(roomNumber(a.Room), roomNumber(b.Room)), strings.Compare(a.Room, b.Room),
			strings.Compare(care.FullName(a.Card), care.FullName(b.Card)))
	})
	return sorted
}

// roomNumber is the first number in what a room is called; rooms without one come last.
func roomNumber(room string) int {
	n, seen := 0, false
	for _, r := range room {
		if r >= '0' && r <= '9' && n < 1e6 {
			n, seen = n*10+int(r-'0'), true
		} else if seen {
			break
		}
	}
	if !seen {
		return 1 << 30
	}
	return n
}
