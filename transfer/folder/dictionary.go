package folder

import (
	"encoding/csv"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"rosemary/care/plain"
	"rosemary/standard"

	_ "embed"
)

//go:embed readme.html
var readmeText string

// Provider describes what a whole folder holds, for whoever receives it.
type Provider struct {
	Catalogue     *standard.Catalogue
	Tables        *Tables
	System        string
	Keys          []string
	Made          time.Time
	Zone          *time.Location
	Contributions int64
	Streams       int
	People        []PersonLink
	OwnFiles      []string // the provider's own forms, classes and value sets, as they lie in the folder
}

// PersonLink leads to the pages of one person.
type PersonLink struct {
	Name, Born, NHSNumber, Folder string
	Contributions                 int64
}

// Describe writes the description of everything: the page to begin with, the dictionary of every class, element, column, code and relation.
func Describe(sink Sink, d Provider) error {
	for _, step := range []func(Sink, Provider) error{dictionaries, columnList, codeList, relationList, classPage, readme} {
		if err := step(sink, d); err != nil {
			return err
		}
	}
	return nil
}

// written writes one file.
func written(sink Sink, name string, write func(io.Writer) error) error {
	out, err := sink.Create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(write(out), out.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func rows(sink Sink, name string, write func(add func(...string))) error {
	return written(sink, name, func(w io.Writer) error {
		out := csv.NewWriter(w)
		var failed error
		write(func(row ...string) { failed = errors.Join(failed, out.Write(row)) })
		out.Flush()
		return errors.Join(failed, out.Error())
	})
}

func dictionaries(sink Sink, d Provider) error {
	if err := written(sink, "dictionary/data-dictionary.json", d.Catalogue.ExportJSON); err != nil {
		return err
	}
	return written(sink, "dictionary/data-dictionary.csv", d.Catalogue.ExportCSV)
}

// columnList says of every column of every table what it holds.
func columnList(sink Sink, d Provider) error {
	return rows(sink, "dictionary/columns.csv", func(add func(...string)) {
		add("file", "class", "column", "holds", "element", "name", "type", "occurs", "value set", "refers to", "units", "question")
		for _, class := range recordClasses(d.Catalogue) {
			for _, c := range Columns(class) {
				if c.Element == nil {
					add(TableFile(class.ID), class.ID, c.Name, c.Words, "", "", "", "", "", "", "", "")
					continue
				}
				e := c.Element
				add(TableFile(class.ID), class.ID, c.Name, columnWords(c), c.Path, e.Name, e.Type, e.Occurs, valueSetOf(e), targets(e), strings.Join(e.Units, " "), e.Ask)
			}
		}
	})
}

func recordClasses(catalogue *standard.Catalogue) (classes []*standard.Class) {
	for _, class := range catalogue.Classes() {
		if class.Kind == standard.KindRecord {
			classes = append(classes, class)
		}
	}
	return classes
}

func valueSetOf(e *standard.Element) string {
	if e.ValueSet == nil {
		return ""
	}
	return e.ValueSet.ID
}

func targets(e *standard.Element) string {
	var ids []string
	for _, to := range e.To {
		ids = append(ids, to.ID)
	}
	return strings.Join(ids, " ")
}

func columnWords(c Column) string {
	switch c.Part {
	case partJSON:
		return "a JSON array of all values, as they stand in the stored version"
	case partCode:
		return "the code"
	case partSystem:
		return "the code system"
	case partUnit:
		return "the unit (UCUM)"
	case partVersion:
		return "the version that is pinned; empty: the record, whatever its version"
	}
	return map[standard.ValueKind]string{
		standard.CodedValue: "the words of the code", standard.ReferenceValue: "uid of the record or of the entry of the directory: _record of its table",
		standard.QuantityValue: "the number, with its digits as entered", standard.BooleanValue: "true or false", standard.DateValue: "YYYY, YYYY-MM or YYYY-MM-DD, as entered",
		standard.DateTimeValue: "an instant with its offset (RFC 3339), or a date, as entered",
	}[c.Element.Value]
}

// codeList says what every code means.
func codeList(sink Sink, d Provider) error {
	return rows(sink, "dictionary/codes.csv", func(add func(...string)) {
		add("value set", "name", "system", "version", "code", "words", "what the program concludes", "note", "source")
		for _, set := range d.Catalogue.ValueSets() {
			for i := range set.Codes {
				c := &set.Codes[i]
				add(set.ID, set.Name, set.SystemOf(c), set.Version, c.Code, c.Display, c.Means, c.Note, set.Source)
			}
		}
	})
}

// relationList says which class may point at which, and by what.
func relationList(sink Sink, d Provider) error {
	return rows(sink, "dictionary/relations.csv", func(add func(...string)) {
		add("from class", "element", "name", "occurs", "cardinality", "to class", "meaning")
		for _, class := range d.Catalogue.Classes() {
			for _, e := range class.Elements {
				switch {
				case e.Block != nil:
					add(class.ID, e.ID, e.Name, e.Occurs, e.Cardinality, e.Block.ID, "contains: a group inside the record")
				case e.Value == standard.ReferenceValue:
					for _, to := range e.To {
						add(class.ID, e.ID, e.Name, e.Occurs, e.Cardinality, to.ID, "points at a record, or at an entry of the directory; an abstract class stands for all that extend it")
					}
				}
			}
			if class.Extends != nil {
				add(class.ID, "", "extends", "", "", class.Extends.ID, "has the relationships of it too")
			}
		}
	})
}

// classPage is the dictionary for people.
func classPage(sink Sink, d Provider) error {
	return written(sink, "dictionary/classes.html", func(w io.Writer) error {
		return describing().ExecuteTemplate(w, "classes", d.Catalogue.Classes())
	})
}

type tableLine struct {
	File, Class, Summary string
	Rows                 string
}

func readme(sink Sink, d Provider) error {
	data := struct {
		Provider
		MadeAt, Release, Count string
		Tables                 []tableLine
		Index                  []PersonLink
		Own                    []string
	}{Provider: d, MadeAt: plain.Minute(d.Made, d.Zone), Count: strconv.FormatInt(d.Contributions, 10), Index: d.People, Own: d.OwnFiles}
	r := d.Catalogue.Release()
	data.Release = strings.TrimSpace(fmt.Sprintf("%s %s", r.Standard, r.Version))
	for _, class := range recordClasses(d.Catalogue) {
		if n := d.Tables.Rows(class.ID); n > 0 {
			data.Tables = append(data.Tables, tableLine{TableFile(class.ID), class.Name, class.Summary, plain.Whole(int(n))})
		}
	}
	err := written(sink, "README.html", func(w io.Writer) error { return describing().ExecuteTemplate(w, "readme", data) })
	if err != nil {
		return err
	}
	return written(sink, "index.html", func(w io.Writer) error { return describing().ExecuteTemplate(w, "people", data) })
}

func describing() *template.Template {
	return template.Must(template.New("").Option("missingkey=error").Funcs(template.FuncMap{"targets": targets, "valueset": valueSetOf, "words": plain.NHSNumber, "date": plain.Date}).Parse(readmeText))
}
