package conformance

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"rosemary/standard"
)

// statement is one row as files hold it.
type statement struct {
	Class      string   `json:"class"`
	ClassID    string   `json:"classId,omitempty"` // the number of the published page
	File       string   `json:"file"`
	Extension  bool     `json:"extension,omitempty"`
	Element    string   `json:"element"`
	ElementID  string   `json:"elementId"`
	Type       string   `json:"type"`
	Occurs     string   `json:"occurs"`
	Obligation string   `json:"obligation"`
	Evidence   string   `json:"evidence"`
	Met        bool     `json:"met"`
	Form       string   `json:"form"`
	Page       string   `json:"page,omitempty"`
	Forms      []string `json:"forms,omitempty"`
	API        string   `json:"api"`
	Export     string   `json:"export"`
	Test       string   `json:"test"`
}

func (c *Class) statement(r *Row) statement {
	return statement{
		Class: c.Class.Name, ClassID: c.Class.Source.ClassID, File: c.Class.ID, Extension: c.Class.Extension,
		Element: r.Element.Name, ElementID: r.Element.ID, Type: r.Element.Type, Occurs: r.Element.Occurs, Obligation: string(r.Obligation),
		Evidence: string(r.Element.Evidence), Met: r.Met(), Form: r.Form, Page: r.Page, Forms: r.Forms, API: r.API, Export: r.Export, Test: r.Test,
	}
}

// WriteJSON writes the declaration as one object: the release, and a list of statements.
func (d *Declaration) WriteJSON(w io.Writer) error {
	whole := struct {
		Standard string      `json:"standard"`
		Name     string      `json:"name"`
		Version  string      `json:"version"`
		Elements []statement `json:"elements"`
	}{Standard: d.Release.Standard, Name: d.Release.Name, Version: d.Release.Version}
	for _, class := range d.Classes {
		for i := range class.Rows {
			whole.Elements = append(whole.Elements, class.statement(&class.Rows[i]))
		}
	}
	if err := json.MarshalWrite(w, whole, jsontext.WithIndent("  ")); err != nil {
		return fmt.Errorf("the declaration: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// WriteCSV writes one line an element under a row of headings.
func (d *Declaration) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"class", "class id", "file", "extension", "element", "element id", "type", "occurs", "obligation", "evidence", "met",
		"form", "page", "forms", "api", "export", "test"})
	for _, class := range d.Classes {
		for i := range class.Rows {
			s := class.statement(&class.Rows[i])
			_ = out.Write([]string{s.Class, s.ClassID, s.File, yesNo(s.Extension), s.Element, s.ElementID, s.Type, s.Occurs, s.Obligation, s.Evidence, yesNo(s.Met),
				s.Form, s.Page, strings.Join(s.Forms, " "), s.API, s.Export, s.Test})
		}
	}
	out.Flush()
	return out.Error()
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// WriteText writes the declaration for reading: the totals, and every class with its elements.
func (d *Declaration) WriteText(w io.Writer) error {
	p := &printer{w: w}
	p.line("%s (%s) %s", d.Release.Name, d.Release.Standard, d.Release.Version)
	p.line("")
	for _, t := range d.Totals() {
		p.line("%-6s %4d elements, %4d met; evidence: published %d, guidance %d, upstream %d, ours %d", t.Obligation, t.Elements, t.Met,
			t.Evidence[standard.Published], t.Evidence[standard.Guidance], t.Evidence[standard.Upstream], t.Evidence[standard.ProjectOwned])
	}
	for _, class := range d.Classes {
		p.line("\n%s (%s)%s", class.Class.Name, class.Class.ID, extension(class.Class))
		for i := range class.Rows {
			s := class.statement(&class.Rows[i])
			p.line("  %-6s %-42s %-9s met: %s", s.Obligation, s.Element, s.Evidence, yesNo(s.Met))
			p.line("         form    %s", s.Form)
			p.line("         api     %s", s.API)
			p.line("         export  %s", s.Export)
			p.line("         test    %s", s.Test)
		}
	}
	return p.err
}

func extension(c *standard.Class) string {
	if c.Extension {
		return ", an extension"
	}
	return ""
}

// printer remembers the first failure.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}
