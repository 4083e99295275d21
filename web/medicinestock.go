package web

import (
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/care/medicine"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// stockPage is what is in the cupboard for one person, and the book of each medicine.
type stockPage struct {
	Frame
	Held     string
	Holdings []StockRow
	Begin    []Link // medicines that there is no book of
	MayWrite bool
}

// StockRow is one medicine of the cupboard.
type StockRow struct {
	Anchor     string
	Name       string
	Controlled bool
	Balance    string
	Counted    string
	Left       string
	Tags       []Tag
	Wrong      string
	Write      string
	Entries    []StockLine
	More       int
}

// StockLine is one line of the book.
type StockLine struct {
	When, What, Quantity, Balance, Who, Note, Href string
	Wrong                                          bool
}

// stockShown is how many lines of a book the page shows.
const stockShown = 20

// stock shows it.
func (c *call) stock() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := stockPage{}
	if page.Frame, err = c.personFrame(a, "Stock and controlled drugs"); err != nil {
		return err
	}
	page.MayWrite = page.Person.MayWrite
	book, _, err := c.bookOf(a, c.now().Add(-lookBack*4), true)
	if err != nil {
		return err
	}
	if held := book.HeldUntil(); held != "" {
		page.Held = "They have died. Everything is kept until " + plain.Date(held) + ", in case the coroner asks for it."
	}
	n, err := c.namer(a, nil, stockPeople(book)...)
	if err != nil {
		return err
	}
	for _, h := range book.Holdings(c.now()) {
		page.Holdings = append(page.Holdings, c.stockRow(a, n, h, page.MayWrite))
	}
	for _, o := range book.Orders {
		if !o.Ended && page.MayWrite && book.Holding(o.Name, c.now()) == nil {
			page.Begin = append(page.Begin, Link{Text: o.Name, Href: a.base + "/medicines/stock/new?medicine=" + url.QueryEscape(o.Version.Record.String())})
		}
	}
	return c.render("medicinestock", page)
}

func stockPeople(book *medicine.Book) []uuid.UUID {
	var uids []uuid.UUID
	for _, e := range book.Stock {
		uids = append(append(uids, e.By...), e.Second)
	}
	return uids
}

func (c *call) stockRow(a *about, n *namer, h *medicine.Holding, writes bool) StockRow {
	row := StockRow{Name: h.Name, Controlled: h.Controlled, Balance: h.Balance.Words(), Counted: plain.Instant(h.Counted, c.config.Zone), Anchor: "stock-" + h.Entries[0].Version.Record.String()}
	if h.Controlled {
		row.Tags = append(row.Tags, Tag{"Controlled drug", "purple"})
	}
	if h.Low() && h.Order != nil && h.Order.InForce {
		row.Tags = append(row.Tags, Tag{"Running low", "red"})
	}
	if h.Left.Known && !h.Left.Same(h.Balance) {
		row.Left = "By the doses since, " + h.Left.Words() + " should be left."
	}
	if h.Days >= 0 {
		row.Left = strings.TrimSpace(row.Left + " Enough for " + plain.Count(h.Days, "day", "days") + ".")
	}
	if h.Open != nil {
		row.Wrong = "The count is different from the book. " + h.Open.Explained
	}
	if writes {
		row.Write = a.base + "/medicines/stock/new?line=" + h.Entries[0].Version.Record.String()
	}
	for i, e := range h.Entries {
		if i == stockShown {
			row.More = len(h.Entries) - stockShown
			break
		}
		line := StockLine{When: plain.Instant(e.When, c.config.Zone), What: e.Kind, Quantity: e.Quantity.Words(), Balance: e.Balance.Words(), Wrong: e.Discrepancy, Href: a.href("/records/" + e.Version.Record.String())}
		var who []string
		for _, uid := range append(slices.Clone(e.By), e.Second) {
			if name := n.name(uid); name != "" {
				who = append(who, name)
			}
		}
		line.Who = plain.List(who)
		var notes []string
		for _, part := range []string{e.FromTo, e.Batch, e.Explained} {
			if part != "" {
				notes = append(notes, part)
			}
		}
		line.Note = strings.Join(notes, "; ")
		row.Entries = append(row.Entries, line)
	}
	return row
}

