package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care/medicine"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// aboutOrder is a form about one order or one dose.
type aboutOrder struct {
	medicineForm
	about *about
	book  *medicine.Book
	order *medicine.Order
	dose  *medicine.Dose
}

// orderAsked finds the order or the dose that the address names.
func (c *call) orderAsked(doses bool) (*aboutOrder, error) {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return nil, err
	}
	if err := c.mustWrite(a); err != nil {
		return nil, err
	}
	uid, err := c.uid("record")
	if err != nil {
		return nil, err
	}
	o := &aboutOrder{medicineForm: medicineForm{in: c.words}, about: a}
	if o.book, _, err = c.bookOf(a, c.now().Add(-lookBack), false); err != nil {
		return nil, err
	}
	if !doses {
		if o.order = o.book.Order(uid); o.order == nil {
			return nil, errNowhere()
		}
		return o, nil
	}
	for _, d := range o.book.Doses {
		if d.Version.Record == uid {
			o.dose = d
			return o, nil
		}
	}
	return nil, errNowhere()
}

// medicinePage begins a page of such a form.
func (c *call) medicinePage(f *medicineForm, a *about, title, path string) (medicineFormPage, error) {
	frame, err := c.personFrame(a, title)
	if err != nil {
		return medicineFormPage{}, err
	}
	page := medicineFormPage{Frame: frame, Heading: title, Action: a.base + "/medicines/" + path, Cancel: a.base + "/medicines", Offline: true, About: a.name,
		Born: frame.Person.BornText, Photo: frame.Person.Photo}
	page.Narrow, page.Errors = true, f.faults
	page.Hidden = append(carriedOnly(f.values, fieldContribution, fieldRecord), c.by()...)
	return page, nil
}

func (c *call) showMedicineForm(page medicineFormPage) error {
	if len(page.Errors) > 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "medicineform", page)
	}
	return c.render("medicineform", page)
}

// newIDs are the ids under which a form will be committed.
func newIDs() url.Values {
	return url.Values{fieldContribution: {uuid.Must(uuid.NewV7()).String()}, fieldRecord: {uuid.Must(uuid.NewV7()).String()}}
}

// askEffect asks whether a dose helped.
func (c *call) askEffect() error {
	o, err := c.orderAsked(true)
	if err != nil {
		return err
	}
	o.values = newIDs()
	o.values.Set(fieldExpected, plainNumber(o.dose.Version.Number))
	o.setWhen(c.now())
	return c.showEffect(o)
}

func plainNumber(n int) string { return strings.ReplaceAll(plain.Whole(n), ",", "") }

func (c *call) showEffect(o *aboutOrder) error {
	page, err := c.medicinePage(&o.medicineForm, o.about, "Did it help?", "effect/"+o.dose.Version.Record.String())
	if err != nil {
		return err
	}
	d, class := o.dose, c.oneWritable(standard.ClassRoleDose)
	page.Facts = []DecideFact{{"Given", d.Name + ", " + doseWords(d) + ", " + plain.Instant(d.When, c.config.Zone)}}
	if d.Reason != "" {
		page.Facts = append(page.Facts, DecideFact{"For", d.Reason})
	}
	if d.Before != "" {
		page.Facts = append(page.Facts, DecideFact{"How bad it was before", d.Before + " of 10"})
	}
	page.Hidden = append(page.Hidden, Hidden{fieldExpected, o.get(fieldExpected)})
	page.Fields = o.radios(medEffect, "Ask the person. Did it help?", "", class.ByRole(standard.RoleEffect)) +
		o.line(medScore, "How bad is it now, from 0 to 10?", "Leave it empty if they cannot say.", 2) + o.when("When did you ask?")
	page.Button = "Save"
	return c.showMedicineForm(page)
}

// saveEffect keeps the answer beside the dose.
func (c *call) saveEffect() error {
	o, err := c.orderAsked(true)
	if err != nil {
		return err
	}
	if o.values, err = c.posted(); err != nil {
		return err
	}
	class := c.oneWritable(standard.ClassRoleDose)
	content, err := o.dose.Version.Decoded(c.config.Catalogue)
	if err != nil {
		return err
	}
	when, _ := c.readWhen(&o.medicineForm)
	effect, _, ok := o.codeOf(medEffect, class.ByRole(standard.RoleEffect))
	if !ok {
		o.fault(medEffect, "Say whether it helped.")
	}
	put(content, standard.RoleEffectAsked, when)
	put(content, standard.RoleEffect, effect)
	if o.get(medScore) != "" {
		n, ok := standard.ParseNumber(o.get(medScore))
		if !ok || n.Cmp(standard.NewNumber(0)) < 0 || n.Cmp(standard.NewNumber(10)) > 0 {
			o.fault(medScore, "The score is a number from 0 to 10.")
		} else {
			put(content, standard.RoleScoreAfter, n)
		}
	}
	if len(o.faults) > 0 {
		return c.showEffect(o)
	}
	err = c.changeOf(&o.medicineForm, o.about, o.dose.Version, content, "Asked whether it helped", map[string]string{}, medEffect)
	if err != nil || len(o.faults) > 0 {
		if err != nil {
			return err
		}
		return c.showEffect(o)
	}
	return c.backToMedicines(o.about, "Saved.")
}

