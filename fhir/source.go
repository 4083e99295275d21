package fhir

import (
	"encoding/binary"
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

// source is what a search looks through: pages of candidates, each with its place.
type source interface {
	next(behind []byte, limit int) (page []hit, more bool, err error)
}

// source finds where to look: at what is named, in one person's record, among the people, in the directory, or in the records of many.
func (c *call) source(kind string, q *question) (source, error) {
	classes := c.profiled(c.m.ClassesOf(kind), q.plain)
	if len(classes) == 0 {
		return &named{c, "", nil}, nil
	}
	for _, one := range q.plain {
		if one.p.Code == "_id" && one.modifier == "" {
			return &named{c, kind, slices.Compact(slices.Sorted(slices.Values(one.values)))}, nil
		}
	}
	streams, whose, err := c.people(q)
	switch {
	case err != nil:
		return nil, err
	case whose && len(streams) == 0:
		return &named{c, "", nil}, nil
	case whose && len(streams) == 1:
		return c.inRecord(streams[0], classes, q.plain)
	case whose:
		return c.wherever(classes, streams, q.plain), nil
	case classes[0].HasRole(standard.ClassRolePerson):
		return &people{c, c.narrowing(q.plain)}, nil
	}
	return c.wherever(classes, nil, q.plain), nil
}

// profiled keeps the classes that a search names as profiles: every resource names its own.
func (c *call) profiled(classes []*mapping.Class, all []criterion) []*mapping.Class {
	for _, one := range all {
		if one.p.Code != "_profile" || one.modifier != "" || slices.ContainsFunc(one.values, func(v string) bool { return !strings.HasPrefix(v, mapping.ClassPrefix) }) {
			continue
		}
		classes = slices.DeleteFunc(slices.Clone(classes), func(m *mapping.Class) bool { return !slices.Contains(one.values, mapping.ClassPrefix+m.ID) })
	}
	return classes
}

// classesOfTypes gives the classes of some types of resources; none for none.
func (c *call) classesOfTypes(types []string) ([]string, error) {
	var ids []string
	var problems []standard.Problem
	for _, list := range types {
		for kind := range strings.SplitSeq(list, ",") {
			classes := c.m.ClassesOf(kind)
			if len(classes) == 0 {
				problems = append(problems, badParameter("_type", kind, "No record is kept as this type."))
			}
			for _, m := range classes {
				ids = append(ids, m.ID)
			}
		}
	}
	return ids, badQuery(problems)
}

// named is the resources that are named by their ids.
type named struct {
	c    *call
	kind string
	ids  []string
}

func (s *named) next(behind []byte, limit int) (page []hit, more bool, err error) {
	from := 0
	if len(behind) == 8 {
		from = int(binary.BigEndian.Uint64(behind))
	}
	for i := from; i < len(s.ids) && len(page) < limit && bytesOf(page) < mostHeld; i++ {
		more = i+1 < len(s.ids)
		stream, rec, ok := mapping.ParseID(s.ids[i])
		if !ok {
			continue
		}
		v, err := s.c.seen.Record(s.c.ctx, stream, rec)
		if standard.KindOf(err) == standard.NotFound {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		if m, ok := s.c.m.ByClass(v.Class); ok && m.Resource.Name == s.kind {
			page = append(page, hit{version: v, behind: binary.BigEndian.AppendUint64(nil, uint64(i+1))})
		}
	}
	return page, more && len(page) > 0, nil
}

// inRecord is the records of some classes of one person.
type inRecord struct {
	c       *call
	q       access.RecordsQuery
	present []*mapping.Class
}

// inRecord narrows what is looked at in a person's record by the dates that are asked for, where they are those at which things happened.
// Only classes of which there are records are looked through: many are Observations, and each is a list of its own.
func (c *call) inRecord(patient uuid.UUID, classes []*mapping.Class, all []criterion) (source, error) {
	q := access.RecordsQuery{Stream: patient}
	there, err := c.seen.Counts(c.ctx, patient)
	if standard.KindOf(err) == standard.NotFound { // somebody whom the reader may not see has no records
		return &named{c, "", nil}, nil
	}
	if err != nil {
		return nil, err
	}
	var present []*mapping.Class
	for _, m := range classes {
		if there[m.ID] > 0 {
			q.Classes, present = append(q.Classes, m.ID), append(present, m)
		}
	}
	if len(present) == 0 {
		return &named{c, "", nil}, nil
	}
	q.From, q.Until = c.between(present, all)
	return &inRecord{c, q, present}, nil
}

// between gives the stretch of time in which all must have happened that is asked for; zero where it is open.
func (c *call) between(classes []*mapping.Class, all []criterion) (from, until time.Time) {
	for _, one := range all {
		if one.p.Type != "date" || one.modifier != "" || len(one.values) != 1 || len(one.p.Paths) != 1 {
			continue
		}
		begins, only := happened(classes, one.p)
		if !begins {
			continue
		}
		prefix, s := cutPrefix(one.values[0])
		since, to, _ := standard.Interval(standard.DateTime(s), nil, c.Zone)
		if prefix == "eq" || prefix == "sa" || only && (prefix == "ge" || prefix == "gt") { // what began earlier may go on
			if since.After(from) {
				from = since
			}
		}
		if prefix == "eq" || prefix == "le" || prefix == "lt" || prefix == "eb" {
			if until.IsZero() || to.Before(until) {
				until = to
			}
		}
	}
	return from, until
}

// happened says whether a parameter looks, for all of the classes, at when the record happened, and at nothing else.
func happened(classes []*mapping.Class, p *resource.Parameter) (begins, only bool) {
	if len(p.Paths[0].Steps) == 0 {
		return false, false
	}
	only = true
	for _, m := range classes {
		b, o := m.WhenAt(p.Paths[0].Steps[0].Base)
		if !b {
			return false, false
		}
		only = only && o
	}
	return true, only
}

func (s *inRecord) next(behind []byte, limit int) (page []hit, more bool, err error) {
	q := s.q
	q.Limit, q.Bytes = limit, mostHeld
	if len(behind) > 0 {
		if q.After = cursorOf(behind); q.After == nil {
			return nil, false, badQuery([]standard.Problem{badParameter("_after", "", "This does not continue this list.")})
		}
	}
	versions, more, err := s.c.seen.Records(s.c.ctx, q)
	page = make([]hit, 0, len(versions))
	room := make([]byte, 0, len(versions)*placeOfVersion)
	for _, v := range versions {
		from := len(room)
		room = appendBehind(room, v.Cursor())
		page = append(page, hit{version: v, behind: room[from:len(room):len(room)]})
	}
	return page, more, err
}

// placeOfVersion is how long the place of a version may be.
const placeOfVersion = 3*binary.MaxVarintLen64 + 16

// behindVersion writes the place of a version in a list.
func behindVersion(k record.Cursor) []byte {
	return appendBehind(make([]byte, 0, placeOfVersion), k)
}

func appendBehind(b []byte, k record.Cursor) []byte {
	b = binary.AppendVarint(binary.AppendVarint(b, k.Happened), int64(k.From))
	return binary.AppendVarint(append(b, k.Record[:]...), int64(k.Number))
}

// cursorOf reads the place of a version; nil for anything else.
func cursorOf(b []byte) *record.Cursor {
	happened, n := binary.Varint(b)
	if n <= 0 {
		return nil
	}
	from, m := binary.Varint(b[n:])
	if m <= 0 || len(b) < n+m+17 {
		return nil
	}
	rest := b[n+m:]
	number, k := binary.Varint(rest[16:])
	if k <= 0 {
		return nil
	}
	return &record.Cursor{Happened: happened, From: record.Moment(from), Record: uuid.UUID(rest[:16]), Number: int(number)}
}

// people is everybody whom the reader may see, or those whom words find.
type people struct {
	c     *call
	words string
}

// narrowing gives the words that narrow a search for people: what the register finds by itself. What is found is held against all that was asked nevertheless.
func (c *call) narrowing(all []criterion) string {
	for _, one := range all {
		if len(one.values) != 1 || one.modifier != "" && one.modifier != "exact" {
			continue
		}
		switch v := plainly(one.values[0]); one.p.Code {
		case "identifier":
			if system, number, has := cutBar(one.values[0]); has && system == nhsNumberSystem {
				return plainly(number)
			}
		case "family", "given", "name":
			return v
		}
	}
	return ""
}

const nhsNumberSystem = "https://fhir.nhs.uk/Id/nhs-number"

// next gives a page of people. A place is how many of a page have been seen, and behind whom that page begins.
func (s *people) next(behind []byte, limit int) (page []hit, more bool, err error) {
	skip, after := 0, ""
	if len(behind) > 2 {
		skip, after = int(binary.BigEndian.Uint16(behind)), string(behind[2:])
	} else if len(behind) == 2 {
		skip = int(binary.BigEndian.Uint16(behind))
	}
	limit = 50 // always the same, so that a place means the same
	for {
		found, next, err := s.c.seen.People(s.c.ctx, access.PeopleQuery{Search: s.words, All: true, After: after, Limit: limit})
		if err != nil {
			return nil, false, err
		}
		who, err := s.who(found[min(skip, len(found)):])
		if err != nil {
			return nil, false, err
		}
		for i := skip; i < len(found); i++ {
			v := who[found[i].UID]
			if v == nil {
				continue
			}
			page = append(page, hit{version: v, behind: append(binary.BigEndian.AppendUint16(nil, uint16(i+1)), after...)})
		}
		if len(page) > 0 || next == "" {
			if next != "" && len(page) > 0 { // the last one's place is the beginning of the next page
				page[len(page)-1].behind = append([]byte{0, 0}, next...)
			}
			return page, next != "", nil
		}
		skip, after = 0, next
	}
}

// who gives the records that say who some people are, in one question.
func (s *people) who(found []access.Person) (map[uuid.UUID]*record.Version, error) {
	streams := make([]uuid.UUID, len(found))
	for i, p := range found {
		streams[i] = p.UID
	}
	var classes []string
	for _, class := range s.c.Catalogue.ClassesWithRole(standard.ClassRolePerson) {
		classes = append(classes, class.ID)
	}
	who := map[uuid.UUID]*record.Version{}
	if len(streams) == 0 {
		return who, nil
	}
	versions, _, err := s.c.seen.Sweep(s.c.ctx, access.SweepQuery{Streams: streams, Classes: classes, Limit: 1000})
	for _, v := range versions {
		if v.Record == v.Stream {
			who[v.Stream] = v
		}
	}
	return who, err
}

// directory is the entries of some classes.
type directory struct {
	c       *call
	classes []string
}

func (s *directory) next(behind []byte, limit int) (page []hit, more bool, err error) {
	from := 0
	if len(behind) == 8 {
		from = int(binary.BigEndian.Uint64(behind))
	}
	entries, err := s.c.seen.Directory(s.c.ctx, s.classes)
	if err != nil {
		return nil, false, err
	}
	for i := from; i < len(entries) && len(page) < limit && bytesOf(page) < mostHeld; i++ {
		v, err := s.c.seen.Record(s.c.ctx, entries[i].UID, entries[i].UID)
		if standard.KindOf(err) == standard.NotFound {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		page = append(page, hit{version: v, behind: binary.BigEndian.AppendUint64(nil, uint64(i+1))})
		more = i+1 < len(entries)
	}
	return page, more, nil
}
