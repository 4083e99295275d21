package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/due"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// The fields of the pages of drinks and food, besides those of what was done.
const (
	fieldOffered    = "offered" // mL, of the cups
	fieldMl         = "ml"      // or in figures
	fieldTaken      = "taken"   // a button: which part of it was drunk, in quarters
	fieldDrunk      = "drunk"   // or mL, in figures
	fieldMeal       = "meal"
	fieldPart       = "part"
	fieldDrinkLevel = "drinklevel"
	fieldFoodLevel  = "foodlevel"
)

// drinkPage records a drink, or a meal, with what was had today.
type drinkPage struct {
	Frame
	Heading  string
	Food     bool
	Drunk    DrunkToday
	Safe     []string // what food and drink is safe
	Careful  bool
	Unknown  bool // nobody has recorded it
	Ask      template.HTML
	Parts    []chipButton // the buttons that save
	More     template.HTML
	Action   string
	Hidden   []Hidden
	Other    Link
	Cancel   string
	Today    []Entry
	About    string
	BornText string
}

// chipButton is a button that says something and saves.
type chipButton struct{ Name, Value, Text string }

// DrunkToday is what somebody drank in this care day.
type DrunkToday struct {
	Words   string
	Percent int // of the target; -1 where there is none
}

// drunkToday adds it up.
func (c *call) drunkToday(a *about) (DrunkToday, error) {
	from, until := due.CareDay(c.now(), c.config.Zone)
	versions, err := c.intakeOf(a)
	if err != nil {
		return DrunkToday{}, err
	}
	f, err := care.Drunk(c.config.Catalogue, versions, from, until)
	if err != nil {
		return DrunkToday{}, err
	}
	out := DrunkToday{Percent: -1, Words: c.word("Drunk since seven in the morning: {taken} mL", "taken", f.Taken.String())}
	if f.HasTarget {
		out.Words += c.word(" of {target} mL", "target", f.Target.String())
		taken, _ := f.Taken.Decimal.Float64()
		if target, err := f.Target.Decimal.Float64(); err == nil && target > 0 {
			out.Percent = min(100, int(100*taken/target))
		}
	}
	if offered := f.Offered.String(); offered != "0" {
		out.Words += c.word(". Offered: {offered} mL", "offered", offered)
	}
	if f.Unmeasured > 0 {
		out.Words += c.word(". {count} without an amount", "count", c.words.Count(f.Unmeasured, "drink", "drinks"))
	}
	if f.HasLimit {
		out.Words += c.word(". Not more than {limit} mL a day", "limit", f.Limit.String())
	}
	out.Words += "."
	return out, nil
}

// intakeOf reads what somebody had since the care day began, and the plan for eating and drinking.
func (c *call) intakeOf(a *about) ([]*record.Version, error) {
	from, _ := due.CareDay(c.now(), c.config.Zone)
	versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: c.classIDs(standard.ClassRoleIntake), From: from, Limit: 1000})
	if err != nil {
		return nil, err
	}
	plans, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: c.classIDs(standard.ClassRoleEatingAndDrinking), Limit: 50})
	return append(versions, plans...), err
}

// newDrink and newMeal show the pages.
func (c *call) newDrink() error { return c.newIntake(false) }
func (c *call) newMeal() error  { return c.newIntake(true) }

func (c *call) newIntake(food bool) error {
	d, err := c.intaking(c.begun())
	if err != nil {
		return err
	}
	return c.showIntake(d, food, http.StatusOK)
}

// begun are the fields with which a page of something that was done begins.
func (c *call) begun() url.Values {
	now := c.now()
	return url.Values{
		fieldContribution: {uuid.Must(uuid.NewV7()).String()}, fieldRecord: {uuid.Must(uuid.NewV7()).String()}, fieldFrom: {c.query(fieldFrom)},
		fieldSecond: {uuid.Must(uuid.NewV7()).String()}, fieldThird: {uuid.Must(uuid.NewV7()).String()},
		fieldWhen + "_day": {strconv.Itoa(now.Day())}, fieldWhen + "_month": {strconv.Itoa(int(now.Month()))}, fieldWhen + "_year": {strconv.Itoa(now.Year())},
		fieldWhen + "_time": {plain.Clock(now)[:5]},
	}
}

