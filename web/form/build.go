package form

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/standard"
)

// Choice is one thing that a question can be answered with.
type Choice struct {
	Value string
	Text  string
	Hint  string
}

// Options is what a form needs to know besides its class.
type Options struct {
	// Words are the language of the questions; nil: English.
	Words *plain.Words
	Zone  *time.Location
	// Choices lists what a reference may point at, by name.
	Choices func(*standard.Element) []Choice
	// NameOf tells what a reference that is not among the choices is called; "" when that is not known.
	NameOf func(uuid.UUID) string
	// Me is the worker who fills the form in, for the button "Me"; "" for none.
	Me string
	// Preview tells where a small picture of a file that is kept is shown, by its hash and media type, "" where none can be drawn; nil: nowhere.
	Preview func(hash, mediaType string) string
	// AllAbsences offers a reason for having no answer at every question, not only at those that must or should have one.
	AllAbsences bool
}

// Form is the questions of one class with what has been answered so far.
type Form struct {
	Class  *standard.Class
	Ask    []*Field // asked at once
	More   []*Field // more detail, folded
	Links  []*Field // links to other records, folded
	Errors []Error  // in the order of the questions
	// MoreOpen and LinksOpen say that something inside has an answer or a fault.
	MoreOpen, LinksOpen bool
	Files               bool // some questions are answered with files
}

// Error is one line of the error summary.
type Error struct {
	Href string
	Text string
}

// Field is one question, or one answer of a question that may have several, or a group of questions.
type Field struct {
	Element  *standard.Element
	Name     string // of the question; parts of the answer add to it
	Label    string
	Hint     string
	Error    string
	Must     bool
	Should   bool
	Value    string // the answer in words, or the code or uid that is chosen
	Values   []string
	Words    string
	Unit     string
	Day      string
	Month    string
	Year     string
	Time     string
	Twice    string
	AskTwice bool
	Choices  []Choice
	Kept     string
	Absent   string // why there is no answer
	Absences []Choice
	Items    []*Field          // answers of a question that may have several
	Ask      []*Field          // of a group
	More     []*Field          // of a group, folded
	Answered bool              // it, or something in it, has an answer
	Faulty   bool              // it, or something in it, has a fault
	Number   int               // of an answer of several, from 1
	Me       bool              // the answer may be the person who asks
	File     map[string]string // of a question that is answered with a file: what is known of the one that is kept, by role
	Preview  string            // where a small picture of it is
	control  control
	in       *plain.Words
}

// Build shows posted values as the questions of the class, with the faults of the answers beside them.
func Build(class *standard.Class, prefix string, values url.Values, answers *Answers, o Options) *Form {
	b := builder{values: values, options: o}
	if answers != nil {
		b.faults = answers.Faults
	}
	f := &Form{Class: class}
	for _, e := range class.Elements {
		if !asked(e) {
			continue
		}
		field := b.field(e, under(prefix, e.ID))
		switch placeOf(class, e) {
		case askNow:
			f.Ask = append(f.Ask, field)
		case askMore:
			f.More = append(f.More, field)
			f.MoreOpen = f.MoreOpen || field.Answered || field.Faulty
		case askLink:
			f.Links = append(f.Links, field)
			f.LinksOpen = f.LinksOpen || field.Answered || field.Faulty
		}
	}
	f.Files = class.NamesFiles()
	if answers != nil {
		f.Errors = b.errors(f, answers.loose)
	} else if len(b.faults) > 0 { // a file that was chosen is at fault, whatever else is asked
		f.Errors = b.errors(f, nil)
	}
	return f
}

// place is where in the form a question stands.
type place int

const (
	askNow place = iota
	askMore
	askLink
)

// enough is how many questions a form shows at once where the standard insists on few.
const enough = 6

// placeOf keeps a form from being overwhelming: at once it asks what must or should be there, what makes the record's title, when and who, the person's own
// words, and then the first of the rest until there is enough to write with. Links to other records stand apart.
func placeOf(class *standard.Class, e *standard.Element) place {
	now := 0
	for _, other := range class.Elements {
		if asked(other) && wanted(class, other) {
			now++
		}
	}
	if wanted(class, e) || e.NamesFile() {
		return askNow
	}
	if e.Origin == standard.FromRelationships || e.Value == standard.ReferenceValue && e.Role == "" && pointsInside(e) {
		return askLink
	}
	for _, other := range class.Elements {
		if now >= enough {
			break
		}
		if !asked(other) || wanted(class, other) || other.Origin != standard.FromElements || other.Value == standard.ReferenceValue {
			continue
		}
		if other == e {
			return askNow
		}
		now++
	}
	return askMore
}

