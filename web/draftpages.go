package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/standard"
	"rosemary/web/form"
)

// draftsPage lists what somebody has begun and not finished.
type draftsPage struct {
	Frame
	Drafts []DraftRow
	Others int // how many are kept that are about somebody who may not be seen now
}

// DraftRow is one draft in the list.
type DraftRow struct {
	What   string
	Whom   string
	Born   string
	Begun  string
	Kept   string
	Href   string
	Delete string
}

// drafts lists the reader's own unfinished work.
func (c *call) drafts() error {
	list, hidden, err := c.session.Drafts(c.ctx, uuid.Nil)
	if err != nil {
		return err
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	page := draftsPage{Frame: c.frame(c.word("Your unfinished work")), Others: hidden}
	page.Narrow = true
	for _, d := range list {
		row, err := c.draftRow(view, d)
		if err != nil {
			return err
		}
		page.Drafts = append(page.Drafts, row)
	}
	return c.render("drafts", page)
}

// draftRow words one draft: what it is, and whom it is about.
func (c *call) draftRow(view *access.View, d access.Draft) (DraftRow, error) {
	row := DraftRow{
		What: c.draftWords(d.Form), Whom: c.word("Somebody new"), Begun: c.words.Minute(d.Begun, c.config.Zone), Kept: c.words.Minute(d.Kept, c.config.Zone),
		Href: draftHref(d.DraftKey, "/people"), Delete: deleteDraft(d.DraftKey),
	}
	if d.Stream == uuid.Nil {
		if d.Form != draftRegister {
			row.Whom = c.word("The directory")
		}
		return row, nil
	}
	kind, err := view.Kind(c.ctx, d.Stream)
	switch {
	case standard.KindOf(err) == standard.NotFound:
		row.Whom = c.word("Somebody whose record you can write in but not read")
		return row, nil
	case err != nil:
		return row, err
	case kind == standard.DirectoryStream:
		row.Href = draftHref(d.DraftKey, directoryBase)
		names, err := view.Names(c.ctx, uuid.Nil, []uuid.UUID{d.Stream})
		row.Whom = names[d.Stream]
		return row, err
	}
	p, err := view.Person(c.ctx, d.Stream)
	row.Whom, row.Born = care.CalledName(p.Card), c.words.Date(p.Card.Born)
	if full := care.FullName(p.Card); full != row.Whom {
		row.Whom += " (" + full + ")"
	}
	return row, err
}

// draftWords says what kind of thing a draft is.
func (c *call) draftWords(form string) string {
	what, id, _ := strings.Cut(form, "/")
	name := id
	if class, ok := c.config.Catalogue.Class(id); ok {
		name = class.Name
	}
	switch what + "/" {
	case draftNew:
		return name
	case draftChange:
		return c.word("{name}: a change", "name", name)
	case draftForm:
		if f, ok := c.config.Catalogue.Form(id); ok {
			return f.Name
		}
		return id
	}
	return c.word("Registering a new person")
}

// draftDeletePage asks whether a draft is to be deleted.
type draftDeletePage struct {
	Frame
	Draft  DraftRow
	Hidden []Hidden
}

func draftKeyOf(values url.Values) (access.DraftKey, error) {
	key := access.DraftKey{Form: values.Get("form")}
	var err error
	if key.Stream, err = uuid.Parse(values.Get("stream")); err != nil {
		return key, errNowhere()
	}
	if key.Record, err = uuid.Parse(values.Get("record")); err != nil {
		return key, errNowhere()
	}
	return key, nil
}

// askDeleteDraft asks first: what was typed cannot be brought back.
func (c *call) askDeleteDraft() error {
	key, err := draftKeyOf(c.r.URL.Query())
	if err != nil {
		return err
	}
	d, err := c.session.Draft(c.ctx, key)
	if err != nil {
		return err
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	page := draftDeletePage{Frame: c.frame(c.word("Delete this draft?"))}
	page.Narrow = true
	if page.Draft, err = c.draftRow(view, d); err != nil {
		return err
	}
	page.Hidden = []Hidden{{"stream", key.Stream.String()}, {"form", key.Form}, {"record", key.Record.String()}, {fieldBy, c.session.Principal().Account}}
	return c.render("draftdelete", page)
}

// deleteDraftNow deletes it.
func (c *call) deleteDraftNow() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	key, err := draftKeyOf(values)
	if err != nil {
		return err
	}
	if err := c.session.DiscardDraft(c.ctx, key); err != nil {
		return err
	}
	c.say(c.word("The draft is deleted."))
	return c.redirect("/drafts")
}

// draftConflictPage shows both sides of a draft that was typed in two windows.
type draftConflictPage struct {
	Frame
	Kept   string // when the other side was kept
	Rows   []CompareRow
	Action string
	Hidden []Hidden
	Other  string // where the other side is gone on with
}

// showDraftConflict shows what was typed here beside what was typed in the other window. The two are never merged by the program.
func (c *call) showDraftConflict(d *draftable, conflict error) error {
	there, ok := otherDraft(conflict)
	if !ok {
		return conflict
	}
	other, err := url.ParseQuery(string(there.Body))
	if err != nil {
		return err
	}
	a := d.about
	if a == nil {
		view, err := c.session.View(c.ctx, access.At{})
		if err != nil {
			return err
		}
		a = &about{kind: standard.DirectoryStream, view: view}
	}
	var contents []*standard.Content
	for _, values := range []url.Values{other, d.values} {
		for _, part := range d.parts {
			contents = append(contents, form.Read(part.class, part.prefix, values, c.config.Zone).Content)
		}
	}
	n, err := c.namer(a, contents)
	if err != nil {
		return err
	}
	var sides [2][]flatAnswer
	for i, content := range contents {
		side, part := i/len(d.parts), i%len(d.parts)
		sides[side] = c.flatGroup(n, &content.Group, "/"+d.parts[part].prefix, "", sides[side])
	}
	page := draftConflictPage{
		Kept: c.words.Minute(there.Kept, c.config.Zone), Rows: compareRows(sides[0], sides[1]), Action: c.r.URL.Path, Other: draftHref(there.DraftKey, "/people"),
	}
	d.values.Set(fieldDraft, strconv.Itoa(there.Revision))
	page.Hidden = carried(d.values, fieldAct)
	if a.uid == uuid.Nil || a.kind == standard.DirectoryStream {
		page.Frame = c.frame(c.word("You typed in two windows"))
		page.Other = draftHref(there.DraftKey, directoryBase)
	} else if page.Frame, err = c.personFrame(a, c.word("You typed in two windows")); err != nil {
		return err
	}
	page.Wrong = true
	return c.renderAs(http.StatusConflict, "draftconflict", page)
}
