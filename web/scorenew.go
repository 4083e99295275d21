package web

import (
	"cmp"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/care/score"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// The fields of a score that is taken.
const (
	itemPrefix  = "i-"
	fieldDay    = "day"
	fieldClock  = "clock"
	fieldNow    = "different"
	fieldActed  = "acted"
	fieldResult = "result"
)

// scoreNewPage asks for what a score is worked out of.
type scoreNewPage struct {
	Frame
	Name   string
	Use    string
	Thanks string
	Action string
	Cancel string
	Fields template.HTML
	Hidden []Hidden
}

// newScore shows the empty form.
func (c *call) newScore() error {
	a, s, err := c.scoreAsked()
	if err != nil {
		return err
	}
	if err := c.mustWrite(a); err != nil {
		return err
	}
	now := c.now()
	values := url.Values{fieldDay: {now.Format(time.DateOnly)}, fieldClock: {now.Format("15:04")}}
	for _, name := range []string{fieldContribution, fieldRecord, fieldResult} {
		values.Set(name, uuid.Must(uuid.NewV7()).String())
	}
	return c.showNewScore(a, s, values, nil)
}

func (c *call) showNewScore(a *about, s *standard.Score, values url.Values, faults map[string]string) error {
	frame, err := c.personFrame(a, s.Name)
	if err != nil {
		return err
	}
	page := scoreNewPage{Frame: frame, Name: s.Name, Use: s.Use, Thanks: s.Thanks, Action: a.base + "/scores/" + s.ID + "/new", Cancel: a.base + "/scores/" + s.ID}
	page.Narrow = true
	for _, name := range []string{fieldContribution, fieldRecord, fieldResult} {
		page.Hidden = append(page.Hidden, Hidden{name, values.Get(name)})
	}
	page.Hidden = append(page.Hidden, Hidden{fieldBy, c.session.Principal().Account})
	fault := func(name string) nhsuk.ErrorMessageOptions { return wrongIn(c.words, faults[name]) }
	page.Fields = html(
		nhsuk.Input(nhsuk.InputOptions{ID: fieldDay, Name: fieldDay, Type: "date", Value: values.Get(fieldDay), Classes: "rm-date", Label: nhsuk.LabelOptions{Text: "Day", Size: "s"}, ErrorMessage: fault(fieldDay)}),
		nhsuk.Input(nhsuk.InputOptions{ID: fieldClock, Name: fieldClock, Type: "time", Value: values.Get(fieldClock), Classes: "rm-date", Label: nhsuk.LabelOptions{Text: "Time", Size: "s"}, ErrorMessage: fault(fieldClock)}),
	)
	for _, item := range s.Items {
		page.Fields += itemField(s, item, values, faults[itemPrefix+item.ID])
	}
	page.Fields += html(
		nhsuk.Textarea(nhsuk.TextareaOptions{ID: fieldNow, Name: fieldNow, Value: values.Get(fieldNow), Rows: 2, Label: nhsuk.LabelOptions{Text: "What is different from usual for this person?", Size: "s"},
			Hint: nhsuk.HintOptions{Text: "In your own words. Leave it empty if nothing is."}}),
		nhsuk.Textarea(nhsuk.TextareaOptions{ID: fieldActed, Name: fieldActed, Value: values.Get(fieldActed), Rows: 2, Label: nhsuk.LabelOptions{Text: "Who was told, and what was done?", Size: "s"}}),
	)
	for _, name := range slices.Sorted(keysOf(faults)) {
		page.Errors = append(page.Errors, form.Error{Href: "#" + name, Text: faults[name]})
	}
	status := http.StatusOK
	if len(faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return c.renderAs(status, "scorenew", page)
}

func keysOf(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// itemField asks for one item: a reading with its unit, or one of the answers.
func itemField(_ *standard.Score, item *standard.ScoreItem, values url.Values, fault string) template.HTML {
	name := itemPrefix + item.ID
	if item.Reading != "" {
		return nhsuk.Input(nhsuk.InputOptions{
			ID: name, Name: name, Value: values.Get(name), Inputmode: "decimal", Width: 5, Suffix: nhsuk.Block{Text: plain.Unit(item.Unit)},
			Label: nhsuk.LabelOptions{Text: item.Name, Size: "s"}, Hint: nhsuk.HintOptions{Text: item.Hint}, ErrorMessage: nhsuk.ErrorMessageOptions{Text: fault},
		})
	}
	answers := answersOf(item)
	fieldset := &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: item.Name, Size: "s"}}
	if item.Several {
		o := nhsuk.CheckboxesOptions{IDPrefix: name, Name: name, Fieldset: fieldset, Hint: nhsuk.HintOptions{Text: item.Hint}, ErrorMessage: nhsuk.ErrorMessageOptions{Text: fault}}
		for _, answer := range answers {
			o.Items = append(o.Items, nhsuk.CheckboxItem{Value: answer.Code, Text: answer.Words, Checked: nhsuk.YesIf(slices.Contains(values[name], answer.Code))})
		}
		return nhsuk.Checkboxes(o)
	}
	o := nhsuk.RadiosOptions{IDPrefix: name, Name: name, Fieldset: fieldset, Hint: nhsuk.HintOptions{Text: item.Hint}, ErrorMessage: nhsuk.ErrorMessageOptions{Text: fault}}
	for _, answer := range answers {
		o.Items = append(o.Items, nhsuk.RadioItem{Value: answer.Code, Text: answer.Words, Checked: nhsuk.YesIf(values.Get(name) == answer.Code)})
	}
	return nhsuk.Radios(o)
}

// answersOf are the answers that an item offers, in words.
func answersOf(item *standard.ScoreItem) []standard.ScorePoints {
	answers := slices.Clone(item.Tables[0].Points)
	if item.Element == nil {
		return answers
	}
	answers = nil
	for _, code := range item.Element.ValueSet.Codes {
		answers = append(answers, standard.ScorePoints{Code: code.Code, Words: code.Display})
	}
	return answers
}

// takenScore is what was posted of a score.
type takenScore struct {
	when   time.Time
	found  map[string]score.Value
	faults map[string]string
}

// readScore reads what was posted, with everything that is wrong with it.
func (c *call) readScore(s *standard.Score, values url.Values) takenScore {
	t := takenScore{found: map[string]score.Value{}, faults: map[string]string{}}
	day, dayErr := time.ParseInLocation(time.DateOnly, values.Get(fieldDay), c.config.Zone)
	clock, clockErr := time.Parse("15:04", values.Get(fieldClock))
	if dayErr != nil {
		t.faults[fieldDay] = "Say on which day it was found"
	}
	if clockErr != nil {
		t.faults[fieldClock] = "Say at what time it was found, like 14:30"
	}
	if dayErr == nil && clockErr == nil {
		t.when = time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), 0, 0, c.config.Zone)
		if t.when.After(c.now().Add(10 * time.Minute)) {
			t.faults[fieldClock] = "This time has not come yet"
		}
	}
	for _, item := range s.Items {
		c.readItem(item, values, &t)
	}
	if len(t.found) == 0 && len(t.faults) == 0 {
		t.faults[itemPrefix+s.Items[0].ID] = "Fill in at least one of the questions"
	}
	return t
}

