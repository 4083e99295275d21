package web

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/care/incidents"
	"rosemary/care/oversight"
	"rosemary/care/plain"
	"rosemary/web/nhsuk"
)

// trendsPage counts the incidents of a home.
type trendsPage struct {
	Frame
	Fields     template.HTML
	Words      string
	Unreadable int
	Charts     []TrendChart
}

// TrendChart is one way of counting: a table whose rows are drawn as bars, each of which opens its incidents.
type TrendChart struct {
	Heading string
	Column  string
	Anchor  string
	Rows    []TrendRow
}

// TrendRow is one bar. Width is out of a hundred.
type TrendRow struct {
	Label string
	Count int
	Width int
	Href  string // "" where there is nothing to open
}

// The spans of time that incidents are counted over, in days.
var trendDays = []int{28, 90, 365}

// trendHeadings are what the ways of counting are called.
var trendHeadings = map[incidents.By][2]string{
	incidents.Kind: {"By kind", "Kind"}, incidents.Harm: {"By harm", "Harm"}, incidents.Hour: {"By time of day", "Time"}, incidents.Weekday: {"By day of the week", "Day"},
	incidents.Place: {"By place", "Place"}, incidents.Person: {"By person", "Person"}, incidents.Month: {"By month", "Month"},
}

// incidentsOf reads the incidents of the home over the days that the address asks for.
func (c *call) incidentsOf(o *overview) (list []incidents.Incident, unreadable, days int, err error) {
	if days = int(c.whole("days")); !slices.Contains(trendDays, days) {
		days = trendDays[1]
	}
	versions, err := c.across(o, incidents.Classes(c.config.Catalogue), c.since(days), c.since(0))
	if err != nil {
		return nil, 0, days, err
	}
	list, unreadable = incidents.Read(c.config.Catalogue, versions, c.config.Zone)
	return list, unreadable, days, nil
}

// trends shows the pictures.
func (c *call) trends() error {
	o, err := c.overviewed()
	if err != nil {
		return err
	}
	list, unreadable, days, err := c.incidentsOf(o)
	if err != nil {
		return err
	}
	page := trendsPage{Frame: c.frame("Incidents: what they have in common"), Unreadable: unreadable}
	page.Back = &Link{Text: "Home", Href: "/home" + o.query}
	page.Words = plain.Say("{incidents} in the last {days}, as it stood on {time}.", "incidents", plain.Count(len(list), "incident", "incidents"), "days", plain.Count(days, "day", "days"), "time", plain.Minute(c.now(), c.config.Zone))
	if page.Fields, err = c.spanFields(o, days); err != nil {
		return err
	}
	places, err := c.placesOf(o, list)
	if err != nil {
		return err
	}
	for _, by := range incidents.All() {
		page.Charts = append(page.Charts, c.trendChart(o, by, incidents.Bars(list, by), places, days))
	}
	return c.render("trends", page)
}

// spanFields choose the place and the time.
func (c *call) spanFields(o *overview, days int) (template.HTML, error) {
	fields, err := c.placeField(o.view, o.place)
	span := nhsuk.SelectOptions{ID: "days", Name: "days", Label: nhsuk.LabelOptions{Text: "How far back"}, Value: strconv.Itoa(days)}
	for _, n := range trendDays {
		span.Items = append(span.Items, nhsuk.SelectItem{Value: strconv.Itoa(n), Text: strconv.Itoa(n) + " days"})
	}
	return fields + nhsuk.Select(span), err
}

// placesOf names the places where something happened.
func (c *call) placesOf(o *overview, list []incidents.Incident) (map[uuid.UUID]string, error) {
	var uids []uuid.UUID
	for _, x := range list {
		if x.Place != uuid.Nil && !slices.Contains(uids, x.Place) {
			uids = append(uids, x.Place)
		}
	}
	return o.view.Names(c.ctx, uuid.Nil, uids)
}

func (c *call) trendChart(o *overview, by incidents.By, bars []incidents.Bar, places map[uuid.UUID]string, days int) TrendChart {
	chart := TrendChart{Heading: trendHeadings[by][0], Column: trendHeadings[by][1], Anchor: "by-" + string(by)}
	most := 1
	for _, b := range bars {
		most = max(most, len(b.Incidents))
	}
	for _, b := range bars {
		row := TrendRow{Label: c.barLabel(o, b, places), Count: len(b.Incidents), Width: len(b.Incidents) * 100 / most}
		if row.Count > 0 {
			q := url.Values{"by": {string(by)}, "is": {b.Key}, "days": {strconv.Itoa(days)}}
			if o.place != uuid.Nil {
				q.Set("place", o.place.String())
			}
			row.Href = "/home/trends/incidents?" + q.Encode()
		}
		chart.Rows = append(chart.Rows, row)
	}
	return chart
}

// barLabel is what a bar is called: a code's words, somebody's name, a place's.
func (c *call) barLabel(o *overview, b incidents.Bar, places map[uuid.UUID]string) string {
	if b.Label != "" {
		return b.Label
	}
	uid, err := uuid.Parse(b.Key)
	if err != nil {
		return b.Key
	}
	if p := o.byUID[uid]; p != nil {
		return nameInFull(p.Card)
	}
	if name := places[uid]; name != "" {
		return name
	}
	return "A place in the person’s own record"
}

// trendList shows the incidents behind one bar.
func (c *call) trendList() error {
	o, err := c.overviewed()
	if err != nil {
		return err
	}
	list, _, days, err := c.incidentsOf(o)
	if err != nil {
		return err
	}
	by := incidents.By(c.query("by"))
	heading, known := trendHeadings[by]
	if !known {
		return errNowhere()
	}
	places, err := c.placesOf(o, list)
	if err != nil {
		return err
	}
	page := homeListPage{Frame: c.frame("Incidents"), None: "There are no such incidents now."}
	page.Back = &Link{Text: "Incidents: what they have in common", Href: "/home/trends?" + again(url.Values{"days": {strconv.Itoa(days)}}, placePair(o)...)}
	var behind []oversight.Finding
	for _, b := range incidents.Bars(list, by) {
		if b.Key != c.query("is") {
			continue
		}
		page.Title = "Incidents: " + c.barLabel(o, b, places)
		page.About = heading[0] + ", in the last " + strconv.Itoa(days) + " days."
		for _, x := range b.Incidents {
			behind = append(behind, oversight.Finding{Stream: x.Version.Stream, Version: x.Version, Class: "Incident", Title: x.Title, Words: incidentWhen(x, c.config.Zone)})
		}
	}
	if page.Rows, err = c.found(o, behind); err != nil {
		return err
	}
	return c.render("homelist", page)
}

// placePair keeps the place in an address.
func placePair(o *overview) []string {
	if o.place == uuid.Nil {
		return nil
	}
	return []string{"place", o.place.String()}
}

func incidentWhen(x incidents.Incident, zone *time.Location) string {
	if x.Clock {
		return plain.Minute(x.At, zone)
	}
	return plain.Day(x.At)
}
