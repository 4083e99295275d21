package extract

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

// row is what is remembered of one version while the extract is made: of a hundred thousand, a few megabytes.
type row struct {
	record   uuid.UUID
	happened int64 // Unix seconds; from, inclusive
	until    int64 // exclusive
	number   int32
	system   int16
	class    int16
	later    bool // there is a later version of the record
	degree   int8 // its sensitivity
	out      reason
}

// reason is why a version is left out. Of several the first counts.
type reason uint8

// The reasons, and what the extract says of them.
const (
	in reason = iota
	outDestroyed
	outRestricted
	outSensitive
	outRecord
	outClass
	outPeriod
	outStay
	outEarlier
	outNamed
	reasons
)

func (r reason) words() string {
	switch r {
	case outDestroyed:
		return "Lawfully destroyed, with a certificate"
	case outRestricted:
		return "Tells where the person lives, which is told to few"
	case outSensitive:
		return "More sensitive than what was asked for"
	case outRecord:
		return "Not among the records that were asked for"
	case outClass:
		return "Not of the classes or categories that were asked for"
	case outPeriod:
		return "Happened outside the period that was asked for"
	case outStay:
		return "Happened outside the stay that was asked for"
	case outEarlier:
		return "An earlier version, where the latest was asked for"
	case outNamed:
		return "Its words name what is left out"
	}
	return ""
}

// unseen stands in every extract, whether there is any such record or not: so it betrays none.
const unseen = "Records that whoever gave this may not see are not in it, and nothing in it points at them"

// plan is what an extract will hold, found before its first byte.
type plan struct {
	catalogue *standard.Catalogue
	criteria  *Criteria
	about     about
	zone      *time.Location

	rows    []row
	last    map[uuid.UUID]int32 // by record: its latest row
	systems []string
	classes []string
	number  map[string]int16 // of a class among them
	stays   map[uuid.UUID]stay
	order   []uuid.UUID // of stays, as they were first told
	places  map[uuid.UUID]bool
	subject *record.Version
	signed  map[record.VersionID][]ehr.Attestation
	hidden  map[uuid.UUID]bool // too sensitive: nothing may point at them
	counts  [reasons]int
	joined  bool
	large   int // files that are too large to stand in an extract
}

// about says whose record is read, and where.
type about struct {
	Person     uuid.UUID // the stream
	System     string
	Restricted bool // where the person lives is told to few
}

// stay is a time that the person spent in one place.
type stay struct {
	place       uuid.UUID
	from, until int64
}

func makePlan(ctx context.Context, r Reading, s Settings, c *Criteria) (*plan, error) {
	p := &plan{
		catalogue: s.Catalogue, criteria: c, about: about{r.Stream(), r.System(), r.Restricted()}, zone: s.Zone, last: map[uuid.UUID]int32{}, number: map[string]int16{}, stays: map[uuid.UUID]stay{}, places: map[uuid.UUID]bool{},
		signed: map[record.VersionID][]ehr.Attestation{}, hidden: map[uuid.UUID]bool{},
	}
	if err := r.Contributions(ctx, p.add); err != nil {
		return nil, err
	}
	if p.subject == nil {
		return nil, &standard.Fault{Kind: standard.NotFound, Message: "Nobody's extract can be made of this: the record does not say who the person is."}
	}
	if _, known := p.stays[c.Stay]; c.Stay != uuid.Nil && !known {
		return nil, standard.Refuse("The extract was not made.", []standard.Problem{{Path: "/stay", Rule: "unknown-stay", Value: c.Stay.String(), Message: "The person has had no such stay."}})
	}
	p.decide()
	return p, nil
}

// add takes one contribution into account.
func (p *plan) add(s *record.Sealed) error {
	next := 0
	for i := range s.Changes {
		ch := &s.Changes[i]
		if !ch.Type.MakesVersion() {
			if ch.Attestation != nil {
				p.signed[ch.Version] = append(p.signed[ch.Version], attestation(&s.Contribution, ch))
			}
			continue
		}
		if next == len(s.Versions) {
			break
		}
		v := s.Versions[next]
		next++
		if err := p.version(v); err != nil {
			return err
		}
	}
	return nil
}

func attestation(c *record.Contribution, ch *record.Change) ehr.Attestation {
	a := ch.Attestation
	return ehr.Attestation{
		Time: ehr.Moment{Text: a.At.UTC().Format(momentForm)}, Reason: ehr.Coded{Text: a.Reason}, Target: []ehr.ID{VersionID(ch.Version)},
		Attester: ehr.Role{Performer: committer(c), Function: &ehr.Coded{Code: a.Method, System: methodSystem}},
		Proof:    &ehr.Encapsulated{MediaType: "application/octet-stream", Size: int64(len(a.Signature)), Data: a.Signature, Text: a.Key},
	}
}

func (p *plan) version(v *record.Version) error {
	n := row{record: v.Record, number: int32(v.Number), degree: int8(SensitivityOf(v.Sensitivity))} //nolint:gosec // a record has no two thousand million versions
	n.system = index(&p.systems, v.System)
	class, known := p.number[v.Class]
	if !known {
		class = index(&p.classes, v.Class)
		p.number[v.Class] = class
	}
	n.class = class
	if before, ok := p.last[v.Record]; ok {
		p.rows[before].later = true
	}
	if v.Destroyed != uuid.Nil {
		n.out = outDestroyed
	} else if err := p.read(v, &n); err != nil {
		return err
	}
	p.last[v.Record] = int32(len(p.rows)) //nolint:gosec // nor a person so many
	p.rows = append(p.rows, n)
	return nil
}

