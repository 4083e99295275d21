// Package conformance declares, element by element, what of the Adult Social Care Record standard (MODS, DAPB4102) Rosemary holds, how it is known that the
// standard asks for it, and where the product meets it: the question of a form, the place in the API, the place in an export, and the test that
// shows it.
//
// The declaration is made from the same class files that the forms, the API and the exports are made from, so that it cannot claim what they do not do.
// It judges nobody: whether a provider uses what is there is not its matter.
package conformance

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"rosemary/standard"
)

// Obligation is what the standard says of an element.
type Obligation string

// The obligations, as the standard words them.
const (
	Must   Obligation = "MUST"
	Should Obligation = "SHOULD"
	Could  Obligation = "COULD"
)

// Declaration is the whole statement.
type Declaration struct {
	Release standard.Release
	Classes []*Class
}

// Class is the statement about one class.
type Class struct {
	Class *standard.Class
	Rows  []Row
}

// Row is the statement about one element.
type Row struct {
	Element    *standard.Element
	Obligation Obligation
	Form       string   // the question that a person is asked, or how it comes about without one
	Page       string   // the address of the page that asks, "" when none does
	Forms      []string // ids of the forms of forms/ that ask it
	API        string   // method, address and place in the body
	Export     string   // place in an export's line
	Test       string   // package and name
}

// Met reports whether every way through the product is named.
func (r *Row) Met() bool { return r.Form != "" && r.API != "" && r.Export != "" && r.Test != "" }

//go:embed envelope.yaml
var envelopeText []byte

// envelopeRow is where one element of what every record carries is met.
type envelopeRow struct {
	Form   string `yaml:"form"`
	API    string `yaml:"api"`
	Export string `yaml:"export"`
	Test   string `yaml:"test"`
}

// Declare makes the declaration of a catalogue.
func Declare(cat *standard.Catalogue) (*Declaration, error) {
	var envelope map[string]map[string]envelopeRow
	if err := yaml.UnmarshalWithOptions(envelopeText, &envelope, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("envelope.yaml: %w", err)
	}
	asking := askingForms(cat)
	d := &Declaration{Release: cat.Release()}
	for _, class := range cat.Classes() {
		out := &Class{Class: class}
		for _, e := range class.Elements {
			row := Row{Element: e, Obligation: obligation(e), Forms: asking[e]}
			switch {
			case class.Kind == standard.KindEnvelope || class.Reserved():
				row.stated(envelope[class.ID], e)
			case class.Kind == standard.KindRecord:
				row.ofRecord(class, e)
			case class.Kind == standard.KindBlock:
				row.ofBlock(cat, class, e)
			case class.Kind == standard.KindAbstract:
				row.ofAbstract(cat, class, e)
			}
			out.Rows = append(out.Rows, row)
		}
		d.Classes = append(d.Classes, out)
	}
	return d, nil
}

func obligation(e *standard.Element) Obligation {
	switch {
	case e.Must:
		return Must
	case e.Should:
		return Should
	}
	return Could
}

// stated says where an element is met that nobody fills in: envelope.yaml tells.
func (r *Row) stated(class map[string]envelopeRow, e *standard.Element) {
	at, ok := class[e.ID]
	if !ok {
		at = class["*"]
	}
	r.Form, r.API, r.Export, r.Test = at.Form, at.API, at.Export, at.Test
}

// ofRecord says where an element of a class that records can have is met.
func (r *Row) ofRecord(class *standard.Class, e *standard.Element) {
	base := "people"
	if class.Stream == standard.DirectoryStream {
		base = "directory"
	}
	r.Form, r.Page = e.Ask, "/"+base+"/{stream}/new/"+class.ID
	if base == "directory" {
		r.Page = "/directory/new/" + class.ID
	}
	if e.Role == standard.RoleSubject {
		r.Form = "Never asked: always the person whose record it is"
	}
	if r.Form == "" {
		r.Form = e.Name
	}
	r.API = "POST and PUT /api/" + base + "/{stream}/records: /content/" + e.ID
	r.Export = "versions[].version.content." + e.ID
	r.Test = "api TestEveryClass/" + class.ID
}

