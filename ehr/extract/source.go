package extract

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

// Settings are what extracts are made with.
type Settings struct {
	Catalogue *standard.Catalogue
	Zone      *time.Location // where dates without an offset are read
	Created   time.Time      // when it is made: stands in the header
	Keeps     ehr.Dialect    // the canonical dialect, in which compositions of other systems are kept; nil: they stay folded
	Approved  uuid.UUID      // who says that it may leave, by the entry in the directory; zero: nobody in particular
}

// Extract is an extract that has been planned: what it will hold is known, and nothing of it has been made. It is an ehr.Source and keeps no more of a version than
// where it is.
type Extract struct {
	ctx      context.Context
	reading  Reading
	settings Settings
	plan     *plan
	people   *people
	passages []Passage                 // that name what is left out
	out      map[record.VersionID]bool // versions that are left out for it
}

// New plans an extract. Faults of the criteria are an Invalid fault.
func New(ctx context.Context, r Reading, s Settings, c Criteria) (*Extract, error) {
	if err := standard.Refuse("The extract was not made.", c.Check(s.Catalogue)); err != nil {
		return nil, err
	}
	p, err := makePlan(ctx, r, s, &c)
	if err != nil {
		return nil, err
	}
	x := &Extract{ctx: ctx, reading: r, settings: s, plan: p}
	if err := x.name(); err != nil {
		return nil, err
	}
	x.withhold()
	return x, nil
}

// Count is how many compositions it holds.
func (x *Extract) Count() int { return x.plan.counts[in] }

// Classes says how many compositions of each class it holds.
func (x *Extract) Classes() map[string]int {
	n := map[string]int{}
	for i := range x.plan.rows {
		if r := &x.plan.rows[i]; r.out == in {
			n[x.plan.classes[r.class]]++
		}
	}
	return n
}

// Degrees says how many compositions of each sensitivity it holds.
func (x *Extract) Degrees() map[record.Sensitivity]int {
	n := map[record.Sensitivity]int{}
	for i := range x.plan.rows {
		if r := &x.plan.rows[i]; r.out == in {
			n[sensitivityOf(ehr.Sensitivity(r.degree))]++
		}
	}
	return n
}

// Omitted says what is left out and why, as the header does.
func (x *Extract) Omitted() []ehr.Omission { return x.plan.omissions() }

// Left says which records are left out and why. Of files it says nothing: for whoever gives them beside the extract.
func (x *Extract) Left() []ehr.Omission { return x.plan.left() }

// Header is the top of the extract.
func (x *Extract) Header() *ehr.Header {
	about := x.plan.about
	h := &ehr.Header{
		System: ehr.ID{Root: about.System}, EHR: ehr.ID{Root: about.Person.String()}, Subject: ehr.ID{Root: about.Person.String()},
		Created: ehr.Moment{Text: x.settings.Created.UTC().Format(time.RFC3339)}, Model: Model, Criteria: []ehr.Criteria{x.plan.criteria.Model()}, Omitted: x.plan.omissions(),
	}
	if x.settings.Approved != uuid.Nil {
		h.Authorising = &ehr.ID{Root: x.settings.Approved.String()}
	}
	return h
}

// inFolder is how many compositions one folder points at; beyond, it goes on in another of the same name.
const inFolder = 1000

// Folders group by the standard's categories, and by stay. They only point.
func (x *Extract) Folders(yield func(*ehr.Folder) error) error {
	for _, category := range x.settings.Catalogue.Categories() {
		wanted := make([]bool, len(x.plan.classes))
		for i, id := range x.plan.classes {
			class, ok := x.settings.Catalogue.Class(id)
			wanted[i] = ok && class.Category == category
		}
		if err := x.folder("category/"+category.ID, category.Name, func(r *row) bool { return wanted[r.class] }, yield); err != nil {
			return err
		}
	}
	if x.plan.conceals() {
		return nil
	}
	for _, uid := range x.plan.order {
		s := x.plan.stays[uid]
		name, err := x.stayName(s)
		if err != nil {
			return err
		}
		if err := x.folder("stay/"+uid.String(), name, s.holds, yield); err != nil {
			return err
		}
	}
	return nil
}

