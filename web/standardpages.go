package web

import (
	"strings"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/standard"
)

// standardPage is the list of all classes of the standard, by category.
type standardPage struct {
	Frame
	Release    string
	Search     string
	MayManage  bool
	Classes    int
	Elements   int
	Categories []StandardCategory
	Forms      []Link
	Evidence   []EvidenceRow
}

// StandardCategory is the classes of one category.
type StandardCategory struct {
	ID      string
	Name    string
	Summary string
	Classes []StandardClass
}

// StandardClass is one class in a list.
type StandardClass struct {
	Name      string
	Href      string
	Summary   string
	Kind      string
	Elements  int
	Extension bool
}

// EvidenceRow explains one kind of evidence.
type EvidenceRow struct {
	Tag     Tag
	Meaning string
}

// readStandard shows the reference of the standard.
func (c *call) readStandard() error {
	catalogue := c.config.Catalogue
	release := catalogue.Release()
	page := standardPage{
		Frame: c.frame("The standard"), Release: strings.TrimSpace(release.Name + " (" + release.Standard + ") " + release.Version), Search: strings.TrimSpace(c.query("q")),
	}
	page.MayManage, page.Forms = c.session.May(access.ToManageForms), c.formLinks()
	for _, e := range []standard.Evidence{standard.Published, standard.Guidance, standard.Upstream, standard.ProjectOwned} {
		page.Evidence = append(page.Evidence, EvidenceRow{evidenceTag(e), evidenceWords(e)})
	}
	for _, category := range catalogue.Categories() {
		out := StandardCategory{ID: category.ID, Name: category.Name, Summary: category.Summary}
		for _, class := range catalogue.Classes() {
			if class.Category != category || !matches(class, page.Search) {
				continue
			}
			page.Classes++
			page.Elements += len(class.Elements)
			out.Classes = append(out.Classes, StandardClass{Name: class.Name, Href: "/standard/classes/" + class.ID, Summary: class.Summary,
				Kind: kindWords(class), Elements: len(class.Elements), Extension: class.Extension})
		}
		if len(out.Classes) > 0 {
			page.Categories = append(page.Categories, out)
		}
	}
	return c.render("standard", page)
}

// classPage explains one class.
type classPage struct {
	Frame
	Name      string
	ID        string
	Summary   string
	Category  string
	Kind      string
	Extension bool
	Source    string
	Note      string
	Extends   *Link
	Elements  []ElementRow
	UsedBy    []Link
}

// ElementRow explains one element.
type ElementRow struct {
	Name     string
	ID       string
	Type     string
	Occurs   string
	Must     bool
	Evidence Tag
	Ask      string
	Hint     string
	Note     string
	Origin   string
	From     *Link // the class that lends it
	Values   *Link
	Targets  []Link
	Block    *Link
	Limits   string
	NoAbsent bool
}

// readClass explains the class of the address.
func (c *call) readClass() error {
	class, ok := c.config.Catalogue.Class(c.r.PathValue("class"))
	if !ok {
		return errNowhere()
	}
	page := classPage{
		Frame: c.frame(class.Name), Name: class.Name, ID: class.ID, Summary: class.Summary, Kind: kindWords(class), Extension: class.Extension, Note: class.Source.Note,
	}
	page.Back = &Link{Text: "The standard", Href: "/standard"}
	if class.Category != nil {
		page.Category = class.Category.Name
	}
	page.Source = strings.TrimSpace(class.Source.Standard + " " + class.Source.Version)
	if class.Source.ClassID != "" {
		page.Source += ", class " + class.Source.ClassID
	}
	if class.Extends != nil {
		page.Extends = classLink(class.Extends)
	}
	for _, e := range class.Elements {
		page.Elements = append(page.Elements, elementRow(class, e))
	}
	for _, other := range c.config.Catalogue.Classes() {
		for _, e := range other.Elements {
			if e.Block == class && e.Class == other {
				page.UsedBy = append(page.UsedBy, *classLink(other))
				break
			}
		}
	}
	return c.render("class", page)
}

func classLink(class *standard.Class) *Link {
	return &Link{Text: class.Name, Href: "/standard/classes/" + class.ID}
}

