package form

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Asking is what the questions of a form file need to know besides Options.
type Asking struct {
	Options
	// From lists what a question may be answered with that chooses among what other asks of the form tick or add.
	From func(*standard.Question) []Choice
}

// Questions shows posted values as the questions that a form file asks about one record, in its order and words, with the faults of the answers beside them. What the
// form answers by itself is not shown.
func Questions(prefix string, asked []*standard.Question, values url.Values, answers *Answers, o Asking) []*Field {
	b := asker{builder: builder{values: values, options: o.Options}, from: o.From}
	if answers != nil {
		b.faults = answers.Faults
	}
	return b.questions(prefix, asked)
}

type asker struct {
	builder
	from func(*standard.Question) []Choice
}

func (b *asker) questions(base string, asked []*standard.Question) []*Field {
	var fields []*Field
	for _, q := range asked {
		if q.Shown() {
			fields = append(fields, b.question(q, under(base, q.Element.ID)))
		}
	}
	return fields
}

func (b *asker) question(q *standard.Question, name string) *Field {
	usual := b.options
	defer func() { b.options = usual }()
	if len(q.From) > 0 && b.from != nil {
		choices := b.from(q)
		b.options.Choices = func(*standard.Element) []Choice { return choices }
		b.options.NameOf = func(uid uuid.UUID) string { return nameAmong(choices, uid, usual.NameOf) }
	}
	b.options.AllAbsences = usual.AllAbsences || q.Must && q.Element.Value != standard.GroupValue
	f := b.field(q.Element, name)
	b.options = usual
	b.word(f, q)
	if q.Must && f.control == controlGroup && q.Element.Many && len(f.Items) == 0 {
		if _, shown := b.values[name+partCount]; !shown {
			f.Items = []*Field{b.blank(q.Element, item(name, 0))}
			f.Items[0].Number, f.Items[0].Must = 1, true
		}
	}
	if f.control == controlGroup && len(q.Parts) > 0 {
		b.parts(f, q)
	}
	return f
}

// word asks in the words of the form.
func (b *asker) word(f *Field, q *standard.Question) {
	if q.Ask != "" {
		f.Label = b.options.Words.Say(q.Ask)
	}
	if q.Hint != "" {
		f.Hint = b.options.Words.Say(q.Hint)
	}
	f.Must, f.Should = f.Must || q.Must, f.Should && !q.Must
	for i, one := range f.Items {
		one.Label, one.Hint, one.Must = f.Label, f.Hint, f.Must && i == 0
	}
}

// parts asks the parts of a block that the form names, in its order.
func (b *asker) parts(f *Field, q *standard.Question) {
	groups := f.Items
	if !q.Element.Many {
		groups = []*Field{f}
	}
	for _, g := range groups {
		g.Ask, g.More = b.questions(g.Name, q.Parts), nil
		g.Answered, g.Faulty = g.Answered || g.Error != "", g.Error != ""
		for _, child := range g.Ask {
			child.Must = child.Must && (f.Must || g.Number > 0)
			g.Answered, g.Faulty = g.Answered || child.Answered, g.Faulty || child.Faulty
		}
		f.Answered, f.Faulty = f.Answered || g.Answered, f.Faulty || g.Faulty
	}
}

func nameAmong(choices []Choice, uid uuid.UUID, otherwise func(uuid.UUID) string) string {
	for _, c := range choices {
		if c.Value == uid.String() {
			return c.Text
		}
	}
	if otherwise == nil {
		return ""
	}
	return otherwise(uid)
}

// Faults lists the faults of fields in the order in which they are asked. What belongs to no field of theirs leads to the anchor that is given.
func Faults(fields []*Field, answers *Answers, anchor string) []Error {
	if answers == nil {
		return nil
	}
	b := builder{faults: answers.Faults}
	list := b.errors(&Form{Ask: fields}, answers.loose)
	for i := range list {
		if list[i].Href == "#form" {
			list[i].Href = "#" + anchor
		}
	}
	return list
}

// Rest are the posted values of a record that none of the fields shows: they are sent along, so that what a form does not ask for is kept.
func Rest(prefix string, fields []*Field, values url.Values) url.Values {
	rest := url.Values{}
	for key, all := range values {
		if belongs(key, prefix) && !covered(key, fields) {
			rest[key] = all
		}
	}
	return rest
}

// covered reports whether a field, or a part of one, posts the key.
func covered(key string, fields []*Field) bool {
	for _, f := range fields {
		switch {
		case !belongs(key, f.Name):
			continue
		case len(f.Items) > 0:
			return strings.HasPrefix(key, f.Name+"_") || covered(key, f.Items)
		case len(f.Ask) > 0:
			return strings.HasPrefix(key, f.Name+"_") || covered(key, f.Ask) || covered(key, f.More)
		}
		return true
	}
	return false
}

// Count is how many answers of a list are shown.
func Count(values url.Values, name string) int { return count(values, name) }

// Item is the name of one answer of a list, from 0.
func Item(name string, i int) string { return item(name, i) }

// Add shows one more answer of a list.
func Add(values url.Values, name string) {
	values.Set(name+partCount, strconv.Itoa(min(count(values, name)+1, maxItems)))
}

// Button makes the value of a button that adds to a list or takes one of it away.
func Button(name string, remove bool) string {
	if remove {
		return actRemove + name
	}
	return actAdd + name
}

// Faults lists the faults of the question and of what is inside it.
func (f *Field) Faults() []Error {
	b := builder{}
	return b.errors(&Form{Ask: []*Field{f}}, nil)
}

// Unplaced lists the faults of answers that none of the fields shows.
func Unplaced(fields []*Field, answers *Answers, anchor string) []Error {
	shown := 0
	for _, f := range fields {
		shown += len(f.Faults())
	}
	return Faults(fields, answers, anchor)[shown:]
}

// Clear takes the answers to one element out of posted values.
func Clear(values url.Values, prefix string, e *standard.Element) { drop(values, under(prefix, e.ID)) }
