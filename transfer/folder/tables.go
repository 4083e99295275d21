package folder

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Tables writes a table (CSV, RFC 4180, UTF-8) for each class that there are records of: one row for each version.
type Tables struct {
	sink      Sink
	catalogue *standard.Catalogue
	tables    map[string]*table
}

type table struct {
	file    io.WriteCloser
	out     *csv.Writer
	columns []Column
	rows    int64
}

// Column is one column of a table.
type Column struct {
	Name    string
	Element *standard.Element // nil for what every table has
	Path    string            // of the element inside the content, joined by dots
	Part    string            // "" the value itself; code, system, unit or version of it; json for all values of an element that may occur more than once
	Words   string            // for what every table has
}

// NewTables begins the tables. The sink must take several open files.
func NewTables(sink Sink, catalogue *standard.Catalogue) *Tables {
	return &Tables{sink: sink, catalogue: catalogue, tables: map[string]*table{}}
}

// The parts of a value that have columns of their own.
const (
	partCode    = "code"
	partSystem  = "system"
	partUnit    = "unit"
	partVersion = "version"
	partJSON    = "json"
)

// deepest is how many blocks inside each other have columns of their own. What lies deeper is JSON.
const deepest = 5

// Fixed are the columns that every table begins with.
func Fixed() []Column {
	return []Column{
		{Name: "_stream", Words: "uid of the person, or of the entry of the directory"}, {Name: "_record", Words: "uid of the record; the same in every version"},
		{Name: "_version", Words: "number of the version from 1; the highest is the latest"}, {Name: "_system", Words: "the system in which the version was made"},
		{Name: "_moment", Words: "its place in the order of commits of this installation"}, {Name: "_committed", Words: "when it was saved, UTC"},
		{Name: "_recorded", Words: "when it was written down, with its offset"}, {Name: "_author", Words: "uid of who composed it"},
		{Name: "_provider_of_information", Words: "who said so, where that was not the author"}, {Name: "_status", Words: "complete, incomplete, or entered in error"},
		{Name: "_sensitivity", Words: "normal, sensitive or confidential"}, {Name: "_class_file", Words: "SHA-256 of the class file it was written under"},
		{Name: "_hash", Words: "SHA-256 of its salt and stored bytes"},
		{Name: "_destroyed", Words: "uid of the certificate, where what it said was lawfully destroyed"},
	}
}

// Last are the columns that every table ends with.
func Last() []Column {
	return []Column{
		{Name: "_absences", Words: "JSON object: for each element that holds a stated absence, by path, which"},
		{Name: "_unknown", Words: "JSON object: what the version holds and the class file has no place for, by path, as it was stored"},
	}
}

// Columns are the columns of a class's table, in order.
func Columns(class *standard.Class) []Column {
	var list []Column
	list = append(list, Fixed()...)
	if class != nil {
		list = append(list, columns(class, "", 0)...)
	}
	return append(list, Last()...)
}

func columns(class *standard.Class, prefix string, depth int) (list []Column) {
	for _, e := range class.Elements {
		path := prefix + e.ID
		one := Column{Name: path, Element: e, Path: path}
		if e.Many || e.Value == standard.GroupValue && depth >= deepest {
			one.Part = partJSON
			list = append(list, one)
			continue
		}
		parts := []string{}
		switch e.Value {
		case standard.GroupValue:
			list = append(list, columns(e.Block, path+".", depth+1)...)
			continue
		case standard.CodedValue:
			parts = []string{partCode, partSystem}
		case standard.QuantityValue:
			parts = []string{partUnit}
		case standard.ReferenceValue:
			parts = []string{partVersion}
		}
		list = append(list, one)
		for _, part := range parts {
			list = append(list, Column{Name: path + "." + part, Element: e, Path: path, Part: part})
		}
	}
	return list
}

// TableFile is where the table of a class is.
func TableFile(class string) string { return "tables/" + SafeName(class) + ".csv" }

