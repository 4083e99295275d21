package web

import (
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	wording "rosemary/record/words"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// searchPage shows the records in which words were found: of one person, or of everybody whom the reader may see.
type searchPage struct {
	Frame
	Action    string
	Of        string // the person, when only theirs are searched
	Field     template.HTML
	Filter    template.HTML
	Chosen    bool
	Clear     string
	At        string
	Asked     string // "" when nothing was asked yet, or could not be
	Groups    []FoundGroup
	Told      string // how much was found, in words
	Unended   bool   // not everything was looked at
	People    []PersonRow
	AllPeople string // where people are searched by name
	More      Pager
}

// FoundGroup is what was found of one person, one hit behind the other.
type FoundGroup struct {
	Called string
	Full   string
	Href   string
	Place  string
	Hits   []FoundRecord
}

// FoundRecord is one record as a search shows it.
type FoundRecord struct {
	Href  string
	Title []Marked
	Class string
	When  string
	Tags  []Tag
	Name  string // of the element from which the snippet is; "" when the title says it all
	Text  []Marked
}

// Marked is a piece of a text, perhaps one that was searched for.
type Marked struct {
	Text string
	Hit  bool
}

// marked cuts a text at its marks.
func marked(text string, marks []wording.Mark) []Marked {
	var pieces []Marked
	at := 0
	for _, m := range marks {
		if m.Start > at {
			pieces = append(pieces, Marked{Text: text[at:m.Start]})
		}
		pieces = append(pieces, Marked{Text: text[m.Start:m.End], Hit: true})
		at = m.End
	}
	if at < len(text) {
		pieces = append(pieces, Marked{Text: text[at:]})
	}
	return pieces
}

// search finds people by name and records by their words, among everybody whom the reader may see.
func (c *call) search() error {
	view, err := c.session.View(c.ctx, access.At{Moment: momentOf(c.whole("moment"))})
	if err != nil {
		return err
	}
	page := searchPage{Frame: c.frame(c.word("Search")), Action: "/search", Clear: "/search"}
	if err := c.find(view, uuid.Nil, &page, func(path string) string { return path }); err != nil {
		return err
	}
	if page.Asked != "" && c.query("after") == "" {
		people, next, err := view.People(c.ctx, access.PeopleQuery{Search: page.Asked, All: true, Limit: 5})
		if err != nil {
			return err
		}
		page.People = c.personRows(people)
		if next != "" {
			page.AllPeople = "/people?" + url.Values{"q": {page.Asked}}.Encode()
		}
	}
	return c.render("search", page)
}

// searchPerson finds records of one person by their words.
func (c *call) searchPerson() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := searchPage{Action: a.base + "/search", Clear: a.href("/search"), At: a.past, Of: a.name}
	if page.Frame, err = c.personFrame(a, c.word("Search")); err != nil {
		return err
	}
	if err := c.find(a.view, a.uid, &page, a.href); err != nil {
		return err
	}
	return c.render("search", page)
}

// find asks the view, and fills the page with what was found or why it could not be.
func (c *call) find(view *access.View, stream uuid.UUID, page *searchPage, href func(string) string) error {
	values := c.r.URL.Query()
	list, faults := c.recordsQuery(&about{uid: stream})
	q := access.SearchQuery{
		Text: strings.TrimSpace(values.Get("q")), Stream: stream, Classes: list.Classes, Category: list.Category, From: list.From, Until: list.Until,
		Errors: list.Errors, After: searchCursorOf(values.Get("after")), Limit: 20,
	}
	q.Count = q.After == nil
	page.Errors = faults
	page.Filter = c.recordsFilter(list)
	page.Chosen = q.Category != "" || len(q.Classes) > 0 || values.Get("from") != "" || values.Get("until") != "" || q.Errors
	if values.Has("q") {
		result, err := view.Search(c.ctx, q)
		var fault *standard.Fault
		switch {
		case errors.As(err, &fault) && fault.Kind == standard.Invalid:
			for _, p := range fault.Problems {
				page.Errors = append(page.Errors, form.Error{Href: "#q", Text: c.fault(p.Message)})
			}
		case err != nil:
			return err
		default:
			page.Asked = q.Text
			page.Told, page.Unended = foundWords(result, q.Count), result.Unfinished
			page.Groups = c.groups(result.Hits)
			page.More = searchPager(page, values, view, result, href)
		}
	}
	o := nhsuk.InputOptions{ID: "q", Name: "q", Value: cutWords(q.Text), Label: nhsuk.LabelOptions{Text: c.word("Words to look for")}, Autocomplete: "off",
		Hint: nhsuk.HintOptions{Text: c.word("Every word must be in the record. Put words in quotes to find them just as written.")}}
	if stream == uuid.Nil {
		o.Label.Text = c.word("A name, or words to look for")
	}
	if len(page.Errors) > len(faults) {
		o.ErrorMessage = wrongIn(c.words, page.Errors[len(page.Errors)-1].Text)
	}
	page.Field = nhsuk.Input(o)
	return nil
}

