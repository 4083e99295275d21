package fhir

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// everything answers GET Patient/{id}/$everything: all that the reader may see of a person, who they are first, one resource after the other, as it is read: nothing
// of it is gathered first. Behind it come the entries of the directory that it refers to. A fault in the middle breaks the reply off, so that nobody takes a part for
// the whole. With _count it comes in pages.
func (c *call) everything() (*reply, error) {
	stream, rec, ok := mapping.ParseID(c.words["id"])
	if !ok || stream != rec {
		return nil, errNothingHere()
	}
	c.words["type"] = "Patient"
	e, after, err := c.everythingAsked(stream)
	if err != nil {
		return nil, err
	}
	if _, err := c.viewAt(after); err != nil {
		return nil, err
	}
	if e.person, err = c.current(); err != nil {
		return nil, err
	}
	if c.query.Has("_count") {
		return e.page()
	}
	return &reply{status: http.StatusOK, stream: func(w http.ResponseWriter) error {
		s := &bundleStream{c: c, w: w}
		s.open("searchset")
		for more := true; more && s.err == nil; {
			var page []*record.Version
			page, more, s.err = e.next()
			for _, v := range page {
				s.add(v, "match")
			}
		}
		if s.err == nil {
			var entries []*record.Version
			entries, s.err = e.directory()
			for _, v := range entries {
				s.add(v, "include")
			}
		}
		s.close()
		if s.err != nil {
			panic(http.ErrAbortHandler)
		}
		return nil
	}}, nil
}

// all is everything about one person on its way.
type all struct {
	c      *call
	person *record.Version
	q      access.RecordsQuery
	since  time.Time
	types  []string // none: all
	begun  bool
	told   map[uuid.UUID]bool // entries of the directory that have been given
}

// everythingAsked reads the parameters of $everything.
func (c *call) everythingAsked(stream uuid.UUID) (*all, *place, error) {
	since, count, err := c.historyParametersOf("_since", "_type", "start", "end", "_count", "_after")
	e := &all{c: c, since: since, q: access.RecordsQuery{Stream: stream, Limit: 200, Bytes: mostHeld}, told: map[uuid.UUID]bool{}}
	var problems []standard.Problem
	for _, bound := range []struct {
		name string
		end  bool
	}{{"start", false}, {"end", true}} {
		text := c.query.Get(bound.name)
		if text == "" {
			continue
		}
		from, until, ok := standard.Interval(standard.DateTime(text), nil, c.Zone)
		switch {
		case !ok:
			problems = append(problems, badParameter(bound.name, text, bound.name+" must be a date, such as 2026-03-04."))
		case bound.end:
			e.q.Until = until
		default:
			e.q.From = from
		}
	}
	if c.query.Has("_count") {
		if e.q.Limit = count; count == 0 {
			problems = append(problems, badParameter("_count", "0", "_count must be 1 or more here."))
		}
	}
	if err := allAtOnce(problems, err); err != nil {
		return nil, nil, err
	}
	if e.q.Classes, err = c.classesOfTypes(c.query["_type"]); err != nil {
		return nil, nil, err
	}
	for _, list := range c.query["_type"] {
		e.types = append(e.types, strings.Split(list, ",")...)
	}
	after, err := c.after()
	if err == nil && after != nil {
		e.begun = true
		if e.q.After = cursorOf(after.behind); e.q.After == nil {
			err = badQuery([]standard.Problem{badParameter("_after", "", "This does not continue this list.")})
		}
	}
	return e, after, err
}

// wants says whether resources of a type are among what was asked for.
func (e *all) wants(kind string) bool { return len(e.types) == 0 || slices.Contains(e.types, kind) }