// intaking finds who had something.
func (c *call) intaking(values url.Values) (*doing, error) {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return nil, err
	}
	if err := c.mustWrite(a); err != nil {
		return nil, err
	}
	d := &doing{in: c.words, about: a, values: values, action: c.oneClass(standard.ClassRoleIntake)}
	if d.action == nil {
		return nil, errNowhere()
	}
	return d, nil
}

func (c *call) showIntake(d *doing, food bool, status int) error {
	page := drinkPage{Heading: c.word("Drink"), Food: food, Action: c.r.URL.Path, Cancel: c.doneAt(d), About: d.about.name}
	page.Other = Link{Text: c.word("Food instead"), Href: d.about.base + "/food"}
	if food {
		page.Heading, page.Other = c.word("Food"), Link{Text: c.word("Drink instead"), Href: d.about.base + "/drink"}
	}
	var err error
	if page.Frame, err = c.personFrame(d.about, page.Heading); err != nil {
		return err
	}
	page.Narrow, page.Errors, page.BornText = true, d.faults, page.Person.BornText
	if page.Drunk, err = c.drunkToday(d.about); err != nil {
		return err
	}
	if err := c.safeToEat(d, &page); err != nil {
		return err
	}
	if err := c.intakeFields(d, food, &page); err != nil {
		return err
	}
	for _, name := range []string{fieldContribution, fieldRecord, fieldFrom} {
		page.Hidden = append(page.Hidden, Hidden{name, d.values.Get(name)})
	}
	page.Hidden = append(page.Hidden, Hidden{fieldBy, c.session.Principal().Account})
	return c.renderAs(status, "drink", page)
}

// safeToEat says which food and drink is safe, and lists what was had today.
func (c *call) safeToEat(d *doing, page *drinkPage) error {
	versions, err := c.intakeOf(d.about)
	if err != nil {
		return err
	}
	modified, known := care.Modified(c.config.Catalogue, versions, c.now())
	page.Careful, page.Unknown = modified, !known
	for _, line := range page.Person.Lines {
		for _, fact := range line.Facts {
			if line.Mark == care.Danger || line.Mark == care.Notice {
				if c.sayFood(versions, fact.Href) {
					page.Safe = append(page.Safe, fact.Text)
				}
			}
		}
	}
	intake := slices.DeleteFunc(versions, func(v *record.Version) bool { return v.Class != d.action.ID })
	page.Today, err = c.entries(d.about, intake)
	return err
}

// sayFood reports whether a fact of the banner is stated by a plan for eating and drinking.
func (c *call) sayFood(versions []*record.Version, href string) bool {
	return href != "" && slices.ContainsFunc(versions, func(v *record.Version) bool {
		class, ok := c.config.Catalogue.Class(v.Class)
		return ok && class.HasRole(standard.ClassRoleEatingAndDrinking) && strings.HasSuffix(href, v.Record.String())
	})
}

