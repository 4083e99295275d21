package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care/body"
	"rosemary/care/chart"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// bodyPage is the map of somebody's body: front and back, with the marks that are there, and every part a link to write down a new one.
type bodyPage struct {
	Frame
	FrontView, BackView template.HTML
	Marks               []MarkShown
	Healed              []MarkShown
	Places              []Link // every place on the body, for those that the figure has no part for
	Consent             string // that none is recorded; "" where it is
	ConsentHref         string
}

// MarkShown is one mark of the list.
type MarkShown struct {
	Number int
	Title  string
	Href   string
	Facts  string
	Tag    *Tag
}

// markPage follows one mark over days.
type markPage struct {
	Frame
	Title   string
	Looks   []LookShown
	Picture template.HTML
	Says    string
	Again   string
	Body    string
	Ended   bool
	Consent string
}

// LookShown is one look at a mark.
type LookShown struct {
	When, Href, Size, Status, Category, Words string
	Files                                     []FileShown
}

// marks reads what was seen on somebody's body.
func (c *call) marks(a *about) ([]body.Mark, error) {
	versions, err := c.between(a, c.classIDs(standard.ClassRoleBodyMark), time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	return body.Marks(c.config.Catalogue, versions, c.config.Zone), nil
}

// showBody shows the map.
func (c *call) showBody() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := bodyPage{}
	if page.Frame, err = c.personFrame(a, c.word("Body map")); err != nil {
		return err
	}
	marks, err := c.marks(a)
	if err != nil {
		return err
	}
	var here []body.Mark
	for _, m := range marks {
		shown := c.markShown(a, &m)
		if m.Ended {
			page.Healed = append(page.Healed, shown)
			continue
		}
		here = append(here, m)
		shown.Number = len(here)
		page.Marks = append(page.Marks, shown)
	}
	figure, err := body.Figure()
	if err != nil {
		return err
	}
	write := ""
	if page.Person.MayWrite {
		write = a.base + "/body/new"
		page.Places = c.bodyPlaces(write)
		if page.Consent, err = c.photographConsent(a); err != nil {
			return err
		}
		for _, class := range c.config.Catalogue.ClassesWithRole(standard.ClassRoleConsent) {
			page.ConsentHref = a.base + "/new/" + class.ID
		}
	}
	page.FrontView, page.BackView = c.drawBody(figure, body.Front, write, page.Marks, here), c.drawBody(figure, body.Back, write, page.Marks, here)
	return c.render("body", page)
}

// markShown words one mark.
func (c *call) markShown(a *about, m *body.Mark) MarkShown {
	last := m.Last()
	out := MarkShown{Title: last.Content.Title(), Href: a.href("/body/" + last.Version.Record.String())}
	facts := []string{c.words.Minute(last.At, c.config.Zone)}
	if size := sizeWords(last.Content); size != "" {
		facts = append(facts, size)
	}
	if n := len(m.Looks); n > 1 {
		facts = append(facts, c.word("{count} since {day}", "count", c.words.Count(n, "look", "looks"), "day", c.words.Day(m.Looks[0].At)))
	}
	if status := last.Content.Words(standard.RoleStatus); status != "" {
		facts = append(facts, status)
	}
	out.Facts = strings.Join(facts, ". ")
	if due := last.Content.Words(standard.RoleReviewDue); due != "" && !m.Ended && due[:min(10, len(due))] < c.dayOf(a).Format(time.DateOnly) {
		out.Tag = &Tag{c.word("To be looked at again"), "orange"}
	}
	return out
}

// sizeWords says how long, wide and deep a mark is.
func sizeWords(content *standard.Content) string {
	var parts []string
	for _, role := range []string{standard.RoleLength, standard.RoleWidth, standard.RoleDepth} {
		if v, ok := content.First(role); ok {
			parts = append(parts, plain.Value(v, nil))
		}
	}
	return strings.Join(parts, " by ")
}

// bodyPlaces lists every place on the body in words.
func (c *call) bodyPlaces(write string) []Link {
	var links []Link
	for _, class := range c.config.Catalogue.ClassesWithRole(standard.ClassRoleBodyMark) {
		if e := class.ByRole(standard.RoleBodySite); e != nil && e.ValueSet != nil {
			for _, code := range e.ValueSet.Codes {
				links = append(links, Link{Text: c.word(code.Display), Href: write + "?site=" + code.Code})
			}
		}
	}
	return links
}

