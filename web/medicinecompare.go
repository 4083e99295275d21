package web

import (
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"rosemary/access"
	"rosemary/care/medicine"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// comparePageOf is where medicines are compared, line by line.
type medicineComparePage struct {
	Frame
	Before []CompareBefore
	Lines  []CompareLine
	Top    template.HTML
	Bottom template.HTML
	Action string
	Hidden []Hidden
	About  string
	Born   string
	Photo  string
	Cancel string
	State  string // where a line of the list is written down
}

// CompareBefore is an earlier comparison.
type CompareBefore struct {
	Words string
	Href  string
	Tag   Tag
}

// CompareLine is one medicine: what the list says, the order here, and the questions about the two.
type CompareLine struct {
	Anchor     string
	Name       string
	Stated     string
	Ordered    string
	Warn       string
	StatedHref string
	OrderHref  string
	Fields     template.HTML
}

// comparing is a comparison on its way.
type comparing struct {
	medicineForm
	about *about
	book  *medicine.Book
	lines []medicine.Compared
	class *standard.Class
	block *standard.Class
	all   []*record.Version
}

// The fields of a line begin so, with its number behind a dash.
const (
	lineResult = "result-"
	lineDone   = "done-"
	lineRecord = "line-" // which records the line is about: the list may have grown since
)

// comparingNow finds what there is to compare.
func (c *call) comparingNow() (*comparing, error) {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return nil, err
	}
	if err := c.mustWrite(a); err != nil {
		return nil, err
	}
	g := &comparing{medicineForm: medicineForm{in: c.words}, about: a, class: c.oneWritable(standard.ClassRoleReconciliation)}
	for _, class := range c.config.Catalogue.ClassesWithRole(standard.ClassRoleReconciled) {
		g.block = class
	}
	if g.class == nil || g.block == nil {
		return nil, errNowhere()
	}
	if g.book, _, err = c.bookOf(a, c.now().Add(-lookBack), false); err != nil {
		return nil, err
	}
	classes := append(medicine.MedicationClasses(c.config.Catalogue), g.class.ID)
	if g.all, _, err = a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: classes, Limit: 1000}); err != nil {
		return nil, err
	}
	g.lines = g.book.Compare(medicine.StatedIn(c.config.Catalogue, g.all))
	return g, nil
}

// key names what a line is about.
func lineKey(l medicine.Compared) string {
	key := ""
	if l.Stated != nil {
		key = l.Stated.Version.Record.String()
	}
	if l.Order != nil {
		key += "+" + l.Order.Version.Record.String()
	}
	return key
}

// compareMedicines shows the medicines of lists and letters beside the orders here.
func (c *call) compareMedicines() error {
	g, err := c.comparingNow()
	if err != nil {
		return err
	}
	g.values = newIDs()
	g.setWhen(c.now())
	return c.showCompare(g)
}

func (c *call) showCompare(g *comparing) error {
	a := g.about
	frame, err := c.personFrame(a, "Compare medicines with a list or letter")
	if err != nil {
		return err
	}
	page := medicineComparePage{Frame: frame, Action: a.base + "/medicines/compare", Cancel: a.base + "/medicines", About: a.name, Born: frame.Person.BornText, Photo: frame.Person.Photo}
	page.Errors = g.faults
	for _, class := range c.config.Catalogue.ClassesWithRole(standard.ClassRoleMedication) {
		page.State = a.base + "/new/" + class.ID
	}
	for _, before := range medicine.ComparedOn(c.config.Catalogue, g.all) {
		tag := Tag{"Still being asked", "orange"}
		if before.Settled {
			tag = Tag{"Settled", "green"}
		}
		page.Before = append(page.Before, CompareBefore{plain.DateTime(before.When, c.config.Zone) + ": " + before.Occasion + ", with " + before.With, a.base + "/records/" + before.Record.String(), tag})
	}
	result, done := g.block.ByRole(standard.RoleReconciled), g.block.ByRole(standard.RoleDifference)
	for i, l := range g.lines {
		n := strconv.Itoa(i)
		line := CompareLine{Anchor: "line-" + n}
		if l.Stated != nil {
			line.Name, line.Stated, line.StatedHref = l.Stated.Name, l.Stated.Directions, a.base+"/records/"+l.Stated.Version.Record.String()
			if line.Stated == "" {
				line.Stated = "No directions on the list"
			}
			if allergy, ok := g.book.AllergyToNames(l.Stated.Name); ok {
				line.Warn = "Recorded allergy: " + allergy.Words() + "."
			}
		}
		if l.Order != nil {
			if line.Name == "" {
				line.Name = l.Order.Name
			}
			line.Ordered, line.OrderHref = l.Order.Name+", "+l.Order.HowMuch()+", "+lower(l.Order.WhenWords())+". "+l.Order.Directions, a.base+"/records/"+l.Order.Version.Record.String()
		}
		page.Hidden = append(page.Hidden, Hidden{lineRecord + n, lineKey(l)})
		hint := ""
		if code, ok := codeMeaning(result, l.Suggest); ok {
			hint = "It looks like: " + lower(code.Display) + ". You decide."
		}
		line.Fields = g.radios(lineResult+n, "Do the two agree?", hint, result) + g.line(lineDone+n, done.Ask, done.Hint, 0)
		page.Lines = append(page.Lines, line)
	}
	page.Hidden = append(page.Hidden, append(carriedOnly(g.values, fieldContribution, fieldRecord), c.by()...)...)
	page.Top = g.radios("occasion", "On what occasion?", "", g.class.ByRole(standard.RoleOccasion)) +
		g.line("with", g.class.ByRole(standard.RoleComparedWith).Ask, g.class.ByRole(standard.RoleComparedWith).Hint, 0) + g.when("When?")
	page.Bottom = g.radios(medState, "Is everything settled?", "While something is still being asked, this stays open on the page of medicines.", g.class.ByRole(standard.RoleStatus)) +
		g.box(medNote, "Is there anything else to say?", "") + c.witnessFields(&g.medicineForm, a, "A second person goes through it with you. If nobody is there now, leave it empty and save it as still open.")
	if len(page.Errors) > 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "medicinecompare", page)
	}
	return c.render("medicinecompare", page)
}

