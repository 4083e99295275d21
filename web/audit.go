package web

import (
	"encoding/csv"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/transfer/folder"
	"rosemary/web/nhsuk"
)

// auditPage is who saw or changed what of the people whom the reader answers for.
type auditPage struct {
	Frame
	Fields template.HTML
	Rows   []AuditRow
	More   Pager
	CSV    string
}

// AuditRow is one line of the log.
type AuditRow struct {
	At         time.Time
	When       string
	Who        string
	Role       string
	Why        string
	Did        string
	Dids       []string // on the page: all that was done within the minute
	Records    []Link   // likewise
	Person     string
	PersonHref string
	Record     string // its title; "" where it was about no single record
	RecordHref string
	To         string
	Refused    bool
	Changed    bool
}

// csvMost is how many lines one file holds: a longer time is asked for in parts.
const csvMost = 20_000

// auditChanged asks for what was changed, which stands in the log of the records themselves.
const auditChanged = "changes"

// auditKinds are what can be looked for, in words.
var auditKinds = []nhsuk.SelectItem{
	{Value: string(access.AuditAll), Text: "Who looked at what"}, {Value: auditChanged, Text: "What was written and changed"},
	{Value: string(access.AuditRefused), Text: "What was refused"}, {Value: string(access.AuditDisclosed), Text: "What was given to somebody outside"},
}

// auditAsk is what the address asks for.
func (c *call) auditAsk() access.AuditQuery {
	q := access.AuditQuery{Before: c.whole("before"), Limit: 100, Kind: access.AuditKind(c.query("kind"))}
	if !slices.ContainsFunc(auditKinds, func(k nhsuk.SelectItem) bool { return k.Value == string(q.Kind) }) {
		q.Kind = access.AuditAll
	}
	q.Person, _ = uuid.Parse(c.query("person"))
	q.Worker, _ = uuid.Parse(c.query("worker"))
	if day, err := time.ParseInLocation(time.DateOnly, c.query("from"), c.config.Zone); err == nil {
		q.From = day
	}
	if day, err := time.ParseInLocation(time.DateOnly, c.query("until"), c.config.Zone); err == nil {
		q.Until = day.AddDate(0, 0, 1)
	}
	return q
}

// auditing is what the page and the file need besides the entries.
type auditing struct {
	people  map[uuid.UUID]string
	names   map[uuid.UUID]string
	order   []access.Person
	workers []access.DirectoryEntry
}

// auditNames finds what people and workers are called.
func (c *call) auditNames() (*access.View, *auditing, error) {
	if !c.session.May(access.ToReadAccessLog) || !c.session.May(access.ToReadDirectory) {
		return nil, nil, errNowhere()
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return nil, nil, err
	}
	a := &auditing{people: map[uuid.UUID]string{}, names: map[uuid.UUID]string{}}
	for after := ""; ; {
		people, next, err := view.People(c.ctx, access.PeopleQuery{All: true, After: after, Limit: 500})
		if err != nil {
			return nil, nil, err
		}
		for _, p := range people {
			a.people[p.UID], a.order = nameInFull(p.Card), append(a.order, p)
		}
		if after = next; next == "" {
			break
		}
	}
	if classes := c.classIDs(standard.ClassRoleWorker); len(classes) > 0 {
		if a.workers, err = view.Directory(c.ctx, classes); err != nil {
			return nil, nil, err
		}
	}
	for _, w := range a.workers {
		a.names[w.UID] = w.Name
	}
	return view, a, nil
}

// audit shows it.
func (c *call) audit() error {
	_, a, err := c.auditNames()
	if err != nil {
		return err
	}
	q := c.auditAsk()
	rows, next, err := c.audited(a, q)
	if err != nil {
		return err
	}
	page := auditPage{Frame: c.frame("Who saw or changed what"), Fields: c.auditFields(a, q)}
	page.Back = &Link{Text: "Home", Href: "/home"}
	page.Rows = withinAMinute(rows)
	page.CSV = "/home/audit.csv?" + again(c.r.URL.Query(), "before", "")
	if next > 0 {
		page.More = Pager{Next: "/home/audit?" + again(c.r.URL.Query(), "before", strconv.FormatInt(next, 10)), NextText: "Earlier"}
	}
	return c.render("audit", page)
}

// audited looks for what the address asks for.
func (c *call) audited(a *auditing, q access.AuditQuery) ([]AuditRow, int64, error) {
	if q.Kind == auditChanged {
		changes, next, err := c.session.AuditChanges(c.ctx, q)
		if err != nil {
			return nil, 0, err
		}
		rows, err := c.changeRows(a, changes)
		return rows, next, err
	}
	entries, next, err := c.session.Audit(c.ctx, q)
	if err != nil {
		return nil, 0, err
	}
	rows, err := c.auditRows(a, entries)
	return rows, next, err
}

// withinAMinute puts together what one person did about another within a minute, as the page about one record does.
func withinAMinute(rows []AuditRow) []AuditRow {
	var out []AuditRow
	for _, row := range rows {
		last := len(out) - 1
		if last < 0 || out[last].When != row.When || out[last].Who != row.Who || out[last].PersonHref != row.PersonHref || out[last].Refused != row.Refused || out[last].To != row.To || out[last].Why != row.Why {
			out, last = append(out, row), last+1
		}
		if !slices.Contains(out[last].Dids, row.Did) {
			out[last].Dids = append(out[last].Dids, row.Did)
		}
		if link := (Link{Text: row.Record, Href: row.RecordHref}); row.RecordHref != "" && !slices.Contains(out[last].Records, link) {
			out[last].Records = append(out[last].Records, link)
		}
	}
	return out
}

