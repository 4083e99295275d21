package native

import "rosemary/ehr"

// people are the classes of the demographic package (EN 13606-1:2007, 7).
type people struct {
	namePart     *class[ehr.NamePart]
	name         *class[ehr.Name]
	addressPart  *class[ehr.AddressPart]
	address      *class[ehr.Address]
	telecom      *class[ehr.Telecom]
	role         *class[ehr.ProfessionalRole]
	person       *class[ehr.Person] // PERSON
	subject      *class[ehr.Person] // SUBJECT_OF_CARE_PERSON_IDENTIFICATION
	professional *class[ehr.Person] // IDENTIFIED_HEALTHCARE_PROFESSIONAL
	organisation *class[ehr.Organisation]
	device       *class[ehr.Device]

	entity *alternatives[ehr.Demographic]
}

func newPeople(v *values) *people {
	p := &people{}
	p.details(v)
	p.persons(v)
	p.organisation = &class[ehr.Organisation]{name: "ORGANISATION", base: "IDENTIFIED_ENTITY", inherited: 3, doc: "An organisation, or a part of one.", attributes: append(
		entityAttributes(v, p, func(x *ehr.Organisation) *ehr.Entity { return &x.Entity }),
		part("code", "1: what kind of organisation", v.coded, func(x *ehr.Organisation) *ehr.Coded { return &x.Code }),
		word("desc", optional, "0..1 (1 in the standard, which has no null flavour here)", func(x *ehr.Organisation) *string { return &x.Description }),
		word("name", must, "1", func(x *ehr.Organisation) *string { return &x.Name }),
		parts("addr", many, "0..*", p.address, func(x *ehr.Organisation) *[]ehr.Address { return &x.Addresses }),
	)}
	p.device = &class[ehr.Device]{name: "SOFTWARE_OR_DEVICE", base: "IDENTIFIED_ENTITY", inherited: 3, doc: "Software or a device.", attributes: append(
		entityAttributes(v, p, func(x *ehr.Device) *ehr.Entity { return &x.Entity }),
		part("code", "1: what kind of device", v.coded, func(x *ehr.Device) *ehr.Coded { return &x.Code }),
		word("desc", optional, "0..1 (1 in the standard, which has no null flavour here)", func(x *ehr.Device) *string { return &x.Description }),
		word("manufacturer_model_name", optional, "0..1 (1 in the standard, which has no null flavour here)", func(x *ehr.Device) *string { return &x.Model }),
		word("version", optional, "0..1", func(x *ehr.Device) *string { return &x.Version }),
		perhaps("owning_organisation", "0..1", v.id, func(x *ehr.Device) **ehr.ID { return &x.Owner }),
	)}
	p.entity = &alternatives[ehr.Demographic]{name: "IDENTIFIED_ENTITY", write: p.writeEntity,
		read: map[string]func(source) (ehr.Demographic, error){
			p.person.name:       as(p.person, func(x *ehr.Person) ehr.Demographic { return x }),
			p.professional.name: as(p.professional, func(x *ehr.Person) ehr.Demographic { return x }),
			p.organisation.name: as(p.organisation, func(x *ehr.Organisation) ehr.Demographic { return x }),
			p.device.name:       as(p.device, func(x *ehr.Device) ehr.Demographic { return x }),
			p.subject.name: func(r source) (ehr.Demographic, error) {
				x := &ehr.Person{Subject: &ehr.SubjectDetail{}}
				return x, p.subject.readAttributes(r, x)
			},
		},
	}
	return p
}

func (p *people) writeEntity(w sink, name string, d ehr.Demographic, item bool) bool {
	switch x := d.(type) {
	case *ehr.Person:
		p.kindOf(x).write(w, name, x, item, true)
	case *ehr.Organisation:
		p.organisation.write(w, name, x, item, true)
	case *ehr.Device:
		p.device.write(w, name, x, item, true)
	default:
		return false
	}
	return true
}

// kindOf tells which of the standard's classes a person is.
func (p *people) kindOf(x *ehr.Person) *class[ehr.Person] {
	switch {
	case x.Subject != nil:
		return p.subject
	case len(x.Roles) > 0:
		return p.professional
	}
	return p.person
}

func entityAttributes[T any](v *values, p *people, at func(*T) *ehr.Entity) []attribute[T] {
	return []attribute[T]{
		part("extract_id", "1: the key by which it is meant elsewhere in the extract", v.id, func(x *T) *ehr.ID { return &at(x).Key }),
		parts("id", many, "0..*: identifiers that others know", v.id, func(x *T) *[]ehr.ID { return &at(x).IDs }),
		parts("telecom", many, "0..*", p.telecom, func(x *T) *[]ehr.Telecom { return &at(x).Telecoms }),
	}
}

