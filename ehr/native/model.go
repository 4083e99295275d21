package native

import "rosemary/ehr"

// model are all classes of the extract package (EN 13606-1:2007, 6).
type model struct {
	*values
	*people
	audit       *class[ehr.Audit]
	link        *class[ehr.Link]
	role        *class[ehr.Role]
	related     *class[ehr.RelatedParty]
	attestation *class[ehr.Attestation]
	criteria    *class[ehr.Criteria]
	omission    *class[ehr.Omission]
	header      *class[ehr.Header]
	folder      *class[ehr.Folder]
	composition *class[ehr.Composition]
	section     *class[ehr.Section]
	entry       *class[ehr.Entry]
	cluster     *class[ehr.Cluster]
	element     *class[ehr.Element]
	content     *alternatives[ehr.Content]
	item        *alternatives[ehr.Item]
}

// The attributes of RECORD_COMPONENT and of ITEM, which their descendants have first.
const (
	componentAttributes = 10
	itemAttributes      = 3
)

func newModel() *model {
	v := newValues()
	m := &model{values: v, people: newPeople(v)}
	m.actors()
	m.top()
	m.content, m.item = m.contentAlternatives(), m.itemAlternatives()
	m.folders()
	m.compositions()
	m.items()
	return m
}

func (m *model) actors() {
	m.role = &class[ehr.Role]{name: "FUNCTIONAL_ROLE", doc: "Somebody's part in an act.", attributes: []attribute[ehr.Role]{
		part("performer", "1", m.id, func(x *ehr.Role) *ehr.ID { return &x.Performer }),
		perhaps("function", "0..1", m.coded, func(x *ehr.Role) **ehr.Coded { return &x.Function }),
		perhaps("mode", "0..1: list MODE", m.code, func(x *ehr.Role) **ehr.Code { return &x.Mode }),
		perhaps("healthcare_facility", "0..1", m.id, func(x *ehr.Role) **ehr.ID { return &x.Facility }),
		perhaps("service_setting", "0..1", m.coded, func(x *ehr.Role) **ehr.Coded { return &x.Setting }),
	}}
	m.related = &class[ehr.RelatedParty]{name: "RELATED_PARTY", doc: "Somebody whom information is about, by what they are to the person.", attributes: []attribute[ehr.RelatedParty]{
		perhaps("party", "0..1", m.id, func(x *ehr.RelatedParty) **ehr.ID { return &x.Party }),
		either("relationship", must, "1", m.text, func(x *ehr.RelatedParty) *ehr.Text { return &x.Relationship }),
	}}
	m.audit = &class[ehr.Audit]{name: "AUDIT_INFO", doc: "Who committed what, when, and what it replaces.", attributes: []attribute[ehr.Audit]{
		part("ehr_system", "1", m.id, func(x *ehr.Audit) *ehr.ID { return &x.System }),
		part("time_committed", "1", m.moment, func(x *ehr.Audit) *ehr.Moment { return &x.Committed }),
		part("committer", "1", m.id, func(x *ehr.Audit) *ehr.ID { return &x.Committer }),
		perhaps("version_status", "0..1: list VERSION_STATUS", m.code, func(x *ehr.Audit) **ehr.Code { return &x.VersionStatus }),
		perhaps("reason_for_revision", "0..1", m.coded, func(x *ehr.Audit) **ehr.Coded { return &x.Reason }),
		perhaps("previous_version", "0..1: rc_id of what this replaces", m.id, func(x *ehr.Audit) **ehr.ID { return &x.Previous }),
		perhaps("version_set_id", "0..1: what stays the same over all versions", m.id, func(x *ehr.Audit) **ehr.ID { return &x.VersionSet }),
	}}
	m.link = &class[ehr.Link]{name: "LINK", doc: "A link to other components.", attributes: []attribute[ehr.Link]{
		part("nature", "1: list LINK_NATURE", m.code, func(x *ehr.Link) *ehr.Code { return &x.Nature }),
		perhaps("role", "0..1: list LINK_ROLE", m.coded, func(x *ehr.Link) **ehr.Coded { return &x.Role }),
		yesNo("follow_link", "1: the target's composition must travel too", func(x *ehr.Link) *bool { return &x.Follow }),
		parts("target", some, "1..*: rc_ids", m.id, func(x *ehr.Link) *[]ehr.ID { return &x.Target }),
	}}
	m.attestation = &class[ehr.Attestation]{name: "ATTESTATION_INFO", doc: "Who signed what.", attributes: []attribute[ehr.Attestation]{
		part("time", "1", m.moment, func(x *ehr.Attestation) *ehr.Moment { return &x.Time }),
		perhaps("proof", "0..1: the signature", m.encapsulated, func(x *ehr.Attestation) **ehr.Encapsulated { return &x.Proof }),
		perhaps("attested_view", "0..1: what was looked at", m.encapsulated, func(x *ehr.Attestation) **ehr.Encapsulated { return &x.View }),
		part("reason_for_attestation", "1", m.coded, func(x *ehr.Attestation) *ehr.Coded { return &x.Reason }),
		part("attester", "1", m.role, func(x *ehr.Attestation) *ehr.Role { return &x.Attester }),
		parts("target", some, "1..*: rc_ids", m.id, func(x *ehr.Attestation) *[]ehr.ID { return &x.Target }),
	}}
}