// Add writes one version.
func (t *Tables) Add(s *record.Sealed, v *record.Version) error {
	to, err := t.table(v.Class)
	if err != nil {
		return err
	}
	row := make([]string, len(to.columns))
	author := v.Author.String()
	if v.Author == uuid.Nil {
		author = ""
	}
	destroyed := ""
	if v.Destroyed != uuid.Nil {
		destroyed = v.Destroyed.String()
	}
	copy(row, []string{
		s.Stream.String(), v.Record.String(), strconv.Itoa(v.Number), v.System, strconv.FormatInt(int64(s.Moment), 10), s.Committed.UTC().Format(time.RFC3339Nano),
		v.Recorded, author, Cell(v.InformationProvider), string(v.Status), v.Sensitivity.String(), v.ClassFile, v.Hash.String(), destroyed,
	})
	content, err := v.Decoded(t.catalogue)
	if err != nil {
		return err
	}
	cells := map[string]string{}
	absences := flatten(&content.Group, "", 0, cells)
	for i, c := range to.columns {
		if c.Element != nil {
			row[i] = cells[c.Name]
		}
	}
	row[len(row)-2] = object(absences)
	var raw []member
	for _, u := range content.Unknown {
		raw = append(raw, member{u.Path, u.JSON})
	}
	row[len(row)-1] = object(raw)
	to.rows++
	return to.out.Write(row)
}

func (t *Tables) table(class string) (*table, error) {
	if there := t.tables[class]; there != nil {
		return there, nil
	}
	file, err := t.sink.Create(TableFile(class))
	if err != nil {
		return nil, err
	}
	known, _ := t.catalogue.Class(class)
	to := &table{file: file, out: csv.NewWriter(file), columns: Columns(known)}
	t.tables[class] = to
	var names []string
	for _, c := range to.columns {
		names = append(names, c.Name)
	}
	return to, to.out.Write(names)
}

// Rows tells how many rows the table of a class has.
func (t *Tables) Rows(class string) int64 {
	if to := t.tables[class]; to != nil {
		return to.rows
	}
	return 0
}

// Close ends the tables.
func (t *Tables) Close() (err error) {
	for _, to := range t.tables {
		to.out.Flush()
		err = errors.Join(err, to.out.Error(), to.file.Close())
	}
	return err
}

// member is one member of a JSON object; its value is JSON.
type member struct{ name, value string }

func object(members []member) string {
	if len(members) == 0 {
		return ""
	}
	b := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(standard.AppendValue(b, standard.Text(m.name)), ':')
		b = append(b, m.value...)
	}
	return string(append(b, '}'))
}

// flatten puts the values of a group into cells by the names of their columns, and gives the stated absences.
func flatten(g *standard.Group, prefix string, depth int, cells map[string]string) (absences []member) {
	for _, entry := range g.Entries {
		e := entry.Element
		path := prefix + e.ID
		if e.Many || e.Value == standard.GroupValue && depth >= deepest {
			cells[path] = array(entry.Values)
			continue
		}
		switch v := entry.Values[0].(type) {
		case *standard.Group:
			absences = append(absences, flatten(v, path+".", depth+1, cells)...)
		case standard.Absent:
			absences = append(absences, member{path, string(standard.AppendValue(nil, v))})
		case standard.Coded:
			cells[path], cells[path+"."+partCode], cells[path+"."+partSystem] = Cell(standard.Display(v, nil)), Cell(v.Code), Cell(v.System)
		case standard.Quantity:
			cells[path], cells[path+"."+partUnit] = v.Number.String(), Cell(v.Unit)
		case standard.Reference:
			cells[path] = v.UID.String()
			if v.Version > 0 {
				cells[path+"."+partVersion] = strconv.Itoa(v.Version)
			}
		case standard.Boolean:
			cells[path] = strconv.FormatBool(bool(v))
		case standard.Date:
			cells[path] = string(v)
		case standard.DateTime:
			cells[path] = string(v)
		case standard.Text:
			cells[path] = Cell(string(v))
		default:
			cells[path] = standard.Display(v, nil)
		}
	}
	return absences
}

// array is all values of an element as JSON.
func array(values []standard.Value) string {
	var parts []string
	for _, v := range values {
		parts = append(parts, string(standard.AppendValue(nil, v)))
	}
	return "[" + strings.Join(parts, ",") + "]"
}
