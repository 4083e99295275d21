package web

import (
	"html/template"
	"slices"
	"strconv"
	"time"

	"rosemary/access"
	"rosemary/care/outbreak"
	"rosemary/care/plain"
	"rosemary/web/nhsuk"
)

// outbreakPage shows who has signs of an illness that may spread: where, since when, which tests.
type outbreakPage struct {
	Frame
	Fields    template.HTML
	As        string
	Days      int
	Illnesses []IllnessShown
	Guessed   bool // which rooms lie together is guessed from their numbers, of some of them
}

// IllnessShown is one illness with its line list.
type IllnessShown struct {
	Name   string
	Anchor string
	Alarm  string // where it may be an outbreak; "" where it may not
	Advice string
	Groups []CaseCount
	Cases  []CaseRow
}

// CaseCount says how many have it in one part of a home.
type CaseCount struct {
	Group string
	Count int
}

// CaseRow is one person of the line list.
type CaseRow struct {
	Name, Href, Room, Place, Part string
	First, Last                   string
	Signs                         []SignLink
	More                          int
	Tests                         []SignLink
}

// SignLink opens the record that is a sign.
type SignLink struct{ Text, When, Href string }

// The spans of time that can be looked at, in days.
var outbreakDays = []int{3, 7, 14, 28}

// signsShown is how many signs of one person stand in the list.
const signsShown = 4

// outbreaks shows them.
func (c *call) outbreaks() error {
	o, err := c.overviewed()
	if err != nil {
		return err
	}
	days := int(c.whole("days"))
	if !slices.Contains(outbreakDays, days) {
		days = 7
	}
	page := outbreakPage{Frame: c.frame("Signs of infection"), As: plain.Minute(c.now(), c.config.Zone), Days: days}
	page.Back = &Link{Text: "Home", Href: "/home" + o.query}
	if page.Fields, err = c.placeField(o.view, o.place); err != nil {
		return err
	}
	span := nhsuk.SelectOptions{ID: "days", Name: "days", Label: nhsuk.LabelOptions{Text: "How far back"}, Value: strconv.Itoa(days)}
	for _, n := range outbreakDays {
		span.Items = append(span.Items, nhsuk.SelectItem{Value: strconv.Itoa(n), Text: strconv.Itoa(n) + " days"})
	}
	page.Fields += nhsuk.Select(span)
	versions, err := c.across(o, outbreak.Classes(c.config.Catalogue), c.now().AddDate(0, 0, -days), c.now().Add(time.Minute))
	if err != nil {
		return err
	}
	var people []outbreak.Person
	for _, p := range perPerson(versions) {
		people = append(people, outbreak.Person{Stream: p.Stream, Group: groupOf(o.byUID[p.Stream]), Versions: p.Versions})
	}
	found := outbreak.Look(c.config.Catalogue, c.illnesses, people)
	parts, err := c.partsOf(o, found)
	if err != nil {
		return err
	}
	page.Guessed = parts.guessed
	for i, illness := range found {
		page.Illnesses = append(page.Illnesses, c.illness(o, illness, parts, "illness-"+strconv.Itoa(i)))
	}
	return c.render("outbreak", page)
}

// groupOf is with whom somebody lives; whoever's home must not be told is in a group of their own.
func groupOf(p *access.Person) string {
	if p == nil || p.Concealed || p.PlaceName == "" {
		return "Not shown"
	}
	return p.PlaceName
}

func (c *call) illness(o *overview, found outbreak.Found, parts *homeParts, anchor string) IllnessShown {
	shown := IllnessShown{Name: found.Name, Anchor: anchor, Alarm: plain.List(found.Alarm)}
	if shown.Alarm != "" {
		shown.Advice = found.Advice
	}
	for _, one := range found.Cases {
		row := CaseRow{Href: "/people/" + one.Stream.String(), First: plain.Minute(one.First, c.config.Zone), Last: plain.Minute(one.Last, c.config.Zone), Part: one.Group}
		if p := o.byUID[one.Stream]; p != nil {
			row.Name, row.Room, row.Place = nameInFull(p.Card), p.Room, p.PlaceName
			if part := parts.of[p.UID]; part != "" {
				row.Part += ", " + part
			}
			if p.Concealed {
				row.Room, row.Place, row.Part = "Room not shown", "", "Not shown"
			}
		}
		row.Signs, row.More = c.signLinks(one.Signs)
		row.Tests, _ = c.signLinks(one.Tests)
		shown.Cases = append(shown.Cases, row)
		i := slices.IndexFunc(shown.Groups, func(g CaseCount) bool { return g.Group == row.Part })
		if i < 0 {
			i, shown.Groups = len(shown.Groups), append(shown.Groups, CaseCount{Group: row.Part})
		}
		shown.Groups[i].Count++
	}
	return shown
}

func (c *call) signLinks(seen []outbreak.Seen) (links []SignLink, more int) {
	for i, s := range seen {
		if i == signsShown {
			return links, len(seen) - signsShown
		}
		links = append(links, SignLink{Text: s.Words, When: plain.Minute(s.At, c.config.Zone), Href: "/people/" + s.Version.Stream.String() + "/records/" + s.Version.Record.String()})
	}
	return links, 0
}