// changeRows words changes.
func (c *call) changeRows(a *auditing, changes []access.AuditChange) ([]AuditRow, error) {
	asked := map[uuid.UUID][]uuid.UUID{}
	for _, x := range changes {
		if !slices.Contains(asked[x.Stream], x.Change.Version.Record) {
			asked[x.Stream] = append(asked[x.Stream], x.Change.Version.Record)
		}
	}
	titles, err := c.titlesOf(asked)
	if err != nil {
		return nil, err
	}
	var rows []AuditRow
	for _, x := range changes {
		row := AuditRow{At: x.At, When: plain.Minute(x.At, c.config.Zone), Who: a.names[x.Committer.Actor], Role: roleWords(x.Committer.Role), Did: changeWords(x.Change.Type), Why: x.Change.Description, Changed: true}
		c.auditWhom(a, &row, x.Stream, x.Change.Version.Record, titles)
		if row.Who == "" {
			row.Who = c.called(x.Committer.Account)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// auditWhom fills in whom and which record a row is about.
func (c *call) auditWhom(a *auditing, row *AuditRow, stream, rec uuid.UUID, titles map[uuid.UUID]string) {
	if row.Person = a.people[stream]; row.Person != "" {
		row.PersonHref = "/people/" + stream.String()
	}
	if row.Record = titles[rec]; row.Record != "" {
		row.RecordHref = "/people/" + stream.String() + "/records/" + rec.String()
	}
}

// auditRows words entries. Titles of records are asked for once for each person.
func (c *call) auditRows(a *auditing, entries []access.Entry) ([]AuditRow, error) {
	records := map[uuid.UUID][]uuid.UUID{}
	for _, e := range entries {
		if e.Record != uuid.Nil && !slices.Contains(records[e.Stream], e.Record) {
			records[e.Stream] = append(records[e.Stream], e.Record)
		}
	}
	titles, err := c.titlesOf(records)
	if err != nil {
		return nil, err
	}
	var rows []AuditRow
	for _, e := range entries {
		row := AuditRow{At: e.At, When: plain.Minute(e.At, c.config.Zone), Who: a.names[e.Worker], Role: roleWords(string(e.Role)), Why: purposeWords(e.Purpose), Did: lookedWords(e), To: e.To,
			Refused: e.Outcome == access.Refused}
		if row.Who == "" {
			row.Who = c.called(e.Account)
		}
		c.auditWhom(a, &row, e.Stream, e.Record, titles)
		rows = append(rows, row)
	}
	return rows, nil
}

// titlesOf finds what records are called, by whose they are. What may not be seen has no title.
func (c *call) titlesOf(records map[uuid.UUID][]uuid.UUID) (map[uuid.UUID]string, error) {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return nil, err
	}
	titles := map[uuid.UUID]string{}
	for stream, uids := range records {
		names, err := view.Names(c.ctx, stream, uids)
		if standard.KindOf(err) == standard.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		maps.Copy(titles, names)
	}
	return titles, nil
}

// auditFields are what can be chosen.
func (c *call) auditFields(a *auditing, q access.AuditQuery) template.HTML {
	choose := func(name, label, value string, items []nhsuk.SelectItem) template.HTML {
		return nhsuk.Select(nhsuk.SelectOptions{ID: name, Name: name, Value: value, Label: nhsuk.LabelOptions{Text: label}, Items: items})
	}
	people := []nhsuk.SelectItem{{Value: "", Text: "Everybody"}}
	for _, p := range a.order {
		people = append(people, nhsuk.SelectItem{Value: p.UID.String(), Text: nameInFull(p.Card)})
	}
	workers := []nhsuk.SelectItem{{Value: "", Text: "All staff"}}
	for _, w := range a.workers {
		workers = append(workers, nhsuk.SelectItem{Value: w.UID.String(), Text: w.Name})
	}
	given := func(uid uuid.UUID) string {
		if uid == uuid.Nil {
			return ""
		}
		return uid.String()
	}
	day := func(name, label string) template.HTML {
		return nhsuk.Input(nhsuk.InputOptions{ID: name, Name: name, Type: "date", Value: c.query(name), Label: nhsuk.LabelOptions{Text: label}})
	}
	return html(choose("person", "Whose record", given(q.Person), people), choose("worker", "Who", given(q.Worker), workers), choose("kind", "What", string(q.Kind), auditKinds),
		day("from", "From"), day("until", "Until"))
}

// auditFile sends the same as a table. That it is taken is itself in the log.
func (c *call) auditFile() error {
	_, a, err := c.auditNames()
	if err != nil {
		return err
	}
	q := c.auditAsk()
	q.Limit = 5000
	var rows []AuditRow
	for len(rows) < csvMost {
		some, next, err := c.audited(a, q)
		if err != nil {
			return err
		}
		rows = append(rows, some...)
		if q.Before = next; next == 0 {
			break
		}
	}
	h := c.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="who-saw-what-`+c.now().Format("2006-01-02-1504")+`.csv"`)
	out := csv.NewWriter(c.w)
	_ = out.Write([]string{"When", "Who", "Role", "Why", "What", "Whose record", "Record", "Given to", "Refused"})
	for _, row := range rows {
		refused := ""
		if row.Refused {
			refused = "refused"
		}
		_ = out.Write(harmless(row.At.In(c.config.Zone).Format(time.RFC3339), row.Who, row.Role, row.Why, row.Did, row.Person, row.Record, row.To, refused))
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet from taking words for a formula.
func harmless(cells ...string) []string {
	for i, cell := range cells {
		cells[i] = folder.Cell(cell)
	}
	return cells
}
