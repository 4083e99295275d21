package web

import (
	"errors"
	"html/template"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// hows are the ways in which a record is changed by its form, with what each is for.
func howWords(how record.ChangeType) (title, intro, done string, ok bool) {
	switch how {
	case record.Modify:
		return "Things have changed", "Use this when the record was right and the world has moved on. What it said before stays and can be looked back to.", "Changed", true
	case record.Correct:
		return "Correct a mistake", "Use this when the record was wrong. What it said before stays, marked as corrected, with your reason.", "Corrected", true
	case record.Finish:
		return "Finish", "Fill in what is still missing, then save it as finished.", "Finished", true
	}
	return "", "", "", false
}

// changing finds the record to be changed and how.
func (c *call) changing(kind standard.Stream, how record.ChangeType) (*about, *record.Version, *standard.Content, error) {
	a, _, versions, err := c.recordOf(kind)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := c.mustWrite(a); err != nil {
		return nil, nil, nil, err
	}
	last := versions[len(versions)-1]
	content, err := last.Decoded(c.config.Catalogue)
	switch {
	case err != nil:
		return nil, nil, nil, err
	case content.Class == nil:
		return nil, nil, nil, &standard.Fault{Kind: standard.Invalid, Message: "This kind of record is no longer known here, so it can be read but not changed."}
	case last.Status == record.EnteredInError:
		return nil, nil, nil, &standard.Fault{Kind: standard.Conflict, Message: "This record was marked as entered in error and can no longer be changed.",
			Hint: "Write a new record instead."}
	case how == record.Finish && last.Status != record.Incomplete:
		return nil, nil, nil, &standard.Fault{Kind: standard.Conflict, Message: "This record is finished already.", Hint: "Go back to the record."}
	}
	return a, last, content, nil
}

// changeRecord shows the form of a record, filled with what it says now.
func (c *call) changeRecord(kind standard.Stream) error {
	how := record.ChangeType(c.query("how"))
	if _, _, _, ok := howWords(how); !ok && c.draftNamed() == uuid.Nil {
		return errNowhere()
	}
	a, last, content, err := c.changing(kind, how)
	if err != nil {
		return err
	}
	begun, err := c.beginChange(a, last, content.Class)
	switch {
	case err != nil:
		return err
	case begun != nil: // what was begun is gone on with: it is not typed twice
		return c.showChange(begun)
	case how == "":
		return c.draftGone(a.base + "/records/" + last.Record.String())
	}
	f := begin(a, content.Class)
	f.before = last
	id := f.values.Get(fieldContribution)
	f.values = form.Fill(content, form.Content, c.config.Zone)
	f.values.Set(fieldContribution, id)
	f.values.Set(fieldExpected, strconv.Itoa(last.Number))
	f.values.Set(fieldHow, string(how))
	f.values.Set(fieldProvider, last.InformationProvider)
	if last.Sensitivity != record.Normal {
		f.values.Set(fieldSensitivity, last.Sensitivity.String())
	}
	return c.showChange(f)
}

func (c *call) showChange(f *filling) error {
	how := record.ChangeType(f.values.Get(fieldHow))
	title, intro, _, ok := howWords(how)
	if !ok {
		return errNowhere()
	}
	page, err := c.formFrame(f, title+": "+f.class.Name)
	if err != nil {
		return err
	}
	page.Intro = intro
	page.Action = f.about.base + "/records/" + f.before.Record.String() + "/change"
	page.Cancel = f.about.base + "/records/" + f.before.Record.String()
	page.Unfinished = f.before.Status == record.Incomplete && how != record.Finish
	if how != record.Finish {
		page.Reason = c.reasonField(f, how == record.Correct)
	}
	return c.showForm(page)
}

// reasonField asks why. A correction needs a reason.
func (c *call) reasonField(f *filling, needed bool) template.HTML {
	o := nhsuk.TextareaOptions{
		ID: fieldReason, Name: fieldReason, Value: f.values.Get(fieldReason), Rows: 2,
		Label: nhsuk.LabelOptions{HTML: `Why is it changed?`, Size: "s"},
		Hint:  nhsuk.HintOptions{Text: "One sentence, for whoever reads this later."},
	}
	if needed {
		o.Label.HTML = `What was wrong, and why is it corrected? <span class="rm-needed">needed</span>`
	}
	for _, e := range f.faults {
		if e.Href == "#"+fieldReason {
			o.ErrorMessage = wrongIn(c.words, e.Text)
		}
	}
	return nhsuk.Textarea(o)
}

// rewriteRecord does what a button of the form asks for: fill something in, or save the change.
func (c *call) rewriteRecord(kind standard.Stream) error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	how := record.ChangeType(values.Get(fieldHow))
	_, _, done, ok := howWords(how)
	if !ok {
		return errNowhere()
	}
	a, last, content, err := c.changing(kind, record.Modify)
	if err != nil {
		return err
	}
	f, act, err := c.filled(a, content.Class)
	if err != nil {
		return err
	}
	f.before = last
	switch {
	case isDraftAct(act):
		return c.keepDraft(f.draftable())
	case act == actShow:
		return c.showChange(f)
	}
	expected, err := strconv.Atoi(values.Get(fieldExpected))
	if err != nil {
		expected = last.Number
	}
	change := record.ProposedChange{Type: how, Record: last.Record, Expected: expected}
	receipt, saved, err := c.commit(f, act, change)
	var fault *standard.Fault
	switch {
	case errors.As(err, &fault) && fault.Kind == standard.Conflict:
		if done, err := c.putTogether(f, how, last, content); done || err != nil {
			return err
		}
		return c.showConflict(f, last, content)
	case err != nil:
		return err
	case !saved:
		return c.showChange(f)
	}
	return c.saved(a, content.Class, receipt, done)
}

// conflictPage shows both sides of a change that somebody else was faster with.
type conflictPage struct {
	Frame
	Class   string
	Record  string
	Action  string
	Theirs  VersionRow
	Rows    []CompareRow
	Hidden  []Hidden
	Differs int
}

// showConflict shows what stands there now beside what was typed. The two are never merged by the program.
func (c *call) showConflict(f *filling, now *record.Version, content *standard.Content) error {
	a := f.about
	n, err := c.namer(a, []*standard.Content{content, f.answers.Content}, now.Author)
	if err != nil {
		return err
	}
	page := conflictPage{
		Class: f.class.Name, Record: a.base + "/records/" + now.Record.String(), Action: a.base + "/records/" + now.Record.String() + "/change",
		Theirs: VersionRow{Number: now.Number, Who: n.name(now.Author), Committed: plain.Minute(now.Committed, c.config.Zone)},
	}
	page.Rows = compareRows(c.flatGroup(n, &content.Group, "", "", nil), c.flatGroup(n, &f.answers.Content.Group, "", "", nil))
	for _, row := range page.Rows {
		if row.Change != "" {
			page.Differs++
		}
	}
	f.values.Set(fieldExpected, strconv.Itoa(now.Number))
	page.Hidden = carried(f.values, fieldAct)
	if page.Frame, err = c.personFrame(a, "Somebody else changed this record"); err != nil {
		return err
	}
	page.Wrong = true
	return c.renderAs(http.StatusConflict, "conflict", page)
}
