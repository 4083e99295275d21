package folder

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"
	"time"

	"rosemary/care/plain"
)

// timelinePages are the records in the order in which things happened, a page for each month, and one that leads to them.
func (p *Pages) timelinePages() error {
	var all []*recordOf
	for _, r := range p.order {
		if len(r.versions) > 0 {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b *recordOf) int { return cmp.Compare(b.sort, a.sort) })
	month := func(r *recordOf) string { return time.Unix(r.sort, 0).In(p.about.Zone).Format("2006-01") }
	return p.byMonth("timeline", "Timeline", len(all), func(i int) string { return month(all[i]) }, func(w *page, from, to int) {
		day, g := "", group{}
		for _, r := range all[from:to] {
			if d := plain.Weekday(time.Unix(r.sort, 0).In(p.about.Zone)); d != day {
				if day != "" {
					w.part("list", []group{g})
				}
				day, g = d, group{Heading: d}
			}
			e := p.entry(r)
			e.When = className(p.about.Catalogue, r.class)
			g.Entries = append(g.Entries, e)
		}
		w.part("list", []group{g})
	})
}

// savedPages are the contributions in the order in which they were saved, a page for each month.
func (p *Pages) savedPages() error {
	type saved struct {
		ID, When, Who, Hash string
		Entries             []entry
	}
	slices.SortStableFunc(p.batches, func(a, b batch) int { return a.at.Compare(b.at) }) // what came from elsewhere has the times of there
	month := func(i int) string { return p.batches[i].at.In(p.about.Zone).Format("2006-01") }
	return p.byMonth("saved", "Saved, in order", len(p.batches), month, func(w *page, from, to int) {
		for _, b := range p.batches[from:to] {
			s := saved{ID: b.id.String(), When: plain.Instant(b.at, p.about.Zone), Who: p.who(b.by), Hash: b.hash.String()}
			for _, ch := range b.changes {
				r := p.records[ch.record]
				e := entry{Title: r.words(p.about.Catalogue), When: changeWords(ch.kind) + ", version " + strconv.Itoa(ch.number)}
				if len(r.versions) > 0 {
					e.Href = recordFile(r.uid) + "#version-" + strconv.Itoa(ch.number)
				}
				s.Entries = append(s.Entries, e)
			}
			w.part("saved", []saved{s})
		}
	})
}

// byMonth writes a page for each run of one month, and one that leads to them.
func (p *Pages) byMonth(name, title string, n int, month func(int) string, write func(w *page, from, to int)) error {
	var months []entry
	for from := 0; from < n; {
		to := from
		for to < n && month(to) == month(from) {
			to++
		}
		words := monthWords(month(from))
		file := name + "-" + month(from) + ".html"
		if len(months) > 0 && months[len(months)-1].Href == file {
			return errors.New("the months are not in order")
		}
		w, err := p.page(file, title+", "+words)
		if err != nil {
			return err
		}
		write(w, from, to)
		if err := w.close(); err != nil {
			return err
		}
		months = append(months, entry{Href: file, Title: words, When: plain.Whole(to - from)})
		from = to
	}
	w, err := p.page(name+".html", title)
	if err != nil {
		return err
	}
	w.part("links", months)
	return w.close()
}

func monthWords(s string) string {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return s
	}
	return t.Format("January 2006")
}

// filesPage lists the files that records name.
func (p *Pages) filesPage() error {
	w, err := p.page("files.html", "Files")
	if err != nil {
		return err
	}
	var list []entry
	for _, f := range p.files {
		list = append(list, entry{Href: f.path, Title: f.path[len("attachments/"):], When: f.mediaType, Note: plain.Whole(int(f.size))})
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.Href, b.Href) })
	w.part("files", list)
	return w.close()
}

// firstPage is where to begin.
func (p *Pages) firstPage() error {
	w, err := p.page("index.html", p.about.Title)
	if err != nil {
		return err
	}
	data := struct {
		Facts                   []string
		Made                    string
		Categories, Ways, Extra []entry
	}{Facts: p.about.Facts, Made: plain.Minute(p.about.Made, p.about.Zone)}
	for _, c := range p.categories() {
		data.Categories = append(data.Categories, entry{Href: c.file(), Title: c.name, When: plain.Count(len(c.records), "record", "records")})
	}
	data.Ways = []entry{
		{Href: "timeline.html", Title: "Timeline: what happened, by month"}, {Href: "saved.html", Title: "What was saved, in order, by whom"},
		{Href: "files.html", Title: "Files and pictures", When: plain.Count(len(p.files), "file", "files")},
	}
	for _, f := range p.about.Extra {
		data.Extra = append(data.Extra, entry{Href: f.Name, Title: f.Words})
	}
	w.part("first", data)
	return w.close()
}

func (p *Pages) styles() error {
	out, err := p.sink.Create(p.about.Prefix + "style.css")
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, styleText)
	return errors.Join(err, out.Close())
}