func elementRow(class *standard.Class, e *standard.Element) ElementRow {
	row := ElementRow{Name: e.Name, ID: e.ID, Type: e.Type, Occurs: e.Occurs, Must: e.Must, Evidence: evidenceTag(e.Evidence), Ask: e.Ask, Hint: e.Hint,
		Note: e.Note, Limits: limitWords(e), NoAbsent: e.NoAbsence}
	if e.Origin == standard.FromRelationships {
		row.Origin = "Relationship of the conceptual model"
		if e.Cardinality != "" {
			row.Origin += ", drawn as " + e.Cardinality
		}
	}
	if class.Inherited(e) {
		row.From = classLink(e.Class)
	}
	if e.ValueSet != nil {
		row.Values = &Link{Text: e.ValueSet.Name, Href: "/standard/values/" + e.ValueSet.ID}
	}
	for _, to := range e.To {
		row.Targets = append(row.Targets, *classLink(to))
	}
	if e.Block != nil {
		row.Block = classLink(e.Block)
	}
	return row
}

// limitWords says within which bounds and in which units an answer must be.
func limitWords(e *standard.Element) string {
	var parts []string
	var units []string
	for _, u := range e.Units {
		units = append(units, plain.Unit(u))
	}
	if len(units) > 0 {
		parts = append(parts, "in "+plain.List(units))
	}
	what := ""
	if e.Value == standard.TextValue {
		what = " characters"
	}
	switch {
	case e.Min != nil && e.Max != nil:
		parts = append(parts, "from "+e.Min.String()+" to "+e.Max.String()+what)
	case e.Min != nil:
		parts = append(parts, "at least "+e.Min.String()+what)
	case e.Max != nil:
		parts = append(parts, "at most "+e.Max.String()+what)
	}
	if e.Check == standard.CheckNHSNumber {
		parts = append(parts, "ten digits, the last of which proves the others")
	}
	return strings.Join(parts, "; ")
}

// valuesPage shows one list of codes.
type valuesPage struct {
	Frame
	Name     string
	System   string
	Version  string
	Source   string
	Evidence Tag
	Open     bool
	Codes    []CodeRow
}

// CodeRow is one code.
type CodeRow struct {
	Code    string
	Display string
	System  string
	Note    string
}

// readValues shows the value set of the address.
func (c *call) readValues() error {
	set, ok := c.config.Catalogue.ValueSet(c.r.PathValue("values"))
	if !ok {
		return errNowhere()
	}
	page := valuesPage{Frame: c.frame(set.Name), Name: set.Name, System: set.System, Version: set.Version, Source: set.Source, Evidence: evidenceTag(set.Evidence), Open: set.Open}
	page.Back = &Link{Text: "The standard", Href: "/standard"}
	for _, k := range set.Codes {
		page.Codes = append(page.Codes, CodeRow{k.Code, k.Display, k.System, k.Note})
	}
	return c.render("values", page)
}

func kindWords(class *standard.Class) string {
	switch class.Kind {
	case standard.KindBlock:
		return "A group inside other records"
	case standard.KindAbstract:
		return "Not recorded by itself: lends its relationships"
	case standard.KindEnvelope:
		return "What every record carries around its content"
	}
	if class.Stream == standard.DirectoryStream {
		return "A record of the directory"
	}
	return "A record of a person"
}

func evidenceTag(e standard.Evidence) Tag {
	switch e {
	case standard.Published:
		return Tag{"Published", "green"}
	case standard.Guidance:
		return Tag{"Guidance", "blue"}
	case standard.Upstream:
		return Tag{"Upstream", "grey"}
	case standard.ProviderOwned:
		return Tag{"This service", "purple"}
	}
	return Tag{"Ours", "yellow"}
}

func evidenceWords(e standard.Evidence) string {
	switch e {
	case standard.Published:
		return "We read it on the published page of the specification, and follow it to the letter."
	case standard.Guidance:
		return "It follows from the implementation guidance; the published page was not seen."
	case standard.Upstream:
		return "It comes from the draft FHIR models or the PRSB standards that the standard draws on."
	case standard.ProviderOwned:
		return "The standard does not have it. This service added it."
	}
	return "The standard does not have it. We added it because care needs it."
}
