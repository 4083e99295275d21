package web

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/due"
	"rosemary/care/medicine"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// medicinesPage is what one person is given: what is due, what when needed, what must not be given, and what somebody must look at.
type medicinesPage struct {
	Frame
	Shout   []MedicineAlert
	Due     []MedicineRow
	Rest    []MedicineRow // later, answered, paused
	Needed  []MedicineRow
	Own     []MedicineRow // the person looks after them
	Regular []MedicineRow // the orders of those that have times
	Held    []MedicineRow // not to be given
	Effects []MedicineRow
	Lost    bool
	Died    string
	Order   string // where an order is written
	Compare string
	Chart   string
	Stock   string
	None    bool
}

// MedicineAlert is something that somebody must look at.
type MedicineAlert struct {
	Words string
	Href  string
	Text  string
}

// MedicineRow is one medicine of a list.
type MedicineRow struct {
	Name   string
	Dose   string
	How    string
	Why    string
	Clock  string
	State  Tag
	Tags   []Tag
	Note   string
	Href   string // where it is given; "": not
	Act    string
	Href2  string
	Act2   string
	Record string
	Last   string
}

// medicines shows them.
func (c *call) medicines() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := medicinesPage{}
	if page.Frame, err = c.personFrame(a, c.word("Medicines")); err != nil {
		return err
	}
	now := c.now()
	book, safety, err := c.bookOf(a, now.Add(-lookBack), true)
	if err != nil {
		return err
	}
	writes := page.Person.MayWrite
	if writes {
		page.Order, page.Compare = c.formOf(a, standard.ClassRoleMedicineOrder), a.base+"/medicines/compare"
	}
	page.Chart, page.Stock = a.href("/medicines/chart"), a.base+"/medicines/stock"
	page.Lost = book.Left
	if died := book.HeldUntil(); died != "" {
		page.Died = c.word("Nothing more is given. What is left is kept until {day}, in case the coroner asks for it; then it is returned or destroyed by two people.", "day", c.words.Date(died))
	}
	stays := care.ReadStays(c.config.Catalogue, safety)
	from, until := due.CareDay(now, c.config.Zone)
	for _, p := range book.Round(from, until, now, func(t time.Time) bool { return stays.At(t) != nil }) {
		if p.Order.SelfKept {
			continue
		}
		row := c.plannedRow(a.base, p, writes)
		if p.Open() || p.State == medicine.Blocked {
			page.Due = append(page.Due, row)
		} else {
			page.Rest = append(page.Rest, row)
		}
	}
	page.None = len(book.Orders) == 0
	for _, o := range book.Orders {
		c.placeOrder(a, book, o, &page, writes)
	}
	if err := c.comparedAlert(a, safety, &page); err != nil {
		return err
	}
	c.medicineAlerts(a, book, &page)
	return c.render("medicines", page)
}

// plannedRow shows one planned dose.
func (c *call) plannedRow(base string, p medicine.Planned, writes bool) MedicineRow {
	row := c.orderRow(base, p.Order)
	row.Clock, row.Note = plain.Clock(p.Due.In(c.config.Zone)), c.stops(p.Why)
	switch p.State {
	case medicine.Due:
		row.State = Tag{c.word("Due now"), "blue"}
	case medicine.Overdue:
		row.State = Tag{c.word("{span} late", "span", medicine.SpanIn(c.words, p.Behind.Truncate(time.Minute))), "red"}
	case medicine.Later:
		row.State = Tag{c.word("Later"), "grey"}
	case medicine.Paused:
		row.State = Tag{c.word("Paused"), "grey"}
	case medicine.Blocked:
		row.State = Tag{c.word("Do not give"), "red"}
	default:
		d := p.Last()
		row.State = Tag{doseWords(d), "green"}
		if !d.Given {
			row.State.Colour = "yellow"
		}
		row.Note = plain.Clock(d.When.In(c.config.Zone))
		row.Record = base + "/records/" + d.Version.Record.String()
	}
	if writes && (p.Open() || p.State == medicine.Refused || p.State == medicine.Later && p.Why == "" && p.Due.Sub(c.now()) < soon) {
		row.Href, row.Act = base+"/medicines/give/"+p.ID(), c.word("Give")
		if p.State == medicine.Refused {
			row.Act = c.word("Offer again")
		}
	}
	return row
}