func wanted(class *standard.Class, e *standard.Element) bool {
	if e.Must || e.Should {
		return true
	}
	if e.Origin == standard.FromRelationships {
		return false
	}
	switch e.Role {
	case standard.RoleEventDate, standard.RoleEventTime, standard.RoleStatement, standard.RoleReviewDue:
		return true
	}
	for _, t := range class.Title {
		if t == e {
			return true
		}
	}
	return false
}

// pointsInside reports whether a reference points at other records of the person.
func pointsInside(e *standard.Element) bool {
	for _, to := range e.To {
		for _, class := range to.Concrete() {
			if class.Stream == standard.DirectoryStream {
				return false
			}
		}
	}
	return true
}

type builder struct {
	values  url.Values
	faults  map[string]string
	options Options
}

func (b *builder) field(e *standard.Element, name string) *Field {
	f := b.blank(e, name)
	f.Absent = b.values.Get(name + partAbsent)
	f.Absences = absences(b.options.Words, e, f.Absent, b.options.AllAbsences)
	f.Answered = f.Absent != ""
	switch {
	case !e.Many:
		b.answer(f)
	case f.control == controlChecks:
		f.Values, f.Kept = b.values[name], b.values.Get(name+partKept)
		f.Choices = codes(b.options.Words, e, f.Values...)
		f.Answered = f.Answered || len(f.Values) > 0
	default:
		b.items(f)
	}
	return f
}

func (b *builder) blank(e *standard.Element, name string) *Field {
	f := &Field{
		Element: e, Name: name, Label: b.options.Words.Say(e.Ask), Hint: b.options.Words.Say(e.Hint), Error: Fault(b.options.Words, b.faults[name]), in: b.options.Words, Must: e.Must, Should: e.Should, control: controlOf(e),
	}
	if f.Label == "" {
		f.Label = b.options.Words.Say(e.Name)
	}
	f.Faulty = f.Error != ""
	return f
}

// items shows the answers of a question that may have several. Where none is there yet one empty answer is shown, unless a whole group
// would be too much.
func (b *builder) items(f *Field) {
	n := count(b.values, f.Name)
	if _, shown := b.values[f.Name+partCount]; !shown && (f.control != controlGroup || f.Must || f.Should) {
		n = 1
	}
	for i := range n {
		one := b.blank(f.Element, item(f.Name, i))
		one.Number, one.Must, one.Should = i+1, f.Must && i == 0, false
		b.answer(one)
		f.Items = append(f.Items, one)
		f.Answered = f.Answered || one.Answered
		f.Faulty = f.Faulty || one.Faulty
	}
}

// answer shows one answer.
func (b *builder) answer(f *Field) {
	get := func(part string) string { return b.values.Get(f.Name + part) }
	switch f.control {
	case controlGroup:
		b.group(f)
		return
	case controlFile:
		b.file(f)
		return
	}
	f.Value, f.Kept, f.Unit, f.Words = get(""), get(partKept), get(partUnit), get(partWords)
	f.Day, f.Month, f.Year, f.Time, f.Twice = get(partDay), get(partMonth), get(partYear), get(partTime), get(partTwice)
	f.Answered = f.Answered || f.Value != "" || f.Day != "" || f.Month != "" || f.Year != "" || f.Time != "" || f.Words != ""
	f.Me = b.options.Me != "" && f.Element.Role == standard.RolePerformer
	switch f.control {
	case controlDateTime:
		f.AskTwice = f.Twice != "" || b.twice(f)
	case controlRadios, controlSelect, controlSuggest:
		f.Choices = codes(b.options.Words, f.Element, f.Value)
	case controlReference:
		f.Choices = b.targets(f.Element, f.Value)
	}
}

// twice reports whether the date and time are in the hour that comes twice.
func (b *builder) twice(f *Field) bool {
	date, wrong, _ := dateTyped{day: f.Day, month: f.Month, year: f.Year}.date()
	clock, ok := parseTime(f.Time)
	if wrong != "" || !ok || len(date) != 10 {
		return false
	}
	_, _, ask := moment(date, clock, b.options.Zone, "")
	return ask
}

