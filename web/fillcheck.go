package web

import (
	"slices"
	"strconv"

	"github.com/google/uuid"

	"rosemary/standard"
)

// checkPage shows everything that a form will save, before it does.
type checkPage struct {
	Frame
	Heading  string
	Sections []CheckSection
	Count    int // how many records will be saved
	Action   string
	Hidden   []Hidden
	About    string
	BornText string
}

// CheckSection is one part of the form with what was answered.
type CheckSection struct {
	Anchor  string
	Title   string
	Answers []Answer
	Groups  []CheckGroup
}

// CheckGroup is what a form refers to, or adds, under one of its asks.
type CheckGroup struct {
	Text  string
	Known []AnswerValue
	New   []CheckNew
}

// CheckNew is a building block that will be added.
type CheckNew struct {
	Title   string
	Answers []Answer
}

// showCheck shows the answers to be looked over.
func (c *call) showCheck(f *formFilling, records []standard.FormRecord) error {
	var contents []*standard.Content
	for _, r := range records {
		contents = append(contents, r.Content)
	}
	n, err := c.namer(f.about, contents)
	if err != nil {
		return err
	}
	for _, r := range records { // what is added can be pointed at and is nowhere yet
		if r.Ask != nil {
			names := map[uuid.UUID]string{}
			for uid, name := range n.names {
				names[uid] = name
			}
			names[r.UID] = c.word("{title} (added here)", "title", r.Content.Title())
			n.names = names
		}
	}
	frame, err := c.personFrame(f.about, c.word("Check before you save"))
	if err != nil {
		return err
	}
	page := checkPage{Frame: frame, Heading: f.form.Name, Count: len(records), Action: c.fillHref(f), About: f.about.name}
	page.Narrow = true
	if frame.Person != nil {
		page.BornText = frame.Person.BornText
	}
	filled := f.filled(false)
	for i, section := range f.form.Sections {
		page.Sections = append(page.Sections, c.checkSection(n, i, section, records, filled))
	}
	draft := f.draftable()
	if _, err := c.draftFrame(draft); err != nil {
		return err
	}
	page.Hidden = append(carried(f.values, fieldAct, fieldBy), Hidden{fieldBy, c.session.Principal().Account})
	return c.render("fillcheck", page)
}

func (c *call) checkSection(n *namer, i int, section *standard.FormSection, records []standard.FormRecord, filled *standard.FilledForm) CheckSection {
	out := CheckSection{Anchor: "part-" + strconv.Itoa(i+1), Title: section.Title}
	for _, ask := range section.Asks {
		if ask.Own != nil {
			if at := slices.IndexFunc(records[0].Content.Entries, func(e standard.Entry) bool { return e.Element == ask.Own.Element }); at >= 0 && ask.Own.Shown() {
				out.Answers = append(out.Answers, c.answers(n, &standard.Group{Entries: records[0].Content.Entries[at : at+1]})...)
			}
			continue
		}
		group := CheckGroup{Text: ask.Text}
		for _, ref := range filled.Known[ask.ID] {
			group.Known = append(group.Known, c.value(n, ref))
		}
		for _, r := range records {
			if r.Ask == ask {
				group.New = append(group.New, CheckNew{Title: r.Class.Name, Answers: c.answers(n, &r.Content.Group)})
			}
		}
		if len(group.Known) > 0 || len(group.New) > 0 {
			out.Groups = append(out.Groups, group)
		}
	}
	return out
}
