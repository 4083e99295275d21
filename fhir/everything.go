package fhir

import (
	"net/http"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
)

// everything answers GET Patient/{id}/$everything: all that the reader may see of a person, one resource after the other, as it is read: nothing of it is
// gathered first. A fault in the middle breaks the reply off, so that nobody takes a part for the whole.
func (c *call) everything() (*reply, error) {
	stream, rec, ok := mapping.ParseID(c.words["id"])
	if !ok || stream != rec {
		return nil, errNothingHere()
	}
	c.words["type"] = "Patient"
	if _, err := c.current(); err != nil {
		return nil, err
	}
	since, _, err := c.historyParametersOf("_since", "_type")
	if err != nil {
		return nil, err
	}
	classes, err := c.classesOfTypes(c.query["_type"])
	if err != nil {
		return nil, err
	}
	return &reply{status: http.StatusOK, stream: func(w http.ResponseWriter) error {
		s := &bundleStream{c: c, w: w}
		s.open("searchset")
		q := access.RecordsQuery{Stream: stream, Classes: classes, Limit: 200}
		for more := true; more && s.err == nil; {
			var page []*record.Version
			if page, more, s.err = c.seen.Records(c.ctx, q); s.err != nil {
				break
			}
			if s.err = c.ask(page); s.err != nil {
				break
			}
			for _, v := range page {
				if !v.Committed.Before(since) && len(v.Body) > 0 {
					s.add(v)
				}
			}
			if more {
				last := page[len(page)-1].Cursor()
				q.After = &last
			}
		}
		s.close()
		if s.err != nil {
			panic(http.ErrAbortHandler)
		}
		return nil
	}}, nil
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
	if s.c.format == asXML {
		s.write([]byte(`<?xml version="1.0" encoding="UTF-8"?><Bundle xmlns="http://hl7.org/fhir"><type value="` + kind + `"/>`))
		return
	}
	s.write([]byte(`{"resourceType":"Bundle","type":"` + kind + `"`))
}

// add writes one version as an entry.
func (s *bundleStream) add(v *record.Version) {
	m, ok := s.c.m.ByClass(v.Class)
	if s.err != nil || !ok {
		return
	}
	n, err := s.c.show(v)
	if err != nil {
		s.err = err
		return
	}
	b := newResource(s.c.m.Definitions, "Bundle")
	e := b.Add("entry")
	e.Set("fullUrl", s.c.base()+"/"+m.Resource.Name+"/"+s.c.idOf(v))
	e.AddResource("resource", n)
	e.Add("search").Set("mode", "match")
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
