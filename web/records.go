package web

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// recordsPage lists the records of a person, by category, class and date.
type recordsPage struct {
	Frame
	Heading string
	Action  string
	Filter  template.HTML
	Chosen  bool // a filter is set
	Clear   string
	Entries []Entry
	More    Pager
	Add     string
	AddText string
	At      string
}

// listed is how many records one page of a list shows.
const listed = 50

// records lists them, what happened last first.
func (c *call) records() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := recordsPage{Action: a.base + "/records", Clear: a.href("/records"), At: a.past}
	q, faults := c.recordsQuery(a)
	if page.Frame, err = c.personFrame(a, c.word("Record")); err != nil {
		return err
	}
	page.Heading, page.Errors = c.word("Record"), faults
	page.Filter = c.recordsFilter(q)
	values := c.r.URL.Query()
	page.Chosen = q.Category != "" || len(q.Classes) > 0 || values.Get("from") != "" || values.Get("until") != "" || q.Errors
	if page.Person.MayWrite {
		page.Add, page.AddText = a.base+"/new", c.word("Add to the record")
	}
	c.nameList(a, q, &page)
	versions, more, err := a.view.Records(c.ctx, q)
	if err != nil {
		return err
	}
	if page.Entries, err = c.entries(a, versions); err != nil {
		return err
	}
	page.More = pagerOf(a, "/records", values, versions, more)
	return c.render("records", page)
}

// nameList gives a list its heading, and the way to add to it.
func (c *call) nameList(a *about, q access.RecordsQuery, page *recordsPage) {
	for _, category := range c.config.Catalogue.Categories() {
		if category.ID == q.Category {
			page.Heading, page.Title = c.word(category.Name), c.word(category.Name)
		}
	}
	if len(q.Classes) == 1 {
		if class, ok := c.config.Catalogue.Class(q.Classes[0]); ok {
			page.Heading, page.Title = c.word(class.Name), c.word(class.Name)
			if page.Add != "" && offered(class, standard.PersonStream) {
				page.Add, page.AddText = a.base+"/new/"+class.ID, c.word("Add: {class}", "class", c.word(class.Name))
			}
		}
	}
}

// recordsQuery reads the filter of the address; what cannot be applied is said, never passed over.
func (c *call) recordsQuery(a *about) (access.RecordsQuery, []form.Error) {
	values := c.r.URL.Query()
	q := access.RecordsQuery{Stream: a.uid, Category: values.Get("category"), Limit: listed, Errors: values.Get("errors") != ""}
	if class := values.Get("class"); class != "" {
		q.Classes = []string{class}
	}
	var faults []form.Error
	day := func(name string, days int) time.Time {
		s := values.Get(name)
		if s == "" {
			return time.Time{}
		}
		t, err := time.ParseInLocation(time.DateOnly, s, c.config.Zone)
		if err != nil {
			faults = append(faults, form.Error{Href: "#" + name, Text: c.word("“{typed}” is not a date. All dates are shown.", "typed", s)})
			return time.Time{}
		}
		return t.AddDate(0, 0, days)
	}
	q.From, q.Until = day("from", 0), day("until", 1)
	q.After = cursorOf(values.Get("after"))
	return q, faults
}

// recordsFilter shows the filter.
func (c *call) recordsFilter(q access.RecordsQuery) template.HTML {
	values := c.r.URL.Query()
	category := nhsuk.SelectOptions{ID: "category", Name: "category", Value: q.Category, Label: nhsuk.LabelOptions{Text: c.word("Category")},
		Items: []nhsuk.SelectItem{{Value: "", Text: c.word("All categories")}}}
	for _, k := range c.config.Catalogue.Categories() {
		category.Items = append(category.Items, nhsuk.SelectItem{Value: k.ID, Text: c.word(k.Name)})
	}
	class := nhsuk.SelectOptions{ID: "class", Name: "class", Value: values.Get("class"), Label: nhsuk.LabelOptions{Text: c.word("Kind of record")},
		Items: []nhsuk.SelectItem{{Value: "", Text: c.word("All kinds")}}}
	for _, k := range c.config.Catalogue.Classes() {
		if k.Kind == standard.KindRecord && k.Stream != standard.DirectoryStream {
			class.Items = append(class.Items, nhsuk.SelectItem{Value: k.ID, Text: c.word(k.Name)})
		}
	}
	date := func(label, name string) template.HTML {
		return nhsuk.Input(nhsuk.InputOptions{ID: name, Name: name, Type: "date", Value: values.Get(name), Label: nhsuk.LabelOptions{Text: label}, Classes: "rm-date"})
	}
	errors := nhsuk.Checkboxes(nhsuk.CheckboxesOptions{IDPrefix: "errors", Name: "errors", Small: true,
		Items: []nhsuk.CheckboxItem{{Value: "yes", Text: c.word("Show those entered in error too"), Checked: nhsuk.YesIf(q.Errors)}}})
	return html(nhsuk.Select(category), nhsuk.Select(class), `<div class="rm-pair">`, date(c.word("Happened from"), "from"), date(c.word("Until"), "until"), `</div>`, errors)
}

// pagerOf leads to what stands behind the last of a list, at the same moment.
func pagerOf(a *about, path string, values url.Values, versions []*record.Version, more bool) Pager {
	var p Pager
	rest := url.Values{}
	for k, v := range values {
		if k != "at" && k != "after" && k != "moment" {
			rest[k] = v
		}
	}
	if values.Get("after") != "" {
		p.First, p.FirstText = a.href(joinQuery(path, rest.Encode())), "Back to the latest"
	}
	if more && len(versions) > 0 {
		next := again(rest, "after", cursorText(versions[len(versions)-1].Cursor()))
		if a.past == "" {
			next = again(rest, "after", cursorText(versions[len(versions)-1].Cursor()), "moment", momentText(a.view.Moment()))
		}
		p.Next, p.NextText = a.href(path+"?"+next), "Earlier"
	}
	return p
}

func joinQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

// cursorText writes a place in a list for an address.
func cursorText(k record.Cursor) string {
	return strings.Join([]string{strconv.FormatInt(k.Happened, 10), momentText(k.From), k.Record.String(), strconv.Itoa(k.Number)}, ".")
}

// cursorOf reads it; a place that cannot be read is the beginning.
func cursorOf(s string) *record.Cursor {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return nil
	}
	happened, err1 := strconv.ParseInt(parts[0], 10, 64)
	from, err2 := strconv.ParseInt(parts[1], 10, 64)
	uid, err3 := uuid.Parse(parts[2])
	number, err4 := strconv.Atoi(parts[3])
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return nil
	}
	return &record.Cursor{Happened: happened, From: momentOf(from), Record: uid, Number: number}
}
