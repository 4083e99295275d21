package web

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care/medicine"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// saveDose records what happened to a dose. What a device sends that had no network has happened: it is kept, whatever the rules say, and flagged.
func (c *call) saveDose() error {
	g, err := c.giving()
	if err != nil {
		return err
	}
	if g.values, err = c.posted(); err != nil {
		return err
	}
	if done, err := c.savedBefore(g); done || err != nil {
		return err
	}
	_, held, err := c.holdDose(g)
	if err != nil {
		return err
	}
	if !held {
		return c.showGive(g)
	}
	content, err := c.readDose(g)
	if err != nil {
		return err
	}
	if len(g.faults) > 0 {
		return c.showGive(g)
	}
	p := &record.Proposal{ID: uidOr(g.values, fieldContribution), Stream: g.about.uid, Description: "Medicine: " + g.order.Name,
		Changes: []record.ProposedChange{creating("/dose", g.values, fieldRecord, content)}}
	c.withBook(g, p)
	c.withAlert(g, p)
	receipts, err := c.session.Commit(c.ctx, p)
	if err = g.refused(err, c.doseFields(g), medOverride); err != nil {
		return err
	}
	if len(g.faults) > 0 {
		return c.showGive(g)
	}
	if g.witness != nil {
		for _, ch := range receipts[0].Changes {
			if ch.Class == g.class.ID {
				if err := g.witness.Sign(c.ctx, ch.Version, g.about.uid, "Witnessed: "+g.order.Name); err != nil {
					return err
				}
			}
		}
	}
	if err := c.session.ReleaseSlot(c.ctx, g.about.uid, g.id(), c.sessions.GetString(c.ctx, keyHolder)); err != nil {
		c.config.Log.Warn("giving a dose up", "error", err) // it runs out by itself
	}
	c.say(c.word("Saved: {order}.", "order", g.order.Name))
	return c.redirect(g.about.base + "/medicines")
}

// savedBefore answers a dose that was sent twice: it stands there already.
func (c *call) savedBefore(g *giving) (bool, error) {
	rec, err := uuid.Parse(g.values.Get(fieldRecord))
	if err != nil {
		return false, nil
	}
	for _, d := range g.book.Doses {
		if d.Version.Record == rec {
			c.say(c.word("This had been saved already. It was not saved twice."))
			return true, c.redirect(g.about.base + "/medicines")
		}
	}
	return false, nil
}

// readDose reads what was sent, and says everything that is wrong with it at once, the warnings too.
func (c *call) readDose(g *giving) (*standard.Content, error) {
	o, class := g.order, g.class
	outcome, means, ok := g.codeOf(medOutcome, class.ByRole(standard.RoleStatus))
	if !ok {
		g.fault(medOutcome, c.word("Say what happened to the dose."))
	}
	g.outcome, g.given = means, means == standard.MeansGiven
	when, at := c.readWhen(&g.medicineForm)
	g.at = at
	content := contentOf(class)
	put(content, standard.RoleOrderedBy, standard.Reference{UID: o.Version.Record, Version: o.Version.Number, System: foreign(c, o.Version.System)})
	put(content, standard.RoleMedicine, o.Medicine)
	put(content, standard.RoleStatus, outcome)
	put(content, standard.RoleEventDate, when)
	put(content, standard.RoleRoute, o.RouteCode)
	putAll(content, standard.RolePerformer, c.myself())
	if g.slot != nil {
		put(content, standard.RoleDueAt, standard.DateTime(g.slot.Due.Format(instantLayout)))
	}
	c.readGiven(g, content)
	putWords(content, standard.RoleReadingBefore, g.get(medReading))
	putWords(content, standard.RoleNote, g.get(medNote))
	if support, _, ok := g.codeOf(medSupport, class.ByRole(standard.RoleSupport)); ok {
		put(content, standard.RoleSupport, support)
	}
	why, _, said := g.codeOf(medWhyNot, class.ByRole(standard.RoleNotGivenReason))
	switch {
	case g.given || !ok:
	case said:
		put(content, standard.RoleNotGivenReason, why)
	case means != standard.MeansNotNeeded:
		g.fault(medWhyNot, c.word("Say why it was not given."))
	}
	var err error
	needed := ""
	if o.NeedsWitness() && g.given && g.get(medOverride) == "" && !c.afterwards() {
		needed = c.word("A second person must witness this medicine: they enter their account and password. If nobody else is there, say why below.")
	}
	if g.witness, err = c.readWitness(&g.medicineForm, g.about, needed); err != nil {
		return nil, err
	}
	if g.witness != nil {
		put(content, standard.RoleWitness, standard.Reference{UID: g.witness.Worker()})
	}
	g.warn(c)
	c.overcome(g, content)
	return content, nil
}