func (c *call) readItem(item *standard.ScoreItem, values url.Values, t *takenScore) {
	name := itemPrefix + item.ID
	if item.Reading == "" {
		var words []string
		for _, answer := range answersOf(item) {
			if slices.Contains(values[name], answer.Code) {
				words = append(words, answer.Words)
			}
		}
		switch {
		case len(words) > 0:
			t.found[item.ID] = score.Value{Codes: values[name], Words: plain.List(words)}
		case item.Asked() && !item.Several:
			t.faults[name] = "Choose an answer: " + item.Name
		case item.Several:
			t.found[item.ID] = score.Value{Codes: nil, Words: "None of these"}
		}
		return
	}
	text := strings.ReplaceAll(strings.TrimSpace(values.Get(name)), ",", ".")
	if text == "" {
		return // not measured: then there is no total, and the page says so
	}
	n, ok := standard.ParseNumber(text)
	if !ok || n.Decimal.Negative {
		t.faults[name] = item.Name + " must be a number, like 18"
		return
	}
	t.found[item.ID] = score.Value{Number: &n, Words: plain.Value(standard.Quantity{Number: n, Unit: item.Unit}, c.config.Zone)}
}

// takeScore keeps the measurements and the score that they give, in one contribution.
func (c *call) takeScore() error {
	a, s, err := c.scoreAsked()
	if err != nil {
		return err
	}
	if err := c.mustWrite(a); err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	t := c.readScore(s, values)
	if len(t.faults) > 0 {
		return c.showNewScore(a, s, values, t.faults)
	}
	chosen := map[string]string{}
	if len(s.Chosen) > 0 {
		versions, err := c.between(a, score.Classes(c.config.Catalogue, s)[1:], time.Time{}, time.Time{})
		if err != nil {
			return err
		}
		chosen = score.ChosenAt(c.config.Catalogue, s, versions, t.when, c.config.Zone)
	}
	result := score.Work(s, t.found, chosen)
	result.When = t.when
	p := c.scoreProposal(a, s, values, t, result)
	_, err = c.session.Commit(c.ctx, p)
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid {
		faults := map[string]string{}
		for _, problem := range fault.Problems {
			faults[itemPrefix+s.Items[0].ID] = strings.TrimSpace(faults[itemPrefix+s.Items[0].ID] + " " + problem.Message)
		}
		return c.showNewScore(a, s, values, faults)
	}
	if err != nil {
		return err
	}
	c.say(savedScore(s, &result))
	return c.redirect(a.base + "/scores/" + s.ID)
}