func (m *model) top() {
	m.criteria = &class[ehr.Criteria]{name: "EXTRACT_CRITERIA", doc: "The filters that were applied.", attributes: []attribute[ehr.Criteria]{
		perhaps("time_period", "0..1", m.interval, func(x *ehr.Criteria) **ehr.Interval { return &x.Period }),
		count("max_sensitivity", "SENSITIVITY", optional, "0..1: 1 to 5", func(x *ehr.Criteria) *ehr.Sensitivity { return &x.MaxSensitivity }),
		choice("all_versions", "0..1", func(x *ehr.Criteria) **bool { return &x.AllVersions }),
		choice("multimedia_included", "0..1", func(x *ehr.Criteria) **bool { return &x.Multimedia }),
		words("archetype_ids", "0..*", func(x *ehr.Criteria) *[]string { return &x.ArchetypeIDs }),
		word("other_constraints", optional, "0..1", func(x *ehr.Criteria) *string { return &x.Other }),
	}}
	m.omission = &class[ehr.Omission]{name: "OMISSION", doc: "Something was left out: why and how much, never what. Ours, not the standard's.", attributes: []attribute[ehr.Omission]{
		word("reason", must, "1: in words", func(x *ehr.Omission) *string { return &x.Reason }),
		count("count", "xs:nonNegativeInteger", must, "1: components left out for it", func(x *ehr.Omission) *int { return &x.Count }),
	}}
	m.header = &class[ehr.Header]{name: "EHR_EXTRACT", doc: "A portable copy of one person's record, whole or in part.", attributes: []attribute[ehr.Header]{
		part("ehr_system", "1: where the extract comes from", m.id, func(x *ehr.Header) *ehr.ID { return &x.System }),
		part("ehr_id", "1: the record in that system", m.id, func(x *ehr.Header) *ehr.ID { return &x.EHR }),
		part("subject_of_care", "1: the person", m.id, func(x *ehr.Header) *ehr.ID { return &x.Subject }),
		part("time_created", "1", m.moment, func(x *ehr.Header) *ehr.Moment { return &x.Created }),
		word("rm_id", must, "1: the reference model", func(x *ehr.Header) *string { return &x.Model }),
		perhaps("authorising_party", "0..1: who approved that it leaves", m.id, func(x *ehr.Header) **ehr.ID { return &x.Authorising }),
		parts("criteria", many, "0..*", m.criteria, func(x *ehr.Header) *[]ehr.Criteria { return &x.Criteria }),
		parts("omitted", many, "0..*: what was left out and why; ours, not the standard's", m.omission, func(x *ehr.Header) *[]ehr.Omission { return &x.Omitted }),
	}}
}