// saveCompare keeps the comparison with what was done about each medicine.
func (c *call) saveCompare() error {
	g, err := c.comparingNow()
	if err != nil {
		return err
	}
	if g.values, err = c.posted(); err != nil {
		return err
	}
	content := contentOf(g.class)
	occasion, _, ok := g.codeOf("occasion", g.class.ByRole(standard.RoleOccasion))
	if !ok {
		g.fault("occasion", "Say on what occasion.")
	}
	state, means, ok := g.codeOf(medState, g.class.ByRole(standard.RoleStatus))
	if !ok {
		g.fault(medState, "Say whether everything is settled.")
	}
	if g.get("with") == "" {
		g.fault("with", "Say which list or letter they were compared with.")
	}
	when, _ := c.readWhen(&g.medicineForm)
	lines := c.readLines(g)
	needed := ""
	if means == standard.MeansSettled && !c.afterwards() {
		needed = "A second person goes through it before it is settled: they enter their account and password."
	}
	witness, err := c.readWitness(&g.medicineForm, g.about, needed)
	if err != nil {
		return err
	}
	if len(g.faults) > 0 {
		return c.showCompare(g)
	}
	put(content, standard.RoleEventDate, when)
	put(content, standard.RoleOccasion, occasion)
	put(content, standard.RoleComparedWith, standard.Text(g.get("with")))
	put(content, standard.RoleStatus, state)
	putWords(content, standard.RoleNote, g.get(medNote))
	putAll(content, standard.RolePerformer, c.myself())
	if witness != nil {
		put(content, standard.RoleSecondPerson, standard.Reference{UID: witness.Worker()})
	}
	for _, e := range g.class.Elements {
		if e.Block == g.block {
			content.Entries = append(content.Entries, standard.Entry{Element: e, Values: lines})
		}
	}
	receipts, err := c.session.Commit(c.ctx, &record.Proposal{ID: uidOr(g.values, fieldContribution), Stream: g.about.uid, Description: "Medicines compared with " + g.get("with"),
		Changes: []record.ProposedChange{creating("/compare", g.values, fieldRecord, content)}})
	if err = g.refused(err, nil, "with"); err != nil {
		return err
	}
	if len(g.faults) > 0 {
		return c.showCompare(g)
	}
	if witness != nil {
		if err := witness.Sign(c.ctx, receipts[0].Changes[0].Version, g.about.uid, "Gone through as the second person"); err != nil {
			return err
		}
	}
	return c.backToMedicines(g.about, "Saved: the medicines were compared.")
}

// readLines reads what was said of each medicine. A medicine that came, or went, while the form was open must be looked at.
func (c *call) readLines(g *comparing) []standard.Value {
	result := g.block.ByRole(standard.RoleReconciled)
	sent := map[string]string{}
	for name := range g.values {
		if rest, ok := cutPrefix(name, lineRecord); ok {
			sent[g.values.Get(name)] = rest
		}
	}
	moved := url.Values{}
	var lines []standard.Value
	for i, l := range g.lines {
		n, known := sent[lineKey(l)]
		field := strconv.Itoa(i)
		if !known {
			g.fault(lineResult+field, "This medicine came while you were comparing. Look at it too.")
			continue
		}
		said, done := g.get(lineResult+n), g.get(lineDone+n)
		moved.Set(lineResult+field, said)
		moved.Set(lineDone+field, done)
		code, means, ok := g.codeOf(lineResult+n, result)
		switch {
		case !ok:
			g.fault(lineResult+field, "Say whether the two agree.")
			continue
		case means != standard.MeansAgrees && done == "":
			g.fault(lineDone+field, "Say what is different, and what was done about it.")
			continue
		}
		lines = append(lines, c.lineOf(g, l, code, done))
	}
	for name, all := range moved {
		g.values[name] = all
	}
	return lines
}

func cutPrefix(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return "", false
}

// lineOf is one medicine of the record.
func (c *call) lineOf(g *comparing, l medicine.Compared, result standard.Coded, done string) standard.Value {
	line := contentOf(g.block)
	if l.Stated != nil {
		put(line, standard.RoleMedicine, l.Stated.Medicine)
		putWords(line, standard.RoleStated, l.Stated.Directions)
		put(line, standard.RoleStatedBy, standard.Reference{UID: l.Stated.Version.Record, Version: l.Stated.Version.Number, System: foreign(c, l.Stated.Version.System)})
	} else {
		put(line, standard.RoleMedicine, l.Order.Medicine)
	}
	if l.Order != nil {
		put(line, standard.RoleOrderedBy, standard.Reference{UID: l.Order.Version.Record, Version: l.Order.Version.Number, System: foreign(c, l.Order.Version.System)})
	}
	put(line, standard.RoleReconciled, result)
	putWords(line, standard.RoleDifference, done)
	return &line.Group
}
