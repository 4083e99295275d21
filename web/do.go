package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/due"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// doPage records one thing that was done: how it went, with one touch, and more only where there is more to say.
type doPage struct {
	Frame
	Heading  string
	Clock    string
	State    string
	Mark     string
	InWords  string // the state
	How      string
	Helpers  string // how many people it takes
	Plan     string // where the planned record is shown
	Why      string // why nobody is to do it
	There    []Entry
	Conflict bool // somebody else recorded it while this was open
	Ask      template.HTML
	More     template.HTML
	MoreOpen bool
	Action   string
	Hidden   []Hidden
	Cancel   string
	Save     string
	About    string
	BornText string
}

// doingHere finds whom something was done for, and what was planned.
func (c *call) doingHere(values url.Values) (*doing, error) {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return nil, err
	}
	if err := c.mustWrite(a); err != nil {
		return nil, err
	}
	d := &doing{in: c.words, about: a, values: values, action: c.oneClass(standard.ClassRoleAction)}
	if d.action == nil {
		return nil, errNowhere()
	}
	if c.r.PathValue("slot") != "" {
		if d.slot, err = c.slotNamed(a); err != nil {
			return nil, err
		}
	}
	d.asks()
	return d, nil
}

// newDoing shows the page for a slot, or for something that was not planned.
func (c *call) newDoing() error {
	d, err := c.doingHere(c.begun())
	if err != nil {
		return err
	}
	if d.slot != nil && d.slot.Content.Class.HasRole(standard.ClassRoleMedicineOrder) { // a medicine is given by other rules
		return c.redirect(d.about.base + "/medicines/give/" + d.slot.ID)
	}
	if d.slot == nil {
		if e := d.action.ByRole(standard.RoleStatus); e != nil {
			if v, ok := meaning(e, standard.MeansDone); ok {
				d.values.Set(fieldOutcome, v.(standard.Coded).Code)
			}
		}
	}
	return c.showDoing(d, http.StatusOK, false)
}

// showDoing shows the page.
func (c *call) showDoing(d *doing, status int, conflict bool) error {
	page := doPage{Heading: c.word("Care that was not planned"), Conflict: conflict, Save: c.word("Save"), Action: c.r.URL.Path, Cancel: c.doneAt(d), About: d.about.name}
	if d.slot != nil {
		shown := c.slotShown(d.about.base, *d.slot)
		page.Heading, page.Clock, page.State, page.Mark, page.InWords = shown.Words, shown.Clock, shown.State, shown.Mark, shown.Said
		page.Why, page.How = d.slot.Why, d.slot.Content.Words(standard.RoleHow)
		page.Plan = d.about.recordHref(d.slot.Planned)
		if v, ok := d.slot.Content.First(standard.RoleHelpers); ok {
			if n := standard.Display(v, nil); n != "0" && n != "1" {
				page.Helpers = n
			}
		}
	}
	frame, err := c.personFrame(d.about, page.Heading)
	if err != nil {
		return err
	}
	page.Frame, page.Narrow, page.Errors, page.BornText = frame, true, d.faults, frame.Person.BornText
	if d.slot != nil && len(d.slot.Done) > 0 {
		if page.There, err = c.entries(d.about, d.slot.Done); err != nil {
			return err
		}
		var seen []string
		for _, v := range d.slot.Done {
			seen = append(seen, v.Record.String())
		}
		d.values.Set(fieldSeen, strings.Join(seen, " "))
	}
	if err := c.doFields(d, &page); err != nil {
		return err
	}
	for _, name := range []string{fieldContribution, fieldRecord, fieldSecond, fieldThird, fieldSeen, fieldFrom} {
		if v := d.values.Get(name); v != "" {
			page.Hidden = append(page.Hidden, Hidden{name, v})
		}
	}
	page.Hidden = append(page.Hidden, Hidden{fieldBy, c.session.Principal().Account})
	return c.renderAs(status, "do", page)
}