// instantLayout writes an instant of a record.
const instantLayout = "2006-01-02T15:04:05Z07:00"

// foreign is the system of a version that was not made here, as a reference names it.
func foreign(c *call, system string) string {
	if system == c.config.System {
		return ""
	}
	return system
}

// readGiven reads what only a dose that was given has.
func (c *call) readGiven(g *giving, content *standard.Content) {
	o, class := g.order, g.class
	if !g.given {
		return
	}
	if q, ok := g.readAmount(medAmount, o.Dose.Unit, c.word("Say how much was given.")); ok {
		g.dose = q
		put(content, standard.RoleDose, q)
	}
	if o.ReadingFirst && g.get(medReading) == "" {
		g.fault(medReading, c.word("Say what the reading was, or the number in the book."))
	}
	if o.NeedsSite() || g.get(medSite) != "" {
		if site, _, ok := g.codeOf(medSite, class.ByRole(standard.RoleBodySite)); ok {
			put(content, standard.RoleBodySite, site)
		} else {
			g.fault(medSite, c.word("Say where on the body it was given."))
		}
		if side, _, ok := g.codeOf(medSide, class.ByRole(standard.RoleSide)); ok {
			put(content, standard.RoleSide, side)
		}
	}
	if !o.AsNeeded {
		return
	}
	if g.get(medNeeded) == "" {
		g.fault(medNeeded, c.word("Say what it was needed for."))
	}
	putWords(content, standard.RoleReason, g.get(medNeeded))
	if g.get(medScore) != "" {
		n, ok := standard.ParseNumber(g.get(medScore))
		if !ok || n.Cmp(standard.NewNumber(0)) < 0 || n.Cmp(standard.NewNumber(10)) > 0 {
			g.fault(medScore, c.word("The score is a number from 0 to 10."))
		} else {
			put(content, standard.RoleScoreBefore, n)
		}
	}
	if o.AskAfter > 0 && !g.at.IsZero() {
		put(content, standard.RoleEffectDue, standard.DateTime(g.at.Add(o.AskAfter).Format(instantLayout)))
	}
}

// kept is why a dose that a device brings later is in the record in spite of a warning.
const kept = "It was given, and written down on a device without a network. The warning came when the device reached the server."

// overcome asks why a dose is recorded in spite of its warnings, and keeps which they were.
func (c *call) overcome(g *giving, content *standard.Content) {
	if len(g.warnings) == 0 {
		return
	}
	why := g.get(medOverride)
	if why == "" && c.afterwards() {
		why = kept
	}
	if why == "" {
		for _, w := range g.warnings {
			if w.Kind != standard.MeansNoWitness || g.wrong(medWitness).Text == "" && g.wrong(medPassword).Text == "" {
				g.fault(medOverride, c.word("Stop. {words} If it must be recorded all the same, say why.", "words", c.stops(w.Words)))
			}
		}
		return
	}
	put(content, standard.RoleOverrideReason, standard.Text(why))
	var codes []standard.Value
	for _, w := range g.warnings {
		if code, ok := codeMeaning(g.class.ByRole(standard.RoleOverridden), w.Kind); ok && !slices.Contains(codes, standard.Value(code)) {
			codes = append(codes, code)
		}
	}
	putAll(content, standard.RoleOverridden, codes...)
	g.overcomes = true
}

// withBook adds the entry of the book of a controlled drug.
func (c *call) withBook(g *giving, p *record.Proposal) {
	h, class := g.book.Holding(g.order.Name, c.now()), c.oneWritable(standard.ClassRoleStock)
	if h == nil || class == nil || !g.given || !g.order.Controlled || g.get(medUnits) == "" || g.get(medBalance) == "" {
		return
	}
	units, _ := g.readAmount(medUnits, h.Balance.Unit, "")
	balance, _ := g.readAmount(medBalance, h.Balance.Unit, "")
	content := contentOf(class)
	kind, _ := codeMeaning(class.ByRole(standard.RoleStockKind), standard.MeansStockGiven)
	put(content, standard.RoleEventDate, standard.DateTime(g.at.Format(instantLayout)))
	put(content, standard.RoleMedicine, h.Medicine)
	put(content, standard.RoleOrderedBy, standard.Reference{UID: g.order.Version.Record})
	put(content, standard.RoleStockKind, kind)
	put(content, standard.RoleStockQuantity, units)
	put(content, standard.RoleStockBalance, balance)
	put(content, standard.RoleControlledDrug, standard.Boolean(true))
	put(content, standard.RoleStockDose, standard.Reference{UID: uidOr(g.values, fieldRecord)})
	putAll(content, standard.RolePerformer, c.myself())
	if g.witness != nil {
		put(content, standard.RoleSecondPerson, standard.Reference{UID: g.witness.Worker()})
	}
	p.Changes = append(p.Changes, creating("/book", g.values, medStock, content))
}

