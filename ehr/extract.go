package ehr

// Header is what stands at the top of an EHR_EXTRACT.
type Header struct {
	System      ID         // ehr_system, 1: where the extract comes from
	EHR         ID         // ehr_id, 1: the record in that system
	Subject     ID         // subject_of_care, 1
	Created     Moment     // time_created, 1
	Model       string     // rm_id, 1
	Authorising *ID        // authorising_party, 0..1: who approved that it leaves
	Criteria    []Criteria // criteria, 0..*
	Omitted     []Omission // what was left out and why: ours, in the canonical forms; other dialects carry it as other_constraints
}

// Criteria are EXTRACT_CRITERIA: the filters that were applied.
type Criteria struct {
	Period         *Interval   // time_period, 0..1
	MaxSensitivity Sensitivity // max_sensitivity, 0..1
	AllVersions    *bool       // all_versions, 0..1
	Multimedia     *bool       // multimedia_included, 0..1
	ArchetypeIDs   []string    // archetype_ids, 0..*: ids of classes
	Other          string      // other_constraints, 0..1
}

// Omission declares that something was left out. It says why and how much, never what.
type Omission struct {
	Reason string // in words
	Count  int    // components left out for it, whole compositions or parts of them
}

// Folder is a FOLDER. It points at compositions, in order, and owns none; one may stand in many folders.
type Folder struct {
	Component
	Folders      []*Folder     // sub_folders, 0..*
	Attestations []Attestation // attestations, 0..*
	Compositions []ID          // compositions, 0..*: rc_ids
}

// Composition is a COMPOSITION: what one person committed at once about one thing; the unit of versions, attestation and transfer.
type Composition struct {
	Component
	Session       *Interval     // session_time, 0..1: when it happened
	Territory     *Code         // territory, 0..1: ISO 3166, under whose law it was written
	Contribution  *ID           // contribution_id, 0..1
	Committal     Audit         // committal, 1
	Composer      *Role         // composer, 0..1: the author
	Participation []Role        // other_participations, 0..*
	Attestations  []Attestation // attestations, 0..*
	Content       []Content     // content, 0..*, ordered
}

// Content is CONTENT: a *Section or an *Entry.
type Content interface {
	content()
	Record() *Component
}

// Section is a SECTION. It organises for reading, and has no meaning of its own.
type Section struct {
	Component
	Members []Content // members, 0..*, ordered
}

// Entry is an ENTRY: one statement, observation, plan or action.
type Entry struct {
	Component
	ActID         string        // act_id, 0..1
	ActStatus     *Code         // act_status, 0..1: of list ACT_STATUS
	Uncertain     bool          // uncertainty_expressed, 1
	SubjectKind   *Code         // subject_of_information_category, 0..1: of list SUBJECT_CATEGORY
	InfoProvider  *Role         // info_provider, 0..1
	Subject       *RelatedParty // subject_of_information, 0..1: when it is not the person
	Participation []Role        // other_participations, 0..*
	Items         []Item        // items, 0..*: none blanks an entry that was wrong
}

// Item is ITEM: a *Cluster or an *Element.
type Item interface {
	item()
	Record() *Component
}

// ItemDetail is what every ITEM carries.
type ItemDetail struct {
	Emphasis *Coded    // emphasis, 0..1
	Observed *Interval // obs_time, 0..1: when it differs from the session's time
	Category *Code     // item_category, 0..1: of list ITEM_CATEGORY
}

// Cluster is a CLUSTER: items that belong together.
type Cluster struct {
	Component
	ItemDetail
	Structure Code   // structure_type, 1: of list STRUCTURE_TYPE
	Parts     []Item // parts, 0..*, ordered
}

// Element is an ELEMENT: one value, or none.
type Element struct {
	Component
	ItemDetail
	Value Value // value, 0..1
}

func (*Section) content() {}
func (*Entry) content()   {}
func (*Cluster) item()    {}
func (*Element) item()    {}

// Record gives what every record component carries.
func (c *Component) Record() *Component { return c }