// component are the attributes of RECORD_COMPONENT.
func component[T any](m *model, at func(*T) *ehr.Component) []attribute[T] {
	return []attribute[T]{
		either("name", must, "1: the label that the committing system showed", m.text, func(x *T) *ehr.Text { return &at(x).Name }),
		word("archetype_id", optional, "0..1: the class, or the element of it, that this conforms to", func(x *T) *string { return &at(x).ArchetypeID }),
		part("rc_id", "1: kept for ever, whoever passes it on", m.id, func(x *T) *ehr.ID { return &at(x).RCID }),
		perhaps("meaning", "0..1: a concept that the label stands for", m.coded, func(x *T) **ehr.Coded { return &at(x).Meaning }),
		yesNo("synthesised", "1: made up to fit this model", func(x *T) *bool { return &at(x).Synthesised }),
		parts("policy_ids", many, "0..*: access policies to honour", m.id, func(x *T) *[]ehr.ID { return &at(x).PolicyIDs }),
		count("sensitivity", "SENSITIVITY", optional, "0..1: 1 care management to 5 personal", func(x *T) *ehr.Sensitivity { return &at(x).Sensitivity }),
		perhaps("orig_parent_ref", "0..1: the first parent of what was copied", m.id, func(x *T) **ehr.ID { return &at(x).OrigParent }),
		parts("links", many, "0..*", m.link, func(x *T) *[]ehr.Link { return &at(x).Links }),
		perhaps("feeder_audit", "0..1: from the system that had the data first", m.audit, func(x *T) **ehr.Audit { return &at(x).FeederAudit }),
	}
}

func (m *model) folders() {
	m.folder = &class[ehr.Folder]{name: "FOLDER", base: "RECORD_COMPONENT", inherited: componentAttributes, doc: "Points at compositions and owns none; one may stand in many folders."}
	m.folder.attributes = append(component(m, func(x *ehr.Folder) *ehr.Component { return &x.Component }),
		pointers("sub_folders", "0..*", m.folder, func(x *ehr.Folder) *[]*ehr.Folder { return &x.Folders }),
		parts("attestations", many, "0..*", m.attestation, func(x *ehr.Folder) *[]ehr.Attestation { return &x.Attestations }),
		parts("compositions", many, "0..*: rc_ids", m.id, func(x *ehr.Folder) *[]ehr.ID { return &x.Compositions }),
	)
}

func (m *model) compositions() {
	m.composition = &class[ehr.Composition]{name: "COMPOSITION", base: "RECORD_COMPONENT", inherited: componentAttributes, doc: "What one person committed at once about one thing."}
	m.composition.attributes = append(component(m, func(x *ehr.Composition) *ehr.Component { return &x.Component }),
		perhaps("session_time", "0..1: when it happened", m.interval, func(x *ehr.Composition) **ehr.Interval { return &x.Session }),
		perhaps("territory", "0..1: ISO 3166, under whose law it was written", m.code, func(x *ehr.Composition) **ehr.Code { return &x.Territory }),
		perhaps("contribution_id", "0..1: what was committed together", m.id, func(x *ehr.Composition) **ehr.ID { return &x.Contribution }),
		part("committal", "1", m.audit, func(x *ehr.Composition) *ehr.Audit { return &x.Committal }),
		perhaps("composer", "0..1: the author", m.role, func(x *ehr.Composition) **ehr.Role { return &x.Composer }),
		parts("other_participations", many, "0..*", m.role, func(x *ehr.Composition) *[]ehr.Role { return &x.Participation }),
		parts("attestations", many, "0..*", m.attestation, func(x *ehr.Composition) *[]ehr.Attestation { return &x.Attestations }),
		eithers("content", "0..*, ordered", m.content, func(x *ehr.Composition) *[]ehr.Content { return &x.Content }),
	)
	m.section.attributes = append(component(m, func(x *ehr.Section) *ehr.Component { return &x.Component }),
		eithers("members", "0..*, ordered", m.content, func(x *ehr.Section) *[]ehr.Content { return &x.Members }),
	)
	m.entry.attributes = append(component(m, func(x *ehr.Entry) *ehr.Component { return &x.Component }),
		word("act_id", optional, "0..1: in a workflow system", func(x *ehr.Entry) *string { return &x.ActID }),
		perhaps("act_status", "0..1: list ACT_STATUS", m.code, func(x *ehr.Entry) **ehr.Code { return &x.ActStatus }),
		yesNo("uncertainty_expressed", "1", func(x *ehr.Entry) *bool { return &x.Uncertain }),
		perhaps("subject_of_information_category", "0..1: list SUBJECT_CATEGORY", m.code, func(x *ehr.Entry) **ehr.Code { return &x.SubjectKind }),
		perhaps("info_provider", "0..1", m.role, func(x *ehr.Entry) **ehr.Role { return &x.InfoProvider }),
		perhaps("subject_of_information", "0..1: when it is not the person", m.related, func(x *ehr.Entry) **ehr.RelatedParty { return &x.Subject }),
		parts("other_participations", many, "0..*", m.role, func(x *ehr.Entry) *[]ehr.Role { return &x.Participation }),
		eithers("items", "0..*, ordered: none blanks an entry that was wrong", m.item, func(x *ehr.Entry) *[]ehr.Item { return &x.Items }),
	)
}

