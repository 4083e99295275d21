package web

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/medicine"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// medicineFormPage asks one thing about a medicine: a dose, its effect, a check, a state, an entry of the book.
type medicineFormPage struct {
	Frame
	Caption string
	Heading string
	Tags    []Tag
	Stop    []string // why it must not be done
	Held    string   // somebody else has this form open
	Again   string   // where to look again
	Facts   []DecideFact
	Last    []string
	Action  string
	Hidden  []Hidden
	Fields  template.HTML
	Button  string
	Danger  bool
	About   string
	Photo   string
	Born    string
	Cancel  string
	Offline bool // what is sent can be kept on the device until there is a network
}

// giving is a dose on its way into the record.
type giving struct {
	medicineForm
	about     *about
	book      *medicine.Book
	order     *medicine.Order
	slot      *medicine.Slot // nil: for no planned time
	class     *standard.Class
	stay      *care.HospitalStay
	outcome   string // what it means
	given     bool
	at        time.Time
	dose      standard.Quantity
	witness   *access.Witness
	warnings  []medicine.Warning
	overcomes bool
}

// bookOf reads the book of a person: what is in the safety banner, whoever may see it, and the doses since a time. Stock may be left out.
func (c *call) bookOf(a *about, since time.Time, stock bool) (*medicine.Book, []*record.Version, error) {
	versions, err := a.view.Safety(c.ctx, a.uid)
	if err != nil {
		return nil, nil, err
	}
	needs := [][]string{medicine.DoseClasses(c.config.Catalogue)}
	if stock {
		needs = append(needs, medicine.StockClasses(c.config.Catalogue))
	}
	all := slices.Clone(versions)
	for i, classes := range needs {
		q := access.RecordsQuery{Stream: a.uid, Classes: classes, Limit: 1000}
		if i == 0 {
			q.From = since
		}
		for len(classes) > 0 {
			found, more, err := a.view.Records(c.ctx, q)
			if err != nil {
				return nil, nil, err
			}
			all = append(all, found...)
			if !more || len(found) == 0 || len(all) > 20_000 {
				break
			}
			last := found[len(found)-1].Cursor()
			q.After = &last
		}
	}
	return medicine.Read(c.config.Catalogue, all, c.config.Zone), versions, nil
}

// lookBack is how far back doses are read for one: the last of a medicine that is given once a week, and where patches were.
const lookBack = 10 * 24 * time.Hour

// giving finds the order and the planned time that the address names.
func (c *call) giving() (*giving, error) {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return nil, err
	}
	if err := c.mustWrite(a); err != nil {
		return nil, err
	}
	name, local, planned := strings.Cut(c.r.PathValue("slot"), "@")
	uid, err := uuid.Parse(name)
	if err != nil {
		return nil, errNowhere()
	}
	g := &giving{medicineForm: medicineForm{in: c.words}, about: a, class: c.oneWritable(standard.ClassRoleDose)}
	book, safety, err := c.bookOf(a, c.now().Add(-lookBack), true)
	if err != nil {
		return nil, err
	}
	g.book, g.order, g.stay = book, book.Order(uid), care.InHospital(c.config.Catalogue, safety, c.now())
	if g.order == nil || g.class == nil {
		return nil, errNowhere()
	}
	if planned {
		slot, ok := g.order.SlotAt(local, c.config.Zone)
		if !ok {
			return nil, &standard.Fault{Kind: standard.NotFound, Message: c.word("The order has no such time now. It may have been changed."), Hint: c.word("Go back to the medicines of this person and look again.")}
		}
		g.slot = &slot
	}
	book.Unwritten, err = c.session.Unwritten(c.ctx, a.uid)
	return g, err
}

// id names what is given: the planned time, or the order.
func (g *giving) id() string {
	if g.slot != nil {
		return g.slot.ID()
	}
	return g.order.Version.Record.String()
}

func (g *giving) due() time.Time {
	if g.slot == nil {
		return time.Time{}
	}
	return g.slot.Due
}

// give shows the form of a dose, and holds its time for this browser while it is open.
func (c *call) give() error {
	g, err := c.giving()
	if err != nil {
		return err
	}
	g.values = url.Values{fieldContribution: {uuid.Must(uuid.NewV7()).String()}, fieldRecord: {uuid.Must(uuid.NewV7()).String()},
		medStock: {uuid.Must(uuid.NewV7()).String()}, medAlert: {uuid.Must(uuid.NewV7()).String()}}
	g.setWhen(c.now())
	if !g.order.Variable && !g.order.UpTo.Known {
		g.values.Set(medAmount, g.order.Dose.Number.String())
	}
	if !g.order.NeedsSite() { // where it changes from dose to dose nothing is filled in
		g.values.Set(medSite, g.order.SiteCode.Code)
		g.values.Set(medSide, g.order.SideCode.Code)
	}
	g.given, g.at = true, c.now()
	return c.showGive(g)
}

