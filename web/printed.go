package web

import (
	"bytes"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/packpdf"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// papersPage chooses what is printed.
type papersPage struct {
	Frame
	Papers []PaperLink
	Charts string
	Doses  string // the month's chart of medicines
	Export string // where the whole record is taken out for somebody; "" for whoever may not
}

// PaperLink leads to one paper.
type PaperLink struct {
	Title, About string
	Href, PDF    string
}

// paperPage is a paper, to be printed.
type paperPage struct {
	Frame
	Heading string
	MadeAt  string
	By      string
	Then    string // the moment that it shows; "" is now
	Pack    care.Pack
	Safe    bool          // the safety information on it is today's
	Days    int           // how far back what happens many times a day goes; 0: nothing of that is on this paper
	Fields  template.HTML // to choose it
	PDF     string
}

// The spans of days that a paper can go back.
var paperDays = []int{7, 28, 90, 3660}

// papers shows what can be printed.
func (c *call) papersOf() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := papersPage{}
	if page.Frame, err = c.personFrame(a, "Print"); err != nil {
		return err
	}
	for _, p := range care.Papers() {
		if !p.For(c.session.Shows) {
			continue
		}
		page.Papers = append(page.Papers, PaperLink{Title: p.Title, About: p.About, Href: a.href("/print/" + p.ID), PDF: a.href("/print/" + p.ID + "?as=pdf")})
	}
	if c.session.Shows(standard.ClassRoleReadings) {
		page.Charts = a.href("/charts")
	}
	if c.session.Shows(standard.ClassRoleMedicineOrder) {
		page.Doses = a.href("/medicines/chart")
	}
	if page.Person.MayExport {
		page.Export = a.base + "/copy"
	}
	return c.render("papers", page)
}

// paper shows one, or sends it as a file.
func (c *call) paper() error {
	paper, ok := care.FindPaper(c.r.PathValue("paper"))
	if !ok || !paper.For(c.session.Shows) {
		return errNowhere()
	}
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	frame, err := c.personFrame(a, paper.Title)
	if err != nil {
		return err
	}
	days := int(c.whole("days"))
	if !slices.Contains(paperDays, days) {
		days = paperDays[1]
	}
	few, many := paper.Classes(c.config.Catalogue)
	versions, err := c.allOf(a, few)
	if err != nil {
		return err
	}
	at, _, _ := c.place()
	now := c.now()
	if a.past != "" {
		now = at.Time.In(c.config.Zone)
	}
	daily, err := c.allSince(a, many, now.AddDate(0, 0, -days))
	if err != nil {
		return err
	}
	versions = append(versions, daily...)
	if paper.Safe {
		if versions, err = c.withSafety(a, versions); err != nil {
			return err
		}
	}
	names, err := c.paperNames(a, versions)
	if err != nil {
		return err
	}
	who := c.session.Principal()
	page := paperPage{Frame: frame, Safe: paper.Safe, Heading: paper.Title, MadeAt: plain.Minute(c.now(), c.config.Zone), By: who.Name, PDF: a.href("/print/" + paper.ID + "?as=pdf&days=" + strconv.Itoa(days))}
	page.Pack = paper.PaperOf(care.PackOf{Catalogue: c.config.Catalogue, Versions: versions, Card: a.person.Card, Place: a.person.PlaceName, Room: a.person.Room, Hidden: a.person.Concealed,
		Now: now, Names: func(uid uuid.UUID) string { return names[uid] }})
	page.Pack.Banner = page.Pack.Banner.For(c.session.Shows)
	if a.past != "" {
		page.Then = plain.Instant(at.Time, c.config.Zone)
	}
	if c.query("as") == asPDF {
		return c.sendPaper(page, paper.ID)
	}
	if len(many) > 0 {
		page.Days = days
		span := nhsuk.SelectOptions{ID: "days", Name: "days", Label: nhsuk.LabelOptions{Text: "What happens each day: how far back"}, Value: strconv.Itoa(days)}
		for _, n := range paperDays {
			text := strconv.Itoa(n) + " days"
			if n > 1000 {
				text = "All of it"
			}
			span.Items = append(span.Items, nhsuk.SelectItem{Value: strconv.Itoa(n), Text: text})
		}
		page.Fields = nhsuk.Select(span)
	}
	return c.render("paper", page)
}

// withSafety adds the safety information: today's, whatever the moment, and never filtered, as the banner has it. Of a record that stands in both, today's counts.
func (c *call) withSafety(a *about, versions []*record.Version) ([]*record.Version, error) {
	safety, err := a.view.Safety(c.ctx, a.uid)
	if err != nil {
		return nil, err
	}
	today := map[uuid.UUID]bool{}
	for _, v := range safety {
		today[v.Record] = true
	}
	return append(slices.DeleteFunc(versions, func(v *record.Version) bool { return today[v.Record] }), safety...), nil
}

// allSince reads all records of some classes that happened since a time.
func (c *call) allSince(a *about, classes []string, since time.Time) ([]*record.Version, error) {
	if len(classes) == 0 {
		return nil, nil
	}
	var all []*record.Version
	q := access.RecordsQuery{Stream: a.uid, Classes: classes, From: since, Limit: 1000}
	for {
		some, more, err := a.view.Records(c.ctx, q)
		if err != nil {
			return nil, err
		}
		if all = append(all, some...); !more || len(some) == 0 {
			return all, nil
		}
		last := some[len(some)-1].Cursor()
		q.After = &last
	}
}

// paperNames finds what to call everything that the records point at and who wrote them.
func (c *call) paperNames(a *about, versions []*record.Version) (map[uuid.UUID]string, error) {
	names := map[uuid.UUID]string{a.uid: care.FullName(a.person.Card)}
	seen := map[uuid.UUID]bool{a.uid: true}
	var uids []uuid.UUID
	add := func(uid uuid.UUID) {
		if uid != uuid.Nil && !seen[uid] {
			seen[uid], uids = true, append(uids, uid)
		}
	}
	for _, v := range versions {
		add(v.Author)
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			continue // the paper says that some cannot be read
		}
		for _, ref := range content.References() {
			add(ref.UID)
		}
	}
	for part := range slices.Chunk(uids, 500) {
		for _, stream := range []uuid.UUID{uuid.Nil, a.uid} {
			some, err := a.view.Names(c.ctx, stream, part)
			if err != nil {
				return nil, err
			}
			for uid, name := range some {
				names[uid] = name
			}
		}
	}
	return names, nil
}

// sendPaper sends a paper as a PDF. Such a file has no tags for a screen reader: the same is always there as a page.
func (c *call) sendPaper(page paperPage, id string) error {
	var file bytes.Buffer
	sheet := packpdf.Sheet{Title: page.Heading, Then: page.Then, By: page.By, Zone: c.config.Zone, Made: c.now()}
	if err := packpdf.Write(&file, page.Pack, sheet); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `attachment; filename="`+id+"-"+c.now().Format("2006-01-02-1504")+`.pdf"`)
	h.Set("Content-Length", strconv.Itoa(file.Len()))
	c.w.WriteHeader(http.StatusOK)
	_, err := c.w.Write(file.Bytes())
	return err
}