// doFields are the questions: first what is asked of everybody, then what may be said besides.
func (c *call) doFields(d *doing, page *doPage) error {
	if d.slot == nil {
		page.Ask += c.chips(fieldWhat, c.word("What was done?"), "", d.values.Get(fieldWhat), "", c.wordsOf(c.quick.Care))
		page.Ask += nhsuk.Input(nhsuk.InputOptions{ID: fieldInWords, Name: fieldInWords, Value: d.values.Get(fieldInWords), ErrorMessage: wrongIn(c.words, d.wrong(fieldInWords)),
			Label: nhsuk.LabelOptions{Text: c.word("Something else"), Size: "s"}, Autocomplete: "off"})
	}
	page.Ask += c.chips(fieldOutcome, c.word("How did it go?"), "", d.values.Get(fieldOutcome), d.wrong(fieldOutcome), c.chipsOf(d.action.ByRole(standard.RoleStatus)))
	readings, err := c.readingFields(d)
	if err != nil {
		return err
	}
	page.Ask += readings + c.checkFields(d)
	page.Ask += nhsuk.Input(nhsuk.InputOptions{ID: fieldWhyNot, Name: fieldWhyNot, Value: d.values.Get(fieldWhyNot), ErrorMessage: wrongIn(c.words, d.wrong(fieldWhyNot)), Autocomplete: "off",
		Label: nhsuk.LabelOptions{Text: c.word("If it was refused, or only partly done: why?"), Size: "s"}, FormGroup: nhsuk.FormGroup{Classes: "rm-whynot"}})
	page.Ask += c.chips(fieldSupport, c.word("How much help?"), "", d.values.Get(fieldSupport), "", c.chipsOf(d.action.ByRole(standard.RoleSupport)))
	page.Ask += c.chips(fieldMinutes, c.word("How many minutes?"), "", d.values.Get(fieldMinutes), d.wrong(fieldMinutes), numbersWith(c.quick.Minutes, d.values.Get(fieldMinutes)))
	page.Ask += nhsuk.Textarea(nhsuk.TextareaOptions{ID: fieldNote, Name: fieldNote, Value: d.values.Get(fieldNote), Rows: 2, Label: nhsuk.LabelOptions{Text: c.word("Anything to tell?"), Size: "s"},
		Hint: nhsuk.HintOptions{Text: c.word("Type, or use the microphone of your keyboard.")}, ErrorMessage: wrongIn(c.words, d.wrong(fieldNote))})
	page.More = c.chips(fieldMood, c.word("How were they?"), "", d.values.Get(fieldMood), "", c.chipsOf(d.action.ByRole(standard.RoleMood)))
	helpers, err := c.helperField(d)
	if err != nil {
		return err
	}
	photo, err := c.photoField(d)
	if err != nil {
		return err
	}
	where, err := c.whereField(d)
	if err != nil {
		return err
	}
	page.More += d.minutesField() + helpers + where + c.whenField(d) + photo
	page.MoreOpen = page.Helpers != "" || d.wrong(fieldWhen+"_day") != "" || d.wrong(fieldMinutesIn) != "" || d.values.Get(fieldMood) != ""
	return nil
}

// numbersWith are the numbers to choose from, with the one that was typed.
func numbersWith(of []int, typed string) []chip {
	list := numbers(of, "")
	if typed != "" && !slices.ContainsFunc(list, func(c chip) bool { return c.value == typed }) {
		list = append(list, chip{typed, typed})
	}
	return list
}

// whenField asks when it was; now, unless somebody says otherwise.
func (c *call) whenField(d *doing) template.HTML {
	wrong := d.wrong(fieldWhen + "_day")
	part := func(label, name string, width int) nhsuk.DateItem {
		return nhsuk.DateItem{ID: fieldWhen + "_" + name, Name: fieldWhen + "_" + name, Value: d.values.Get(fieldWhen + "_" + name), Width: width,
			Inputmode: "numeric", Autocomplete: "off", Label: nhsuk.LabelOptions{Text: label}, Error: nhsuk.YesIf(wrong != "")}
	}
	return nhsuk.DateInput(nhsuk.DateInputOptions{
		ID: fieldWhen, ErrorMessage: wrongIn(c.words, wrong), Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: c.word("When?"), Size: "s"}},
		Items: []nhsuk.DateItem{part(c.word("Day"), "day", 2), part(c.word("Month"), "month", 2), part(c.word("Year"), "year", 4)},
		FormGroup: nhsuk.InputsGroup{AfterInputs: nhsuk.Content{HTML: nhsuk.Input(nhsuk.InputOptions{
			ID: fieldWhen + "_time", Name: fieldWhen + "_time", Value: d.values.Get(fieldWhen + "_time"), Width: 5, Inputmode: "numeric", Autocomplete: "off",
			Label: nhsuk.LabelOptions{HTML: c.timeLabel(c.word("when it was done"))}, FormGroup: nhsuk.FormGroup{Classes: "rm-time"},
		})}},
	})
}