// cutWords keeps what was typed, but not ten thousand letters of it.
func cutWords(s string) string {
	if r := []rune(s); len(r) > 300 {
		return string(r[:300])
	}
	return s
}

// foundWords say how much was found.
func foundWords(r access.SearchResult, counted bool) string {
	switch {
	case !counted || len(r.Hits) == 0:
		return ""
	case r.More && r.Unfinished:
		return "At least " + plain.Whole(r.Count) + " records found"
	case r.More:
		return "More than " + plain.Whole(r.Count) + " records found"
	case r.Count == 1:
		return "1 record found"
	}
	return plain.Whole(r.Count) + " records found"
}

// groups puts what was found of one person together, as long as it stands together: the latest comes first.
func (c *call) groups(hits []access.Hit) []FoundGroup {
	var groups []FoundGroup
	at := map[uuid.UUID]int{}
	for _, h := range hits {
		i, known := at[h.Person.UID]
		if !known {
			i = len(groups)
			at[h.Person.UID] = i
			groups = append(groups, FoundGroup{
				Called: care.CalledName(h.Person.Card), Full: care.FullName(h.Person.Card), Href: "/people/" + h.Person.UID.String(), Place: h.Person.PlaceName,
			})
		}
		groups[i].Hits = append(groups[i].Hits, c.foundRecord(h))
	}
	return groups
}

func (c *call) foundRecord(h access.Hit) FoundRecord {
	row := FoundRecord{
		Href:  "/people/" + h.Stream.String() + "/records/" + h.Record.String(),
		Title: marked(h.Title.Text, h.Title.Marks), Class: h.Class, Tags: c.tagsOf(h.Version),
		When: c.words.Day(h.Committed.In(c.config.Zone)),
	}
	if h.Snippet.Name != "" && h.Snippet.Text != h.Title.Text { // what the title says already is not said again
		row.Name, row.Text = h.Snippet.Name, marked(h.Snippet.Text, h.Snippet.Marks)
	}
	if content, err := h.Decoded(c.config.Catalogue); err == nil {
		row.Class = c.className(content, h.Version)
		if when, _, _ := c.happened(content); when != "" {
			row.When = when
		}
	}
	return row
}

// searchPager leads on, at the same moment.
func searchPager(page *searchPage, values url.Values, view *access.View, r access.SearchResult, href func(string) string) Pager {
	var p Pager
	path := page.Action
	if page.Of != "" {
		path = "/search"
	}
	rest := url.Values{}
	for k, v := range values {
		if k != "at" && k != "after" && k != "moment" {
			rest[k] = v
		}
	}
	if values.Get("after") != "" {
		p.First, p.FirstText = href(path+"?"+rest.Encode()), "Back to the latest"
	}
	if r.Next == nil {
		return p
	}
	next := again(rest, "after", fmt.Sprintf("%d.%d", r.Next.From, r.Next.Ordinal))
	if page.At == "" {
		next += "&moment=" + momentText(view.Moment())
	}
	p.Next, p.NextText = href(path+"?"+next), "Earlier"
	if r.Unfinished {
		p.NextText = "Look further back"
	}
	return p
}

// searchCursorOf reads a place in what was found; one that cannot be read is the beginning.
func searchCursorOf(s string) *access.SearchCursor {
	moment, ordinal, ok := strings.Cut(s, ".")
	from, err1 := strconv.ParseInt(moment, 10, 64)
	n, err2 := strconv.Atoi(ordinal)
	if !ok || err1 != nil || err2 != nil || from < 1 || n < 0 {
		return nil
	}
	return &access.SearchCursor{From: record.Moment(from), Ordinal: n}
}
