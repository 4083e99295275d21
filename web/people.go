package web

import (
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/web/nhsuk"
)

// peoplePage lists the people of the reader's places.
type peoplePage struct {
	Frame
	Search      string
	SearchField template.HTML
	PlaceField  template.HTML // only where there is more than one
	Left        bool          // those who have left
	Tabs        []Link
	People      []PersonRow
	More        Pager
	MayRegister bool
	MayBreak    bool // open a record in an emergency
	Filtered    bool
}

// PersonRow is one person of the list.
type PersonRow struct {
	Href     string
	Called   string
	Full     string
	Initials string
	Tone     int
	Born     string
	Age      string
	Died     string
	Room     string
	Place    string
	NHS      string
	Gone     bool   // has left, in a list of both
	Also     []Link // other records of the same person
	Alike    string // whose name is easily confused with this one
}

// people lists them, by name; a search finds the beginnings of names, a whole room, or an NHS number.
func (c *call) people() error {
	view, err := c.session.View(c.ctx, access.At{Moment: momentOf(c.whole("moment"))})
	if err != nil {
		return err
	}
	q := access.PeopleQuery{Search: strings.TrimSpace(c.query("q")), Left: c.query("left") != "", After: c.query("after"), Limit: 200}
	q.All = q.Search != "" && !q.Left // whoever looks for somebody by name does not know whether they have left
	if q.Place, err = uuid.Parse(c.query("place")); err != nil {
		q.Place = uuid.Nil
	}
	people, next, err := c.findPeople(view, q)
	if err != nil {
		return err
	}
	page := peoplePage{
		Frame: c.frame(c.word("People")), Search: q.Search, Left: q.Left, MayRegister: c.session.May(access.ToRegister), MayBreak: c.session.May(access.ToBreakGlass),
		Filtered: q.Search != "" || q.Place != uuid.Nil,
	}
	page.Tabs = []Link{{Text: c.word("Here now"), Href: "/people", Current: !q.Left && !q.All}, {Text: c.word("Have left"), Href: "/people?left=yes", Current: q.Left}}
	page.SearchField = nhsuk.Input(nhsuk.InputOptions{
		ID: "q", Name: "q", Value: q.Search, Label: nhsuk.LabelOptions{Text: c.word("Find by name, room or NHS number")}, Autocomplete: "off",
	})
	page.People = c.personRows(people)
	for i := range page.People {
		page.People[i].Gone = q.All && !people[i].Placed
	}
	if next != "" {
		page.More = Pager{Next: "/people?" + again(c.r.URL.Query(), "after", next, "moment", momentText(view.Moment())), NextText: c.word("More people")}
	}
	if page.PlaceField, err = c.placeField(view, q.Place); err != nil {
		return err
	}
	return c.render("people", page)
}

// findPeople asks the view; what finds nobody by name is tried as a room.
func (c *call) findPeople(view *access.View, q access.PeopleQuery) ([]access.Person, string, error) {
	people, next, err := view.People(c.ctx, q)
	if err != nil || len(people) > 0 || q.Search == "" {
		return people, next, err
	}
	room := strings.TrimSpace(strings.TrimPrefix(strings.ToLower(q.Search), "room"))
	all := q
	all.Search, all.Limit = "", 500
	if people, _, err = view.People(c.ctx, all); err != nil {
		return nil, "", err
	}
	people = slices.DeleteFunc(people, func(p access.Person) bool {
		return p.Room == "" || strings.TrimSpace(strings.TrimPrefix(strings.ToLower(p.Room), "room")) != room
	})
	return people, "", nil
}

// personRows words the people, and warns of those whose names are alike.
func (c *call) personRows(people []access.Person) []PersonRow {
	var rows []PersonRow
	for i, p := range people {
		row := PersonRow{
			Href: "/people/" + p.UID.String(), Called: care.CalledName(p.Card), Full: care.FullName(p.Card), Tone: toneOf(p.UID),
			Born: c.words.Date(p.Card.Born), Age: care.Age(p.Card.Born, c.today()), Room: p.Room, Place: p.PlaceName, NHS: plain.NHSNumber(p.Card.NHSNumber),
		}
		row.Initials = plain.Initials(row.Called + " " + p.Card.Family)
		if p.Card.Died != "" {
			row.Died = c.words.Date(p.Card.Died)
		}
		if p.Concealed {
			row.Place, row.Room = "", c.word("Not shown")
		}
		row.Alike = alikeWords(people, i)
		for _, other := range p.Also {
			row.Also = append(row.Also, Link{Text: care.FullName(other.Card), Href: "/people/" + other.UID.String()})
		}
		rows = append(rows, row)
	}
	return rows
}

// alikeWords names the others of the list whose names are easily confused with one.
func alikeWords(people []access.Person, i int) string {
	var others []string
	for k, other := range people {
		if k != i && care.Alike(people[i].Card, other.Card) {
			others = append(others, nameInFull(other.Card))
		}
	}
	if len(others) > 3 {
		others = append(others[:2], "others")
	}
	return plain.List(others)
}

// nameInFull is the full name with what the person is called, where that differs.
func nameInFull(card record.PersonCard) string {
	full, called := care.FullName(card), care.CalledName(card)
	if called == card.Given || called == full {
		return full
	}
	return full + " (" + called + ")"
}

// placeField chooses among the reader's places, where there are several.
func (c *call) placeField(view *access.View, chosen uuid.UUID) (template.HTML, error) {
	places := c.session.Principal().Places
	if len(places) < 2 {
		return "", nil
	}
	names, err := view.Names(c.ctx, uuid.Nil, places)
	if err != nil {
		return "", err
	}
	o := nhsuk.SelectOptions{
		ID: "place", Name: "place", Label: nhsuk.LabelOptions{Text: c.word("Home or branch")}, Items: []nhsuk.SelectItem{{Value: "", Text: c.word("All of mine")}},
	}
	if chosen != uuid.Nil {
		o.Value = chosen.String()
	}
	for _, p := range places {
		o.Items = append(o.Items, nhsuk.SelectItem{Value: p.String(), Text: names[p]})
	}
	return nhsuk.Select(o), nil
}

// again is the same query with some values set; pairs are names and values.
func again(values url.Values, pairs ...string) string {
	out := url.Values{}
	for k, v := range values {
		out[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out.Encode()
}