// alertStays is how long the banner tells of a dose that was given twice.
const alertStays = 48 * time.Hour

// withAlert tells of a dose that was given a second time where everybody sees it: in the banner.
func (c *call) withAlert(g *giving, p *record.Proposal) {
	i := slices.IndexFunc(g.warnings, func(w medicine.Warning) bool { return w.Kind == standard.MeansSecondDose && w.Other != nil })
	class := c.oneWritable(standard.ClassRoleAlert)
	if i < 0 || !g.given || class == nil {
		return
	}
	content := contentOf(class)
	for _, code := range codesOf(class.ByRole(standard.RoleStatus)) {
		if code.Means != standard.MeansEnded {
			put(content, standard.RoleStatus, standard.Coded{System: class.ByRole(standard.RoleStatus).ValueSet.SystemOf(&code), Code: code.Code, Display: code.Display})
			break
		}
	}
	other := g.warnings[i].Other
	put(content, standard.RoleStatement, standard.Text("Given twice: "+g.order.Name+", at "+plain.Instant(other.When, c.config.Zone)+" and at "+plain.Instant(g.at, c.config.Zone)+
		". Watch the person, ask a nurse, the pharmacist or 111 now, and tell the manager."))
	put(content, standard.RoleValidFrom, standard.DateTime(g.at.Format(instantLayout)))
	put(content, standard.RoleValidUntil, standard.DateTime(g.at.Add(alertStays).Format(instantLayout)))
	p.Changes = append(p.Changes, creating("/alert", g.values, medAlert, content))
}

// doseFields say which field holds what a problem of the commit is about.
func (c *call) doseFields(g *giving) map[string]string {
	fields := map[string]string{}
	for role, name := range map[string]string{
		standard.RoleStatus: medOutcome, standard.RoleEventDate: medWhen + "_day", standard.RoleDose: medAmount, standard.RoleBodySite: medSite, standard.RoleSupport: medSupport,
		standard.RoleWitness: medWitness, standard.RoleOverrideReason: medOverride, standard.RoleScoreBefore: medScore,
	} {
		if e := g.class.ByRole(role); e != nil {
			fields["/dose/content/"+e.ID] = name
		}
	}
	if class := c.oneWritable(standard.ClassRoleStock); class != nil {
		for role, name := range map[string]string{standard.RoleStockBalance: medBalance, standard.RoleStockQuantity: medUnits, standard.RoleSecondPerson: medWitness} {
			if e := class.ByRole(role); e != nil {
				fields["/book/content/"+e.ID] = name
			}
		}
	}
	return fields
}

// afterwards reports whether the form comes from a device that had no network when it was filled in.
func (c *call) afterwards() bool { return replayOf(c.ctx) != nil }

// orderTags mark what somebody must mind about an order.
func (c *call) orderTags(o *medicine.Order) []Tag {
	var tags []Tag
	add := func(is bool, words, colour string) {
		if is {
			tags = append(tags, Tag{words, colour})
		}
	}
	add(o.Critical, c.word("On the minute"), "red")
	add(o.Controlled, c.word("Controlled drug"), "purple")
	add(o.Insulin, c.word("Insulin"), "orange")
	add(o.Anticoagulant, c.word("Thins the blood"), "orange")
	add(o.Patch, c.word("Patch"), "blue")
	add(o.Variable, c.word("Dose changes"), "orange")
	add(o.Covert, c.word("Hidden in food or drink"), "pink")
	add(o.Homely, c.word("Homely remedy"), "green")
	return tags
}

// doseWords say what happened in a few words.
func doseWords(d *medicine.Dose) string {
	words := strings.TrimSuffix(d.Outcome, ".")
	if d.Given && d.Amount.Known {
		words += ", " + d.Amount.Words()
	}
	if d.WhyNot != "" && !strings.EqualFold(d.WhyNot, d.Outcome) {
		words += " (" + lower(d.WhyNot) + ")"
	}
	return words
}