// soon is how long before its time a page offers to give a dose: whoever goes out at eleven takes the one of noon along.
const soon = 2 * time.Hour

// orderRow shows an order.
func (c *call) orderRow(base string, o *medicine.Order) MedicineRow {
	return MedicineRow{Name: o.Name, Dose: o.HowMuch(), How: o.Route, Why: o.Reason, Tags: c.orderTags(o), Record: base + "/records/" + o.Version.Record.String(), Last: o.Directions}
}

// placeOrder puts an order where it belongs, beside the times of the day.
func (c *call) placeOrder(a *about, book *medicine.Book, o *medicine.Order, page *medicinesPage, writes bool) {
	now := c.now()
	if o.Ended || !o.Till.IsZero() && o.Till.Before(now) {
		return
	}
	row := c.orderRow(a.base, o)
	row.Clock = o.WhenWords()
	id := o.Version.Record.String()
	if writes {
		row.Href2, row.Act2 = a.base+"/medicines/state/"+id, c.word("Hold or stop")
	}
	switch kind, why := o.MayBeGiven(now); {
	case kind != "" && !(kind == standard.MeansNotActive && o.From.After(now)):
		row.Note = c.stops(why)
		if writes && !o.Checked && !slices.Contains(o.Writers, c.session.Principal().Worker) {
			row.Href, row.Act = a.base+"/medicines/check/"+id, c.word("Check it")
		}
		page.Held = append(page.Held, row)
	case o.SelfKept:
		row.Note = o.GivenBy
		page.Own = append(page.Own, row)
	case o.AsNeeded:
		next, _ := book.NextAllowed(o, now)
		row.State = Tag{c.word("May be given"), "green"}
		if !next.IsZero() {
			row.State = Tag{c.word("Not before {when}", "when", c.words.Instant(next, c.config.Zone)), "red"}
		}
		row.Note = book.Total(o, now)
		if last := book.LastGiven(o); last != nil {
			row.Last = c.word("Last given {when}, {amount}", "when", c.words.Instant(last.When, c.config.Zone), "amount", last.Amount.Words())
		}
		if o.Offer != "" {
			row.Why += ". " + o.Offer
		}
		if writes {
			row.Href, row.Act = a.base+"/medicines/give/"+id, c.word("Give")
		}
		page.Needed = append(page.Needed, row)
	default:
		page.Regular = append(page.Regular, row)
	}
}

// comparedAlert asks for the comparison of medicines after a move or a stay in hospital, and for the end of one that is still open.
func (c *call) comparedAlert(a *about, safety []*record.Version, page *medicinesPage) error {
	classes := c.classIDs(standard.ClassRoleReconciliation)
	if len(classes) == 0 {
		return nil
	}
	done, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: classes, Limit: 100})
	if err != nil {
		return err
	}
	what, at := medicine.NotCompared(c.config.Catalogue, append(slices.Clone(safety), done...), c.now(), c.config.Zone)
	open := ""
	if all := medicine.ComparedOn(c.config.Catalogue, done); len(all) > 0 && !all[0].Settled {
		open = a.base + "/records/" + all[0].Record.String()
	}
	switch {
	case what != "":
		page.Shout = append(page.Shout, MedicineAlert{c.word("{what} on {day}: the medicines have not been compared with the list or letter and settled.", "what", what, "day", c.words.Day(at.In(c.config.Zone))), a.base + "/medicines/compare", c.word("Compare them")})
	case open != "":
		page.Shout = append(page.Shout, MedicineAlert{c.word("Comparing the medicines is not finished: something is still being asked."), open, c.word("Open the comparison")})
	}
	return nil
}

