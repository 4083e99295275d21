package web

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"rosemary/access"
	"rosemary/ehr"
	"rosemary/ehr/dialects"
	"rosemary/ehr/extract"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// extractPage asks what of a record is to be given to whom, shows what that would be, and gives it.
type extractPage struct {
	Frame
	Action  string
	Hidden  []Hidden
	Who     template.HTML
	Part    template.HTML
	Form    template.HTML
	Looked  bool // what would go is shown
	Count   int
	Classes []Fact
	Omitted []string
	Named   []NamedPart // whose words name what is left out
	About   string
	Born    string
	Cancel  string
}

// Fact is a count with what it is of.
type Fact struct {
	Name  string
	Count int
}

// The fields of the page.
const (
	fieldTo         = "to"
	fieldCategory   = "category"
	fieldVersions   = "versions"
	fieldDegree     = "degree"
	fieldWith       = "with"
	fieldDialect    = "dialect"
	withFilesToo    = "files"
	withWhereabouts = "whereabouts"
	allVersions     = "all"
	actLook         = "look"
)

// newExtract shows the page.
func (c *call) newExtract() error { return c.showExtract(url.Values{}, nil, nil) }

// giveExtract shows what would go, or gives it.
func (c *call) giveExtract() error {
	a, err := c.mayDo(access.ToExport, "give an extract of a record")
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	criteria, problems := criteriaOf(values, c.config.Zone)
	criteria.Decisions = decisionsOf(values)
	if err := standard.Refuse("Nothing was sent out.", problems); err != nil {
		return c.showExtract(values, nil, err)
	}
	e := &extracting{call: c, criteria: criteria}
	e.take = access.Extract{To: values.Get(fieldTo), Why: values.Get(fieldWhy), What: e.criteria.Words(), Whereabouts: e.criteria.Whereabouts, Plan: e.plan}
	if values.Get("act") == actLook {
		if err := c.session.Extract(c.ctx, a.uid, e.take); err != nil {
			return c.showExtract(values, nil, err)
		}
		return c.showExtract(values, e.made, nil)
	}
	dialect, ok := dialects.Named(values.Get(fieldDialect))
	if !ok {
		dialect = dialects.All()[0]
	}
	begun := false
	e.giving = true
	e.take.Send = func() error {
		begun = true
		h := c.w.Header()
		h.Set("Content-Type", dialect.MediaType())
		h.Set("Content-Disposition", `attachment; filename="extract-`+a.uid.String()+dialects.Suffix(dialect)+`"`)
		h.Set("Cache-Control", "no-store")
		_ = http.NewResponseController(c.w).SetWriteDeadline(time.Time{}) // a large record may take its time
		return dialect.Encode(c.w, e.made)
	}
	err = c.session.Extract(c.ctx, a.uid, e.take)
	if err != nil && begun {
		c.config.Log.Warn("an extract broke off", "kind", string(standard.KindOf(err)))
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		return c.showExtract(values, e.unready(), undecided(e.unready(), err))
	}
	return nil
}

// unready is what was planned, where its words must be decided about.
func (e *extracting) unready() *extract.Extract {
	if e.made == nil || e.made.Ready() == nil {
		return nil
	}
	return e.made
}

// extracting is one extract on its way.
type extracting struct {
	*call
	criteria extract.Criteria
	take     access.Extract
	made     *extract.Extract
	giving   bool
}

func (e *extracting) plan(r *access.Reading) (n int, err error) {
	s := extract.Settings{
		Catalogue: e.config.Catalogue, Zone: e.config.Zone, Created: e.now(), Keeps: dialects.All()[0], Approved: e.session.Principal().Worker,
	}
	if e.made, err = extract.New(e.ctx, r, s, e.criteria); err != nil {
		return 0, err
	}
	if e.giving {
		err = e.made.Ready()
	}
	return e.made.Count(), err
}