func (c *call) intakeFields(d *doing, food bool, page *drinkPage) error {
	get, wrong := d.values.Get, d.wrong
	words := nhsuk.Input(nhsuk.InputOptions{ID: fieldInWords, Name: fieldInWords, Value: get(fieldInWords), Autocomplete: "off", ErrorMessage: wrongIn(c.words, wrong(fieldInWords)),
		Label: nhsuk.LabelOptions{Text: map[bool]string{true: c.word("What was it?"), false: c.word("Another drink")}[food], Size: "s"}})
	note := nhsuk.Textarea(nhsuk.TextareaOptions{ID: fieldNote, Name: fieldNote, Value: get(fieldNote), Rows: 2, Label: nhsuk.LabelOptions{Text: c.word("Anything to tell?"), Size: "s"}, ErrorMessage: wrongIn(c.words, wrong(fieldNote)),
		Hint: nhsuk.HintOptions{Text: c.word("Coughing, choking, why little was taken.")}})
	help := c.chips(fieldSupport, c.word("How much help?"), "", get(fieldSupport), "", c.chipsOf(d.action.ByRole(standard.RoleSupport)))
	meal := c.chips(fieldMeal, c.word("Which meal?"), "", get(fieldMeal), wrong(fieldMeal), c.chipsOf(d.action.ByRole(standard.RoleMeal)))
	figure := func(name, label string) template.HTML {
		return nhsuk.Input(nhsuk.InputOptions{ID: name, Name: name, Value: get(name), Inputmode: "decimal", Width: 5, Autocomplete: "off", Label: nhsuk.LabelOptions{Text: label, Size: "s"},
			Suffix: nhsuk.Block{Text: "mL"}, ErrorMessage: wrongIn(c.words, wrong(name))})
	}
	where, err := c.whereField(d)
	if err != nil {
		return err
	}
	inSpite := inSpiteField(d)
	if food {
		page.Ask = inSpite + meal + words
		page.More = help + where + c.textureField(d, food) + c.whenField(d) + note
		for _, p := range c.chipsOf(d.action.ByRole(standard.RolePartEaten)) {
			page.Parts = append(page.Parts, chipButton{fieldPart, p.value, p.text})
		}
		return nil
	}
	page.Ask = inSpite + c.chips(fieldWhat, c.word("What?"), "", get(fieldWhat), "", c.wordsOf(c.quick.Drinks)) + c.chips(fieldOffered, c.word("How much was offered?"), "", get(fieldOffered), wrong(fieldOffered), numbers(c.quick.Cups, " mL"))
	page.More = words + figure(fieldMl, c.word("Or offered, in figures")) + figure(fieldDrunk, c.word("Drunk, in figures")) + meal + help + where + c.textureField(d, food) + c.whenField(d) + note
	page.Parts = []chipButton{{fieldTaken, "4", c.word("Drank it all")}, {fieldTaken, "3", c.word("Three quarters")}, {fieldTaken, "2", c.word("Half")}, {fieldTaken, "1", c.word("A quarter")}, {fieldTaken, "0", c.word("Nothing")}, {fieldTaken, "figures", c.word("As in figures")}}
	return nil
}

// writeDrink and writeMeal save.
func (c *call) writeDrink() error { return c.writeIntake(false) }
func (c *call) writeMeal() error  { return c.writeIntake(true) }

func (c *call) writeIntake(food bool) error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	d, err := c.intaking(values)
	if err != nil {
		return c.lost(values, err)
	}
	if values.Get(fieldAct) == actShow { // Enter in a field saves nothing: nobody has said how much was had
		return c.showIntake(d, food, http.StatusOK)
	}
	content := &standard.Content{Class: d.action}
	when := c.when(d)
	setWhen(content, when)
	set(content, standard.RolePerformer, c.performers(d)...)
	said := c.readIntake(d, content, food)
	if len(d.faults) > 0 {
		return c.showIntake(d, food, http.StatusUnprocessableEntity)
	}
	err = c.commitIntake(d, content, food)
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid {
		for _, p := range fault.Problems {
			field := fieldNote
			if p.Path == inSpitePath(d.action) {
				field = fieldInSpite
			}
			d.fault(field, c.fault(p.Message))
		}
		return c.showIntake(d, food, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	today, err := c.drunkNow(d)
	if err != nil {
		return err
	}
	c.say(c.word("Saved for {name}: {what}. {total}", "name", d.about.name, "what", said, "total", today))
	return c.redirect(c.doneAt(d))
}

// drunkNow is today's total after something was saved.
func (c *call) drunkNow(d *doing) (string, error) {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return "", err
	}
	today, err := c.drunkToday(a)
	return today.Words, err
}

