package ehr

import "fmt"

// component looks at what every RECORD_COMPONENT has.
func (v *Validator) component(c *Component) {
	if v.at.Depth() > MaxDepth {
		v.fault("", RuleTooDeep, "This is nested deeper than %d levels.", MaxDepth)
	}
	v.text("name", c.Name)
	v.rcID(c)
	v.coded("meaning", c.Meaning)
	v.sensitivity("sensitivity", c.Sensitivity)
	for i := range c.PolicyIDs {
		v.id(at("policy_ids", i), &c.PolicyIDs[i], true)
	}
	if c.OrigParent != nil {
		v.id("orig_parent_ref", c.OrigParent, true)
	}
	for i := range c.Links {
		v.link(at("links", i), c, &c.Links[i])
	}
	if c.FeederAudit != nil {
		v.audit("feeder_audit", c.FeederAudit)
	}
}

// at is the name of one of a list.
func at(name string, i int) string { return fmt.Sprintf("%s[%d]", name, i) }

func (v *Validator) link(name string, c *Component, l *Link) {
	v.code(name+"/nature", &l.Nature, LinkNature, true)
	if l.Role != nil && (l.Role.Scheme == "" || l.Role.Scheme == v.lists[LinkRole].Scheme) && l.Role.System == "" && l.Role.Code != "" {
		switch {
		case !v.lists[LinkRole].Has(l.Role.Code):
			v.fault(name+"/role", RuleUnknownCode, "%.40q is no role of a link (list LINK_ROLE).", l.Role.Code)
		case l.Nature.Null == "" && LinkLetter(l.Role.Code) != LinkLetter(l.Nature.Code):
			v.fault(name+"/role", RuleLinkRole, "The role %s does not belong to the nature %.40s: they must have the same letter.", l.Role.Code, l.Nature.Code)
		}
	}
	if len(l.Target) == 0 {
		v.fault(name+"/target", RuleMustOccur, "The link leads nowhere: it has no target.")
	}
	what := toTarget
	if l.Follow {
		what = toFollowed
	}
	for i := range l.Target {
		t := &l.Target[i]
		v.id(at(name+"/target", i), t, true)
		if t.Root != "" && t.Same(c.RCID) {
			v.fault(at(name+"/target", i), RuleSelfLink, "The link leads to the component that it stands in.")
			continue
		}
		v.pointAt(at(name+"/target", i), t, what)
	}
}

func (v *Validator) folder(f *Folder) {
	k, named := keyOf(f.RCID)
	for _, above := range v.ancestors {
		if named && above == k {
			v.fault("rc_id", RuleCycle, "The folder is in itself: a folder above it has the same identifier.")
			return
		}
	}
	v.ancestors = append(v.ancestors, k)
	v.component(&f.Component)
	for i := range f.Attestations {
		v.attestation(at("attestations", i), &f.Attestations[i])
	}
	for i := range f.Compositions {
		v.id(at("compositions", i), &f.Compositions[i], true)
		v.pointAt(at("compositions", i), &f.Compositions[i], toComposition)
	}
	v.at.Enter("sub_folders")
	for i, sub := range f.Folders {
		v.at.Index(i)
		v.folder(sub)
	}
	v.at.Leave()
	v.ancestors = v.ancestors[:len(v.ancestors)-1]
}

func (v *Validator) composition(c *Composition) {
	v.component(&c.Component)
	v.interval("session_time", c.Session)
	v.territory("territory", c.Territory)
	if c.Contribution != nil {
		v.id("contribution_id", c.Contribution, true)
	}
	v.audit("committal", &c.Committal)
	v.version(c)
	v.role("composer", c.Composer)
	v.roles("other_participations", c.Participation)
	for i := range c.Attestations {
		v.attestation(at("attestations", i), &c.Attestations[i])
	}
	v.contents("content", c.Content)
}

func (v *Validator) contents(name string, all []Content) {
	v.at.Enter(name)
	defer v.at.Leave()
	for i, c := range all {
		v.at.Index(i)
		switch x := c.(type) {
		case *Section:
			v.component(&x.Component)
			v.contents("members", x.Members)
		case *Entry:
			v.entry(x)
		default:
			v.fault("", RuleMustOccur, "There is nothing here.")
		}
	}
}