func (p *people) details(v *values) {
	p.namePart = &class[ehr.NamePart]{name: "ENTITY_NAME_PART", doc: "One part of a name.", attributes: []attribute[ehr.NamePart]{
		word("entity_part_name", must, "1: the words", func(x *ehr.NamePart) *string { return &x.Text }),
		word("name_part_type", optional, "0..1: GIV, FAM, PFX, SFX, DEL", func(x *ehr.NamePart) *string { return &x.Type }),
	}}
	p.name = &class[ehr.Name]{name: "ENTITY_NAME", doc: "A name, its parts in the order in which they are said.", attributes: []attribute[ehr.Name]{
		word("use", optional, "0..1: L legal, P preferred ...", func(x *ehr.Name) *string { return &x.Use }),
		perhaps("valid_time", "0..1", v.interval, func(x *ehr.Name) **ehr.Interval { return &x.Valid }),
		parts("name_part", some, "1..*", p.namePart, func(x *ehr.Name) *[]ehr.NamePart { return &x.Parts }),
	}}
	p.addressPart = &class[ehr.AddressPart]{name: "POSTAL_ADDRESS_PART", doc: "One line of an address.", attributes: []attribute[ehr.AddressPart]{
		word("address_line", must, "1: the words", func(x *ehr.AddressPart) *string { return &x.Text }),
		word("address_line_type", optional, "0..1: AL, CTY, ZIP, CNT ...", func(x *ehr.AddressPart) *string { return &x.Type }),
	}}
	p.address = &class[ehr.Address]{name: "POSTAL_ADDRESS", doc: "An address, its lines in order.", attributes: []attribute[ehr.Address]{
		word("address_use", optional, "0..1: H home, WP work ...", func(x *ehr.Address) *string { return &x.Use }),
		perhaps("valid_time", "0..1", v.interval, func(x *ehr.Address) **ehr.Interval { return &x.Valid }),
		parts("addr_part", many, "0..*", p.addressPart, func(x *ehr.Address) *[]ehr.AddressPart { return &x.Parts }),
	}}
	p.telecom = &class[ehr.Telecom]{name: "TELECOM", doc: "How to reach somebody.", attributes: []attribute[ehr.Telecom]{
		word("telecom_address", must, "1: URI such as tel: or mailto:", func(x *ehr.Telecom) *string { return &x.URI }),
		word("use", optional, "0..1: H home, WP work, MC mobile ...", func(x *ehr.Telecom) *string { return &x.Use }),
		perhaps("valid_time", "0..1", v.interval, func(x *ehr.Telecom) **ehr.Interval { return &x.Valid }),
	}}
	p.role = &class[ehr.ProfessionalRole]{name: "HEALTHCARE_PROFESSIONAL_ROLE", doc: "As what, and for whom, somebody works.", attributes: []attribute[ehr.ProfessionalRole]{
		parts("id", many, "0..*", v.id, func(x *ehr.ProfessionalRole) *[]ehr.ID { return &x.IDs }),
		perhaps("profession", "0..1", v.coded, func(x *ehr.ProfessionalRole) **ehr.Coded { return &x.Profession }),
		perhaps("specialty", "0..1", v.coded, func(x *ehr.ProfessionalRole) **ehr.Coded { return &x.Specialty }),
		perhaps("position_or_grade", "0..1", v.coded, func(x *ehr.ProfessionalRole) **ehr.Coded { return &x.Position }),
		perhaps("scoping_organisation", "0..1", v.id, func(x *ehr.ProfessionalRole) **ehr.ID { return &x.Organisation }),
	}}
}

func (p *people) persons(v *values) {
	person := append(entityAttributes(v, p, func(x *ehr.Person) *ehr.Entity { return &x.Entity }),
		parts("name", many, "0..*", p.name, func(x *ehr.Person) *[]ehr.Name { return &x.Names }),
		parts("addr", many, "0..*", p.address, func(x *ehr.Person) *[]ehr.Address { return &x.Addresses }),
	)
	role := parts("role", many, "0..*", p.role, func(x *ehr.Person) *[]ehr.ProfessionalRole { return &x.Roles })
	n := len(person)
	p.person = &class[ehr.Person]{name: "PERSON", base: "IDENTIFIED_ENTITY", inherited: 3, doc: "A person.", attributes: person}
	p.professional = &class[ehr.Person]{name: "IDENTIFIED_HEALTHCARE_PROFESSIONAL", base: "PERSON", inherited: n, doc: "A person who works in care.", attributes: append(person[:n:n], role)}
	p.subject = &class[ehr.Person]{name: "SUBJECT_OF_CARE_PERSON_IDENTIFICATION", base: "PERSON", inherited: n, doc: "The subject of care.", attributes: append(person[:n:n],
		part("administrative_gender_code", "1", v.code, func(x *ehr.Person) *ehr.Code { return &x.Subject.Gender }),
		part("birth_time", "1", v.moment, func(x *ehr.Person) *ehr.Moment { return &x.Subject.Birth }),
		count("birth_order_number", "xs:nonNegativeInteger", optional, "0..1", func(x *ehr.Person) *int { return &x.Subject.Order }),
		perhaps("deceased_time", "0..1", v.moment, func(x *ehr.Person) **ehr.Moment { return &x.Subject.Deceased }),
		role,
	)}
}