// readIntake reads what was had and how much of it. It gives it in words.
func (c *call) readIntake(d *doing, content *standard.Content, food bool) string {
	what := d.words()
	kind := standard.MeansDrink
	if food {
		kind = standard.MeansMeal
	}
	if v, ok := meaning(d.action.ByRole(standard.RoleKind), kind); ok {
		set(content, standard.RoleKind, v)
	}
	if v, ok := meaning(d.action.ByRole(standard.RoleRoute), standard.MeansByMouth); ok {
		set(content, standard.RoleRoute, v)
	}
	for field, role := range map[string]string{fieldMeal: standard.RoleMeal, fieldSupport: standard.RoleSupport} {
		if v, ok := coded(d.action.ByRole(role), d.values.Get(field)); ok {
			set(content, role, v)
		}
	}
	d.readTexture(content)
	if why := d.text(fieldInSpite); why != "" {
		set(content, standard.RoleOverrideReason, standard.Text(why))
	}
	d.place(content)
	if note := d.text(fieldNote); note != "" {
		set(content, standard.RoleStatement, standard.Text(note))
	}
	if food {
		v, ok := coded(d.action.ByRole(standard.RolePartEaten), d.values.Get(fieldPart))
		if !ok {
			d.fault(fieldMeal, c.word("Say how much was eaten."))
			return what
		}
		set(content, standard.RolePartEaten, v)
		if what == "" {
			d.fault(fieldInWords, c.word("Say what it was."))
		}
		set(content, standard.RoleWhat, standard.Text(what))
		return what + ", " + strings.ToLower(standard.Display(v, nil))
	}
	if what == "" {
		what = "Drink"
	}
	set(content, standard.RoleWhat, standard.Text(what))
	return what + ", " + c.readDrunk(d, content)
}

// readDrunk reads how much was offered and drunk.
func (c *call) readDrunk(d *doing, content *standard.Content) string {
	offered, some := d.millilitres(fieldMl)
	if !some {
		offered, some = d.millilitres(fieldOffered)
	}
	taken, any := d.millilitres(fieldDrunk)
	if quarters, err := strconv.Atoi(d.values.Get(fieldTaken)); err == nil && !any && quarters >= 0 && quarters <= 4 {
		if !some && quarters > 0 {
			d.fault(fieldOffered, c.word("Say how much was offered, or write what was drunk in figures."))
			return ""
		}
		taken, any = quarter(offered, quarters), true
	}
	switch {
	case !any && d.wrong(fieldDrunk) == "":
		d.fault(fieldDrunk, c.word("Say how much was drunk."))
		return ""
	case some && less(offered, taken):
		d.fault(fieldDrunk, c.word("More was drunk than was offered. Check both."))
		return ""
	}
	if some {
		set(content, standard.RoleAmountOffered, standard.Quantity{Number: offered, Unit: "mL"})
	}
	set(content, standard.RoleAmountTaken, standard.Quantity{Number: taken, Unit: "mL"})
	return c.word("{taken} mL", "taken", taken.String())
}

// mostDrunk is more than anybody drinks at once: what is more is a slip of the finger.
const mostDrunk = 2000

// millilitres reads an amount.
func (d *doing) millilitres(field string) (standard.Number, bool) {
	s := d.text(field)
	if s == "" {
		return standard.Number{}, false
	}
	n, ok := standard.ParseNumber(strings.TrimSpace(strings.TrimSuffix(strings.ToLower(s), "ml")))
	f, err := n.Decimal.Float64()
	if !ok || err != nil || f < 0 || f > mostDrunk {
		d.fault(field, d.in.Say("Write an amount in mL, up to 2,000, such as 150."))
		return standard.Number{}, false
	}
	return n, true
}

// quarter is a number of quarters of an amount: halves of a mL are enough.
func quarter(n standard.Number, quarters int) standard.Number {
	f, _ := n.Decimal.Float64()
	out, _ := standard.ParseNumber(strconv.FormatFloat(f*float64(quarters)/4, 'f', -1, 64))
	return out
}

func less(a, b standard.Number) bool { return a.Decimal.Cmp(&b.Decimal) < 0 }
