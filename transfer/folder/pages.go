package folder

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

//go:embed pages.html
var pagesText string

//go:embed style.css
var styleText string

// frame is what stands around every page.
type frame struct {
	Title, Whose, Up, Foot string
}

// answer is one element of a record.
type answer struct {
	Name   string
	Values []answerValue
}

type answerValue struct {
	Text, Href, Note string
	Absent           bool
	Group            []answer
}

// shownVersion is one version on the page of its record.
type shownVersion struct {
	Number                                                                                           int
	Latest                                                                                           bool
	Destroyed, Committed, Author, Recorded, Provider, Status, Sensitivity, Class, ClassFile, Release string
	Answers                                                                                          []answer
}

// logRow is one line of a change log.
type logRow struct {
	When, Who, What, Signed, Why string
	Number                       int
}

// entry is one line of a list.
type entry struct{ Href, Title, When, Note string }

// group is a list under a heading.
type group struct {
	Heading string
	Entries []entry
}

// page writes one page: what stands around it, and parts as they come.
type page struct {
	p     *Pages
	out   io.WriteCloser
	frame frame
	err   error
}

func (p *Pages) page(name, title string) (*page, error) {
	out, err := p.sink.Create(p.about.Prefix + name)
	if err != nil {
		return nil, err
	}
	w := &page{p: p, out: out, frame: frame{Title: title, Whose: p.about.Title, Up: strings.Repeat("../", strings.Count(name, "/")),
		Foot: "Written by Rosemary on " + plain.Minute(p.about.Made, p.about.Zone) + " from the system " + p.about.System + ". Confidential."}}
	w.part("top", w.frame)
	return w, nil
}

func (w *page) part(name string, data any) {
	if w.err == nil {
		w.err = templates().ExecuteTemplate(w.out, name, data)
	}
}

func (w *page) close() error {
	w.part("bottom", w.frame)
	if err := errors.Join(w.err, w.out.Close()); err != nil {
		return fmt.Errorf("the page %q: %w", w.frame.Title, err)
	}
	return nil
}

// recordFile is where the page of a record is.
func recordFile(uid uuid.UUID) string { return "records/" + uid.String() + ".html" }

// recordPage writes a record with all its versions, the latest first, and its change log.
func (p *Pages) recordPage(r *recordOf) error {
	w, err := p.page(recordFile(r.uid), r.words(p.about.Catalogue))
	if err != nil {
		return err
	}
	for i := len(r.versions) - 1; i >= 0; i-- {
		shown := shownVersion{Number: r.versions[i].number, Latest: i == len(r.versions)-1}
		if at := r.versions[i]; at.destroyed != uuid.Nil {
			shown.Destroyed = at.destroyed.String()
		} else if err := p.shown(&shown, at); err != nil {
			return errors.Join(err, w.out.Close())
		}
		w.part("version", shown)
	}
	var rows []logRow
	for _, ch := range r.log {
		row := logRow{When: plain.Instant(ch.at, p.about.Zone), Who: p.who(ch.by), What: changeWords(ch.kind), Number: ch.number, Why: ch.why}
		if a := ch.attestation; a != nil {
			row.Signed = fmt.Sprintf("for %q on %s, proved by %s, with the key %s", a.Reason, plain.Instant(a.At, p.about.Zone), a.Method, a.Key)
		}
		rows = append(rows, row)
	}
	w.part("log", rows)
	return w.close()
}

// shown reads a version again and words it.
func (p *Pages) shown(s *shownVersion, at versionAt) error {
	v, err := p.read(at)
	if err != nil {
		return err
	}
	content, err := v.Decoded(p.about.Catalogue)
	if err != nil {
		return err
	}
	var uids []uuid.UUID
	for _, ref := range content.References() {
		uids = append(uids, ref.UID)
	}
	if err := p.learn(append(uids, v.Author)); err != nil {
		return err
	}
	s.Committed, s.Author = plain.Instant(at.committed, p.about.Zone), p.name(v.Author)
	s.Recorded, s.Provider = plain.DateTime(v.Recorded, p.about.Zone), v.InformationProvider
	s.Status, s.Sensitivity = "Status: "+string(v.Status), "Sensitivity: "+v.Sensitivity.String()
	s.Class, s.ClassFile, s.Release = className(p.about.Catalogue, v.Class), v.ClassFile[:min(12, len(v.ClassFile))], v.Release
	s.Answers = p.answers(&content.Group)
	for _, raw := range content.Unknown {
		s.Answers = append(s.Answers, answer{Name: raw.Name, Values: []answerValue{{Text: raw.JSON, Note: "kept as it was stored: no class file names it today"}}})
	}
	if len(v.Beside) > 0 {
		s.Answers = append(s.Answers, answer{Name: "Said beside it", Values: []answerValue{{Text: string(v.Beside), Note: "as another program sent it: the class has no place for all of it"}}})
	}
	return nil
}

func (p *Pages) answers(g *standard.Group) (list []answer) {
	for _, e := range g.Entries {
		a := answer{Name: e.Element.Name}
		for _, v := range e.Values {
			a.Values = append(a.Values, p.value(v))
		}
		if f, ok := p.fileOf(e); ok {
			a.Values = append(a.Values, f)
		}
		list = append(list, a)
	}
	return list
}