// entering is an entry of the book on its way.
type entering struct {
	medicineForm
	about  *about
	book   *medicine.Book
	hold   *medicine.Holding // nil: the book is begun with this entry
	order  *medicine.Order
	name   string
	code   standard.Coded
	strict bool // a controlled drug
	class  *standard.Class
	query  string
}

// entering finds the book that the address names.
func (c *call) entering() (*entering, error) {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return nil, err
	}
	if err := c.mustWrite(a); err != nil {
		return nil, err
	}
	e := &entering{medicineForm: medicineForm{in: c.words}, about: a, class: c.oneWritable(standard.ClassRoleStock)}
	if e.book, _, err = c.bookOf(a, c.now().Add(-lookBack*4), true); err != nil {
		return nil, err
	}
	for _, entry := range e.book.Stock {
		if entry.Version.Record.String() == c.query("line") {
			e.hold, e.query = e.book.Holding(entry.Name, c.now()), "?line="+c.query("line")
			e.name, e.code, e.order, e.strict = e.hold.Name, e.hold.Medicine, e.hold.Order, e.hold.Controlled
			return e, nil
		}
	}
	for _, o := range e.book.Orders {
		if o.Version.Record.String() == c.query("medicine") {
			e.order, e.name, e.code, e.strict, e.query = o, o.Name, o.Medicine, o.Controlled, "?medicine="+c.query("medicine")
			return e, nil
		}
	}
	return nil, errNowhere()
}

// unit is that of the book; where it is begun, what was chosen.
func (e *entering) unit() string {
	if e.hold != nil {
		return e.hold.Balance.Unit
	}
	return e.get(medUnit)
}

// newEntryOfStock shows the form of an entry.
func (c *call) newEntryOfStock() error {
	e, err := c.entering()
	if err != nil {
		return err
	}
	e.values = newIDs()
	e.setWhen(c.now())
	return c.showEntryOfStock(e)
}

func (c *call) showEntryOfStock(e *entering) error {
	page, err := c.medicinePage(&e.medicineForm, e.about, "Write in the book of stock", "stock/new"+e.query)
	if err != nil {
		return err
	}
	page.Caption, page.Cancel, page.Button = e.name, e.about.base+"/medicines/stock", "Save this entry"
	if e.strict {
		page.Tags = []Tag{{"Controlled drug", "purple"}}
	}
	page.Fields = e.radios(medKind, "What happened?", "", e.class.ByRole(standard.RoleStockKind), standard.MeansStockGiven)
	unit := ""
	if e.hold != nil {
		page.Facts = []DecideFact{{"By the book", e.hold.Balance.Words() + ", on " + plain.Instant(e.hold.Counted, c.config.Zone)}}
		if e.hold.Left.Known && !e.hold.Left.Same(e.hold.Balance) {
			page.Facts = append(page.Facts, DecideFact{"Less what was given since", e.hold.Left.Words()})
		}
		unit = e.hold.Balance.Unit
	} else {
		page.Fields += e.units()
	}
	page.Fields += e.amount(medQuantity, "How much came, or went?", "Nothing, where it was only counted.", unit) + e.amount(medBalance, "How much is there now?", "Count it.", unit) +
		e.line(medFromTo, "Where did it come from, or go to?", "The pharmacy, the person, the hospital.", 0) + e.line(medBatch, "What is the batch number?", "", 20) + e.when("When?") +
		e.tick("different", "The count is different from what the book says it should be", "") + e.box(medExplain, "If it is different: what is different, and what was done?", "The manager is told.")
	why := "If a second person counts with you, they enter their account and password."
	if e.strict {
		why = "A controlled drug is counted by two people."
	}
	page.Fields += c.witnessFields(&e.medicineForm, e.about, why)
	return c.showMedicineForm(page)
}