// changeOf commits a change of one record, made on the version that the form was shown for.
func (c *call) changeOf(f *medicineForm, a *about, v *record.Version, content *standard.Content, why string, fields map[string]string, otherwise string) error {
	_, err := c.session.Commit(c.ctx, &record.Proposal{ID: uidOr(f.values, fieldContribution), Stream: v.Stream, Changes: []record.ProposedChange{{
		Path: "/order", Type: record.Modify, Record: v.Record, Expected: int(numberOf(f.values.Get(fieldExpected), v.Number)), Content: content.AppendJSON(nil), Description: why, Sensitivity: v.Sensitivity.String(),
	}}})
	return f.refused(err, fields, otherwise)
}

func numberOf(s string, otherwise int) int64 {
	n, ok := standard.ParseNumber(s)
	if !ok {
		return int64(otherwise)
	}
	i, err := n.Decimal.Int64()
	if err != nil {
		return int64(otherwise)
	}
	return i
}

func (c *call) backToMedicines(a *about, words string) error {
	c.say(words)
	return c.redirect(a.base + "/medicines")
}

// askCheck shows an order to the second person, to be compared with the label, the list or the letter.
func (c *call) askCheck() error {
	o, err := c.orderAsked(false)
	if err != nil {
		return err
	}
	o.values = newIDs()
	o.values.Set(fieldExpected, plainNumber(o.order.Version.Number))
	return c.showCheckOrder(o)
}

func (c *call) showCheckOrder(o *aboutOrder) error {
	page, err := c.medicinePage(&o.medicineForm, o.about, "Second check", "check/"+o.order.Version.Record.String())
	if err != nil {
		return err
	}
	page.Caption, page.Tags, page.Offline = o.order.Name, c.orderTags(o.order), false // whoever checks sees what stands there now
	n, err := c.namer(o.about, []*standard.Content{o.order.Content}, o.order.Writers...)
	if err != nil {
		return err
	}
	for _, answer := range c.answers(n, &o.order.Content.Group) {
		fact := DecideFact{Name: answer.Name}
		for i, v := range answer.Values {
			if i > 0 {
				fact.Text += "; "
			}
			fact.Text += v.Text
			for _, inner := range v.Group {
				for _, iv := range inner.Values {
					fact.Text += inner.Name + " " + iv.Text + " "
				}
			}
		}
		page.Facts = append(page.Facts, fact)
	}
	if a, ok := o.book.AllergyTo(o.order); ok {
		page.Stop = append(page.Stop, "Recorded allergy: "+a.Words()+". "+o.order.AllergyReason)
	}
	for _, other := range o.book.Orders {
		if other != o.order && other.InForce && strings.EqualFold(other.Name, o.order.Name) {
			page.Stop = append(page.Stop, "There is another order for "+other.Name+": "+other.HowMuch()+", "+lower(other.WhenWords())+". Stop the one that no longer holds.")
		}
	}
	switch {
	case slices.Contains(o.order.Writers, c.session.Principal().Worker):
		page.Stop, page.Button = append(page.Stop, "You wrote this order down. Somebody else must check it."), ""
	case o.order.Checked && o.order.InForce:
		page.Facts = append(page.Facts, DecideFact{"Checked", "This order has been checked already."})
	default:
		page.Hidden = append(page.Hidden, Hidden{fieldExpected, o.get(fieldExpected)})
		page.Fields = o.tick("same", "I have the label, the list or the letter in front of me, and every line above is the same", "If a line is different, cancel, change the order, and have it checked again.")
		page.Button = "It is right: it may be given"
	}
	return c.showMedicineForm(page)
}

