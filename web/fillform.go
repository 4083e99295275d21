package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// actCheck asks for the page on which answers are looked over before they are saved.
const actCheck = "check"

// formAsked finds the form that the address names, for a person who may be written about; and the record that it is to be filled in again for.
func (c *call) formAsked() (*formFilling, error) {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return nil, err
	}
	f := &formFilling{about: a, values: url.Values{}}
	var known bool
	if f.form, known = c.config.Catalogue.Form(c.r.PathValue("form")); !known {
		return nil, errNowhere()
	}
	if err := c.mustWrite(a); err != nil {
		return nil, err
	}
	if c.query("record") == "" {
		return f, nil
	}
	rec, err := uuid.Parse(c.query("record"))
	if err != nil {
		return nil, errNowhere()
	}
	return f, c.fillAgain(f, rec)
}

// fillAgain looks up the record that the form is to be filled in again for.
func (c *call) fillAgain(f *formFilling, rec uuid.UUID) error {
	var err error
	if f.before, err = f.about.view.Record(c.ctx, f.about.uid, rec); err != nil {
		return err
	}
	if f.was, err = f.before.Decoded(c.config.Catalogue); err != nil {
		return err
	}
	switch {
	case f.was.Class != f.form.Own:
		return errNowhere()
	case f.before.Status == record.EnteredInError:
		return &standard.Fault{Kind: standard.Conflict, Message: c.word("This record was marked as entered in error and can no longer be changed."), Hint: c.word("Fill in a new form instead.")}
	}
	return nil
}

// fillForm shows a form: empty, as it was left, or with the answers of last time.
func (c *call) fillForm() error {
	f, err := c.formAsked()
	if err != nil {
		return err
	}
	if f.before == nil && f.form.Once && c.query(fieldDraft) == "" {
		if there, err := c.onceFilled(f); err != nil || there != uuid.Nil {
			if err != nil {
				return err
			}
			return c.redirect(f.about.base + "/forms/" + f.form.ID + "?record=" + there.String())
		}
	}
	f.values = url.Values{fieldContribution: {uuid.Must(uuid.NewV7()).String()}, fieldRecord: {uuid.Must(uuid.NewV7()).String()}}
	named := c.draftNamed()
	if f.before != nil {
		named = f.before.Record
	}
	if named != uuid.Nil {
		f.values.Set(fieldRecord, named.String())
		opened, values, there, err := c.openDraft(f.draftable().key)
		switch {
		case err != nil:
			return err
		case there:
			f.opened, f.values = opened, values
			if f.before == nil && values.Get(fieldExpected) != "" {
				if err := c.fillAgain(f, named); err != nil {
					return err
				}
			}
			return c.beginFill(f)
		case f.before == nil:
			return c.draftGone(f.about.base + "/forms/" + f.form.ID)
		}
	}
	if f.before != nil {
		c.answersOfLastTime(f)
		if err := c.tickPinned(f); err != nil {
			return err
		}
	}
	return c.beginFill(f)
}

// onceFilled finds the record of a form that a person has one of.
func (c *call) onceFilled(f *formFilling) (uuid.UUID, error) {
	versions, _, err := f.about.view.Records(c.ctx, access.RecordsQuery{Stream: f.about.uid, Classes: []string{f.form.Own.ID}, Limit: mostKnown})
	if err != nil {
		return uuid.Nil, err
	}
	for _, v := range versions {
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return uuid.Nil, err
		}
		if f.form.Fits(content) {
			return v.Record, nil
		}
	}
	return uuid.Nil, nil
}

// answersOfLastTime fills in the answers of last time, but no text that somebody wrote: that is written anew, or said to hold still.
func (c *call) answersOfLastTime(f *formFilling) {
	id, rec := f.values.Get(fieldContribution), f.before.Record.String()
	f.values = form.Fill(f.was, form.Content, c.config.Zone)
	for _, ask := range f.form.Asks() {
		if f.repeatable(ask) {
			form.Clear(f.values, form.Content, ask.Own.Element)
		}
	}
	f.values.Set(fieldContribution, id)
	f.values.Set(fieldRecord, rec)
	f.values.Set(fieldExpected, strconv.Itoa(f.before.Number))
	f.values.Set(fieldProvider, f.before.InformationProvider)
	if f.before.Sensitivity != record.Normal {
		f.values.Set(fieldSensitivity, f.before.Sensitivity.String())
	}
}

