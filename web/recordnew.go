package web

import (
	"errors"
	"strings"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// newRecord shows the empty form of a class.
func (c *call) newRecord() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	class, err := c.class(standard.PersonStream)
	if err != nil {
		return err
	}
	if !offered(class, standard.PersonStream) {
		return errNowhere()
	}
	if err := c.mustWrite(a); err != nil {
		return err
	}
	f := begin(a, class)
	if class.HasRole(standard.ClassRoleDuty) {
		c.beginDuty(f)
	}
	if rec := c.draftNamed(); rec != uuid.Nil {
		f.values.Set(fieldRecord, rec.String())
		opened, values, there, err := c.openDraft(f.draftable().key)
		if err != nil {
			return err
		}
		if !there {
			return c.draftGone(a.base + "/new/" + class.ID)
		}
		f.opened, f.values = opened, values
	}
	return c.showNew(f)
}

func (c *call) showNew(f *filling) error {
	page, err := c.formFrame(f, "Add: "+f.class.Name)
	if err != nil {
		return err
	}
	page.Action, page.Cancel = f.about.base+"/new/"+f.class.ID, f.about.base+"/new"
	return c.showForm(page)
}

// writeRecord does what a button of the form asks for: fill something in, or save.
func (c *call) writeRecord() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	class, err := c.class(standard.PersonStream)
	if err != nil {
		return err
	}
	if !offered(class, standard.PersonStream) {
		return errNowhere()
	}
	if err := c.mustWrite(a); err != nil {
		return err
	}
	f, act, err := c.filled(a, class)
	if err != nil {
		return err
	}
	switch {
	case isDraftAct(act):
		return c.keepDraft(f.draftable())
	case act == actShow:
		return c.showNew(f)
	}
	rec, err := uuid.Parse(f.values.Get(fieldRecord))
	if err != nil {
		rec = uuid.Must(uuid.NewV7())
	}
	change := record.ProposedChange{Type: record.Create, Record: rec, Class: class.ID}
	receipt, ok, err := c.commit(f, act, change)
	switch {
	case err != nil:
		return err
	case !ok:
		return c.showNew(f)
	}
	return c.saved(a, class, receipt, "Saved")
}

// filled reads what was posted. A button inside the form is obeyed, and the form is to be shown again; otherwise it is read and to be saved.
func (c *call) filled(a *about, class *standard.Class) (*filling, string, error) {
	values, err := c.posted()
	if err != nil {
		return nil, "", err
	}
	f := &filling{about: a, class: class, values: values}
	act := values.Get(fieldAct)
	switch act {
	case actSave, actIncomplete:
	case actKeep, actAutosave:
		return f, act, nil
	case actAbsences:
		values.Set(fieldAbsences, "yes")
		return f, actShow, nil
	default:
		form.Act(values, act, c.now(), c.me())
		return f, actShow, nil
	}
	f.answers = form.Read(class, form.Content, values, c.config.Zone)
	return f, act, nil
}

// commit commits a form as a change. It reports false when the form is to be shown again with what is wrong.
func (c *call) commit(f *filling, act string, change record.ProposedChange) (record.Receipt, bool, error) {
	return c.commitAs(f, act, change, "")
}

// commitOpening commits a form as the record that opens a new entry of the directory.
func (c *call) commitOpening(f *filling, change record.ProposedChange) (record.Receipt, bool, error) {
	return c.commitAs(f, actSave, change, standard.DirectoryStream)
}

func (c *call) commitAs(f *filling, act string, change record.ProposedChange, opens standard.Stream) (record.Receipt, bool, error) {
	change.Content = f.answers.JSON()
	if act == actIncomplete {
		change.Status = record.Incomplete
	}
	change.Description = strings.TrimSpace(f.values.Get(fieldReason))
	p := c.proposal(f, change)
	p.Opens = opens
	if len(f.answers.Faults) > 0 || len(f.faults) > 0 {
		f.judge(f.subject(), act == actIncomplete)
		return record.Receipt{}, false, nil
	}
	receipts, err := c.commitHad(p)
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid {
		f.refused(fault)
		return record.Receipt{}, false, nil
	}
	if err != nil {
		return record.Receipt{}, false, err
	}
	c.discard(f.draftable())
	return receipts[0], true, nil
}