// criteriaOf reads what part is wanted. The last day of a period belongs to it. What cannot be read is refused, never answered wider.
func criteriaOf(values url.Values, zone *time.Location) (k extract.Criteria, problems []standard.Problem) {
	k = extract.Criteria{Categories: values[fieldCategory], AllVersions: values.Get(fieldVersions) == allVersions, MaxSensitivity: extract.SensitivityOf(record.Normal)}
	day := func(name string) (t time.Time) {
		text := values.Get(name)
		t, err := time.ParseInLocation(time.DateOnly, text, zone)
		if err != nil && text != "" {
			problems = append(problems, standard.Problem{Path: "/" + name, Rule: standard.RuleBadDate, Value: text, Message: "Write the day as year-month-day, for example 2026-03-16."})
		}
		return t
	}
	k.From = day("from")
	if until := day("until"); !until.IsZero() {
		k.Until = until.AddDate(0, 0, 1)
	}
	if n, err := strconv.Atoi(values.Get(fieldDegree)); err == nil && n > 0 {
		k.MaxSensitivity = ehr.Sensitivity(n)
	}
	for _, with := range values[fieldWith] {
		k.Attachments = k.Attachments || with == withFilesToo
		k.Whereabouts = k.Whereabouts || with == withWhereabouts
	}
	return k, problems
}

func (c *call) showExtract(values url.Values, made *extract.Extract, refused error) error {
	a, err := c.mayDo(access.ToExport, "give an extract of a record")
	if err != nil {
		return err
	}
	decide := decidePage{}
	said, err := decide.faults(refused)
	if err != nil {
		return err
	}
	page := extractPage{Action: a.base + "/extract", Hidden: c.by(), About: a.name, Cancel: a.base}
	if page.Frame, err = c.personFrame(a, "Give an extract"); err != nil {
		return err
	}
	page.Narrow, page.Errors = true, decide.Errors
	if page.Person != nil {
		page.Born = page.Person.BornText
	}
	page.Who = html(
		lineField(fieldTo, "Who is it for?", "A person and where they work. It is kept in the list of who was given the record.", values.Get(fieldTo), said[fieldTo]),
		lineField(fieldWhy, "What is it for?", "For example: moves there on Friday, and the family agrees.", values.Get(fieldWhy), said[fieldWhy]))
	page.Part = c.partFields(a, values, said)
	page.Form = dialectField(values.Get(fieldDialect))
	if made != nil {
		page.held(made, c.config.Catalogue)
		page.Named = named(made.Named(), c.config.Catalogue, values)
	}
	if len(page.Errors) > 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "extract", page)
	}
	return c.render("extract", page)
}

// held shows what would go.
func (p *extractPage) held(made *extract.Extract, catalogue *standard.Catalogue) {
	p.Looked, p.Count = true, made.Count()
	classes := made.Classes()
	for _, class := range catalogue.Classes() {
		if n := classes[class.ID]; n > 0 {
			p.Classes = append(p.Classes, Fact{class.Name, n})
		}
	}
	for _, o := range made.Omitted() {
		words := o.Reason
		if o.Count > 0 {
			words += ": " + strconv.Itoa(o.Count)
		}
		p.Omitted = append(p.Omitted, words+".")
	}
}

