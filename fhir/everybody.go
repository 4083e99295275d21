package fhir

import (
	"encoding/binary"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/record"
	"rosemary/standard"
)

// everybody is the records of some classes of many people: of those that are named, or of all whom the reader may see. Of a page of people all are asked about at once.
type everybody struct {
	c           *call
	classes     []string
	streams     []uuid.UUID // none: all
	from, until time.Time
	narrowed
	width, size int // of how many people, and for how many records, the next question is: whoever has much fills a page alone
}

// atOnce is how many people one question is about at most, and mostFetched how many records it gives.
const (
	atOnce      = 25
	mostFetched = 1000
)

// wherever finds where records of some classes are: in some people's records, or without any in everybody's and in the directory.
func (c *call) wherever(classes []*mapping.Class, streams []uuid.UUID, all []criterion) source {
	var persons, entries []string
	var kept []*mapping.Class
	for _, m := range classes {
		if m.Stream != standard.DirectoryStream {
			persons, kept = append(persons, m.ID), append(kept, m)
		}
		if m.Stream != standard.PersonStream {
			entries = append(entries, m.ID)
		}
	}
	var parts joined
	if len(entries) > 0 && streams == nil {
		parts = append(parts, &directory{c, entries})
	}
	if len(persons) > 0 {
		from, until := c.between(kept, all)
		parts = append(parts, &everybody{c: c, classes: persons, streams: streams, from: from, until: until, narrowed: c.narrow(kept[0].Resource.Name, kept, all)})
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return parts
}

// next gives a page. A place is the page of people, which of them, and the record behind which it goes on.
func (s *everybody) next(behind []byte, limit int) (page []hit, more bool, err error) {
	p, ok := placeOf(behind)
	if !ok {
		return nil, false, badQuery([]standard.Problem{badParameter("_after", "", "This does not continue this list.")})
	}
	s.size = min(max(limit, 2*s.size), mostFetched)
	for {
		people, next, err := s.people(p.page)
		if err != nil {
			return nil, false, err
		}
		for p.which < len(people) {
			s.width = min(max(2, s.width), atOnce)
			until := min(p.which+s.width, len(people))
			q := access.SweepQuery{Streams: people[p.which:until], Classes: s.classes, From: s.from, Until: s.until, Says: s.says, Free: s.free, After: p.after, Limit: s.size, Bytes: max(mostHeld-bytesOf(page), 1)}
			versions, more, err := s.c.seen.Sweep(s.c.ctx, q)
			if err != nil {
				return nil, false, err
			}
			page = append(page, s.hits(p, people, versions)...)
			if more {
				s.width = 2
				return page, true, nil
			}
			s.width *= 2
			if p = (sweepPlace{page: p.page, which: until}); (len(page) >= limit || bytesOf(page) >= mostHeld) && (until < len(people) || next != "") {
				page[len(page)-1].behind = p.bytes()
				return page, true, nil
			}
		}
		if next == "" {
			return page, false, nil
		}
		p = sweepPlace{page: next}
	}
}

// hits gives versions with their places.
func (s *everybody) hits(p sweepPlace, people []uuid.UUID, versions []*record.Version) (page []hit) {
	at := p.which
	for _, v := range versions {
		for at < len(people) && people[at] != v.Stream {
			at++
		}
		cursor := v.Cursor()
		page = append(page, hit{version: v, behind: sweepPlace{p.page, at, &cursor}.bytes()})
	}
	return page
}

// people gives a page of people.
func (s *everybody) people(after string) (streams []uuid.UUID, next string, err error) {
	if s.streams != nil {
		from, _ := strconv.Atoi(after)
		until := min(from+atOnce, len(s.streams))
		if until < len(s.streams) {
			next = strconv.Itoa(until)
		}
		return s.streams[min(max(from, 0), until):until], next, nil
	}
	found, next, err := s.c.seen.People(s.c.ctx, access.PeopleQuery{All: true, After: after, Limit: atOnce})
	for _, p := range found {
		streams = append(streams, p.UID)
	}
	return streams, next, err
}

// sweepPlace is a place among the records of many.
type sweepPlace struct {
	page  string
	which int
	after *record.Cursor
}

func (p sweepPlace) bytes() []byte {
	b := binary.AppendUvarint(nil, uint64(len(p.page)))
	b = append(b, p.page...)
	b = binary.AppendUvarint(b, uint64(p.which))
	if p.after != nil {
		b = append(b, behindVersion(*p.after)...)
	}
	return b
}

// placeOf reads a place; that of nothing is the beginning.
func placeOf(b []byte) (p sweepPlace, ok bool) {
	if len(b) == 0 {
		return p, true
	}
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return p, false
	}
	p.page = string(b[n : n+int(size)])
	b = b[n+int(size):]
	which, n := binary.Uvarint(b)
	if n <= 0 || which > 1<<16 {
		return p, false
	}
	if p.which = int(which); len(b) > n {
		p.after = cursorOf(b[n:])
		return p, p.after != nil
	}
	return p, true
}

// joined is one source behind the other.
type joined []source

func (s joined) next(behind []byte, limit int) (page []hit, more bool, err error) {
	which := 0
	if len(behind) > 0 {
		which, behind = int(behind[0]), behind[1:]
	}
	for ; which < len(s); which, behind = which+1, nil {
		page, more, err = s[which].next(behind, limit)
		if err != nil {
			return nil, false, err
		}
		for i := range page {
			page[i].behind = append([]byte{byte(which)}, page[i].behind...)
		}
		if more {
			return page, true, nil
		}
		if len(page) > 0 {
			page[len(page)-1].behind = []byte{byte(which + 1)}
			return page, which+1 < len(s), nil
		}
	}
	return nil, false, nil
}