// timeLabel is the label of a time of day, with whose it is for those who do not see where it stands.
func (c *call) timeLabel(of string) template.HTML {
	return html(template.HTML(template.HTMLEscapeString(c.word("Time"))), `<span class="nhsuk-u-visually-hidden"> `, template.HTML(template.HTMLEscapeString(of)), `</span>`)
}

// helperField asks who helped.
func (c *call) helperField(d *doing) (template.HTML, error) {
	entries, err := d.about.view.Directory(c.ctx, c.classIDs(standard.ClassRoleWorker))
	if err != nil {
		return "", err
	}
	o := nhsuk.SelectOptions{ID: fieldHelper, Name: fieldHelper, Value: d.values.Get(fieldHelper), Label: nhsuk.LabelOptions{Text: c.word("Who did it with you?"), Size: "s"},
		Items: []nhsuk.SelectItem{{Value: "", Text: c.word("Nobody: I did it alone")}}}
	for _, e := range entries {
		if e.UID != c.doer() {
			o.Items = append(o.Items, nhsuk.SelectItem{Value: e.UID.String(), Text: e.Name})
		}
	}
	return nhsuk.Select(o), nil
}

// photoField asks for a photograph, where the person has not refused to be photographed.
func (c *call) photoField(d *doing) (template.HTML, error) {
	says, refused, err := c.photoConsent(d.about)
	if err != nil {
		return "", err
	}
	out := nhsuk.InsetText(nhsuk.InsetTextOptions{Text: says, VisuallyHiddenText: c.word("Information")})
	if refused {
		return out, nil
	}
	built := form.Build(d.action, form.Content, d.values, d.files, form.Options{Words: c.words, Zone: c.config.Zone, Preview: d.about.preview})
	for _, field := range slices.Concat(built.Ask, built.More) {
		if field.Element.NamesFile() {
			out += field.HTML()
		}
	}
	return out, nil
}

// photoConsent says what the person has said about being photographed.
func (c *call) photoConsent(a *about) (says string, refused bool, err error) {
	versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: c.classIDs(standard.ClassRoleConsent), Limit: 200})
	if err != nil {
		return "", false, err
	}
	for _, v := range versions { // the latest that speaks of it counts
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return "", false, err
		}
		if content.Means(standard.RoleConsentFor) != standard.MeansWoundPhotographs {
			continue
		}
		_, day, _ := c.happened(content)
		switch content.Means(standard.RoleDecision) {
		case standard.MeansAgreed:
			return c.word("Agreed to photographs for their care on {day}. Never for anything else.", "day", day), false, nil
		case standard.MeansRefused:
			return c.word("Does not want to be photographed (said on {day}). Draw or describe it instead.", "day", day), true, nil
		}
	}
	return c.word("Nobody has recorded whether they agree to be photographed. Ask first, and record the answer."), false, nil
}

// writeDoing saves it.
func (c *call) writeDoing() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	d, err := c.doingHere(values)
	if err != nil {
		return c.lost(values, err)
	}
	if act := values.Get(fieldAct); act != "" && act != actSave {
		form.Act(values, act, c.now(), c.me())
		return c.showDoing(d, http.StatusOK, false)
	}
	changes := c.read(d)
	if len(d.faults) > 0 {
		return c.showDoing(d, http.StatusUnprocessableEntity, false)
	}
	if d.overtaken(changes) {
		return c.showDoing(d, http.StatusConflict, true)
	}
	_, err = c.session.Commit(c.ctx, &record.Proposal{ID: uidOr(values, fieldContribution), Stream: d.about.uid, Description: d.words(), Changes: changes})
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid {
		for _, p := range fault.Problems {
			d.fault(fieldNote, c.fault(p.Message))
		}
		return c.showDoing(d, http.StatusUnprocessableEntity, false)
	}
	if err != nil {
		return err
	}
	said := c.word("Saved for {name}: {words}", "name", d.about.name, "words", d.words())
	if outcome, _ := d.outcome(); outcome != nil {
		said += ", " + strings.ToLower(standard.Display(outcome, nil))
	}
	c.say(said + ".")
	return c.redirect(c.doneAt(d))
}

