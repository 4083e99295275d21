package web

import (
	"html/template"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/oversight"
	"rosemary/care/plain"
)

// homePage is a home, or all homes, on one page.
type homePage struct {
	Frame
	PlaceField template.HTML // only where there is more than one
	As         string        // when it was looked
	Here       string        // how many are here and away
	Urgent     []Found       // what cannot wait
	MoreUrgent int           // how many more there are
	Groups     []FigureGroup
	People     []WhereRow
	Doors      []Link
}

// FigureGroup is some figures that belong together.
type FigureGroup struct {
	Heading string
	Figures []Figure
}

// Figure is a number that opens the records behind it.
type Figure struct {
	Count  int
	Label  string
	Href   string
	Urgent int    // how many of them cannot wait
	Words  string // how many, in words, where a number does not do
}

// WhereRow says where somebody is.
type WhereRow struct {
	Name   string
	Href   string
	Room   string
	Place  string
	Where  string
	Away   bool
	Urgent int
}

// urgentShown is how many urgent things stand on the page itself.
const urgentShown = 6

// figureGroups are the figures in the order of the page.
var figureGroups = []struct {
	heading string
	kinds   []figureWords
}{
	{"Incidents and what the law asks", []figureWords{
		{oversight.DecisionsWaiting, "Decisions waiting", "The law or good practice asks for a decision, and none is recorded. Record it also when the answer is no."},
		{oversight.DecisionsToDo, "Decided, not yet done", "Decisions with a date by which something must be done, and no date on which it was."},
		{oversight.Incidents, "Incidents in 28 days", "Incidents of the last four weeks."},
		{oversight.IncidentsOpen, "Incidents not finished", "Incidents that were saved before they were complete."},
		{oversight.Safeguarding, "Safeguarding concerns open", "Concerns that are not closed."},
	}},
	{"Today", []figureWords{
		{oversight.Away, "In hospital", "People who are in hospital now."},
		{oversight.Alerts, "Alerts", "Alerts that hold today."},
		{oversight.NotGiven, "Doses not given, 24 hours", "Doses of the last 24 hours that were recorded and not given: refused, held back, missed."},
		{oversight.HandoverUnread, "Handover notes unread", "Notes of the last three days that still matter and that nobody has marked as read."},
	}},
	{"Plans and rights", []figureWords{
		{oversight.ReviewsOverdue, "Reviews overdue", "Plans, assessments and other records whose review date has passed."},
		{oversight.ReviewsSoon, "Reviews due in 14 days", "Reviews that are due within the next two weeks."},
		{oversight.ConsentMissing, "Plans without consent", "Care plans with no consent recorded."},
		{oversight.LibertyEnding, "DoLS ending or run out", "Deprivations of liberty that end within eight weeks, or have run out."},
		{oversight.LibertyCondition, "DoLS with conditions", "Deprivations of liberty with conditions, and how they are met."},
	}},
}

// figureWords is what a figure is called, and what it counts.
type figureWords struct {
	kind         oversight.Kind
	label, about string
}

// overviewPage shows the home.
func (c *call) overviewPage() error {
	o, err := c.overviewed()
	if err != nil {
		return err
	}
	findings, err := c.findings(o)
	if err != nil {
		return err
	}
	page := homePage{Frame: c.frame("Home"), As: plain.Minute(c.now(), c.config.Zone)}
	if page.PlaceField, err = c.placeField(o.view, o.place); err != nil {
		return err
	}
	counts, urgent, away := map[oversight.Kind]int{}, map[oversight.Kind]int{}, map[uuid.UUID]string{}
	perPerson := map[uuid.UUID]int{}
	var pressing []oversight.Finding
	for _, f := range findings {
		counts[f.Kind]++
		if f.Kind == oversight.Away {
			away[f.Stream] = f.Words
		}
		if f.Urgent {
			urgent[f.Kind]++
			perPerson[f.Stream]++
			pressing = append(pressing, f)
		}
	}
	page.MoreUrgent = max(0, len(pressing)-urgentShown)
	if page.Urgent, err = c.found(o, pressing[:min(urgentShown, len(pressing))]); err != nil {
		return err
	}
	page.Here = c.hereWords(o, len(away))
	for _, g := range figureGroups {
		group := FigureGroup{Heading: g.heading}
		for _, k := range g.kinds {
			group.Figures = append(group.Figures, Figure{Count: counts[k.kind], Urgent: urgent[k.kind], Label: k.label, Href: "/home/" + string(k.kind) + o.query})
		}
		page.Groups = append(page.Groups, group)
	}
	if n := counts[oversight.Unreadable]; n > 0 {
		page.Groups[0].Figures = append(page.Groups[0].Figures, Figure{Count: n, Urgent: n, Label: "Records that cannot be read", Href: "/home/" + string(oversight.Unreadable) + o.query})
	}
	for _, p := range byRoom(o.people) {
		row := WhereRow{Name: nameInFull(p.Card), Href: "/people/" + p.UID.String(), Room: p.Room, Place: p.PlaceName, Where: "Here", Urgent: perPerson[p.UID]}
		if p.Concealed {
			row.Room, row.Place = "Not shown", ""
		}
		if words, ok := away[p.UID]; ok {
			row.Where, row.Away = words, true
		}
		page.People = append(page.People, row)
	}
	return c.render("home", page)
}

// hereWords say how many are looked after, and how many of them are away.
func (c *call) hereWords(o *overview, away int) string {
	words := plain.Count(len(o.people), "person is", "people are") + " looked after here"
	if away > 0 {
		words += ", " + plain.Whole(away) + " of them in hospital now"
	}
	return strings.ToUpper(words[:1]) + words[1:] + "."
}

// homeListPage is the records behind one figure.
type homeListPage struct {
	Frame
	About string
	Rows  []Found
	None  string
}

// overviewList shows the records behind one figure.
func (c *call) overviewList() error {
	kind := oversight.Kind(c.r.PathValue("figure"))
	label, about := "", ""
	for _, g := range figureGroups {
		for _, k := range g.kinds {
			if k.kind == kind {
				label, about = k.label, k.about
			}
		}
	}
	switch {
	case kind == oversight.Unreadable:
		label, about = "Records that cannot be read", "Tell whoever looks after Rosemary. Nothing about these records is in any other figure."
	case kind == "urgent":
		label, about = "What cannot wait", "Everything behind the figures that is overdue or needs somebody now."
	case label == "":
		return errNowhere()
	}
	o, err := c.overviewed()
	if err != nil {
		return err
	}
	findings, err := c.findings(o)
	if err != nil {
		return err
	}
	var behind []oversight.Finding
	for _, f := range findings {
		if f.Kind == kind || kind == "urgent" && f.Urgent {
			behind = append(behind, f)
		}
	}
	page := homeListPage{Frame: c.frame(label), About: about, None: "Nothing."}
	page.Back = &Link{Text: "Home", Href: "/home" + o.query}
	if page.Rows, err = c.found(o, behind); err != nil {
		return err
	}
	return c.render("homelist", page)
}

// overseer reports whether the pages about a whole home are offered.
func (c *call) overseer() bool { return c.session.May(access.ToOversee) }