// saveCheck keeps that the second person has checked the order.
func (c *call) saveCheck() error {
	o, err := c.orderAsked(false)
	if err != nil {
		return err
	}
	if o.values, err = c.posted(); err != nil {
		return err
	}
	if o.get("same") == "" {
		o.fault("same", "Compare every line with the label, the list or the letter, then say so.")
		return c.showCheckOrder(o)
	}
	content := copyOf(o.order.Content)
	class := content.Class
	status, ok := codeMeaning(class.ByRole(standard.RoleStatus), standard.MeansInForce)
	if !ok {
		return errNowhere()
	}
	put(content, standard.RoleStatus, status)
	put(content, standard.RoleCheckedBy, standard.Reference{UID: c.session.Principal().Worker})
	put(content, standard.RoleCheckedAt, standard.DateTime(c.now().Format(instantLayout)))
	if err := c.changeOf(&o.medicineForm, o.about, o.order.Version, content, "Second check, against the label, list or letter", nil, "same"); err != nil {
		return err
	}
	if len(o.faults) > 0 {
		return c.showCheckOrder(o)
	}
	return c.backToMedicines(o.about, "Checked: "+o.order.Name+" may be given.")
}

func copyOf(content *standard.Content) *standard.Content {
	out := *content
	out.Entries = slices.Clone(content.Entries)
	return &out
}

// askState asks whether an order is held, stopped or goes on.
func (c *call) askState() error {
	o, err := c.orderAsked(false)
	if err != nil {
		return err
	}
	o.values = newIDs()
	o.values.Set(fieldExpected, plainNumber(o.order.Version.Number))
	return c.showState(o)
}

func (c *call) showState(o *aboutOrder) error {
	page, err := c.medicinePage(&o.medicineForm, o.about, "Hold, stop or change", "state/"+o.order.Version.Record.String())
	if err != nil {
		return err
	}
	page.Caption, page.Tags = o.order.Name, c.orderTags(o.order)
	page.Facts = []DecideFact{{"Dose", o.order.HowMuch()}, {"When", o.order.WhenWords()}, {"Now", o.order.Status}}
	if href := c.formOf(o.about, standard.ClassRoleMedicineOrder); href != "" {
		page.Fields = html(`<p><a href="`, htmlEscaped(href+"?record="+o.order.Version.Record.String()), `">Change the dose, the times or the directions</a>: it is then checked again by a second person.</p>`)
	}
	class := o.order.Content.Class
	but := []string{}
	if !o.order.Checked {
		but = append(but, standard.MeansInForce)
	}
	page.Hidden = append(page.Hidden, Hidden{fieldExpected, o.get(fieldExpected)})
	page.Fields += o.radios(medState, "From now on it is", "", class.ByRole(standard.RoleStatus), but...) + o.box(fieldWhy, "Why, and who said so?", "For example: Dr Naqvi on the telephone, 10:20, pulse 44.")
	page.Button = "Save"
	return c.showMedicineForm(page)
}

// saveState keeps it.
func (c *call) saveState() error {
	o, err := c.orderAsked(false)
	if err != nil {
		return err
	}
	if o.values, err = c.posted(); err != nil {
		return err
	}
	content := copyOf(o.order.Content)
	status, means, ok := o.codeOf(medState, content.Class.ByRole(standard.RoleStatus))
	if !ok {
		o.fault(medState, "Say how it stands from now on.")
	}
	if o.get(fieldWhy) == "" {
		o.fault(fieldWhy, "Say why, and who said so.")
	}
	if means == standard.MeansInForce && !o.order.Checked {
		o.fault(medState, "It must be checked by a second person first.")
	}
	if len(o.faults) > 0 {
		return c.showState(o)
	}
	put(content, standard.RoleStatus, status)
	if takeOut(content, standard.RoleValidUntil); means == standard.MeansEnded {
		put(content, standard.RoleValidUntil, standard.DateTime(c.now().Format(time.RFC3339)))
	} else if !o.order.Till.IsZero() {
		for _, e := range o.order.Content.Entries {
			if e.Element.Role == standard.RoleValidUntil {
				content.Entries = append(content.Entries, e)
			}
		}
	}
	if err := c.changeOf(&o.medicineForm, o.about, o.order.Version, content, o.get(fieldWhy), nil, medState); err != nil {
		return err
	}
	if len(o.faults) > 0 {
		return c.showState(o)
	}
	return c.backToMedicines(o.about, o.order.Name+": "+lower(status.Display)+".")
}

// uncheck takes the second check out of an order that a form changes: what is new in it has been checked by nobody.
func uncheck(content *standard.Content) {
	if content.Class != nil && content.Class.HasRole(standard.ClassRoleMedicineOrder) {
		takeOut(content, standard.RoleCheckedBy)
		takeOut(content, standard.RoleCheckedAt)
	}
}