func (v *Validator) entry(e *Entry) {
	v.component(&e.Component)
	if e.ActStatus != nil {
		v.code("act_status", e.ActStatus, ActStatus, true)
	}
	if e.SubjectKind != nil {
		v.code("subject_of_information_category", e.SubjectKind, SubjectCategory, true)
	}
	v.role("info_provider", e.InfoProvider)
	if e.Subject != nil {
		v.text("subject_of_information/relationship", e.Subject.Relationship)
		if e.Subject.Party != nil {
			v.id("subject_of_information/party", e.Subject.Party, true)
			v.actor("subject_of_information/party", e.Subject.Party)
		}
	}
	v.roles("other_participations", e.Participation)
	v.items("items", e.Items)
}

func (v *Validator) items(name string, all []Item) {
	v.at.Enter(name)
	defer v.at.Leave()
	for i, it := range all {
		v.at.Index(i)
		switch x := it.(type) {
		case *Cluster:
			v.component(&x.Component)
			v.detail(&x.ItemDetail)
			v.code("structure_type", &x.Structure, StructureType, true)
			v.items("parts", x.Parts)
		case *Element:
			v.component(&x.Component)
			v.detail(&x.ItemDetail)
			if x.Value != nil {
				v.value("value", x.Value)
			}
		default:
			v.fault("", RuleMustOccur, "There is nothing here.")
		}
	}
}

func (v *Validator) detail(d *ItemDetail) {
	v.coded("emphasis", d.Emphasis)
	v.interval("obs_time", d.Observed)
	if d.Category != nil {
		v.code("item_category", d.Category, ItemCategory, true)
	}
}

// entity looks at one IDENTIFIED_ENTITY.
func (v *Validator) entity(d Demographic) {
	e := d.Identified()
	v.id("extract_id", &e.Key, true)
	if k, ok := keyOf(e.Key); ok {
		if _, twice := v.entities[k]; twice {
			v.fault("extract_id", RuleDuplicateID, "Two demographic entities have the identifier %s.", e.Key)
		}
		v.entities[k] = struct{}{}
	}
	for i := range e.IDs {
		v.id(at("id", i), &e.IDs[i], true)
	}
	for i := range e.Telecoms {
		if e.Telecoms[i].URI == "" {
			v.missing(at("telecom", i) + "/telecom_address")
		}
		v.interval(at("telecom", i)+"/valid_time", e.Telecoms[i].Valid)
	}
	switch x := d.(type) {
	case *Person:
		v.person(x)
	case *Organisation:
		v.kind("code", &x.Code)
		v.words("name", x.Name)
		v.addresses(x.Addresses)
	case *Device:
		v.kind("code", &x.Code)
		if x.Owner != nil {
			v.id("owning_organisation", x.Owner, true)
			v.actor("owning_organisation", x.Owner)
		}
	}
}

func (v *Validator) kind(name string, c *Coded) {
	if *c == (Coded{}) {
		v.missing(name)
	}
	v.coded(name, c)
}

func (v *Validator) words(name, s string) {
	if s == "" {
		v.missing(name)
	}
}

func (v *Validator) person(p *Person) {
	for i := range p.Names {
		n := at("name", i)
		v.interval(n+"/valid_time", p.Names[i].Valid)
		if len(p.Names[i].Parts) == 0 {
			v.missing(n + "/name_part")
		}
		for k := range p.Names[i].Parts {
			v.words(at(n+"/name_part", k)+"/entity_part_name", p.Names[i].Parts[k].Text)
		}
	}
	v.addresses(p.Addresses)
	for i := range p.Roles {
		r, name := &p.Roles[i], at("role", i)
		for k := range r.IDs {
			v.id(at(name+"/id", k), &r.IDs[k], true)
		}
		v.coded(name+"/profession", r.Profession)
		v.coded(name+"/specialty", r.Specialty)
		v.coded(name+"/position_or_grade", r.Position)
		if r.Organisation != nil {
			v.id(name+"/scoping_organisation", r.Organisation, true)
			v.actor(name+"/scoping_organisation", r.Organisation)
		}
	}
	if s := p.Subject; s != nil {
		v.code("administrative_gender_code", &s.Gender, "", true)
		v.moment("birth_time", &s.Birth, true)
		if s.Deceased != nil {
			v.moment("deceased_time", s.Deceased, true)
			v.remember("deceased_time", s.Deceased.Text)
		}
		birth, known := ParseMoment(s.Birth.Text)
		v.subjects = append(v.subjects, subject{v.at.String(), append([]ID{p.Key}, p.IDs...), birth, known})
	}
}

func (v *Validator) addresses(all []Address) {
	for i := range all {
		v.interval(at("addr", i)+"/valid_time", all[i].Valid)
		for k := range all[i].Parts {
			v.words(at(at("addr", i)+"/addr_part", k)+"/address_line", all[i].Parts[k].Text)
		}
	}
}