// detail are the attributes of ITEM.
func detail[T any](m *model, at func(*T) *ehr.ItemDetail) []attribute[T] {
	return []attribute[T]{
		perhaps("emphasis", "0..1", m.coded, func(x *T) **ehr.Coded { return &at(x).Emphasis }),
		perhaps("obs_time", "0..1: when it differs from the session's time", m.interval, func(x *T) **ehr.Interval { return &at(x).Observed }),
		perhaps("item_category", "0..1: list ITEM_CATEGORY", m.code, func(x *T) **ehr.Code { return &at(x).Category }),
	}
}

func (m *model) items() {
	m.cluster.attributes = append(append(component(m, func(x *ehr.Cluster) *ehr.Component { return &x.Component }),
		detail(m, func(x *ehr.Cluster) *ehr.ItemDetail { return &x.ItemDetail })...),
		part("structure_type", "1: list STRUCTURE_TYPE", m.code, func(x *ehr.Cluster) *ehr.Code { return &x.Structure }),
		eithers("parts", "0..*, ordered", m.item, func(x *ehr.Cluster) *[]ehr.Item { return &x.Parts }),
	)
	value := either("value", optional, "0..1", m.value, func(x *ehr.Element) *ehr.Value { return &x.Value })
	m.element.attributes = append(append(component(m, func(x *ehr.Element) *ehr.Component { return &x.Component }),
		detail(m, func(x *ehr.Element) *ehr.ItemDetail { return &x.ItemDetail })...), value)
}

func (m *model) contentAlternatives() *alternatives[ehr.Content] {
	m.section = &class[ehr.Section]{name: "SECTION", base: "CONTENT", inherited: componentAttributes, doc: "Organises for reading; no meaning of its own."}
	m.entry = &class[ehr.Entry]{name: "ENTRY", base: "CONTENT", inherited: componentAttributes, doc: "One statement, observation, plan or action."}
	return &alternatives[ehr.Content]{name: "CONTENT",
		write: func(w sink, name string, c ehr.Content, item bool) bool {
			switch x := c.(type) {
			case *ehr.Section:
				m.section.write(w, name, x, item, true)
			case *ehr.Entry:
				m.entry.write(w, name, x, item, true)
			default:
				return false
			}
			return true
		},
		read: map[string]func(source) (ehr.Content, error){
			"SECTION": as(m.section, func(x *ehr.Section) ehr.Content { return x }),
			"ENTRY":   as(m.entry, func(x *ehr.Entry) ehr.Content { return x }),
		},
	}
}

func (m *model) itemAlternatives() *alternatives[ehr.Item] {
	inherited := componentAttributes + itemAttributes
	m.cluster = &class[ehr.Cluster]{name: "CLUSTER", base: "ITEM", inherited: inherited, doc: "Items that belong together."}
	m.element = &class[ehr.Element]{name: "ELEMENT", base: "ITEM", inherited: inherited, doc: "One value, or none."}
	return &alternatives[ehr.Item]{name: "ITEM",
		write: func(w sink, name string, i ehr.Item, item bool) bool {
			switch x := i.(type) {
			case *ehr.Cluster:
				m.cluster.write(w, name, x, item, true)
			case *ehr.Element:
				m.element.write(w, name, x, item, true)
			default:
				return false
			}
			return true
		},
		read: map[string]func(source) (ehr.Item, error){
			"CLUSTER": as(m.cluster, func(x *ehr.Cluster) ehr.Item { return x }),
			"ELEMENT": as(m.element, func(x *ehr.Element) ehr.Item { return x }),
		},
	}
}