func (b *builder) group(f *Field) {
	class := f.Element.Block
	many := len(class.Elements) > 8
	for _, e := range class.Elements {
		if !asked(e) {
			continue
		}
		child := b.field(e, under(f.Name, e.ID))
		child.Must = child.Must && (f.Must || f.Number > 0)
		f.Answered = f.Answered || child.Answered
		f.Faulty = f.Faulty || child.Faulty
		if many && placeOf(class, e) != askNow && !child.Answered && !child.Faulty {
			f.More = append(f.More, child)
		} else {
			f.Ask = append(f.Ask, child)
		}
	}
}

// targets lists what a reference may point at; what is chosen already is always among them.
func (b *builder) targets(e *standard.Element, chosen string) []Choice {
	var choices []Choice
	if b.options.Choices != nil {
		choices = b.options.Choices(e)
	}
	if chosen == "" {
		return choices
	}
	for _, c := range choices {
		if c.Value == chosen {
			return choices
		}
	}
	name := ""
	if ref, ok := readRef(e, chosen); ok && b.options.NameOf != nil {
		if name = b.options.NameOf(ref.UID); name != "" && ref.Version > 0 {
			name = b.options.Words.Say("{record} (as it stood then, version {number})", "record", name, "number", strconv.Itoa(ref.Version))
		}
	}
	if name == "" {
		name = b.options.Words.Say("A record that is not shown to you")
	}
	return append([]Choice{{Value: chosen, Text: name}}, choices...)
}

// codes lists the members of a value set, and what is chosen although it is not, or no more, a member.
func codes(in *plain.Words, e *standard.Element, chosen ...string) []Choice {
	if controlOf(e) == controlSuggest { // what is chosen there is typed: it is looked up by its English
		in = nil
	}
	var choices []Choice
	for i := range e.ValueSet.Codes {
		c := &e.ValueSet.Codes[i]
		choices = append(choices, Choice{Value: c.Code, Text: in.Say(c.Display)})
	}
	for _, s := range chosen {
		if _, known := e.ValueSet.Code(s); !known && s != "" && s != inWords && controlOf(e) != controlSuggest {
			choices = append(choices, Choice{Value: s, Text: in.Say("{answer} (no longer in the list)", "answer", s)})
		}
	}
	return choices
}

// absences lists the reasons for having no answer, where the standard or the page asks for one. Where safety.md forbids absence there are none.
func absences(in *plain.Words, e *standard.Element, chosen string, all bool) []Choice {
	if chosen == "" && (e.NoAbsence || !all && (!e.Must && !e.Should || e.Value == standard.GroupValue)) {
		return nil // of a group, the questions inside it are asked
	}
	choices := []Choice{
		{Value: string(standard.NotAsked), Text: in.Say("Not asked yet")},
		{Value: string(standard.AskedNotKnown), Text: in.Say("Asked, and not known")},
		{Value: string(standard.Declined), Text: in.Say("They did not want to say")},
		{Value: string(standard.NotApplicable), Text: in.Say("It does not apply to them")},
	}
	if chosen == string(standard.Masked) {
		choices = append(choices, Choice{Value: chosen, Text: in.Say("Held back")})
	}
	return choices
}

// errors lists every fault in the order of the questions, then what belongs to none.
func (b *builder) errors(f *Form, loose []string) []Error {
	var list []Error
	seen := map[string]bool{}
	var walk func(fields []*Field)
	walk = func(fields []*Field) {
		for _, field := range fields {
			if field.Error != "" && !seen[field.Name] {
				seen[field.Name] = true
				list = append(list, Error{Href: "#" + field.Focus(), Text: field.Error})
			}
			walk(field.Items)
			walk(field.Ask)
			walk(field.More)
		}
	}
	walk(f.Ask)
	walk(f.More)
	walk(f.Links)
	for _, name := range slices.Sorted(maps.Keys(b.faults)) { // a fault whose question is not shown is still told
		if !seen[name] {
			list = append(list, Error{Href: "#form", Text: Fault(b.options.Words, b.faults[name])})
		}
	}
	for _, message := range loose {
		list = append(list, Error{Href: "#form", Text: Fault(b.options.Words, message)})
	}
	return list
}

// Focus is the id of the first thing to type in or to choose from.
func (f *Field) Focus() string {
	switch {
	case len(f.Items) > 0:
		return f.Items[0].Focus()
	case f.Element.Many && f.Number == 0 && f.control != controlChecks:
		return f.Name + "_add"
	case len(f.Ask) > 0 && f.control != controlFile:
		return f.Ask[0].Focus()
	case f.control == controlDate || f.control == controlDateTime:
		return f.Name + partDay
	}
	return f.Name
}

// Count is how many answers are shown, as the form posts it.
func (f *Field) Count() string { return strconv.Itoa(len(f.Items)) }