// twiceTold is how long a page tells of a dose that was given twice.
const twiceTold = 7 * 24 * time.Hour

// medicineAlerts are what somebody must look at.
func (c *call) medicineAlerts(a *about, book *medicine.Book, page *medicinesPage) {
	now := c.now()
	for _, t := range book.GivenTwice() {
		if now.Sub(t.Second.When) > twiceTold {
			continue
		}
		page.Shout = append(page.Shout, MedicineAlert{
			Words: c.word("Given twice: {medicine}, for {due}. Given at {first} and at {second}.", "medicine", t.Slot.Order.Name, "due", c.words.Instant(t.Slot.Due, c.config.Zone),
				"first", c.words.Instant(t.First.When, c.config.Zone), "second", c.words.Instant(t.Second.When, c.config.Zone)),
			Href: a.base + "/records/" + t.Second.Version.Record.String(), Text: c.word("Open the second dose"),
		})
	}
	for _, h := range book.Holdings(now) {
		switch {
		case h.Open != nil:
			page.Shout = append(page.Shout, MedicineAlert{c.word("The count of {name} is different from the book: {explained}", "name", h.Name, "explained", h.Open.Explained), page.Stock, c.word("Open the book")})
		case h.Low() && h.Order != nil && h.Order.InForce:
			page.Shout = append(page.Shout, MedicineAlert{c.word("{name} is running low: enough for {count}.", "name", h.Name, "count", c.words.Count(h.Days, "day", "days")), page.Stock, c.word("Open stock")})
		}
	}
	for _, d := range book.EffectsOpen(now) {
		row := MedicineRow{Name: d.Name, Dose: d.Amount.Words(), Why: d.Reason, Clock: c.words.Instant(d.When, c.config.Zone), State: Tag{c.word("Ask whether it helped"), "orange"}, Note: c.word("Due at {when}", "when", c.words.Instant(d.AskAt, c.config.Zone))}
		if page.Person.MayWrite {
			row.Href, row.Act = a.base+"/medicines/effect/"+d.Version.Record.String(), c.word("Say how it is")
		}
		page.Effects = append(page.Effects, row)
	}
}

// roundPage is the medicines of everybody who is here, in the order in which somebody walks: what must be on the minute first.
type roundPage struct {
	Frame
	Clock    string
	Critical []RoundRow
	People   []RoundPerson
	Shout    []RoundAlert
	Effects  []RoundRow
	Waiting  []RoundRow
	Nothing  bool
	Partly   bool
}

// RoundPerson is one person with what is due for them.
type RoundPerson struct {
	Href     string
	Called   string
	Full     string
	Born     string
	Room     string
	Photo    string
	Initials string
	Tone     int
	Away     string
	Rows     []MedicineRow
	Later    string
}

// RoundRow is one medicine of somebody.
type RoundRow struct {
	Person RoundPerson
	Row    MedicineRow
}

// RoundAlert is something that somebody must look at, of somebody.
type RoundAlert struct {
	Person string
	MedicineAlert
}

// medicinesRound shows the round.
func (c *call) medicinesRound() error {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	people, next, err := view.People(c.ctx, access.PeopleQuery{Limit: 500})
	if err != nil {
		return err
	}
	page := roundPage{Frame: c.frame(c.word("Medicines round")), Clock: c.words.Minute(c.now(), c.config.Zone), Partly: next != ""}
	byPerson, err := c.roundRecords(view, people)
	if err != nil {
		return err
	}
	for _, p := range byRoom(people) { // as somebody goes from door to door
		c.roundOfPerson(p, byPerson[p.UID], &page)
	}
	page.Nothing = len(page.People) == 0 && len(page.Critical) == 0
	return c.render("round", page)
}

