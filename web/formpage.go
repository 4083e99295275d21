package web

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// The fields of a form page around the content of the record.
const (
	fieldAct          = "act"
	fieldContribution = "contribution"
	fieldRecord       = "record"
	fieldExpected     = "expected"
	fieldHow          = "how"
	fieldReason       = "reason"
	fieldProvider     = "provider"
	fieldSensitivity  = "sensitivity"
	fieldWritten      = "written"  // when it was written down, if that was not now
	fieldAbsences     = "absences" // a reason for having no answer is offered at every question
)

// The values of the buttons that end a form.
const (
	actSave       = "save"
	actIncomplete = "incomplete"
	actShow       = "show"     // show the form again, as it was filled in
	actAbsences   = "absences" // offer a reason for having no answer at every question
)

// formPage is a form generated from its class file.
type formPage struct {
	Frame
	Heading    string
	Summary    string
	Intro      string // what this kind of change is for
	Action     string
	Form       *form.Form
	Hidden     []Hidden
	Reason     template.HTML // why, for a correction
	Entry      template.HTML // who said so, who may see it, when it was written down
	EntryOpen  bool
	Unfinished bool // it may be saved without being finished

	AllAbsences bool // a reason for having no answer is offered everywhere
	Save        string
	About       string // whom or what it will be saved for
	BornText    string
	NHSText     string
	Cancel      string
	Draft       *DraftFrame
}

// Hidden is a field that is sent along unseen.
type Hidden struct {
	Name  string
	Value string
}

// filling is a form on its way: what was posted, or what a form begins with.
type filling struct {
	about   *about
	class   *standard.Class
	values  url.Values
	answers *form.Answers // nil when nothing is to be judged yet
	before  *record.Version
	faults  []form.Error  // of the fields around the content
	opened  *access.Draft // the draft that is gone on with
}

// begin starts a form for a new record. The id of the contribution makes sending it twice harmless.
func begin(a *about, class *standard.Class) *filling {
	return &filling{about: a, class: class, values: url.Values{
		fieldContribution: {uuid.Must(uuid.NewV7()).String()}, fieldRecord: {uuid.Must(uuid.NewV7()).String()},
	}}
}

// formFrame words the parts that all forms share.
func (c *call) formFrame(f *filling, title string) (formPage, error) {
	frame, err := c.personFrame(f.about, title)
	if err != nil {
		return formPage{}, err
	}
	t, err := c.targetsFor(f.about, f.class)
	if err != nil {
		return formPage{}, err
	}
	page := formPage{Frame: frame, Heading: title, Summary: f.class.Summary, About: f.about.name, Save: c.word("Save"), Unfinished: true}
	page.Narrow = true
	page.Form = form.Build(f.class, form.Content, f.values, f.answers, form.Options{
		Words: c.words,
		Zone:  c.config.Zone, Choices: t.choices, NameOf: t.nameOf, Me: c.me(), AllAbsences: f.values.Get(fieldAbsences) != "",
		Preview: f.about.preview,
	})
	page.AllAbsences = f.values.Get(fieldAbsences) != ""
	draft := f.draftable()
	if page.Draft, err = c.draftFrame(draft); err != nil {
		return formPage{}, err
	}
	page.Hidden = draft.hidden()
	page.Errors = append(page.Form.Errors, f.faults...)
	for _, name := range []string{fieldContribution, fieldRecord, fieldExpected, fieldHow, fieldAbsences} {
		if v := f.values.Get(name); v != "" {
			page.Hidden = append(page.Hidden, Hidden{name, v})
		}
	}
	page.Hidden = append(page.Hidden, Hidden{fieldBy, c.session.Principal().Account})
	if frame.Person != nil {
		page.BornText, page.NHSText = frame.Person.BornText, frame.Person.NHSText
	}
	page.Entry = c.entryFields(f)
	for _, name := range []string{fieldProvider, fieldSensitivity, fieldWritten + "_year", fieldWritten + "_day"} {
		v := f.values.Get(name)
		page.EntryOpen = page.EntryOpen || v != "" && v != record.Normal.String()
	}
	return page, nil
}

// me is the signed-in worker's own entry of the directory; "" for none.
func (c *call) me() string {
	if worker := c.session.Principal().Worker; worker != uuid.Nil {
		return worker.String()
	}
	return ""
}