func (x *Extract) stayName(s stay) (string, error) {
	name := "Stay"
	if s.from > math.MinInt64 {
		name += " from " + time.Unix(s.from, 0).In(x.settings.Zone).Format(time.DateOnly)
	}
	v, err := x.reading.Entry(x.ctx, s.place)
	if standard.KindOf(err) == standard.NotFound {
		return name, nil
	}
	if err != nil {
		return "", err
	}
	content, err := v.Decoded(x.settings.Catalogue)
	if err != nil {
		return "", err
	}
	if ix := record.IndexOf(content, v.Recorded, x.settings.Zone); ix.Entry != nil && ix.Entry.Name != "" {
		name += ", " + ix.Entry.Name
	}
	return name, nil
}

// folder gives one folder in parts that can be held.
func (x *Extract) folder(id, name string, holds func(*row) bool, yield func(*ehr.Folder) error) error {
	var ids []ehr.ID
	part := 0
	give := func() error {
		part++
		f := &ehr.Folder{Compositions: ids, Component: ehr.Component{
			Name: words(name), ArchetypeID: "rosemary/folder/" + id, RCID: ehr.ID{Root: x.plan.about.Person.String(), Extension: "folder/" + id + "/" + strconv.Itoa(part)}, Synthesised: true,
		}}
		ids = nil
		return yield(f)
	}
	for i := range x.plan.rows {
		r := &x.plan.rows[i]
		if r.out != in || !holds(r) {
			continue
		}
		if ids = append(ids, x.plan.id(r)); len(ids) == inFolder {
			if err := give(); err != nil {
				return err
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return give()
}

// Compositions gives every version that goes out, in the order in which they were committed; none before it is Ready.
func (x *Extract) Compositions(yield func(*ehr.Composition) error) error {
	if err := x.Ready(); err != nil {
		return err
	}
	return x.each(x.plan.criteria.Attachments, yield)
}

// each makes the compositions and notes whom they name.
func (x *Extract) each(files bool, yield func(*ehr.Composition) error) error {
	named := newPeople(x)
	attach := &attaching{ctx: x.ctx, reading: x.reading, with: files}
	c := &composer{catalogue: x.settings.Catalogue, about: x.plan.about, latest: x.plan.latest, hidden: x.hides, masks: x.masks, file: attach.value, signed: x.plan.signed, keeps: x.settings.Keeps}
	err := x.versions(func(s *record.Sealed, ch *record.Change, v *record.Version) error {
		attach.room = filesTogether
		composition, content, err := c.compose(&s.Contribution, ch, v)
		if err == nil {
			err = attach.err
		}
		if err != nil {
			return err
		}
		named.of(composition, content, v)
		return yield(composition)
	})
	if err == nil {
		x.people = named
	}
	return err
}

// versions calls fn for every version that goes out, in the order in which they were committed.
func (x *Extract) versions(fn func(*record.Sealed, *record.Change, *record.Version) error) error {
	next := 0
	return x.reading.Contributions(x.ctx, func(s *record.Sealed) error {
		made := 0
		for i := range s.Changes {
			ch := &s.Changes[i]
			if !ch.Type.MakesVersion() || made == len(s.Versions) {
				continue
			}
			v := s.Versions[made]
			made++
			if next == len(x.plan.rows) || x.plan.rows[next].record != v.Record || int(x.plan.rows[next].number) != v.Number {
				return fmt.Errorf("the record of %s changed while its extract was made", x.plan.about.Person)
			}
			next++
			if x.plan.rows[next-1].out != in {
				continue
			}
			if err := fn(s, ch, v); err != nil {
				return err
			}
		}
		return nil
	})
}

// hides reports whether nothing may point at something: a record that is not told, and where the person lives when that is not.
func (x *Extract) hides(uid uuid.UUID) bool {
	return x.plan.hidden[uid] || x.plan.conceals() && x.plan.places[uid] || x.reading.Withheld(uid)
}

func (x *Extract) masks(e *standard.Element) bool {
	return x.plan.conceals() && e.Role == standard.RoleWhereabouts
}

// Demographics gives who is named: the person, the people and organisations of the directory, and who is known in words only.
func (x *Extract) Demographics(yield func(ehr.Demographic) error) error {
	if x.people == nil { // a dialect that has them first
		if err := x.each(false, func(*ehr.Composition) error { return nil }); err != nil {
			return err
		}
	}
	return x.people.give(yield)
}