// savedScore says what was worked out, and the first thing that is to be done.
func savedScore(s *standard.Score, r *score.Result) string {
	band := cmp.Or(r.Band, r.AtLeast)
	text := s.Name + ": no total, because something is missing: " + plain.List(r.Missing) + "."
	if r.Complete() {
		text = s.Name + " " + strconv.Itoa(r.Total) + ": " + r.Band.Name + "."
	}
	if band != nil && len(band.Do) > 0 {
		text += " " + band.Do[0]
	}
	return text
}

// scoreProposal makes the one contribution: the measurements where the score rests on them, and the result.
func (c *call) scoreProposal(a *about, s *standard.Score, values url.Values, t takenScore, r score.Result) *record.Proposal {
	p := &record.Proposal{ID: uidOr(values, fieldContribution), Stream: a.uid, Description: "Score: " + s.Name}
	var from []uuid.UUID
	if s.From != nil {
		measured := uidOr(values, fieldRecord)
		content := c.measured(s, t)
		p.Changes = append(p.Changes, record.ProposedChange{Path: "/measured", Type: record.Create, Record: measured, Class: s.From.ID, Content: content.AppendJSON(nil)})
		from = append(from, measured)
	}
	content := score.Content(c.config.Catalogue, r, from)
	if content == nil {
		return p
	}
	c.performed(content)
	for role, field := range map[string]string{standard.RoleNow: fieldNow, standard.RoleImmediateAction: fieldActed} {
		if words := strings.TrimSpace(values.Get(field)); words != "" {
			put(content, role, standard.Text(words))
		}
	}
	inOrder(content)
	p.Changes = append(p.Changes, record.ProposedChange{Path: "/result", Type: record.Create, Record: uidOr(values, fieldResult), Class: content.Class.ID, Content: content.AppendJSON(nil)})
	return p
}

// performed says who did it.
func (c *call) performed(content *standard.Content) {
	if worker := c.doer(); worker != uuid.Nil {
		put(content, standard.RolePerformer, standard.Reference{UID: worker})
	}
}

// inOrder puts the entries of a content in the order of its class file.
func inOrder(content *standard.Content) {
	content.Sort()
}

// measured makes the record of the readings and codes that a score is worked out from.
func (c *call) measured(s *standard.Score, t takenScore) *standard.Content {
	content := &standard.Content{Class: s.From}
	put(content, standard.RoleEventDate, standard.DateTime(t.when.Format(time.RFC3339)))
	c.performed(content)
	path := s.From.Path(standard.RoleReadingKind)
	var readings []standard.Value
	for _, item := range s.Items {
		v, there := t.found[item.ID]
		switch {
		case !there:
		case item.Element != nil:
			if code, ok := item.Element.ValueSet.Code(v.Codes[0]); ok {
				content.Entries = append(content.Entries, standard.Entry{Element: item.Element, Values: []standard.Value{standard.Coded{Code: code.Code, System: item.Element.ValueSet.SystemOf(code), Display: code.Display}}})
			}
		case len(path) == 2:
			kind, value := path[1], path[0].Block.ByRole(standard.RoleReadingValue)
			code, _ := kind.ValueSet.Code(item.Reading)
			readings = append(readings, &standard.Group{Entries: []standard.Entry{
				{Element: kind, Values: []standard.Value{standard.Coded{Code: code.Code, System: kind.ValueSet.SystemOf(code), Display: code.Display}}},
				{Element: value, Values: []standard.Value{standard.Quantity{Number: *v.Number, Unit: item.Unit}}},
			}})
		}
	}
	if len(readings) > 0 {
		content.Entries = append(content.Entries, standard.Entry{Element: path[0], Values: readings})
	}
	inOrder(content)
	return content
}