// fileOf leads to the file itself, beside the hash that names it.
func (p *Pages) fileOf(e standard.Entry) (answerValue, bool) {
	if e.Element.Role != standard.RoleAttachmentHash || len(e.Values) == 0 {
		return answerValue{}, false
	}
	f, ok := p.files[strings.ToLower(standard.Display(e.Values[0], nil))]
	return answerValue{Text: "Open the file", Href: "../" + f.path, Note: f.mediaType}, ok
}

func (p *Pages) value(v standard.Value) answerValue {
	switch v := v.(type) {
	case *standard.Group:
		return answerValue{Group: p.answers(v)}
	case standard.Absent:
		return answerValue{Text: standard.Display(v, nil), Absent: true}
	case standard.Coded:
		text := standard.Display(v, nil)
		if v.Code != "" {
			return answerValue{Text: text, Note: strings.Trim(v.System+" "+v.Code, " ")}
		}
		return answerValue{Text: text}
	case standard.Reference:
		out := answerValue{Text: cmp.Or(p.name(v.UID), v.UID.String()), Href: p.href(v.UID)}
		if v.Version > 0 {
			out.Note = "version " + strconv.Itoa(v.Version)
		}
		return out
	}
	return answerValue{Text: plain.Value(v, p.about.Zone)}
}

// href is where a record is, as seen from the page of another.
func (p *Pages) href(uid uuid.UUID) string {
	if r := p.records[uid]; r != nil && len(r.versions) > 0 {
		return uid.String() + ".html"
	}
	if p.about.Elsewhere == nil {
		return ""
	}
	if there := p.about.Elsewhere(uid); there != "" {
		return "../" + there
	}
	return ""
}

// who is who did something.
func (p *Pages) who(by record.Committer) string {
	name := cmp.Or(p.name(by.Actor), by.Account, "the system")
	if by.Role != "" {
		name += ", " + strings.ReplaceAll(by.Role, "-", " ")
	}
	return name
}

// entry is a record in a list, seen from the first folder.
func (p *Pages) entry(r *recordOf) entry {
	e := entry{Href: recordFile(r.uid), Title: r.words(p.about.Catalogue), When: r.happened}
	switch {
	case r.versions[len(r.versions)-1].destroyed != uuid.Nil:
		e.Note = "Lawfully destroyed"
	case r.status == record.EnteredInError:
		e.Note = "Entered in error"
	case r.status == record.Incomplete:
		e.Note = "Not finished"
	}
	return e
}

// categories are the categories that have records, with their file; what has no category today comes last.
func (p *Pages) categories() (list []category) {
	find := func(id, name string) *category {
		for i := range list {
			if list[i].id == id {
				return &list[i]
			}
		}
		list = append(list, category{id: id, name: name})
		return &list[len(list)-1]
	}
	for _, c := range p.about.Catalogue.Categories() {
		find(c.ID, c.Name)
	}
	for _, r := range p.order {
		if len(r.versions) == 0 {
			continue
		}
		id, name := "other", "Other"
		if class, ok := p.about.Catalogue.Class(r.class); ok && class.Category != nil {
			id, name = class.Category.ID, class.Category.Name
		}
		c := find(id, name)
		c.records = append(c.records, r)
	}
	return slices.DeleteFunc(list, func(c category) bool { return len(c.records) == 0 })
}

type category struct {
	id, name string
	records  []*recordOf
}

func (c category) file() string { return "category-" + SafeName(c.id) + ".html" }

// categoryPages list the records of each category by class, the latest first.
func (p *Pages) categoryPages() error {
	for _, c := range p.categories() {
		w, err := p.page(c.file(), c.name)
		if err != nil {
			return err
		}
		byClass := map[string][]*recordOf{}
		var classes []string
		for _, r := range c.records {
			if byClass[r.class] == nil {
				classes = append(classes, r.class)
			}
			byClass[r.class] = append(byClass[r.class], r)
		}
		slices.Sort(classes)
		for _, class := range classes {
			g := group{Heading: className(p.about.Catalogue, class)}
			slices.SortStableFunc(byClass[class], func(a, b *recordOf) int { return cmp.Compare(b.sort, a.sort) })
			for _, r := range byClass[class] {
				g.Entries = append(g.Entries, p.entry(r))
			}
			w.part("list", []group{g})
		}
		if err := w.close(); err != nil {
			return err
		}
	}
	return nil
}

func changeWords(t record.ChangeType) string {
	switch t {
	case record.Create:
		return "Written"
	case record.Modify:
		return "Changed: things were different"
	case record.Correct:
		return "Corrected: it was wrong"
	case record.Finish:
		return "Finished"
	case record.MarkError:
		return "Marked as entered in error"
	case record.Attest:
		return "Signed"
	case record.Ratify:
		return "Accepted into the record"
	case record.Disclose:
		return "Told to somebody else"
	}
	return string(t)
}

// templates are parsed once for all pages.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Option("missingkey=error").Parse(pagesText))
})