// roundRecords reads what the round is made of, of everybody with two questions.
func (c *call) roundRecords(view *access.View, people []access.Person) (map[uuid.UUID][]*record.Version, error) {
	streams := make([]uuid.UUID, len(people))
	for i, p := range people {
		streams[i] = p.UID
	}
	by := map[uuid.UUID][]*record.Version{}
	standing := append(medicine.OrderClasses(c.config.Catalogue), c.classIDs(standard.ClassRoleTransfer)...)
	standing = append(standing, c.classIDs(standard.ClassRoleHospitalReturn)...)
	for _, q := range []access.AcrossQuery{
		{Streams: streams, Classes: standing},
		{Streams: streams, Classes: medicine.DoseClasses(c.config.Catalogue), From: c.now().Add(-26 * time.Hour)},
	} {
		if len(streams) == 0 || len(q.Classes) == 0 {
			continue
		}
		versions, more, err := view.Across(c.ctx, q)
		if err != nil {
			return nil, err
		}
		if more {
			return nil, &standard.Fault{Kind: standard.TooLarge, Message: c.word("There is too much to show the round of everybody at once."), Hint: c.word("Open one person.")}
		}
		for _, v := range versions {
			by[v.Stream] = append(by[v.Stream], v)
		}
	}
	return by, nil
}

// roundOfPerson adds one person to the round.
func (c *call) roundOfPerson(p access.Person, versions []*record.Version, page *roundPage) {
	now, base := c.now(), "/people/"+p.UID.String()
	book := medicine.Read(c.config.Catalogue, versions, c.config.Zone)
	stays := care.ReadStays(c.config.Catalogue, versions)
	writes := c.session.May(access.ToRecord)
	one := RoundPerson{Href: base + "/medicines", Called: care.CalledName(p.Card), Full: care.FullName(p.Card), Born: c.words.Date(p.Card.Born), Room: p.Room, Tone: toneOf(p.UID)}
	one.Initials = plain.Initials(one.Called + " " + p.Card.Family)
	if stay := stays.At(now); stay != nil {
		one.Away = stay.Words(c.config.Zone)
	}
	from, until := due.CareDay(now, c.config.Zone)
	for _, planned := range book.Round(from, until, now, func(t time.Time) bool { return stays.At(t) != nil }) {
		switch {
		case planned.Order.SelfKept:
		case planned.State == medicine.Later:
			if one.Later == "" {
				one.Later = plain.Clock(planned.Due.In(c.config.Zone))
			}
		case planned.Open() && planned.Order.Critical:
			page.Critical = append(page.Critical, RoundRow{one, c.plannedRow(base, planned, writes)})
		case planned.Open() || planned.State == medicine.Blocked || planned.State == medicine.Refused:
			one.Rows = append(one.Rows, c.plannedRow(base, planned, writes))
		}
	}
	for _, d := range book.EffectsOpen(now) {
		page.Effects = append(page.Effects, RoundRow{one, MedicineRow{Name: d.Name, Clock: plain.Clock(d.When.In(c.config.Zone)), Href: base + "/medicines/effect/" + d.Version.Record.String(), Act: c.word("Say how it is")}})
	}
	for _, o := range book.Waiting() {
		page.Waiting = append(page.Waiting, RoundRow{one, MedicineRow{Name: o.Name, Dose: o.HowMuch(), Href: base + "/medicines/check/" + o.Version.Record.String(), Act: c.word("Check it")}})
	}
	for _, t := range book.GivenTwice() {
		page.Shout = append(page.Shout, RoundAlert{one.Called, MedicineAlert{c.word("Given twice: {medicine}, for {due}.", "medicine", t.Slot.Order.Name, "due", c.words.Instant(t.Slot.Due, c.config.Zone)), base + "/medicines", c.word("Open")}})
	}
	if len(one.Rows) > 0 || one.Away != "" && one.Later != "" {
		page.People = append(page.People, one)
	}
}
