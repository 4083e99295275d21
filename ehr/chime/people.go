package chime

import (
	"rosemary/ehr"
	"rosemary/ehr/xmltext"
)

func entity(w *xmltext.Way, n *xmltext.Node, x *ehr.Entity) {
	xmltext.One(w, n, "extract_id", &x.Key, id)
	xmltext.Many(w, n, "id", &x.IDs, id)
	xmltext.Many(w, n, "telecom", &x.Telecoms, func(w *xmltext.Way, n *xmltext.Node, x *ehr.Telecom) {
		valid(w, n, &x.Valid)
		word(w, n, &x.URI)
		w.Attr(n, "use", &x.Use)
	})
}

func person(w *xmltext.Way, n *xmltext.Node, x *ehr.Person) {
	entity(w, n, &x.Entity)
	xmltext.Many(w, n, "name", &x.Names, func(w *xmltext.Way, n *xmltext.Node, x *ehr.Name) {
		valid(w, n, &x.Valid)
		w.Attr(n, "use", &x.Use)
		xmltext.Many(w, n, "part", &x.Parts, func(w *xmltext.Way, n *xmltext.Node, x *ehr.NamePart) {
			w.Attr(n, "type", &x.Type)
			word(w, n, &x.Text)
		})
	})
	addresses(w, n, &x.Addresses)
	if x.Subject != nil {
		xmltext.One(w, n, "administrativeGenderCode", &x.Subject.Gender, code(""))
		whole(w, n, "birthOrderNumber", &x.Subject.Order)
		xmltext.One(w, n, "birthTime", &x.Subject.Birth, moment)
		xmltext.Maybe(w, n, "deceasedTime", &x.Subject.Deceased, moment)
		return // its roles, if it has any, are kept apart
	}
	xmltext.Many(w, n, "role", &x.Roles, professionalRole)
}

func professionalRole(w *xmltext.Way, n *xmltext.Node, x *ehr.ProfessionalRole) {
	xmltext.Many(w, n, "id", &x.IDs, id)
	xmltext.Maybe(w, n, "position_or_grade", &x.Position, coded)
	xmltext.Maybe(w, n, "profession", &x.Profession, coded)
	xmltext.Maybe(w, n, "specialty", &x.Specialty, coded)
	xmltext.Maybe(w, n, "scopingOrganisation_id", &x.Organisation, id)
}

// addresses are ADs. The words of a part are the text of its element, or, as others write it, its value.
func addresses(w *xmltext.Way, n *xmltext.Node, list *[]ehr.Address) {
	xmltext.Many(w, n, "addr", list, func(w *xmltext.Way, n *xmltext.Node, x *ehr.Address) {
		valid(w, n, &x.Valid)
		w.Attr(n, "use", &x.Use)
		xmltext.Many(w, n, "part", &x.Parts, func(w *xmltext.Way, n *xmltext.Node, x *ehr.AddressPart) {
			w.Attr(n, "type", &x.Type)
			if !w.Reading {
				n.SetText(x.Text)
			} else if word(w, n, &x.Text); x.Text == "" {
				x.Text = n.TakeText()
			}
		})
	})
}

func organisation(w *xmltext.Way, n *xmltext.Node, x *ehr.Organisation) {
	entity(w, n, &x.Entity)
	xmltext.One(w, n, "code", &x.Code, coded)
	mustWordIn(w, n, "desc", &x.Description)
	mustWordIn(w, n, "name", &x.Name)
	addresses(w, n, &x.Addresses)
}

func device(w *xmltext.Way, n *xmltext.Node, x *ehr.Device) {
	entity(w, n, &x.Entity)
	xmltext.One(w, n, "code", &x.Code, coded)
	mustWordIn(w, n, "desc", &x.Description)
	mustWordIn(w, n, "manufacturerModelName", &x.Model)
	wordIn(w, n, "version", &x.Version)
	xmltext.Maybe(w, n, "owningOrganisation_id", &x.Owner, named)
}

// demographic writes an entity with its type, or reads one by it.
func demographic(w *xmltext.Way, n *xmltext.Node, x *ehr.Demographic) {
	if w.Reading {
		switch n.Type {
		case "ORGANISATION":
			*x = &ehr.Organisation{}
		case "SOFTWARE_OR_DEVICE":
			*x = &ehr.Device{}
		case "SUBJECT_OF_CARE_PERSON_IDENTIFICATION":
			*x = &ehr.Person{Subject: &ehr.SubjectDetail{}}
		case "PERSON", "IDENTIFIED_HEALTHCARE_PROFESSIONAL":
			*x = &ehr.Person{}
		default:
			w.Fail(n, ehr.RuleUnknownType, "only a PERSON, an ORGANISATION or a SOFTWARE_OR_DEVICE can stand here")
			return
		}
	}
	switch x := (*x).(type) {
	case *ehr.Person:
		switch {
		case w.Reading:
		case x.Subject != nil:
			n.Type = "SUBJECT_OF_CARE_PERSON_IDENTIFICATION"
		case len(x.Roles) > 0:
			n.Type = "IDENTIFIED_HEALTHCARE_PROFESSIONAL"
		default:
			n.Type = "PERSON"
		}
		person(w, n, x)
	case *ehr.Organisation:
		n.Type = "ORGANISATION"
		organisation(w, n, x)
	case *ehr.Device:
		n.Type = "SOFTWARE_OR_DEVICE"
		device(w, n, x)
	default:
		w.Fail(n, ehr.RuleMustOccur, "there is nothing where an entity must be")
	}
}
