package web

import (
	"html/template"
	"net/http"
	"strconv"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// fillPage is a form of standard/forms: what is known already, what is asked, what can be added.
type fillPage struct {
	Frame
	Heading   string
	Summary   string
	Again     *Again // when it is filled in again
	Action    string
	Cancel    string
	Sections  []FillSection
	Hidden    []Hidden
	Entry     template.HTML
	EntryOpen bool
	About     string
	BornText  string
	Draft     *DraftFrame

	AllAbsences bool
}

// Again says which version is being followed by a new one.
type Again struct {
	Href    string
	Version int
	When    string
}

// FillSection is one part of the form.
type FillSection struct {
	Anchor string
	Title  string
	Intro  string
	Wrong  bool
	Asks   []FillAsk
}

// FillAsk is one thing that is asked: a question about the form's own record, or building blocks of the person.
type FillAsk struct {
	Field  template.HTML
	Same   *SameAs
	Blocks *FillBlocks
}

// SameAs shows what was written last time, and asks whether it still holds.
type SameAs struct {
	ID    string
	Label string
	Words []string
	When  string
	Said  string
}

// FillBlocks shows the building blocks that are known, and those that are added.
type FillBlocks struct {
	Anchor    string
	Text      string
	Hint      string
	Must      bool
	Should    bool
	Error     string
	ReadOnly  bool
	AsksKnown bool // known ones are looked for
	Known     []KnownRow
	More      []KnownRow // folded
	New       []NewBlock
	CountName string
	Count     string
	Add       string // the value of the button that adds one; "" where none can be added
	AddText   string
	AddAnchor string
}

// NewBlock is one building block that is being added.
type NewBlock struct {
	Anchor string
	Title  string
	Fields []template.HTML
	Hidden []Hidden
	Remove string
}

// fewKnown is how many known records stand open; the rest is folded, but for those that are ticked.
const fewKnown = 8

// showFill shows the form.
func (c *call) showFill(f *formFilling) error {
	page, err := c.fillPage(f)
	if err != nil {
		return err
	}
	if len(page.Errors) > 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "fillform", page)
	}
	return c.render("fillform", page)
}

func (c *call) fillPage(f *formFilling) (fillPage, error) {
	frame, err := c.personFrame(f.about, c.word(f.form.Name))
	if err != nil {
		return fillPage{}, err
	}
	page := fillPage{
		Frame: frame, Heading: c.word(f.form.Name), Summary: c.word(f.form.Summary), Action: c.fillHref(f), Cancel: f.about.base + "/forms", About: f.about.name,
		AllAbsences: f.values.Get(fieldAbsences) != "",
	}
	page.Narrow = true
	if frame.Person != nil {
		page.BornText = frame.Person.BornText
	}
	if f.before != nil {
		page.Again = &Again{Href: f.about.base + "/records/" + f.before.Record.String(), Version: f.before.Number, When: c.words.Minute(f.before.Committed, c.config.Zone)}
	}
	if f.own == nil {
		f.read(c.config.Zone) // for what added blocks are called
	}
	b, err := c.fillBuilder(f)
	if err != nil {
		return page, err
	}
	for i, section := range f.form.Sections {
		out, err := b.section(i, section)
		if err != nil {
			return page, err
		}
		page.Sections = append(page.Sections, out)
	}
	entry := f.entry()
	page.Entry = c.entryFields(entry)
	for _, name := range []string{fieldProvider, fieldSensitivity, fieldWritten + "_year", fieldWritten + "_day"} {
		v := f.values.Get(name)
		page.EntryOpen = page.EntryOpen || v != "" && v != record.Normal.String()
	}
	draft := f.draftable()
	if page.Draft, err = c.draftFrame(draft); err != nil {
		return page, err
	}
	page.Hidden = draft.hidden()
	for _, name := range []string{fieldContribution, fieldRecord, fieldExpected, fieldAbsences} {
		if v := f.values.Get(name); v != "" {
			page.Hidden = append(page.Hidden, Hidden{name, v})
		}
	}
	page.Hidden = append(page.Hidden, Hidden{fieldBy, c.session.Principal().Account})
	page.Hidden = append(page.Hidden, b.rest()...)
	page.Errors = append(page.Errors, b.errors...)
	if f.judged {
		page.Errors = append(page.Errors, f.faults...)
	}
	return page, nil
}

// fillHref is where the form is posted to.
func (c *call) fillHref(f *formFilling) string {
	href := f.about.base + "/forms/" + f.form.ID
	if f.before != nil {
		href += "?record=" + f.before.Record.String()
	}
	return href
}

// entry is the part of the page that every entry has: who said so, who may see it, when it was written down.
func (f *formFilling) entry() *filling {
	return &filling{about: f.about, class: f.form.Own, values: f.values, faults: f.faults}
}

// fillBuilder makes the parts of the page, and gathers the faults in their order.
type fillBuilder struct {
	call   *call
	f      *formFilling
	asking form.Asking
	errors []form.Error
	shown  []*form.Field // of the own record
}

