// Package downtime writes the pages that staff care by when the program does not run: of each home one file that any browser opens and prints, with a summary of
// everybody who is looked after there and their medicine charts, with empty boxes to sign.
//
// It is a pure function of records and a time. The files need nothing but themselves. Each says when it was made, on every sheet.
package downtime

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/care/evacuation"
	"rosemary/care/medicine"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

//go:embed home.html
var homePage string

//go:embed index.html
var indexPage string

// Of is what the pages are made of.
type Of struct {
	Catalogue *standard.Catalogue
	People    []Person
	Names     map[uuid.UUID]string
	Made      time.Time // in the zone in which times are said
	Next      time.Time // when the next pack is due; zero: nobody has said
	Provider  string    // what the installation is called; may be empty
}

// Person is one person with what may be told of them.
type Person struct {
	Card     record.PersonCard
	Place    string
	Room     string
	Hidden   bool // nothing may say where they live
	Versions []*record.Version
	Unproved map[uuid.UUID]bool // records that name a witness who has not signed
}

// File is one page.
type File struct {
	Name string
	Body []byte
}

// apart is the heading of those of whom no page may say where they live.
const apart = "Address restricted"

// home is one page on its way.
type home struct {
	Name, Title string
	Made        string
	Next        string // "" where nobody has said
	MadeUnix    int64
	People      []sheet
	Restricted  bool // nothing may say where they live
}

// sheet is one person.
type sheet struct {
	Anchor string
	Called string
	Full   string
	Born   string
	Age    string
	NHS    string
	Room   string
	Away   string
	// The allergies stand over each chart, beside whose it is: sheets of paper part.
	Allergies     string
	AllergyDanger bool
	Parts         []care.PackPart
	Way           way
	Chart         chart
	Critical      bool // a medicine that must be given on the minute
}

type way struct {
	Day, Night, More string
	None             bool
}

// Pages makes the index and a page for each home. The index comes last: whoever opens it finds what it leads to.
func Pages(of Of) ([]File, error) {
	parsed, err := template.New("home").Funcs(template.FuncMap{"count": func(n int) string { return plain.Count(n, "person", "people") }}).Parse(homePage)
	if err == nil {
		_, err = parsed.New("index").Parse(indexPage)
	}
	if err != nil {
		return nil, fmt.Errorf("the pages of the downtime pack: %w", err)
	}
	homes := of.homes()
	var files []File
	for _, h := range append(homes, nil) {
		name, what, data := "index.html", "index", any(map[string]any{"Homes": homes, "Made": of.said(), "Next": of.next(), "MadeUnix": of.Made.Unix(), "Provider": of.Provider})
		if h != nil {
			name, what, data = h.Name, "home", h
		}
		var page bytes.Buffer
		if err := parsed.ExecuteTemplate(&page, what, data); err != nil {
			return nil, fmt.Errorf("the page %s of the downtime pack: %w", name, err)
		}
		files = append(files, File{name, page.Bytes()})
	}
	return files, nil
}

func (of *Of) said() string {
	return plain.Weekday(of.Made) + " at " + plain.Clock(of.Made.Truncate(time.Minute))
}

// next is when the next pack is due: whoever reads this behind it knows that something is wrong.
func (of *Of) next() string {
	switch {
	case of.Next.IsZero():
		return ""
	case of.Next.Format(time.DateOnly) == of.Made.Format(time.DateOnly):
		return plain.Clock(of.Next.Truncate(time.Minute))
	}
	return plain.Clock(of.Next.Truncate(time.Minute)) + " on " + plain.Weekday(of.Next)
}

// homes parts the people by where they are looked after, each by room.
func (of *Of) homes() []*home {
	var homes []*home
	people := slices.Clone(of.People)
	slices.SortStableFunc(people, func(a, b Person) int {
		return strings.Compare(padded(a.Room)+care.FullName(a.Card), padded(b.Room)+care.FullName(b.Card))
	})
	for i, p := range people {
		title := p.Place
		if p.Hidden {
			title = apart
		}
		at := slices.IndexFunc(homes, func(h *home) bool { return h.Title == title })
		if at < 0 {
			at = len(homes)
			homes = append(homes, &home{Title: title, Made: of.said(), Next: of.next(), MadeUnix: of.Made.Unix(), Restricted: p.Hidden})
		}
		homes[at].People = append(homes[at].People, of.sheet(p, i))
	}
	slices.SortFunc(homes, func(a, b *home) int { return strings.Compare(a.Title, b.Title) })
	for i, h := range homes {
		h.Name = fmt.Sprintf("%02d-%s.html", i+1, slug(h.Title))
	}
	return homes
}

// padded makes numbers of rooms sort as numbers.
func padded(room string) string {
	var out, number strings.Builder
	flush := func() {
		if number.Len() > 0 {
			fmt.Fprintf(&out, "%08s", number.String())
			number.Reset()
		}
	}
	for _, r := range room {
		if r >= '0' && r <= '9' {
			number.WriteRune(r)
			continue
		}
		flush()
		out.WriteRune(r)
	}
	flush()
	return out.String() + "\x00"
}

// slug makes a name of a file that every system takes.
func slug(s string) string {
	out := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, s)
	return strings.Trim(out[:min(len(out), 40)], "-")
}

func (of *Of) sheet(p Person, i int) sheet {
	name := func(uid uuid.UUID) string { return of.Names[uid] }
	summary := care.Summary(care.PackOf{Catalogue: of.Catalogue, Versions: p.Versions, Card: p.Card, Place: p.Place, Room: p.Room, Hidden: p.Hidden, Names: name, Now: of.Made})
	s := sheet{Anchor: fmt.Sprintf("p%d", i), Called: summary.Banner.Called, Full: summary.Banner.Full, Born: plain.Date(p.Card.Born), Age: summary.Banner.Age,
		NHS: plain.NHSNumber(p.Card.NHSNumber), Room: p.Room, Parts: summary.Front}
	allergies := summary.Banner.Allergies()
	s.Allergies, s.AllergyDanger = strings.TrimSpace(allergies.Short+". "+allergies.Note), allergies.Mark != care.Clear
	if p.Hidden {
		s.Room = ""
	}
	if summary.Stay != nil {
		s.Away = summary.Stay.Words(of.Made.Location())
	}
	s.Way = wayOf(evacuation.WayOf(of.Catalogue, p.Versions, of.Made))
	book := medicine.Read(of.Catalogue, p.Versions, of.Made.Location())
	book.Unproved = p.Unproved
	s.Chart = chartOf(book, of.Made, name)
	s.Critical = slices.ContainsFunc(s.Chart.Rows, func(r chartRow) bool { return r.Critical })
	return s
}

func wayOf(w evacuation.Way) way {
	said := func(h evacuation.Help) string {
		how := h.How
		if how == "" {
			how = "not decided"
		}
		switch {
		case !h.Known:
			return how + ", how many staff is not known"
		case h.Staff == 0:
			return how + ", nobody has to help"
		}
		return fmt.Sprintf("%s, %d staff", how, h.Staff)
	}
	var more []string
	for _, text := range []string{w.Equipment, w.Steps, w.Tell, w.Meeting, w.Risk} {
		if text != "" {
			more = append(more, strings.TrimRight(text, ". "))
		}
	}
	return way{Day: said(w.Day), Night: said(w.Night), More: strings.Join(more, ". "), None: !w.Planned}
}