// entryFields ask about the entry itself: who said so, who may see it, when it was written down.
func (c *call) entryFields(f *filling) template.HTML {
	v := f.values
	faulty := func(name string) string {
		for _, e := range f.faults {
			if e.Href == "#"+name {
				return e.Text
			}
		}
		return ""
	}
	provider := nhsuk.Input(nhsuk.InputOptions{
		ID: fieldProvider, Name: fieldProvider, Value: v.Get(fieldProvider), Autocomplete: "off",
		Label: nhsuk.LabelOptions{Text: c.word("Who told you this?"), Size: "s"}, Hint: nhsuk.HintOptions{Text: c.word("For example: her daughter Anne. Leave empty if you saw it yourself.")},
	})
	sensitivity := nhsuk.RadiosOptions{
		IDPrefix: fieldSensitivity, Name: fieldSensitivity, Value: v.Get(fieldSensitivity),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: c.word("Who may see it?"), Size: "s"}},
	}
	if sensitivity.Value == "" {
		sensitivity.Value = record.Normal.String()
	}
	for _, s := range []record.Sensitivity{record.Normal, record.Sensitive, record.Confidential} {
		sensitivity.Items = append(sensitivity.Items, nhsuk.RadioItem{Value: s.String(), Text: c.sensitivityWords(s)})
	}
	wrong := faulty(fieldWritten + "_day")
	part := func(label, name string, width int) nhsuk.DateItem {
		return nhsuk.DateItem{ID: fieldWritten + "_" + name, Name: fieldWritten + "_" + name, Value: v.Get(fieldWritten + "_" + name), Width: width,
			Inputmode: "numeric", Autocomplete: "off", Label: nhsuk.LabelOptions{Text: label}, Error: nhsuk.YesIf(wrong != "")}
	}
	written := nhsuk.DateInput(nhsuk.DateInputOptions{
		ID: fieldWritten, ErrorMessage: wrongIn(c.words, wrong),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: c.word("When was it written down, if not now?"), Size: "s"}},
		Hint:     nhsuk.HintOptions{Text: c.word("Only for notes that were made on paper first.")},
		Items:    []nhsuk.DateItem{part(c.word("Day"), "day", 2), part(c.word("Month"), "month", 2), part(c.word("Year"), "year", 4)},
		FormGroup: nhsuk.InputsGroup{AfterInputs: nhsuk.Content{HTML: nhsuk.Input(nhsuk.InputOptions{
			ID: fieldWritten + "_time", Name: fieldWritten + "_time", Value: v.Get(fieldWritten + "_time"), Width: 5, Inputmode: "numeric", Autocomplete: "off",
			Label: nhsuk.LabelOptions{HTML: c.timeLabel(c.word("when it was written down"))}, FormGroup: nhsuk.FormGroup{Classes: "rm-time"},
		})}},
	})
	return html(provider, nhsuk.Radios(sensitivity), written)
}

// proposal makes what is to be committed of a form, with faults where the fields around the content are wrong.
func (c *call) proposal(f *filling, change record.ProposedChange) *record.Proposal {
	id, err := uuid.Parse(f.values.Get(fieldContribution))
	if err != nil {
		id = uuid.Must(uuid.NewV7())
	}
	change.InformationProvider = f.values.Get(fieldProvider)
	change.Sensitivity = f.values.Get(fieldSensitivity)
	written, fault := form.Instant(f.values, fieldWritten, c.config.Zone)
	if fault != "" {
		f.faults = append(f.faults, form.Error{Href: "#" + fieldWritten + "_day", Text: fault})
	}
	change.Recorded = written
	return &record.Proposal{ID: id, Stream: f.about.uid, Changes: []record.ProposedChange{change}}
}

// judge adds the standard's faults to those of the form, so that all are told at once.
func (f *filling) judge(subject uuid.UUID, unfinished bool) {
	_, problems := f.class.Decode(f.answers.JSON(), standard.DecodeOptions{AllowIncomplete: unfinished, Subject: subject})
	f.answers.Place(problems, "")
}

// subject is whom the content is about, for the standard's check.
func (f *filling) subject() uuid.UUID {
	if f.about.kind == standard.PersonStream {
		return f.about.uid
	}
	return uuid.Nil
}

// refused sets the problems of a refusal beside the questions. What belongs to a field around the content goes there.
func (f *filling) refused(fault *standard.Fault) {
	var rest []standard.Problem
	for _, p := range fault.Problems {
		switch p.Path {
		case "/description":
			f.faults = append(f.faults, form.Error{Href: "#" + fieldReason, Text: p.Message})
		case "/recorded":
			f.faults = append(f.faults, form.Error{Href: "#" + fieldWritten + "_day", Text: p.Message})
		default:
			rest = append(rest, p)
		}
	}
	f.answers.Place(rest, "/content")
}

// saved says what was done and leads to the record; or to the person, where the writer may not read it back: anybody can raise a concern.
func (c *call) saved(a *about, class *standard.Class, receipt record.Receipt, done string) error {
	rec := receipt.Changes[0].Version.Record
	words, target := done+": "+class.Name+".", a.base+"/records/"+rec.String()
	if receipt.Repeated {
		words = c.word("This had been saved already, on {when}. It was not saved twice.", "when", c.words.Instant(receipt.Committed, c.config.Zone))
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	version, err := view.Record(c.ctx, a.uid, rec)
	if standard.KindOf(err) == standard.NotFound {
		words, target = c.word("{words} It is held closely: you cannot open it again, those who may will see it.", "words", words), a.base
	} else if err != nil {
		return err
	}
	c.say(words)
	tell, err := c.mustTell(a, receipt.Changes[0].Type, rec)
	if err != nil {
		return err
	}
	return c.redirect(cmp.Or(tell, c.toHospital(a, version), target))
}

// carried lists everything that was posted, to be sent along unseen.
func carried(values url.Values, without ...string) []Hidden {
	var list []Hidden
	for name, all := range values {
		if slices.Contains(without, name) {
			continue
		}
		for _, v := range all {
			list = append(list, Hidden{name, v})
		}
	}
	slices.SortStableFunc(list, func(a, b Hidden) int {
		switch {
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
	return list
}

// showForm shows a form page, with the status of a refusal where something is wrong.
func (c *call) showForm(page formPage) error {
	if len(page.Errors) > 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "form", page)
	}
	return c.render("form", page)
}