// units ask in what a new book counts.
func (e *entering) units() (out template.HTML) {
	o := nhsuk.SelectOptions{ID: medUnit, Name: medUnit, Value: e.values.Get(medUnit), Label: nhsuk.LabelOptions{Text: "What do you count?", Size: "s"}, ErrorMessage: e.wrong(medUnit),
		Items: []nhsuk.SelectItem{{Value: "", Text: "Choose"}}}
	for _, unit := range e.class.ByRole(standard.RoleStockBalance).Units {
		o.Items = append(o.Items, nhsuk.SelectItem{Value: unit, Text: plain.Unit(unit)})
	}
	return nhsuk.Select(o)
}

// saveEntryOfStock keeps an entry.
func (c *call) saveEntryOfStock() error {
	e, err := c.entering()
	if err != nil {
		return err
	}
	if e.values, err = c.posted(); err != nil {
		return err
	}
	kind, means, ok := e.codeOf(medKind, e.class.ByRole(standard.RoleStockKind))
	if !ok {
		e.fault(medKind, "Say what happened to the stock.")
	}
	unit := e.unit()
	if e.hold == nil && !slices.Contains(e.class.ByRole(standard.RoleStockBalance).Units, unit) {
		e.fault(medUnit, "Say what you count.")
	}
	needed := "Say how much."
	if means == standard.MeansStockCount {
		needed = ""
	}
	quantity, given := e.readAmount(medQuantity, unit, needed)
	if !given {
		quantity = standard.Quantity{Number: standard.NewNumber(0), Unit: unit}
	}
	balance, _ := e.readAmount(medBalance, unit, "Count it, and say how much there is now.")
	when, _ := c.readWhen(&e.medicineForm)
	must := ""
	if e.strict {
		must = "A controlled drug takes two people: the second enters their account and password."
	}
	witness, err := c.readWitness(&e.medicineForm, e.about, must)
	if err != nil {
		return err
	}
	if len(e.faults) > 0 {
		return c.showEntryOfStock(e)
	}
	content := contentOf(e.class)
	put(content, standard.RoleEventDate, when)
	put(content, standard.RoleMedicine, e.code)
	if e.order != nil {
		put(content, standard.RoleOrderedBy, standard.Reference{UID: e.order.Version.Record})
	}
	put(content, standard.RoleStockKind, kind)
	put(content, standard.RoleStockQuantity, quantity)
	put(content, standard.RoleStockBalance, balance)
	put(content, standard.RoleControlledDrug, standard.Boolean(e.strict))
	putWords(content, standard.RoleStockFromTo, e.get(medFromTo))
	putWords(content, standard.RoleBatch, e.get(medBatch))
	putAll(content, standard.RolePerformer, c.myself())
	if e.get("different") != "" {
		put(content, standard.RoleDiscrepancy, standard.Boolean(true))
		putWords(content, standard.RoleDifference, e.get(medExplain))
	}
	if witness != nil {
		put(content, standard.RoleSecondPerson, standard.Reference{UID: witness.Worker()})
	}
	receipts, err := c.session.Commit(c.ctx, &record.Proposal{ID: uidOr(e.values, fieldContribution), Stream: e.about.uid, Description: "Stock: " + e.name,
		Changes: []record.ProposedChange{creating("/entry", e.values, fieldRecord, content)}})
	fields := map[string]string{}
	for role, name := range map[string]string{standard.RoleStockBalance: medBalance, standard.RoleStockQuantity: medQuantity, standard.RoleSecondPerson: medWitness, standard.RoleDifference: medExplain} {
		fields["/entry/content/"+e.class.ByRole(role).ID] = name
	}
	if err = e.refused(err, fields, medBalance); err != nil {
		return err
	}
	if len(e.faults) > 0 {
		return c.showEntryOfStock(e)
	}
	if witness != nil {
		if err := witness.Sign(c.ctx, receipts[0].Changes[0].Version, e.about.uid, "Counted as the second person"); err != nil {
			return err
		}
	}
	c.say("Saved: " + e.name + ", " + plain.Value(balance, nil) + ".")
	return c.redirect(e.about.base + "/medicines/stock")
}
