package extract

import (
	"bytes"
	"slices"

	"github.com/google/uuid"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

// people gathers whom the compositions name.
type people struct {
	x      *Extract
	named  map[uuid.UUID]bool
	spoken map[string]bool // who is known in words only
}

func newPeople(x *Extract) *people {
	return &people{x: x, named: map[uuid.UUID]bool{}, spoken: map[string]bool{}}
}

// of notes whom one composition names. References to records of the person are passed over when they are given: they are no entries of the directory.
func (p *people) of(c *ehr.Composition, content *standard.Content, v *record.Version) {
	note := func(uid uuid.UUID) {
		if _, own := p.x.plan.last[uid]; uid != uuid.Nil && !own {
			p.named[uid] = true
		}
	}
	if c.Composer != nil {
		note(v.Author)
	}
	if uid, err := uuid.Parse(c.Committal.Committer.Root); err == nil && !c.Committal.Committer.Same(c.Committal.System) {
		note(uid)
	}
	for _, a := range c.Attestations {
		if uid, err := uuid.Parse(a.Attester.Performer.Root); err == nil {
			note(uid)
		}
	}
	for _, r := range content.References() {
		note(r.UID)
	}
	if v.InformationProvider != "" {
		p.spoken[v.InformationProvider] = true
	}
}

// give gives them in an order that is always the same.
func (p *people) give(yield func(ehr.Demographic) error) error {
	if a := p.x.settings.Approved; a != uuid.Nil {
		p.named[a] = true
	}
	content, err := p.x.plan.subject.Decoded(p.x.settings.Catalogue)
	if err != nil {
		return err
	}
	if err := yield(subjectOf(p.x.plan.about.Person, content, p.x.settings)); err != nil {
		return err
	}
	uids := make([]uuid.UUID, 0, len(p.named))
	for uid := range p.named {
		uids = append(uids, uid)
	}
	slices.SortFunc(uids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	for _, uid := range uids {
		v, err := p.x.reading.Entry(p.x.ctx, uid)
		if standard.KindOf(err) == standard.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if content, err = v.Decoded(p.x.settings.Catalogue); err != nil {
			return err
		}
		if err := yield(entity(uid, v, content)); err != nil {
			return err
		}
	}
	var spoken []string
	for who := range p.spoken {
		spoken = append(spoken, who)
	}
	slices.Sort(spoken)
	for _, who := range spoken {
		key := providerKey(p.x.plan.about.Person, who)
		if err := yield(&ehr.Person{Entity: ehr.Entity{Key: key}, Names: []ehr.Name{{Use: "P", Parts: []ehr.NamePart{{Type: "TXT", Text: who}}}}}); err != nil {
			return err
		}
	}
	return nil
}

func nameOf(content *standard.Content) []ehr.Name {
	var parts []ehr.NamePart
	for _, p := range []struct{ kind, role string }{{"GIV", standard.RoleGivenName}, {"FAM", standard.RoleFamilyName}} {
		if s := content.Words(p.role); s != "" {
			parts = append(parts, ehr.NamePart{Type: p.kind, Text: s})
		}
	}
	var names []ehr.Name
	if len(parts) > 0 {
		names = append(names, ehr.Name{Use: "L", Parts: parts})
	}
	if s := content.Words(standard.RolePreferredName); s != "" {
		names = append(names, ehr.Name{Use: "P", Parts: []ehr.NamePart{{Type: "GIV", Text: s}}})
	}
	return names
}

// subjectOf says who the record is about.
func subjectOf(uid uuid.UUID, content *standard.Content, s Settings) *ehr.Person {
	card := record.IndexOf(content, "", s.Zone).Person
	p := &ehr.Person{Entity: ehr.Entity{Key: ehr.ID{Root: uid.String()}}, Names: nameOf(content), Subject: &ehr.SubjectDetail{Gender: genderOf(content), Birth: ehr.Moment{Text: card.Born}}}
	if card.Born == "" {
		p.Subject.Birth = ehr.Moment{Null: "NI"}
	}
	if card.NHSNumber != "" {
		p.IDs = append(p.IDs, ehr.ID{Root: nhsNumbers, Extension: card.NHSNumber, Authority: nhs})
	}
	if card.Died != "" {
		p.Subject.Deceased = &ehr.Moment{Text: card.Died}
	}
	return p
}

func genderOf(content *standard.Content) ehr.Code {
	v, ok := content.First(standard.RoleGender)
	if c, coded := v.(standard.Coded); ok && coded && c.Code != "" {
		return ehr.Code{Code: c.Code, System: c.System}
	}
	return ehr.Code{Null: "NI"}
}

// entity says what an entry of the directory is: somebody who works there, or an organisation, place or service.
func entity(uid uuid.UUID, v *record.Version, content *standard.Content) ehr.Demographic {
	own := ehr.Entity{Key: ehr.ID{Root: uid.String()}}
	class, words := content.Class, ehr.Coded{Code: v.Class, Scheme: "Rosemary", Display: v.Class}
	if class != nil {
		words.Display, words.Scheme, words.Version = class.Name, class.Source.Standard, v.Release
	}
	names := nameOf(content)
	if len(names) > 0 && (class == nil || content.Words(standard.RoleName) == "") {
		return &ehr.Person{Entity: own, Names: names, Roles: []ehr.ProfessionalRole{{Profession: &words}}}
	}
	name := content.Words(standard.RoleName)
	if name == "" {
		name = content.Title()
	}
	return &ehr.Organisation{Entity: own, Code: words, Description: words.Display, Name: name}
}