// holder names this browser, signed in once.
func (c *call) holder() string {
	name := c.sessions.GetString(c.ctx, keyHolder)
	if name == "" {
		name = uuid.NewString()
		c.sessions.Put(c.ctx, keyHolder, name)
	}
	return name
}

// showGive shows it, with everything that stops the dose.
func (c *call) showGive(g *giving) error {
	a, o := g.about, g.order
	frame, err := c.personFrame(a, c.word("Give {name}", "name", o.Name))
	if err != nil {
		return err
	}
	page := medicineFormPage{Frame: frame, Heading: o.Name, Action: a.base + "/medicines/give/" + g.id(), Cancel: a.base + "/medicines", Offline: true,
		About: a.name, Born: frame.Person.BornText, Photo: frame.Person.Photo, Button: c.word("Save this dose"), Tags: c.orderTags(o)}
	page.Narrow, page.Errors = true, g.faults
	page.Caption = c.word("When needed")
	if g.slot != nil {
		page.Caption = c.word("Due at {when}", "when", c.words.Instant(g.slot.Due, c.config.Zone))
	}
	lease, held, err := c.holdDose(g)
	if err != nil {
		return err
	}
	if !held {
		page.Held = c.heldWords(lease)
		page.Again = page.Action
		return c.renderAs(http.StatusConflict, "medicineform", page)
	}
	g.warn(c)
	names, err := c.namer(a, nil, g.whoGave()...)
	if err != nil {
		return err
	}
	for _, w := range g.warnings {
		if w.Kind == standard.MeansNoWitness {
			continue // it is asked for below
		}
		words := c.stops(w.Words)
		if w.Other != nil {
			words += c.byWhom(names, w.Other)
		}
		page.Stop = append(page.Stop, words)
	}
	page.Facts, page.Last = c.orderFacts(g), c.lastDoses(g, names)
	page.Hidden = append(carriedOnly(g.values, fieldContribution, fieldRecord, medStock, medAlert), c.by()...)
	page.Fields = c.giveFields(g)
	if len(g.faults) > 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "medicineform", page)
	}
	return c.render("medicineform", page)
}

// holdDose holds the dose for this browser. A page that a device keeps to be read without a network holds nothing, nor does what a device sends later.
func (c *call) holdDose(g *giving) (access.Lease, bool, error) {
	if c.ctx.Value(forDeviceKey{}) != nil || c.afterwards() {
		return access.Lease{}, true, nil
	}
	return c.session.HoldSlot(c.ctx, g.about.uid, g.id(), c.holder())
}

// warn finds what stops the dose, as it is filled in.
func (g *giving) warn(c *call) {
	p := medicine.Proposed{Record: uidOr(g.values, fieldRecord), Order: g.order, Due: g.due(), When: g.at, Given: g.given, Witnessed: g.witness != nil, Away: g.stay != nil}
	if g.at.IsZero() {
		p.When = c.now()
	}
	if g.dose.Unit != "" {
		p.Amount = medicine.Amount{Quantity: g.dose, Known: true}
	}
	g.warnings = g.book.Warnings(p)
}

// whoGave are those whose doses the page names.
func (g *giving) whoGave() []uuid.UUID {
	var uids []uuid.UUID
	for _, w := range g.warnings {
		if w.Other != nil {
			uids = append(uids, w.Other.By...)
		}
	}
	for i, d := range g.book.DosesOf(g.order) {
		if i < 4 {
			uids = append(uids, d.By...)
		}
	}
	return uids
}

func (c *call) byWhom(names *namer, d *medicine.Dose) string {
	for _, uid := range d.By {
		if name := names.name(uid); name != "" {
			return c.word(" Recorded by {name}.", "name", name)
		}
	}
	return ""
}

// orderFacts are why, how and how much.
func (c *call) orderFacts(g *giving) []DecideFact {
	o := g.order
	var facts []DecideFact
	add := func(name, text string) {
		if text != "" {
			facts = append(facts, DecideFact{name, text})
		}
	}
	add(c.word("Dose"), o.HowMuch())
	add(c.word("How"), o.Route)
	add(c.word("Directions"), o.Directions)
	add(c.word("For"), o.Reason)
	add(c.word("Offer when"), o.Offer)
	add(c.word("Special care"), c.words.List(o.Special))
	switch {
	case o.Covert && len(o.Decided) == 0:
		add(c.word("Hidden in food or drink"), c.word("No. The order names no decision that allows it. Offer it openly, and tell a senior or a nurse."))
	case o.Covert:
		add(c.word("Hidden in food or drink"), c.word("By the decision that the order names. Offer it openly first."))
	}
	if o.SelfGiven {
		add(c.word("Who gives it"), o.GivenBy)
	}
	if o.AsNeeded {
		add(c.word("Given so far"), g.book.Total(o, c.now()))
	}
	add(c.word("Kept"), o.Storage)
	return facts
}