func index(list *[]string, s string) int16 {
	at := slices.Index(*list, s)
	if at < 0 {
		at = len(*list)
		*list = append(*list, s)
	}
	return int16(at) //nolint:gosec // there are few classes and systems
}

// read finds out when it happened and what it says of the person's stays.
func (p *plan) read(v *record.Version, n *row) error {
	content, err := v.Decoded(p.catalogue)
	if err != nil {
		return err
	}
	ix := record.IndexOf(content, v.Recorded, p.zone)
	n.happened, n.until = ix.HappenedFrom, ix.HappenedUntil
	if ix.Person != nil {
		p.subject = v
	}
	if ix.SamePerson != nil {
		p.joined = !ix.SamePerson.Ended
	}
	if at := ix.Placement; at != nil {
		if _, known := p.stays[v.Record]; !known {
			p.order = append(p.order, v.Record)
		}
		p.places[at.Place] = true
		p.stays[v.Record] = p.stay(at)
	}
	if p.criteria.Attachments && content.Class != nil && content.Class.NamesFiles() {
		p.large += tooLarge(record.AttachmentsOf(&content.Group))
	}
	return nil
}

func (p *plan) stay(at *record.Placement) stay {
	s := stay{place: at.Place, from: math.MinInt64, until: math.MaxInt64}
	if from, _, ok := standard.Interval(standard.Date(at.From), nil, p.zone); ok {
		s.from = from.Unix()
	}
	if _, until, ok := standard.Interval(standard.Date(at.Until), nil, p.zone); ok {
		s.until = until.Unix()
	}
	return s
}

// decide says of every version whether it goes out, and if not why.
func (p *plan) decide() {
	most := int8(p.criteria.MaxSensitivity) //nolint:gosec // 0 to 5
	for i := range p.rows {
		r := &p.rows[i]
		if most > 0 && p.rows[p.last[r.record]].degree > most {
			p.hidden[r.record] = true
		}
		if r.out == in {
			r.out = p.reason(r)
		}
		p.counts[r.out]++
	}
}

func (p *plan) reason(r *row) reason {
	c := p.criteria
	class, _ := p.catalogue.Class(p.classes[r.class])
	switch {
	case p.conceals() && class != nil && class.HasRole(standard.ClassRolePlacement):
		return outRestricted
	case p.hidden[r.record] || c.MaxSensitivity > 0 && r.degree > int8(c.MaxSensitivity): //nolint:gosec // 1 to 5
		return outSensitive
	case len(c.Records) > 0 && !slices.Contains(c.Records, r.record):
		return outRecord
	case !p.ofClass(r, class):
		return outClass
	case !c.From.IsZero() && r.until <= c.From.Unix() || !c.Until.IsZero() && r.happened >= c.Until.Add(time.Second-1).Unix():
		return outPeriod
	case c.Stay != uuid.Nil && !p.stays[c.Stay].holds(r):
		return outStay
	case !c.AllVersions && r.later:
		return outEarlier
	}
	return in
}

func (s stay) holds(r *row) bool { return r.happened >= s.from && r.happened < s.until }

// conceals reports whether where the person lives must not be told.
func (p *plan) conceals() bool { return p.about.Restricted && !p.criteria.Whereabouts }

func (p *plan) ofClass(r *row, class *standard.Class) bool {
	c := p.criteria
	if len(c.Classes) > 0 && !slices.Contains(c.Classes, p.classes[r.class]) {
		return false
	}
	if len(c.Categories) == 0 {
		return true
	}
	return class != nil && class.Category != nil && slices.Contains(c.Categories, class.Category.ID)
}

// omissions declare what was left out.
func (p *plan) omissions() []ehr.Omission {
	list := p.left()
	if p.large > 0 {
		list = append(list, ehr.Omission{Reason: "Files that are too large for an extract are named, not held", Count: p.large})
	}
	if !p.criteria.Attachments {
		list = append(list, ehr.Omission{Reason: "Files are named, not held: they were not asked for"})
	}
	return list
}

// left declares which records were left out.
func (p *plan) left() []ehr.Omission {
	list := []ehr.Omission{{Reason: unseen}}
	for r := in + 1; r < reasons; r++ {
		if n := p.counts[r]; n > 0 {
			list = append(list, ehr.Omission{Reason: r.words(), Count: n})
		}
	}
	if p.joined {
		list = append(list, ehr.Omission{Reason: "The person has another record here, under another id; ask for it by itself"})
	}
	return list
}

// latest is the composition of the latest version of a record; false when it is none of the person's that may be seen.
func (p *plan) latest(uid uuid.UUID) (ehr.ID, bool) {
	at, ok := p.last[uid]
	if !ok {
		return ehr.ID{}, false
	}
	return p.id(&p.rows[at]), true
}

func (p *plan) id(r *row) ehr.ID {
	return VersionID(record.VersionID{Record: r.record, System: p.systems[r.system], Number: int(r.number)})
}