// beginFill shows a form that nothing was posted of. Where something must be there and nothing is known yet, the first is asked for at once.
func (c *call) beginFill(f *formFilling) error {
	if err := c.know(f); err != nil {
		return err
	}
	for _, ask := range f.form.Asks() {
		if b := ask.Blocks; b != nil && b.Add != nil && b.Must && len(f.known[ask.ID]) == 0 && f.addedCount(ask) == 0 && f.before == nil {
			form.Add(f.values, addedPrefix+ask.ID)
		}
	}
	return c.showFill(f)
}

// writeForm does what a button of the form asks for: add, keep, look over, or save.
func (c *call) writeForm() error {
	f, err := c.formAsked()
	if err != nil {
		return err
	}
	if f.values, err = c.posted(); err != nil {
		return err
	}
	if f.before == nil && f.values.Get(fieldExpected) != "" { // begun for a record that was there
		if err := c.fillAgain(f, f.uid()); err != nil {
			return err
		}
	}
	act := f.values.Get(fieldAct)
	if isDraftAct(act) {
		f.mintUIDs()
		return c.keepDraft(f.draftable())
	}
	if err := c.know(f); err != nil {
		return err
	}
	switch act {
	case actSave, actIncomplete, actCheck:
	case actAbsences:
		f.values.Set(fieldAbsences, "yes")
		return c.showFill(f)
	default:
		form.Act(f.values, act, c.now(), c.me())
		return c.showFill(f)
	}
	f.read(c.config.Zone)
	entry := f.entry()
	proposal := c.proposal(entry, record.ProposedChange{})
	f.faults = entry.faults
	records := f.judge(act == actIncomplete)
	switch {
	case f.faulty():
		return c.showFill(f)
	case act == actCheck && replayOf(c.ctx) == nil: // without a network nobody looks it over
		return c.showCheck(f, records)
	}
	return c.commitForm(f, proposal, records, act == actIncomplete)
}

// commitForm commits the form's own record and what was added, in one contribution.
func (c *call) commitForm(f *formFilling, p *record.Proposal, records []standard.FormRecord, unfinished bool) error {
	each := p.Changes[0]
	p.Changes, p.Description = nil, "Form: "+f.form.Name
	for _, r := range records {
		uncheck(r.Content)
		change := each
		change.Type, change.Path, change.Record, change.Class, change.Expected = record.Create, r.Path, r.UID, r.Class.ID, r.Expected
		change.Content = r.Content.AppendJSON(nil)
		if r.Expected > 0 {
			change.Type = record.Modify
		}
		if unfinished && r.Ask == nil {
			change.Status = record.Incomplete
		}
		p.Changes = append(p.Changes, change)
	}
	receipts, err := c.commitHad(p)
	var fault *standard.Fault
	switch {
	case errors.As(err, &fault) && fault.Kind == standard.Invalid:
		f.place(fault.Problems)
		return c.showFill(f)
	case errors.As(err, &fault) && fault.Kind == standard.Conflict && f.before != nil:
		return c.showFormConflict(f)
	case err != nil:
		return err
	}
	c.discard(f.draftable())
	return c.saved(f.about, f.form.Own, receipts[0], c.word("Saved"))
}

// showFormConflict shows what stands there now beside what was filled in.
func (c *call) showFormConflict(f *formFilling) error {
	a := f.about
	n, err := c.namer(a, []*standard.Content{f.was, f.own.Content}, f.before.Author)
	if err != nil {
		return err
	}
	page := conflictPage{
		Class: f.form.Name, Record: a.base + "/records/" + f.before.Record.String(), Action: c.fillHref(f),
		Theirs: VersionRow{Number: f.before.Number, Who: n.name(f.before.Author), Committed: c.words.Minute(f.before.Committed, c.config.Zone)},
	}
	page.Rows = compareRows(c.flatGroup(n, &f.was.Group, "", "", nil), c.flatGroup(n, &f.own.Content.Group, "", "", nil))
	for _, row := range page.Rows {
		if row.Change != "" {
			page.Differs++
		}
	}
	f.values.Set(fieldExpected, strconv.Itoa(f.before.Number))
	page.Hidden = carried(f.values, fieldAct)
	if page.Frame, err = c.personFrame(a, c.word("Somebody else changed this record")); err != nil {
		return err
	}
	page.Wrong = true
	return c.renderAs(http.StatusConflict, "conflict", page)
}