// lastDoses are what happened the last few times.
func (c *call) lastDoses(g *giving, names *namer) []string {
	var list []string
	for i, d := range g.book.DosesOf(g.order) {
		if i == 4 {
			break
		}
		words := c.words.Instant(d.When, c.config.Zone) + ": " + lower(d.Outcome)
		for _, part := range []string{d.Amount.Words(), d.Site, d.Reading} {
			if part != "" {
				words += ", " + part
			}
		}
		list = append(list, words+strings.TrimSuffix(strings.Replace(c.byWhom(names, d), " Recorded by", ",", 1), "."))
	}
	return list
}

func lower(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// giveFields are the questions of a dose.
func (c *call) giveFields(g *giving) template.HTML {
	o, class := g.order, g.class
	fields := g.radios(medOutcome, c.word("What happened?"), "", class.ByRole(standard.RoleStatus))
	if o.ReadingFirst {
		fields += g.line(medReading, c.word("What was the reading before it?"), c.word("The blood sugar, the pulse or the INR, with its unit, or the number in the book."), 20)
	}
	hint := c.word("As ordered. Change it only if less, or more, was really taken.")
	if o.Variable || o.UpTo.Known {
		hint = c.word("The dose changes: {howMuch} is ordered.", "howMuch", o.HowMuch())
		if last := g.book.LastGiven(o); last != nil && last.Amount.Known {
			hint += c.word(" Last time: {amount}, {when}.", "amount", last.Amount.Words(), "when", c.words.Instant(last.When, c.config.Zone))
		}
	}
	fields += g.amount(medAmount, c.word("How much?"), hint, o.Dose.Unit)
	if o.NeedsSite() || o.SiteCode.Code != "" {
		fields += g.choice(medSite, c.word("Where on the body?"), g.sitesWords(), class.ByRole(standard.RoleBodySite)) + g.choice(medSide, c.word("Which side?"), "", class.ByRole(standard.RoleSide))
	}
	if o.AsNeeded {
		fields += g.line(medNeeded, c.word("What was it needed for?"), c.word("What they said, or what you saw."), 0) + g.line(medScore, c.word("How bad was it, from 0 to 10?"), c.word("10 is the worst they can think of. Leave it empty if they cannot say."), 2)
	}
	fields += g.choice(medSupport, c.word("How much help did they need?"), "", class.ByRole(standard.RoleSupport))
	fields += g.choice(medWhyNot, c.word("If it was not given, why not?"), "", class.ByRole(standard.RoleNotGivenReason))
	fields += g.when(c.word("At what time?"))
	if o.Controlled {
		fields += c.bookFields(g)
	}
	if o.NeedsWitness() {
		fields += c.witnessFields(&g.medicineForm, g.about, c.word("This medicine is given in front of a second person."))
	}
	if len(g.warnings) > 0 || g.wrong(medOverride).Text != "" {
		fields += g.box(medOverride, c.word("If it must be recorded all the same: why?"), c.word("Who decided it, and why. It is kept with the dose, everybody sees it, and the manager is told."))
	}
	return fields + g.line(medNote, c.word("Is there anything to tell about it?"), "", 0)
}

// sitesWords say where it was the last times, so that the place is changed.
func (g *giving) sitesWords() string {
	if !g.order.NeedsSite() {
		return g.in.Say("As ordered. Change it if it was done elsewhere.")
	}
	var places []string
	for _, d := range g.book.DosesOf(g.order) {
		if d.Given && d.Site != "" && len(places) < 4 {
			places = append(places, d.Site)
		}
	}
	if len(places) == 0 {
		return g.in.Say("Use another place each time.")
	}
	return g.in.Say("Use another place than the last times: {places}.", "places", strings.Join(places, "; "))
}

// bookFields ask for what is taken out of the cupboard, where there is a book of it.
func (c *call) bookFields(g *giving) template.HTML {
	h := g.book.Holding(g.order.Name, c.now())
	if h == nil {
		return html(`<p class="rm-small">There is no book of stock of this medicine yet: begin one under Stock.</p>`)
	}
	return g.amount(medUnits, c.word("How much was taken out of the cupboard?"), c.word("By the book there are {balance}.", "balance", h.Balance.Words()), h.Balance.Unit) +
		g.amount(medBalance, c.word("How much is left? Count it."), c.word("Both of you count."), h.Balance.Unit)
}

// heldWords say who has a dose open. The clock stands without seconds: the end is rounded up, so that nobody looks too early.
func (c *call) heldWords(lease access.Lease) string {
	since, until := plain.Clock(lease.Since.In(c.config.Zone).Truncate(time.Minute)), plain.Clock(lease.Until.In(c.config.Zone).Add(time.Minute-1).Truncate(time.Minute))
	if lease.Account == c.session.Principal().Account {
		return c.word("You have had this dose open on another device since {since}. Save it or close it there, or wait until {until}.", "since", since, "until", until)
	}
	return c.word("{name} has had this dose open since {since}. Nobody else can give it until they have saved it or closed it, or until {until}.", "name", lease.Name, "since", since, "until", until)
}