// partFields ask which part is wanted.
func (c *call) partFields(a *about, values url.Values, said map[string]string) template.HTML {
	categories := nhsuk.CheckboxesOptions{Name: fieldCategory, IDPrefix: fieldCategory, Values: values[fieldCategory], Small: true,
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "Which parts?", Size: "s"}}, Hint: nhsuk.HintOptions{Text: "Leave all empty for everything."}}
	for _, k := range c.config.Catalogue.Categories() {
		if !slices.ContainsFunc(c.config.Catalogue.Classes(), func(class *standard.Class) bool {
			return class.Category == k && class.Kind == standard.KindRecord && class.Stream != standard.DirectoryStream
		}) {
			continue
		}
		categories.Items = append(categories.Items, nhsuk.CheckboxItem{Value: k.ID, Text: k.Name})
	}
	day := func(name, label string) template.HTML {
		return nhsuk.Input(nhsuk.InputOptions{ID: name, Name: name, Type: "date", Value: values.Get(name), Label: nhsuk.LabelOptions{Text: label, Size: "s"},
			ErrorMessage: wrongIn(c.words, said[name]), Classes: "rm-date"})
	}
	with := nhsuk.CheckboxesOptions{Name: fieldWith, IDPrefix: fieldWith, Values: values[fieldWith], Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "What goes along?", Size: "s"}},
		Items: []nhsuk.CheckboxItem{{Value: withFilesToo, Text: "Photographs, letters and other files"}}}
	if a.person.Card.Restricted && c.session.MayDo(c.ctx, access.ToSeeRestricted, a.uid) {
		with.Items = append(with.Items, nhsuk.CheckboxItem{Value: withWhereabouts, Text: "Where they live",
			Hint: nhsuk.HintOptions{Text: "The address is kept from most people. Tick this only if whoever gets it must know."}})
	}
	return html(nhsuk.Checkboxes(categories), day("from", "What happened from"), day("until", "What happened until, that day too"),
		radios(fieldVersions, "Which versions?", values.Get(fieldVersions), [][3]string{
			{"latest", "How each record stands now", ""}, {allVersions, "Every version", "With what was corrected, when, why and by whom. For somebody who takes the record over."}}),
		radios(fieldDegree, "How sensitive?", cmp.Or(values.Get(fieldDegree), strconv.Itoa(int(extract.SensitivityOf(record.Normal)))), [][3]string{
			{strconv.Itoa(int(extract.SensitivityOf(record.Normal))), "What everybody who gives care may see", ""},
			{strconv.Itoa(int(extract.SensitivityOf(record.Sensitive))), "What is sensitive too", ""},
			{strconv.Itoa(int(extract.SensitivityOf(record.Confidential))), "All that you may see", "Also what is confidential: about other people, and concerns about staff. Be sure that it may be told."}}),
		nhsuk.Checkboxes(with))
}

func dialectField(value string) template.HTML {
	about := map[string]string{
		"native-json": "For another Rosemary, or any program", "native-xml": "The same as XML, with a published schema", "ibime": "EN 13606 as XML documents in one tar file",
		"chime": "EN 13606 as one XML document, with ISO 21090 data types",
	}
	var items [][3]string
	for _, name := range dialects.Names() {
		items = append(items, [3]string{name, name, about[name]})
	}
	return radios(fieldDialect, "In which form?", value, items)
}

// radios asks for one of a few choices: value, words, hint. Nothing chosen means the first.
func radios(name, question, value string, items [][3]string) template.HTML {
	o := nhsuk.RadiosOptions{Name: name, IDPrefix: name, Value: cmp.Or(value, items[0][0]), Small: true, Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: question, Size: "s"}}}
	for _, item := range items {
		o.Items = append(o.Items, nhsuk.RadioItem{Value: item[0], Text: item[1], Hint: nhsuk.HintOptions{Text: item[2]}})
	}
	return nhsuk.Radios(o)
}

func lineField(name, label, hint, value, fault string) template.HTML {
	return nhsuk.Input(nhsuk.InputOptions{ID: name, Name: name, Value: value, ErrorMessage: nhsuk.ErrorMessageOptions{Text: fault},
		Label: nhsuk.LabelOptions{Text: label, Size: "s"}, Hint: nhsuk.HintOptions{Text: hint}, Autocomplete: "off"})
}

// extractWords say what was given to whom, or what was refused.
func extractWords(e access.Entry) string {
	if e.Outcome == access.Refused {
		return "asked for an extract, and was refused: " + e.What
	}
	words := "gave an extract of the record (" + e.What + ") to " + e.To
	if e.Why != "" {
		words += ": " + e.Why
	}
	return words
}