// overtaken reports whether somebody else recorded the slot while the page was open, and whoever sends it has not seen that.
func (d *doing) overtaken(changes []record.ProposedChange) bool {
	if d.slot == nil {
		return false
	}
	seen := strings.Fields(d.values.Get(fieldSeen))
	for _, v := range d.slot.Done {
		mine := slices.ContainsFunc(changes, func(ch record.ProposedChange) bool { return ch.Record == v.Record })
		if mine { // it is sent a second time: what stands there is this
			return false
		}
		if !slices.Contains(seen, v.Record.String()) {
			return true
		}
	}
	return false
}

// doneAt is where it goes on.
func (c *call) doneAt(d *doing) string {
	if d.values.Get(fieldFrom) == "today" {
		return d.about.base + "/today"
	}
	return "/shift"
}

// lostPage gives back what was typed about somebody who can no longer be written about here.
type lostPage struct {
	Frame
	Message string
	Words   []string
}

// lost answers a form about somebody who has moved to another home meanwhile: nothing that was typed is lost, and nothing is told.
func (c *call) lost(values url.Values, err error) error {
	switch standard.KindOf(err) {
	case standard.NotFound, standard.Forbidden, standard.Gone:
	default:
		return err
	}
	page := lostPage{Frame: c.frame(c.word("This was not saved")), Message: c.word("You can no longer write in this person’s record here: they may have moved to another home. Nothing was saved.")}
	page.Wrong = true
	for _, name := range []string{fieldWhat, fieldInWords, fieldWhyNot, fieldNote, fieldMinutes} {
		if s := strings.TrimSpace(values.Get(name)); s != "" {
			page.Words = append(page.Words, s)
		}
	}
	return c.renderAs(http.StatusConflict, "lost", page)
}

// todayPage is one person's day: what is planned, what was done, what they drank.
type todayPage struct {
	Frame
	Groups []SlotGroup
	Drunk  DrunkToday
	Base   string
}

// SlotGroup is some slots under a heading.
type SlotGroup struct {
	Heading string
	Slots   []SlotShown
}

// careToday shows it.
func (c *call) careToday() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := todayPage{Base: a.base}
	if page.Frame, err = c.personFrame(a, c.word("Today")); err != nil {
		return err
	}
	from, until := due.CareDay(c.now(), c.config.Zone)
	slots, err := c.careSlots(a, from.Add(-overdueTold), until)
	if err != nil {
		return err
	}
	r := &round{slots: map[uuid.UUID][]due.Slot{a.uid: slots}}
	for _, g := range []struct {
		heading string
		states  []due.State
	}{{c.word("Overdue"), []due.State{due.Overdue}}, {c.word("Due now"), []due.State{due.Due}}, {c.word("Later today"), []due.State{due.Later, due.Paused}}, {c.word("Done today"), []due.State{due.Done, due.PartlyDone, due.NotDone}}} {
		list := slices.DeleteFunc(r.open(a.uid, c.now(), g.states...), func(s due.Slot) bool { return slices.Contains(g.states, due.Done) && s.At.Before(from) })
		shown := c.medicinesTogether(a.base, list)
		for i := range shown {
			if strings.Contains(shown[i].Href, "/due/") {
				shown[i].Href += "?from=today"
			}
		}
		if len(shown) > 0 {
			page.Groups = append(page.Groups, SlotGroup{g.heading, shown})
		}
	}
	if page.Drunk, err = c.drunkToday(a); err != nil {
		return err
	}
	return c.render("today", page)
}

// aboutMePage is a person in their own words, one touch away.
type aboutMePage struct {
	Frame
	Words     []OwnWords
	WordsBy   string
	WordsHref string
	AddWords  string
}

// aboutMe shows it.
func (c *call) aboutMe() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := personPage{}
	if page.Frame, err = c.personFrame(a, c.word("About me")); err != nil {
		return err
	}
	if err := c.ownWords(a, &page); err != nil {
		return err
	}
	return c.render("aboutme", aboutMePage{Frame: page.Frame, Words: page.Words, WordsBy: page.WordsBy, WordsHref: page.WordsHref, AddWords: page.AddWords})
}
