package ibime

import (
	"rosemary/ehr"
	"rosemary/ehr/kept"
)

// The archetype ids of the compositions that are made up for what the schema has no class for.
const (
	headerID       = "rosemary-extract-header"
	personID       = "rosemary-extract-person"
	organisationID = "rosemary-extract-organisation"
	deviceID       = "rosemary-extract-device"
	endID          = "rosemary-extract-end"
)

func header(f *form, h *ehr.Header) {
	value(f, "ehr_system", &h.System)
	value(f, "ehr_id", &h.EHR)
	value(f, "subject_of_care", &h.Subject)
	value(f, "time_created", &h.Created)
	f.word("rm_id", &h.Model)
	maybe(f, "authorising_party", &h.Authorising)
	groups(f, "criteria", &h.Criteria, func(f *form, c *ehr.Criteria) {
		maybe(f, "time_period", &c.Period)
		most := int(c.MaxSensitivity)
		if f.number("max_sensitivity", &most); f.reading {
			c.MaxSensitivity = ehr.Sensitivity(most)
		}
		f.choice("all_versions", &c.AllVersions)
		f.choice("multimedia_included", &c.Multimedia)
		f.words("archetype_ids", &c.ArchetypeIDs)
		f.word("other_constraints", &c.Other)
	})
	groups(f, "left_out", &h.Omitted, func(f *form, o *ehr.Omission) {
		f.word("reason", &o.Reason)
		f.number("count", &o.Count)
	})
}

func entity(f *form, e *ehr.Entity) {
	value(f, "extract_id", &e.Key)
	values(f, "id", &e.IDs)
	groups(f, "telecom", &e.Telecoms, func(f *form, t *ehr.Telecom) {
		f.word("telecomAddress", &t.URI)
		f.word("use", &t.Use)
		maybe(f, "validTime", &t.Valid)
	})
}

func addresses(f *form, list *[]ehr.Address) {
	groups(f, "addr", list, func(f *form, a *ehr.Address) {
		f.word("addressUse", &a.Use)
		maybe(f, "validTime", &a.Valid)
		groups(f, "addrPart", &a.Parts, func(f *form, p *ehr.AddressPart) {
			f.word("addressLineType", &p.Type)
			f.word("addressLine", &p.Text)
		})
	})
}

func person(f *form, p *ehr.Person) {
	entity(f, &p.Entity)
	groups(f, "name", &p.Names, func(f *form, n *ehr.Name) {
		f.word("use", &n.Use)
		maybe(f, "validTime", &n.Valid)
		groups(f, "namePart", &n.Parts, func(f *form, p *ehr.NamePart) {
			f.word("namePartType", &p.Type)
			f.word("entityPartName", &p.Text)
		})
	})
	addresses(f, &p.Addresses)
	var subject []ehr.SubjectDetail
	if p.Subject != nil {
		subject = append(subject, *p.Subject)
	}
	groups(f, "subject_of_care", &subject, func(f *form, s *ehr.SubjectDetail) {
		value(f, "administrativeGenderCode", &s.Gender)
		value(f, "birthTime", &s.Birth)
		f.number("birthOrderNumber", &s.Order)
		maybe(f, "deceasedTime", &s.Deceased)
	})
	if f.reading && len(subject) > 0 {
		p.Subject = &subject[0]
	}
	groups(f, "role", &p.Roles, func(f *form, r *ehr.ProfessionalRole) {
		values(f, "id", &r.IDs)
		maybe(f, "profession", &r.Profession)
		maybe(f, "specialty", &r.Specialty)
		maybe(f, "position_or_grade", &r.Position)
		maybe(f, "scopingOrganisation", &r.Organisation)
	})
}

func organisation(f *form, o *ehr.Organisation) {
	entity(f, &o.Entity)
	value(f, "code", &o.Code)
	f.word("desc", &o.Description)
	f.word("name", &o.Name)
	addresses(f, &o.Addresses)
}

func device(f *form, d *ehr.Device) {
	entity(f, &d.Entity)
	value(f, "code", &d.Code)
	f.word("desc", &d.Description)
	f.word("manufacturerModelName", &d.Model)
	f.word("version", &d.Version)
	maybe(f, "owningOrganisation", &d.Owner)
}

// end is the number of documents before the last one.
func end(f *form, documents *int) { f.number("documents", documents) }

// makeUp gives a composition for what is described.
func makeUp[T any](h *ehr.Header, of ehr.ID, archetype, name string, x *T, describe func(*form, *T)) *ehr.Composition {
	c := kept.Composition(h, of, archetype, name)
	f := &form{of: c.RCID, wrong: new(string)}
	describe(f, x)
	e := &ehr.Entry{Component: f.component(archetype), Items: f.items}
	c.Content = []ehr.Content{e}
	return c
}

func makeUpDemographic(h *ehr.Header, d ehr.Demographic) *ehr.Composition {
	switch d := d.(type) {
	case *ehr.Person:
		return makeUp(h, d.Key, personID, "Person", d, person)
	case *ehr.Organisation:
		return makeUp(h, d.Key, organisationID, "Organisation", d, organisation)
	case *ehr.Device:
		return makeUp(h, d.Key, deviceID, "Software or device", d, device)
	}
	return nil
}

// undo gives what a made-up composition stands for. What it holds beside that is refused: nobody else writes such compositions.
func undo[T any](c *ehr.Composition, describe func(*form, *T)) (*T, error) {
	var x T
	wrong := "content"
	if len(c.Content) == 1 {
		if e, ok := c.Content[0].(*ehr.Entry); ok {
			wrong = ""
			f := &form{reading: true, items: e.Items, wrong: &wrong}
			describe(f, &x)
			for _, left := range f.items {
				if left != nil && wrong == "" {
					wrong = left.Record().ArchetypeID
				}
			}
		}
	}
	if wrong != "" {
		return nil, &ehr.Fault{Path: wrong, Rule: ehr.RuleUnknown, Message: "the " + c.ArchetypeID + " does not have this, or not in this form", Severity: ehr.Error}
	}
	return &x, nil
}