func (c *call) fillBuilder(f *formFilling) (*fillBuilder, error) {
	classes := []*standard.Class{f.form.Own}
	for _, ask := range f.form.Asks() {
		if ask.Blocks != nil && ask.Blocks.Add != nil {
			classes = append(classes, ask.Blocks.Add.Class)
		}
	}
	t, err := c.targetsFor(f.about, classes...)
	if err != nil {
		return nil, err
	}
	return &fillBuilder{call: c, f: f, asking: form.Asking{
		Options: form.Options{Words: c.words, Zone: c.config.Zone, Choices: t.choices, NameOf: t.nameOf, Me: c.me(), AllAbsences: f.values.Get(fieldAbsences) != "", Preview: f.about.preview},
		From:    func(q *standard.Question) []form.Choice { return c.chosenFrom(f, q) },
	}}, nil
}

func (b *fillBuilder) section(i int, section *standard.FormSection) (FillSection, error) {
	out := FillSection{Anchor: "part-" + strconv.Itoa(i+1), Title: section.Title, Intro: section.Intro}
	before := len(b.errors)
	for _, ask := range section.Asks {
		switch {
		case ask.Own != nil && ask.Own.Shown():
			out.Asks = append(out.Asks, b.own(ask))
		case ask.Blocks != nil:
			blocks, err := b.blocks(ask)
			if err != nil {
				return out, err
			}
			out.Asks = append(out.Asks, FillAsk{Blocks: blocks})
		}
	}
	out.Wrong = len(b.errors) > before
	return out, nil
}

// judged gives answers their faults only when they are to be told.
func (b *fillBuilder) judged(answers *form.Answers) *form.Answers {
	if !b.f.judged {
		return nil
	}
	return answers
}

func (b *fillBuilder) own(ask *standard.Ask) FillAsk {
	q := *ask.Own
	if q.Ask == "" {
		q.Ask = ask.Text
	}
	if q.Hint == "" {
		q.Hint = ask.Hint
	}
	fields := form.Questions(form.Content, []*standard.Question{&q}, b.f.values, b.judged(b.f.own), b.asking)
	b.shown = append(b.shown, fields...)
	out := FillAsk{}
	for _, field := range fields {
		out.Field += field.HTML()
		if b.f.judged && field.Faulty {
			b.errors = append(b.errors, field.Faults()...)
		}
	}
	if b.f.repeatable(ask) {
		same := &SameAs{ID: samePrefix + q.Element.ID, Label: q.Ask, When: plain.Day(b.f.before.Committed.In(b.call.config.Zone)), Said: b.f.values.Get(samePrefix + q.Element.ID)}
		for _, v := range b.f.was.Get(q.Element.ID) {
			same.Words = append(same.Words, plain.Value(v, b.call.config.Zone))
		}
		out.Same = same
	}
	return out
}

// rest is what the form does not ask of its own record: it is sent along. Faults that belong to none of the questions are told too.
func (b *fillBuilder) rest() []Hidden {
	if b.f.judged {
		b.errors = append(b.errors, form.Unplaced(b.shown, b.f.own, "form")...)
	}
	return carried(form.Rest(form.Content, b.shown, b.f.values))
}

func (b *fillBuilder) blocks(ask *standard.Ask) (*FillBlocks, error) {
	f, blocks := b.f, ask.Blocks
	out := &FillBlocks{
		Anchor: "a-" + ask.ID, Text: ask.Text, Hint: ask.Hint, Must: blocks.Must, Should: blocks.Should, ReadOnly: blocks.Link == nil, AsksKnown: len(blocks.Known) > 0,
	}
	rows, err := b.call.knownRows(f, ask)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		if i < fewKnown || row.Checked || len(rows) <= fewKnown+2 {
			out.Known = append(out.Known, row)
		} else {
			out.More = append(out.More, row)
		}
	}
	if f.judged && f.asks[ask.ID] != "" {
		out.Error = f.asks[ask.ID]
		b.errors = append(b.errors, form.Error{Href: "#" + out.Anchor, Text: out.Error})
	}
	if blocks.Add == nil {
		return out, nil
	}
	list := addedPrefix + ask.ID
	for i := range f.addedCount(ask) {
		out.New = append(out.New, b.added(ask, i))
	}
	out.CountName, out.Count = list+"_n", strconv.Itoa(len(out.New))
	if blocks.Many || len(out.New) == 0 {
		out.Add, out.AddText, out.AddAnchor = form.Button(list, false), blocks.Add.Text, "#"+form.Item(list, len(out.New))
		if len(out.New) > 0 {
			out.AddText += " more"
		}
	}
	return out, nil
}

// added shows one building block that is being added.
func (b *fillBuilder) added(ask *standard.Ask, i int) NewBlock {
	name := form.Item(addedPrefix+ask.ID, i)
	out := NewBlock{Anchor: name, Title: ask.Blocks.Add.Class.Name + " " + strconv.Itoa(i+1), Remove: form.Button(name, true)}
	answers := b.judged(b.f.added[ask.ID][i])
	fields := form.Questions(name, ask.Blocks.Add.Questions, b.f.values, answers, b.asking)
	for _, field := range fields {
		out.Fields = append(out.Fields, field.HTML())
	}
	b.errors = append(b.errors, form.Faults(fields, answers, name)...)
	out.Hidden = append([]Hidden{{name + partUID, b.f.values.Get(name + partUID)}}, hiddenRest(name, fields, b.f)...)
	return out
}

func hiddenRest(name string, fields []*form.Field, f *formFilling) []Hidden {
	rest := form.Rest(name, fields, f.values)
	rest.Del(name + partUID)
	return carried(rest)
}
