package web

import (
	"html/template"
	"slices"
	"strconv"
	"time"

	"rosemary/access"
	"rosemary/care/evidence"
	"rosemary/care/oversight"
	"rosemary/care/plain"
	"rosemary/record"
)

// evidencePage counts what shows each quality statement, over a time.
type evidencePage struct {
	Frame
	Fields template.HTML
	Words  string
	Keys   []EvidenceKey
}

// EvidenceKey is one of the five questions.
type EvidenceKey struct {
	Name       string
	Anchor     string
	Statements []EvidenceStatement
}

// EvidenceStatement is one quality statement.
type EvidenceStatement struct {
	Name  string
	Shows []EvidenceShown
	Pages []Link
	Else  string
}

// EvidenceShown is one kind of records: how many, of how many people.
type EvidenceShown struct {
	What  string
	Count string
	Href  string // "" where there are none
}

// evidenceKeys are what the five questions are called.
var evidenceKeys = []struct{ key, name string }{{"safe", "Safe"}, {"effective", "Effective"}, {"caring", "Caring"}, {"responsive", "Responsive"}, {"well-led", "Well-led"}}

// evidenceListMost is how many records one list opens.
const evidenceListMost = 300

// evidenceDays is the time that the address asks for.
func (c *call) evidenceDays() int {
	if days := int(c.whole("days")); slices.Contains(trendDays, days) {
		return days
	}
	return trendDays[1]
}

// evidence counts.
func (c *call) evidence() error {
	o, err := c.overviewed()
	if err != nil {
		return err
	}
	days := c.evidenceDays()
	counts := map[string]record.Counted{}
	if len(o.people) > 0 {
		counts, err = o.view.CountAcross(c.ctx, access.AcrossQuery{Streams: o.streams(), Classes: evidence.Classes(c.statements), From: c.since(days), Until: c.since(0)})
		if err != nil {
			return err
		}
	}
	page := evidencePage{Frame: c.frame("Evidence by quality statement")}
	page.Back = &Link{Text: "Home", Href: "/home" + o.query}
	page.Words = plain.Say("Records of the last {days} about {people}, as they stood on {time}.", "days", plain.Count(days, "day", "days"), "people", plain.Count(len(o.people), "person", "people"), "time", plain.Minute(c.now(), c.config.Zone))
	if page.Fields, err = c.spanFields(o, days); err != nil {
		return err
	}
	for _, k := range evidenceKeys {
		key := EvidenceKey{Name: k.name, Anchor: k.key}
		for i, s := range c.statements {
			if s.Key == k.key {
				key.Statements = append(key.Statements, c.evidenceOf(o, i, &s, counts, days))
			}
		}
		page.Keys = append(page.Keys, key)
	}
	return c.render("evidence", page)
}

func (c *call) evidenceOf(o *overview, at int, s *evidence.Statement, counts map[string]record.Counted, days int) EvidenceStatement {
	out := EvidenceStatement{Name: s.Name, Else: s.Else}
	for k, show := range s.Shows {
		n := 0
		for _, id := range show.IDs {
			n += counts[id].Records
		}
		shown := EvidenceShown{What: show.What, Count: plain.Count(n, "record", "records")}
		if n > 0 {
			shown.Href = "/home/evidence/records?" + again(nil, append(placePair(o), "statement", strconv.Itoa(at), "shows", strconv.Itoa(k), "days", strconv.Itoa(days))...)
		}
		out.Shows = append(out.Shows, shown)
	}
	for _, p := range s.Pages {
		out.Pages = append(out.Pages, Link{Text: p.Name, Href: p.Href + o.query})
	}
	return out
}

// evidenceList opens the records behind one line.
func (c *call) evidenceList() error {
	o, err := c.overviewed()
	if err != nil {
		return err
	}
	at, k, days := int(c.whole("statement")), int(c.whole("shows")), c.evidenceDays()
	if at >= len(c.statements) || k >= len(c.statements[at].Shows) {
		return errNowhere()
	}
	show := c.statements[at].Shows[k]
	versions, more, err := o.view.Across(c.ctx, access.AcrossQuery{Streams: o.streams(), Classes: show.IDs, From: c.since(days), Until: c.since(0)})
	if err != nil {
		return err
	}
	slices.SortStableFunc(versions, func(a, b *record.Version) int { return int(max(-1, min(1, b.Happened-a.Happened))) })
	page := homeListPage{Frame: c.frame(show.What), None: "There are no such records in this time.", About: c.statements[at].Name + ". In the last " + strconv.Itoa(days) + " days."}
	page.Back = &Link{Text: "Evidence by quality statement", Href: "/home/evidence?" + again(nil, append(placePair(o), "days", strconv.Itoa(days))...)}
	if more || len(versions) > evidenceListMost {
		versions = versions[:min(len(versions), evidenceListMost)]
		page.About += " The latest " + strconv.Itoa(evidenceListMost) + " are shown; choose one home or a shorter time for the others."
	}
	var behind []oversight.Finding
	for _, v := range versions {
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return err
		}
		behind = append(behind, oversight.Finding{Stream: v.Stream, Version: v, Class: c.className(content, v), Title: content.Title(), Words: plain.Day(time.Unix(v.Happened, 0).In(c.config.Zone))})
	}
	if page.Rows, err = c.found(o, behind); err != nil {
		return err
	}
	return c.render("homelist", page)
}
