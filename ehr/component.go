package ehr

// ID is an II, an instance identifier: a root that is unique in the world (a UUID, an OID or the identifier of a system), and what distinguishes within it.
type ID struct {
	Root      string // UUID, OID, or the identifier of the issuing system
	Extension string // "" when the root alone identifies
	Authority string // assigningAuthorityName: who issues them, in words
	Null      string // a null flavour where a mandatory identifier is not there (code of list NullFlavours)
}

// IsZero reports whether nothing is stated.
func (id ID) IsZero() bool { return id == ID{} }

// Same reports whether both identify the same thing.
func (id ID) Same(other ID) bool { return id.Root == other.Root && id.Extension == other.Extension }

// String is the root and the extension, for messages.
func (id ID) String() string {
	if id.Extension == "" {
		return id.Root
	}
	return id.Root + "::" + id.Extension
}

// Sensitivity is how closely a component is held (ISO 13606-4): 5 personal, 4 privileged care, 3 clinical care, 2 clinical management, 1 care
// management; 0 is not stated.
type Sensitivity int

// Component is a RECORD_COMPONENT: what everything in a record carries.
type Component struct {
	Name        Text        // name, 1: the label that the committing system showed
	ArchetypeID string      // archetype_id, 0..1: here the id of a class, or the path of an element in it
	RCID        ID          // rc_id, 1: kept for ever, whoever passes the component on
	Meaning     *Coded      // meaning, 0..1: a concept that the label stands for
	Synthesised bool        // synthesised, 1: made up to fit this model, with no counterpart in the source
	PolicyIDs   []ID        // policy_ids, 0..*
	Sensitivity Sensitivity // sensitivity, 0..1
	OrigParent  *ID         // orig_parent_ref, 0..1: the first parent of what was copied
	Links       []Link      // links, 0..*
	FeederAudit *Audit      // feeder_audit, 0..1: from the system that had the data first
}

// Link is a LINK to other components.
type Link struct {
	Nature Code   // nature, 1: of list LINK_NATURE
	Role   *Coded // role, 0..1: of list LINK_ROLE
	Follow bool   // follow_link, 1: the target's composition must travel too
	Target []ID   // target, 1..*
}

// Audit is an AUDIT_INFO: who committed what, when, and what it replaces.
type Audit struct {
	System        ID     // ehr_system, 1
	Committed     Moment // time_committed, 1
	Committer     ID     // committer, 1
	VersionStatus *Code  // version_status, 0..1: of list VERSION_STATUS
	Reason        *Coded // reason_for_revision, 0..1
	Previous      *ID    // previous_version, 0..1: rc_id of what this replaces
	VersionSet    *ID    // version_set_id, 0..1: what stays the same over all versions
}

// Attestation is an ATTESTATION_INFO: who signed what.
type Attestation struct {
	Time     Moment        // time, 1
	Proof    *Encapsulated // proof, 0..1: the signature
	View     *Encapsulated // attested_view, 0..1: what was looked at
	Reason   Coded         // reason_for_attestation, 1
	Attester Role          // attester, 1
	Target   []ID          // target, 1..*
}

// Role is a FUNCTIONAL_ROLE: somebody's part in an act.
type Role struct {
	Performer ID     // performer, 1
	Function  *Coded // function, 0..1
	Mode      *Code  // mode, 0..1: of list MODE
	Facility  *ID    // healthcare_facility, 0..1
	Setting   *Coded // service_setting, 0..1
}

// RelatedParty is a RELATED_PARTY: somebody whom information is about, by what they are to the person.
type RelatedParty struct {
	Party        *ID  // party, 0..1
	Relationship Text // relationship, 1
}
