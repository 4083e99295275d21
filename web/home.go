package web

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/oversight"
	"rosemary/care/plain"
	"rosemary/standard"
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
	Alarms     []string // what the program itself cannot do
	Downtime   string   // how old the downtime pack is
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
		{oversight.Complaints, "Complaints open", "Complaints that are not closed, with the day by which they are answered."},
		{oversight.MoneyWrong, "Money that does not agree", "Entries of the money that is held for people that do not agree, and that nobody has explained."},
	}},
	{"Today", []figureWords{
		{oversight.Away, "In hospital", "People who are in hospital now."},
		{oversight.Alerts, "Alerts", "Alerts that hold today."},
		{oversight.NotGiven, "Doses not given, 24 hours", "Doses of the last 24 hours that were recorded and not given: refused, held back, missed."},
		{oversight.AtRisk, "At risk by a score", "The last score of the last four weeks is above its lowest band, asks for somebody to be told, or is higher than the one before."},
		{oversight.Overridden, "Warnings overridden, 7 days", "Doses that were given in spite of a warning, with the reason."},
		{oversight.WitnessUnproved, "Witness not proved, 7 days", "Doses of the last seven days whose witness somebody has named, and who has not signed. Ask them to sign it from their own account."},
		{oversight.AllergyOrdered, "Orders in spite of an allergy", "Orders that hold though an allergy to the medicine is recorded, with who decided that, and why."},
		{oversight.GivenTwice, "Doses given twice, 7 days", "Planned doses of the last seven days that were given a second time. Open the second dose to see who gave it, and when."},
		{oversight.EatenUnsafe, "Food or drink against the plan, 7 days", "What people had by mouth in the last seven days though their plan for eating and drinking says that it is not safe, with the reason. Look at how each person is, and whether the plan or the kitchen must change."},
		{oversight.NotRecorded, "Doses with nothing recorded", "Doses that were due in the last 24 hours, two hours ago or longer, and nothing is recorded: neither given, nor why not."},
		{oversight.HandoverUnread, "Handover notes unread", "Notes of the last seven days that still matter and that nobody has marked as read."},
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
	page := homePage{Frame: c.frame(c.word("Home")), As: c.words.Minute(c.now(), c.config.Zone)}
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
	page.Doors = []Link{{Text: c.word("What happened in the last 12 hours"), Href: "/shift/handover?since=12"}, {Text: c.word("Fire roll"), Href: "/fire-roll" + o.query}, {Text: c.word("Signs of infection"), Href: "/home/infection" + o.query}, {Text: c.word("Incidents: what they have in common"), Href: "/home/trends" + o.query}, {Text: c.word("Evidence by quality statement"), Href: "/home/evidence" + o.query}, {Text: c.word("Who saw or changed what"), Href: "/home/audit"}}
	page.Alarms, page.Downtime = c.downtimeWords()
	page.Here = c.hereWords(o, len(away))
	if page.Here, err = c.withPlaces(o, page.Here); err != nil {
		return err
	}
	for _, g := range figureGroups {
		group := FigureGroup{Heading: g.heading}
		for _, k := range g.kinds {
			figure := Figure{Count: counts[k.kind], Urgent: urgent[k.kind], Label: k.label, Href: "/home/" + string(k.kind) + o.query}
			if k.kind == oversight.Overridden {
				figure.Words = c.word("{count} of {count2}", "count", plain.Whole(figure.Count), "count2", c.words.Count(o.doses, "dose", "doses"))
			}
			group.Figures = append(group.Figures, figure)
		}
		page.Groups = append(page.Groups, group)
	}
	if figure, ok := c.emergenciesFigure(); ok {
		page.Groups[1].Figures = append(page.Groups[1].Figures, figure)
		page.Doors = append(page.Doors, Link{Text: c.word("Opened in an emergency"), Href: "/emergencies"})
	}
	if figure, ok := c.devicesFigure(); ok {
		page.Groups[1].Figures = append(page.Groups[1].Figures, figure)
	}
	if n := counts[oversight.Unreadable]; n > 0 {
		page.Groups[0].Figures = append(page.Groups[0].Figures, Figure{Count: n, Urgent: n, Label: c.word("Records that cannot be read"), Href: "/home/" + string(oversight.Unreadable) + o.query})
	}
	for _, p := range byRoom(o.people) {
		row := WhereRow{Name: nameInFull(p.Card), Href: "/people/" + p.UID.String(), Room: p.Room, Place: p.PlaceName, Where: c.word("Here"), Urgent: perPerson[p.UID]}
		if p.Concealed {
			row.Room, row.Place = c.word("Not shown"), ""
		}
		if words, ok := away[p.UID]; ok {
			row.Where, row.Away = words, true
		}
		page.People = append(page.People, row)
	}
	return c.render("home", page)
}

// emergenciesFigure counts how often a record was opened in an emergency and nobody has looked yet at whether it was right.
func (c *call) emergenciesFigure() (Figure, bool) {
	if !c.session.May(access.ToReadAccessLog) {
		return Figure{}, false
	}
	list, err := c.session.BrokenGlass(c.ctx)
	if err != nil { // the page itself can be shown
		c.config.Log.Warn("counting records opened in an emergency", "error", err)
		return Figure{}, false
	}
	figure := Figure{Label: c.word("Opened in an emergency, to look at"), Href: "/emergencies"}
	for _, b := range list {
		if b.Reviewed.IsZero() {
			figure.Count++
		}
	}
	figure.Urgent = figure.Count
	return figure, true
}

// devicesFigure counts the devices that were not in touch for longer than a shift, or hold what was not sent yet.
func (c *call) devicesFigure() (Figure, bool) {
	if c.mayManageDevices() != nil {
		return Figure{}, false
	}
	list, err := c.config.Outbox.Store.Devices(c.ctx)
	if err != nil { // the page itself can be shown
		c.config.Log.Warn("counting devices", "error", err)
		return Figure{}, false
	}
	figure := Figure{Label: c.word("Devices not in touch, or with work not sent"), Href: "/devices"}
	for _, d := range list {
		switch silent := c.now().Sub(d.Last) > c.keepFor(); {
		case d.Waiting > 0 && silent:
			figure.Urgent++
			figure.Count++
		case d.Waiting > 0 || silent && d.Revoked.IsZero():
			figure.Count++
		}
	}
	return figure, true
}

// packOld is how old the downtime pack may be before somebody must know; where it is made seldom, twice as old as it is meant to be.
const packOld = 2 * time.Hour

// downtimeWords say how old the downtime pack is, and that there is none.
func (c *call) downtimeWords() (alarms []string, words string) {
	pack := c.config.Downtime
	if pack == nil || !pack.On() {
		return nil, c.word("No downtime pack is made: staff would have nothing on paper if the program did not work. Ask whoever looks after Rosemary.")
	}
	made, failing := pack.State()
	age := c.now().Sub(made)
	switch {
	case made.IsZero() && failing:
		return []string{c.word("The downtime pack cannot be made, and there is none. Tell whoever looks after Rosemary.")}, ""
	case made.IsZero():
		return nil, c.word("The downtime pack is being made for the first time.")
	case failing || age > max(packOld, 2*pack.Often()):
		return []string{c.word("The downtime pack is old: the last was made on {when}. Tell whoever looks after Rosemary.", "when", c.words.Minute(made, c.config.Zone))}, ""
	}
	return nil, c.word("The downtime pack was last made on {when}.", "when", c.words.Minute(made, c.config.Zone))
}

// hereWords say how many are looked after, and how many of them are away.
func (c *call) hereWords(o *overview, away int) string {
	words := c.word("{count} looked after here", "count", c.words.Count(len(o.people), "person is", "people are"))
	if away > 0 {
		words += c.word(", {count} of them in hospital now", "count", plain.Whole(away))
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
		label, about = c.word("Records that cannot be read"), c.word("Tell whoever looks after Rosemary. Nothing about these records is in any other figure.")
	case kind == "urgent":
		label, about = c.word("What cannot wait"), c.word("Everything behind the figures that is overdue or needs somebody now.")
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
	page := homeListPage{Frame: c.frame(label), About: about, None: c.word("Nothing.")}
	page.Back = &Link{Text: c.word("Home"), Href: "/home" + o.query}
	if page.Rows, err = c.found(o, behind); err != nil {
		return err
	}
	return c.render("homelist", page)
}

// withPlaces adds how many places the homes are registered for, and how many are free; nothing where one of them does not say, or somebody's home may not be told.
func (c *call) withPlaces(o *overview, words string) (string, error) {
	places := c.session.Principal().Places
	if o.place != uuid.Nil {
		places = []uuid.UUID{o.place}
	}
	taken, total := map[uuid.UUID]int{}, 0
	for _, p := range o.people {
		taken[p.Place]++
	}
	used := 0
	for _, place := range places {
		v, err := o.view.Record(c.ctx, place, place)
		if standard.KindOf(err) == standard.NotFound {
			return words, nil
		}
		if err != nil {
			return words, err
		}
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return words, err
		}
		registered, ok := content.First(standard.RoleRegisteredPlaces)
		if !ok {
			continue // care in people's own homes has none
		}
		n, err := strconv.Atoi(standard.Display(registered, nil))
		if err != nil {
			return words, nil
		}
		total, used = total+n, used+taken[place]
	}
	if total == 0 || taken[uuid.Nil] > 0 {
		return words, nil
	}
	words += c.word(" {count} of {count2} taken", "count", plain.Whole(used), "count2", c.words.Count(total, "registered place is", "registered places are"))
	if free := total - used; free >= 0 {
		words += c.word(", {count} free", "count", plain.Whole(free))
	}
	return words + ".", nil
}

// overseer reports whether the pages about a whole home are offered.
func (c *call) overseer() bool { return c.session.May(access.ToOversee) }