// ofBlock says where an element of a group is met: in the first class that has the group, and in all others that have it alike.
func (r *Row) ofBlock(cat *standard.Catalogue, class *standard.Class, e *standard.Element) {
	holder, path := holderOf(cat, class, nil)
	if holder == nil {
		return
	}
	r.ofRecord(holder, e)
	if e.Role != standard.RoleSubject && e.Ask != "" {
		r.Form = e.Ask
	}
	if e.Role != standard.RoleSubject && e.Ask == "" {
		r.Form = e.Name
	}
	base := "people"
	if holder.Stream == standard.DirectoryStream {
		base = "directory"
	}
	r.API = "POST and PUT /api/" + base + "/{stream}/records: /content/" + path + "/" + e.ID + " of " + holder.ID
	r.Export = "versions[].version.content." + path + "." + e.ID
}

// holderOf is a record class that has the group, directly or within other groups, and the path to the group in it.
func holderOf(cat *standard.Catalogue, block *standard.Class, passed []*standard.Class) (holder *standard.Class, path string) {
	if slices.Contains(passed, block) {
		return nil, ""
	}
	for _, class := range cat.Classes() {
		for _, e := range class.Elements {
			if e.Block != block {
				continue
			}
			if class.Kind == standard.KindRecord {
				return class, e.ID
			}
			if holder, path := holderOf(cat, class, append(passed, block)); holder != nil {
				return holder, path + "/" + e.ID
			}
		}
	}
	return nil, ""
}

// ofAbstract says where an element that a class only lends is met: in the first class that takes it over, or that lists the same element itself.
func (r *Row) ofAbstract(cat *standard.Catalogue, class *standard.Class, e *standard.Element) {
	for _, concrete := range append(slices.Clone(class.Concrete()), cat.Classes()...) {
		taken, ok := concrete.Element(e.ID)
		if ok && concrete.Kind == standard.KindRecord && (concrete.IsA(class) || taken.Name == e.Name) {
			r.ofRecord(concrete, taken)
			return
		}
	}
}

// askingForms tells, for each element, which forms ask it.
func askingForms(cat *standard.Catalogue) map[*standard.Element][]string {
	asking := map[*standard.Element][]string{}
	for _, form := range cat.Forms() {
		for _, ask := range form.Asks() {
			if ask.Own != nil {
				note(asking, ask.Own, form.ID)
			}
			if ask.Blocks == nil {
				continue
			}
			if ask.Blocks.Link != nil {
				add(asking, ask.Blocks.Link, form.ID)
			}
			if ask.Blocks.Add != nil {
				for _, q := range ask.Blocks.Add.Questions {
					note(asking, q, form.ID)
				}
			}
		}
	}
	return asking
}

func note(asking map[*standard.Element][]string, q *standard.Question, form string) {
	add(asking, q.Element, form)
	for _, part := range q.Parts {
		note(asking, part, form)
	}
}

func add(asking map[*standard.Element][]string, e *standard.Element, form string) {
	if !slices.Contains(asking[e], form) {
		asking[e] = append(asking[e], form)
	}
}

// Total is how many elements of one obligation there are, how many of them are met, and how it is known that the standard asks for them.
type Total struct {
	Obligation Obligation
	Elements   int
	Met        int
	Evidence   map[standard.Evidence]int
}

// Totals counts the elements of the standard itself, extensions left out.
func (d *Declaration) Totals() []Total {
	totals := []Total{{Obligation: Must}, {Obligation: Should}, {Obligation: Could}}
	for _, class := range d.Classes {
		if class.Class.Extension {
			continue
		}
		for i := range class.Rows {
			for t := range totals {
				if totals[t].Obligation == class.Rows[i].Obligation {
					totals[t].count(&class.Rows[i])
				}
			}
		}
	}
	return totals
}

func (t *Total) count(r *Row) {
	t.Elements++
	if r.Met() {
		t.Met++
	}
	if t.Evidence == nil {
		t.Evidence = map[standard.Evidence]int{}
	}
	t.Evidence[r.Element.Evidence]++
}