// next gives the next records: who the person is first, whenever that was recorded.
func (e *all) next() (page []*record.Version, more bool, err error) {
	found, more, err := e.c.seen.Records(e.c.ctx, e.q)
	if err != nil {
		return nil, false, err
	}
	if !e.begun && e.wants("Patient") && e.person.Status != record.EnteredInError {
		found = append([]*record.Version{e.person}, found...)
	}
	if more {
		last := found[len(found)-1].Cursor()
		e.q.After = &last
	}
	for i, v := range found {
		if v.Record == e.person.Record && (e.begun || i > 0) || v.Committed.Before(e.since) || len(v.Body) == 0 {
			continue
		}
		page = append(page, v)
	}
	e.begun = true
	return page, more, e.c.ask(page)
}

// directory gives the entries of the directory that was referred to and not given yet.
func (e *all) directory() (entries []*record.Version, err error) {
	for uid, t := range e.c.targets {
		if t.kind == "" || t.id != uid.String() || uid == e.person.Stream || e.told[uid] || !e.wants(t.kind) {
			continue
		}
		e.told[uid] = true
		v, err := e.c.seen.Record(e.c.ctx, uid, uid)
		if standard.KindOf(err) == standard.NotFound || err == nil && (len(v.Body) == 0 || v.Status == record.EnteredInError) {
			continue
		}
		if err != nil {
			return nil, err
		}
		entries = append(entries, v)
	}
	slices.SortFunc(entries, func(a, b *record.Version) int { return strings.Compare(a.Record.String(), b.Record.String()) })
	return entries, nil
}

// page answers one page of everything, with what its records refer to.
func (e *all) page() (*reply, error) {
	c := e.c
	b := c.newBundle("searchset")
	found, more, err := e.next()
	if err != nil {
		return nil, err
	}
	for _, v := range found {
		n, err := c.show(v)
		if err != nil {
			return nil, err
		}
		c.addFound(b, n, "match")
	}
	entries, err := e.directory()
	if err != nil {
		return nil, err
	}
	for _, v := range entries {
		n, err := c.show(v)
		if err != nil {
			return nil, err
		}
		c.addFound(b, n, "include")
	}
	p := place{moment: c.seen.Moment()}
	if more {
		p.behind = behindVersion(*e.q.After)
	}
	c.pageLinks(b, p, more)
	return &reply{status: http.StatusOK, node: b}, nil
}

// bundleStream writes a Bundle entry by entry.
type bundleStream struct {
	c       *call
	w       http.ResponseWriter
	entries int
	err     error
}

func (s *bundleStream) write(b []byte) {
	if s.err == nil {
		_, s.err = s.w.Write(b)
	}
}

func (s *bundleStream) open(kind string) {
	s.c.passing = true
	if s.c.format == asXML {
		s.write([]byte(`<?xml version="1.0" encoding="UTF-8"?><Bundle xmlns="http://hl7.org/fhir"><type value="` + kind + `"/>`))
		return
	}
	s.write([]byte(`{"resourceType":"Bundle","type":"` + kind + `"`))
}

// add writes one version as an entry.
func (s *bundleStream) add(v *record.Version, mode string) {
	m, ok := s.c.m.ByClass(v.Class)
	if s.err != nil || !ok {
		return
	}
	n, err := s.c.shared(v)
	if err != nil {
		s.err = err
		return
	}
	b := newResource(s.c.m.Definitions, "Bundle")
	e := b.Add("entry")
	e.Set("fullUrl", s.c.base()+"/"+m.Resource.Name+"/"+s.c.idOf(v))
	e.AddResource("resource", n)
	e.Add("search").Set("mode", mode)
	s.write(s.entry(e))
}

// entry writes an entry with what stands before it.
func (s *bundleStream) entry(e *resource.Node) []byte {
	s.entries++
	if s.c.format == asXML {
		return e.AppendXMLElement(nil)
	}
	if s.entries == 1 {
		return e.AppendJSON([]byte(`,"entry":[`))
	}
	return e.AppendJSON([]byte{','})
}

func (s *bundleStream) close() {
	switch {
	case s.c.format == asXML:
		s.write([]byte(`</Bundle>`))
	case s.entries > 0:
		s.write([]byte(`]}`))
	default:
		s.write([]byte(`}`))
	}
}