// drawBody draws one view of the figure. Each part is a link, in reach of the keyboard and named; each mark a number that leads to its series.
func (c *call) drawBody(figure []body.Region, view, write string, shown []MarkShown, marks []body.Mark) template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="rm-body" viewBox="0 0 200 420" role="group" aria-label="%s">`, template.HTMLEscapeString(map[string]string{body.Front: c.word("The body from the front"), body.Back: c.word("The body from the back")}[view]))
	for _, r := range figure {
		if r.View != view {
			continue
		}
		shape := shapeOf(r.Shape)
		if write == "" {
			b.WriteString(shape)
			continue
		}
		fmt.Fprintf(&b, `<a href="%s" aria-label="%s"><title>%s</title>%s</a>`, template.HTMLEscapeString(write+"?site="+r.Site+"&side="+r.Side), template.HTMLEscapeString(c.word("New mark: {place}", "place", c.placeWords(r))), template.HTMLEscapeString(c.placeWords(r)), shape)
	}
	at := map[[2]float64]int{}
	for i, m := range marks {
		x, y, ok := placeOf(figure, view, m.Code(standard.RoleBodySite), m.Code(standard.RoleSide))
		if !ok {
			continue
		}
		n := at[[2]float64{x, y}]
		at[[2]float64{x, y}]++
		x += float64(n) * 12
		fmt.Fprintf(&b, `<a href="%s" aria-label="%s"><circle class="rm-body__mark" cx="%.0f" cy="%.0f" r="9"/><text class="rm-body__number" text-anchor="middle" x="%.0f" y="%.0f">%d</text></a>`,
			template.HTMLEscapeString(shown[i].Href), template.HTMLEscapeString(c.word("Mark {number}, {view}: {mark}", "number", plain.Whole(i+1), "view", c.word(view), "mark", shown[i].Title)), x, y, x, y+4, i+1)
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) //nolint:gosec // our own drawing, every word escaped
}

func shapeOf(s body.Shape) string {
	if s.Ellipse {
		return fmt.Sprintf(`<ellipse class="rm-body__part" cx="%g" cy="%g" rx="%g" ry="%g"/>`, s.X, s.Y, s.Width, s.Height)
	}
	return fmt.Sprintf(`<rect class="rm-body__part" x="%g" y="%g" width="%g" height="%g" rx="%g"/>`, s.X, s.Y, s.Width, s.Height, s.Round)
}

// placeOf finds where a place on the body stands in a view: on its side, or in the middle of both where no side is said.
func placeOf(figure []body.Region, view, site, side string) (x, y float64, ok bool) {
	n := 0.0
	for _, r := range figure {
		if r.View != view || r.Site != site {
			continue
		}
		px, py := r.Shape.Middle()
		if r.Side == side {
			return px, py, true
		}
		x, y, n = x+px, y+py, n+1
	}
	if n == 0 {
		return 0, 0, false
	}
	return x / n, y / n, true
}

// placeWords names a part of the figure.
func (c *call) placeWords(r body.Region) string {
	site, side := r.Site, r.Side
	for _, class := range c.config.Catalogue.ClassesWithRole(standard.ClassRoleBodyMark) {
		if code, ok := codeIn(class, standard.RoleBodySite, r.Site); ok {
			site = c.word(code.Display)
		}
		if code, ok := codeIn(class, standard.RoleSide, r.Side); ok {
			side = c.lower(code.Display)
		}
	}
	return c.word("{place}, {side}, {view}", "place", site, "side", side, "view", c.word(r.View))
}

// codeIn finds a code of the element that plays a role.
func codeIn(class *standard.Class, role, code string) (*standard.Code, bool) {
	e := class.ByRole(role)
	if e == nil || e.ValueSet == nil {
		return nil, false
	}
	return e.ValueSet.Code(code)
}

// newMark asks for a new mark, or a later look at one: the form of the class, with where it is filled in.
func (c *call) newMark() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	if err := c.mustWrite(a); err != nil {
		return err
	}
	classes := c.config.Catalogue.ClassesWithRole(standard.ClassRoleBodyMark)
	if len(classes) == 0 {
		return errNowhere()
	}
	f := begin(a, classes[0])
	content := &standard.Content{Class: f.class}
	put(content, standard.RoleEventDate, standard.DateTime(c.now().Format(time.RFC3339)))
	c.performed(content)
	title := c.word("A new mark")
	if before, err := uuid.Parse(c.query("after")); err == nil {
		if err := c.lookAgain(a, content, before); err != nil {
			return err
		}
		title = c.word("Look again at a mark")
	}
	for role, name := range map[string]string{standard.RoleBodySite: "site", standard.RoleSide: "side"} {
		if code, ok := codeIn(f.class, role, c.query(name)); ok {
			put(content, role, standard.Coded{Code: code.Code, System: f.class.ByRole(role).ValueSet.SystemOf(code), Display: code.Display})
		}
	}
	inOrder(content)
	for name, values := range form.Fill(content, form.Content, c.config.Zone) {
		f.values[name] = values
	}
	page, err := c.formFrame(f, title)
	if err != nil {
		return err
	}
	page.Action, page.Cancel = a.base+"/new/"+f.class.ID, a.base+"/body"
	if page.Intro, err = c.photographConsent(a); err != nil {
		return err
	}
	return c.showForm(page)
}

// lookAgain fills in where and what a mark is, and which look came before: choices, never text.
func (c *call) lookAgain(a *about, content *standard.Content, before uuid.UUID) error {
	version, err := a.view.Record(c.ctx, a.uid, before)
	if err != nil {
		return err
	}
	was, err := version.Decoded(c.config.Catalogue)
	if err != nil {
		return err
	}
	for _, role := range []string{standard.RoleMarkKind, standard.RoleBodySite, standard.RoleSide, standard.RoleCategory} {
		if v, ok := was.First(role); ok {
			put(content, role, v)
		}
	}
	put(content, standard.RoleEarlierLook, standard.Reference{UID: before})
	return nil
}

// photographConsent says that no consent to photographs of marks is recorded, or that it was refused; "" where it was given. It never stops anybody.
func (c *call) photographConsent(a *about) (string, error) {
	versions, err := c.between(a, c.classIDs(standard.ClassRoleConsent), time.Time{}, time.Time{})
	if err != nil {
		return "", err
	}
	for _, v := range versions { // the latest first
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil || v.Status != record.Complete || !meansOf(content, standard.RoleConsentFor, standard.MeansWoundPhotographs) {
			continue
		}
		if meansOf(content, standard.RoleDecision, standard.MeansAgreed) {
			return "", nil
		}
		return c.word("Photographs of wounds were not agreed to: {content}. Do not take one without asking again.", "content", content.Words(standard.RoleDecision)), nil
	}
	return c.word("No consent to photographs of wounds is recorded. Ask first, and record the answer. If a photograph is needed at once in their best interests, take it and say why."), nil
}

// meansOf says whether a code in a role has a meaning.
func meansOf(content *standard.Content, role, meaning string) bool {
	found := false
	content.Walk("", func(_ string, e *standard.Element, v standard.Value) {
		if c, ok := v.(standard.Coded); ok && e.Role == role && e.ValueSet != nil {
			if code, ok := e.ValueSet.Code(c.Code); ok && code.Means == meaning {
				found = true
			}
		}
	})
	return found
}

// showMark follows one mark over days, its photographs side by side.
func (c *call) showMark() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	uid, err := c.uid("record")
	if err != nil {
		return err
	}
	marks, err := c.marks(a)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(marks, func(m body.Mark) bool {
		return slices.ContainsFunc(m.Looks, func(l body.Look) bool { return l.Version.Record == uid })
	})
	if i < 0 {
		return errNowhere()
	}
	m := marks[i]
	page := markPage{Title: m.Last().Content.Title(), Body: a.href("/body"), Ended: m.Ended}
	if page.Frame, err = c.personFrame(a, c.word("Mark: {title}", "title", page.Title)); err != nil {
		return err
	}
	if page.Person.MayWrite {
		page.Again = a.base + "/body/new?after=" + m.Last().Version.Record.String()
		if page.Consent, err = c.photographConsent(a); err != nil {
			return err
		}
	}
	for k := len(m.Looks) - 1; k >= 0; k-- {
		page.Looks = append(page.Looks, c.lookShown(a, &m.Looks[k]))
	}
	page.Picture, page.Says = c.sizePicture(a, &m)
	return c.render("mark", page)
}

// lookShown words one look, with its photographs.
func (c *call) lookShown(a *about, l *body.Look) LookShown {
	out := LookShown{
		When: c.words.Minute(l.At, c.config.Zone), Href: a.recordHref(l.Version), Size: sizeWords(l.Content), Status: l.Content.Words(standard.RoleStatus),
		Category: l.Content.Words(standard.RoleCategory), Words: l.Content.Words(standard.RoleStatement),
	}
	l.Content.Walk("", func(_ string, e *standard.Element, v standard.Value) {
		block, ok := v.(*standard.Group)
		if !ok || !e.NamesFile() {
			return
		}
		if file, ok := c.fileShown(a, block, l.Version.Record.String()); ok {
			out.Files = append(out.Files, file)
		}
	})
	return out
}

// sizePicture draws how long and wide a mark was over time; nothing where it was measured less than twice.
func (c *call) sizePicture(a *about, m *body.Mark) (template.HTML, string) {
	def := &standard.ChartPanel{Name: "Size", Draw: standard.DrawLine, Unit: "mm", Change: true, Series: []*standard.ChartSeries{{Name: "Length"}, {Name: "Width"}}}
	zero := standard.NewNumber(0)
	def.Least = &zero
	first, last := m.Looks[0].At, m.Last().At
	period := standard.ForWeek
	switch days := last.Sub(first).Hours() / 24; {
	case days > 29:
		period = standard.ForYear
	case days > 6:
		period = standard.ForMonth
	}
	p := chart.PanelWith(def, chart.WindowOf(period, last, c.dayOf(a)), func(add func(chart.Point, standard.Quantity)) {
		for _, l := range m.Looks {
			for i, role := range []string{standard.RoleLength, standard.RoleWidth} {
				v, _ := l.Content.First(role)
				if q, ok := v.(standard.Quantity); ok {
					add(chart.Point{At: l.At, Series: i, Record: l.Version.Record, Stream: l.Version.Stream}, q)
				}
			}
		}
	})
	if len(p.Points) < 2 {
		return "", ""
	}
	return template.HTML(p.SVG(chart.Drawing{ID: "size", Link: func(point chart.Point) string { return pointHref(a, point) }})), p.Says //nolint:gosec // our own drawing, every word escaped
}
